//! Metrics: what is counted, by which labels, and when.

use super::frames::{self, Frames};
use super::puppet::{PANIC, PANIC_IN_CHECK, WAIT};
use super::run;
use super::server::{Server, annotate, config, read, request, streamed};
use super::wire;
use glossator::grpc::pb;
use pb::annotate_stream_response::Result as Outcome;
use prost::Message as _;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

/// The samples of a page, by name and labels.
struct Samples(BTreeMap<String, f64>);

impl Samples {
    async fn of(server: &Server) -> Self {
        let (_, page) = server.admin("/metrics").await;
        let samples = page.lines().filter(|line| !line.starts_with('#'));
        let sample = |line: &str| {
            let (name, figure) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), figure.parse().unwrap())
        };
        Self(samples.map(sample).collect())
    }

    /// 0 for what has not been counted yet, as Prometheus has it in a sum.
    fn get(&self, name: &str) -> u64 {
        let figure = self.0.get(&format!("glossator_{name}")).copied().unwrap_or_default();
        assert!(figure >= 0.0 && figure.fract() == 0.0, "{name} {figure}");
        format!("{figure}").parse().unwrap()
    }

    fn calls(&self, method: &str, code: &str, reason: &str) -> u64 {
        self.get(&format!(r#"calls_total{{method="{method}",code="{code}",reason="{reason}"}}"#))
    }
}

#[test]
fn calls_are_counted_by_method_code_and_reason_at_their_end() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        client.get_server_info(pb::GetServerInfoRequest {}).await.unwrap();
        annotate(&mut client, "It rained.").await.unwrap();
        client.annotate(pb::AnnotateRequest::default()).await.unwrap_err();
        let (send, articles) = mpsc::channel(1);
        let mut answer = client.annotate_stream(ReceiverStream::new(articles)).await.unwrap().into_inner();
        send.send(streamed("It rained.")).await.unwrap();
        answer.message().await.unwrap().unwrap();

        let open = Samples::of(&server).await;
        let in_flight = r#"calls_in_flight{method="AnnotateStream"}"#;
        assert_eq!((open.get(in_flight), open.calls("AnnotateStream", "OK", "")), (1, 0), "not yet");
        drop(send);
        read(answer).await.1.unwrap();
        let unwanted = client.annotate(request(WAIT)).await.unwrap();
        server.puppet.until(|counts| counts.waiting == 1).await;
        drop(unwanted);
        server.recorder.ended(5).await;

        let over = Samples::of(&server).await;
        for (method, code, reason) in [
            ("GetServerInfo", "OK", ""),
            ("Annotate", "OK", ""),
            ("Annotate", "INVALID_ARGUMENT", "ARTICLE_MISSING"),
            ("AnnotateStream", "OK", ""),
            ("Annotate", "CANCELLED", "CANCELLED"),
        ] {
            assert_eq!(over.calls(method, code, reason), 1, "{method} {code}");
        }
        for (method, count) in [("GetServerInfo", 1), ("Annotate", 3), ("AnnotateStream", 1)] {
            let duration = format!(r#"call_duration_seconds_count{{method="{method}"}}"#);
            assert_eq!(over.get(&duration), count, "{duration}");
            assert_eq!(over.get(&format!(r#"calls_in_flight{{method="{method}"}}"#)), 0, "{method}");
        }
    });
}

#[test]
fn articles_are_counted_with_what_was_found_in_them() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        // One quote has a speaker and one has none; é takes two bytes.
        let texts = [
            "“It rained,” said Zoé Lovelace on Monday.",
            "The notice on the quay was short. “The harbour will stay open until the rain has stopped.”",
        ];
        let mut messages = Vec::new();
        for text in texts {
            let (more, end) = read(client.annotate(request(text)).await.unwrap().into_inner()).await;
            end.unwrap();
            messages.extend(more);
        }
        let summaries = messages.iter().filter_map(|message| message.summary.as_ref());
        let sum = |count: fn(&pb::AnnotationSummary) -> i32| {
            u64::try_from(summaries.clone().map(count).sum::<i32>()).unwrap()
        };
        let unattributed = messages
            .iter()
            .flat_map(|message| &message.annotations)
            .filter(|found| match &found.value {
                Some(pb::annotation::Value::Quote(quote)) => {
                    quote.speakers.is_empty() && quote.r#type() != pb::QuoteType::Term
                }
                _ => false,
            })
            .count();
        let bad = pb::AnnotateStreamRequest { article: None, options: None };
        let articles = tokio_stream::iter([streamed(PANIC), bad]);
        read(client.annotate_stream(articles).await.unwrap().into_inner()).await.1.unwrap();

        let samples = Samples::of(&server).await;
        let size = u64::try_from(texts.concat().len()).unwrap();
        let chars = u64::try_from(texts.concat().chars().count()).unwrap();
        assert!(chars < size);
        assert_eq!((samples.get("article_bytes_total"), samples.get("article_chars_total")), (size, chars));
        let (defect, missing) = (("INTERNAL", "INTERNAL"), ("INVALID_ARGUMENT", "ARTICLE_MISSING"));
        for ((code, reason), count) in [(("OK", ""), 2), (defect, 1), (missing, 1)] {
            let name = format!(r#"articles_total{{code="{code}",reason="{reason}"}}"#);
            assert_eq!(samples.get(&name), count, "{name}");
        }
        for (kind, count) in [
            ("sentence", sum(|summary| summary.sentence_count)),
            ("quote", sum(|summary| summary.quote_count)),
            ("entity", sum(|summary| summary.entity_count)),
        ] {
            assert!(count > 0, "{kind}");
            let name = format!(r#"annotations_total{{kind="{kind}"}}"#);
            assert_eq!(samples.get(&name), count, "{kind}");
        }
        assert!(unattributed > 0);
        assert_eq!(samples.get("unattributed_quotes_total"), u64::try_from(unattributed).unwrap());
        assert_eq!(samples.get("article_queue_duration_seconds_count"), 2);
        assert_eq!(samples.get("article_work_duration_seconds_count"), 2);
        assert_eq!(samples.calls("AnnotateStream", "OK", ""), 1, "a bad article costs itself alone");
    });
}

#[test]
fn how_busy_the_server_is_stands_on_the_page() {
    run(async {
        let server = Server::start().await;
        let idle = Samples::of(&server).await;
        assert_eq!((idle.get("workers"), idle.get("articles_queued"), idle.get("admitted_bytes")), (2, 0, 0));
        assert_eq!(idle.get("admitted_bytes_limit"), 256 << 20);
        assert_eq!(idle.get(&format!(r#"build_info{{version="{}"}}"#, env!("CARGO_PKG_VERSION"))), 1);
        let mut client = server.client().await;
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(client.annotate(request(WAIT)).await.unwrap());
        }
        server.puppet.until(|counts| counts.waiting == 2).await;
        let busy = Samples::of(&server).await;
        assert_eq!(busy.get("articles_queued"), 1);
        assert_eq!(busy.get("admitted_bytes"), 3 * 16 * 1024, "short articles count 16 KiB each");
        assert_eq!(busy.get(r#"calls_in_flight{method="Annotate"}"#), 3);
        server.puppet.open();
        for answer in answers {
            read(answer.into_inner()).await.1.unwrap();
        }
        assert_eq!(Samples::of(&server).await.get("admitted_bytes"), 0);
    });
}

#[test]
fn an_answer_that_nobody_reads_is_dropped_at_its_deadline() {
    run(async {
        let mut config = config();
        config.service.max_article_duration = Duration::from_millis(1500);
        let server = Server::start_with(config).await;
        // The answer is larger than what a client takes unread by HTTP/2's own window, and this one reads nothing.
        let mut asked = request(&"It rained on the town of the lake. ".repeat(1800));
        asked.options = Some(pb::AnnotateOptions { include_text: true, ..pb::AnnotateOptions::default() });
        let message = wire::frame(&asked.encode_to_vec());
        let mut data: Vec<_> =
            message.chunks(16 * 1024).map(|chunk| frames::frame(frames::DATA, 0, 1, chunk)).collect();
        data.push(frames::frame(frames::DATA, frames::END_STREAM, 1, &[]));
        let mut client = Frames::connect(server.addr).await;
        client.send(&[frames::headers(1, 0, wire::ANNOTATE, &[])]).await;
        client.send(&data).await;
        server.puppet.until(|counts| counts.done + counts.stopped == 1).await;
        assert!(Samples::of(&server).await.get("admitted_bytes") > 0, "held for who may yet read");
        while Samples::of(&server).await.get("admitted_bytes") > 0 {
            tokio::task::yield_now().await;
        }
        // Who reads after all is told.
        let room = |stream| frames::frame(frames::WINDOW_UPDATE, 0, stream, &(1_u32 << 24).to_be_bytes());
        client.send(&[room(0), room(1)]).await;
        let report = server.recorder.ended(1).await;
        assert_eq!((report.code, report.reason), ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"));
    });
}

#[test]
fn a_handler_that_panics_is_counted_as_the_defect_that_it_is() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        let status = client.annotate(request(PANIC_IN_CHECK)).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        let articles = tokio_stream::iter([streamed("It rained."), streamed(PANIC_IN_CHECK)]);
        let (messages, end) = read(client.annotate_stream(articles).await.unwrap().into_inner()).await;
        assert_eq!(end.unwrap_err().code(), Code::Internal);
        let complete = |message: &pb::AnnotateStreamResponse| matches!(&message.result, Some(Outcome::Response(response)) if response.summary.is_some());
        assert_eq!(messages.iter().filter(|message| complete(message)).count(), 1, "what came before");
        let samples = Samples::of(&server).await;
        for method in ["Annotate", "AnnotateStream"] {
            assert_eq!(samples.calls(method, "INTERNAL", "INTERNAL"), 1, "{method}");
        }
        annotate(&mut client, "It rained.").await.unwrap();
    });
}
