//! The three methods: parse, validate, admit, and only then answer, so that every refusal is a response of
//! trailers alone.

use super::admission::{Admission, AdmissionLimits};
use super::call::{ArticleReport, Call, Method, Observer, Origin};
use super::engine::{Engine, EngineSlot};
use super::failure::Failure;
use super::outbox::{Reader, outbox};
use super::pb;
use super::pb::annotation_service_server::{AnnotationService, AnnotationServiceServer};
use super::receiving::{Receiving, Room};
use super::reply::Reply;
use super::request::{self, InvalidRequest, OwnedArticle, Wishes};
use super::stream::StreamReply;
use super::sweeper::Sweeper;
use super::timeout;
use super::work::Work;
use crate::annotate::AnnotateError;
use crate::pool::{Lane, Pool};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_util::sync::CancellationToken;
use tonic::codec::CompressionEncoding;
use tonic::{Request, Response, Status, Streaming};

/// Options with more terms than this are compiled by a worker and not on the runtime.
const MANY_TERMS: usize = 64;

/// Largest message that is sent: what clients take when nobody tells them otherwise. Ours stay far below;
/// one over this would be a defect, and better told here than by the client.
const MOST_SENT: usize = 4 << 20;

/// Bounds on calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLimits {
    /// Who may come in.
    pub admission: AdmissionLimits,
    /// Longest that one article may take.
    pub max_article_duration: Duration,
    /// Longest that one `AnnotateStream` call may last.
    pub max_call_duration: Duration,
    /// Most articles of one `AnnotateStream` call that are read ahead.
    pub max_stream_window: usize,
    /// Largest request message that is read at all.
    pub max_request_bytes: usize,
    /// Most bytes of request messages that are not whole yet, of all calls together.
    pub max_unfinished_bytes: usize,
}

impl Default for ServiceLimits {
    fn default() -> Self {
        Self {
            admission: AdmissionLimits {
                max_admitted_bytes: 256 << 20,
                max_queue_delay: Duration::from_millis(50),
                max_streamed_articles: 8,
            },
            max_article_duration: Duration::from_secs(30),
            max_call_duration: Duration::from_secs(20 * 60),
            max_stream_window: 16,
            max_request_bytes: 8 << 20,
            max_unfinished_bytes: 128 << 20,
        }
    }
}

/// How busy a service is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Threads that annotate.
    pub workers: usize,
    /// Articles that wait for one of them.
    pub queued: usize,
    /// Bytes that articles in the house count: text and, about as large, answer.
    pub admitted_bytes: usize,
    /// How many they may be.
    pub max_admitted_bytes: usize,
    /// Bytes of request messages that are not whole yet.
    pub unfinished_bytes: usize,
    /// How many they may be.
    pub max_unfinished_bytes: usize,
    /// Open connections; this and the next two are told by whoever holds the sockets, and 0 until then.
    pub connections: usize,
    /// How many there may be.
    pub max_connections: usize,
    /// Connections that were closed since they would have been more than that.
    pub refused_connections: u64,
}

