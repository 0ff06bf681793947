//! The two chains at work: cues first, then what each of them reports and who its speaker is. It knows
//! weights and items; what becomes of its findings is not its business.

use super::calibration::Calibration;
use super::chain::{self, Arcs, ChainScratch, NEVER, Topology};
use super::cue::Openers;
use super::page::{Item, Page, narrow};
use super::judge::JudgeScratch;
use super::{cue, judge, parts};
use crate::lexicon::combine;
use crate::model::{Container, HashedRows, Header, ModelError};
use crate::text::Confidence;
use std::ops::Range;

/// Counts changes of the feature templates: a model fits only the program that extracts its features.
const TEMPLATE: u64 = 4;

/// What a quote model says of itself.
pub(crate) const HEADER: Header = Header { kind: *b"quot", template: TEMPLATE };

/// One chain: its states, the weights of its features and of its steps. A row is padded to `WIDTH` weights, so
/// that it is added in one go.
#[derive(Clone, Debug)]
pub(crate) struct Chain<const WIDTH: usize> {
    pub(crate) topology: Topology,
    rows: Vec<[i8; WIDTH]>,
    arcs: Arcs,
}

/// Most features of an item: so many weights of eight bits cannot overflow sixteen.
const MOST_FEATURES: usize = 256;

impl<const WIDTH: usize> Chain<WIDTH> {
    fn parse(
        container: &Container<'_>,
        topology: Topology,
        rows: [u8; 4],
        arcs: [u8; 4],
    ) -> Result<Self, ModelError> {
        let labels = topology.labels;
        let stored = container.section(rows)?;
        let weights = HashedRows::parse(stored, labels, rows)?;
        let padded = (0_u64..).take(stored.len() / labels).map(|at| {
            let mut row = [0; WIDTH];
            row[..labels].copy_from_slice(weights.row(at));
            row
        });
        let padded = padded.collect();
        let bytes = container.section(arcs)?;
        let states = topology.states();
        if bytes.len() != states * states * 2 {
            return Err(ModelError::BadSection { name: arcs.escape_ascii().to_string() });
        }
        let table: Vec<i32> =
            bytes.chunks_exact(2).map(|pair| i32::from(i16::from_le_bytes([pair[0], pair[1]]))).collect();
        let arcs = Arcs::new(&topology, &table);
        Ok(Self { topology, rows: padded, arcs })
    }

    /// Adds the weights of the features to a row of labels.
    fn add(&self, features: &[u64], row: &mut [i32]) {
        for (out, sum) in row.iter_mut().zip(self.sum(features)) {
            *out += i32::from(sum);
        }
    }

    /// The sum of the weights of the features. Not to be inlined: there the padding would be seen through, and
    /// the labels be added one by one.
    #[inline(never)]
    fn sum(&self, features: &[u64]) -> [i16; WIDTH] {
        debug_assert!(features.len() < MOST_FEATURES);
        let mask = self.rows.len() as u64 - 1;
        let mut sums = [0_i16; WIDTH];
        for &feature in features {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "masked to the number of rows, which is a usize"
            )]
            let weights = &self.rows[(feature & mask) as usize];
            for (sum, &weight) in sums.iter_mut().zip(weights) {
                *sum = sum.wrapping_add(i16::from(weight));
            }
        }
        sums
    }
}

/// Finds acts of speech and thought.
#[derive(Clone, Debug)]
pub(crate) struct Tagger {
    openers: Openers,
    pub(crate) cues: Chain<8>,
    pub(crate) parts: Chain<16>,
    judge: Chain<2>,
    /// The same labels as those of the parts, but a speaker there must be.
    attributed: Topology,
    /// How often acts of such a verdict are right: with words between marks, and without.
    marked: Calibration,
    bare: Calibration,
    acts: Calibration,
    speakers: Calibration,
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
    /// By how much it beats the best reading with another speaker, or none.
    pub(crate) margin: i32,
    /// How far around the cue was looked.
    pub(crate) reach: u32,
    /// What speaks for it among its neighbours.
    pub(crate) verdict: i32,
}

/// The score of what is not a matter of opinion.
const CERTAIN: i32 = 1_000_000;

impl Act {
    /// An act that a rule found.
    pub(crate) fn certain(cue: Range<u32>, contents: Range<u32>, speaker: Range<u32>) -> Self {
        let speaker = Some(speaker);
        Self { cue, contents, speaker, score: CERTAIN, margin: CERTAIN, reach: 0, verdict: CERTAIN }
    }

    /// Whether a rule found it.
    pub(crate) const fn is_certain(&self) -> bool {
        self.score == CERTAIN
    }
}

