//! The two chains at work: cues first, then what each of them reports and who its speaker is. It knows
//! weights and items; what becomes of its findings is not its business.

use super::bars::{Barrier, Bars, Inverted};
use super::calibration::Calibration;
use super::chain::{Arcs, ChainScratch, MOST_ITEMS, NEVER, Topology};
use super::cue::FirstLook;
use super::item::{Item, narrow};
use super::judge::JudgeScratch;
use super::line::Line;
use super::page::Page;
use super::{cue, judge, parts};
use crate::lexicon::combine;
use crate::model::lanes::{self, LANES, Lanes};
use crate::model::{Container, HashedRows, Header, ModelError};
use crate::text::{Checkpoint, Confidence};
use std::ops::{ControlFlow, Range};

/// Counts changes of the feature templates: a model fits only the program that extracts its features.
const TEMPLATE: u64 = 6;

/// What a quote model says of itself.
pub(crate) const HEADER: Header = Header { kind: *b"quot", template: TEMPLATE };

/// Rows of a table, a power of two: known here, no row need be looked for outside of it.
pub(crate) const ROWS: usize = 1 << 17;

/// One chain: its states, the weights of its features and of its steps. A row has a weight for each state, and is
/// padded to `COUNT` registers.
#[derive(Clone, Debug)]
pub(crate) struct Chain<const COUNT: usize> {
    pub(crate) topology: Topology,
    rows: Box<[[[i8; LANES]; COUNT]; ROWS]>,
    arcs: Arcs<COUNT>,
}

impl<const COUNT: usize> Chain<COUNT> {
    fn parse(
        container: &Container<'_>,
        topology: Topology,
        rows: [u8; 4],
        arcs: [u8; 4],
    ) -> Result<Self, ModelError> {
        let bad = |name: [u8; 4]| ModelError::BadSection { name: name.escape_ascii().to_string() };
        let stored = HashedRows::parse(container.section(rows)?, topology.labels, rows)?;
        let spread = (0..ROWS as u64).map(|at| topology.spread(stored.row(at))).collect::<Box<[_]>>();
        let spread = spread.try_into().map_err(|_| bad(rows))?;
        let bytes = container.section(arcs)?;
        let states = topology.states();
        if bytes.len() != states * states * 2 {
            return Err(bad(arcs));
        }
        let table: Vec<i32> =
            bytes.chunks_exact(2).map(|pair| i32::from(i16::from_le_bytes([pair[0], pair[1]]))).collect();
        let arcs = Arcs::new(&topology, &table);
        Ok(Self { topology, rows: spread, arcs })
    }

    /// The scores with the weights of the features added to them.
    #[inline]
    fn add<const FEATURES: usize>(&self, scores: &Lanes<COUNT>, keys: &[u32; FEATURES]) -> Lanes<COUNT> {
        lanes::add(scores, keys, |key| &self.rows[key as usize & (ROWS - 1)])
    }

    /// The sums of the weights of the features.
    #[inline]
    fn sum<const FEATURES: usize>(&self, keys: &[u32; FEATURES]) -> Lanes<COUNT> {
        self.add(&[[0; LANES]; COUNT], keys)
    }
}

/// Registers for the states of either chain.
const CUE_LANES: usize = 1;
pub(super) const PART_LANES: usize = 2;
const JUDGE_LANES: usize = 1;

/// Finds acts of speech and thought.
#[derive(Clone, Debug)]
pub(crate) struct Tagger {
    pub(crate) first_look: FirstLook,
    pub(crate) cues: Chain<CUE_LANES>,
    pub(crate) parts: Chain<PART_LANES>,
    judge: Chain<JUDGE_LANES>,
    /// The same labels as those of the parts, but a speaker there must be.
    attributed: Topology,
    /// How often acts of such a verdict are right: with words between marks, and without.
    marked: Calibration,
    bare: Calibration,
    acts: Calibration,
    speakers: Calibration,
    /// What an item scores that is no part of a cue, whatever else it is.
    no_cue: Lanes<CUE_LANES>,
    /// What an item scores that belongs to the cue whose parts are sought.
    is_the_cue: Lanes<PART_LANES>,
    bars: Bars,
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

    /// An act that a rule read off the place of the words, where no reading held.
    pub(crate) fn beside(cue: Range<u32>, contents: Range<u32>, speaker: Range<u32>) -> Self {
        Self { score: 0, ..Self::certain(cue, contents, speaker) }
    }

    /// Whether a rule found it.
    pub(crate) const fn is_certain(&self) -> bool {
        self.score == CERTAIN
    }
}

/// By how much a reading with a speaker may lie behind one without, where marked words are reported or the cue stands
/// right behind a name or "who": hardly anybody is quoted word for word whom the sentence does not name.
const RELUCTANCE: i32 = 1200;

