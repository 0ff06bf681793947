//! How much work is let in: calls are shed when there is too much, streams are slowed down, and no call lasts
//! for ever.

use super::puppet::WAIT;
use super::run;
use super::server::{Client, Server, annotate, config, read, reason, request, streamed};
use super::wire::{ANNOTATE, Wire};
use glossator::grpc::{Method, pb};
use glossator::server::Config;
use pb::annotate_stream_response::Result as Outcome;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// Gives the server every occasion to do what it must not: whoever reads in this process has been woken by
/// what lies on the connection before these calls are answered, since all of them share one thread.
async fn occasion(client: &mut Client) {
    for _ in 0..8 {
        client.get_server_info(pb::GetServerInfoRequest {}).await.unwrap();
    }
}

/// Refused for overload, with the time to wait said in both ways that clients know.
pub(crate) fn assert_shed(status: &Status, retry_after: Duration) {
    let found = (status.code(), reason(status));
    assert_eq!(found, (Code::ResourceExhausted, "SERVER_OVERLOADED".to_owned()));
    let told = status.get_details_retry_info().expect("RetryInfo").retry_delay;
    assert_eq!(told, Some(retry_after));
    let pushback = status.metadata().get("grpc-retry-pushback-ms").expect("pushback");
    assert_eq!(pushback.to_str().unwrap(), retry_after.as_millis().to_string());
}

/// How many articles have a complete answer.
pub(crate) fn answered(messages: &[pb::AnnotateStreamResponse]) -> usize {
    let complete = |message: &&pb::AnnotateStreamResponse| match message.result.as_ref().unwrap() {
        Outcome::Response(response) => response.summary.is_some(),
        Outcome::Error(error) => panic!("{error:?}"),
    };
    messages.iter().filter(complete).count()
}

/// An article that counts half of the fewest bytes that can be configured, and waits at the gate.
fn half_of_the_bytes() -> String {
    format!("{WAIT}{}", "\u{1f600}".repeat(999_000))
}

/// The least that is taken, and a queue that is never late.
fn few_bytes() -> Config {
    let mut config = Config { workers: 4, ..config() };
    config.service.admission.max_admitted_bytes = 1;
    config.service.admission.max_queue_delay = Duration::from_secs(3600);
    config
}

#[test]
fn a_late_queue_sheds_calls_and_streams_and_says_when_to_come_back() {
    run(async {
        let mut config = Config { workers: 1, ..config() };
        config.service.admission.max_queue_delay = Duration::ZERO;
        let server = Server::start_with(config).await;
        let mut client = server.client().await;
        let busy = client.annotate(request(WAIT)).await.unwrap();
        server.puppet.until(|counts| counts.waiting == 1).await;
        let queued = client.annotate(request("It rained.")).await.unwrap();

        let least = Duration::from_millis(50);
        assert_shed(&client.annotate(request("It rained.")).await.unwrap_err(), least);
        let stream = client.annotate_stream(tokio_stream::iter([streamed("It rained.")])).await;
        assert_shed(&stream.unwrap_err(), least);
        let mut wire = Wire::connect(server.addr).await;
        let refused = wire.call(ANNOTATE, &[], &request("It rained.")).await.unwrap();
        assert!(refused.trailers.is_none() && refused.headers.contains_key("grpc-status"), "{refused:?}");
        let (_, metrics) = server.admin("/metrics").await;
        assert!(metrics.contains("glossator_calls_shed_total 3\n"), "{metrics}");

        // What was let in is answered, and then there is room again.
        server.puppet.open();
        for answer in [busy, queued] {
            read(answer.into_inner()).await.1.unwrap();
        }
        annotate(&mut client, "It rained.").await.unwrap();
    });
}

#[test]
fn calls_are_admitted_by_the_bytes_of_their_articles() {
    run(async {
        let server = Server::start_with(few_bytes()).await;
        let mut client = server.client().await;
        let text = half_of_the_bytes();
        let first = client.annotate(request(&text)).await.unwrap();
        let _second = client.annotate(request(&text)).await.unwrap();
        let shed = client.annotate(request(&text)).await.unwrap_err();
        assert_shed(&shed, Duration::from_secs(7200));
        // Calls are not what is counted: a short article still has room.
        annotate(&mut client, "It rained.").await.unwrap();
        // An answer that nobody wants gives its bytes back.
        drop(first);
        server.puppet.until(|counts| counts.stopped == 1).await;
        client.annotate(request(&text)).await.unwrap();
    });
}

