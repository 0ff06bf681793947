//! Training on a user's own gold: a handful of sentences made up here.

use super::{Worker, train};
use crate::entity::tagger::Tagger;
use crate::train::corpus::GoldDocument;
use crate::train::{Job, Progress, Silent, TrainError};
use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("glossator-train-entity-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A line of gold from a text with its names marked: `[Ada Lind|PERSON] spoke`.
fn gold(id: usize, marked: &str) -> String {
    let (mut text, mut entities) = (String::new(), Vec::new());
    for (index, part) in marked.split(['[', ']']).enumerate() {
        if index % 2 == 0 {
            text.push_str(part);
            continue;
        }
        let (name, kind) = part.split_once('|').unwrap();
        let start = text.len();
        text.push_str(name);
        entities.push(format!(r#"{{"start":{start},"end":{},"type":"{kind}"}}"#, text.len()));
    }
    format!(r#"{{"id":"{id}","corpus":"own","text":"{text}","entities":[{}]}}"#, entities.join(","))
}

/// Starships are no names that the built-in model knows.
fn sample() -> String {
    let mut lines = Vec::new();
    for (first, last, ship) in [
        ("Ada", "Lind", "Quorax"),
        ("Tove", "Marsh", "Veltrix"),
        ("Jon", "Aske", "Zorvane"),
        ("Mia", "Brook", "Ploxen"),
        ("Per", "Holt", "Drummix"),
        ("Eva", "Stone", "Kelvorn"),
    ] {
        for verb in ["flew", "sold", "praised"] {
            let marked = format!(
                "Captain [{first} {last}|PERSON] {verb} the starship [{ship} Seven|ORGANIZATION] on a dull morning."
            );
            lines.push(gold(lines.len(), &marked));
        }
    }
    lines.join("\n")
}

#[test]
fn own_gold_is_enough_and_gives_the_same_bytes_twice() {
    /// Keeps the stages that it hears of.
    struct Stages(RefCell<Vec<String>>);
    impl Progress for Stages {
        fn report(&self, stage: &str, done: u64, of: u64) {
            assert!(done <= of, "{stage}: {done} of {of}");
            if self.0.borrow().last().is_none_or(|last| last != stage) {
                self.0.borrow_mut().push(stage.to_owned());
            }
        }
    }
    let folder = Folder::new("twice");
    let data = vec![folder.write("own.jsonl", &sample())];
    let stages = Stages(RefCell::default());
    let [first, second] = ["one.bin", "two.bin"].map(|name| folder.0.join(name));
    train(&Job { data: data.clone(), out: first.clone() }, &stages).unwrap();
    train(&Job { data, out: second.clone() }, &Silent).unwrap();
    let model = fs::read(&first).unwrap();
    assert!(model == fs::read(&second).unwrap(), "two trainings differ");
    let expected = ["reading", "extracting features", "learning a first reading", "learning both readings"];
    assert_eq!(*stages.0.borrow(), expected);

    let tagger = Tagger::parse(&model).unwrap();
    let text = "Captain Liv Strand praised the starship Oxxaran Seven on a dull evening.".to_owned();
    let found = Worker::new(&tagger).unwrap().predict(&GoldDocument { text, ..GoldDocument::default() });
    let found: Vec<_> = found.entities.iter().map(|e| (e.start, e.end, e.kind.as_str())).collect();
    assert_eq!(found, [(8, 18, "PERSON"), (40, 53, "ORGANIZATION")]);
}

#[test]
fn bad_lines_are_named() {
    let folder = Folder::new("bad-lines");
    let own = folder.write("own.jsonl", &sample());
    let check = |name: &str, text: &str, expected: &str| {
        let file = folder.write(name, text);
        let job = Job { data: vec![own.clone(), file], out: folder.0.join("never.bin") };
        match train(&job, &Silent) {
            Err(TrainError::Line { line, source, .. }) => {
                assert_eq!(format!("{line}: {source}"), expected, "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    };
    check("list.tsv", "name\tclass\tsource\nOslo\n", "2: a list has the columns name, class, source");
    check("few.vec", "oslo 0.1 x\n", "1: \"x\" is no number");
    check("many.vec", &format!("oslo{}\n", " 1".repeat(99)), "1: more than 56 numbers");
}