/// A cue that lies so far behind the best reading is not looked at any more.
const HOPELESS: i32 = 200;

/// An act is kept if so many thousandths of its like are right. Where words stand between marks, somebody said them
/// most times, and a doubtful act is better than none.
const LEAST_MARKED: u16 = 120;
const LEAST_BARE: u16 = 200;
/// What nobody says in nobody's words is rarely a report.
const LEAST_OF_NOBODY: u16 = 400;

/// Buffers of the tagger, and what it found last.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaggerScratch {
    /// The items that are looked at.
    line: Line,
    cue_chain: ChainScratch<CUE_LANES>,
    part_chain: ChainScratch<PART_LANES>,
    /// What each state scores at each item around a cue.
    emissions: Vec<Lanes<PART_LANES>>,
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
        let (cue_topology, part_topology) = (cue::topology(), parts::topology());
        let only = |label: u8, labels: usize| {
            (0_u8..).take(labels).map(|other| if other == label { 0 } else { NEVER }).collect::<Vec<i16>>()
        };
        Ok(Self {
            // A quoted stretch is never a cue: what is said inside belongs to the one who is quoted.
            no_cue: cue_topology.spread(&only(cue::OUTSIDE, cue::LABELS)),
            is_the_cue: part_topology.spread(&only(parts::CUE, parts::LABELS)),
            bars: Bars::new(&part_topology),
            first_look: FirstLook::parse(&container, *b"cuef", *b"cuel")?,
            cues: Chain::parse(&container, cue_topology, *b"cuew", *b"cuea")?,
            parts: Chain::parse(&container, part_topology, *b"prtw", *b"prta")?,
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
        scratch.line.fill(page, sentence, true);
        let outline = cue::Sentence::of(page, sentence);
        // What is longer than any chain is no sentence, and is read piece by piece.
        let mut start = sentence.start;
        while start < sentence.end {
            let end = sentence.end.min(start + MOST_ITEMS);
            let TaggerScratch { cue_chain: chain, cues, line, .. } = scratch;
            chain.start();
            let mut any = false;
            for at in start..end {
                let place = cue::Place::new(page, line, outline, sentence.start, at);
                let goes_on = at > start && chain.lag(cue::BEGIN).min(chain.lag(cue::INSIDE)) < HOPELESS;
                let close =
                    !page.items[at as usize].is_quoted() && (goes_on || self.first_look.passes(&place));
                any |= close;
                let row = if close { self.cues.sum(&place.features()) } else { self.no_cue };
                chain.step(&self.cues.arcs, &row);
            }
            if any {
                chain.finish(&self.cues.topology, &self.cues.arcs);
                read_cues(&self.cues.topology, &chain.path, start, cues);
            }
            start = end;
        }
    }

    /// Reads what each of `scratch.cues` reports, into `scratch.acts`, until the checkpoint breaks it off.
    pub(crate) fn find_parts(
        &self,
        page: &Page,
        checkpoint: &mut dyn Checkpoint,
        scratch: &mut TaggerScratch,
    ) -> ControlFlow<()> {
        mark_cues(page, &scratch.cues, &mut scratch.is_cue);
        scratch.acts.clear();
        scratch.contents.clear();
        let cues = std::mem::take(&mut scratch.cues);
        let mut flow = ControlFlow::Continue(());
        for (cue, reach) in cues.iter().zip(reaches(page, &cues)) {
            flow = checkpoint.pass();
            if flow.is_break() {
                break;
            }
            if let Some(act) = self.read_around(page, cue, reach, &[], scratch) {
                scratch.acts.push(act);
            }
        }
        scratch.cues = cues;
        flow
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
        let TaggerScratch { part_chain: chain, emissions, is_cue, contents, line, .. } = scratch;
        let Chain { topology, arcs, .. } = &self.parts;
        let window = parts::window(page, cue, reach);
        line.fill(page, &window, false);
        emissions.clear();
        emissions.resize(window.len(), self.is_the_cue);
        let begin = |shared: &[u32; parts::SHARED]| self.parts.sum(shared);
        let question = parts::Question { line, window: &window, cue, is_cue };
        let barrier = Barrier::new(&self.bars, page, cue, taken);
        question.features(begin, |at, shared, own| {
            let row = &mut emissions[(at - window.start) as usize];
            *row = self.parts.add(shared, own);
            barrier.hold(at, row);
        });
        chain.start();
        emissions.iter().for_each(|row| chain.step(arcs, row));
        let best = chain.finish(topology, arcs);
        let score = best.saturating_sub(self.score_of_nothing(emissions, &window, cue));
        let first = narrow(contents.len());
        let mut speaker = self.read(&chain.path, window.start, contents);
        let marked = contents[first as usize..].iter().flat_map(Clone::clone);
        let mut reached = best;
        let behind_subject = || {
            let before = cue.start.checked_sub(1).map(|at| &page.items[at as usize]);
            before.is_some_and(|item| item.is_relative() || item.may_speak())
        };
        let is_marked = || marked.into_iter().any(|item| page.items[item as usize].is_quoted());
        if speaker.is_none() && (barrier.inverted.is_some() || behind_subject() || is_marked()) {
            let forced = chain.finish(&self.attributed, arcs);
            if best.saturating_sub(forced) <= RELUCTANCE {
                contents.truncate(first as usize);
                speaker = self.read(&chain.path, window.start, contents);
                reached = forced;
            }
        }
        if narrow(contents.len()) == first {
            let Inverted { content, speaker, .. } = barrier.inverted.filter(|_| taken.is_empty())?;
            contents.push(content);
            let contents = first..first + 1;
            return Some(Act { score, reach, ..Act::beside(cue.clone(), contents, speaker) });
        }
        let last = narrow(contents.len());
        let margin = speaker.as_ref().map_or(0, |speaker| {
            let at = |item: u32| (item - window.start) as usize;
            for row in &mut emissions[at(speaker.start)..at(speaker.end)] {
                // Before a speaker is seen, states are numbered like their labels.
                row.as_flattened_mut()[usize::from(parts::SPEAKER)..usize::from(parts::CUE)].fill(NEVER);
            }
            chain.rewind(at(speaker.start));
            emissions[at(speaker.start)..].iter().for_each(|row| chain.step(arcs, row));
            reached.saturating_sub(chain.finish(topology, arcs))
        });
        Some(Act { cue: cue.clone(), contents: first..last, speaker, score, margin, reach, verdict: 0 })
    }

    /// Whether an act is kept.
    pub(crate) fn holds(&self, act: &Act, marked: bool) -> bool {
        let (table, least) = match (marked, &act.speaker) {
            (true, _) => (&self.marked, LEAST_MARKED),
            (false, Some(_)) => (&self.bare, LEAST_BARE),
            (false, None) => (&self.bare, LEAST_OF_NOBODY),
        };
        table.confidence(act.verdict).is_none_or(|sure| sure.permille() >= least)
    }

    /// What speaks for an act of these features.
    pub(crate) fn verdict(&self, keys: &[u32; judge::FEATURES]) -> i32 {
        let row = self.judge.sum(keys);
        let score = |label: u8| i32::from(row.as_flattened()[usize::from(label)]);
        score(judge::HOLDS) - score(judge::FALLS)
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
    fn score_of_nothing(
        &self,
        emissions: &[Lanes<PART_LANES>],
        window: &Range<u32>,
        cue: &Range<u32>,
    ) -> i32 {
        let mut score = 0;
        let mut previous: Option<u8> = None;
        for (at, row) in (window.start..).zip(emissions) {
            // Before a speaker is seen, states are numbered like their labels.
            let state = if cue.contains(&at) { parts::CUE } else { parts::OUTSIDE };
            score += i32::from(row.as_flattened()[usize::from(state)]);
            if let Some(previous) = previous.replace(state) {
                score += self.parts.arcs.cost(previous, state);
            }
        }
        score
    }
}

/// Appends the cues that a path of states bears, from the item `start` on.
fn read_cues(topology: &Topology, path: &[u8], start: u32, cues: &mut Vec<Range<u32>>) {
    let mut first = start;
    for (at, &state) in (start..).zip(path) {
        let label = topology.label_of[state as usize];
        if matches!(label, cue::BEGIN | cue::UNIT) {
            first = at;
        }
        if matches!(label, cue::END | cue::UNIT) {
            cues.push(first..at + 1);
        }
    }
}

/// How far around each cue is looked: less where cues stand so close that a page of nothing else would be read a
/// hundred times. In prose a cue has ten words to itself and more.
fn reaches(page: &Page, cues: &[Range<u32>]) -> impl Iterator<Item = u32> {
    /// Who stands right beside a cue is seen in any crowd.
    const LEAST: usize = 3;
    let sentence_of = |cue: &Range<u32>| page.items[cue.start as usize].sentence;
    cues.chunk_by(move |one, next| sentence_of(one) == sentence_of(next)).flat_map(move |crowd| {
        let room = page.sentences[sentence_of(&crowd[0]) as usize].len() / crowd.len();
        let reach = room.saturating_mul(room).clamp(LEAST, parts::REACH as usize);
        let reach = narrow(reach);
        std::iter::repeat_n(reach, crowd.len())
    })
}

/// Sets a flag for each item that belongs to one of the cues.
pub(crate) fn mark_cues(page: &Page, cues: &[Range<u32>], is_cue: &mut Vec<bool>) {
    is_cue.clear();
    is_cue.resize(page.items.len(), false);
    for at in cues.iter().flat_map(Clone::clone) {
        is_cue[at as usize] = true;
    }
}
