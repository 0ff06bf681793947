//! Floor 2: where sentences begin and end. It knows no token, no entity and no quotation; marks are only
//! characters that belong to the sentence that they open or close.

mod bytes;
mod features;
mod heads;
mod lexicon;
mod scan;
mod setting;
mod words;

#[cfg(feature = "train")]
use crate::model::Builder;
use crate::model::{Container, HashedRows, Header, ModelError};
use crate::text::{Checkpoint, Document, Span};
use features::{Features, Look};
pub(crate) use lexicon::{Lexicon, Usage};
use scan::Candidate;
pub(crate) use scan::Place;
use setting::Setting;
use std::ops::ControlFlow;
use unicode_segmentation::UnicodeSegmentation;

/// A sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// From its first to its last character, closing marks included; never blank, never across paragraphs.
    pub span: Span,
    /// Index into [`Document::paragraphs`].
    pub paragraph: u32,
}

/// The brief scores at and beyond which a candidate is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// No sentence ends there.
    pub(crate) no: i32,
    /// One does.
    pub(crate) yes: i32,
}

impl Bounds {
    fn parse(&[a, b, c, d, e, f, g, h]: &[u8; 8]) -> Self {
        Self { no: i32::from_le_bytes([a, b, c, d]), yes: i32::from_le_bytes([e, f, g, h]) }
    }

    #[cfg(feature = "train")]
    fn store(self) -> [u8; 8] {
        let ([a, b, c, d], [e, f, g, h]) = (self.no.to_le_bytes(), self.yes.to_le_bytes());
        [a, b, c, d, e, f, g, h]
    }

    /// Whether a sentence ends where the brief score is this, if that says so.
    #[inline]
    const fn settle(self, score: i32) -> Option<bool> {
        if score <= self.no {
            Some(false)
        } else if score >= self.yes {
            Some(true)
        } else {
            None
        }
    }
}

/// Finds sentences. Immutable: share it.
#[derive(Clone, Debug)]
pub struct Segmenter {
    lexicon: Lexicon,
    weights: HashedRows,
    /// Weights of the few features that settle most candidates, and for each sort of place the scores at and beyond which
    /// they do.
    brief: HashedRows,
    bounds: [Bounds; Place::ALL.len()],
    checksum: u64,
}

/// The model that is built into the program.
const BUILTIN: &[u8] = include_bytes!("../models/sentence.bin");

const HEADER: Header = Header { kind: Segmenter::KIND, template: features::TEMPLATE };

/// Sections of a model: one weight a feature, the same of the brief decision and for each sort of place the two scores that
/// bound it, and how words are used.
const WEIGHTS: [u8; 4] = *b"wght";
const BRIEF: [u8; 4] = *b"brif";
const BOUNDS: [u8; 4] = *b"bnds";
const USAGE: [u8; 4] = *b"used";

impl Segmenter {
    /// What its models are called in their files.
    pub const KIND: [u8; 4] = *b"sent";

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
        let usage =
            Usage::parse(container.section(USAGE)?).ok_or_else(|| crate::model::bad_section(USAGE))?;
        let brief = HashedRows::parse(container.section(BRIEF)?, 1, BRIEF)?;
        let bounds: Vec<Bounds> =
            container.section(BOUNDS)?.as_chunks().0.iter().map(Bounds::parse).collect();
        let bounds = bounds.try_into().map_err(|_| crate::model::bad_section(BOUNDS))?;
        Ok(Self { lexicon: Lexicon::new(usage), weights, brief, bounds, checksum: container.checksum() })
    }

    /// The stored form of a model.
    #[cfg(feature = "train")]
    pub(crate) fn store(
        weights: &[i8],
        brief: &[i8],
        bounds: [Bounds; Place::ALL.len()],
        usage: &[u8],
    ) -> Vec<u8> {
        let bytes =
            |weights: &[i8]| weights.iter().flat_map(|weight| weight.to_le_bytes()).collect::<Vec<u8>>();
        Builder::new(HEADER)
            .section(WEIGHTS, &bytes(weights))
            .section(BRIEF, &bytes(brief))
            .section(BOUNDS, &bounds.map(Bounds::store).concat())
            .section(USAGE, usage)
            .finish()
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
        stretches(document, dateline, checkpoint, |stretch, paragraph| {
            self.divide(document.text(), stretch, |span| sentences.push(Sentence { span, paragraph }));
        })
    }

    /// Hands each sentence of a paragraph to `emit`.
    fn divide(&self, text: &str, paragraph: Span, emit: impl FnMut(Span)) {
        let setting = Setting::of(text, paragraph);
        let end = paragraph.end() as usize;
        let mut features = Features::default();
        let ends = |candidate: &Candidate| {
            setting.asks(text.as_bytes(), candidate) && {
                let look = Look::at(&self.lexicon, text.as_bytes(), setting, candidate, end);
                look.brief(&mut features);
                let score = self.brief.score(features.as_slice());
                self.bounds[candidate.place(setting.is_run_on) as usize].settle(score).unwrap_or_else(|| {
                    look.full(&mut features);
                    self.weights.score(features.as_slice()) > 0
                })
            }
        };
        let may_open = |start, at| setting.may_open(&self.lexicon, text.as_bytes(), start, at, end);
        scan::divide(text, paragraph, may_open, ends, emit);
    }
}