/// By how much a reading with a speaker may lie behind one without, where marked words are reported: hardly
/// anybody is quoted word for word whom the sentence does not name.
const RELUCTANCE: i32 = 400;

/// A cue that lies so far behind the best reading is not looked at any more.
const HOPELESS: i32 = 2000;

/// An act is kept if so many thousandths of its like are right. Where words stand between marks, somebody said them
/// most times, and a doubtful act is better than none.
const LEAST_MARKED: u16 = 120;
const LEAST_BARE: u16 = 300;

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
    pub(crate) judge: JudgeScratch,
}

impl Tagger {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let container = Container::parse(bytes, HEADER)?;
        Ok(Self {
            openers: Openers::parse(&container, *b"cueo")?,
            cues: Chain::parse(&container, cue::topology(), *b"cuew", *b"cuea")?,
            parts: Chain::parse(&container, parts::topology(), *b"prtw", *b"prta")?,
            judge: Chain::parse(&container, judge::topology(), *b"jdgw", *b"jdga")?,
            attributed: parts::attributed(),
            marked: Calibration::parse(&container, *b"mrkc")?,
            bare: Calibration::parse(&container, *b"barc")?,
            acts: Calibration::parse(&container, *b"actc")?,
            speakers: Calibration::parse(&container, *b"spkc")?,
            checksum: container.checksum(),
        })
    }

    pub(crate) fn checksum(&self) -> u64 {
        combine(self.checksum, TEMPLATE)
    }

    /// Finds the cues of one sentence and appends them to `scratch.cues`.
    pub(crate) fn find_cues(&self, page: &Page, sentence: &Range<u32>, scratch: &mut TaggerScratch) {
        // Marks without a word report nothing, and a page of them must not cost more than prose.
        if !page.items[sentence.start as usize..sentence.end as usize].iter().any(Item::is_bare_word) {
            return;
        }
        let outline = cue::Sentence::of(page, sentence);
        // What is longer than any chain is no sentence, and is read piece by piece.
        let mut start = sentence.start;
        while start < sentence.end {
            let end = sentence.end.min(start + chain::MOST_ITEMS);
            self.find_cues_of(page, sentence, outline, start..end, scratch);
            start = end;
        }
    }

    /// Finds the cues of a piece of a sentence.
    fn find_cues_of(
        &self,
        page: &Page,
        sentence: &Range<u32>,
        outline: cue::Sentence,
        piece: Range<u32>,
        scratch: &mut TaggerScratch,
    ) {
        let TaggerScratch { chain, features, cues, .. } = scratch;
        let Chain { topology, arcs, .. } = &self.cues;
        chain.start();
        for at in piece.clone() {
            let item = &page.items[at as usize];
            let mut row = [0; cue::LABELS];
            let goes_on = at > piece.start && chain.lag(cue::BEGIN).min(chain.lag(cue::INSIDE)) < HOPELESS;
            if item.is_quoted() || !(goes_on || self.openers.may_begin(item)) {
                forbid_cue(&mut row);
            } else {
                features.clear();
                cue::features(page, sentence, outline, at, features);
                self.cues.add(features, &mut row);
            }
            chain.step(topology, arcs, &row);
        }
        chain.finish(topology);
        let mut start = piece.start;
        for (at, &state) in (piece.start..).zip(&chain.path) {
            let label = topology.label_of[state as usize];
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
        let cues = std::mem::take(&mut scratch.cues);
        for (cue, reach) in cues.iter().zip(reaches(page, &cues)) {
            if let Some(act) = self.read_around(page, cue, reach, &[], scratch) {
                scratch.acts.push(act);
            }
        }
        scratch.cues = cues;
    }

    /// Reads an act anew, without the items that are taken.
    pub(crate) fn read_again(
        &self,
        page: &Page,
        act: &Act,
        taken: &[bool],
        scratch: &mut TaggerScratch,
    ) -> Option<Act> {
        let again = self.read_around(page, &act.cue, act.reach, taken, scratch);
        again.map(|again| Act { verdict: act.verdict, ..again })
    }

    /// Reads what one cue reports, if anything, from the items that are not taken.
    fn read_around(
        &self,
        page: &Page,
        cue: &Range<u32>,
        reach: u32,
        taken: &[bool],
        scratch: &mut TaggerScratch,
    ) -> Option<Act> {
        let TaggerScratch { chain, features, emissions, is_cue, contents, .. } = scratch;
        let window = parts::window(page, cue, reach);
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
            if taken.get(at as usize).is_some_and(|&taken| taken) {
                judge::close(row);
            }
        });
        let best = chain::decode(&self.parts.topology, emissions, &self.parts.arcs, chain);
        let score = best.saturating_sub(self.score_of_nothing(emissions, &window, cue));
        let first = narrow(contents.len());
        let mut speaker = self.read(&chain.path, window.start, contents);
        let marked = contents[first as usize..].iter().flat_map(Clone::clone);
        let mut reached = best;
        if speaker.is_none() && marked.into_iter().any(|item| page.items[item as usize].is_quoted()) {
            let forced = chain.finish(&self.attributed);
            if best.saturating_sub(forced) <= RELUCTANCE {
                contents.truncate(first as usize);
                speaker = self.read(&chain.path, window.start, contents);
                reached = forced;
            }
        }
        let last = narrow(contents.len());
        if last == first {
            return None;
        }
        let margin = speaker.as_ref().map_or(0, |speaker| {
            for at in speaker.clone() {
                let row = row_of(emissions, at - window.start);
                row[parts::SPEAKER as usize..parts::CUE as usize].fill(NEVER);
            }
            let same = (speaker.start - window.start) as usize;
            chain.rewind(same);
            for row in emissions.chunks_exact(parts::LABELS).skip(same) {
                chain.step(&self.parts.topology, &self.parts.arcs, row);
            }
            let other = chain.finish(&self.parts.topology);
            reached.saturating_sub(other)
        });
        Some(Act { cue: cue.clone(), contents: first..last, speaker, score, margin, reach, verdict: 0 })
    }

    /// Whether an act is kept.
    pub(crate) fn holds(&self, act: &Act, marked: bool) -> bool {
        let (table, least) = if marked { (&self.marked, LEAST_MARKED) } else { (&self.bare, LEAST_BARE) };
        table.confidence(act.verdict).is_none_or(|sure| sure.permille() >= least)
    }

    /// What speaks for an act of these features.
    pub(crate) fn verdict(&self, features: &[u64]) -> i32 {
        let mut row = [0; judge::LABELS];
        self.judge.add(features, &mut row);
        row[usize::from(judge::HOLDS)] - row[0]
    }

    /// How sure it is that an act reports somebody's words.
    pub(crate) fn confidence_of_act(&self, act: &Act) -> Option<Confidence> {
        self.acts.confidence(act.verdict)
    }

    /// How sure it is that an act's speaker is the right one.
    pub(crate) fn confidence_of_speaker(&self, act: &Act) -> Option<Confidence> {
        self.speakers.confidence(act.margin)
    }

    /// Appends the contents that a path of states bears, from the item `start` on; returns the speaker.
    fn read(&self, path: &[u8], start: u32, contents: &mut Vec<Range<u32>>) -> Option<Range<u32>> {
        let mut speaker = None;
        let mut first = start;
        for (at, &state) in (start..).zip(path) {
            let label = self.parts.topology.label_of[state as usize];
            if matches!(label, 1 | 4 | 5 | 8) {
                first = at;
            }
            match label {
                3 | 4 => contents.push(first..at + 1),
                7 | 8 => speaker = Some(first..at + 1),
                _ => {}
            }
        }
        speaker
    }

    /// The score of the path that leaves everything around the cue outside.
    fn score_of_nothing(&self, emissions: &[i32], window: &Range<u32>, cue: &Range<u32>) -> i32 {
        let mut score = 0;
        let mut previous: Option<u8> = None;
        for (at, row) in (window.start..).zip(emissions.chunks_exact(parts::LABELS)) {
            // Before a speaker is seen, states are numbered like their labels.
            let state = if cue.contains(&at) { parts::CUE } else { parts::OUTSIDE };
            score += row[usize::from(state)];
            if let Some(previous) = previous.replace(state) {
                score += self.parts.arcs.cost(previous, state);
            }
        }
        score
    }
}

/// How far around each cue is looked: less where cues stand so close that a page of nothing else would be read a
/// hundred times. In prose a cue has ten words to itself and more.
fn reaches(page: &Page, cues: &[Range<u32>]) -> impl Iterator<Item = u32> {
    /// Who stands right beside a cue is seen in any crowd.
    const LEAST: u32 = 3;
    let sentence_of = |cue: &Range<u32>| page.items[cue.start as usize].sentence;
    cues.chunk_by(move |one, next| sentence_of(one) == sentence_of(next)).flat_map(move |crowd| {
        let room = page.sentences[sentence_of(&crowd[0]) as usize].len() / crowd.len();
        let reach = narrow(room.saturating_mul(room)).clamp(LEAST, parts::REACH);
        std::iter::repeat_n(reach, crowd.len())
    })
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
