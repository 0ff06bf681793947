//! Floor 2: where sentences begin and end. It knows no token, no entity and no quotation; marks are only
//! characters that belong to the sentence that they open or close.

mod bytes;
mod scan;

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

    /// Identifies the model in here.
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
            // A headline or byline may stand on lines of its own before the dateline.
            let whole = paragraph.span;
            let pieces = match dateline.filter(|&dateline| whole.contains(dateline)) {
                Some(dateline) => [
                    Span::new(whole.start(), dateline.start()).trim(document.text()),
                    Span::new(dateline.end(), whole.end()).trim(document.text()),
                ],
                None => [whole, Span::default()],
            };
            let paragraph = u32::try_from(index).expect("paragraphs are fewer than bytes: this is a bug");
            let text = document.text();
            for span in pieces.into_iter().filter(|span| !span.is_empty()) {
                scan::divide(
                    text,
                    span,
                    |candidate| ends(text, candidate),
                    |span| sentences.push(Sentence { span, paragraph }),
                );
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether a sentence ends at the candidate.
fn ends(text: &str, candidate: &scan::Candidate) -> bool {
    let bytes = text.as_bytes();
    let next = bytes[candidate.next];
    let before = &bytes[candidate.sentence..candidate.stop];
    let from = before.iter().rposition(|b| !b.is_ascii_alphabetic() && *b != b'.').map_or(0, |at| at + 1);
    let word = &before[from..];
    let abbreviated = bytes[candidate.stop..candidate.closers] == *b"."
        && (word.len() == 1 && word != b"I"
            || word.contains(&b'.')
            || [
                "mr", "mrs", "ms", "dr", "gen", "sen", "rep", "gov", "lt", "col", "prof", "rev", "st", "no",
                "vs", "inc", "corp", "co",
            ]
            .iter()
            .any(|title| word.eq_ignore_ascii_case(title.as_bytes())));
    let lower = next.is_ascii_lowercase();
    match candidate.kind {
        scan::Kind::Bare => candidate.breaks_line && !lower,
        scan::Kind::Stop | scan::Kind::Glued => !abbreviated && !lower,
    }
}
