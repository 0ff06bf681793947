//! Metrics: rate, errors and duration of calls by method and code, and what the articles were like.

use crate::grpc::{ArticleReport, CallReport, Load, Method};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::Ordering;

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

/// The code's name when all goes well.
const OK: &str = "OK";

/// What every call of a method counts, and what it counts when all goes well: looked up once, since a look-up takes
/// longer than the counting.
#[derive(Debug)]
struct MethodFigures {
    in_flight: Gauge,
    duration: Histogram,
    ok: Counter,
}

#[derive(Debug)]
struct ByMethod {
    annotate: MethodFigures,
    annotate_stream: MethodFigures,
    get_server_info: MethodFigures,
}

impl ByMethod {
    fn register(registry: &mut Registry, calls: &Family<CallLabels, Counter>) -> Self {
        let in_flight = Family::<MethodLabel, Gauge>::default();
        let duration = Family::<MethodLabel, Histogram>::new_with_constructor(histogram);
        let of = |method: Method| {
            let label = MethodLabel { method: method.name() };
            MethodFigures {
                in_flight: in_flight.get_or_create_owned(&label),
                duration: duration.get_or_create_owned(&label),
                ok: calls.get_or_create_owned(&CallLabels { method: method.name(), code: OK, reason: "" }),
            }
        };
        let figures = Self {
            annotate: of(Method::Annotate),
            annotate_stream: of(Method::AnnotateStream),
            get_server_info: of(Method::GetServerInfo),
        };
        registry.register("calls_in_flight", "Calls that are under way", in_flight);
        registry.register_with_unit("call_duration", "From request to end", Unit::Seconds, duration);
        figures
    }

    const fn of(&self, method: Method) -> &MethodFigures {
        match method {
            Method::Annotate => &self.annotate,
            Method::AnnotateStream => &self.annotate_stream,
            Method::GetServerInfo => &self.get_server_info,
        }
    }
}

/// Annotations by kind, looked up once.
#[derive(Debug)]
struct ByKind {
    sentences: Counter,
    quotes: Counter,
    entities: Counter,
}

impl ByKind {
    fn register(registry: &mut Registry) -> Self {
        let annotations = Family::<KindLabel, Counter>::default();
        let of = |kind| annotations.get_or_create_owned(&KindLabel { kind });
        let figures = Self { sentences: of("sentence"), quotes: of("quote"), entities: of("entity") };
        registry.register("annotations", "Annotations found", annotations);
        figures
    }
}

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

/// All figures of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    by_method: ByMethod,
    calls: Family<CallLabels, Counter>,
    shed: Counter,
    articles: Family<EndLabels, Counter>,
    articles_ok: Counter,
    article_bytes: Counter,
    article_chars: Counter,
    annotations: ByKind,
    unattributed_quotes: Counter,
    queue_duration: Histogram,
    work_duration: Histogram,
    queued: Gauge,
    workers: Gauge,
    admitted_bytes: Gauge,
    max_admitted_bytes: Gauge,
    unfinished_bytes: Gauge,
    max_unfinished_bytes: Gauge,
    connections: Gauge,
    max_connections: Gauge,
    refused_connections: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("glossator");
        let (calls, articles) = (Family::default(), Family::default());
        let by_method = ByMethod::register(&mut registry, &calls);
        let annotations = ByKind::register(&mut registry);
        let mut metrics = Self {
            registry,
            by_method,
            calls,
            shed: Counter::default(),
            articles_ok: articles.get_or_create_owned(&EndLabels { code: OK, reason: "" }),
            articles,
            article_bytes: Counter::default(),
            article_chars: Counter::default(),
            annotations,
            unattributed_quotes: Counter::default(),
            queue_duration: histogram(),
            work_duration: histogram(),
            queued: Gauge::default(),
            workers: Gauge::default(),
            admitted_bytes: Gauge::default(),
            max_admitted_bytes: Gauge::default(),
            unfinished_bytes: Gauge::default(),
            max_unfinished_bytes: Gauge::default(),
            connections: Gauge::default(),
            max_connections: Gauge::default(),
            refused_connections: Counter::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("calls", "Calls that have ended", self.calls.clone());
        registry.register("calls_shed", "Calls refused because of overload", self.shed.clone());
        registry.register("articles", "Articles that have ended", self.articles.clone());
        registry.register("article_bytes", "Bytes of articles", self.article_bytes.clone());
        registry.register("article_chars", "Characters of annotated articles", self.article_chars.clone());
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
        let (open, most) = (self.connections.clone(), self.max_connections.clone());
        registry.register("connections", "Open connections", open);
        registry.register("connections_limit", "How many those may be", most);
        let refused = self.refused_connections.clone();
        registry.register(
            "connections_refused",
            "Connections closed since there were as many as may be",
            refused,
        );
        let durations = [
            ("article_queue_duration", "From admission to the start of work", self.queue_duration.clone()),
            ("article_work_duration", "From the start of work to its end", self.work_duration.clone()),
        ];
        for (name, help, histogram) in durations {
            registry.register_with_unit(name, help, Unit::Seconds, histogram);
        }
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
            connections,
            max_connections,
            refused_connections,
        } = *load;
        let set = |gauge: &Gauge, figure| gauge.set(i64::try_from(figure).unwrap_or(i64::MAX));
        set(&self.workers, workers);
        set(&self.queued, queued);
        set(&self.admitted_bytes, admitted_bytes);
        set(&self.max_admitted_bytes, max_admitted_bytes);
        set(&self.unfinished_bytes, unfinished_bytes);
        set(&self.max_unfinished_bytes, max_unfinished_bytes);
        set(&self.connections, connections);
        set(&self.max_connections, max_connections);
        self.refused_connections.inner().store(refused_connections, Ordering::Relaxed);
        let mut page = String::new();
        text::encode(&mut page, &self.registry).expect("a string takes everything: this is a bug");
        page
    }

    pub(super) fn call_started(&self, method: Method) {
        self.by_method.of(method).in_flight.inc();
    }

    pub(super) fn call_ended(&self, report: &CallReport) {
        let CallReport { method, code, reason, elapsed, .. } = *report;
        let figures = self.by_method.of(method);
        figures.in_flight.dec();
        figures.duration.observe(elapsed.as_secs_f64());
        if code == OK {
            figures.ok.inc();
            return;
        }
        self.calls.get_or_create(&CallLabels { method: method.name(), code, reason }).inc();
        if reason == "SERVER_OVERLOADED" {
            self.shed.inc();
        }
    }

    pub(super) fn article_ended(&self, report: &ArticleReport) {
        let ArticleReport { code, reason, bytes, chars, ref summary, queued, worked, admitted: _ } = *report;
        self.article_bytes.inc_by(bytes);
        if code != OK {
            self.articles.get_or_create(&EndLabels { code, reason }).inc();
            return;
        }
        self.articles_ok.inc();
        self.article_chars.inc_by(chars);
        let ByKind { sentences, quotes, entities } = &self.annotations;
        for (counter, count) in
            [(sentences, summary.sentences), (quotes, summary.quotes), (entities, summary.entities)]
        {
            counter.inc_by(count.into());
        }
        self.unattributed_quotes.inc_by(summary.unattributed_quotes.into());
        self.queue_duration.observe(queued.as_secs_f64());
        self.work_duration.observe(worked.as_secs_f64());
    }
}
