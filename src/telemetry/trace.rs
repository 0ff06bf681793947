//! Traces: a server span a call and a span a stage of each article, exported by OTLP. They are made from a
//! call's report at its end, so that a call pays for them once and only if somebody records its trace.
//!
//! The exporter has a thread and a bounded queue of its own: a collector that is down or slow costs spans,
//! never a call.

use crate::grpc::{CallReport, Stage, TraceContext};
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState,
    Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::time::{Duration, SystemTime};

/// How long the last spans may take to go.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// Where spans go.
#[derive(Debug)]
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

impl Traces {
    /// Exports to a collector such as `http://127.0.0.1:4317`, by gRPC. Everything else that OpenTelemetry
    /// configures by its environment (sampler, batches, headers, attributes) is read there. To be called on
    /// the runtime that is to do the exporting.
    ///
    /// # Errors
    /// When the address or the environment is bad. That nobody answers there is no error.
    pub fn start(endpoint: &str, service_name: &str) -> Result<Self, ExporterBuildError> {
        let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build()?;
        let resource = Resource::builder()
            .with_service_name(service_name.to_owned())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider =
            SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
        let tracer = provider.tracer("glossator");
        Ok(Self { provider, tracer })
    }

    /// Sends what is left; waits two seconds for it at most.
    pub fn stop(&self) {
        if let Err(error) = self.provider.shutdown_with_timeout(LAST_SPANS) {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }

    /// Makes the spans of a call. Gives the trace that they are in, for the log.
    pub(super) fn call(&self, report: &CallReport) -> u128 {
        let ended = now();
        let at = |offset: Duration| {
            let left = report.elapsed.saturating_sub(offset);
            ended.checked_sub(left).unwrap_or(ended)
        };
        let parent = report.trace.as_ref().map_or_else(Context::new, remote);
        let name = format!("glossator.v1.AnnotationService/{}", report.method.name());
        let span =
            self.tracer.span_builder(name).with_kind(SpanKind::Server).with_start_time(at(Duration::ZERO));
        let mut span = span.start_with_context(&self.tracer, &parent);
        let trace = u128::from_be_bytes(span.span_context().trace_id().to_bytes());
        if !span.is_recording() {
            return trace;
        }
        span.set_attributes(attributes(report));
        if is_our_fault(report.code) {
            span.set_status(Status::error(report.reason));
        }
        let context = Context::new().with_span(span);
        for &Stage { name, article, began, took } in &report.stages {
            let stage = self.tracer.span_builder(name).with_start_time(at(began));
            let mut stage = stage.start_with_context(&self.tracer, &context);
            stage.set_attribute(KeyValue::new("glossator.article_index", i64::from(article)));
            stage.end_with_timestamp(at(began + took));
        }
        context.span().end_with_timestamp(ended);
        trace
    }
}

/// The one place that looks at the time of day.
#[expect(clippy::disallowed_methods, reason = "a span has a time of day; the rule names this place")]
fn now() -> SystemTime {
    SystemTime::now()
}

fn remote(trace: &TraceContext) -> Context {
    let TraceContext { trace_id, span_id, sampled, ref state } = *trace;
    let flags = if sampled { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED };
    // A state that cannot be read is the caller's business; the trace goes on without.
    let state = state.parse::<TraceState>().unwrap_or_default();
    let (trace_id, span_id) = (TraceId::from(trace_id), SpanId::from(span_id));
    Context::new().with_remote_span_context(SpanContext::new(trace_id, span_id, flags, true, state))
}

/// By the names of OpenTelemetry's conventions, where they have one.
fn attributes(report: &CallReport) -> Vec<KeyValue> {
    let figure =
        |name: &'static str, figure: u64| KeyValue::new(name, i64::try_from(figure).unwrap_or(i64::MAX));
    let mut attributes = vec![
        KeyValue::new("rpc.system.name", "grpc"),
        KeyValue::new("rpc.method", format!("glossator.v1.AnnotationService/{}", report.method.name())),
        KeyValue::new("rpc.response.status_code", report.code),
        figure("glossator.articles", report.articles.into()),
        figure("glossator.failed_articles", report.failed_articles.into()),
        figure("glossator.article_bytes", report.bytes),
        figure("glossator.annotations", report.annotations),
    ];
    if !report.reason.is_empty() {
        attributes.push(KeyValue::new("glossator.reason", report.reason));
    }
    if let Some(id) = &report.request_id {
        attributes.push(KeyValue::new("glossator.request_id", id.clone()));
    }
    attributes
}

/// Whether a server span counts as an error, by OpenTelemetry's conventions for gRPC.
fn is_our_fault(code: &str) -> bool {
    matches!(
        code,
        "UNKNOWN" | "DEADLINE_EXCEEDED" | "UNIMPLEMENTED" | "INTERNAL" | "UNAVAILABLE" | "DATA_LOSS"
    )
}
