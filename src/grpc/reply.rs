//! The answer to one article as a stream of messages. Whatever ends it, its call is reported once.

use super::call::{ArticleReport, Call};
use super::encoded::Encoded;
use super::failure::Failure;
use super::outbox::{Reader, Step};
use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep};
use tokio_stream::Stream;
use tonic::Status;

/// How long headers wait for the first piece of an article that waits for a thread.
const PATIENCE: Duration = Duration::from_millis(10);

/// Response stream of `Annotate`.
#[derive(Debug)]
pub struct Reply {
    call: Call,
    outbox: Option<Reader>,
    deadline: Instant,
    /// Runs until headers have waited long enough, and then until the deadline.
    timer: Pin<Box<Sleep>>,
}

impl Reply {
    /// When work on the article has begun `at_once`, whoever does it tells when that takes longer. A timer of our own
    /// would wake the runtime, to be told of it, as often as calls are made, and hardly ever run out.
    pub(super) fn new(call: Call, outbox: Reader, deadline: std::time::Instant, at_once: bool) -> Self {
        let deadline = Instant::from_std(deadline);
        let first = if at_once { deadline } else { deadline.min(Instant::now() + PATIENCE) };
        let timer = Box::pin(tokio::time::sleep_until(first));
        Self { call, outbox: Some(outbox), deadline, timer }
    }

    /// Waits a little for the first piece, so that a short answer leaves in one packet with its headers and trailers:
    /// a packet costs more than all else that is done to send it. What fails before that is trailers alone.
    pub(super) async fn begun(mut self) -> Result<Self, Status> {
        if poll_fn(|context| self.poll_begun(context)).await {
            return Ok(self);
        }
        match poll_fn(|context| Pin::new(&mut self).poll_next(context)).await {
            Some(Err(status)) => Err(status),
            Some(Ok(_)) | None => Ok(self),
        }
    }

    /// Whether it goes on, once there is something or the patience is at an end.
    fn poll_begun(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        let Some(outbox) = &mut self.outbox else { return Poll::Ready(false) };
        match outbox.poll_begun(context) {
            // To read that it was admitted is worth a packet to a caller whose article takes longer.
            Poll::Pending => {
                self.timer.as_mut().poll(context).map(|()| self.timer.deadline() < self.deadline)
            }
            begun => begun,
        }
    }

    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        ready!(self.timer.as_mut().poll(context));
        if self.timer.deadline() < self.deadline {
            let deadline = self.deadline;
            self.timer.as_mut().reset(deadline);
            return self.timer.as_mut().poll(context);
        }
        Poll::Ready(())
    }

    fn fail(&mut self, failure: &Failure) -> Poll<Option<Result<Encoded, Status>>> {
        self.outbox = None;
        self.call.fail(failure);
        Poll::Ready(Some(Err(failure.to_status())))
    }
}

impl Stream for Reply {
    type Item = Result<Encoded, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(outbox) = &mut self.outbox else { return Poll::Ready(None) };
        match outbox.poll_next(context) {
            Poll::Ready(Step::Piece(piece)) => return Poll::Ready(Some(Ok(piece.into()))),
            Poll::Ready(Step::End(report, None)) => {
                self.outbox = None;
                self.call.article(&report);
                self.call.complete();
                return Poll::Ready(None);
            }
            Poll::Ready(Step::End(report, Some(failure))) => {
                self.call.article(&report);
                return self.fail(&failure);
            }
            Poll::Pending => {}
        }
        if self.poll_deadline(context).is_ready() {
            self.call.article(&ArticleReport::failed(&Failure::DeadlineExceeded, 0));
            return self.fail(&Failure::DeadlineExceeded);
        }
        Poll::Pending
    }
}
