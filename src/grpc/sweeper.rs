//! Answers that nobody reads. The response stream watches its own deadline, but only while it is asked for
//! messages, and for a client that does not read nobody asks. So every outbox is on a list, and whoever
//! calls [`Sweeper::sweep`] ends those that are overdue.
//!
//! The list forgets those that are over before it grows: each keeps the memory of its outbox, and what the next call
//! takes should be what the last one has just used.

use super::outbox::Expiry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The response stream's own deadline comes first, so that the client, if it reads, gets its status.
const GRACE: Duration = Duration::from_secs(1);

/// So many are on the list before it is looked through.
const FEW: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Sweeper {
    watched: Mutex<Watched>,
}

#[derive(Debug, Default)]
struct Watched {
    outboxes: Vec<(Instant, Expiry)>,
    /// How long the list was when it had last forgotten those that were over.
    lasting: usize,
}

impl Watched {
    fn forget_those_that_are_over(&mut self) {
        self.outboxes.retain(|(_, outbox)| !outbox.is_over());
        self.lasting = self.outboxes.len();
    }
}

impl Sweeper {
    pub(super) fn watch(&self, deadline: Instant, outbox: Expiry) {
        let mut watched = self.lock();
        if watched.outboxes.len() >= FEW + 2 * watched.lasting {
            watched.forget_those_that_are_over();
        }
        watched.outboxes.push((deadline + GRACE, outbox));
    }

    pub(super) fn sweep(&self, now: Instant) {
        let mut overdue = Vec::new();
        let mut watched = self.lock();
        watched.forget_those_that_are_over();
        overdue.extend(watched.outboxes.extract_if(.., |(deadline, _)| *deadline <= now));
        drop(watched);
        for (_, outbox) in overdue {
            outbox.expire();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
