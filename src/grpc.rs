//! Floor 6: the contract on the wire. Generated types, what turns them into the analyser's words and back,
//! and the service itself. It knows no socket, no health check and no metric's name: whoever wants to know
//! how calls went is an [`Observer`].

pub mod convert;
mod offsets;
pub mod pb;

/// The contract as written, for reflection; the generated types differ in the strings of `Article`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