/// The service. Clones share everything.
#[derive(Clone, Debug)]
pub struct Service {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    engines: Arc<EngineSlot>,
    pool: Pool,
    admission: Admission,
    /// What comes in before it can be admitted.
    pub(super) receiving: Room,
    sweeper: Sweeper,
    observer: Arc<dyn Observer>,
    open_calls: Arc<AtomicUsize>,
    pub(super) limits: ServiceLimits,
    pub(super) drain: CancellationToken,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("pool", &self.pool)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Service {
    /// A service that works with `pool` until `drain` is cancelled: from then on it finishes what it has
    /// read and refuses everything else.
    #[must_use]
    pub fn new(
        engines: Arc<EngineSlot>,
        pool: Pool,
        limits: ServiceLimits,
        observer: Arc<dyn Observer>,
        drain: CancellationToken,
    ) -> Self {
        let admission = Admission::new(limits.admission);
        // A single longest message must fit, or it would never come in.
        let receiving = Room::new(limits.max_unfinished_bytes.max(2 * limits.max_request_bytes));
        let shared = Shared {
            engines,
            pool,
            admission,
            receiving,
            sweeper: Sweeper::default(),
            observer,
            open_calls: Arc::default(),
            limits,
            drain,
        };
        Self { shared: Arc::new(shared) }
    }

    /// The load at this moment.
    #[must_use]
    pub fn load(&self) -> Load {
        let Shared { pool, admission, receiving, .. } = &*self.shared;
        let (admitted_bytes, max_admitted_bytes) = admission.admitted_bytes();
        let (unfinished_bytes, max_unfinished_bytes) = receiving.unfinished_bytes();
        Load {
            workers: pool.threads(),
            queued: pool.queued(),
            admitted_bytes,
            max_admitted_bytes,
            unfinished_bytes,
            max_unfinished_bytes,
            ..Load::default()
        }
    }

    /// Calls that are under way.
    #[must_use]
    pub fn open_calls(&self) -> usize {
        self.shared.open_calls.load(Ordering::Relaxed)
    }

    /// Drops the answers whose deadline has passed and that no client comes to read. To be called about
    /// once a second.
    pub fn sweep(&self) {
        self.shared.sweeper.sweep(Instant::now());
    }

    /// The service as tonic serves it.
    #[must_use]
    pub fn into_server(self) -> Receiving<AnnotationServiceServer<Self>> {
        let max_request_bytes = self.shared.limits.max_request_bytes;
        let shared = Arc::clone(&self.shared);
        let server = AnnotationServiceServer::new(self)
            .max_decoding_message_size(max_request_bytes)
            .max_encoding_message_size(MOST_SENT)
            .accept_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Zstd)
            .send_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Zstd);
        Receiving::new(server, shared)
    }

    fn start_call<T>(&self, method: Method, request: &Request<T>) -> Call {
        self.shared.start_call(method, Origin::read(request.metadata().as_ref()))
    }
}

impl Shared {
    fn start_call(&self, method: Method, origin: Origin) -> Call {
        Call::start(&self.observer, &self.open_calls, method, origin)
    }

    /// Tells of an `Annotate` call whose request did not come in, so that it never was a call to its handler.
    pub(super) fn report_unread(&self, origin: Origin, failure: &Failure) {
        self.start_call(Method::Annotate, origin).fail(failure);
    }

    /// No room for more.
    pub(super) fn overloaded(&self) -> Failure {
        self.admission.overloaded()
    }

    fn check_drain(&self) -> Result<(), Failure> {
        if self.drain.is_cancelled() { Err(Failure::Draining) } else { Ok(()) }
    }

    /// Parses options, on a worker if that takes a while.
    pub(super) async fn parse_options(&self, options: pb::AnnotateOptions) -> Result<Arc<Wishes>, Failure> {
        let limits = *self.engines.get().limits();
        if options.custom_terms.len() <= MANY_TERMS {
            return Ok(Arc::new(request::parse_options(options, &limits)?));
        }
        let (parsed, wait) = oneshot::channel();
        let job = move |_: &mut _| drop(parsed.send(request::parse_options(options, &limits)));
        self.pool.submit(Lane::Short, Box::new(job));
        // Nothing comes back from a job that panicked.
        let wishes = wait.await.map_err(|_| Failure::Internal)??;
        Ok(Arc::new(wishes))
    }

    /// Checks an article against the limits of the engine in force, which is then to annotate it.
    fn check(&self, article: &OwnedArticle) -> Result<Arc<dyn Engine>, Failure> {
        let engine = self.engines.get();
        match engine.check(&article.view()) {
            Ok(()) => Ok(engine),
            Err(AnnotateError::TooLong { part, max, found }) => {
                Err(Failure::Invalid(InvalidRequest::TooLong { part, max, found }))
            }
            Err(AnnotateError::Stopped) => Err(Failure::Internal),
        }
    }

    fn article_deadline(&self, call_deadline: Option<Instant>) -> Instant {
        let own = Instant::now() + self.limits.max_article_duration;
        call_deadline.map_or(own, |deadline| deadline.min(own))
    }

