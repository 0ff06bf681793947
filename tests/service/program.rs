//! The program itself, as an operator starts, watches and stops it: configuration, signals, and what goes
//! wrong around a service: full disks, files that change, collectors that are away.

use super::frames::{self, Frames};
use super::run;
use super::server::{Client, annotate, request};
use super::wire;
use glossator::grpc::pb;
use prost::Message as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use tonic::transport::Endpoint;

const PATIENCE: Duration = Duration::from_secs(60);
const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/entity.bin");

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glossator"));
    // Whatever the caller of the tests has set must not matter.
    let ours = |name: &str| ["GLOSSATOR_", "OTEL_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in std::env::vars().filter(|(name, _)| ours(name)) {
        command.env_remove(name);
    }
    command.arg("serve").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The program, ended with the test.
struct Program {
    child: Child,
    addr: SocketAddr,
    log: Receiver<Value>,
}

impl Program {
    /// On a free port, and with a drain that does not dally.
    fn start(flags: &[&str]) -> Self {
        Self::spawn(program().args(["--drain-delay", "0"]).args(flags))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut program = Self::watch(command.args(["--addr", "127.0.0.1:0", "--log-format", "json"]));
        program.addr = program.logged("serving")["addr"].as_str().unwrap().parse().unwrap();
        program
    }

    /// Starts it and keeps its log.
    fn watch(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (entries, log) = mpsc::sync_channel(4096);
        // The log is read on, lest it be lost.
        std::thread::spawn(move || {
            let entries_of = |line: String| serde_json::from_str::<Value>(&line).ok();
            lines
                .map_while(Result::ok)
                .filter_map(entries_of)
                .for_each(|entry| drop(entries.try_send(entry)));
        });
        Self { child, addr: ([0, 0, 0, 0], 0).into(), log }
    }

    /// The next entry of the log with this message.
    fn logged(&self, message: &str) -> Value {
        loop {
            let entry =
                self.log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no {message:?} in the log"));
            if entry["message"] == message {
                return entry;
            }
        }
    }

    fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// The exit code, once it has ended.
    fn ended(&mut self) -> Option<i32> {
        ended(&mut self.child)
    }

