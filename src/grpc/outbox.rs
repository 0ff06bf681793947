//! Where the pieces of one article's answer wait for the client to read them. It knows no gRPC stream.
//!
//! A worker never waits for a client: a thousand clients that do not read would be a thousand stuck threads.
//! So what is found waits here. It is bounded by the article, whose bytes were admitted and stay admitted
//! until the last piece is gone; and at the deadline all of it is dropped.

use super::call::ArticleReport;
use super::failure::Failure;
use prost::bytes::Bytes;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::sync::OwnedSemaphorePermit;

/// The two ends of an outbox; `permit` is what the article was admitted with.
pub(super) fn outbox(permit: OwnedSemaphorePermit) -> (Filler, Reader) {
    let state = State { permit: Some(permit), ..State::default() };
    let shared = Arc::new(Shared { state: Mutex::new(state), unwanted: AtomicBool::new(false) });
    (Filler { shared: Arc::clone(&shared), ended: false }, Reader { shared })
}

/// What comes out of an outbox.
#[derive(Debug)]
pub(super) enum Step {
    /// A piece of the answer, an `AnnotateResponse`.
    Piece(Bytes),
    /// Nothing more comes; the answer is complete if there is no failure.
    End(Box<ArticleReport>, Option<Failure>),
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    unwanted: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    pieces: VecDeque<Bytes>,
    /// That the work has begun is worth being told.
    announced: bool,
    end: Option<(Box<ArticleReport>, Option<Failure>)>,
    reader: Option<Waker>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes the reader.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }
}

/// The worker's end. Dropped without an end, by a panic or with a closing pool, it says that it failed: an
/// answer that is cut off must never look like one that is complete.
#[derive(Debug)]
pub(super) struct Filler {
    shared: Arc<Shared>,
    ended: bool,
}

impl Filler {
    /// Whether nobody wants the answer any more.
    pub(super) fn is_unwanted(&self) -> bool {
        self.shared.unwanted.load(Ordering::Relaxed)
    }

    /// Tells the client, as long as there is nothing else, that the work has begun.
    pub(super) fn announce(&self) {
        self.shared.change(|state| state.announced = true);
    }

    pub(super) fn push(&self, piece: Bytes) {
        self.shared.change(|state| state.pieces.push_back(piece));
    }

    /// The last piece, if there is one, and the end.
    pub(super) fn end(mut self, last: Option<Bytes>, report: ArticleReport, failure: Option<Failure>) {
        self.settle(last, report, failure);
    }

    fn settle(&mut self, last: Option<Bytes>, report: ArticleReport, failure: Option<Failure>) {
        self.ended = true;
        let report = Box::new(report);
        self.shared.change(|state| {
            state.pieces.extend(last);
            state.end = Some((report, failure));
        });
    }
}

impl Drop for Filler {
    fn drop(&mut self) {
        if !self.ended {
            self.settle(None, ArticleReport::failed(&Failure::Internal, 0), Some(Failure::Internal));
        }
    }
}

/// The client's end. Dropped, it tells the worker to stop.
#[derive(Debug)]
pub(super) struct Reader {
    shared: Arc<Shared>,
}

impl Reader {
    /// Ready when there is something to tell the client; whether it is a beginning, and not an end alone. What there is
    /// stays here.
    pub(super) fn poll_begun(&mut self, context: &Context<'_>) -> Poll<bool> {
        let mut state = self.shared.lock();
        if !state.pieces.is_empty() || state.end.is_some() || state.announced {
            return Poll::Ready(!state.pieces.is_empty() || state.end.is_none());
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }

    pub(super) fn poll_next(&mut self, context: &Context<'_>) -> Poll<Step> {
        let mut state = self.shared.lock();
        if let Some(piece) = state.pieces.pop_front() {
            if state.pieces.is_empty() && state.end.is_some() {
                state.permit = None;
            }
            return Poll::Ready(Step::Piece(piece));
        }
        if let Some((report, failure)) = state.end.take() {
            state.permit = None;
            return Poll::Ready(Step::End(report, failure));
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }

    /// Makes the outbox empty itself at the deadline even if the client never comes to read it.
    pub(super) fn expiry(&self) -> Expiry {
        Expiry(Arc::downgrade(&self.shared))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.shared.unwanted.store(true, Ordering::Relaxed);
        let mut state = self.shared.lock();
        let unread = (std::mem::take(&mut state.pieces), state.permit.take());
        drop(state);
        drop(unread);
    }
}

/// Ends an outbox from outside.
#[derive(Debug)]
pub(super) struct Expiry(std::sync::Weak<Shared>);

impl Expiry {
    /// Whether there is nothing left to end.
    pub(super) fn is_over(&self) -> bool {
        self.0.strong_count() == 0
    }

    /// Drops what waits and gives the admission back.
    pub(super) fn expire(&self) {
        let Some(shared) = self.0.upgrade() else { return };
        shared.unwanted.store(true, Ordering::Relaxed);
        let mut unread = (VecDeque::new(), None);
        shared.change(|state| {
            unread = (std::mem::take(&mut state.pieces), state.permit.take());
            let failure = Failure::DeadlineExceeded;
            state.end = Some((Box::new(ArticleReport::failed(&failure, 0)), Some(failure)));
        });
    }
}
