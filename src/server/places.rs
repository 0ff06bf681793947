//! Places for connections: each takes one when it is accepted and gives it back when it ends. It knows no socket.
//!
//! What a connection costs while nothing is asked on it is small, but there is no end to how many a client can open; the
//! bounds on calls and articles say nothing of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection's place, for as long as it is open.
pub(super) type Place = OwnedSemaphorePermit;

#[derive(Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    most: usize,
    refused: AtomicU64,
    /// The last that came was refused.
    full: AtomicBool,
}

impl Places {
    /// So many places; without any, nobody could come in.
    pub(super) fn new(most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(most)),
            most,
            refused: AtomicU64::new(0),
            full: AtomicBool::new(false),
        }
    }

    /// A place, if one is free. The log hears of the first that finds none, and not of each in a storm of them.
    pub(super) fn take(&self) -> Option<Place> {
        let place = Arc::clone(&self.free).try_acquire_owned().ok();
        let was_full = self.full.swap(place.is_none(), Ordering::Relaxed);
        if place.is_none() {
            self.refused.fetch_add(1, Ordering::Relaxed);
            if !was_full {
                tracing::warn!(connections = self.most, "as many connections as may be: more are closed");
            }
        }
        place
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        self.most.saturating_sub(self.free.available_permits())
    }

    /// How many there are.
    pub(super) const fn most(&self) -> usize {
        self.most
    }

    /// How many connections found none so far.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}
