//! The contract from a client's side: an article and options as sent, the reply as collected, in process
//! and over a channel. It knows no file and no flag, and opens no connection but the one it is told of.

use super::convert::Converter;
use super::failure::Failure;
use super::pb;
use super::pb::annotation_service_client::AnnotationServiceClient;
use super::protobuf::Writer;
use super::request::{self, OwnedArticle, Wishes};
use crate::annotate::{AnnotateError, Annotation, AnnotationKind, Annotator, Header, Scratch, Sink};
use crate::text::Checkpoint;
use crate::text::units::Unit;
use jiff::Timestamp;
use prost::Message as _;
use std::fmt;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use tokio_stream::Stream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Status, Streaming};
use tonic_types::StatusExt as _;

/// An article as a client sends it. Nothing in it has been checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentArticle {
    /// The caller's own identifier.
    pub id: String,
    /// The headline.
    pub title: String,
    /// The body.
    pub text: String,
    /// BCP-47 code, or empty.
    pub language_code: String,
    /// When it was published.
    pub publish_time: Option<Timestamp>,
    /// IANA time zone of that, or empty.
    pub time_zone: String,
}

impl SentArticle {
    fn to_message(&self) -> pb::Article {
        let Self { id, title, text, language_code, publish_time, time_zone } = self;
        pb::Article {
            id: id.clone().into_bytes(),
            title: title.clone().into_bytes(),
            text: text.clone().into_bytes(),
            language_code: language_code.clone().into_bytes(),
            publish_time: publish_time.map(|time| pbjson_types::Timestamp {
                seconds: time.as_second(),
                nanos: time.subsec_nanosecond(),
            }),
            time_zone: time_zone.clone().into_bytes(),
            source_uri: Vec::new(),
            authors: Vec::new(),
        }
    }
}

/// What a client asks for; the same for all its articles.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Kinds of annotation; empty for all.
    pub kinds: Vec<AnnotationKind>,
    /// Unit of offsets.
    pub unit: Unit,
    /// Least confidence, from 0 to 1.
    pub min_confidence: f32,
    /// Copy the covered text into each span.
    pub include_text: bool,
    /// Annotate titles too.
    pub include_title: bool,
}

impl Wanted {
    fn to_message(&self) -> pb::AnnotateOptions {
        let Self { kinds, unit, min_confidence, include_text, include_title } = self;
        let kind = |kind: &AnnotationKind| match kind {
            AnnotationKind::Sentence => pb::AnnotationKind::Sentence,
            AnnotationKind::Quote => pb::AnnotationKind::Quote,
            AnnotationKind::Entity => pb::AnnotationKind::Entity,
        };
        let unit = match unit {
            Unit::Utf8 => pb::OffsetEncoding::Utf8,
            Unit::Utf16 => pb::OffsetEncoding::Utf16,
            Unit::Utf32 => pb::OffsetEncoding::Utf32,
        };
        pb::AnnotateOptions {
            kinds: kinds.iter().map(|it| kind(it).into()).collect(),
            offset_encoding: unit.into(),
            min_confidence: *min_confidence,
            include_text: *include_text,
            include_title: *include_title,
            entity_types: Vec::new(),
            custom_terms: Vec::new(),
        }
    }
}

/// The whole answer to one article: all its parts in one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply(pub(super) pb::AnnotateResponse);

impl Reply {
    /// The reply as proto3 JSON, on one line or indented.
    ///
    /// # Panics
    /// Never: messages of the contract are JSON.
    #[must_use]
    pub fn to_json(&self, indented: bool) -> String {
        let json =
            if indented { serde_json::to_string_pretty(&self.0) } else { serde_json::to_string(&self.0) };
        json.expect("a message of the contract is JSON: this is a bug")
    }

    /// The reply as the contract's message.
    #[must_use]
    pub const fn message(&self) -> &pb::AnnotateResponse {
        &self.0
    }

