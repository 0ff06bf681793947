//! Gold documents made into stretches of features with the labels that each token may have. It must not
//! know weights.

use crate::dateline;
use crate::entity::tagger::training::{Class, Knowledge, LABELS, OUTSIDE, Reader, begin, inside};
use crate::sentence::{Segmenter, Sentence};
use crate::text::{DocumentBuffer, Span};
use crate::token::{Token, tokenize, within};
use crate::train::TrainError;
use crate::train::corpus::GoldDocument;
use std::ops::{ControlFlow, Range};

/// Every label.
const ANY: u16 = (1 << LABELS) - 1;

/// An article as the trainer keeps it.
pub(super) struct Article {
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    pub(super) sentences: Vec<Sentence>,
    /// For each token the set of labels that the gold allows.
    pub(super) allowed: Vec<u16>,
    pub(super) weight: f32,
    /// In which part of the cross-validation it is held out.
    pub(super) fold: usize,
    pub(super) stretches: Vec<Stretch>,
    /// The same article in small letters, where it is learned from too.
    pub(super) small: Option<Box<Self>>,
}

/// A candidate stretch.
pub(super) struct Stretch {
    pub(super) tokens: Range<usize>,
    /// Rows of the first reading's features, token by token.
    pub(super) first: Rows,
    /// Rows that the second reading adds.
    pub(super) second: Rows,
}

/// Rows of several tokens in one vector.
#[derive(Default)]
pub(super) struct Rows {
    rows: Vec<u32>,
    ends: Vec<u32>,
}

impl Rows {
    /// Rows of the token at `index` of the stretch; none if there are none yet.
    pub(super) fn of(&self, index: usize) -> &[u32] {
        let Some(&end) = self.ends.get(index) else { return &[] };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rows[start as usize..end as usize]
    }

    #[expect(clippy::cast_possible_truncation, reason = "half of a hash tells features apart well enough")]
    fn push(&mut self, features: &[u64]) {
        self.rows.extend(features.iter().map(|&feature| feature as u32));
        self.ends.push(narrow(self.rows.len()));
    }
}

impl Article {
    /// Divides a document as the service would. `marks_other` says whether the corpus marks names that are
    /// no person, organization or place: where it does not, what is not marked may be such a name.
    pub(super) fn new(document: &GoldDocument, segmenter: &Segmenter, marks_other: bool) -> Self {
        let mut buffer = DocumentBuffer::default();
        let view = buffer.fill("", &document.text);
        let dateline = dateline::find(view, None).map(|dateline| dateline.span);
        let mut sentences = Vec::new();
        let mut go_on = || ControlFlow::Continue(());
        let _ = segmenter.segment(view, dateline, &mut go_on, &mut sentences);
        let text = document.text.clone();
        let mut tokens = Vec::new();
        tokenize(&text, Span::of_bytes(0, text.len()), &mut tokens);
        let unmarked = if marks_other {
            1 << OUTSIDE
        } else {
            1 << OUTSIDE | 1 << begin(Class::Other) | 1 << inside(Class::Other)
        };
        let mut allowed = vec![unmarked; tokens.len()];
        for entity in &document.entities {
            let Some(class) = Class::from_gold(&entity.kind) else { continue };
            let span = Span::new(entity.start, entity.end);
            let range = within(&tokens, span);
            let fits = !range.is_empty()
                && tokens[range.start].span.start() == span.start()
                && tokens[range.end - 1].span.end() == span.end();
            if fits && !entity.optional {
                for (index, labels) in allowed[range].iter_mut().enumerate() {
                    *labels = 1 << if index == 0 { begin(class) } else { inside(class) };
                }
            } else {
                // A name that begins or ends inside a token teaches nothing, nor does one that may be missing.
                for (token, labels) in tokens.iter().zip(&mut allowed) {
                    if token.span.overlaps(span) {
                        *labels = ANY;
                    }
                }
            }
        }
        Self { text, tokens, sentences, allowed, weight: 1.0, fold: 0, stretches: Vec::new(), small: None }
    }

    /// Extracts the features of the first reading into a table of so many rows.
    pub(super) fn extract(&mut self, reader: &mut Reader, knowledge: &Knowledge) {
        let mut features = Vec::new();
        reader.open(&self.text, &self.tokens, &self.sentences, knowledge);
        for number in 0..reader.units.len() {
            if reader.words.is_full() {
                reader.words.clear();
            }
            reader.enter(number, &self.text, &self.tokens, knowledge);
            let unit = reader.unit(number, &self.tokens);
            let unit_start = reader.units[number].tokens.start;
            for segment in &reader.segments[reader.units[number].segments.clone()] {
                let mut first = Rows::default();
                for index in segment.clone() {
                    features.clear();
                    reader.features(&unit, index - unit_start, &mut features);
                    first.push(&features);
                }
                self.stretches.push(Stretch { tokens: segment.clone(), first, second: Rows::default() });
            }
        }
    }

    /// Extracts what the second reading adds, given the first reading's labels of each stretch.
    pub(super) fn extract_second(&mut self, reader: &mut Reader, knowledge: &Knowledge, labels: &[Vec<u8>]) {
        let mut features = Vec::new();
        reader.open(&self.text, &self.tokens, &self.sentences, knowledge);
        let mut noted = Vec::new();
        for unit in &reader.units {
            noted.extend(unit.segments.clone().map(|_| unit.notes()));
        }
        for ((segment, labels), &noted) in reader.segments.iter().zip(labels).zip(&noted) {
            if noted {
                reader.memory.note_labels(&self.tokens[segment.clone()], labels);
            }
        }
        for ((stretch, labels), noted) in self.stretches.iter_mut().zip(labels).zip(noted) {
            let tokens = &self.tokens[stretch.tokens.clone()];
            stretch.second = Rows::default();
            for index in 0..tokens.len() {
                features.clear();
                reader.memory.features(tokens, index, labels, noted, &mut features);
                stretch.second.push(&features);
            }
        }
    }
}

/// The segmenter that articles are divided with.
///
/// # Errors
/// [`TrainError::Data`] if the built-in model is unusable.
pub(super) fn segmenter() -> Result<Segmenter, TrainError> {
    Segmenter::builtin().map_err(|error| TrainError::Data(format!("built-in sentence model: {error}")))
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("rows are fewer than 2^32: this is a bug")
}
