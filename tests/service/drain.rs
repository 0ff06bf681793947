//! The way out: health first, then new calls, then connections; and nothing hangs for longer than it may.

use super::frames::{self, Frames};
use super::puppet::WAIT;
use super::run;
use super::server::{Server, annotate, config, read, reason, request};
use super::wire::{ANNOTATE, frame};
use glossator::server::{Config, DrainPlan};
use prost::Message as _;
use std::time::Duration;
use tokio::net::TcpStream;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const NAMES: [&str; 2] = ["", "glossator.v1.AnnotationService"];

fn named(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

fn draining(delay: Duration, limit: Duration) -> Config {
    Config { drain: DrainPlan { delay, limit }, ..config() }
}

#[test]
fn health_tells_first_and_calls_are_served_until_the_delay_is_over() {
    run(async {
        // What happens in the delay must happen within it, on a machine that has much else to do.
        let server = Server::start_with(draining(Duration::from_secs(5), Duration::from_secs(50))).await;
        let mut health = HealthClient::new(server.channel().await);
        let mut watches = Vec::new();
        for name in NAMES {
            let mut watch = health.watch(named(name)).await.unwrap().into_inner();
            let first = watch.message().await.unwrap().unwrap();
            assert_eq!(first.status(), ServingStatus::Serving);
            watches.push(watch);
        }
        assert!(server.admin("/readyz").await.0.starts_with("HTTP/1.1 200"));
        server.stop.cancel();
        for watch in &mut watches {
            assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
        }
        // On old connections and on new ones.
        annotate(&mut server.client().await, "It rained.").await.unwrap();
        for name in NAMES {
            let status = health.check(named(name)).await.unwrap().into_inner().status();
            assert_eq!(status, ServingStatus::NotServing, "{name:?}");
        }
        assert!(server.admin("/readyz").await.0.starts_with("HTTP/1.1 503"));
        assert!(server.admin("/livez").await.0.starts_with("HTTP/1.1 200"));
        // Then the watches end, which would hold up the end of all.
        for watch in watches {
            let (more, _) = read(watch).await;
            assert!(more.iter().all(|state| state.status() != ServingStatus::Serving), "{more:?}");
        }
        let ending = server.stopped().await;
        assert_eq!((ending.cut_calls, ending.at_limit), (0, false));
    });
}

#[test]
fn a_call_that_comes_too_late_is_refused_as_draining() {
    run(async {
        let server = Server::start().await;
        let call = |stream, text| {
            let message = frame(&request(text).encode_to_vec());
            let data = frames::frame(frames::DATA, frames::END_STREAM, stream, &message);
            [frames::headers(stream, 0, ANNOTATE, &[]), data]
        };
        let mut client = Frames::connect(server.addr).await;
        client.send(&call(1, WAIT)).await;
        server.puppet.until(|counts| counts.waiting == 1).await;
        server.stop.cancel();
        // A client that has not heard the farewell yet calls again: this one never answers the ping behind it.
        client.wait_for(frames::GOAWAY).await.unwrap();
        // Nobody else comes in, while there is still a call to finish.
        while TcpStream::connect(server.addr).await.is_ok() {
            tokio::task::yield_now().await;
        }
        client.send(&call(3, "It rained.")).await;
        let refused = server.recorder.ended(1).await;
        assert_eq!((refused.code, refused.reason), ("UNAVAILABLE", "SERVER_DRAINING"));
        let answer = client.wait_for(frames::HEADERS).await.unwrap();
        assert_eq!((answer.stream, answer.flags & frames::END_STREAM), (3, 1), "trailers alone");
        assert_eq!(server.puppet.counts().done, 0);
        drop(client);
        server.stopped().await;
    });
}

#[test]
fn what_is_open_at_the_limit_is_cut() {
    run(async {
        let server = Server::start_with(draining(Duration::ZERO, Duration::from_millis(300))).await;
        let answer = server.client().await.annotate(request(WAIT)).await.unwrap().into_inner();
        server.puppet.until(|counts| counts.waiting == 1).await;
        let ending = server.ended().await;
        assert_eq!((ending.cut_calls, ending.at_limit), (1, true));
        drop(answer);
    });
}

#[test]
fn a_connection_that_says_nothing_holds_up_no_more_than_the_limit() {
    run(async {
        let server = Server::start_with(draining(Duration::ZERO, Duration::from_millis(300))).await;
        let silent = TcpStream::connect(server.addr).await.unwrap();
        // It is accepted in its turn: before one that came later.
        annotate(&mut server.client().await, "It rained.").await.unwrap();
        let ending = server.ended().await;
        assert_eq!((ending.cut_calls, ending.at_limit), (0, true));
        drop(silent);
    });
}

#[test]
fn an_idle_stream_ends_as_draining_and_holds_nothing_up() {
    run(async {
        let server = Server::start().await;
        let (send, articles) = tokio::sync::mpsc::channel(1);
        let mut client = server.client().await;
        let articles = tokio_stream::wrappers::ReceiverStream::new(articles);
        let idle = client.annotate_stream(articles).await.unwrap().into_inner();
        let (ending, (messages, end)) = tokio::join!(server.stopped(), read(idle));
        let status = end.expect_err("the stream was open");
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "SERVER_DRAINING"));
        assert_eq!((messages.len(), ending.at_limit), (0, false));
        drop(send);
    });
}
