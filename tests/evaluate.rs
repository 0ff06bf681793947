//! `glossator evaluate` and `glossator train`: stored predictions give the figures that the reference scorers
//! gave for them (`.ci/checks/evaluate.py` compares with those themselves), and bad data are told apart.
#![cfg(all(feature = "server", feature = "train"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/evaluate");

fn glossator(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_glossator")).args(arguments).output().unwrap()
}

fn file(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// A file of the test's own, gone with it.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, content: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
        fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[track_caller]
fn refused(arguments: &[&str], code: i32, message: &str) {
    let output = glossator(arguments);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(message), "{arguments:?} said: {told}");
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
    assert!(output.stdout.is_empty());
}

/// Every figure of `expected` in `found`, to the digit that the reference scorers print.
fn compare(place: &str, expected: &Value, found: &Value, compared: &mut usize) {
    if let Value::Object(fields) = expected {
        for (name, value) in fields {
            compare(&format!("{place}/{name}"), value, &found[name], compared);
        }
        return;
    }
    *compared += 1;
    let (expected, found) = (expected.as_f64().unwrap(), found.as_f64());
    let slack = if place.starts_with("/quotes") { 0.005 } else { 0.000_05 } + 1e-9;
    assert!(
        found.is_some_and(|found| (found - expected).abs() <= slack),
        "{place}: {found:?} for {expected}"
    );
}

