//! Floor 6, feature `train`: the learners that make the models, and the readers and scorers of gold data. It
//! is the one part of the library that opens files; it knows no wire.

mod clusters;
pub mod corpus;
pub mod entity;
pub mod evaluate;
pub mod quote;
mod random;
pub mod score;
pub mod sentence;

use std::fmt;
use std::path::PathBuf;

/// What a trainer is told.
#[derive(Clone, Debug)]
pub struct Job {
    /// Gold files, JSONL; a folder stands for all `.jsonl` files in it.
    pub data: Vec<PathBuf>,
    /// Where the model goes.
    pub out: PathBuf,
}

/// Hears how far a long work has come: what is being done, how much is done, of how much.
pub trait Progress {
    /// Called often; must be cheap.
    fn report(&self, stage: &str, done: u64, of: u64);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn report(&self, _: &str, _: u64, _: u64) {}
}

/// Why training or evaluating failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum TrainError {
    /// A file could not be read or written.
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not what its format asks for.
    Line {
        /// File.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The data cannot be used.
    Data(String),
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, .. } => write!(f, "cannot read or write {}", path.display()),
            Self::Line { path, line, .. } => write!(f, "{}:{line}: bad line", path.display()),
            Self::Data(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for TrainError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Line { source, .. } => Some(&**source),
            Self::Data(_) => None,
        }
    }
}
