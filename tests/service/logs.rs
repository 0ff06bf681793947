//! Logs: one line a call with everything that an operator asks for, and never a word of an article.

use super::puppet::{PANIC, WAIT};
use super::run;
use super::server::{Server, annotate, article, config, read, request, streamed};
use super::wire::{ANNOTATE, STREAM, Wire, collect};
use glossator::grpc::pb;
use glossator::telemetry::{self, LogFormat};
use serde_json::Value;
use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tonic::Code;
use tracing_subscriber::fmt::MakeWriter;

/// A word of articles that nothing else contains.
const SECRET: &str = "Zanzibarium";

/// A log in memory, in the format of the service's own.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Takes what this thread logs, everything, until the guard is dropped.
    fn here() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(log.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn entries(log: &str) -> Vec<Value> {
    log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The lines of calls.
fn calls(log: &str) -> Vec<Value> {
    entries(log).into_iter().filter(|entry| entry["message"] == "call").collect()
}

#[test]
fn one_line_a_call_and_never_a_word_of_the_article() {
    run(async {
        let (log, guard) = Log::here();
        let server = Server::start().await;
        let mut client = server.client().await;
        let text = format!("“It rained,” said Ada {SECRET}.");

        let mut wire = Wire::connect(server.addr).await;
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = format!("00-{trace}-00f067aa0ba902b7-01");
        let headers = [("traceparent", &*parent), ("x-request-id", "r-1")];
        assert_eq!(wire.call(ANNOTATE, &headers, &request(&text)).await.unwrap().status(), 0);
        let bad = pb::Article { title: text.clone().into(), language_code: SECRET.into(), ..article(&text) };
        let bad = pb::AnnotateRequest { article: Some(bad), options: None };
        assert_eq!(client.annotate(bad).await.unwrap_err().code(), Code::InvalidArgument);
        let panicked = annotate(&mut client, &format!("{PANIC} {text}")).await.unwrap_err();
        assert_eq!(panicked.code(), Code::Internal);
        let articles = [streamed(&text), streamed(&format!("{PANIC} {text}")), streamed(&text)];
        let answer = client.annotate_stream(tokio_stream::iter(articles)).await.unwrap();
        read(answer.into_inner()).await.1.unwrap();
        let unwanted = client.annotate(request(&format!("{WAIT} {text}"))).await.unwrap();
        server.puppet.until(|counts| counts.waiting == 1).await;
        drop(unwanted);
        server.recorder.ended(5).await;
        client.get_server_info(pb::GetServerInfoRequest {}).await.unwrap();
        drop(guard);

        let log = log.text();
        let calls = calls(&log);
        let column = |name: &str| calls.iter().map(|call| call[name].clone()).collect::<Vec<_>>();
        let method = ["Annotate", "Annotate", "Annotate", "AnnotateStream", "Annotate", "GetServerInfo"];
        assert_eq!(column("method"), method, "{log}");
        assert_eq!(column("code"), ["OK", "INVALID_ARGUMENT", "INTERNAL", "OK", "CANCELLED", "OK"]);
        assert_eq!(column("reason"), ["", "LANGUAGE_UNSUPPORTED", "INTERNAL", "", "CANCELLED", ""]);
        assert_eq!(column("level"), ["INFO", "INFO", "ERROR", "INFO", "DEBUG", "INFO"]);
        assert_eq!(column("articles"), [1, 1, 1, 3, 0, 0]);
        assert_eq!(column("failed_articles"), [0, 1, 1, 1, 0, 0]);
        let first = &calls[0];
        assert_eq!((&first["trace_id"], &first["request_id"]), (&Value::from(trace), &Value::from("r-1")));
        assert_eq!(first["bytes"].as_u64(), u64::try_from(text.len()).ok());
        assert!(first["annotations"].as_u64() >= Some(2), "{first}");
        let millis = |name: &str| first[name].as_f64().unwrap_or_else(|| panic!("{name} in {first}"));
        assert!(millis("queue_ms") + millis("work_ms") <= millis("elapsed_ms") && millis("work_ms") > 0.0);

        assert!(log.lines().count() > 50, "everything is logged here, even what libraries trace");
        let leak = log.lines().find(|line| line.contains(SECRET) || line.contains("rained"));
        assert_eq!(leak, None);
    });
}

#[test]
fn a_message_that_cannot_be_read_is_no_defect() {
    run(async {
        let (log, guard) = Log::here();
        let server = Server::start().await;
        let mut wire = Wire::connect(server.addr).await;
        // A field of type 7, which there is not.
        let answer = wire.call_with_bytes(STREAM, &[0x0f, 0xff, 0xff]).await.unwrap();
        assert_eq!(answer.status(), Code::Internal as i32, "the transport's own code");
        let report = server.recorder.ended(1).await;
        assert_eq!((report.code, report.reason), ("INTERNAL", "TRANSPORT"));
        drop(guard);
        assert_eq!(calls(&log.text())[0]["level"], "INFO");
    });
}

/// Such a call never comes to its handler.
#[test]
fn a_call_whose_message_does_not_come_is_logged_with_its_trace_and_its_time() {
    run(async {
        let (log, guard) = Log::here();
        let mut config = config();
        config.service.max_article_duration = Duration::from_millis(100);
        let server = Server::start_with(config).await;
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = format!("00-{trace}-00f067aa0ba902b7-01");
        let headers = [("traceparent", &*parent), ("x-request-id", "r-2")];
        let mut wire = Wire::connect(server.addr).await;
        let (answer, mut body) = wire.send(ANNOTATE, &headers, None::<&()>).await.unwrap();
        body.send_data(vec![0, 0, 0].into(), false).unwrap();
        let answer = collect(answer.await.unwrap()).await.unwrap();
        assert_eq!(answer.status(), Code::DeadlineExceeded as i32);
        server.recorder.ended(1).await;
        drop(guard);
        let log = log.text();
        let [call] = &calls(&log)[..] else { panic!("one line a call: {log}") };
        assert_eq!((&call["trace_id"], &call["request_id"]), (&Value::from(trace), &Value::from("r-2")));
        assert!(call["elapsed_ms"].as_f64() >= Some(100.0), "{call}");
    });
}

/// The service's own log in a process of its own, since its hook for panics is the process's.
#[test]
#[ignore = "started by the test below"]
fn panics_in_a_process_of_its_own() {
    run(async {
        let log = telemetry::init(LogFormat::Auto, "trace").unwrap();
        let server = Server::start().await;
        let text = format!("{PANIC} It rained on {SECRET}.");
        let status = annotate(&mut server.client().await, &text).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        drop(log);
    });
}

#[test]
fn a_panic_is_logged_with_its_place_and_without_its_message() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "logs::panics_in_a_process_of_its_own", "--ignored", "--nocapture"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let log = String::from_utf8(child.stderr).unwrap();
    assert!(child.status.success(), "{log}");
    let entries = entries(&log);
    let panics: Vec<_> = entries.iter().filter(|entry| entry["message"] == "panic: this is a bug").collect();
    let [panic] = &panics[..] else { panic!("one line a panic: {log}") };
    assert_eq!(panic["level"], "ERROR");
    assert!(panic["place"].as_str().unwrap().contains("puppet.rs:"), "{panic}");
    assert!(panic["thread"].as_str().unwrap().starts_with("annotate-"), "{panic}");
    assert!(!log.contains(SECRET), "{log}");
}