#[test]
fn stored_predictions_score_as_the_reference_scores_them() {
    let output =
        glossator(&["evaluate", &file("gold.jsonl"), "--predicted", &file("predicted.jsonl"), "-f", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected: Value = serde_json::from_str(&fs::read_to_string(file("expected.json")).unwrap()).unwrap();
    let mut compared = 0;
    compare("", &expected, &found, &mut compared);
    assert!(compared >= 50, "{compared} figures");
}

#[test]
fn a_prediction_of_the_gold_itself_is_perfect() {
    let gold = file("gold.jsonl");
    let output = glossator(&["evaluate", &gold, "--predicted", &gold, "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    for figure in [
        "/sentences/own/f1",
        "/sentences/own/span_f1",
        "/entities/own/overall/f1",
        "/entities/own/untyped/recall",
    ] {
        assert_eq!(found.pointer(figure).and_then(Value::as_f64), Some(1.0), "{figure}");
    }
    assert_eq!(found.pointer("/quotes/own/stretch_exact/f1").and_then(Value::as_f64), Some(100.0));
    assert_eq!(found.pointer("/quotes/own/speaker/accuracy_all").and_then(Value::as_f64), Some(100.0));
}

#[test]
fn what_is_found_can_be_saved_and_scored_again() {
    let gold = file("gold.jsonl");
    let saved = Temporary::new("saved.jsonl", "");
    let first = glossator(&["evaluate", &gold, "--save", saved.path()]);
    let again = glossator(&["evaluate", &gold, "--predicted", saved.path()]);
    assert!(first.status.success() && again.status.success());
    assert_eq!(String::from_utf8_lossy(&first.stdout), String::from_utf8_lossy(&again.stdout));
    let table = String::from_utf8(first.stdout).unwrap();
    for row in ["sentences ", "entities ", "quotes of own", "speakers: "] {
        assert!(table.lines().any(|line| line.starts_with(row)), "{row} in {table}");
    }
}

#[test]
fn bad_gold_is_told_with_file_and_line() {
    let cut = Temporary::new("cut.jsonl", "{\"id\":\"a\",\"text\":\"Ä.\",\"sentences\":[[1,3]]}\n");
    refused(&["evaluate", cut.path()], 65, "cut.jsonl:1: bad line: span 1..3 does not lie on characters");
    let broken = Temporary::new("broken.jsonl", "{\"id\":\"a\",\"text\":\"A.\"}\n\n{\"id\":");
    refused(&["evaluate", broken.path()], 65, "broken.jsonl:3: bad line: EOF");
    let bare = Temporary::new("bare.jsonl", "{\"id\":\"a\",\"text\":\"A.\"}\n");
    refused(&["evaluate", bare.path()], 65, "no file has gold of the kinds that are asked for");
    refused(&["evaluate", "no-such.jsonl"], 66, "no-such.jsonl: No such file");
    let gold = file("gold.jsonl");
    refused(&["evaluate", &gold, "--predicted", bare.path()], 65, "no prediction for \"ferry\"");
}

#[test]
fn a_trainer_says_what_it_cannot_use() {
    let gold = file("gold.jsonl");
    let model = Temporary::new("model.bin", "");
    refused(&["train", "poem", "--data", &gold, "--out", model.path()], 64, "invalid value 'poem'");
    refused(&["train", "quote", "--out", model.path()], 64, "--data <PATH>...");
    refused(&["train", "quote", "--data", "no-such.jsonl", "--out", model.path()], 66, "no-such.jsonl");
    refused(&["train", "quote", "--data", &gold, "--out", "no/such/folder/m.bin"], 74, "cannot be written");
    let plain = Temporary::new("plain.jsonl", "{\"id\":\"a\",\"text\":\"Rain fell.\"}\n");
    let fresh = format!("{}.new", model.path());
    refused(&["train", "quote", "--data", plain.path(), "--out", &fresh], 65, "no attribution");
    assert!(!Path::new(&fresh).exists(), "no empty model is left behind");
}

#[test]
fn the_same_data_give_the_same_model() {
    let models = [Temporary::new("one.bin", ""), Temporary::new("two.bin", "")];
    for model in &models {
        let output = glossator(&["train", "quote", "--data", &file("gold.jsonl"), "--out", model.path()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let [one, two] = models.map(|model| fs::read(&model.0).unwrap());
    assert!(!one.is_empty() && one == two);
}

#[test]
fn a_model_of_ones_own_is_scored_in_place_of_the_built_in_one() {
    let (gold, text) = (file("gold.jsonl"), Temporary::new("sun.txt", "Rain fell. So what?"));
    let built_in = glossator(&["evaluate", &gold, "--format", "json"]).stdout;
    let revision = |flags: &[&str]| {
        let output = glossator(&[&["annotate", text.path(), "--format", "jsonl"], flags].concat());
        let reply: Value = serde_json::from_slice(&output.stdout).unwrap();
        reply["header"]["engineRevision"].to_string()
    };
    for kind in ["sentence", "quote"] {
        let model = Temporary::new(&format!("own-{kind}.bin"), "");
        let output = glossator(&["train", kind, "--data", &gold, "--out", model.path()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let own = glossator(&["evaluate", &gold, "--format", "json", "--model", model.path()]);
        assert!(own.status.success(), "{}", String::from_utf8_lossy(&own.stderr));
        // So little gold teaches where its own sentences end as well as the built-in model knows it.
        assert_eq!(own.stdout == built_in, kind == "sentence", "{kind}");
        assert_ne!(revision(&["--model", model.path()]), revision(&[]), "{kind}");
        refused(
            &["evaluate", &gold, "--predicted", &gold, "--model", model.path()],
            64,
            "cannot be used with",
        );
    }
}

#[test]
fn sentences_are_scored_on_documents_held_out() {
    // A document for each fold, and one that is news.
    let documents: String = (0..8)
        .map(|id| {
            let genre = if id == 0 { "news" } else { "web" };
            format!(
                "{{\"id\":\"{id}\",\"corpus\":\"own\",\"genre\":\"{genre}\",\"text\":\"Rain fell. So what?\\n\\nSun.\",\
                 \"sentences\":[[0,10],[11,19],[21,25]]}}\n"
            )
        })
        .collect();
    let gold = Temporary::new("folds.jsonl", &documents);
    let output = glossator(&["train", "sentence", "--data", gold.path(), "--folds", "2"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = String::from_utf8(output.stdout).unwrap();
    let sentences: Vec<_> =
        table.lines().map(|row| row.split_whitespace().take(2).collect::<Vec<_>>()).collect();
    assert_eq!(sentences, [["held", "out"], ["news", "3"], ["own", "24"]], "{table}");
    refused(&["train", "quote", "--data", gold.path(), "--folds", "2"], 64, "for the sentence model");
    refused(&["train", "sentence", "--data", gold.path(), "--folds", "1"], 64, "1 is not in 2..=20");
    refused(&["train", "sentence", "--data", gold.path()], 64, "--out <FILE>");
    let reserved = Temporary::new("reserved.jsonl", &documents.replace("own", "wsj"));
    refused(&["train", "sentence", "--data", reserved.path(), "--folds", "2"], 65, "nothing to learn from");
}
