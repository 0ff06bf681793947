//! Articles annotated by a server, over one call that is opened again when the server asks for that.

use super::{Failure, Input, Outcome};
use crate::grpc::client::{Client, ClientError, Replies, SentArticle, Wanted};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::Stream;

/// How many articles are read ahead of the call.
const QUEUE: usize = 16;
/// How often a call is opened again without a single answer in between.
const MAX_BARREN_CALLS: u32 = 5;
/// How long to wait before that.
const PAUSE: Duration = Duration::from_millis(200);

/// Annotates through a server.
#[derive(Debug)]
pub struct Remote {
    address: String,
    wanted: Wanted,
}

/// Why a server did not see all articles through.
#[derive(Debug)]
#[non_exhaustive]
pub enum RemoteError {
    /// There could be no runtime.
    Runtime(std::io::Error),
    /// The server could not be asked, or gave up.
    Client(ClientError),
    /// The server ended the call well before it had answered every article.
    EndedEarly,
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(_) => write!(f, "the network runtime cannot be started"),
            Self::Client(error) => error.fmt(f),
            Self::EndedEarly => write!(f, "the server ended the call before it had answered every article"),
        }
    }
}

impl std::error::Error for RemoteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Runtime(error) => Some(error),
            Self::Client(error) => error.source(),
            Self::EndedEarly => None,
        }
    }
}

impl From<ClientError> for RemoteError {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

impl Remote {
    /// Asks the server at this address, such as "http://127.0.0.1:50051".
    #[must_use]
    pub const fn new(address: String, wanted: Wanted) -> Self {
        Self { address, wanted }
    }

    /// Hands each article's outcome to `take`, in order, until it says no more.
    ///
    /// # Errors
    /// [`RemoteError`] when the server cannot be reached or does not answer to the end.
    pub fn run(
        &self,
        inputs: impl Iterator<Item = Input> + Send,
        mut take: impl FnMut(Outcome) -> bool,
    ) -> Result<(), RemoteError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(RemoteError::Runtime)?;
        let (inlet, source) = mpsc::channel(QUEUE);
        thread::scope(|scope| {
            // Files and pipes block, so they are read on a thread of their own.
            scope.spawn(move || {
                for input in inputs {
                    if inlet.blocking_send(input).is_err() {
                        break;
                    }
                }
            });
            runtime.block_on(self.exchange(Feed::new(source), &mut take))
        })
    }

    async fn exchange(&self, feed: Feed, take: &mut dyn FnMut(Outcome) -> bool) -> Result<(), RemoteError> {
        let mut barren = 0;
        loop {
            let mut answered = false;
            let error = match self.call(&feed, take, &mut answered).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            barren = if answered { 0 } else { barren + 1 };
            let passing = matches!(&error, RemoteError::Client(error) if error.is_passing());
            if !passing || barren > MAX_BARREN_CALLS {
                return Err(error);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// One call, from the first article without an answer on.
    async fn call(
        &self,
        feed: &Feed,
        take: &mut dyn FnMut(Outcome) -> bool,
        answered: &mut bool,
    ) -> Result<(), RemoteError> {
        let mut client = Client::connect(&self.address).await?;
        feed.rewind();
        let mut replies: Replies = client.annotate_stream(&self.wanted, feed.clone()).await?;
        while let Some(reply) = replies.next().await? {
            *answered = true;
            while let Some(input) = feed.take_first() {
                let Input { origin, read, article } = input;
                let (result, is_last) = match article {
                    Err(error) => (Err(Failure::Input(error)), false),
                    Ok(article) => match &reply {
                        Ok(reply) => (Ok((article, reply.clone())), true),
                        Err(failure) => {
                            (Err(Failure::Article { id: article.id, failure: failure.clone() }), true)
                        }
                    },
                };
                if !take(Outcome { origin, read, result }) {
                    return Ok(());
                }
                if is_last {
                    break;
                }
            }
        }
        // What is left are inputs that could not be read.
        while let Some(Input { origin, read, article }) = feed.take_first() {
            let Err(error) = article else { return Err(RemoteError::EndedEarly) };
            if !take(Outcome { origin, read, result: Err(Failure::Input(error)) }) {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The articles of a call, kept until they are answered so that another call can begin with them.
#[derive(Clone, Debug)]
struct Feed(Arc<Mutex<Queue>>);

#[derive(Debug)]
struct Queue {
    /// Read and not answered.
    open: VecDeque<Input>,
    /// How many of those have been sent on this call.
    sent: usize,
    source: mpsc::Receiver<Input>,
}

impl Feed {
    fn new(source: mpsc::Receiver<Input>) -> Self {
        Self(Arc::new(Mutex::new(Queue { open: VecDeque::new(), sent: 0, source })))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rewind(&self) {
        self.queue().sent = 0;
    }

    fn take_first(&self) -> Option<Input> {
        let mut queue = self.queue();
        queue.sent = queue.sent.saturating_sub(1);
        queue.open.pop_front()
    }
}

impl Stream for Feed {
    type Item = SentArticle;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<SentArticle>> {
        let mut queue = self.queue();
        loop {
            while let Some(input) = queue.open.get(queue.sent) {
                let article = input.article.as_ref().ok().cloned();
                queue.sent += 1;
                if let Some(article) = article {
                    return Poll::Ready(Some(article));
                }
            }
            match queue.source.poll_recv(context) {
                Poll::Ready(Some(input)) => queue.open.push_back(input),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