/// Replaces `sentences` by those of a document that no model serves: the boundaries of [UAX #29], which knows
/// the stops and marks of every script and no abbreviation of any.
///
/// [UAX #29]: https://www.unicode.org/reports/tr29/#Sentence_Boundaries
pub fn segment_by_unicode(
    document: Document<'_>,
    dateline: Option<Span>,
    checkpoint: &mut dyn Checkpoint,
    sentences: &mut Vec<Sentence>,
) -> ControlFlow<()> {
    sentences.clear();
    let text = document.text();
    stretches(document, dateline, checkpoint, |stretch, paragraph| {
        let mut start = stretch.start();
        let mut at = start as usize;
        for piece in stretch.of(text).split_sentence_bounds() {
            at += piece.len();
            let mut end = at;
            // "关闭了。“我们等着。”": to UAX #29 any mark behind a stop closes. But not "„Wir warten.“ Er blieb."
            while let Some(mark) = Span::new(start, Span::of_bytes(0, end).end()).of(text).chars().next_back()
            {
                if at == stretch.end() as usize || !OPENING.contains(&mark) {
                    break;
                }
                end -= mark.len_utf8();
            }
            let whole = Span::of_bytes(start as usize, end);
            start = whole.end();
            let span = whole.trim(text);
            if !span.is_empty() {
                sentences.push(Sentence { span, paragraph });
            }
        }
    })
}

/// Marks that open what follows when a word touches them.
const OPENING: [char; 9] = ['“', '‘', '「', '『', '《', '〈', '（', '(', '['];

/// Hands every stretch that is divided on its own to `take`, with the index of its paragraph: paragraphs, and
/// what stands before and behind a dateline in one.
fn stretches(
    document: Document<'_>,
    dateline: Option<Span>,
    checkpoint: &mut dyn Checkpoint,
    mut take: impl FnMut(Span, u32),
) -> ControlFlow<()> {
    for (index, paragraph) in (0..).zip(document.paragraphs()) {
        checkpoint.pass()?;
        let whole = paragraph.span;
        // A headline or byline may stand on lines of its own before the dateline.
        let pieces = match dateline.filter(|&dateline| whole.contains(dateline)) {
            Some(dateline) => [
                Span::new(whole.start(), dateline.start()).trim(document.text()),
                Span::new(dateline.end(), whole.end()).trim(document.text()),
            ],
            None => [whole, Span::default()],
        };
        for stretch in pieces.into_iter().filter(|span| !span.is_empty()) {
            take(stretch, index);
        }
    }
    ControlFlow::Continue(())
}

/// Shows a learner the brief and the full features of every candidate of the document and where its sentence would
/// end; the answer says whether it does.
#[cfg(feature = "train")]
pub(crate) fn sample(
    lexicon: &Lexicon,
    document: Document<'_>,
    mut learn: impl FnMut(Place, &Features, &Features, u32) -> bool,
) {
    let text = document.text();
    let (mut brief, mut full) = (Features::default(), Features::default());
    for paragraph in document.paragraphs() {
        let setting = Setting::of(text, paragraph.span);
        let end = paragraph.span.end() as usize;
        let ends = |candidate: &Candidate| {
            setting.asks(text.as_bytes(), candidate) && {
                let look = Look::at(lexicon, text.as_bytes(), setting, candidate, end);
                look.brief(&mut brief);
                look.full(&mut full);
                learn(
                    candidate.place(setting.is_run_on),
                    &brief,
                    &full,
                    Span::of_bytes(0, candidate.end).end(),
                )
            }
        };
        let may_open = |start, at| setting.may_open(lexicon, text.as_bytes(), start, at, end);
        scan::divide(text, paragraph.span, may_open, ends, |_| {});
    }
}
