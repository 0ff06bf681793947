//! Floor 6: the threads that do the work. Each owns its [`Scratch`]; articles wait for them in two lanes. It
//! knows threads and clocks, and neither the wire nor what a job does.
//!
//! Annotating never runs on the async runtime: a thread of that is there to move bytes, and one that computes
//! for a second answers no health check and no keepalive for a second.

use crate::annotate::Scratch;
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Work for one thread. It must settle its own account when it is dropped unrun or panics.
pub type Job = Box<dyn FnOnce(&mut Scratch) + Send>;

/// Articles of more bytes wait in a lane of their own, so that a short one does not wait behind them.
pub const LONG_ARTICLE: usize = 64 * 1024;

/// So many short jobs may overtake a waiting long one.
const OVERTAKING: u32 = 16;

/// How much longer than a short job a long one may wait before the lane counts as full: it takes that much
/// longer to do, too.
const LONG_PATIENCE: u32 = 20;

/// Where a job waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// For articles that take well under a tenth of a second.
    Short,
    /// For the others. While there are several threads, one is always kept from this lane.
    Long,
}

impl Lane {
    /// The lane of an article of so many bytes.
    #[must_use]
    pub const fn of_bytes(bytes: usize) -> Self {
        if bytes > LONG_ARTICLE { Self::Long } else { Self::Short }
    }
}

/// Threads that work off jobs. Dropping the pool waits for the jobs that run and drops those that wait.
pub struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("threads", &self.threads.len()).field("queued", &self.queued()).finish()
    }
}

struct Shared {
    queue: Mutex<Queue>,
    work: Condvar,
    /// How many threads may work on long jobs at a time.
    long_threads: usize,
}

#[derive(Default)]
struct Queue {
    short: VecDeque<Waiting>,
    long: VecDeque<Waiting>,
    long_running: usize,
    overtaken: u32,
    closed: bool,
}

struct Waiting {
    job: Job,
    since: Instant,
}

impl Pool {
    /// Starts `threads` threads, at least one.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(threads: usize) -> io::Result<Self> {
        let threads = threads.max(1);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            long_threads: (threads - 1).max(1),
        });
        let mut pool = Self { shared, threads: Vec::with_capacity(threads) };
        for index in 0..threads {
            let shared = Arc::clone(&pool.shared);
            let thread = std::thread::Builder::new().name(format!("annotate-{index}"));
            pool.threads.push(thread.spawn(move || shared.work_off())?);
        }
        Ok(pool)
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// How many jobs wait.
    #[must_use]
    pub fn queued(&self) -> usize {
        let queue = self.shared.lock();
        queue.short.len() + queue.long.len()
    }

    /// Whether the job that has waited longest in the lane has waited longer than a short job may.
    ///
    /// This asks the queue how late it is and not how long: it holds for any speed of machine and any
    /// mixture of articles, and lets a burst in that will be worked off in time.
    #[must_use]
    pub fn is_late(&self, lane: Lane, patience: Duration) -> bool {
        let queue = self.shared.lock();
        let (jobs, patience) = match lane {
            Lane::Short => (&queue.short, patience),
            Lane::Long => (&queue.long, patience * LONG_PATIENCE),
        };
        jobs.front().is_some_and(|first| first.since.elapsed() > patience)
    }

    /// Puts a job in its lane. The caller bounds how many there are, by admission.
    pub fn submit(&self, lane: Lane, job: Job) {
        let mut queue = self.shared.lock();
        let waiting = Waiting { job, since: Instant::now() };
        match lane {
            Lane::Short => queue.short.push_back(waiting),
            Lane::Long => queue.long.push_back(waiting),
        }
        drop(queue);
        self.shared.work.notify_one();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.closed = true;
        let unrun = (std::mem::take(&mut queue.short), std::mem::take(&mut queue.long));
        drop(queue);
        // Jobs settle their accounts when dropped, which must not happen under the lock.
        drop(unrun);
        self.shared.work.notify_all();
        for thread in self.threads.drain(..) {
            // Its jobs' panics were caught; a panic of the loop itself was printed by the hook.
            let _ = thread.join();
        }
    }
}

impl Queue {
    /// The next job for a thread that is free.
    fn next(&mut self, long_threads: usize) -> Option<(Lane, Job)> {
        let long_turn = self.short.is_empty() || self.overtaken >= OVERTAKING;
        if self.long_running < long_threads
            && long_turn
            && let Some(waiting) = self.long.pop_front()
        {
            self.overtaken = 0;
            self.long_running += 1;
            return Some((Lane::Long, waiting.job));
        }
        let waiting = self.short.pop_front()?;
        self.overtaken += u32::from(!self.long.is_empty());
        Some((Lane::Short, waiting.job))
    }
}

impl Shared {
    /// No job runs under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work_off(&self) {
        let mut scratch = Scratch::default();
        while let Some((lane, job)) = self.wait() {
            if catch_unwind(AssertUnwindSafe(|| job(&mut scratch))).is_err() {
                // Half-filled buffers are cleared by the next article anyway; new ones leave no doubt.
                scratch = Scratch::default();
            }
            if lane == Lane::Long {
                self.lock().long_running -= 1;
            }
        }
    }

    /// Waits for a job; `None` when the pool is closed.
    fn wait(&self) -> Option<(Lane, Job)> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            if let Some(next) = queue.next(self.long_threads) {
                return Some(next);
            }
            queue = self.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests;
