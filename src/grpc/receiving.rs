//! Requests on their way in. What has come of a message that is not whole yet waits in memory before anything can be
//! admitted or refused; here it is counted for all calls together, and a message that finds no room, or takes too
//! long to come, ends its call. It knows of a message nothing but its length.
//!
//! Admission cannot do this: it counts articles, and half of one is none. Nor can flow control, which bounds a
//! connection, of which there may be any number. And to let a call wait for room would not help, when all the room
//! is taken by others that wait as well.

use super::call::Origin;
use super::failure::Failure;
use super::service::Shared;
use super::timeout;
use http::{Request, Response};
use http_body::{Body as HttpBody, Frame};
use prost::bytes::Bytes;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::time::{Instant, Sleep};
use tonic::Status;
use tonic::body::Body;
use tonic::server::NamedService;

/// The flag of compression and the length, before each message.
const PREFIX: usize = 5;

/// Bytes of unfinished messages, and how many there may be.
#[derive(Debug)]
pub(super) struct Room {
    taken: AtomicUsize,
    most: usize,
}

impl Room {
    pub(super) const fn new(most: usize) -> Self {
        Self { taken: AtomicUsize::new(0), most }
    }

    /// How many bytes have come of messages that are not whole yet, and how many may.
    pub(super) fn unfinished_bytes(&self) -> (usize, usize) {
        (self.taken.load(Ordering::Relaxed), self.most)
    }

    fn take(&self, bytes: usize) -> bool {
        let sum = |taken: usize| taken.checked_add(bytes).filter(|taken| *taken <= self.most);
        self.taken.try_update(Ordering::Relaxed, Ordering::Relaxed, sum).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// A service whose requests are counted on their way in.
#[derive(Clone, Debug)]
pub struct Receiving<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> Receiving<S> {
    pub(super) const fn new(inner: S, shared: Arc<Shared>) -> Self {
        Self { inner, shared }
    }
}

impl<S: NamedService> NamedService for Receiving<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> tower::Service<Request<Body>> for Receiving<S>
where
    S: tower::Service<Request<Body>, Response = Response<Body>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> S::Future {
        let deadline = timeout::note(&mut request);
        let is_annotate = request.uri().path().ends_with("/Annotate");
        let (shared, call_deadline) = (Arc::clone(&self.shared), deadline.filter(|_| is_annotate));
        let origin = is_annotate.then(|| Origin::read(request.headers()));
        self.inner.call(request.map(|body| Body::new(Counted::new(body, shared, origin, call_deadline))))
    }
}

/// The body of a request.
struct Counted {
    body: Body,
    shared: Arc<Shared>,
    /// Of a call whose handler is asked only when its one message is whole, so that nobody else reports a refusal.
    origin: Option<Origin>,
    unfinished: Unfinished,
    /// What is taken of the room.
    taken: usize,
    /// Runs while a message is waited for that has begun.
    deadline: Option<Pin<Box<Sleep>>>,
    /// When the caller stops waiting, if nobody else looks at that before the message is whole.
    call_deadline: Option<Instant>,
    /// Runs until then, once something is waited for.
    call_timer: Option<Pin<Box<Sleep>>>,
}

impl Counted {
    fn new(
        body: Body,
        shared: Arc<Shared>,
        origin: Option<Origin>,
        call_deadline: Option<std::time::Instant>,
    ) -> Self {
        Self {
            body,
            shared,
            origin,
            unfinished: Unfinished::default(),
            taken: 0,
            deadline: None,
            call_deadline: call_deadline.map(Instant::from_std),
            call_timer: None,
        }
    }

    /// Takes as much room as the unfinished message has come to need.
    fn settle(&mut self, data: &[u8]) -> Result<(), Failure> {
        if self.unfinished.read(data) {
            self.deadline = None;
        }
        let (room, needed) = (&self.shared.receiving, self.unfinished.bytes);
        if needed > self.taken && !room.take(needed - self.taken) {
            return Err(self.shared.overloaded());
        }
        room.give_back(self.taken.saturating_sub(needed));
        self.taken = needed;
        Ok(())
    }

