//! Floor 7: many articles of files and pipes, annotated on all cores or through a server, answered in the
//! order in which they came. It knows no flag and writes nothing.

mod input;
mod local;
mod pool;
mod remote;

pub use input::{Format, Input, InputError, Inputs, Origin};
pub use local::Local;
pub use remote::{Remote, RemoteError};

use crate::grpc::client::{ArticleFailure, Reply, SentArticle};

/// What became of one article.
#[derive(Debug)]
pub struct Outcome {
    /// Where the article came from.
    pub origin: Origin,
    /// How many bytes of input have been read up to and including it.
    pub read: u64,
    /// The article with its answer, or why there is none.
    pub result: Result<(SentArticle, Reply), Failure>,
}

/// Why an article has no answer.
#[derive(Debug)]
pub enum Failure {
    /// It could not be read.
    Input(InputError),
    /// It was read and refused. The id is the caller's own, or stands for where the article came from.
    Article {
        /// The article's id.
        id: String,
        /// Why it was refused.
        failure: ArticleFailure,
    },
}
