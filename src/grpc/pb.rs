//! Types, client, the server's side and proto3 JSON generated from the contract by `build.rs`. Strings of `Article` are
//! `bytes` here, so that one of them that is not UTF-8 costs one article and not the call.

#![allow(
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_types,
    reason = "generated"
)]

include!(concat!(env!("OUT_DIR"), "/glossator.v1.rs"));
include!(concat!(env!("OUT_DIR"), "/glossator.v1.serde.rs"));
include!(concat!(env!("OUT_DIR"), "/glossator.v1.AnnotationService.rs"));
