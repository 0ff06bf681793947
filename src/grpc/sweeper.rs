//! Answers that nobody reads. The response stream watches its own deadline, but only while it is asked for
//! messages, and for a client that does not read nobody asks. So every outbox is on a list, and whoever
//! calls [`Sweeper::sweep`] ends those that are overdue.

use super::outbox::Expiry;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The response stream's own deadline comes first, so that the client, if it reads, gets its status.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Sweeper {
    watched: Mutex<Vec<(Instant, Expiry)>>,
}

impl Sweeper {
    pub(super) fn watch(&self, deadline: Instant, outbox: Expiry) {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).push((deadline + GRACE, outbox));
    }

    pub(super) fn sweep(&self, now: Instant) {
        let mut overdue = Vec::new();
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|(_, outbox)| !outbox.is_over());
        overdue.extend(watched.extract_if(.., |(deadline, _)| *deadline <= now));
        drop(watched);
        for (_, outbox) in overdue {
            outbox.expire();
        }
    }
}