    /// Whether a message that has begun takes too long to come, or its caller has stopped waiting.
    fn is_late(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(at) = self.call_deadline
            && self
                .call_timer
                .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(at)))
                .as_mut()
                .poll(context)
                .is_ready()
        {
            return true;
        }
        let duration = self.shared.limits.max_article_duration;
        let has_begun = self.unfinished.bytes > 0;
        has_begun
            && self
                .deadline
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(duration)))
                .as_mut()
                .poll(context)
                .is_ready()
    }

    fn fail(&mut self, failure: &Failure) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(origin) = self.origin.take() {
            self.shared.report_unread(origin, failure);
        }
        Poll::Ready(Some(Err(failure.to_status())))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.shared.receiving.give_back(self.taken);
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Pending if self.is_late(context) => return self.fail(&Failure::DeadlineExceeded),
            Poll::Ready(Some(Ok(frame))) => frame,
            nothing @ (Poll::Pending | Poll::Ready(None | Some(Err(_)))) => return nothing,
        };
        match frame.data_ref().map_or(Ok(()), |data| self.settle(data)) {
            Ok(()) => Poll::Ready(Some(Ok(frame))),
            Err(failure) => self.fail(&failure),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// The message that is coming.
#[derive(Debug, Default)]
struct Unfinished {
    /// What has come of it, the prefix included; 0 between messages.
    bytes: usize,
    prefix: [u8; PREFIX],
}

impl Unfinished {
    /// Goes on by so many bytes; whether a message was finished by them.
    fn read(&mut self, mut data: &[u8]) -> bool {
        let mut finished = false;
        while let Some((&first, rest)) = data.split_first() {
            if let Some(byte) = self.prefix.get_mut(self.bytes) {
                *byte = first;
                self.bytes += 1;
                data = rest;
            } else {
                let more = (self.length() - self.bytes).min(data.len());
                self.bytes += more;
                data = data.split_at(more).1;
            }
            if self.bytes >= PREFIX && self.bytes == self.length() {
                self.bytes = 0;
                finished = true;
            }
        }
        finished
    }

    /// How long the message will be, the prefix included.
    const fn length(&self) -> usize {
        let [_, a, b, c, d] = self.prefix;
        u32::from_be_bytes([a, b, c, d]) as usize + PREFIX
    }
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, Room, Unfinished};
    use proptest::prelude::*;

    #[test]
    fn room_is_taken_to_the_last_byte_and_given_back() {
        let room = Room::new(10);
        assert!(room.take(4) && room.take(6) && !room.take(1) && !room.take(usize::MAX));
        room.give_back(6);
        assert!(!room.take(7) && room.take(6));
        assert_eq!(room.unfinished_bytes(), (10, 10));
    }

    proptest! {
        /// However a stream of messages is cut, what is unfinished after each piece is what stands behind the last
        /// whole message.
        #[test]
        fn what_is_unfinished_does_not_depend_on_the_pieces(
            lengths in prop::collection::vec(prop_oneof![0_usize..4, 0_usize..70_000], 1..8),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let mut stream = Vec::new();
            let mut ends = vec![0];
            for length in lengths {
                stream.push(0);
                stream.extend(u32::try_from(length).unwrap().to_be_bytes());
                stream.resize(stream.len() + length, 7);
                ends.push(stream.len());
            }
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.push(stream.len());
            cuts.sort_unstable();
            let (mut unfinished, mut at) = (Unfinished::default(), 0);
            for cut in cuts {
                let finished = unfinished.read(&stream[at..cut]);
                prop_assert_eq!(finished, ends.iter().any(|end| (at + 1..=cut).contains(end)));
                at = cut;
                let last = ends.iter().rev().find(|end| **end <= at).unwrap();
                prop_assert_eq!(unfinished.bytes, at - last);
            }
            prop_assert!(stream.len() >= PREFIX);
        }
    }
}
