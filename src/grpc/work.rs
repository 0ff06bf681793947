//! The annotating of one article on a worker's thread: findings become messages of about 16 KiB in the
//! outbox. It knows no runtime.

use super::call::ArticleReport;
use super::convert::{Converter, MAX_MESSAGE};
use super::engine::Engine;
use super::failure::Failure;
use super::outbox::Filler;
use super::protobuf::Writer;
use super::request::{OwnedArticle, Wishes};
use crate::annotate::{AnnotateError, Annotation, Header, Scratch, Sink};
use crate::pool::Lane;
use crate::text::Checkpoint;
use std::mem;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A message is sent when it has grown so large. One annotation a message costs a client ten times as much.
const FULL_MESSAGE: usize = 16 * 1024;

/// Bytes of an answer to nothing: its header and its summary.
const LEAST_ANSWER: usize = 512;

/// A message that waits for more findings is sent after so long; and headers that wait for a message.
const PATIENCE: Duration = Duration::from_millis(5);

/// Every so many times that work on a short article asks whether to stop, the clock is looked at. It asks at each sentence of
/// each stage, some ten times a sentence in all, and to look each time takes as long as to write all that was found. Work
/// on a long article may do much between two times, and looks at each.
const ASKED_PER_LOOK: u32 = 8;

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
            pending: Writer::with_capacity(expected_bytes(article.bytes())),
            pending_since: started,
            silent: true,
            asked: 0,
            asked_per_look: match Lane::of_bytes(article.bytes()) {
                Lane::Short => ASKED_PER_LOOK,
                Lane::Long => 1,
            },
        };
        let outcome = match batch.pass() {
            ControlFlow::Continue(()) => engine.annotate(&view, &wishes.options(), scratch, &mut batch),
            ControlFlow::Break(()) => Err(AnnotateError::Stopped),
        };
        let queued = started.saturating_duration_since(admitted);
        let worked = started.elapsed();
        match outcome {
            Ok(summary) => {
                batch.converter.summary(&mut batch.pending, &summary, worked, queued);
                let last = batch.pending.finish();
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

/// Room for the first message of an answer: that to a short article is twice as large as the article.
const fn expected_bytes(article: usize) -> usize {
    let (expected, most) = (2 * article + LEAST_ANSWER, FULL_MESSAGE + FULL_MESSAGE / 4);
    if expected < most { expected } else { most }
}

/// Collects findings into messages.
struct Batch<'a> {
    converter: Converter<'a>,
    revision: &'a str,
    outbox: &'a Filler,
    deadline: Instant,
    /// The message that is being written.
    pending: Writer,
    pending_since: Instant,
    /// The client has been told nothing yet.
    silent: bool,
    /// How often the work has asked whether to stop.
    asked: u32,
    asked_per_look: u32,
}

impl Batch<'_> {
    fn send(&mut self) {
        self.silent = false;
        self.outbox.push(self.pending.take());
    }
}

impl Checkpoint for Batch<'_> {
    fn pass(&mut self) -> ControlFlow<()> {
        if self.outbox.is_unwanted() {
            return ControlFlow::Break(());
        }
        let asked = self.asked;
        self.asked = asked.wrapping_add(1);
        if !asked.is_multiple_of(self.asked_per_look) {
            return ControlFlow::Continue(());
        }
        let now = Instant::now();
        if now >= self.deadline {
            return ControlFlow::Break(());
        }
        let is_slow = now.duration_since(self.pending_since) >= PATIENCE;
        if is_slow && !self.pending.is_empty() {
            self.send();
        } else if is_slow && mem::take(&mut self.silent) {
            self.outbox.announce();
        }
        ControlFlow::Continue(())
    }
}

impl Sink for Batch<'_> {
    fn header(&mut self, header: &Header<'_>) -> ControlFlow<()> {
        self.converter.header(&mut self.pending, header, self.revision);
        self.pending_since = Instant::now();
        self.pass()
    }

    fn annotation(&mut self, annotation: &Annotation<'_>) -> ControlFlow<()> {
        let before = self.pending.len();
        if before == 0 {
            self.pending_since = Instant::now();
        }
        self.converter.annotation(&mut self.pending, annotation);
        if before > 0 && self.pending.len() > MAX_MESSAGE / 2 {
            // Rather a message of its own than one that is too large.
            self.outbox.push(self.pending.take_first(before));
        }
        if self.pending.len() < FULL_MESSAGE {
            return ControlFlow::Continue(());
        }
        self.send();
        self.pass()
    }
}