    /// Gives an admitted article to the pool; whether work on it begins at once. `turn` is let go when it is done.
    fn submit(
        &self,
        engine: Arc<dyn Engine>,
        article: OwnedArticle,
        wishes: Arc<Wishes>,
        deadline: Instant,
        admitted: OwnedSemaphorePermit,
        turn: Option<OwnedSemaphorePermit>,
    ) -> (Reader, bool) {
        let (filler, reader) = outbox(admitted);
        self.sweeper.watch(deadline, reader.expiry());
        let lane = Lane::of_bytes(article.bytes());
        let work = Work { engine, article, wishes, deadline, admitted: Instant::now(), outbox: filler };
        let at_once = match turn {
            None => self.pool.submit(lane, Box::new(move |scratch| work.run(scratch))),
            // An open stream brings the next article when its turn comes, and refuses nobody meanwhile.
            Some(turn) => self.pool.submit_patient(
                lane,
                Box::new(move |scratch| {
                    work.run(scratch);
                    drop(turn);
                }),
            ),
        };
        (reader, at_once)
    }

    /// Checks an article of an open stream and starts it as soon as there is room.
    pub(super) async fn start_in_turn(
        &self,
        article: OwnedArticle,
        wishes: Arc<Wishes>,
        call_deadline: Option<Instant>,
    ) -> Result<Reader, Failure> {
        let engine = self.check(&article)?;
        let (turn, room) = self.admission.admit_in_turn(article.bytes()).await.ok_or(Failure::Internal)?;
        let deadline = self.article_deadline(call_deadline);
        Ok(self.submit(engine, article, wishes, deadline, room, Some(turn)).0)
    }

    /// Checks and admits the article of an `Annotate` call.
    async fn start(
        &self,
        request: pb::AnnotateRequest,
        deadline: Instant,
    ) -> Result<(Reader, bool), (Failure, usize)> {
        let pb::AnnotateRequest { article, options } = request;
        let start = async {
            self.check_drain()?;
            let article = request::parse_article(article)?;
            let wishes = self.parse_options(options.unwrap_or_default()).await?;
            let engine = self.check(&article)?;
            let room = self.admission.admit(article.bytes(), &self.pool)?;
            Ok(self.submit(engine, article, wishes, deadline, room, None))
        };
        start.await.map_err(|failure| (failure, 0))
    }

    fn info(&self) -> pb::ServerInfo {
        super::info::server_info(&*self.engines.get(), &self.limits)
    }
}

#[tonic::async_trait]
impl AnnotationService for Service {
    type AnnotateStream = Reply;
    type AnnotateStreamStream = StreamReply;

    async fn annotate(
        &self,
        request: Request<pb::AnnotateRequest>,
    ) -> Result<Response<Self::AnnotateStream>, Status> {
        let mut call = self.start_call(Method::Annotate, &request);
        let deadline = self.shared.article_deadline(timeout::noted(&request));
        match self.shared.start(request.into_inner(), deadline).await {
            Ok((outbox, at_once)) => {
                Reply::new(call, outbox, deadline, at_once).begun().await.map(Response::new)
            }
            Err((failure, bytes)) => {
                call.article(&ArticleReport::failed(&failure, bytes));
                call.fail(&failure);
                Err(failure.to_status())
            }
        }
    }

    async fn annotate_stream(
        &self,
        request: Request<Streaming<pb::AnnotateStreamRequest>>,
    ) -> Result<Response<Self::AnnotateStreamStream>, Status> {
        let mut call = self.start_call(Method::AnnotateStream, &request);
        let shared = &self.shared;
        let admitted =
            shared.check_drain().and_then(|()| shared.admission.check_queue(Lane::Short, &shared.pool));
        if let Err(failure) = admitted {
            call.fail(&failure);
            return Err(failure.to_status());
        }
        let deadline = timeout::noted(&request);
        let reply = StreamReply::start(Arc::clone(shared), call, request.into_inner(), deadline);
        Ok(Response::new(reply))
    }

    async fn get_server_info(
        &self,
        request: Request<pb::GetServerInfoRequest>,
    ) -> Result<Response<pb::GetServerInfoResponse>, Status> {
        let mut call = self.start_call(Method::GetServerInfo, &request);
        let pb::GetServerInfoRequest {} = request.into_inner();
        call.complete();
        Ok(Response::new(pb::GetServerInfoResponse { server_info: Some(self.shared.info()) }))
    }
}
