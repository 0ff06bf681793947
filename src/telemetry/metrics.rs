//! Metrics: rate, errors and duration of calls by method and code, and what the articles were like.

use crate::grpc::{ArticleReport, CallReport, Load, Method};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// Upper bounds of durations, in seconds: from a short article to the longest that is allowed.
const SECONDS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabel {
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    method: &'static str,
    code: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EndLabels {
    code: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabel {
    kind: &'static str,
}

/// All figures of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    calls: Family<CallLabels, Counter>,
    call_duration: Family<MethodLabel, Histogram>,
    in_flight: Family<MethodLabel, Gauge>,
    shed: Counter,
    articles: Family<EndLabels, Counter>,
    article_bytes: Counter,
    article_chars: Counter,
    annotations: Family<KindLabel, Counter>,
    unattributed_quotes: Counter,
    queue_duration: Histogram,
    work_duration: Histogram,
    queued: Gauge,
    workers: Gauge,
    admitted_bytes: Gauge,
    max_admitted_bytes: Gauge,
    unfinished_bytes: Gauge,
    max_unfinished_bytes: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let histogram = || Histogram::new(SECONDS);
        let mut metrics = Self {
            registry: Registry::with_prefix("glossator"),
            calls: Family::default(),
            call_duration: Family::new_with_constructor(histogram),
            in_flight: Family::default(),
            shed: Counter::default(),
            articles: Family::default(),
            article_bytes: Counter::default(),
            article_chars: Counter::default(),
            annotations: Family::default(),
            unattributed_quotes: Counter::default(),
            queue_duration: histogram(),
            work_duration: histogram(),
            queued: Gauge::default(),
            workers: Gauge::default(),
            admitted_bytes: Gauge::default(),
            max_admitted_bytes: Gauge::default(),
            unfinished_bytes: Gauge::default(),
            max_unfinished_bytes: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("calls", "Calls that have ended", self.calls.clone());
        registry.register("calls_in_flight", "Calls that are under way", self.in_flight.clone());
        registry.register("calls_shed", "Calls refused because of overload", self.shed.clone());
        registry.register("articles", "Articles that have ended", self.articles.clone());
        registry.register("article_bytes", "Bytes of articles", self.article_bytes.clone());
        registry.register("article_chars", "Characters of annotated articles", self.article_chars.clone());
        registry.register("annotations", "Annotations found", self.annotations.clone());
        let unattributed = self.unattributed_quotes.clone();
        registry.register("unattributed_quotes", "Quotes, terms aside, without a speaker", unattributed);
        registry.register("articles_queued", "Articles that wait for a worker", self.queued.clone());
        registry.register("workers", "Threads that annotate", self.workers.clone());
        let (admitted, most) = (self.admitted_bytes.clone(), self.max_admitted_bytes.clone());
        registry.register("admitted_bytes", "Bytes that articles in the house count", admitted);
        registry.register("admitted_bytes_limit", "How many those may be", most);
        let (unfinished, most) = (self.unfinished_bytes.clone(), self.max_unfinished_bytes.clone());
        registry.register("unfinished_bytes", "Bytes of requests that are not whole yet", unfinished);
        registry.register("unfinished_bytes_limit", "How many those may be", most);
        let durations = [
            ("article_queue_duration", "From admission to the start of work", self.queue_duration.clone()),
            ("article_work_duration", "From the start of work to its end", self.work_duration.clone()),
        ];
        for (name, help, histogram) in durations {
            registry.register_with_unit(name, help, Unit::Seconds, histogram);
        }
        let duration = self.call_duration.clone();
        registry.register_with_unit("call_duration", "From request to end", Unit::Seconds, duration);
        let build = [("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "What this program is", Info::new(build));
    }

    /// The page in OpenMetrics' text format.
    pub(super) fn page(&self, load: &Load) -> String {
        let Load {
            workers,
            queued,
            admitted_bytes,
            max_admitted_bytes,
            unfinished_bytes,
            max_unfinished_bytes,
        } = *load;
        let set = |gauge: &Gauge, figure| gauge.set(i64::try_from(figure).unwrap_or(i64::MAX));
        set(&self.workers, workers);
        set(&self.queued, queued);
        set(&self.admitted_bytes, admitted_bytes);
        set(&self.max_admitted_bytes, max_admitted_bytes);
        set(&self.unfinished_bytes, unfinished_bytes);
        set(&self.max_unfinished_bytes, max_unfinished_bytes);
        let mut page = String::new();
        text::encode(&mut page, &self.registry).expect("a string takes everything: this is a bug");
        page
    }

    pub(super) fn call_started(&self, method: Method) {
        self.in_flight.get_or_create(&MethodLabel { method: method.name() }).inc();
    }

    pub(super) fn call_ended(&self, report: &CallReport) {
        let CallReport { method, code, reason, elapsed, .. } = *report;
        let method = method.name();
        self.in_flight.get_or_create(&MethodLabel { method }).dec();
        self.calls.get_or_create(&CallLabels { method, code, reason }).inc();
        self.call_duration.get_or_create(&MethodLabel { method }).observe(elapsed.as_secs_f64());
        if reason == "SERVER_OVERLOADED" {
            self.shed.inc();
        }
    }

    pub(super) fn article_ended(&self, report: &ArticleReport) {
        let ArticleReport { code, reason, bytes, chars, ref summary, queued, worked, admitted: _ } = *report;
        self.articles.get_or_create(&EndLabels { code, reason }).inc();
        self.article_bytes.inc_by(bytes);
        if !reason.is_empty() {
            return;
        }
        self.article_chars.inc_by(chars);
        let kinds =
            [("sentence", summary.sentences), ("quote", summary.quotes), ("entity", summary.entities)];
        for (kind, count) in kinds {
            self.annotations.get_or_create(&KindLabel { kind }).inc_by(count.into());
        }
        self.unattributed_quotes.inc_by(summary.unattributed_quotes.into());
        self.queue_duration.observe(queued.as_secs_f64());
        self.work_duration.observe(worked.as_secs_f64());
    }
}
