//! `AnnotateStream`: a task reads articles ahead and gives them to the pool, and the response stream answers
//! them in their order.

use super::call::{ArticleReport, Call};
use super::encoded::Encoded;
use super::failure::Failure;
use super::outbox::{Reader, Step};
use super::pb;
use super::protobuf::Writer;
use super::request::{self, Wishes};
use super::service::Shared;
use super::tags;
use prost::Message as _;
use prost::bytes::Bytes;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::{Instant, Sleep};
use tokio_stream::Stream;
use tonic::{Status, Streaming};

/// What stands before a piece of an answer on a stream takes so many bytes, besides the article's id.
const HEAD: usize = 32;

/// What was read of the call, in order.
enum Turn {
    /// An article, and what is to become of it.
    Article { id: String, outcome: Result<Reader, Failure> },
    /// Nothing more will be read; the call ends well if there is no failure.
    End(Option<Failure>),
}

/// Response stream of `AnnotateStream`.
#[derive(Debug)]
pub struct StreamReply {
    call: Call,
    turns: mpsc::Receiver<Turn>,
    current: Option<Current>,
    index: i32,
    deadline: Option<Pin<Box<Sleep>>>,
    reading: AbortHandle,
    ended: bool,
}

#[derive(Debug)]
struct Current {
    id: String,
    outbox: Reader,
}

impl std::fmt::Debug for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Article { .. } => f.write_str("Article"),
            Self::End(failure) => write!(f, "End({failure:?})"),
        }
    }
}

impl Drop for StreamReply {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl StreamReply {
    /// Starts to read. `deadline` is the caller's own, if there is one.
    pub(super) fn start(
        shared: Arc<Shared>,
        call: Call,
        inbound: Streaming<pb::AnnotateStreamRequest>,
        deadline: Option<std::time::Instant>,
    ) -> Self {
        // One article is with the response stream, the others are here.
        let (turns, received) = mpsc::channel(shared.limits.max_stream_window.max(2) - 1);
        let expiry = Instant::from_std(call.started() + shared.limits.max_call_duration);
        let reading = Reading { shared, inbound, turns, wishes: None, expiry, deadline };
        let reading = tokio::spawn(reading.run()).abort_handle();
        let deadline = deadline.map(|at| Box::pin(tokio::time::sleep_until(Instant::from_std(at))));
        Self { call, turns: received, current: None, index: 0, deadline, reading, ended: false }
    }

    fn error(&mut self, id: &str, failure: &Failure) -> Encoded {
        let error = failure.to_article_error().encode_to_vec();
        let answer = answer(self.index, id, tags::annotate_stream_response::ERROR, error.into());
        self.index += 1;
        answer
    }

    fn end(&mut self, failure: Option<&Failure>) -> Poll<Option<Result<Encoded, Status>>> {
        self.ended = true;
        self.current = None;
        self.reading.abort();
        match failure {
            None => {
                self.call.complete();
                Poll::Ready(None)
            }
            Some(failure) => {
                self.call.fail(failure);
                Poll::Ready(Some(Err(failure.to_status())))
            }
        }
    }

