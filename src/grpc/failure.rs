//! Every way in which a call or an article can fail, with its code, reason and details: the one file that
//! writes [`tonic::Code`].

use super::pb;
use super::request::InvalidRequest;
use std::time::Duration;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// The domain of every reason.
pub const DOMAIN: &str = "glossator.v1";

/// How long to wait before trying again, as gRPC's own retries read it.
const PUSHBACK: &str = "grpc-retry-pushback-ms";

/// Longest message or field path that a status carries. Details stay far under 4 KiB: trailers over 8 KiB
/// are dropped by many clients, and the error with them.
const MAX_MESSAGE_CHARS: usize = 400;

/// Why a call or an article has no complete answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    Invalid(InvalidRequest),
    Overloaded {
        retry_after: Duration,
    },
    Draining,
    CallExpired,
    DeadlineExceeded,
    Internal,
    /// The caller went away; nobody will read this.
    Cancelled,
    /// The transport failed; the status is its own.
    Transport(Code),
}

impl From<InvalidRequest> for Failure {
    fn from(invalid: InvalidRequest) -> Self {
        Self::Invalid(invalid)
    }
}

impl Failure {
    /// Why the next message of a request did not come; what we said ourselves is known again.
    pub(super) fn of_reading(status: &Status) -> Self {
        let pushback = status.metadata().get(PUSHBACK).and_then(|millis| millis.to_str().ok()?.parse().ok());
        match (pushback, status.code()) {
            (Some(millis), _) => Self::Overloaded { retry_after: Duration::from_millis(millis) },
            (None, Code::DeadlineExceeded) => Self::DeadlineExceeded,
            (None, code) => Self::Transport(code),
        }
    }

    pub(super) const fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::InvalidArgument,
            Self::Overloaded { .. } => Code::ResourceExhausted,
            Self::Draining | Self::CallExpired => Code::Unavailable,
            Self::DeadlineExceeded => Code::DeadlineExceeded,
            Self::Internal => Code::Internal,
            Self::Cancelled => Code::Cancelled,
            Self::Transport(code) => *code,
        }
    }

    /// The reason, as the contract lists them.
    pub(super) const fn reason(&self) -> &'static str {
        match self {
            Self::Invalid(InvalidRequest::ArticleMissing) => "ARTICLE_MISSING",
            Self::Invalid(InvalidRequest::NotUtf8 { .. }) => "INVALID_UTF8",
            Self::Invalid(InvalidRequest::TooLong { .. }) => "ARTICLE_TOO_LONG",
            Self::Invalid(InvalidRequest::Language { .. }) => "LANGUAGE_UNSUPPORTED",
            Self::Invalid(InvalidRequest::Article { .. }) => "INVALID_ARTICLE",
            Self::Invalid(InvalidRequest::Option { .. }) => "INVALID_OPTION",
            Self::Overloaded { .. } => "SERVER_OVERLOADED",
            Self::Draining => "SERVER_DRAINING",
            Self::CallExpired => "CALL_EXPIRED",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::Internal => "INTERNAL",
            Self::Cancelled => "CANCELLED",
            Self::Transport(_) => "TRANSPORT",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Invalid(invalid) => short(&invalid.to_string()),
            Self::Overloaded { .. } => "the server is overloaded; nothing was done".to_owned(),
            Self::Draining => "the server is shutting down; try again on a new connection".to_owned(),
            Self::CallExpired => "the call reached its longest duration; open a new one".to_owned(),
            Self::DeadlineExceeded => "the deadline passed before the answer was complete".to_owned(),
            Self::Internal => "a defect of the server; it is in its log".to_owned(),
            Self::Cancelled => "the caller went away".to_owned(),
            Self::Transport(_) => "the request could not be read".to_owned(),
        }
    }

    /// As the status of a call.
    pub(super) fn to_status(&self) -> Status {
        let mut details = ErrorDetails::new();
        match self {
            Self::Invalid(InvalidRequest::TooLong { max, found, .. }) => {
                let figures = [("maxChars", max), ("actualChars", found)];
                let figures = figures.map(|(name, figure)| (name.to_owned(), figure.to_string()));
                details.set_error_info(self.reason(), DOMAIN, figures);
            }
            Self::Invalid(_)
            | Self::Overloaded { .. }
            | Self::Draining
            | Self::CallExpired
            | Self::DeadlineExceeded
            | Self::Internal
            | Self::Cancelled
            | Self::Transport(_) => {
                details.set_error_info(self.reason(), DOMAIN, []);
            }
        }
        if let Self::Invalid(invalid) = self {
            details.add_bad_request_violation(short(invalid.field()), self.message());
        }
        let mut metadata = MetadataMap::new();
        if let Self::Overloaded { retry_after } = self {
            details.set_retry_info(Some(*retry_after));
            let millis = u32::try_from(retry_after.as_millis()).unwrap_or(u32::MAX);
            metadata.insert(PUSHBACK, millis.into());
        }
        Status::with_error_details_and_metadata(self.code(), self.message(), details, metadata)
    }

    /// As the end of one article of a stream.
    pub(super) fn to_article_error(&self) -> pb::ArticleError {
        let field = if let Self::Invalid(invalid) = self { short(invalid.field()) } else { String::new() };
        pb::ArticleError {
            code: self.code().into(),
            reason: self.reason().to_owned(),
            message: self.message(),
            field,
        }
    }
}

/// The status for a panic outside of the annotating.
#[must_use]
pub fn internal() -> Status {
    Failure::Internal.to_status()
}

fn short(text: &str) -> String {
    text.chars().take(MAX_MESSAGE_CHARS).collect()
}

/// The name of a code as metrics and logs have it.
pub(super) const fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
