//! Work: deadlines, cancellation, panics, engines replaced, and whoever asks for health meanwhile.

use super::limits::answered;
use super::puppet::{PANIC, PANIC_AT_END, Puppet, WAIT, WAIT_INSIDE};
use super::run;
use super::server::{Client, Server, annotate, config, read, reason, request, streamed};
use super::wire::{ANNOTATE, Wire};
use glossator::grpc::pb;
use pb::annotate_stream_response::Result as Outcome;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Streaming};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

#[test]
fn a_panic_is_internal_before_and_after_the_first_message() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        for text in [PANIC.to_owned(), format!("{} {PANIC_AT_END}", "It rained on the lake. ".repeat(4000))] {
            // What fails at once is trailers alone.
            let (messages, end) = match client.annotate(request(&text)).await {
                Ok(answer) => read(answer.into_inner()).await,
                Err(status) => (Vec::new(), Err(status)),
            };
            let status = end.expect_err("a cut answer never looks complete");
            assert_eq!((status.code(), reason(&status).as_str()), (Code::Internal, "INTERNAL"));
            assert!(messages.iter().all(|message| message.summary.is_none()));
            assert!(!status.message().contains("rained"), "no text of the article");
        }
        // The workers are alive, and the panics counted.
        annotate(&mut client, "It rained.").await.unwrap();
        let (_, metrics) = server.admin("/metrics").await;
        let line = r#"glossator_calls_total{method="Annotate",code="INTERNAL",reason="INTERNAL"} 2"#;
        assert!(metrics.contains(line), "{metrics}");
    });
}

#[test]
fn a_panic_on_a_stream_costs_its_article_alone() {
    run(async {
        let server = Server::start().await;
        let articles = [streamed(PANIC), streamed("It rained.")];
        let answer = server.client().await.annotate_stream(tokio_stream::iter(articles)).await.unwrap();
        let (messages, end) = read(answer.into_inner()).await;
        end.unwrap();
        let outcomes: Vec<_> = messages.into_iter().map(|message| message.result.unwrap()).collect();
        assert!(matches!(&outcomes[0], Outcome::Error(error) if error.reason == "INTERNAL"));
        assert!(matches!(outcomes.last(), Some(Outcome::Response(last)) if last.summary.is_some()));
    });
}

#[test]
fn a_deadline_holds_in_work_and_after_the_headers() {
    run(async {
        let server = Server::start().await;
        let mut wire = Wire::connect(server.addr).await;
        for text in [WAIT.to_owned(), format!("It rained. {WAIT_INSIDE} It stopped.")] {
            let answer = wire.call(ANNOTATE, &[("grpc-timeout", "100m")], &request(&text)).await.unwrap();
            assert_eq!(answer.status(), Code::DeadlineExceeded as i32, "{answer:?}");
        }
        // The work was given up, too.
        server.puppet.until(|counts| counts.stopped == 2).await;
    });
}