    /// The next message of the article that is being answered, or `None` when it has no more.
    fn poll_current(&mut self, context: &Context<'_>) -> Poll<Option<Encoded>> {
        let Some(current) = &mut self.current else { return Poll::Ready(None) };
        match std::task::ready!(current.outbox.poll_next(context)) {
            Step::Piece(piece) => {
                let member = tags::annotate_stream_response::RESPONSE;
                Poll::Ready(Some(answer(self.index, &current.id, member, piece)))
            }
            Step::End(report, failure) => {
                let id = std::mem::take(&mut current.id);
                self.current = None;
                self.call.article(&report);
                match failure {
                    None => {
                        self.index += 1;
                        Poll::Ready(None)
                    }
                    Some(failure) => Poll::Ready(Some(self.error(&id, &failure))),
                }
            }
        }
    }
}

impl Stream for StreamReply {
    type Item = Result<Encoded, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if let Some(deadline) = &mut self.deadline
            && deadline.as_mut().poll(context).is_ready()
        {
            return self.end(Some(&Failure::DeadlineExceeded));
        }
        loop {
            match self.poll_current(context) {
                Poll::Ready(Some(message)) => return Poll::Ready(Some(Ok(message))),
                Poll::Ready(None) => {}
                Poll::Pending => return Poll::Pending,
            }
            match std::task::ready!(self.turns.poll_recv(context)) {
                Some(Turn::Article { id, outcome: Ok(outbox) }) => {
                    self.current = Some(Current { id, outbox })
                }
                Some(Turn::Article { id, outcome: Err(failure) }) => {
                    self.call.article(&ArticleReport::failed(&failure, 0));
                    return Poll::Ready(Some(Ok(self.error(&id, &failure))));
                }
                Some(Turn::End(failure)) => return self.end(failure.as_ref()),
                // The reading task ends with a turn of its own, unless it panicked.
                None => return self.end(Some(&Failure::Internal)),
            }
        }
    }
}

/// A message about an article: a member of its result, encoded, behind what says which article it is.
fn answer(index: i32, id: &str, member: u32, result: Bytes) -> Encoded {
    use tags::annotate_stream_response as tag;
    let mut head = Writer::with_capacity(id.len() + HEAD);
    head.int32(tag::REQUEST_INDEX, index);
    head.string(tag::ARTICLE_ID, id);
    head.head(member, result.len());
    Encoded { head: head.finish(), rest: result }
}

/// The task that reads.
struct Reading {
    shared: Arc<Shared>,
    inbound: Streaming<pb::AnnotateStreamRequest>,
    turns: mpsc::Sender<Turn>,
    /// The options of the first message, once it has been read.
    wishes: Option<Result<Arc<Wishes>, Failure>>,
    expiry: Instant,
    deadline: Option<std::time::Instant>,
}

impl Reading {
    async fn run(mut self) {
        // Room is taken before an article is read: what cannot be answered yet stays with the client.
        while let Ok(room) = self.turns.clone().reserve_owned().await {
            let message = tokio::select! {
                biased;
                () = self.shared.drain.cancelled() => Err(Failure::Draining),
                () = tokio::time::sleep_until(self.expiry) => Err(Failure::CallExpired),
                message = self.inbound.message() => {
                    message.map_err(|status| Failure::of_reading(&status))
                }
            };
            let turn = match message {
                Ok(Some(message)) => self.article(message).await,
                Ok(None) => Turn::End(None),
                Err(failure) => Turn::End(Some(failure)),
            };
            let last = matches!(turn, Turn::End(_));
            room.send(turn);
            if last {
                return;
            }
        }
    }

    async fn article(&mut self, message: pb::AnnotateStreamRequest) -> Turn {
        let pb::AnnotateStreamRequest { article, options } = message;
        let id = request::article_id(article.as_ref());
        let wishes = self.wishes(options).await;
        let outcome = match (wishes, request::parse_article(article)) {
            (Ok(wishes), Ok(article)) => self.shared.start_in_turn(article, wishes, self.deadline).await,
            (_, Err(invalid)) => Err(invalid.into()),
            (Err(failure), Ok(_)) => Err(failure),
        };
        Turn::Article { id, outcome }
    }

    /// The options of this article: its own, or those of the call's first message.
    async fn wishes(&mut self, options: Option<pb::AnnotateOptions>) -> Result<Arc<Wishes>, Failure> {
        let own = match (options, &self.wishes) {
            (None, Some(first)) => return first.clone(),
            (None, None) => Ok(Arc::default()),
            (Some(options), _) => self.shared.parse_options(options).await,
        };
        self.wishes.get_or_insert_with(|| own.clone());
        own
    }
}
