//! The learned tagger: a linear chain over tokens with integer weights (Lafferty et al. 2001), in two
//! readings of the whole article. It proposes names of persons, organizations, places and others; what they
//! refer to is `identity`'s business.
//!
//! First reading: features of words and their surroundings are scored and decoded for each candidate stretch.
//! Second: what the first made of the same words elsewhere in the article is added, and decoded again.

mod decode;
mod features;
mod fingerprints;
mod knowledge;
mod labels;
mod memory;
mod reader;
mod segments;
mod unit;
mod weights;
mod word;

pub(super) use knowledge::REGION;

/// What the trainer shares with the tagger.
#[cfg(feature = "train")]
pub(crate) mod training {
    pub(crate) use super::features::template;
    pub(crate) use super::fingerprints::Fingerprints;
    pub(crate) use super::knowledge::{CAPITALS_BITS, Knowledge, LONGEST_NAME, List, ListSet, name_key};
    pub(crate) use super::labels::{Class, LABELS, OUTSIDE, begin, inside, may_follow};
    pub(crate) use super::reader::Reader;
    pub(crate) use super::{CONFIDENCE_STEP, KIND, Sections};
}

use super::{EntityKind, Proposal, Source};
use crate::model::{Container, Header, ModelError, bad_section};
use crate::sentence::Sentence;
use crate::text::{Checkpoint, Confidence, Document, chars};
use crate::token::{Token, TokenKind};
use decode::{COLUMNS, Lattice, Scores, Transitions};
use features::{DISTANCES, REACH, context_features, word_features};
use knowledge::{Knowledge, List};
use labels::{Class, class_of, is_inside};
use reader::Reader;
use std::ops::ControlFlow;
use weights::{Weights, add_scores};
use word::WordFacts;

/// The kind of model that this is.
pub(crate) const KIND: [u8; 4] = *b"enty";

/// Names of the model's own sections; those of its knowledge come on top.
pub(crate) struct Sections;

impl Sections {
    pub(crate) const WEIGHTS: [u8; 4] = *b"wght";
    pub(crate) const TRANSITIONS: [u8; 4] = *b"tran";
    pub(crate) const CONFIDENCE: [u8; 4] = *b"conf";
}

/// Margins are told apart in steps of this many units of score.
pub(crate) const CONFIDENCE_STEP: i16 = 8;

const BUILTIN: &[u8] = include_bytes!("../../models/entity.bin");

/// Finds names by what it has learned. Immutable: share it.
#[derive(Clone, Debug)]
pub struct Tagger {
    checksum: u64,
    weights: Weights,
    /// What weighs on a token so far from its unit's edge, by distance, that nothing stands there.
    beyond: [Scores; DISTANCES],
    transitions: Transitions,
    knowledge: Knowledge,
    /// By margin, in steps of [`CONFIDENCE_STEP`]: how often such a finding was right.
    confidence: Box<[Confidence]>,
}

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub struct TaggerScratch {
    /// The tagger, by its checksum, that the sums in here are of.
    owner: u64,
    reader: Reader,
    /// For each word of the reader's store its scores at each distance.
    sums: Vec<[Scores; DISTANCES]>,
    /// Scores of each token of each candidate stretch.
    emissions: Vec<Scores>,
    /// Labels of the same tokens.
    labels: Vec<u8>,
    lattice: Lattice,
    decoded: Vec<u8>,
    margins: Vec<i16>,
    features: Vec<u64>,
}

impl Tagger {
    /// The tagger that is built into the program.
    ///
    /// # Errors
    /// [`ModelError`] if the built-in model is unusable, which the tests rule out.
    pub fn builtin() -> Result<Self, ModelError> {
        Self::parse(BUILTIN)
    }