    /// The empty reply: by the contract, an answer without a summary was cut short.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    fn add(&mut self, part: pb::AnnotateResponse) {
        let pb::AnnotateResponse { header, annotations, summary } = part;
        self.0.header = header.or(self.0.header.take());
        self.0.annotations.extend(annotations);
        self.0.summary = summary.or(self.0.summary.take());
    }
}

/// Why one article has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleFailure {
    /// One of the contract's reasons.
    pub reason: String,
    /// For people.
    pub message: String,
}

impl ArticleFailure {
    /// A defect that ended one article.
    #[must_use]
    pub fn internal() -> Self {
        Failure::Internal.into()
    }
}

impl From<Failure> for ArticleFailure {
    fn from(failure: Failure) -> Self {
        failure.to_article_error().into()
    }
}

impl From<pb::ArticleError> for ArticleFailure {
    fn from(error: pb::ArticleError) -> Self {
        // The message names the field, and the reason says more than the code.
        let pb::ArticleError { code: _, reason, message, field: _ } = error;
        Self { reason, message }
    }
}

impl fmt::Display for ArticleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.message)
    }
}

impl std::error::Error for ArticleFailure {}

/// What is wanted, checked and ready to be used for any number of articles in process.
#[derive(Debug)]
pub struct Prepared(Wishes);

impl Prepared {
    /// Checks what is wanted as a server would.
    ///
    /// # Errors
    /// What a server would answer.
    pub fn new(wanted: &Wanted, annotator: &Annotator) -> Result<Self, ArticleFailure> {
        let wishes = request::parse_options(wanted.to_message(), annotator.limits());
        wishes.map(Self).map_err(|invalid| Failure::from(invalid).into())
    }
}

/// Annotates one article in process, just as a server would.
///
/// # Errors
/// What a server would answer.
pub fn annotate(
    annotator: &Annotator,
    article: &SentArticle,
    wanted: &Prepared,
    scratch: &mut Scratch,
) -> Result<Reply, ArticleFailure> {
    let article = request::parse_article(Some(article.to_message())).map_err(Failure::from)?;
    Ok(collect(annotator, &article, &wanted.0, scratch)?)
}

/// Answers an encoded `AnnotateRequest` in process.
///
/// # Errors
/// What a server would answer; bytes that are no such message count as a request without an article.
pub fn annotate_encoded(
    annotator: &Annotator,
    request: &[u8],
    scratch: &mut Scratch,
) -> Result<Reply, ArticleFailure> {
    let pb::AnnotateRequest { article, options } =
        pb::AnnotateRequest::decode(request).unwrap_or_else(|_| pb::AnnotateRequest::default());
    let article = request::parse_article(article).map_err(Failure::from)?;
    let wishes =
        request::parse_options(options.unwrap_or_default(), annotator.limits()).map_err(Failure::from)?;
    Ok(collect(annotator, &article, &wishes, scratch)?)
}

fn collect(
    annotator: &Annotator,
    article: &OwnedArticle,
    wishes: &Wishes,
    scratch: &mut Scratch,
) -> Result<Reply, Failure> {
    let view = article.view();
    let converter = Converter::new(&view, wishes.unit, wishes.include_text);
    let mut collector = Collector { converter, revision: annotator.revision(), bytes: Writer::default() };
    let started = Instant::now();
    let summary =
        annotator.annotate(&view, &wishes.options(), scratch, &mut collector).map_err(
            |error| match error {
                AnnotateError::TooLong { part, max, found } => {
                    Failure::Invalid(request::InvalidRequest::TooLong { part, max, found })
                }
                AnnotateError::Stopped => Failure::Cancelled,
            },
        )?;
    let Collector { converter, mut bytes, .. } = collector;
    converter.summary(&mut bytes, &summary, started.elapsed(), Duration::ZERO);
    let message = pb::AnnotateResponse::decode(bytes.as_bytes());
    Ok(Reply(message.expect("what was written can be read: this is a bug")))
}

/// Collects an answer into one message: the bytes that a server would send.
struct Collector<'a> {
    converter: Converter<'a>,
    revision: &'a str,
    bytes: Writer,
}