#[test]
fn a_stream_that_finds_no_room_waits_and_is_not_shed() {
    run(async {
        let server = Server::start_with(few_bytes()).await;
        let mut client = server.client().await;
        let text = half_of_the_bytes();
        let first = client.annotate(request(&text)).await.unwrap();
        let second = client.annotate(request(&text)).await.unwrap();
        server.puppet.until(|counts| counts.waiting == 2).await;
        let articles = tokio_stream::iter([streamed("It rained."), streamed(&text)]);
        let answer = client.annotate_stream(articles).await.unwrap().into_inner();
        server.puppet.until(|counts| (counts.checked, counts.done) == (4, 1)).await;
        occasion(&mut client).await;
        assert_eq!(server.puppet.counts().waiting, 2, "the second article waits for room");
        drop((first, second));
        server.puppet.until(|counts| counts.waiting == 3).await;
        server.puppet.open();
        let (messages, end) = read(answer).await;
        end.unwrap();
        assert_eq!(answered(&messages), 2);
    });
}

#[test]
fn a_stream_is_read_ahead_by_its_window_and_no_more() {
    run(async {
        let mut config = Config { workers: 8, ..config() };
        config.service.max_stream_window = 3;
        config.service.admission.max_streamed_articles = 100;
        let server = Server::start_with(config).await;
        let mut client = server.client().await;
        let articles = tokio_stream::iter(vec![streamed(WAIT); 10]);
        let answer = client.annotate_stream(articles).await.unwrap().into_inner();
        server.puppet.until(|counts| counts.waiting >= 3).await;
        occasion(&mut client).await;
        assert_eq!(server.puppet.counts().checked, 3, "articles read while none is answered");
        server.puppet.open();
        read(answer).await.1.unwrap();
        assert_eq!(server.puppet.counts().done, 10);
    });
}

#[test]
fn open_streams_together_keep_so_many_articles_at_work_and_no_more() {
    run(async {
        let mut config = Config { workers: 8, ..config() };
        config.service.admission.max_streamed_articles = 2;
        let server = Server::start_with(config).await;
        let mut client = server.client().await;
        let mut answers = Vec::new();
        for _ in 0..2 {
            let articles = tokio_stream::iter(vec![streamed(WAIT); 5]);
            answers.push(client.annotate_stream(articles).await.unwrap().into_inner());
        }
        server.puppet.until(|counts| counts.waiting >= 2 && counts.checked >= 4).await;
        occasion(&mut client).await;
        assert_eq!(server.puppet.counts().waiting, 2, "articles at work");
        server.puppet.open();
        for answer in answers {
            read(answer).await.1.unwrap();
        }
        assert_eq!(server.puppet.counts().done, 10);
    });
}

#[test]
fn a_call_that_has_lasted_long_enough_is_answered_and_ends() {
    run(async {
        let mut config = config();
        config.service.max_call_duration = Duration::from_millis(500);
        let server = Server::start_with(config).await;
        let (send, articles) = mpsc::channel(1);
        send.send(streamed(WAIT)).await.unwrap();
        let mut client = server.client().await;
        let began = Instant::now();
        let answer = client.annotate_stream(ReceiverStream::new(articles)).await.unwrap().into_inner();
        server.puppet.until(|counts| counts.waiting == 1).await;
        // The call is over when its article is not yet done, and the client would send more for ever.
        while began.elapsed() < Duration::from_millis(600) {
            occasion(&mut client).await;
        }
        assert_eq!(server.puppet.counts().done, 0);
        server.puppet.open();
        let (messages, end) = read(answer).await;
        let status = end.expect_err("the call was open");
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "CALL_EXPIRED"));
        assert_eq!(answered(&messages), 1, "what was read is answered");
        // Calls for other things have ended before.
        let ended = server.recorder.of(Method::AnnotateStream).await;
        assert_eq!((ended.code, ended.reason, ended.articles), ("UNAVAILABLE", "CALL_EXPIRED", 1));
        drop(send);
    });
}
