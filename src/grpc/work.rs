//! The annotating of one article on a worker's thread: findings become messages of about 16 KiB in the
//! outbox. It knows no runtime.

use super::call::ArticleReport;
use super::convert::{Converter, MAX_MESSAGE};
use super::engine::Engine;
use super::failure::Failure;
use super::outbox::Filler;
use super::pb;
use super::request::{OwnedArticle, Wishes};
use crate::annotate::{AnnotateError, Annotation, Header, Scratch, Sink};
use crate::text::Checkpoint;
use prost::Message as _;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A message is sent when it has grown so large. One annotation a message costs a client ten times as much.
const FULL_MESSAGE: usize = 16 * 1024;

/// A message that waits for more findings is sent after so long.
const PATIENCE: Duration = Duration::from_millis(5);

/// One article's job.
pub(super) struct Work {
    pub(super) engine: Arc<dyn Engine>,
    pub(super) article: OwnedArticle,
    pub(super) wishes: Arc<Wishes>,
    pub(super) deadline: Instant,
    pub(super) admitted: Instant,
    pub(super) outbox: Filler,
}

impl Work {
    pub(super) fn run(self, scratch: &mut Scratch) {
        let Self { engine, article, wishes, deadline, admitted, outbox } = self;
        let started = Instant::now();
        let view = article.view();
        let mut batch = Batch {
            converter: Converter::new(&view, wishes.unit, wishes.include_text),
            revision: engine.revision(),
            outbox: &outbox,
            deadline,
            pending: pb::AnnotateResponse::default(),
            size: 0,
            pending_since: started,
        };
        let outcome = match batch.pass() {
            ControlFlow::Continue(()) => engine.annotate(&view, &wishes.options(), scratch, &mut batch),
            ControlFlow::Break(()) => Err(AnnotateError::Stopped),
        };
        let queued = started.saturating_duration_since(admitted);
        let worked = started.elapsed();
        match outcome {
            Ok(summary) => {
                batch.pending.summary = Some(batch.converter.summary(&summary, worked, queued));
                let last = batch.pending;
                let report = ArticleReport::done(&view, summary, queued, worked).admitted(admitted);
                outbox.end(Some(last), report, None);
            }
            Err(error) => {
                let failure = failure(&error, &outbox);
                let report = ArticleReport::failed(&failure, article.bytes()).admitted(admitted);
                let report = ArticleReport { queued, worked, ..report };
                outbox.end(None, report, Some(failure));
            }
        }
    }
}

fn failure(error: &AnnotateError, outbox: &Filler) -> Failure {
    match error {
        AnnotateError::Stopped if outbox.is_unwanted() => Failure::Cancelled,
        AnnotateError::Stopped => Failure::DeadlineExceeded,
        // Checked before it was admitted.
        AnnotateError::TooLong { .. } => Failure::Internal,
    }
}

/// Collects findings into messages.
struct Batch<'a> {
    converter: Converter<'a>,
    revision: &'a str,
    outbox: &'a Filler,
    deadline: Instant,
    pending: pb::AnnotateResponse,
    /// Encoded size of the pending annotations, about.
    size: usize,
    pending_since: Instant,
}

impl Batch<'_> {
    fn send(&mut self) {
        let message = std::mem::take(&mut self.pending);
        self.size = 0;
        self.outbox.push(message);
    }

    fn has_pending(&self) -> bool {
        self.pending.header.is_some() || !self.pending.annotations.is_empty()
    }
}

impl Checkpoint for Batch<'_> {
    fn pass(&mut self) -> ControlFlow<()> {
        let now = Instant::now();
        if self.outbox.is_unwanted() || now >= self.deadline {
            return ControlFlow::Break(());
        }
        if self.has_pending() && now.duration_since(self.pending_since) >= PATIENCE {
            self.send();
        }
        ControlFlow::Continue(())
    }
}

impl Sink for Batch<'_> {
    fn header(&mut self, header: &Header<'_>) -> ControlFlow<()> {
        self.pending.header = Some(self.converter.header(header, self.revision));
        self.pending_since = Instant::now();
        self.pass()
    }

    fn annotation(&mut self, annotation: &Annotation<'_>) -> ControlFlow<()> {
        let annotation = self.converter.annotation(annotation);
        // The annotation, its tag and its length.
        let size = annotation.encoded_len() + 5;
        if !self.pending.annotations.is_empty() && self.size + size > MAX_MESSAGE / 2 {
            self.send();
        }
        if !self.has_pending() {
            self.pending_since = Instant::now();
        }
        self.pending.annotations.push(annotation);
        self.size += size;
        if self.size < FULL_MESSAGE {
            return ControlFlow::Continue(());
        }
        self.send();
        self.pass()
    }
}
