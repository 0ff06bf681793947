//! What becomes of each call and each article, told to an [`Observer`] exactly once and at the end. It knows
//! no metric's name and writes no log.

use super::failure::{Failure, code_name};
use super::trace::TraceContext;
use crate::annotate::{Article, Summary};
use crate::text::units::char_count;
use http::HeaderMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tonic::Code;

/// Longest `x-request-id` that is kept.
const MAX_REQUEST_ID: usize = 128;

/// Told how calls and articles went.
pub trait Observer: Send + Sync + 'static {
    /// A call has begun.
    fn call_started(&self, method: Method);

    /// A call has ended, with whatever code.
    fn call_ended(&self, report: &CallReport);

    /// An article of a call has ended.
    fn article_ended(&self, report: &ArticleReport);
}

/// The observer that does not care.
impl Observer for () {
    fn call_started(&self, _: Method) {}

    fn call_ended(&self, _: &CallReport) {}

    fn article_ended(&self, _: &ArticleReport) {}
}

/// A method of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// One article.
    Annotate,
    /// Many articles.
    AnnotateStream,
    /// What the server is.
    GetServerInfo,
}

impl Method {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Annotate => "Annotate",
            Self::AnnotateStream => "AnnotateStream",
            Self::GetServerInfo => "GetServerInfo",
        }
    }
}

/// How a call went.
#[derive(Clone, Debug)]
pub struct CallReport {
    /// Which method.
    pub method: Method,
    /// The code's name, such as `OK`.
    pub code: &'static str,
    /// The reason, as the contract lists them; empty when all went well.
    pub reason: &'static str,
    /// The trace that it belongs to.
    pub trace: Option<TraceContext>,
    /// What a proxy or the caller calls the request, from `x-request-id`.
    pub request_id: Option<String>,
    /// Articles that were annotated.
    pub articles: u32,
    /// Articles of the call that ended with an error of their own.
    pub failed_articles: u32,
    /// Bytes of titles and texts.
    pub bytes: u64,
    /// Annotations sent.
    pub annotations: u64,
    /// Time in the queue, of all articles together.
    pub queued: Duration,
    /// Time of work, of all articles together.
    pub worked: Duration,
    /// From the first look at the request to the end.
    pub elapsed: Duration,
    /// What the first [`MAX_STAGED_ARTICLES`] articles went through, in order.
    pub stages: Vec<Stage>,
}

/// Articles of a call whose stages are kept.
pub const MAX_STAGED_ARTICLES: u32 = 64;

/// A stage that an article went through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Waiting is "queue", work is "annotate", and "deliver" is until the client has read the answer.
    pub name: &'static str,
    /// Which article of the call, from 0.
    pub article: u32,
    /// When it began, since the call's start.
    pub began: Duration,
    /// How long it took.
    pub took: Duration,
}

/// How an article went.
#[derive(Clone, Debug)]
pub struct ArticleReport {
    /// The code's name, such as `OK`.
    pub code: &'static str,
    /// The reason, as the contract lists them; empty when all went well.
    pub reason: &'static str,
    /// Bytes of title and text.
    pub bytes: u64,
    /// Characters of title and text; 0 unless all went well.
    pub chars: u64,
    /// What was found; zeros unless all went well.
    pub summary: Summary,
    /// Time in the queue.
    pub queued: Duration,
    /// Time of work.
    pub worked: Duration,
    /// When it was admitted, if it was.
    pub admitted: Option<Instant>,
}

impl ArticleReport {
    /// The report of an article that is answered.
    pub(super) fn done(article: &Article<'_>, summary: Summary, queued: Duration, worked: Duration) -> Self {
        let of_both = |count: fn(&str) -> usize| {
            u64::try_from(count(article.title) + count(article.text)).unwrap_or(u64::MAX)
        };
        let (bytes, chars) = (of_both(str::len), of_both(char_count));
        Self { code: code_name(Code::Ok), reason: "", bytes, chars, summary, queued, worked, admitted: None }
    }

