//! Terms and models of files: found, preferred, read again, and refused with what is wrong with them.

use super::{Folder, NEWS, Server, done, glossator, program, refused, replies};
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};

const TERM: &str = r#"{"text":"harbour","type":"ENTITY_TYPE_FACILITY","canonical_name":"Lisbon Harbour"}"#;

/// The revision and the names of the facilities.
fn facilities(output: &Output) -> (String, Vec<String>) {
    done(output);
    let reply = replies(output).remove(0);
    let entities = reply["annotations"].as_array().unwrap().iter().map(|it| it["entity"].clone());
    let facilities = entities
        .filter(|entity| entity["type"] == "ENTITY_TYPE_FACILITY")
        .map(|entity| entity["canonicalName"].as_str().unwrap().to_owned())
        .collect();
    (reply["header"]["engineRevision"].as_str().unwrap().to_owned(), facilities)
}

#[test]
fn terms_of_a_file_are_found_and_bad_ones_refused() {
    let folder = Folder::new("terms");
    let terms = folder.write("terms.jsonl", TERM);
    let article = folder.write("news.txt", NEWS);
    let annotate =
        |flags: &[&str]| glossator(&[&["annotate", &article, "--format", "jsonl"], flags].concat());
    let (bare, none) = facilities(&annotate(&[]));
    assert!(none.is_empty(), "{none:?}");
    let (revision, found) = facilities(&annotate(&["--terms", &terms]));
    assert_eq!(found, ["Lisbon Harbour"]);
    assert_ne!(revision, bare, "the terms count in the revision");
    let twin = program()
        .env("GLOSSATOR_TERMS", &terms)
        .args(["annotate", &article, "--format", "jsonl"])
        .output()
        .unwrap();
    assert_eq!(facilities(&twin), (revision, found));

    let bad = folder.write("bad.jsonl", format!("{TERM}\n{{\"text\":\"Acme\"}}\n"));
    for command in [&["annotate", &article, "--terms", &bad][..], &["serve", "--terms", &bad]] {
        refused(&glossator(command), 64, "bad.jsonl:2: term.type is 0, which is no entity type");
    }
    refused(&annotate(&["--terms", "nowhere.jsonl"]), 64, "cannot read nowhere.jsonl");
    let latin = folder.write("latin.jsonl", b"{\"text\":\"Caf\xe9\",\"type\":1}");
    refused(&annotate(&["--terms", &latin]), 64, "invalid utf-8");
    refused(&annotate(&["--terms", &terms, "--server", "http://127.0.0.1:1"]), 64, "cannot be used with");
}

#[test]
fn terms_are_read_again_at_sighup_and_no_call_is_lost() {
    let folder = Folder::new("reload");
    let terms = folder.write("terms.jsonl", TERM);
    let article = folder.write("news.txt", NEWS);
    let server = Server::start_with(&["--terms", &terms]);
    let url = format!("http://{}", server.address);
    let annotate = || glossator(&["annotate", &article, "--format", "jsonl", "--server", &url]);
    let (first, found) = facilities(&annotate());
    assert_eq!(found, ["Lisbon Harbour"]);

    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Calls go on while the terms change, and each must be answered, by one list or the other.
        let caller = scope.spawn(|| {
            let mut calls = 0;
            while !over.load(Ordering::Relaxed) {
                let (_, found) = facilities(&annotate());
                assert!(["Lisbon Harbour", "The Harbour"].contains(&found[0].as_str()), "{found:?}");
                calls += 1;
            }
            calls
        });
        for name in ["The Harbour", "Lisbon Harbour", "The Harbour"] {
            // Written aside and moved, as whoever changes a file that is in use should.
            let new = folder.write("new.jsonl", TERM.replace("Lisbon Harbour", name));
            fs::rename(new, &terms).unwrap();
            server.hang_up();
            server.logged("new terms or model in force");
            assert_eq!(facilities(&annotate()).1, [name]);
        }
        over.store(true, Ordering::Relaxed);
        assert!(caller.join().unwrap() > 0);
    });
    let (second, _) = facilities(&annotate());
    assert_ne!(first, second, "the terms count in the revision");

    folder.write("terms.jsonl", format!("{TERM}\nrubbish\n"));
    server.hang_up();
    let entry = server.logged("the terms and the model in force stay");
    assert!(entry["error"].as_str().unwrap().contains("terms.jsonl:2: is not a term"), "{entry}");
    assert_eq!(facilities(&annotate()), (second, vec!["The Harbour".to_owned()]));
}

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/entity.bin");

#[test]
fn a_model_of_a_file_takes_the_place_of_the_built_in_one() {
    let folder = Folder::new("model");
    let article = folder.write("news.txt", NEWS);
    let answer = |flags: &[&str]| {
        let output = glossator(&[&["annotate", &article, "--format", "jsonl"], flags].concat());
        done(&output);
        replies(&output).remove(0)
    };
    let built_in = answer(&[]);
    let beside = |name: &str| Path::new(MODEL).with_file_name(name).display().to_string();
    let all = [beside("quote.bin"), MODEL.to_owned(), beside("sentence.bin")].join(",");
    for same in [answer(&["--model", MODEL]), answer(&["--model", &all])] {
        assert_eq!(built_in["annotations"], same["annotations"]);
        assert_eq!(built_in["header"]["engineRevision"], same["header"]["engineRevision"]);
    }
    let twice = glossator(&["annotate", &article, "--model", MODEL, "--model", MODEL]);
    refused(&twice, 64, "entity.bin is of the same kind as a model before it");
}

#[test]
fn every_bad_model_is_refused_with_what_is_wrong() {
    let folder = Folder::new("bad-models");
    let article = folder.write("news.txt", NEWS);
    let good = fs::read(MODEL).unwrap();
    let changed = |at: usize, with: u8| {
        let mut bytes = good.clone();
        bytes[at] ^= with;
        bytes
    };
    for (name, bytes, told_of) in [
        ("cut.bin", good[..good.len() / 2].to_vec(), "model is cut off"),
        ("foreign.bin", b"PK\x03\x04 an archive".to_vec(), "not a glossator model"),
        ("empty.bin", Vec::new(), "not a glossator model"),
        ("newer.bin", changed(8, 0x70), "this program reads up to 1"),
        ("damaged.bin", changed(good.len() / 2, 1), "model is damaged: the checksum does not match"),
        ("template.bin", changed(16, 1), "model was trained with feature template"),
        (
            "kind.bin",
            changed(12, 0x17),
            "kind.bin: its kind is \"rnty\", and known are \"sent\" (sentences), \"enty\" (entities), \"quot\" (quotes)",
        ),
    ] {
        let path = folder.write(name, bytes);
        for command in [&["annotate", &article, "--model", &path][..], &["serve", "--model", &path]] {
            let output = glossator(command);
            refused(&output, 64, "--model (GLOSSATOR_MODEL)");
            refused(&output, 64, told_of);
        }
    }
    refused(&glossator(&["annotate", &article, "--model", "nowhere.bin"]), 64, "cannot read nowhere.bin");
}
