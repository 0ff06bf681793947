//! An annotator on strings: it does what the article's text tells it, and counts what happens.

use glossator::annotate::{
    AnnotateError, Annotation, Annotator, Article, Header, Limits, Options, Scratch, Sink, Summary,
};
use glossator::grpc::Engine;
use glossator::text::Checkpoint;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// In a text: wait before the work until the gate opens.
pub(crate) const WAIT: &str = "[wait]";
/// In a text: wait behind the first finding until the gate opens.
pub(crate) const WAIT_INSIDE: &str = "[wait inside]";
/// In a text: panic before the work.
pub(crate) const PANIC: &str = "[panic]";
/// In a text: panic when it is looked at, before it is admitted.
pub(crate) const PANIC_IN_CHECK: &str = "[panic in check]";
/// In a text: panic when everything has been found.
pub(crate) const PANIC_AT_END: &str = "[panic at end]";

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| Annotator::builtin().unwrap());

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Articles looked at before they were admitted.
    pub(crate) checked: usize,
    /// Articles that came to wait at the gate.
    pub(crate) waiting: usize,
    /// Articles that were told to stop.
    pub(crate) stopped: usize,
    /// Articles done.
    pub(crate) done: usize,
}

/// Clones are handles of the same puppet.
#[derive(Clone)]
pub(crate) struct Puppet(Arc<Strings>);

struct Strings {
    limits: Limits,
    revision: String,
    open: Mutex<bool>,
    opened: Condvar,
    counts: watch::Sender<Counts>,
}

impl Puppet {
    pub(crate) fn new(revision: &str) -> Self {
        Self(Arc::new(Strings {
            limits: Limits::default(),
            revision: revision.to_owned(),
            open: Mutex::new(false),
            opened: Condvar::new(),
            counts: watch::Sender::default(),
        }))
    }

    /// Opens the gate, for good.
    pub(crate) fn open(&self) {
        *self.0.open.lock().unwrap() = true;
        self.0.opened.notify_all();
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.0.counts.borrow()
    }

    /// Waits until the counts are as wished.
    pub(crate) async fn until(&self, wished: impl FnMut(&Counts) -> bool) {
        self.0.counts.subscribe().wait_for(wished).await.unwrap();
    }

    fn count(&self, change: impl FnOnce(&mut Counts)) {
        self.0.counts.send_modify(change);
    }

    fn wait(&self, sink: &mut dyn Sink) -> ControlFlow<()> {
        self.count(|counts| counts.waiting += 1);
        let mut open = self.0.open.lock().unwrap();
        while !*open {
            sink.pass()?;
            open = self.0.opened.wait_timeout(open, Duration::from_millis(1)).unwrap().0;
        }
        ControlFlow::Continue(())
    }

    fn pull(
        &self,
        article: &Article<'_>,
        options: &Options<'_>,
        scratch: &mut Scratch,
        sink: &mut dyn Sink,
    ) -> Result<Summary, AnnotateError> {
        assert!(!article.text.contains(PANIC), "the puppet panics as told: {}", article.text);
        if article.text.contains(WAIT) && self.wait(sink).is_break() {
            return Err(AnnotateError::Stopped);
        }
        let inside = article.text.contains(WAIT_INSIDE);
        let mut sink = Waiting { puppet: self, sink, inside };
        let summary = ANNOTATOR.annotate(article, options, scratch, &mut sink)?;
        assert!(!article.text.contains(PANIC_AT_END), "the puppet panics as told: {}", article.text);
        Ok(summary)
    }
}

impl Engine for Puppet {
    fn limits(&self) -> &Limits {
        &self.0.limits
    }

    fn revision(&self) -> &str {
        &self.0.revision
    }

    fn check(&self, article: &Article<'_>) -> Result<(), AnnotateError> {
        assert!(!article.text.contains(PANIC_IN_CHECK), "the puppet panics as told");
        self.count(|counts| counts.checked += 1);
        ANNOTATOR.check(article)
    }

    fn annotate(
        &self,
        article: &Article<'_>,
        options: &Options<'_>,
        scratch: &mut Scratch,
        sink: &mut dyn Sink,
    ) -> Result<Summary, AnnotateError> {
        let outcome = self.pull(article, options, scratch, sink);
        self.count(|counts| match outcome {
            Ok(_) => counts.done += 1,
            Err(_) => counts.stopped += 1,
        });
        outcome
    }
}

/// Waits at the gate behind the first finding.
struct Waiting<'a> {
    puppet: &'a Puppet,
    sink: &'a mut dyn Sink,
    inside: bool,
}

impl Checkpoint for Waiting<'_> {
    fn pass(&mut self) -> ControlFlow<()> {
        self.sink.pass()
    }
}

impl Sink for Waiting<'_> {
    fn header(&mut self, header: &Header<'_>) -> ControlFlow<()> {
        self.sink.header(header)
    }

    fn annotation(&mut self, annotation: &Annotation<'_>) -> ControlFlow<()> {
        self.sink.annotation(annotation)?;
        if std::mem::take(&mut self.inside) { self.puppet.wait(self.sink) } else { ControlFlow::Continue(()) }
    }
}
