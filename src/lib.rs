//! Glossator finds the sentences, the quotes with their speakers, and the entities of news articles.
//!
//! The library is the analyser alone; see [`annotate`] for its face. With the feature `server` it is also
//! the gRPC service, and with `train` the learners that made its models.

#[doc = include_str!("../DESIGN.md")]
pub mod design {}

pub mod annotate;
#[cfg(feature = "server")]
pub mod batch;
#[cfg(feature = "server")]
pub mod command;
#[cfg(feature = "server")]
pub mod config;
pub mod dateline;
pub mod entity;
#[cfg(feature = "server")]
pub mod grpc;
pub mod language;
pub mod lexicon;
pub mod model;
#[cfg(feature = "server")]
pub mod pool;
pub mod quote;
#[cfg(feature = "server")]
pub mod render;
pub mod sentence;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "server")]
pub mod telemetry;
pub mod text;
pub mod token;
#[cfg(feature = "train")]
pub mod train;
