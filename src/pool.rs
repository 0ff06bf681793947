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
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

// A panic must end one article and not the process.
#[cfg(panic = "abort")]
compile_error!("a worker catches panics: keep panic = \"unwind\"");

/// Work for one thread. It must settle its own account when it is dropped unrun or panics.
pub type Job = Box<dyn FnOnce(&mut Scratch) + Send>;

/// Articles of more bytes wait in a lane of their own, so that a short one does not wait behind them.
pub const LONG_ARTICLE: usize = 64 * 1024;

/// So many short jobs may overtake a waiting long one.
const OVERTAKING: u32 = 16;

/// How much longer than a short job a long one may wait before the lane counts as full: it takes that much
/// longer to do, too.
const LONG_PATIENCE: u32 = 20;

/// A queue that has not been empty for so many times its patience is no burst any more, but an overload; and an
/// overload is over when for as long nobody was refused.
const STANDING: u32 = 2;

/// How many jobs may wait in an overload, besides one a thread. A queue that is always full makes every caller wait and
/// gets no more work done; this keeps every thread busy and lets a job wait hardly longer than it takes.
const SPARE_IN_OVERLOAD: usize = 1;

/// A thread that has had nothing to do for so long makes way for a new one. Only with a thread's end does the allocator
/// give back what others have freed of its memory, and all that its scratch has grown to.
pub const REST: Duration = Duration::from_secs(2);

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
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("threads", &self.threads()).field("queued", &self.queued()).finish()
    }
}

struct Shared {
    queue: Mutex<Queue>,
    threads: usize,
    /// How many threads may work on long jobs at a time.
    long_threads: usize,
    rest: Duration,
}

#[derive(Default)]
struct Queue {
    threads: Vec<JoinHandle<()>>,
    short: Line,
    long: Line,
    long_running: usize,
    overtaken: u32,
    /// Threads without work, the one that has been so for the shortest time last. It is the next to be called: its
    /// scratch is still in the processor's caches, and a server with little to do works with one thread.
    idle: Vec<Thread>,
    closed: bool,
}

/// The jobs that wait in a lane.
#[derive(Default)]
struct Line {
    jobs: VecDeque<Waiting>,
    /// How many of them are impatient.
    impatient: usize,
    /// Since when there has always been one.
    standing: Option<Instant>,
    /// When it was too late for one more.
    refused: Option<Instant>,
}

/// What there is for a thread.
enum Next {
    Job(Lane, Job),
    /// Nothing, and has not been for a while.
    Rest,
    /// Nothing any more.
    Closed,
}

struct Waiting {
    job: Job,
    since: Instant,
    /// Patient jobs are as many as those who bring them allow, and make no queue late.
    patient: bool,
}

impl Line {
    fn push(&mut self, waiting: Waiting) {
        if !waiting.patient {
            self.impatient += 1;
            self.standing.get_or_insert(waiting.since);
        }
        self.jobs.push_back(waiting);
    }

    fn pop(&mut self) -> Option<Job> {
        let waiting = self.jobs.pop_front()?;
        self.impatient -= usize::from(!waiting.patient);
        if self.impatient == 0 {
            self.standing = None;
        }
        Some(waiting.job)
    }

    /// Whether one more impatient job would wait too long for `threads` threads.
    fn is_late(&mut self, now: Instant, patience: Duration, threads: usize) -> bool {
        let longer = |since: Option<Instant>, than| {
            since.is_some_and(|since| now.saturating_duration_since(since) > than)
        };
        let first = self.jobs.iter().find(|waiting| !waiting.patient).map(|first| first.since);
        let refused_lately = self.refused.is_some() && !longer(self.refused, patience * STANDING);
        let in_overload = refused_lately || longer(self.standing, patience * STANDING);
        let late = longer(first, patience) || (in_overload && self.impatient >= threads + SPARE_IN_OVERLOAD);
        if late {
            self.refused = Some(now);
        }
        late
    }
}

impl Pool {
    /// Starts `threads` threads, at least one, of which each that has worked may rest for so long, such as [`REST`].
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(threads: usize, rest: Duration) -> io::Result<Self> {
        let threads = threads.max(1);
        let long_threads = (threads - 1).max(1);
        let pool = Self { shared: Arc::new(Shared { queue: Mutex::default(), threads, long_threads, rest }) };
        for index in 0..threads {
            let thread = pool.shared.spawn(format!("annotate-{index}"))?;
            pool.shared.lock().threads.push(thread);
        }
        Ok(pool)
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.shared.threads
    }

    /// How many jobs wait.
    #[must_use]
    pub fn queued(&self) -> usize {
        let queue = self.shared.lock();
        queue.short.jobs.len() + queue.long.jobs.len()
    }

