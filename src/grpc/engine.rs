//! The seam between the service and the analyser, where a test puts in one that is slow or that panics, and
//! where a running service gets another one.

use crate::annotate::{AnnotateError, Annotator, Article, Limits, Options, Scratch, Sink, Summary};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

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

/// The engine in force, and the place to put another. An article keeps the engine that it was checked by to
/// its end; each article after a change gets the new one, on open `AnnotateStream` calls too. Which it was
/// stands in its header as `engine_revision`.
pub struct EngineSlot {
    current: RwLock<Arc<dyn Engine>>,
}

impl EngineSlot {
    /// A slot with an engine in it.
    #[must_use]
    pub fn new(engine: impl Engine) -> Self {
        Self { current: RwLock::new(Arc::new(engine)) }
    }

    /// The engine in force.
    #[must_use]
    pub fn get(&self) -> Arc<dyn Engine> {
        // Nothing but a pointer changes under the lock, so a poisoned one is as good as any.
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another engine in force and gives the last one back. Articles under way keep that one alive.
    pub fn replace(&self, engine: impl Engine) -> Arc<dyn Engine> {
        let engine: Arc<dyn Engine> = Arc::new(engine);
        std::mem::replace(&mut self.current.write().unwrap_or_else(PoisonError::into_inner), engine)
    }
}

impl fmt::Debug for EngineSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineSlot").field("revision", &self.get().revision()).finish()
    }
}
