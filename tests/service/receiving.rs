//! Requests that are not whole yet: how much of them there may be, and for how long.

use super::limits::assert_shed;
use super::puppet::WAIT;
use super::run;
use super::server::{Server, annotate, config, request, streamed};
use super::wire::{ANNOTATE, Answer, STREAM, Wire, collect, frame};
use h2::SendStream;
use h2::client::ResponseFuture;
use prost::Message;
use prost::bytes::Bytes;
use std::time::{Duration, Instant};
use tonic::{Code, Status};

/// A call of which only so much has been sent.
struct Begun {
    answer: ResponseFuture,
    body: SendStream<Bytes>,
    rest: Bytes,
}

impl Begun {
    async fn new(server: &Server, path: &str, message: &impl Message, sent: usize) -> Self {
        Self::with(server, path, &[], message, sent).await
    }

    async fn with(
        server: &Server,
        path: &str,
        headers: &[(&str, &str)],
        message: &impl Message,
        sent: usize,
    ) -> Self {
        let mut wire = Wire::connect(server.addr).await;
        let (answer, mut body) = wire.send(path, headers, None::<&()>).await.unwrap();
        let mut rest = frame(&message.encode_to_vec());
        body.send_data(rest.split_to(sent), false).unwrap();
        Self { answer, body, rest }
    }

    async fn answer(self) -> Answer {
        collect(self.answer.await.unwrap()).await.unwrap()
    }

    async fn finish(mut self) -> Answer {
        self.body.send_data(self.rest.clone(), true).unwrap();
        self.answer().await
    }
}

/// Waits until so many bytes of unfinished messages are counted.
async fn until(server: &Server, bytes: usize) {
    let line = format!("glossator_unfinished_bytes {bytes}\n");
    while !server.admin("/metrics").await.1.contains(&line) {}
}

#[test]
fn unfinished_messages_have_so_much_room_together_and_no_more() {
    run(async {
        let mut config = config();
        config.service.max_unfinished_bytes = 1;
        let server = Server::start_with(config).await;
        // The least that can be configured are two longest messages, 16 MiB; these are of seven and a half.
        let long = request(&"a".repeat(15 << 19));
        let half = Begun::new(&server, ANNOTATE, &long, 7 << 20).await;
        let stream = Begun::new(&server, STREAM, &streamed(&"a".repeat(15 << 19)), 7 << 20).await;
        until(&server, 14 << 20).await;

        for path in [ANNOTATE, STREAM] {
            let refused = Begun::new(&server, path, &long, 3 << 20).await.answer().await;
            assert_eq!(refused.status(), Code::ResourceExhausted as i32, "{path}: {:?}", refused.trailers);
            let told = refused.trailers.as_ref().unwrap_or(&refused.headers);
            assert_shed(&Status::from_header_map(told).unwrap(), Duration::from_millis(100));
        }
        let (_, metrics) = server.admin("/metrics").await;
        assert!(metrics.contains("glossator_calls_shed_total 2\n"), "{metrics}");
        // Small calls find room between them, and nothing is kept of what was refused or is whole.
        annotate(&mut server.client().await, "It rained.").await.unwrap();
        until(&server, 14 << 20).await;
        assert_eq!(half.finish().await.status(), Code::InvalidArgument as i32, "read, and found too long");
        until(&server, 7 << 20).await;
        drop(stream);
        until(&server, 0).await;
    });
}

#[test]
fn a_stream_counts_the_message_that_is_coming_and_not_those_that_came() {
    run(async {
        let server = Server::start().await;
        let whole = frame(&streamed("It rained.").encode_to_vec());
        let mut begun = Begun::new(&server, STREAM, &streamed("It rained again."), 9).await;
        until(&server, 9).await;
        let next = whole.slice(..6);
        begun.rest = [&begun.rest[..], &whole[..], &whole[..], &next[..]].concat().into();
        begun.body.send_data(begun.rest.split_off(0), false).unwrap();
        until(&server, 6).await;
        begun.rest = whole.slice(6..);
        assert_eq!(begun.finish().await.status(), 0);
        until(&server, 0).await;
    });
}

#[test]
fn a_message_that_has_begun_must_come_in_time() {
    run(async {
        let mut config = config();
        config.service.max_article_duration = Duration::from_millis(100);
        let server = Server::start_with(config).await;
        for path in [ANNOTATE, STREAM] {
            let begun = Begun::new(&server, path, &request("It rained."), 9).await;
            assert_eq!(begun.answer().await.status(), Code::DeadlineExceeded as i32, "{path}");
        }
        until(&server, 0).await;
        let report = server.recorder.ended(2).await;
        assert_eq!((report.code, report.reason), ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"));
    });
}

/// tonic watches the deadline as well until the response's headers are out, and would say CANCELLED.
#[test]
fn a_deadline_counts_from_the_headers_and_holds_while_the_message_comes() {
    run(async {
        let server = Server::start().await;
        let timeout = [("grpc-timeout", "100m")];
        for sent in [0, 9] {
            let begun = Begun::with(&server, ANNOTATE, &timeout, &request("It rained."), sent).await;
            let answer = begun.answer().await;
            assert_eq!(answer.status(), Code::DeadlineExceeded as i32, "{sent} bytes sent: {answer:?}");
        }
        let report = server.recorder.ended(2).await;
        assert_eq!((report.code, report.reason), ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"));

        // What is left of it when the message is whole is left to the work.
        let timeout = [("grpc-timeout", "3S")];
        let began = Instant::now();
        let begun = Begun::with(&server, ANNOTATE, &timeout, &request(WAIT), 9).await;
        while began.elapsed() < Duration::from_secs(2) {
            annotate(&mut server.client().await, "It rained.").await.unwrap();
        }
        assert_eq!(begun.finish().await.status(), Code::DeadlineExceeded as i32);
        assert!(began.elapsed() < Duration::from_millis(4500), "{:?}", began.elapsed());
    });
}