    /// The report of an article that came to nothing.
    pub(super) fn failed(failure: &Failure, bytes: usize) -> Self {
        Self {
            code: code_name(failure.code()),
            reason: failure.reason(),
            bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
            chars: 0,
            summary: Summary::default(),
            queued: Duration::ZERO,
            worked: Duration::ZERO,
            admitted: None,
        }
    }

    pub(super) fn admitted(self, admitted: Instant) -> Self {
        Self { admitted: Some(admitted), ..self }
    }
}

/// What a call's headers say of where it comes from, and when they came.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    came: Instant,
    trace: Option<TraceContext>,
    request_id: Option<String>,
}

impl Origin {
    /// Of headers that have come now.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        Self { came: Instant::now(), trace: TraceContext::read(headers), request_id: request_id(headers) }
    }
}

/// A call that is under way. However it ends, its observer is told once; dropped without an end, the caller
/// went away, or a handler panicked.
pub(super) struct Call {
    observer: Arc<dyn Observer>,
    open: Arc<AtomicUsize>,
    started: Instant,
    report: CallReport,
    ended: bool,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("report", &self.report).finish_non_exhaustive()
    }
}

impl Call {
    /// `open` counts the calls that are under way.
    pub(super) fn start(
        observer: &Arc<dyn Observer>,
        open: &Arc<AtomicUsize>,
        method: Method,
        origin: Origin,
    ) -> Self {
        let Origin { came, trace, request_id } = origin;
        observer.call_started(method);
        open.fetch_add(1, Ordering::Relaxed);
        let report = CallReport {
            method,
            code: code_name(Code::Ok),
            reason: "",
            trace,
            request_id,
            articles: 0,
            failed_articles: 0,
            bytes: 0,
            annotations: 0,
            queued: Duration::ZERO,
            worked: Duration::ZERO,
            elapsed: Duration::ZERO,
            stages: Vec::new(),
        };
        let (observer, open) = (Arc::clone(observer), Arc::clone(open));
        Self { observer, open, started: came, report, ended: false }
    }

    pub(super) const fn started(&self) -> Instant {
        self.started
    }

    /// Counts an article and tells the observer of it.
    pub(super) fn article(&mut self, report: &ArticleReport) {
        let Summary { sentences, quotes, entities, .. } = report.summary;
        self.keep_stages(report);
        self.report.articles += 1;
        self.report.failed_articles += u32::from(!report.reason.is_empty());
        self.report.bytes += report.bytes;
        self.report.annotations += u64::from(sentences) + u64::from(quotes) + u64::from(entities);
        self.report.queued += report.queued;
        self.report.worked += report.worked;
        self.observer.article_ended(report);
    }

    fn keep_stages(&mut self, report: &ArticleReport) {
        let article = self.report.articles;
        let Some(admitted) = report.admitted.filter(|_| article < MAX_STAGED_ARTICLES) else { return };
        let mut began = admitted.saturating_duration_since(self.started);
        let left = self.started.elapsed().saturating_sub(report.queued + report.worked + began);
        for (name, took) in [("queue", report.queued), ("annotate", report.worked), ("deliver", left)] {
            self.report.stages.push(Stage { name, article, began, took });
            began += took;
        }
    }

    /// All went well.
    pub(super) fn complete(&mut self) {
        self.end(Code::Ok, "");
    }

    /// It failed.
    pub(super) fn fail(&mut self, failure: &Failure) {
        self.end(failure.code(), failure.reason());
    }

    fn end(&mut self, code: Code, reason: &'static str) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        self.open.fetch_sub(1, Ordering::Relaxed);
        self.report.code = code_name(code);
        self.report.reason = reason;
        self.report.elapsed = self.started.elapsed();
        self.observer.call_ended(&self.report);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.fail(if std::thread::panicking() { &Failure::Internal } else { &Failure::Cancelled });
    }
}

/// What a proxy or the caller calls the request: printed in logs, so nothing but plain characters.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    (1..=MAX_REQUEST_ID).contains(&id.len()).then(|| id.to_owned())
}
