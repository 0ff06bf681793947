//! The seam between the service and the analyser, where a test puts in one that is slow or that panics.

use crate::annotate::{AnnotateError, Annotator, Article, Limits, Options, Scratch, Sink, Summary};

/// What annotates articles.
pub trait Engine: Send + Sync + 'static {
    /// The limits in force.
    fn limits(&self) -> &Limits;

    /// Identifies everything that shapes annotations.
    fn revision(&self) -> &str;

    /// Checks an article against the limits.
    ///
    /// # Errors
    /// [`AnnotateError::TooLong`].
    fn check(&self, article: &Article<'_>) -> Result<(), AnnotateError>;

    /// Annotates one article.
    ///
    /// # Errors
    /// [`AnnotateError::Stopped`] when the sink said stop.
    fn annotate(
        &self,
        article: &Article<'_>,
        options: &Options<'_>,
        scratch: &mut Scratch,
        sink: &mut dyn Sink,
    ) -> Result<Summary, AnnotateError>;
}

impl Engine for Annotator {
    fn limits(&self) -> &Limits {
        self.limits()
    }

    fn revision(&self) -> &str {
        self.revision()
    }

    fn check(&self, article: &Article<'_>) -> Result<(), AnnotateError> {
        self.check(article)
    }

    fn annotate(
        &self,
        article: &Article<'_>,
        options: &Options<'_>,
        scratch: &mut Scratch,
        sink: &mut dyn Sink,
    ) -> Result<Summary, AnnotateError> {
        self.annotate(article, options, scratch, sink)
    }
}
