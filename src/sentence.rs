//! Floor 2: where sentences begin and end. It knows no token, no entity and no quotation; marks are only
//! characters that belong to the sentence that they open or close.

mod bytes;
mod features;
mod lexicon;
mod scan;
mod words;

#[cfg(feature = "train")]
use crate::model::Builder;
use crate::model::{Container, HashedRows, Header, ModelError};
use crate::text::{Checkpoint, Document, Span};
use features::{Features, Setting};
use lexicon::Lexicon;
use scan::Candidate;
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
pub struct Segmenter {
    lexicon: Lexicon,
    weights: HashedRows,
    checksum: u64,
}

/// The model that is built into the program.
const BUILTIN: &[u8] = include_bytes!("../models/sentence.bin");

const HEADER: Header = Header { kind: *b"sent", template: features::TEMPLATE };

/// The one section of a model.
const WEIGHTS: [u8; 4] = *b"wght";

impl Segmenter {
    /// The segmenter that is built into the program.
    ///
    /// # Errors
    /// [`ModelError`] if the built-in model is unusable, which the tests rule out.
    pub fn builtin() -> Result<Self, ModelError> {
        Self::parse(BUILTIN)
    }

    /// The segmenter with the stored weights.
    ///
    /// # Errors
    /// [`ModelError`] if they are not those of a segmenter of this release.
    pub fn parse(model: &[u8]) -> Result<Self, ModelError> {
        let container = Container::parse(model, HEADER)?;
        let weights = HashedRows::parse(container.section(WEIGHTS)?, 1, WEIGHTS)?;
        Ok(Self { lexicon: Lexicon::builtin(), weights, checksum: container.checksum() })
    }

    /// The stored form of weights.
    #[cfg(feature = "train")]
    pub(crate) fn store(weights: &[i8]) -> Vec<u8> {
        let bytes: Vec<u8> = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
        Builder::new(HEADER).section(WEIGHTS, &bytes).finish()
    }

    /// Identifies the model in here.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.checksum
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
            for span in pieces.into_iter().filter(|span| !span.is_empty()) {
                self.divide(document.text(), span, |span| sentences.push(Sentence { span, paragraph }));
            }
        }
        ControlFlow::Continue(())
    }

    /// Hands each sentence of a paragraph to `emit`.
    fn divide(&self, text: &str, paragraph: Span, emit: impl FnMut(Span)) {
        let setting = Setting::of(text, paragraph);
        let end = paragraph.end() as usize;
        let mut features = Features::default();
        let ends = |candidate: &Candidate| {
            setting.asks(candidate) && {
                features::extract(&self.lexicon, text.as_bytes(), setting, candidate, end, &mut features);
                self.weights.score(features.as_slice()) > 0
            }
        };
        scan::divide(text, paragraph, ends, emit);
    }
}

/// Shows a learner the features of every candidate of the document and where its sentence would end; the
/// answer says whether it does.
#[cfg(feature = "train")]
pub(crate) fn sample(document: Document<'_>, mut learn: impl FnMut(&[u64], u32) -> bool) {
    let lexicon = Lexicon::builtin();
    let text = document.text();
    let mut features = Features::default();
    for paragraph in document.paragraphs() {
        let setting = Setting::of(text, paragraph.span);
        let end = paragraph.span.end() as usize;
        let ends = |candidate: &Candidate| {
            setting.asks(candidate) && {
                features::extract(&lexicon, text.as_bytes(), setting, candidate, end, &mut features);
                learn(features.as_slice(), Span::of_bytes(0, candidate.end).end())
            }
        };
        scan::divide(text, paragraph.span, ends, |_| {});
    }
}