#[test]
fn a_deadline_ends_a_stream_that_is_idle_and_one_at_work() {
    run(async {
        let server = Server::start().await;
        let mut client = server.client().await;
        for first in [None, Some(streamed(WAIT))] {
            let (send, articles) = mpsc::channel(1);
            let mut call = tonic::Request::new(ReceiverStream::new(articles));
            call.set_timeout(Duration::from_millis(300));
            let answer = client.annotate_stream(call).await.unwrap().into_inner();
            if let Some(first) = first {
                send.send(first).await.unwrap();
            }
            // What the server says, and not what the client thinks by itself.
            drop(read(answer).await);
        }
        for nth in 1..=2 {
            let report = server.recorder.ended(nth).await;
            assert_eq!((report.code, report.reason), ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"));
        }
        server.puppet.until(|counts| counts.stopped == 1).await;
    });
}

#[test]
fn a_deadline_holds_in_the_queue() {
    run(async {
        let server = Server::start_with(glossator::server::Config { workers: 1, ..config() }).await;
        let mut client = server.client().await;
        let _busy = client.annotate(request(WAIT)).await.unwrap();
        server.puppet.until(|counts| counts.waiting == 1).await;
        let mut wire = Wire::connect(server.addr).await;
        // Before the headers are out and behind them.
        for (timeout, is_early) in [("6m", true), ("200m", false)] {
            let headers = [("grpc-timeout", timeout)];
            let answer = wire.call(ANNOTATE, &headers, &request("It rained.")).await.unwrap();
            assert_eq!(answer.status(), Code::DeadlineExceeded as i32, "{timeout}: {answer:?}");
            assert_eq!(answer.trailers.is_none(), is_early, "{timeout}: {answer:?}");
        }
        assert_eq!(server.puppet.counts().done, 0);
    });
}

#[test]
fn an_article_has_a_longest_duration_without_any_deadline() {
    run(async {
        let mut config = config();
        config.service.max_article_duration = Duration::from_millis(50);
        let server = Server::start_with(config).await;
        let status = annotate(&mut server.client().await, WAIT).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
    });
}

#[test]
fn a_caller_that_goes_away_stops_the_work() {
    run(async {
        let mut config = config();
        // Nothing else may stop it.
        config.service.max_article_duration = Duration::from_secs(3600);
        let server = Server::start_with(config).await;
        let answer = server.client().await.annotate(request(WAIT)).await.unwrap();
        server.puppet.until(|counts| counts.waiting == 1).await;
        drop(answer);
        server.puppet.until(|counts| counts.stopped == 1).await;
        let report = server.recorder.ended(1).await;
        assert_eq!((report.code, report.reason), ("CANCELLED", "CANCELLED"));
    });
}

/// A server each of whose workers is held by a call.
async fn all_busy() -> (Server, Client, [Streaming<pb::AnnotateResponse>; 2]) {
    let server = Server::start().await;
    let mut client = server.client().await;
    let mut hold = async || client.annotate(request(WAIT)).await.unwrap().into_inner();
    let held = [hold().await, hold().await];
    server.puppet.until(|counts| counts.waiting == 2).await;
    (server, client, held)
}

#[test]
fn health_and_info_answer_while_every_worker_is_busy() {
    run(async {
        let (server, mut client, _busy) = all_busy().await;
        client.get_server_info(pb::GetServerInfoRequest {}).await.unwrap();
        let mut health = HealthClient::new(server.channel().await);
        for service in ["", "glossator.v1.AnnotationService"] {
            let request = HealthCheckRequest { service: service.to_owned() };
            assert_eq!(health.check(request).await.unwrap().into_inner().status, 1, "{service:?} serves");
        }
        let unknown = HealthCheckRequest { service: "nobody".to_owned() };
        assert_eq!(health.check(unknown).await.unwrap_err().code(), Code::NotFound);
    });
}

#[test]
fn many_terms_are_compiled_by_a_worker() {
    run(async {
        let (server, mut client, _busy) = all_busy().await;
        let term = pb::CustomTerm { text: "Ada".to_owned(), r#type: 1, ..pb::CustomTerm::default() };
        let mut asked = request("It rained.");
        asked.options =
            Some(pb::AnnotateOptions { custom_terms: vec![term; 1000], ..pb::AnnotateOptions::default() });
        let mut other = client.clone();
        let asking = tokio::spawn(async move { other.annotate(asked).await });
        // Those with few are let in meanwhile.
        let _short = client.annotate(request("It rained.")).await.unwrap();
        for _ in 0..8 {
            client.get_server_info(pb::GetServerInfoRequest {}).await.unwrap();
        }
        assert_eq!(server.puppet.counts().checked, 3, "the one with many waits for a worker");
        server.puppet.open();
        read(asking.await.unwrap().unwrap().into_inner()).await.1.unwrap();
        assert_eq!(server.puppet.counts().checked, 4);
    });
}

#[test]
fn an_engine_put_in_place_serves_the_next_article_of_an_open_stream() {
    run(async {
        let server = Server::start().await;
        let (send, articles) = mpsc::channel(1);
        let mut client = server.client().await;
        let mut answer = client.annotate_stream(ReceiverStream::new(articles)).await.unwrap().into_inner();
        let mut revision = async || {
            send.send(streamed("It rained.")).await.unwrap();
            match answer.message().await.unwrap().unwrap().result {
                Some(Outcome::Response(response)) => response.header.unwrap().engine_revision,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(revision().await, "puppet");
        server.engines.replace(Puppet::new("another"));
        assert_eq!(revision().await, "another");
    });
}

#[test]
fn a_drain_answers_what_was_read_and_ends_the_stream() {
    run(async {
        let server = Server::start().await;
        let (send, articles) = mpsc::channel(4);
        let mut client = server.client().await;
        let answer = client.annotate_stream(ReceiverStream::new(articles)).await.unwrap().into_inner();
        for _ in 0..2 {
            send.send(streamed(WAIT)).await.unwrap();
        }
        server.puppet.until(|counts| counts.waiting == 2).await;
        let puppet = server.puppet.clone();
        let (ending, (messages, end)) = tokio::join!(server.stopped(), read(answer));
        let status = end.expect_err("the stream was open");
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "SERVER_DRAINING"));
        assert_eq!((answered(&messages), puppet.counts().done), (2, 2));
        assert_eq!((ending.cut_calls, ending.at_limit), (0, false));
    });
}
