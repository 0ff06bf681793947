//! Traces, taken in by a collector in this process, and what becomes of calls when it does not take them.

use super::puppet::PANIC;
use super::run;
use super::server::{Server, annotate, config, read, request, streamed};
use super::wire::{ANNOTATE, Wire};
use glossator::grpc::pb;
use glossator::telemetry::Traces;
use opentelemetry_proto::tonic::collector::trace::v1 as otlp;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use otlp::trace_service_server::{TraceService, TraceServiceServer};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

const SERVER: i32 = 2;
const ERROR: i32 = 2;
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// What takes spans.
#[derive(Clone, Default)]
struct Collector {
    taken: Arc<Mutex<Vec<otlp::ExportTraceServiceRequest>>>,
    /// Held by whoever wants it to be slow.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<otlp::ExportTraceServiceRequest>,
    ) -> Result<Response<otlp::ExportTraceServiceResponse>, Status> {
        drop(self.turn.lock().await);
        self.taken.lock().unwrap().push(request.into_inner());
        Ok(Response::new(otlp::ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn start() -> (Self, SocketAddr) {
        let (collector, listener) = (Self::default(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let addr = listener.local_addr().unwrap();
        let service = TraceServiceServer::new(collector.clone());
        let server = tonic::transport::Server::builder().add_service(service);
        tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        (collector, addr)
    }

    fn spans(&self) -> Vec<Span> {
        let taken = self.taken.lock().unwrap();
        let resources = taken.iter().flat_map(|request| &request.resource_spans);
        resources.flat_map(|it| &it.scope_spans).flat_map(|it| it.spans.clone()).collect()
    }
}

async fn traced(collector: SocketAddr) -> Server {
    let traces = Traces::start(&format!("http://{collector}"), "newsroom").unwrap();
    Server::start_all(config(), None, Some(traces)).await
}

/// Ends telemetry on a thread of its own, as it waits for this one, and says how long that took.
async fn stop(server: &Server) -> Duration {
    let (recorder, (done, wait)) = (Arc::clone(&server.recorder), tokio::sync::oneshot::channel());
    std::thread::spawn(move || {
        let began = Instant::now();
        recorder.stop();
        done.send(began.elapsed()).unwrap();
    });
    wait.await.unwrap()
}

fn value(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    let found = found.unwrap_or_else(|| panic!("no {key} in {attributes:?}"));
    match &found.value {
        Some(AnyValue { value: Some(Value::StringValue(text)) }) => text.clone(),
        Some(AnyValue { value: Some(Value::IntValue(figure)) }) => figure.to_string(),
        other => panic!("{key} is {other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn call(wire: &mut Wire, headers: &[(&str, &str)], text: &str) -> i32 {
    wire.call(ANNOTATE, headers, &request(text)).await.unwrap().status()
}

#[test]
fn a_call_is_a_span_under_its_callers_with_a_child_for_each_stage() {
    run(async {
        let (collector, addr) = Collector::start().await;
        let server = traced(addr).await;
        let mut wire = Wire::connect(server.addr).await;
        let parent = format!("00-{TRACE}-{PARENT}-01");
        let headers = [("traceparent", &*parent), ("tracestate", "vendor=7"), ("x-request-id", "r-1")];
        assert_eq!(call(&mut wire, &headers, "It rained on Zanzibar.").await, 0);
        stop(&server).await;

        let spans = collector.spans();
        let [root] = &spans.iter().filter(|span| span.kind == SERVER).collect::<Vec<_>>()[..] else {
            panic!("{spans:?}")
        };
        assert_eq!(root.name, "glossator.v1.AnnotationService/Annotate");
        assert_eq!((hex(&root.trace_id), hex(&root.parent_span_id)), (TRACE.to_owned(), PARENT.to_owned()));
        assert_eq!(root.trace_state, "vendor=7");
        for (key, expect) in [
            ("rpc.system.name", "grpc"),
            ("rpc.method", "glossator.v1.AnnotationService/Annotate"),
            ("rpc.response.status_code", "OK"),
            ("glossator.articles", "1"),
            ("glossator.article_bytes", "22"),
            ("glossator.request_id", "r-1"),
        ] {
            assert_eq!(value(&root.attributes, key), expect);
        }
        let mut stages: Vec<_> = spans.iter().filter(|span| span.kind != SERVER).collect();
        stages.sort_by_key(|span| span.start_time_unix_nano);
        let names: Vec<_> = stages.iter().map(|span| span.name.as_str()).collect();
        assert_eq!(names, ["queue", "annotate", "deliver"]);
        let mut end = root.start_time_unix_nano;
        for stage in stages {
            assert_eq!((&stage.trace_id, &stage.parent_span_id), (&root.trace_id, &root.span_id));
            assert_eq!(value(&stage.attributes, "glossator.article_index"), "0");
            assert!(stage.start_time_unix_nano >= end, "{} follows", stage.name);
            end = stage.end_time_unix_nano;
        }
        assert!(end <= root.end_time_unix_nano, "stages lie within the call");
        let taken = collector.taken.lock().unwrap();
        let resource = taken[0].resource_spans[0].resource.as_ref().unwrap();
        assert_eq!(value(&resource.attributes, "service.name"), "newsroom");
        assert_eq!(value(&resource.attributes, "service.version"), env!("CARGO_PKG_VERSION"));
        assert!(!format!("{taken:?}").contains("Zanzibar"), "no text of the article");
    });
}

#[test]
fn traces_begin_here_follow_b3_and_are_not_kept_where_the_caller_does_not() {
    run(async {
        let (collector, addr) = Collector::start().await;
        let server = traced(addr).await;
        let mut wire = Wire::connect(server.addr).await;
        let b3 = format!("{TRACE}-{PARENT}-1");
        let left = format!("00-{TRACE}-{PARENT}-00");
        for headers in [&[][..], &[("b3", &*b3)], &[("traceparent", &*left)], &[("traceparent", "rubbish")]] {
            assert_eq!(call(&mut wire, headers, "It rained.").await, 0);
        }
        stop(&server).await;
        let spans = collector.spans();
        let mut roots: Vec<_> =
            spans.iter().filter(|span| span.kind == SERVER).map(|span| hex(&span.parent_span_id)).collect();
        roots.sort();
        assert_eq!(roots, ["", "", PARENT]);
    });
}

#[test]
fn what_failed_and_by_whose_fault_stands_in_the_span() {
    run(async {
        let (collector, addr) = Collector::start().await;
        let server = traced(addr).await;
        let mut wire = Wire::connect(server.addr).await;
        assert_eq!(call(&mut wire, &[], PANIC).await, Code::Internal as i32);
        let bad = wire.call(ANNOTATE, &[], &pb::AnnotateRequest::default()).await.unwrap();
        assert_eq!(bad.status(), Code::InvalidArgument as i32);
        stop(&server).await;
        let spans = collector.spans();
        let status = |code: &str| {
            let mut roots = spans.iter().filter(|span| span.kind == SERVER);
            let of_code = |span: &&Span| value(&span.attributes, "rpc.response.status_code") == code;
            let span = roots.find(of_code).unwrap_or_else(|| panic!("{code} in {spans:?}"));
            (
                span.status.as_ref().map_or(0, |status| status.code),
                value(&span.attributes, "glossator.reason"),
            )
        };
        assert_eq!(status("INTERNAL"), (ERROR, "INTERNAL".to_owned()));
        assert_eq!(status("INVALID_ARGUMENT"), (0, "ARTICLE_MISSING".to_owned()), "the caller's own");
    });
}

#[test]
fn of_a_long_stream_the_first_articles_have_spans() {
    run(async {
        let (collector, addr) = Collector::start().await;
        let server = traced(addr).await;
        let articles = tokio_stream::iter(vec![streamed("It rained."); 70]);
        let answer = server.client().await.annotate_stream(articles).await.unwrap().into_inner();
        read(answer).await.1.unwrap();
        stop(&server).await;
        let spans = collector.spans();
        for stage in ["queue", "annotate", "deliver"] {
            let count = spans.iter().filter(|span| span.name == stage).count();
            assert_eq!(count, usize::try_from(glossator::grpc::MAX_STAGED_ARTICLES).unwrap(), "{stage}");
        }
    });
}

#[test]
fn a_collector_that_is_slow_gets_what_it_can_take_and_holds_up_no_call() {
    run(async {
        let (collector, addr) = Collector::start().await;
        let server = traced(addr).await;
        let slow = collector.turn.lock().await;
        let mut client = server.client().await;
        // Four spans a call, and room for 2,048 that wait.
        for _ in 0..700 {
            annotate(&mut client, "It rained.").await.unwrap();
        }
        drop(slow);
        let took = stop(&server).await;
        assert!(took < Duration::from_secs(4), "the end waited {took:?}");
        let spans = collector.spans().len();
        assert!((512..4 * 700).contains(&spans), "{spans} spans: those that found room, and no more");
    });
}

#[test]
fn a_collector_that_is_down_or_silent_costs_spans_and_no_call() {
    run(async {
        // One that takes connections and says nothing, and one that is not there.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        for addr in [silent.local_addr().unwrap(), gone] {
            let server = traced(addr).await;
            let mut client = server.client().await;
            // More spans than wait at most: 2,048.
            for _ in 0..600 {
                annotate(&mut client, "It rained.").await.unwrap();
            }
            let took = stop(&server).await;
            assert!(took < Duration::from_secs(4), "the end waited {took:?} for {addr}");
        }
    });
}
