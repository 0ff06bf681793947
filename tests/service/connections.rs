//! Connections: what one may do, how long it lives, and what becomes of those that do not play by the rules.

use super::frames::{self, Frame, Frames};
use super::puppet::WAIT;
use super::run;
use super::server::{Server, annotate, config, request, streamed};
use super::wire::{ANNOTATE, INFO, STREAM, Wire, collect, frame};
use glossator::grpc::pb;
use glossator::server::{Config, ConnectionLimits};
use prost::Message as _;
use std::time::Duration;

async fn start(change: impl FnOnce(&mut ConnectionLimits)) -> Server {
    let mut config = config();
    change(&mut config.connections);
    Server::start_with(config).await
}

/// A call that is held at the gate, as frames.
fn held_call(stream: u32) -> [Vec<u8>; 2] {
    let message = frame(&request(WAIT).encode_to_vec());
    [
        frames::headers(stream, 0, ANNOTATE, &[]),
        frames::frame(frames::DATA, frames::END_STREAM, stream, &message),
    ]
}

fn resets(frames: &[Frame]) -> Vec<(u32, u32)> {
    let resets = frames.iter().filter(|frame| frame.kind == frames::RST_STREAM);
    resets.map(|frame| (frame.stream, frame.error())).collect()
}

/// The last word of a connection.
fn farewell(frames: &[Frame]) -> Option<u32> {
    frames.iter().rev().find(|frame| frame.kind == frames::GOAWAY).map(Frame::error)
}

#[test]
fn the_limits_that_nobody_sets_are_these() {
    let second = Duration::from_secs(1);
    let expect = ConnectionLimits {
        max_connections: 4096,
        max_concurrent_streams: 256,
        max_local_error_resets: 1024,
        max_pending_accept_resets: 256,
        max_header_bytes: 16 * 1024,
        keepalive_interval: 30 * second,
        keepalive_timeout: 10 * second,
        handshake_timeout: 5 * second,
        max_connection_age: Some(1800 * second),
    };
    assert_eq!(Config::default().connections, expect);
}

#[test]
fn there_are_so_many_connections_and_no_more() {
    run(async {
        let server = start(|limits| limits.max_connections = 2).await;
        let mut client = server.client().await;
        annotate(&mut client, "It rained.").await.unwrap();
        let mut silent = Frames::connect(server.addr).await;
        silent.wait_for(frames::SETTINGS).await.expect("a second one is let in");
        for _ in 0..3 {
            assert_eq!(Frames::connect(server.addr).await.rest().await.len(), 0, "closed without a word");
        }
        let taken = |connections: u32| format!("glossator_connections {connections}\n");
        let (_, metrics) = server.admin("/metrics").await;
        for figure in [&*taken(2), "connections_limit 2\n", "connections_refused_total 3\n"] {
            assert!(metrics.contains(figure), "{figure} in {metrics}");
        }
        annotate(&mut client, "It rained.").await.unwrap();
        // A connection that ends makes room for another.
        drop(silent);
        while !server.admin("/metrics").await.1.contains(&taken(1)) {
            tokio::task::yield_now().await;
        }
        annotate(&mut server.client().await, "It rained.").await.unwrap();
    });
}

#[test]
fn a_connection_has_so_many_calls_and_no_more() {
    run(async {
        let server = start(|limits| limits.max_concurrent_streams = 2).await;
        let mut wire = Wire::connect(server.addr).await;
        wire.call(INFO, &[], &pb::GetServerInfoRequest {}).await.unwrap();
        assert_eq!(wire.requests.current_max_send_streams(), 2, "clients are told");
        // One that does not listen is refused the third, and keeps the two.
        let mut deaf = Frames::connect(server.addr).await;
        deaf.send(&[held_call(1), held_call(3), held_call(5)].concat()).await;
        let refused = deaf.wait_for(frames::RST_STREAM).await.unwrap();
        assert_eq!((refused.stream, refused.error()), (5, frames::REFUSED_STREAM));
        server.puppet.until(|counts| counts.waiting == 2).await;
    });
}

#[test]
fn headers_have_a_longest_length() {
    run(async {
        let server = start(|limits| limits.max_header_bytes = 2048).await;
        let mut wire = Wire::connect(server.addr).await;
        let mut call = async |length| {
            let long = "a".repeat(length);
            let (answer, _) = wire.send(ANNOTATE, &[("x-long", &long)], Some(&request("It rained."))).await?;
            Ok::<_, h2::Error>(answer.await?.status().as_u16())
        };
        assert_eq!(call(1000).await.unwrap(), 200);
        assert_eq!(call(3000).await.unwrap(), 431, "request header fields too large");
        assert_eq!(call(1000).await.unwrap(), 200, "the connection lives");
    });
}