    /// Whether the impatient job that has waited longest in the lane has waited longer than a short job may.
    ///
    /// This asks the queue how late it is and not how long: it holds for any speed of machine and any
    /// mixture of articles, and lets a burst in that will be worked off in time. Once that has gone on for a while it
    /// is no burst, and no more wait than keep the threads busy: those who are let in during an overload are
    /// answered almost as fast as at rest.
    #[must_use]
    pub fn is_late(&self, lane: Lane, patience: Duration) -> bool {
        let (now, threads) = (Instant::now(), self.threads());
        let mut queue = self.shared.lock();
        match lane {
            Lane::Short => queue.short.is_late(now, patience, threads),
            Lane::Long => queue.long.is_late(now, patience * LONG_PATIENCE, self.shared.long_threads),
        }
    }

    /// Puts a job in its lane; whether it is done at once, as a short one is when a thread has nothing to do. The caller
    /// bounds how many jobs there are, by admission.
    pub fn submit(&self, lane: Lane, job: Job) -> bool {
        self.put(lane, job, false)
    }

    /// The same for a job of which its caller brings no more than a few: that it waits makes no queue late.
    pub fn submit_patient(&self, lane: Lane, job: Job) -> bool {
        self.put(lane, job, true)
    }

    fn put(&self, lane: Lane, job: Job, patient: bool) -> bool {
        let mut queue = self.shared.lock();
        let waiting = Waiting { job, since: Instant::now(), patient };
        match lane {
            Lane::Short => queue.short.push(waiting),
            Lane::Long => queue.long.push(waiting),
        }
        let idle = queue.idle.pop();
        drop(queue);
        if let Some(thread) = &idle {
            thread.unpark();
        }
        lane == Lane::Short && idle.is_some()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.closed = true;
        let unrun = (std::mem::take(&mut queue.short), std::mem::take(&mut queue.long));
        let threads = std::mem::take(&mut queue.threads);
        drop(queue);
        // Jobs settle their accounts when dropped, which must not happen under the lock.
        drop(unrun);
        for thread in threads {
            thread.thread().unpark();
            // Its jobs' panics were caught; a panic of the loop itself was printed by the hook.
            let _ = thread.join();
        }
    }
}

impl Queue {
    /// The next job for a thread that is free.
    fn next(&mut self, long_threads: usize) -> Option<(Lane, Job)> {
        let long_turn = self.short.jobs.is_empty() || self.overtaken >= OVERTAKING;
        if self.long_running < long_threads
            && long_turn
            && let Some(job) = self.long.pop()
        {
            self.overtaken = 0;
            self.long_running += 1;
            return Some((Lane::Long, job));
        }
        let job = self.short.pop()?;
        self.overtaken += u32::from(!self.long.jobs.is_empty());
        Some((Lane::Short, job))
    }
}

impl Shared {
    /// No job runs under the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(self: &Arc<Self>, name: String) -> io::Result<JoinHandle<()>> {
        let shared = Arc::clone(self);
        std::thread::Builder::new().name(name).spawn(move || shared.work_off())
    }

    fn work_off(self: &Arc<Self>) {
        let mut scratch = Scratch::default();
        // Nothing to give back yet.
        let mut rest = Duration::MAX;
        loop {
            let (lane, job) = match self.wait(rest) {
                Next::Job(lane, job) => (lane, job),
                Next::Rest if self.is_succeeded() => return,
                Next::Rest => continue,
                Next::Closed => return,
            };
            let panicked = catch_unwind(AssertUnwindSafe(|| job(&mut scratch))).is_err();
            // Half-filled buffers are cleared by the next article anyway; new ones leave no doubt. And what the longest
            // article needed, some forty times its bytes, is not kept for the next short one.
            if panicked || lane == Lane::Long {
                scratch = Scratch::default();
            }
            if lane == Lane::Long {
                self.lock().long_running -= 1;
            }
            rest = self.rest;
        }
    }

    /// Waits for a job, and no longer than `rest`.
    fn wait(&self, rest: Duration) -> Next {
        let (own, began) = (std::thread::current(), Instant::now());
        loop {
            let mut queue = self.lock();
            // Called, or awake without a reason.
            queue.idle.retain(|idle| idle.id() != own.id());
            if queue.closed {
                return Next::Closed;
            }
            if let Some((lane, job)) = queue.next(self.long_threads) {
                return Next::Job(lane, job);
            }
            let left = rest.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Next::Rest;
            }
            queue.idle.push(own.clone());
            drop(queue);
            std::thread::park_timeout(left);
        }
    }

    /// Whether there is another thread in place of this one, which has then to end. A job that comes meanwhile is the
    /// first that the other finds.
    fn is_succeeded(self: &Arc<Self>) -> bool {
        let own = std::thread::current();
        let mut queue = self.lock();
        if queue.closed {
            return false;
        }
        let Ok(successor) = self.spawn(own.name().unwrap_or_default().to_owned()) else { return false };
        queue.threads.retain(|thread| thread.thread().id() != own.id());
        queue.threads.push(successor);
        true
    }
}

#[cfg(test)]
mod tests;
