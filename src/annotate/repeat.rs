//! What the last article left in a scratch, handed over once more: what a sink costs can so be measured without
//! the work that comes before it.

use super::view::Frame;
use super::{AnnotationKind, Emitter, Options, Scratch, Sink, Summary};
use std::ops::ControlFlow;

impl Scratch {
    /// Hands the findings of the last article to another sink, without a header and without looking at the
    /// article again. `options` must be those that it was annotated with.
    ///
    /// # Errors
    /// `Break` when the sink said stop.
    pub fn repeat(&mut self, options: &Options<'_>, sink: &mut dyn Sink) -> ControlFlow<(), Summary> {
        let frame = Frame { document: self.document.view() };
        let mut emitter = Emitter { frame, options, sink, next_id: 1, summary: Summary::default() };
        if options.kinds.contains(AnnotationKind::Sentence) {
            emitter.sentences(&self.sentences)?;
        }
        emitter.entities(&self.entities, &mut self.entity_ids)?;
        if options.kinds.contains(AnnotationKind::Quote) {
            emitter.quotes(&self.quotes, &self.entities, &self.entity_ids, &mut self.quote_ids)?;
        }
        ControlFlow::Continue(emitter.summary)
    }
}