impl Checkpoint for Collector<'_> {
    fn pass(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Sink for Collector<'_> {
    fn header(&mut self, header: &Header<'_>) -> ControlFlow<()> {
        self.converter.header(&mut self.bytes, header, self.revision);
        ControlFlow::Continue(())
    }

    fn annotation(&mut self, annotation: &Annotation<'_>) -> ControlFlow<()> {
        self.converter.annotation(&mut self.bytes, annotation);
        ControlFlow::Continue(())
    }
}

/// Why a server could not be asked, or stopped answering.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientError {
    /// The address is none, or nobody answers there.
    Connect(tonic::transport::Error),
    /// The call ended with an error.
    Call {
        /// The contract's reason, if the server gave one.
        reason: String,
        /// The server's words.
        status: Box<Status>,
    },
}

impl ClientError {
    /// Whether a new call may succeed at once, by the contract.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Call { reason, .. } if reason == "CALL_EXPIRED" || reason == "SERVER_DRAINING")
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(_) => write!(f, "the server cannot be reached"),
            Self::Call { reason, status } if reason.is_empty() => {
                write!(f, "the server ended the call: {}", status.message())
            }
            Self::Call { reason, status } => {
                write!(f, "the server ended the call with {reason}: {}", status.message())
            }
        }
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Connect(error) => Some(error),
            Self::Call { .. } => None,
        }
    }
}

impl From<Status> for ClientError {
    fn from(status: Status) -> Self {
        let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
        Self::Call { reason, status: Box::new(status) }
    }
}

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Client(AnnotationServiceClient<Channel>);

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

impl Client {
    /// Connects to a server such as "http://127.0.0.1:50051".
    ///
    /// # Errors
    /// [`ClientError::Connect`].
    pub async fn connect(address: &str) -> Result<Self, ClientError> {
        let endpoint = Endpoint::from_shared(address.to_owned()).map_err(ClientError::Connect)?;
        let channel =
            endpoint.connect_timeout(CONNECT_TIMEOUT).connect().await.map_err(ClientError::Connect)?;
        Ok(Self(AnnotationServiceClient::new(channel)))
    }

    /// Opens a call that annotates the articles of a stream. The server reads ahead a few articles only:
    /// read replies while sending.
    ///
    /// # Errors
    /// [`ClientError::Call`].
    pub async fn annotate_stream(
        &mut self,
        wanted: &Wanted,
        articles: impl Stream<Item = SentArticle> + Send + 'static,
    ) -> Result<Replies, ClientError> {
        use tokio_stream::StreamExt as _;
        let mut options = Some(wanted.to_message());
        let requests = articles.map(move |article| pb::AnnotateStreamRequest {
            article: Some(article.to_message()),
            options: options.take(),
        });
        let parts = self.0.annotate_stream(requests).await?.into_inner();
        Ok(Replies { parts, unfinished: Reply::default() })
    }
}

/// The replies of a call, in the order of its articles.
#[derive(Debug)]
pub struct Replies {
    parts: Streaming<pb::AnnotateStreamResponse>,
    unfinished: Reply,
}

impl Replies {
    /// The next article's reply or failure; `None` when the call ended well.
    ///
    /// # Errors
    /// [`ClientError::Call`] when the call ended otherwise: articles without a reply may be sent again.
    pub async fn next(&mut self) -> Result<Option<Result<Reply, ArticleFailure>>, ClientError> {
        use pb::annotate_stream_response::Result::{Error, Response};
        while let Some(message) = self.parts.message().await? {
            let pb::AnnotateStreamResponse { request_index: _, article_id: _, result } = message;
            match result {
                Some(Response(part)) => {
                    self.unfinished.add(part);
                    if self.unfinished.0.summary.is_some() {
                        return Ok(Some(Ok(std::mem::take(&mut self.unfinished))));
                    }
                }
                Some(Error(error)) => {
                    self.unfinished = Reply::default();
                    return Ok(Some(Err(error.into())));
                }
                None => {}
            }
        }
        Ok(None)
    }
}
