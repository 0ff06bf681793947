//! Architecture invariant: a module uses only modules on lower floors, or rooms of its own.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The floors, lowest first. A room that is not here fails the test: give it a floor.
const FLOORS: &[&[&str]] = &[
    &["text"],
    &["lexicon"],
    &["token", "model", "language"],
    &["sentence", "dateline"],
    &["entity"],
    &["quote"],
    &["annotate"],
    &["pool"],
    &["train", "grpc"],
    &["server", "telemetry", "render", "batch"],
    &["config"],
    &["command"],
    &["main", "lib"],
];

/// Rooms of the analyser: pure computation.
const PURE: &[&str] =
    &["text", "lexicon", "token", "model", "language", "sentence", "dateline", "entity", "quote", "annotate"];

/// What the analyser must not know.
const WORLDLY: &[&str] = &[
    "tonic",
    "prost",
    "tokio",
    "std::fs",
    "std::env",
    "std::net",
    "std::time",
    "SystemTime",
    "Instant",
    "std::thread",
];

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&room))
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            files.push(path);
        }
    }
}

/// Each file of `src` with its room and its code without comments.
fn sources() -> Vec<(PathBuf, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    files.sort();
    assert!(files.len() > 10, "the scan finds the sources");
    files
        .into_iter()
        .map(|path| {
            let first = path.strip_prefix(&root).unwrap().iter().next().unwrap().to_str().unwrap();
            let room = first.trim_end_matches(".rs").to_owned();
            let code = fs::read_to_string(&path).unwrap();
            let code: String = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .flat_map(|line| [line, "\n"])
                .collect();
            (path, room, code)
        })
        .collect()
}

#[test]
fn no_import_runs_upward() {
    for (path, room, code) in sources() {
        let floor = floor_of(&room).unwrap_or_else(|| panic!("{}: room {room} has no floor", path.display()));
        for (at, _) in code.match_indices("crate::") {
            let head: String =
                code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(used) = floor_of(&head) else { continue };
            assert!(
                used < floor || head == room,
                "{}: {room} (floor {floor}) uses {head} (floor {used})",
                path.display()
            );
        }
        assert!(!code.contains("use crate::{"), "{}: import rooms one a line", path.display());
    }
}

#[test]
fn the_analyser_knows_no_world() {
    for (path, room, code) in sources() {
        if PURE.contains(&room.as_str()) {
            for word in WORLDLY {
                assert!(!code.contains(word), "{}: names {word}", path.display());
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, _, _) in sources() {
        assert!(fs::read_to_string(&path).unwrap().starts_with("//! "), "{}: opens with //!", path.display());
    }
}