    /// A tagger from the bytes of a model file.
    ///
    /// # Errors
    /// One of [`ModelError`] for bytes that are cut, foreign, newer, damaged, or trained with other
    /// features than this program extracts.
    pub fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let container = Container::parse(bytes, Header { kind: KIND, template: features::template() })?;
        let (pairs, rest) = container.section(Sections::CONFIDENCE)?.as_chunks::<2>();
        if pairs.is_empty() || !rest.is_empty() {
            return Err(bad_section(Sections::CONFIDENCE));
        }
        let weights = Weights::parse(container.section(Sections::WEIGHTS)?, Sections::WEIGHTS)?;
        Ok(Self {
            checksum: container.checksum(),
            beyond: word_sums(&weights, &WordFacts::NONE, &mut Vec::new()),
            weights,
            transitions: Transitions::parse(
                container.section(Sections::TRANSITIONS)?,
                Sections::TRANSITIONS,
            )?,
            knowledge: Knowledge::parse(&container)?,
            confidence: pairs
                .iter()
                .map(|&pair| Confidence::from_permille(u16::from_le_bytes(pair)))
                .collect(),
        })
    }

    /// Sections of knowledge of the built-in model, for a trainer that is given none of its own; empty if
    /// there are none. Knowledge does not hang on the feature template.
    #[cfg(feature = "train")]
    pub(crate) fn builtin_sections<const N: usize>(names: [[u8; 4]; N]) -> [Vec<u8>; N] {
        let template = match Container::parse(BUILTIN, Header { kind: KIND, template: features::template() })
        {
            Err(ModelError::OtherTemplate { found, .. }) => found,
            _ => features::template(),
        };
        let container = Container::parse(BUILTIN, Header { kind: KIND, template });
        names.map(|name| {
            let section = container.as_ref().ok().and_then(|container| container.section(name).ok());
            section.map(<[u8]>::to_vec).unwrap_or_default()
        })
    }

    /// Identifies this very model.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.checksum
    }

    /// Appends the names of the article to `out`, in order of the text; they never overlap.
    pub fn tag(
        &self,
        document: Document<'_>,
        tokens: &[Token],
        sentences: &[Sentence],
        checkpoint: &mut dyn Checkpoint,
        scratch: &mut TaggerScratch,
        out: &mut Vec<Proposal>,
    ) -> ControlFlow<()> {
        if scratch.owner != self.checksum {
            scratch.owner = self.checksum;
            scratch.reader.words.clear();
            scratch.sums.clear();
        }
        let text = document.text();
        scratch.reader.open(text, tokens, sentences, &self.knowledge);
        self.first_reading(text, tokens, checkpoint, scratch)?;
        self.second_reading(text, tokens, checkpoint, scratch, out)
    }

    /// Scores and decodes every candidate stretch, and remembers what it was taken for.
    fn first_reading(
        &self,
        text: &str,
        tokens: &[Token],
        checkpoint: &mut dyn Checkpoint,
        scratch: &mut TaggerScratch,
    ) -> ControlFlow<()> {
        let TaggerScratch {
            owner: _,
            reader,
            sums,
            emissions,
            labels,
            lattice,
            decoded,
            margins: _,
            features,
        } = scratch;
        emissions.clear();
        labels.clear();
        for number in 0..reader.units.len() {
            checkpoint.pass()?;
            if reader.units[number].segments.is_empty() {
                continue;
            }
            if reader.words.is_full() {
                reader.words.clear();
                sums.clear();
            }
            reader.enter(number, text, tokens, &self.knowledge);
            for facts in &reader.words.facts()[sums.len()..] {
                sums.push(word_sums(&self.weights, facts, features));
            }
            let unit = reader.unit(number, tokens);
            let unit_start = reader.units[number].tokens.start;
            for segment in &reader.segments[reader.units[number].segments.clone()] {
                let first = emissions.len();
                for index in segment.start - unit_start..segment.end - unit_start {
                    features.clear();
                    context_features(&unit, index, &reader.memory, features);
                    let mut scores = [0; COLUMNS];
                    self.weights.add(features, &mut scores);
                    for (distance, offset) in (0..DISTANCES).zip(-REACH.cast_signed()..) {
                        let at = index.checked_add_signed(offset).and_then(|at| unit.ids.get(at));
                        let sums = at.map_or(&self.beyond, |&id| &sums[id as usize]);
                        add_scores(&mut scores, &sums[distance]);
                    }
                    emissions.push(scores);
                }
                self.transitions.decode(&emissions[first..], lattice, decoded);
                labels.extend_from_slice(decoded);
            }
        }
        let mut at = 0;
        for unit in &reader.units {
            for segment in &reader.segments[unit.segments.clone()] {
                let labels = &labels[at..at + segment.len()];
                at += segment.len();
                if unit.notes() {
                    reader.memory.note_labels(&tokens[segment.clone()], labels);
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Adds what the article says elsewhere, decodes again and proposes.
    fn second_reading(
        &self,
        text: &str,
        tokens: &[Token],
        checkpoint: &mut dyn Checkpoint,
        scratch: &mut TaggerScratch,
        out: &mut Vec<Proposal>,
    ) -> ControlFlow<()> {
        let TaggerScratch {
            owner: _,
            reader,
            sums: _,
            emissions,
            labels,
            lattice,
            decoded,
            margins,
            features,
        } = scratch;
        let mut at = 0;
        for unit in &reader.units {
            checkpoint.pass()?;
            for segment in &reader.segments[unit.segments.clone()] {
                let tokens = &tokens[segment.clone()];
                let emissions = &mut emissions[at..at + tokens.len()];
                let labels = &labels[at..at + tokens.len()];
                at += tokens.len();
                for (index, scores) in emissions.iter_mut().enumerate() {
                    features.clear();
                    let noted = unit.notes();
                    reader.memory.features(tokens, index, labels, noted, features);
                    self.weights.add(features, scores);
                }
                self.transitions.decode(emissions, lattice, decoded);
                if decoded.iter().all(|&label| label == labels::OUTSIDE) {
                    continue;
                }
                self.transitions.margins(emissions, lattice, decoded, margins);
                self.propose(text, tokens, decoded, margins, out);
            }
        }
        ControlFlow::Continue(())
    }

    /// Turns the labels of a stretch into proposals.
    fn propose(&self, text: &str, tokens: &[Token], labels: &[u8], margins: &[i16], out: &mut Vec<Proposal>) {
        let mut start = 0;
        while start < tokens.len() {
            let Some(class) = class_of(labels[start]) else {
                start += 1;
                continue;
            };
            let len = 1 + labels[start + 1..].iter().take_while(|&&label| is_inside(label)).count();
            let Some(name) = trim(&tokens[start..start + len], text) else {
                start += len;
                continue;
            };
            let whole = name.iter().fold(name[0].span, |whole, token| whole.cover(token.span));
            let margin = margins[start..start + len].iter().copied().min().unwrap_or(0);
            let kind = self.kind(class, name, text);
            out.push(Proposal {
                span: whole,
                kind,
                subtype: self.knowledge.lists_of(name).subtype(kind),
                value: None,
                confidence: Some(self.confidence_of(margin)),
                source: Source::Tagger,
            });
            start += len;
        }
    }

    /// The contract's type of a name: its class, or what the lists tell of a name of the last class.
    fn kind(&self, class: Class, name: &[Token], _text: &str) -> EntityKind {
        if class == Class::Other && self.knowledge.lists_of(name).has(List::Demonym) {
            return EntityKind::Group;
        }
        class.kind()
    }

    fn confidence_of(&self, margin: i16) -> Confidence {
        let step = usize::try_from(margin / CONFIDENCE_STEP).unwrap_or(0);
        self.confidence[step.min(self.confidence.len() - 1)]
    }
}

/// What the features of a word alone weigh, for each distance at which it is seen.
fn word_sums(weights: &Weights, facts: &WordFacts, features: &mut Vec<u64>) -> [Scores; DISTANCES] {
    let mut sums = [[0; COLUMNS]; DISTANCES];
    for (distance, scores) in sums.iter_mut().enumerate() {
        features.clear();
        word_features(facts, distance, features);
        weights.add(features, scores);
    }
    sums
}

/// The name without dashes and single quotation marks at its edges: "the Gulf **War** -", "” **Blinken**"; but
/// "**“Mac” Jones**" keeps its pair. `None` if nothing is left.
fn trim<'a>(name: &'a [Token], text: &str) -> Option<&'a [Token]> {
    let is_mark = |token: &Token| token.kind == TokenKind::Quote;
    let lonely = name.iter().filter(|token| is_mark(token)).count() % 2 == 1;
    let is_dash = |token: &Token| token.of(text).chars().all(chars::is_dash);
    let goes = |token: &Token| is_dash(token) || lonely && is_mark(token);
    let first = name.iter().position(|token| !goes(token))?;
    let last = name.iter().rposition(|token| !goes(token))?;
    Some(&name[first..=last])
}

#[cfg(test)]
mod tests {
    use super::trim;
    use crate::text::Span;
    use crate::token::tokenize;

    #[test]
    fn names_do_not_begin_or_end_with_lonely_marks_or_dashes() {
        let check = |name: &str, expected: &str| {
            let mut tokens = Vec::new();
            tokenize(name, Span::of_bytes(0, name.len()), &mut tokens);
            let trimmed = trim(&tokens, name).map_or("", |t| t[0].span.cover(t[t.len() - 1].span).of(name));
            assert_eq!(trimmed, expected, "{name}");
        };
        check("\u{201d} Blinken", "Blinken");
        check("Gulf War -", "Gulf War");
        check("Dolphins'", "Dolphins");
        check("\u{201c}Mac\u{201d} Jones", "\u{201c}Mac\u{201d} Jones");
        check("Dallas-Fort Worth", "Dallas-Fort Worth");
        check("-", "");
    }
}
