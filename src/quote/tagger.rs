//! The two chains at work: cues first, then what each of them reports and who its speaker is. It knows
//! weights and items; what becomes of its findings is not its business.

use super::chain::{self, ChainScratch, NEVER, Topology};
use super::page::{Page, narrow};
use super::{cue, parts};
use crate::lexicon::combine;
use crate::model::{Container, HashedRows, Header, ModelError};
use std::ops::Range;

/// Counts changes of the feature templates: a model fits only the program that extracts its features.
const TEMPLATE: u64 = 1;

/// What a quote model says of itself.
pub(crate) const HEADER: Header = Header { kind: *b"quot", template: TEMPLATE };

/// One chain: its states, the weights of its features and of its steps.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) topology: Topology,
    pub(crate) rows: HashedRows,
    pub(crate) arcs: Vec<i32>,
}

impl Chain {
    fn parse(
        container: &Container<'_>,
        topology: Topology,
        rows: [u8; 4],
        arcs: [u8; 4],
    ) -> Result<Self, ModelError> {
        let labels = topology.labels;
        let weights = HashedRows::parse(container.section(rows)?, labels, rows)?;
        let bytes = container.section(arcs)?;
        let states = topology.states();
        if bytes.len() != states * states * 2 {
            return Err(ModelError::BadSection { name: arcs.escape_ascii().to_string() });
        }
        let arcs =
            bytes.chunks_exact(2).map(|pair| i32::from(i16::from_le_bytes([pair[0], pair[1]]))).collect();
        Ok(Self { topology, rows: weights, arcs })
    }

    /// Adds up the weights of the features into the last row of `emissions`.
    fn add(&self, features: &[u64], row: &mut [i32]) {
        for &feature in features {
            for (sum, &weight) in row.iter_mut().zip(self.rows.row(feature)) {
                *sum += i32::from(weight);
            }
        }
    }
}

/// Finds acts of speech and thought.
#[derive(Clone, Debug)]
pub(crate) struct Tagger {
    pub(crate) cues: Chain,
    pub(crate) parts: Chain,
    checksum: u64,
}

/// An act: ranges of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    /// The words that report it.
    pub(crate) cue: Range<u32>,
    /// What is reported, in [`TaggerScratch::contents`].
    pub(crate) contents: Range<u32>,
    /// Who is quoted.
    pub(crate) speaker: Option<Range<u32>>,
    /// By how much the best reading beats that nothing is reported here.
    pub(crate) score: i32,
}

/// Buffers of the tagger, and what it found last.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaggerScratch {
    chain: ChainScratch,
    features: Vec<u64>,
    emissions: Vec<i32>,
    /// The cues, in order.
    pub(crate) cues: Vec<Range<u32>>,
    /// For each item, whether it belongs to a cue.
    pub(crate) is_cue: Vec<bool>,
    /// The acts, in order of their cues.
    pub(crate) acts: Vec<Act>,
    /// Ranges of items that are reported.
    pub(crate) contents: Vec<Range<u32>>,
}