    async fn client(&self) -> Client {
        client(self.addr).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn ended(child: &mut Child) -> Option<i32> {
    child.wait().unwrap().code()
}

/// Waits until the service is there.
async fn client(addr: SocketAddr) -> Client {
    let endpoint = Endpoint::from_shared(format!("http://{addr}")).unwrap();
    let began = Instant::now();
    loop {
        match endpoint.connect().await {
            Ok(channel) => return Client::new(channel),
            Err(error) => assert!(began.elapsed() < PATIENCE, "nobody at {addr}: {error}"),
        }
    }
}

/// So many calls, each of which must be answered, over a connection that is closed then.
fn calls(addr: SocketAddr, count: usize) {
    run(async {
        let mut client = client(addr).await;
        for _ in 0..count {
            annotate(&mut client, "It rained.").await.unwrap();
        }
    });
}

/// An address that was free a moment ago, for a program whose log is not read.
fn free_addr() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn refused(command: &mut Command) -> Output {
    command.stderr(Stdio::piped()).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder of the test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("program-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// Written aside and moved, as whoever replaces a file in use should.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        fs::write(self.path("new"), content).unwrap();
        fs::rename(self.path("new"), self.path(name)).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_configuration_in_force_is_one_line_before_anything_is_served() {
    let mut command = program();
    command.env("GLOSSATOR_MAX_QUEUE_DELAY", "70ms").env("OTEL_SERVICE_NAME", "newsroom");
    command.args(["--workers", "3", "--drain-delay", "0", "--max-stream-window", "9"]);
    command.args(["--addr", "127.0.0.1:0", "--log-format", "json", "--log", "info"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let until_served: Vec<Value> = lines
        .map(|line| serde_json::from_str(&line).unwrap())
        .take_while(|entry: &Value| entry["message"] != "serving")
        .collect();
    child.kill().unwrap();
    child.wait().unwrap();
    let [line] = &until_served[..] else { panic!("{until_served:?}") };
    assert_eq!(line["message"], "configuration");
    assert!(line["engine_revision"].as_str().unwrap().starts_with(env!("CARGO_PKG_VERSION")));
    let config = line["config"].as_str().unwrap();
    for field in [
        "addr: 127.0.0.1:0",
        "admin_addr: None",
        "max_text_chars: 1000000",
        "workers: 3",
        "max_admitted_bytes: 268435456",
        "max_connections: 4096",
        "max_queue_delay: 70ms",
        "max_article_duration: 30s",
        "max_call_duration: 1200s",
        "max_stream_window: 9",
        "max_concurrent_streams: 256",
        "max_connection_age: Some(1800s)",
        "delay: 0ns, limit: 25s",
        "tls: None",
        "otlp_endpoint: None",
        "service_name: \"newsroom\"",
    ] {
        assert!(config.contains(field), "{field} in {config}");
    }
}

/// Flags of `serve` with the variable of each, as the help has them.
fn flags() -> BTreeMap<String, String> {
    let help = program().arg("--help").stdout(Stdio::piped()).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let mut flags = BTreeMap::new();
    let mut flag = "";
    for word in help.split_whitespace() {
        if let Some(name) = word.strip_prefix("--") {
            flag = name;
        } else if let Some(variable) = word.strip_suffix("=]") {
            flags.insert(flag.to_owned(), variable.to_owned());
        }
    }
    flags
}

#[test]
fn every_flag_and_variable_that_is_bad_is_refused_by_name_before_a_port_is_bound() {
    // Whoever binds a port first would end with 69 and not with 64.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let mut bad: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("addr", &["nowhere", "localhost:50051", "127.0.0.1"][..]),
        ("admin-addr", &["nowhere"]),
        ("tls-cert", &["nowhere.crt"]),
        ("tls-key", &["nowhere.key"]),
        ("tls-client-ca", &["nowhere-ca.crt"]),
        ("terms", &["nowhere.jsonl", "/"]),
        ("model", &["nowhere.bin", "/dev/null"]),
        ("workers", &["0", "-1", "many"]),
        ("max-text-chars", &["0", "99999999", "x"]),
        ("max-title-chars", &["0", "99999999", "x"]),
        ("max-admitted-bytes", &["-1", "256MB"]),
        ("max-unfinished-bytes", &["-1", "128MB"]),
        ("max-connections", &["0", "-1", "many"]),
        ("max-stream-window", &["0", "1", "1025", "x"]),
        ("log", &["glossator=loud", "a=b=c"]),
        ("log-format", &["xml"]),
        ("otlp-endpoint", &["https://127.0.0.1:4317", "127.0.0.1:4317", "http://", "http://a b"]),
    ]);
    for duration in [
        "max-queue-delay",
        "max-article-duration",
        "max-call-duration",
        "max-connection-age",
        "drain-delay",
        "drain-limit",
    ] {
        bad.insert(duration, &["5", "soon", "25h", "-1s"]);
    }
    let flags = flags();
    let known: Vec<_> = flags.keys().map(String::as_str).filter(|flag| *flag != "service-name").collect();
    assert_eq!(known, bad.keys().copied().collect::<Vec<_>>(), "each flag has bad values here, but one");
    for (flag, values) in bad {
        for value in values {
            for by_variable in [false, true] {
                let mut command = program();
                if flag != "addr" {
                    command.args(["--addr", &addr]);
                }
                if flag.starts_with("tls-") {
                    // Files that are there, but no certificates.
                    for other in ["tls-cert", "tls-key"].iter().filter(|other| **other != flag) {
                        command.args([&format!("--{other}"), MODEL]);
                    }
                }
                if by_variable {
                    command.env(&flags[flag], value);
                } else {
                    command.arg(format!("--{flag}={value}"));
                }
                let output = refused(&mut command);
                let message = told(&output);
                assert_eq!(output.status.code(), Some(64), "{flag}={value}: {message}");
                assert!(message.contains(&format!("--{flag}")), "{flag}={value}: {message}");
                assert!(message.contains(value), "{flag}={value}: {message}");
                assert!(!by_variable || message.contains(&flags[flag]), "{flag}={value}: {message}");
            }
        }
    }
}

#[test]
fn the_first_article_does_not_wait_for_what_is_made_but_once() {
    let mut command = program();
    command.args(["--addr", "127.0.0.1:0", "--log-format", "json", "--log", "debug"]);
    let program = Program::watch(&mut command);
    let warm = program.logged("warm")["elapsed_ms"].as_f64().unwrap();
    let addr = program.logged("serving")["addr"].as_str().unwrap().parse().unwrap();
    calls(addr, 1);
    let first = program.logged("call")["work_ms"].as_f64().unwrap();
    assert!(first < warm / 4.0, "{first} ms after {warm} ms of warming up");
}

#[test]
fn a_signal_ends_it_well_and_a_second_one_at_once() {
    for name in ["TERM", "INT"] {
        let mut program = Program::start(&[]);
        program.signal(name);
        let stopped = program.logged("stopped");
        assert_eq!((&stopped["cut_calls"], &stopped["at_limit"]), (&0.into(), &false.into()), "{stopped}");
        assert_eq!(program.ended(), Some(0), "{name}");
    }
    let began = Instant::now();
    let mut program = Program::spawn(program().args(["--drain-delay", "40s", "--drain-limit", "40s"]));
    program.signal("TERM");
    program.logged("draining");
    program.signal("INT");
    assert_eq!(program.ended(), Some(130));
    assert!(began.elapsed() < Duration::from_secs(40), "and not after the drain");
}

#[test]
fn what_the_drain_cuts_at_its_limit_stands_in_the_log_and_is_no_failure() {
    run(async {
        let mut program = Program::start(&["--drain-limit", "500ms"]);
        // An answer that is not read beyond HTTP/2's own window is a call that stays open.
        let mut asked = request(&"It rained on the town of the lake. ".repeat(1800));
        asked.options = Some(pb::AnnotateOptions { include_text: true, ..pb::AnnotateOptions::default() });
        let message = wire::frame(&asked.encode_to_vec());
        let mut client = Frames::connect(program.addr).await;
        client.send(&[frames::headers(1, 0, wire::ANNOTATE, &[])]).await;
        for chunk in message.chunks(16 * 1024) {
            client.send(&[frames::frame(frames::DATA, 0, 1, chunk)]).await;
        }
        client.send(&[frames::frame(frames::DATA, frames::END_STREAM, 1, &[])]).await;
        client.wait_for(frames::HEADERS).await.unwrap();
        program.signal("TERM");
        let stopped = program.logged("stopped");
        assert_eq!((&stopped["cut_calls"], &stopped["at_limit"]), (&1.into(), &true.into()), "{stopped}");
        assert_eq!(program.ended(), Some(0));
    });
}

#[test]
fn without_sockets_it_waits_for_some_and_goes_on() {
    run(async {
        // A shell lowers the limit of what it becomes.
        let mut shell = Command::new("sh");
        let serve = ["-c", "ulimit -n 40 && exec \"$0\" serve --drain-delay 0 \"$@\""];
        let mut program = Program::spawn(shell.args(serve).arg(env!("CARGO_BIN_EXE_glossator")));
        let mut client = program.client().await;
        let silent: Vec<_> = (0..60).map(|_| std::net::TcpStream::connect(program.addr).unwrap()).collect();
        program.logged("a connection was not accepted");
        let began = Instant::now();
        for _ in 0..10 {
            program.logged("a connection was not accepted");
            annotate(&mut client, "It rained.").await.unwrap();
        }
        assert!(began.elapsed() > Duration::from_millis(500), "ten tries in {:?}", began.elapsed());
        drop(silent);
        annotate(&mut program.client().await, "It rained.").await.unwrap();
        program.signal("TERM");
        assert_eq!(program.ended(), Some(0));
    });
}

#[test]
fn a_full_disk_costs_log_lines_and_no_call() {
    let addr = free_addr();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = program();
    command.args(["--addr", &addr.to_string(), "--drain-delay", "0", "--log", "debug"]).stderr(full);
    let mut child = command.spawn().unwrap();
    calls(addr, 100);
    signal(&child, "TERM");
    assert_eq!(ended(&mut child), Some(0));
}

#[test]
fn a_log_that_nobody_reads_holds_up_no_call_and_waits_in_so_much_memory() {
    let addr = free_addr();
    let mut command = program();
    command.args(["--addr", &addr.to_string(), "--drain-delay", "0", "--log", "trace"]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    // Far more than a pipe holds, and than may wait.
    calls(addr, 1000);
    let mut unread = child.stderr.take().unwrap();
    let reading = std::thread::spawn(move || {
        let mut log = String::new();
        unread.read_to_string(&mut log).map(|_| log)
    });
    signal(&child, "TERM");
    assert_eq!(ended(&mut child), Some(0));
    let log = reading.join().unwrap().unwrap();
    // Twice the bound, since what is being written makes room, and what the way out logged.
    assert!(log.len() < 9 << 20, "{} bytes waited", log.len());
    assert!(log.contains("lines of the log were dropped"), "whoever reads on is told");
}

#[test]
fn a_collector_that_says_nothing_holds_up_neither_calls_nor_the_end() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let mut program = Program::start(&["--otlp-endpoint", &endpoint]);
    calls(program.addr, 20);
    let began = Instant::now();
    program.signal("TERM");
    assert_eq!(program.ended(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(8), "two seconds for the last spans, and not ten");
}

#[test]
fn a_model_that_is_swapped_while_it_runs_is_taken_whole_or_not_at_all() {
    run(async {
        let folder = Folder::new("model");
        let good = fs::read(MODEL).unwrap();
        let path = folder.write("entity.bin", &good);
        let program = Program::start(&["--model", &path]);
        let mut client = program.client().await;
        let mut revision = async || {
            let info = client.get_server_info(pb::GetServerInfoRequest {}).await.unwrap();
            let answer = annotate(&mut client, "Ada Lovelace wrote it.").await;
            assert!(answer.is_ok_and(|summary| summary.entity_count > 0));
            info.into_inner().server_info.unwrap().engine_revision
        };
        let first = revision().await;
        program.signal("HUP");
        program.logged("terms and model have not changed");
        let half = good.get(..good.len() / 2).unwrap().to_vec();
        for bad in [Some(half), Some(b"rubbish".to_vec()), None] {
            match bad {
                Some(bad) => drop(folder.write("entity.bin", bad)),
                None => fs::remove_file(&path).unwrap(),
            }
            // Whether it is told or not, a change in the folder alone changes nothing.
            assert_eq!(revision().await, first);
            program.signal("HUP");
            let kept = program.logged("the terms and the model in force stay");
            assert!(kept["error"].as_str().unwrap().contains(&path), "{kept}");
            assert_eq!(revision().await, first);
        }
        folder.write("entity.bin", &good);
        program.signal("HUP");
        program.logged("terms and model have not changed");
    });
}

#[test]
fn a_certificate_is_read_again_at_a_signal_and_a_bad_one_told_of() {
    let folder = Folder::new("certificate");
    let own = || {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        (own.cert.pem(), own.signing_key.serialize_pem())
    };
    let (certificate, key) = own();
    let (cert, key) = (folder.write("tls.crt", certificate), folder.write("tls.key", key));
    let mut program = Program::start(&["--tls-cert", &cert, "--tls-key", &key]);
    let (certificate, new_key) = own();
    folder.write("tls.crt", certificate);
    program.signal("HUP");
    let kept = program.logged("the certificate in force stays");
    assert_eq!(kept["level"], "ERROR", "the key is another's: {kept}");
    // The files are looked at every ten seconds anyway, and that may have been now; but not twice.
    folder.write("tls.key", new_key);
    let began = Instant::now();
    program.signal("HUP");
    program.logged("new certificate in force");
    assert!(began.elapsed() < Duration::from_secs(8), "at the signal");
    program.signal("TERM");
    assert_eq!(program.ended(), Some(0));
}
