//! Floor 7: what operators see. One log line a call, metrics for Prometheus. It knows calls by their reports
//! and never sees an article.

mod log;
mod metrics;

pub use log::{LogFormat, LogGuard, init};
pub use metrics::Metrics;

use crate::grpc::{ArticleReport, CallReport, Method, Observer};

/// Everything that is told to operators of calls and articles.
#[derive(Debug, Default)]
pub struct Telemetry {
    metrics: Metrics,
}

impl Telemetry {
    /// The page of metrics; `queued` articles wait for a worker.
    #[must_use]
    pub fn page(&self, queued: usize) -> String {
        self.metrics.page(queued)
    }
}

impl Observer for Telemetry {
    fn call_started(&self, method: Method) {
        self.metrics.call_started(method);
    }

    fn call_ended(&self, report: &CallReport) {
        self.metrics.call_ended(report);
        log::call(report);
    }

    fn article_ended(&self, report: &ArticleReport) {
        self.metrics.article_ended(report);
    }
}