impl Tagger {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let container = Container::parse(bytes, HEADER)?;
        Ok(Self {
            cues: Chain::parse(&container, cue::topology(), *b"cuew", *b"cuea")?,
            parts: Chain::parse(&container, parts::topology(), *b"prtw", *b"prta")?,
            checksum: container.checksum(),
        })
    }

    pub(crate) fn checksum(&self) -> u64 {
        combine(self.checksum, TEMPLATE)
    }

    /// Finds the cues of one sentence and appends them to `scratch.cues`.
    pub(crate) fn find_cues(&self, page: &Page, sentence: &Range<u32>, scratch: &mut TaggerScratch) {
        let TaggerScratch { chain, features, emissions, cues, .. } = scratch;
        emissions.clear();
        let outline = cue::Sentence::of(page, sentence);
        for at in sentence.clone() {
            features.clear();
            cue::features(page, sentence, outline, at, features);
            let start = emissions.len();
            emissions.resize(start + cue::LABELS, 0);
            self.cues.add(features, &mut emissions[start..]);
            if page.items[at as usize].is_quoted() {
                forbid_cue(&mut emissions[start..]);
            }
        }
        chain::decode(&self.cues.topology, emissions, &self.cues.arcs, chain);
        let mut start = sentence.start;
        for (at, &state) in (sentence.start..).zip(&chain.path) {
            let label = self.cues.topology.label_of[state as usize];
            if matches!(label, cue::BEGIN | cue::UNIT) {
                start = at;
            }
            if matches!(label, cue::END | cue::UNIT) {
                cues.push(start..at + 1);
            }
        }
    }

    /// Reads what each of `scratch.cues` reports, into `scratch.acts`.
    pub(crate) fn find_parts(&self, page: &Page, scratch: &mut TaggerScratch) {
        mark_cues(page, &scratch.cues, &mut scratch.is_cue);
        scratch.acts.clear();
        scratch.contents.clear();
        let TaggerScratch { chain, features, emissions, cues, is_cue, acts, contents } = scratch;
        for cue in &*cues {
            let window = parts::window(page, cue);
            emissions.clear();
            emissions.resize(window.len() * parts::LABELS, 0);
            for at in cue.clone() {
                let row = row_of(emissions, at - window.start);
                row.fill(NEVER);
                row[parts::CUE as usize] = 0;
            }
            parts::features(page, &window, cue, is_cue, features, |at, features| {
                let row = row_of(emissions, at - window.start);
                self.parts.add(features, row);
                row[parts::CUE as usize] = NEVER;
            });
            let best = chain::decode(&self.parts.topology, emissions, &self.parts.arcs, chain);
            let score = best.saturating_sub(self.score_of_nothing(emissions, &window, cue));
            let first = narrow(contents.len());
            let mut speaker = None;
            let mut start = window.start;
            for (at, &state) in (window.start..).zip(&chain.path) {
                let label = self.parts.topology.label_of[state as usize];
                if matches!(label, 1 | 4 | 5 | 8) {
                    start = at;
                }
                match label {
                    3 | 4 => contents.push(start..at + 1),
                    7 | 8 => speaker = Some(start..at + 1),
                    _ => {}
                }
            }
            let last = narrow(contents.len());
            if last > first {
                acts.push(Act { cue: cue.clone(), contents: first..last, speaker, score });
            }
        }
    }

    /// The score of the path that leaves everything around the cue outside.
    fn score_of_nothing(&self, emissions: &[i32], window: &Range<u32>, cue: &Range<u32>) -> i32 {
        let mut score = 0;
        let mut previous: Option<usize> = None;
        for (at, row) in (window.start..).zip(emissions.chunks_exact(parts::LABELS)) {
            // Before a speaker is seen, states are numbered like their labels.
            let state = usize::from(if cue.contains(&at) { parts::CUE } else { parts::OUTSIDE });
            score += row[state];
            if let Some(previous) = previous.replace(state) {
                score += self.parts.arcs[previous * self.parts.topology.states() + state];
            }
        }
        score
    }
}

/// A quoted stretch is never a cue: what is said inside belongs to the one who is quoted.
pub(crate) fn forbid_cue(row: &mut [i32]) {
    for label in [cue::BEGIN, cue::INSIDE, cue::END, cue::UNIT] {
        row[label as usize] = NEVER;
    }
}

/// The row of labels of the item at an offset from the window's start.
pub(crate) fn row_of(emissions: &mut [i32], offset: u32) -> &mut [i32] {
    let start = offset as usize * parts::LABELS;
    &mut emissions[start..start + parts::LABELS]
}

/// Sets a flag for each item that belongs to one of the cues.
pub(crate) fn mark_cues(page: &Page, cues: &[Range<u32>], is_cue: &mut Vec<bool>) {
    is_cue.clear();
    is_cue.resize(page.items.len(), false);
    for at in cues.iter().flat_map(Clone::clone) {
        is_cue[at as usize] = true;
    }
}
