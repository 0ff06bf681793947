//! Who may come in: a bound on the bytes of all articles that are queued, worked on or not yet read by their
//! clients, and a bound on how late the queue may be. It knows no method.

use super::failure::Failure;
use crate::pool::{Lane, Pool};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// An article counts at least so many bytes: its call, its buffers and its answer's frame cost that.
const LEAST_COST: usize = 16 * 1024;

/// Bounds. Every one is a figure of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdmissionLimits {
    /// Most bytes of articles in the house.
    pub max_admitted_bytes: usize,
    /// How late the queue of short articles may be before calls are shed.
    pub max_queue_delay: Duration,
    /// Most articles of open streams that are queued or worked on at a time; the others wait unread.
    pub max_streamed_articles: usize,
}

#[derive(Debug)]
pub(super) struct Admission {
    bytes: Arc<Semaphore>,
    streamed: Arc<Semaphore>,
    max_bytes: usize,
    limits: AdmissionLimits,
}

impl Admission {
    pub(super) fn new(limits: AdmissionLimits) -> Self {
        // A single longest article must fit, or it would wait for ever.
        let bytes = limits.max_admitted_bytes.clamp(cost(8 << 20), Semaphore::MAX_PERMITS);
        Self {
            bytes: Arc::new(Semaphore::new(bytes)),
            max_bytes: bytes,
            streamed: Arc::new(Semaphore::new(limits.max_streamed_articles.max(1))),
            limits,
        }
    }

    /// Bytes that are admitted, and how many may be.
    pub(super) fn admitted_bytes(&self) -> (usize, usize) {
        (self.max_bytes.saturating_sub(self.bytes.available_permits()), self.max_bytes)
    }

    /// Lets an article in at once, or sheds it.
    pub(super) fn admit(&self, bytes: usize, pool: &Pool) -> Result<OwnedSemaphorePermit, Failure> {
        self.check_queue(Lane::of_bytes(bytes), pool)?;
        Arc::clone(&self.bytes).try_acquire_many_owned(permits(bytes)).map_err(|_| self.overloaded())
    }

    /// Sheds a stream that would have to wait from its beginning on.
    pub(super) fn check_queue(&self, lane: Lane, pool: &Pool) -> Result<(), Failure> {
        if pool.is_late(lane, self.limits.max_queue_delay) { Err(self.overloaded()) } else { Ok(()) }
    }

    /// Lets an article of an open stream in as soon as there is room: a stream is not shed but slowed down.
    pub(super) async fn admit_in_turn(
        &self,
        bytes: usize,
    ) -> Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)> {
        let turn = Arc::clone(&self.streamed).acquire_owned().await.ok()?;
        let room = Arc::clone(&self.bytes).acquire_many_owned(permits(bytes)).await.ok()?;
        Some((turn, room))
    }

    pub(super) fn overloaded(&self) -> Failure {
        Failure::Overloaded { retry_after: (self.limits.max_queue_delay * 2).max(Duration::from_millis(50)) }
    }
}

/// What an article of so many bytes counts: its text and, about as large again, its answer.
const fn cost(bytes: usize) -> usize {
    let doubled = bytes.saturating_mul(2);
    if doubled < LEAST_COST { LEAST_COST } else { doubled }
}

fn permits(bytes: usize) -> u32 {
    u32::try_from(cost(bytes)).unwrap_or(u32::MAX)
}
