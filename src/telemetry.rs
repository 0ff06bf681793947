//! Floor 7: what operators see. One log line a call, metrics for Prometheus. It knows calls by their reports
//! and never sees an article.

mod log;
mod metrics;
mod trace;
mod writer;

pub use log::{LogFormat, LogGuard, init};
pub use metrics::Metrics;
pub use trace::Traces;

use crate::grpc::{ArticleReport, CallReport, Load, Method, Observer};

/// Everything that is told to operators of calls and articles.
#[derive(Debug, Default)]
pub struct Telemetry {
    metrics: Metrics,
    traces: Option<Traces>,
}

impl Telemetry {
    /// Metrics and a log, and traces if somebody takes them.
    #[must_use]
    pub fn new(traces: Option<Traces>) -> Self {
        Self { metrics: Metrics::default(), traces }
    }

    /// The page of metrics.
    #[must_use]
    pub fn page(&self, load: &Load) -> String {
        self.metrics.page(load)
    }

    /// Sends what is left to send.
    pub fn stop(&self) {
        if let Some(traces) = &self.traces {
            traces.stop();
        }
    }
}

impl Observer for Telemetry {
    fn call_started(&self, method: Method) {
        self.metrics.call_started(method);
    }

    fn call_ended(&self, report: &CallReport) {
        self.metrics.call_ended(report);
        let trace = report.trace.as_ref().map(|trace| trace.trace_id);
        // Without a trace of the caller's a span begins one.
        let trace = self.traces.as_ref().map(|traces| traces.call(report)).or(trace);
        log::call(report, trace);
    }

    fn article_ended(&self, report: &ArticleReport) {
        self.metrics.article_ended(report);
    }
}
