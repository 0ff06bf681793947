//! The annotating itself, at the same pace as behind a server: by the same pool of threads, in this process, for the
//! same number of callers, with a sink that does nothing. Thread for thread it takes longer than in a loop, where
//! all caches are warm and no other core does anything; what a server takes beyond this is the wire's.

use crate::support::Made;
use crate::{Failure, article, processor};
use glossator::annotate::{Annotation, Annotator, Article, Collector, Options, Scratch};
use glossator::pool::{Lane, Pool};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

pub(crate) struct Itself {
    pool: Pool,
    annotator: Arc<Annotator>,
    article: Arc<Made>,
}

impl Itself {
    pub(crate) fn start() -> Result<Self, Failure> {
        let threads = glossator::server::Config::default().workers;
        let (annotator, article) = (Arc::new(Annotator::builtin()?), Arc::new(article()));
        Ok(Self { pool: Pool::start(threads, Duration::MAX)?, annotator, article })
    }

    /// Annotates so many times; the processor time and the p50 of one, as of a server.
    pub(crate) fn measure(&self, callers: u32, calls: u32) -> Result<(Duration, Duration), Failure> {
        let (done, ended) = sync_channel(callers as usize);
        let before = self.processor()?;
        for _ in 0..callers {
            self.submit(&done);
        }
        let mut times = Vec::new();
        for call in 1..=calls {
            times.push(ended.recv()?);
            if call + callers <= calls {
                self.submit(&done);
            }
        }
        let cost = (self.processor()? - before) / calls;
        times.sort_unstable();
        Ok((cost, times.get(times.len() / 2).copied().unwrap_or_default()))
    }

    fn submit(&self, done: &SyncSender<Duration>) {
        let (annotator, made) = (Arc::clone(&self.annotator), Arc::clone(&self.article));
        let (done, began) = (done.clone(), Instant::now());
        self.pool.submit(
            Lane::Short,
            Box::new(move |scratch: &mut Scratch| {
                let (title, text) = (&*made.title, &*made.text);
                let article = Article { title, text, language: Some("en"), ..Article::default() };
                let mut sink = Collector(|annotation: &Annotation<'_>| {
                    black_box(annotation.id);
                });
                let found = annotator.annotate(&article, &Options::default(), scratch, &mut sink);
                black_box(found.is_ok());
                // Nobody waits for the last ones of a failed measurement.
                let _ = done.send(began.elapsed());
            }),
        );
    }

    /// Processor time of the pool's threads so far.
    fn processor(&self) -> Result<Duration, Failure> {
        processor(std::process::id(), "annotate-")
    }
}
