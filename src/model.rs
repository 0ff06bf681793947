//! Floor 1: models as they are stored, and the linear scorer that all of them share. It must not know what
//! is scored: features come in as hashes.
//!
//! A model lives three lives (after vibrato): stored (a [`Container`] of named sections), compiled (an
//! immutable predictor that its floor builds), and at work (scratch that a worker owns).

mod container;
pub(crate) mod lanes;
mod linear;

pub use container::{Builder, Container, Header, ModelError, TRAINED_BY_FORMAT};
pub(crate) use container::{bad_section, checksum_of};
pub use linear::HashedRows;
