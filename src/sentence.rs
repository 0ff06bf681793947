//! Floor 2: where sentences begin and end. It knows no token, no entity and no quotation; marks are only
//! characters that belong to the sentence that they open or close.

use crate::model::ModelError;
use crate::text::{Checkpoint, Document, Span};
use std::ops::ControlFlow;

/// A sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// From its first to its last character, closing marks included; never blank, never across paragraphs.
    pub span: Span,
    /// Index into [`Document::paragraphs`].
    pub paragraph: u32,
}

/// Finds sentences. Immutable: share it.
#[derive(Clone, Debug)]
pub struct Segmenter {}

impl Segmenter {
    /// The segmenter that is built into the program.
    ///
    /// # Errors
    /// [`ModelError`] if the built-in model is unusable, which the tests rule out.
    pub fn builtin() -> Result<Self, ModelError> {
        Ok(Self {})
    }

    /// Identifies everything in here that shapes annotations.
    #[must_use]
    pub fn revision(&self) -> u64 {
        0
    }

    /// Replaces `sentences` by those of the document. `dateline`, when there is one, belongs to no sentence.
    pub fn segment(
        &self,
        document: Document<'_>,
        dateline: Option<Span>,
        checkpoint: &mut dyn Checkpoint,
        sentences: &mut Vec<Sentence>,
    ) -> ControlFlow<()> {
        sentences.clear();
        for (index, paragraph) in document.paragraphs().iter().enumerate() {
            checkpoint.pass()?;
            let mut span = paragraph.span;
            if let Some(dateline) = dateline.filter(|&dateline| span.contains(dateline)) {
                span = Span::new(dateline.end(), span.end()).trim(document.text());
            }
            if !span.is_empty() {
                let paragraph = u32::try_from(index).expect("paragraphs are fewer than bytes: this is a bug");
                sentences.push(Sentence { span, paragraph });
            }
        }
        ControlFlow::Continue(())
    }
}