#[cfg(test)]
mod tests {
    use super::super::outbox::{Reader, Step, outbox};
    use super::super::pb;
    use super::super::request::parse_article;
    use super::*;
    use crate::annotate::{Article, Limits, Options, Summary};
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Poll, Waker};

    /// Begins as often as it is asked to, and then works until it is told to stop.
    struct Endless {
        limits: Limits,
        begun: AtomicU32,
        /// Until then it asks nobody.
        deaf_until: Instant,
        /// How often it asks from then on, the last time included.
        asked: AtomicU32,
    }

    impl Engine for Endless {
        fn limits(&self) -> &Limits {
            &self.limits
        }

        fn revision(&self) -> &str {
            "endless"
        }

        fn check(&self, _: &Article<'_>) -> Result<(), AnnotateError> {
            Ok(())
        }

        fn annotate(
            &self,
            _: &Article<'_>,
            _: &Options<'_>,
            _: &mut Scratch,
            sink: &mut dyn Sink,
        ) -> Result<Summary, AnnotateError> {
            self.begun.fetch_add(1, Ordering::Relaxed);
            let began = Instant::now();
            while Instant::now() < self.deaf_until {
                std::hint::spin_loop();
            }
            while sink.pass().is_continue() {
                self.asked.fetch_add(1, Ordering::Relaxed);
                assert!(began.elapsed() < Duration::from_secs(10), "nobody says stop");
            }
            Err(AnnotateError::Stopped)
        }
    }

    /// Work that is never done, and who would read of it.
    fn endless(deadline: Instant) -> (Arc<Endless>, Work, Reader) {
        endless_on("It rained.", deadline, Instant::now())
    }

    fn endless_on(text: &str, deadline: Instant, deaf_until: Instant) -> (Arc<Endless>, Work, Reader) {
        let (begun, asked) = (AtomicU32::new(0), AtomicU32::new(1));
        let engine = Arc::new(Endless { limits: Limits::default(), begun, deaf_until, asked });
        let room = Arc::new(tokio::sync::Semaphore::new(1)).try_acquire_owned().unwrap();
        let (filler, reader): (Filler, Reader) = outbox(room);
        let article = pb::Article { text: text.into(), ..pb::Article::default() };
        let work = Work {
            engine: Arc::clone(&engine) as _,
            article: parse_article(Some(article)).unwrap(),
            wishes: Arc::default(),
            deadline,
            admitted: Instant::now(),
            outbox: filler,
        };
        (engine, work, reader)
    }

    /// Works with a client that never asks what has become of it; how often the engine began, and the end.
    fn work(deadline: Instant) -> (u32, Option<Failure>) {
        let (engine, work, mut reader) = endless(deadline);
        work.run(&mut Scratch::default());
        let Poll::Ready(Step::End(_, failure)) = reader.poll_next(&Context::from_waker(Waker::noop())) else {
            panic!("an end and nothing before it")
        };
        (engine.begun.load(Ordering::Relaxed), failure)
    }

    /// The client's headers wait for nothing else.
    #[test]
    fn work_that_takes_longer_is_announced() {
        let (_, work, mut reader) = endless(Instant::now() + Duration::from_secs(2));
        let working = std::thread::spawn(move || work.run(&mut Scratch::default()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let begun = runtime.block_on(std::future::poll_fn(|context| reader.poll_begun(context)));
        assert!(begun, "told only of its end");
        drop(reader);
        working.join().unwrap();
    }

    #[test]
    fn work_on_a_long_article_looks_at_the_clock_each_time_and_on_a_short_one_often() {
        for (words, most) in [(1, ASKED_PER_LOOK), (10_000, 1)] {
            let deadline = Instant::now() + Duration::from_millis(20);
            let (engine, work, _reader) = endless_on(&"It rained. ".repeat(words), deadline, deadline);
            work.run(&mut Scratch::default());
            let asked = engine.asked.load(Ordering::Relaxed);
            assert!((1..=most).contains(&asked), "{asked} times for {words} words");
        }
    }

    #[test]
    fn the_deadline_is_looked_at_before_the_work_and_in_it() {
        let now = Instant::now();
        assert_eq!(work(now), (0, Some(Failure::DeadlineExceeded)), "it passed in the queue");
        assert_eq!(work(now + Duration::from_millis(50)), (1, Some(Failure::DeadlineExceeded)));
    }
}