#[test]
fn so_much_may_be_sent_unread_and_no_more() {
    run(async {
        let server = Server::start().await;
        let mut client = Frames::connect(server.addr).await;
        let settings = client.wait_for(frames::SETTINGS).await.unwrap();
        let update = client.wait_for(frames::WINDOW_UPDATE).await.unwrap();
        // Every stream has what SETTINGS say, and the connection 65,535 bytes to begin with.
        let window = settings.payload.as_chunks().0.iter().find_map(|[a, b, value @ ..]: &[u8; 6]| {
            ([*a, *b] == frames::INITIAL_WINDOW_SIZE).then_some(u32::from_be_bytes(*value))
        });
        assert_eq!(window, Some(1 << 20), "of a call");
        assert_eq!((update.stream, update.error() + 65_535), (0, 1 << 20), "of the connection");

        // An open stream whose articles are all held is read no further, and whoever goes on sending is cut off.
        let article = frame(&streamed(&format!("{WAIT}{}", "a".repeat(10_000))).encode_to_vec());
        let data = frames::frame(frames::DATA, 0, 1, &article);
        let whole = (1 << 20) / article.len();
        let heard = frames::frame(frames::SETTINGS, frames::ACK, 0, &[]);
        client.send(&[heard, frames::headers(1, 0, STREAM, &[])]).await;
        client.send(&vec![data.clone(); whole]).await;
        client.send(&[frames::frame(frames::PING, 0, 0, &[7; 8])]).await;
        assert_eq!(client.wait_for(frames::PING).await.expect("so much is taken").payload, [7; 8]);
        // What is read ahead makes room for as much again.
        client.send(&vec![data; whole / 2]).await;
        let refusal = loop {
            let next = client.next().await.expect("it is told why");
            if matches!(next.kind, frames::RST_STREAM | frames::GOAWAY) {
                break next;
            }
        };
        assert_eq!(refusal.error(), frames::FLOW_CONTROL_ERROR);
    });
}

#[test]
fn a_client_that_errs_for_ever_is_cut_off() {
    run(async {
        let server = start(|limits| limits.max_local_error_resets = 8).await;
        let mut client = Frames::connect(server.addr).await;
        // Five bytes are announced and none come: an error of that call.
        let bad = |stream| frames::headers(stream, frames::END_STREAM, ANNOTATE, &[("content-length", "5")]);
        for stream in (1..=15).step_by(2) {
            client.send(&[bad(stream)]).await;
            let reset = client.wait_for(frames::RST_STREAM).await.unwrap();
            assert_eq!((reset.stream, reset.error()), (stream, frames::PROTOCOL_ERROR));
        }
        client.send(&[bad(17)]).await;
        assert_eq!(farewell(&client.rest().await), Some(frames::ENHANCE_YOUR_CALM));
        annotate(&mut server.client().await, "It rained.").await.unwrap();
    });
}

#[test]
fn a_client_that_resets_what_it_opens_is_cut_off_late_enough_for_a_proxy() {
    run(async {
        let server = start(|limits| limits.max_pending_accept_resets = 64).await;
        let flood = |count: u32| {
            let ids = (0..count).map(|index| 2 * index + 1);
            ids.flat_map(|id| [frames::headers(id, 0, ANNOTATE, &[]), frames::reset(id)]).collect::<Vec<_>>()
        };
        // A proxy that cancels for sixty of its clients at once goes on.
        let mut proxy = Frames::connect(server.addr).await;
        let ping = frames::frame(frames::PING, 0, 0, &[7; 8]);
        proxy.send(&[flood(60), vec![ping]].concat()).await;
        let pong = proxy.wait_for(frames::PING).await.expect("the connection lives");
        assert_eq!(pong.payload, [7; 8]);
        let mut attacker = Frames::connect(server.addr).await;
        attacker.send(&flood(200)).await;
        assert_eq!(farewell(&attacker.rest().await), Some(frames::ENHANCE_YOUR_CALM));
    });
}

#[test]
fn a_connection_that_answers_no_ping_is_closed_and_its_work_stopped() {
    run(async {
        let server = start(|limits| {
            limits.keepalive_interval = Duration::from_millis(50);
            limits.keepalive_timeout = Duration::from_millis(100);
        })
        .await;
        let mut wire = Wire::connect(server.addr).await;
        let (alive, _) = wire.send(ANNOTATE, &[], Some(&request(WAIT))).await.unwrap();
        let mut dead = Frames::connect(server.addr).await;
        dead.send(&held_call(1)).await;
        server.puppet.until(|counts| counts.waiting == 2).await;
        let seen = dead.rest().await;
        assert!(seen.iter().any(|frame| frame.kind == frames::PING), "it was asked");
        server.puppet.until(|counts| counts.stopped == 1).await;
        // The client that answers has been asked as often and goes on.
        server.puppet.open();
        assert_eq!(collect(alive.await.unwrap()).await.unwrap().status(), 0);
    });
}

#[test]
fn an_old_connection_is_told_to_go_and_its_calls_end_well() {
    run(async {
        let server = start(|limits| limits.max_connection_age = Some(Duration::from_millis(100))).await;
        let mut client = Frames::connect(server.addr).await;
        client.send(&held_call(1)).await;
        let farewell = client.wait_for(frames::GOAWAY).await.expect("told to go before it is closed");
        assert_eq!(farewell.error(), frames::NO_ERROR);
        // The server asks whether the client has heard, before it closes.
        let asked = client.wait_for(frames::PING).await.unwrap();
        client.send(&[frames::frame(frames::PING, frames::ACK, 0, &asked.payload)]).await;
        server.puppet.until(|counts| counts.waiting == 1).await;
        server.puppet.open();
        let rest = client.rest().await;
        assert_eq!(resets(&rest), []);
        let last = rest.iter().rfind(|frame| frame.stream == 1).expect("an answer");
        assert_eq!((last.kind, last.flags & frames::END_STREAM), (frames::HEADERS, 1), "trailers");
        let report = server.recorder.ended(1).await;
        assert_eq!((report.code, report.articles), ("OK", 1));
    });
}
