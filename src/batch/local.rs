//! Articles annotated in process, on all cores.

use super::{Failure, Input, Outcome, pool};
use crate::annotate::{Annotator, Scratch};
use crate::grpc::client::{self, ArticleFailure, Prepared, Wanted};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Annotates in process.
#[derive(Debug)]
pub struct Local<'a> {
    annotator: &'a Annotator,
    wanted: Prepared,
    jobs: usize,
}

impl<'a> Local<'a> {
    /// Annotates what is wanted with so many threads.
    ///
    /// # Errors
    /// What a server would answer to such options.
    pub fn new(annotator: &'a Annotator, wanted: &Wanted, jobs: usize) -> Result<Self, ArticleFailure> {
        Ok(Self { annotator, wanted: Prepared::new(wanted, annotator)?, jobs })
    }

    /// Hands each article's outcome to `take`, in order, until it says no more.
    pub fn run(&self, inputs: impl Iterator<Item = Input> + Send, take: impl FnMut(Outcome) -> bool) {
        pool::in_order(inputs, self.jobs, Scratch::default, |input, scratch| self.one(input, scratch), take);
    }

    fn one(&self, input: Input, scratch: &mut Scratch) -> Outcome {
        let Input { origin, read, article } = input;
        let result = article.map_err(Failure::Input).and_then(|article| {
            let annotate = || client::annotate(self.annotator, &article, &self.wanted, scratch);
            // A defect that one article brings to light must not cost the others their answers.
            let reply = catch_unwind(AssertUnwindSafe(annotate)).unwrap_or_else(|_| {
                *scratch = Scratch::default();
                Err(ArticleFailure::internal())
            });
            match reply {
                Ok(reply) => Ok((article, reply)),
                Err(failure) => Err(Failure::Article { id: article.id, failure }),
            }
        });
        Outcome { origin, read, result }
    }
}
