//! The program as a person or a script meets it: commands, formats, inputs, exit codes, and one clear message
//! for each thing that can be wrong.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod assets;

use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
const NEWS: &str =
    "LISBON, May 6 – “The harbour is open,” Mayor Ana Sol said on Monday.\n\nBoats were waiting.\n";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glossator"));
    // Whatever the caller of the tests has set must not matter.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GLOSSATOR_") || name == "NO_COLOR")
    {
        command.env_remove(name);
    }
    command
}

fn glossator(arguments: &[&str]) -> Output {
    program().args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn piped(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that refuses its input before reading it closes the pipe.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The replies of JSON lines.
fn replies(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
fn done(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", told(output));
}

#[track_caller]
fn refused(output: &Output, code: i32, message: &str) {
    assert!(told(output).contains(message), "wanted {message:?}, was told: {}", told(output));
    assert_eq!(output.status.code(), Some(code), "{}", told(output));
}

/// A folder of the test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running server on a free port, ended with the test.
struct Server {
    child: Child,
    address: String,
    log: Receiver<Value>,
}

impl Server {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(flags: &[&str]) -> Self {
        let mut child = program()
            .args(["serve", "--addr", "127.0.0.1:0", "--log-format", "json"])
            .args(flags)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (entries, log) = mpsc::sync_channel(1024);
        // The log is read on, lest the server wait for a reader.
        std::thread::spawn(move || {
            let entry = |line: String| serde_json::from_str::<Value>(&line).unwrap();
            lines.map_while(Result::ok).for_each(|line| drop(entries.try_send(entry(line))));
        });
        let mut server = Self { child, address: String::new(), log };
        server.address = server.logged("serving")["addr"].as_str().unwrap().to_owned();
        server
    }

    /// The next entry of the log with this message.
    fn logged(&self, message: &str) -> Value {
        loop {
            let entry = self.log.recv_timeout(Duration::from_secs(60)).unwrap();
            if entry["message"] == message {
                return entry;
            }
        }
    }

    fn hang_up(&self) {
        let sent = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_format_of_an_example() {
    let article = format!("{EXAMPLES}/fisheries-talks.txt");
    let pretty = glossator(&["annotate", &article]);
    done(&pretty);
    let picture = out(&pretty);
    assert!(!picture.contains('\u{1b}'), "no colours in a pipe");
    assert!(picture.contains("Quotes") && picture.contains("Entities") && picture.contains("sentences"));
    let coloured = glossator(&["annotate", &article, "--color", "always"]);
    assert!(out(&coloured).contains("\u{1b}["));

    let json = glossator(&["annotate", &article, "--format", "json"]);
    let reply: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(reply["header"]["languageCode"], "en");
    assert!(reply["annotations"].as_array().unwrap().len() > 10);
    let lines = glossator(&["annotate", &article, "--format", "jsonl"]);
    let [line] = &replies(&lines)[..] else { panic!("one article is one line") };
    assert_eq!(line["annotations"], reply["annotations"]);

    let html = out(&glossator(&["annotate", &article, "--format", "html"]));
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!html.contains(outside), "the page needs nothing from elsewhere: {outside}");
    }
}

#[test]
fn flags_have_twins_in_the_environment() {
    let output = program().env("GLOSSATOR_FORMAT", "jsonl").args(["annotate", EXAMPLES]).output().unwrap();
    done(&output);
    assert!(replies(&output).len() > 5);
    let output = program().env("GLOSSATOR_ADDR", "nowhere").arg("serve").output().unwrap();
    refused(&output, 64, "invalid value 'nowhere' for '--addr <ADDR>'");
    let output = program().env("GLOSSATOR_MAX_STREAM_WINDOW", "1").arg("serve").output().unwrap();
    refused(&output, 64, "--max-stream-window (GLOSSATOR_MAX_STREAM_WINDOW): it goes from 2 to 1024");
    let output = program().env("GLOSSATOR_JOBS", "0").args(["annotate", EXAMPLES]).output().unwrap();
    refused(&output, 64, "'--jobs <COUNT>'");
}

#[test]
fn standard_input_is_text_or_json_lines() {
    let text = piped(&["annotate", "--format", "jsonl"], NEWS.as_bytes());
    done(&text);
    assert_eq!(replies(&text)[0]["header"]["textLength"], NEWS.len());
    let lines = piped(&["annotate", "-", "--format", "jsonl"], b"\n{\"id\":\"a\",\"text\":\"Rain.\"}\n");
    done(&lines);
    assert_eq!(replies(&lines)[0]["header"]["textLength"], 5);
    let forced = piped(&["annotate", "--input-format", "text", "--format", "jsonl"], b"{\"text\":\"Rain.\"}");
    assert_eq!(replies(&forced)[0]["header"]["textLength"], 16);
    refused(&piped(&["annotate", "--input-format", "jsonl"], b""), 66, "there is no article in the inputs");
}

#[test]
fn a_folder_is_its_articles_by_name() {
    let folder = Folder::new("folder");
    folder.write("b.txt", "Second.");
    folder.write("a.jsonl", "{\"id\":\"first\",\"text\":\"First.\"}\n");
    folder.write("deeper/c.ndjson", "{\"id\":\"third\",\"text\":\"Third.\"}\n");
    folder.write("notes.md", "Nobody asked for this.");
    let output = glossator(&["annotate", folder.path(), "--format", "jsonl", "--include-text"]);
    done(&output);
    let texts: Vec<Value> = replies(&output)
        .into_iter()
        .map(|reply| reply["annotations"][0]["sentence"]["span"]["text"].clone())
        .collect();
    assert_eq!(texts, ["First.", "Second.", "Third."]);
}

#[test]
fn many_articles_on_many_cores_come_in_order() {
    // Long and short ones in turn, each of a length of its own.
    let texts: Vec<String> =
        (0..300).map(|number| NEWS.repeat(1 + number * 7919 % 13) + &"a".repeat(number)).collect();
    let lines: String =
        texts.iter().map(|text| format!("{}\n", serde_json::json!({ "text": text }))).collect();
    let many = piped(&["annotate", "--jobs", "7", "--format", "jsonl"], lines.as_bytes());
    done(&many);
    let found: Vec<Option<u64>> =
        replies(&many).iter().map(|reply| reply["header"]["textLength"].as_u64()).collect();
    assert_eq!(found, texts.iter().map(|text| u64::try_from(text.len()).ok()).collect::<Vec<_>>());
    assert!(told(&many).is_empty(), "no progress bar in a pipe: {}", told(&many));
}

#[test]
fn one_bad_article_does_not_stop_the_rest() {
    let folder = Folder::new("bad-lines");
    let lines = [
        r#"{"id":"good","text":"Rain fell."}"#,
        r#"{"id":"cut","text":"Rain"#,
        r#"{"id":"textless"}"#,
        r#"{"id":"mars","text":"Rain.","publish_time":"2024-05-06","time_zone":"Mars/Base"}"#,
        r#"{"id":"tongue","text":"Rain.","language_code":"no such tongue"}"#,
        r#"{"id":"when","text":"Rain.","publish_time":"Monday"}"#,
        r#"[1, 2]"#,
        r#"{"id":"last","text":"Sun shone."}"#,
    ];
    let mut bytes = lines.join("\n").into_bytes();
    bytes.extend(b"\n{\"id\":\"latin\",\"text\":\"caf\xe9\"}\n");
    let path = folder.write("news.jsonl", bytes);
    let output = glossator(&["annotate", &path, "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    let answers: Vec<Value> = replies(&output);
    assert_eq!(answers.len(), 9, "the n-th answer belongs to the n-th article");
    for (index, answer) in answers.iter().enumerate() {
        assert_eq!(answer.get("header").is_some(), matches!(index, 0 | 7), "{index}: {answer}");
    }
    let told = told(&output);
    for message in [
        "news.jsonl:2: is not an article: EOF while parsing a string",
        "news.jsonl:3: article \"textless\" is not usable: missing field `text`",
        "news.jsonl:4: article \"mars\": INVALID_ARTICLE: article.time_zone is \"Mars/Base\", which is no IANA",
        "news.jsonl:5: article \"tongue\": ",
        "news.jsonl:6: article \"when\" is not usable: publish_time \"Monday\" is neither a time",
        "news.jsonl:7: is not an article",
        "news.jsonl:9: article \"latin\" is not usable: invalid unicode code point",
        "7 of 9 articles failed",
    ] {
        assert!(told.contains(message), "wanted {message:?} in\n{told}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    refused(&glossator(&["annotate", "no-such.txt"]), 66, "no-such.txt: cannot be read: No such file");
    let folder = Folder::new("unreadable");
    let latin = folder.write("latin.txt", b"A caf\xe9 in Lisbon.");
    refused(&glossator(&["annotate", &latin]), 1, "latin.txt: is not UTF-8 from byte 5 on");
    let good = folder.write("good.txt", NEWS);
    let mixed = glossator(&["annotate", "no-such.txt", &good, "--format", "jsonl"]);
    refused(&mixed, 1, "1 of 2 articles failed");
    assert!(replies(&mixed)[1]["header"].is_object());
    let long = folder.write("long.txt", "a ".repeat(500_001));
    refused(&glossator(&["annotate", &long]), 1, "ARTICLE_TOO_LONG");
    let empty = Folder::new("empty");
    refused(&glossator(&["annotate", empty.path()]), 66, "there is no article in the inputs");
}

#[test]
fn flags_that_make_no_sense() {
    for (arguments, message) in [
        (&["annotate", "--bogus"][..], "unexpected argument '--bogus'"),
        (&["--bogus"], "unexpected argument '--bogus'"),
        (&["anotate"], "unrecognized subcommand 'anotate'"),
        (&["annotate", "-", "--min-confidence", "NaN"], "must be from 0 to 1"),
        (&["annotate", "-", "--min-confidence", "1.5"], "must be from 0 to 1"),
        (&["annotate", "-", "--min-confidence", "high"], "not a number"),
        (&["annotate", "-", "--format", "xml"], "[possible values: pretty, json, jsonl, html]"),
        (&["annotate", "-", "--kinds", "verb"], "[possible values: sentence, quote, entity]"),
        (&["annotate", "-", "--offset-encoding", "latin1"], "[possible values: utf8, utf16, utf32]"),
        (&["completions", "tcl"], "[possible values:"),
        (&["serve", "--addr", "127.0.0.1:99999"], "invalid value '127.0.0.1:99999' for '--addr <ADDR>'"),
        (&["serve", "--drain-delay", "9s", "--drain-limit", "3s"], "less than --drain-delay"),
        (&["serve", "--max-call-duration", "soon"], "'--max-call-duration <MAX_CALL_DURATION>'"),
    ] {
        let output = glossator(arguments);
        refused(&output, 64, message);
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_port_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(
        &glossator(&["serve", "--addr", &address]),
        69,
        &format!("cannot listen on {address}: Address already in use"),
    );
}

#[test]
fn through_a_server_it_is_the_same() {
    let server = Server::start();
    let url = format!("http://{}", server.address);
    let folder = Folder::new("remote");
    let good = format!("{EXAMPLES}/articles.jsonl");
    let bad = folder.write(
        "bad.jsonl",
        "{\"id\":\"mars\",\"text\":\"Rain.\",\"time_zone\":\"Mars/Base\"}\nrubbish\n{\"id\":\"ok\",\"text\":\"Sun.\"}\n",
    );
    let here = glossator(&["annotate", &good, &bad, "--format", "jsonl"]);
    let there = glossator(&["annotate", &good, &bad, "--format", "jsonl", "--server", &url]);
    assert_eq!((here.status.code(), there.status.code()), (Some(1), Some(1)), "{}", told(&there));
    let annotations = |output: &Output| -> Vec<Value> {
        replies(output).into_iter().map(|reply| reply["annotations"].clone()).collect()
    };
    assert_eq!(annotations(&here), annotations(&there));
    assert_eq!(told(&here), told(&there));
    let twin = program()
        .env("GLOSSATOR_SERVER", &url)
        .args(["annotate", &good, "--format", "html"])
        .output()
        .unwrap();
    done(&twin);
    assert!(out(&twin).contains("</html>"));
}

#[test]
fn a_server_that_is_not_there() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let article = format!("{EXAMPLES}/robot-cafe.txt");
    let url = format!("http://{free}");
    refused(&glossator(&["annotate", &article, "--server", &url]), 69, &url);
}

#[test]
fn info_help_version_and_completions() {
    let info: Value = serde_json::from_slice(&glossator(&["info"]).stdout).unwrap();
    assert!(info.is_object() && info.to_string().contains(env!("CARGO_PKG_VERSION")), "{info}");
    assert_eq!(out(&glossator(&["--version"])), format!("glossator {}\n", env!("CARGO_PKG_VERSION")));
    for (arguments, words) in [
        (&["--help"][..], &["serve", "annotate", "info", "completions", "Exit codes:"][..]),
        (&["annotate", "--help"], &["--format", "--server", "GLOSSATOR_SERVER", "Exit codes:"]),
        (&["serve", "--help"], &["--addr", "GLOSSATOR_ADDR", "--admin-addr", "GLOSSATOR_ADMIN_ADDR"]),
    ] {
        let output = glossator(arguments);
        done(&output);
        for word in words {
            assert!(out(&output).contains(word), "{arguments:?} tells of {word}");
        }
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = glossator(&["completions", shell]);
        done(&script);
        assert!(out(&script).contains("annotate"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = program()
        .args(["annotate", EXAMPLES, EXAMPLES, EXAMPLES, "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut head = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut head).unwrap();
    let output = child.wait_with_output().unwrap();
    done(&output);
    assert!(told(&output).is_empty(), "{}", told(&output));
}
