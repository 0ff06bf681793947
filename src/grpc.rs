//! Floor 6: the contract on the wire. Generated types, what turns them into the analyser's words and back,
//! and the service itself. It knows no socket, no health check and no metric's name: whoever wants to know
//! how calls went is an [`Observer`].

mod admission;
mod call;
pub mod client;
mod convert;
pub mod encoded;
mod engine;
mod failure;
mod info;
mod offsets;
mod outbox;
pub mod pb;
mod protobuf;
pub mod reading;
mod receiving;
mod reply;
mod request;
mod service;
mod stream;
mod sweeper;
mod tags;
pub mod terms;
mod timeout;
mod trace;
mod work;

pub use admission::AdmissionLimits;
pub use call::{ArticleReport, CallReport, MAX_STAGED_ARTICLES, Method, Observer, Stage};
pub use engine::{Engine, EngineSlot};
pub use failure::{DOMAIN, internal};
pub use info::server_info;
pub use receiving::Receiving;
pub use reply::Reply;
pub use service::{Load, Service, ServiceLimits};
pub use stream::StreamReply;
pub use trace::TraceContext;

/// The contract as written, for reflection; the generated types differ in the strings of `Article`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
