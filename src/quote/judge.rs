//! Which readings hold. Acts are read one by one, and several may claim the same words: a cue inside of what
//! another reports, a quoted stretch that stands between two sentences. Here each act is judged as it stands
//! among its neighbours, the best take what they claim, and the others are read again without it. It must not
//! know who the speakers are.

use super::chain::Topology;
use super::item::{Item, join, narrow, pair};
use super::line::lonely;
use super::page::Page;
use super::tagger::{Act, Tagger, TaggerScratch};
use crate::text::Checkpoint;
use std::ops::{ControlFlow, Range};

/// Labels: the act does not hold, or it does.
pub(crate) const FALLS: u8 = 0;
pub(crate) const HOLDS: u8 = 1;
/// Number of labels.
pub(crate) const LABELS: usize = 2;

/// A chain of one item: there is nothing to follow.
pub(crate) fn topology() -> Topology {
    Topology::new(LABELS, &[0, 1], |_, _| true, |_| true, |_| true)
}

/// How many acts to either side are looked at.
const NEIGHBOURS: usize = 6;

/// A stretch of at least so many words is somebody's, if anybody claims it.
pub(crate) const LONG: usize = 6;

/// Buffers of judging.
#[derive(Clone, Debug, Default)]
pub(crate) struct JudgeScratch {
    order: Vec<u32>,
    /// For each item, whether an act that holds claims it, cues included.
    taken: Vec<bool>,
    holding: Vec<Act>,
}

impl JudgeScratch {
    /// Whether an item belongs to an act that was settled last: to its cue, or to what it reports.
    pub(crate) fn is_taken(&self, at: u32) -> bool {
        self.taken.get(at as usize).is_some_and(|&taken| taken)
    }
}

/// A measure in few steps: sign, and the power of two.
fn step(value: i32) -> u64 {
    let size = u64::from((value.unsigned_abs() / 64 + 1).ilog2());
    if value < 0 { 32 + size } else { size }
}

/// How another act stands to this one.
#[derive(Clone, Copy, Debug, Default)]
struct Rival {
    known: bool,
    lead: i32,
    sort: u64,
}

impl Rival {
    fn meet(&mut self, me: &Act, other: &Act, sort: u64) {
        let lead = other.score.saturating_sub(me.score);
        if !self.known || lead > self.lead {
            *self = Self { known: true, lead, sort };
        }
    }

    fn digest(&self) -> u64 {
        if self.known { 1 + step(self.lead) + 64 * self.sort } else { 0 }
    }
}

/// The family of the first feature.
const FIRST_FAMILY: u64 = 0x3001;
/// Number of features of an act.
pub(crate) const FEATURES: usize = 49;

/// The features of the act at `at`.
pub(crate) fn features(page: &Page, acts: &[Act], contents: &[Range<u32>], at: usize) -> [u32; FEATURES] {
    let me = &acts[at];
    let contents_of = |act: &Act| &contents[act.contents.start as usize..act.contents.end as usize];
    let mine = contents_of(me);
    let (Some(first), Some(last)) = (mine.first(), mine.last()) else { return [0; FEATURES] };
    let item = |at: u32| page.items.get(at as usize).unwrap_or(&Item::EDGE);
    let (mut quoted, mut bare) = (0_u32, 0_u32);
    for at in mine.iter().flat_map(Clone::clone) {
        quoted += u32::from(item(at).is_quoted());
        bare += u32::from(item(at).is_bare_word());
    }
    let kind = u64::from(quoted > 0) + 2 * u64::from(bare > 0);
    let home = item(me.cue.start);
    let (opens, closes) = (home, item(me.cue.end - 1));
    let reports = page.items[me.cue.start as usize..me.cue.end as usize].iter().any(|item| item.reports);
    let mut sides = 0;
    let (mut left, mut right) = (u32::MAX, u32::MAX);
    for range in mine {
        if range.end <= me.cue.start {
            sides |= 1;
            left = left.min(me.cue.start - range.end);
        } else {
            sides |= 2;
            right = right.min(range.start.saturating_sub(me.cue.end));
        }
    }
    let gaps = u64::from(left.min(5)) + 8 * u64::from(right.min(5));
    let across = u64::from(item(first.start).sentence != home.sentence)
        + 2 * u64::from(item(last.start).sentence != home.sentence)
        + 4 * u64::from(
            item(first.start).paragraph != home.paragraph || item(last.start).paragraph != home.paragraph,
        );
    let (who, whence) = match &me.speaker {
        Some(speaker) => {
            let tail = item(speaker.end - 1);
            let whence = if speaker.end <= me.cue.start {
                u64::from((me.cue.start - speaker.end).min(7))
            } else {
                8 + u64::from(speaker.start.saturating_sub(me.cue.end).min(7))
            };
            (pair(tail.class, u64::from(tail.name) + 64 * u64::from(item(speaker.start).form as u8)), whence)
        }
        None => (0, 16),
    };
    // The neighbours: who covers my cue, whose cue I cover, who claims what I claim.
    let (mut over, mut under, mut beside) = (Rival::default(), Rival::default(), Rival::default());
    let mut shared_quote = false;
    let start = at.saturating_sub(NEIGHBOURS);
    let end = (at + NEIGHBOURS + 1).min(acts.len());
    for other in acts[start..end].iter().filter(|other| other.cue != me.cue) {
        let theirs = contents_of(other);
        let other_reports =
            page.items[other.cue.start as usize..other.cue.end as usize].iter().any(|item| item.reports);
        let sort = u64::from(other_reports)
            + 2 * u64::from(item(other.cue.start).sentence != home.sentence)
            + 4 * u64::from(other.cue.start > me.cue.start);
        if theirs.iter().any(|range| range.contains(&me.cue.start)) {
            over.meet(me, other, sort);
        }
        if mine.iter().any(|range| range.contains(&other.cue.start)) {
            under.meet(me, other, sort);
        }
        let common =
            mine.iter().flat_map(|a| theirs.iter().map(move |b| a.start.max(b.start)..a.end.min(b.end)));
        let mut any = false;
        for range in common.filter(|range| !range.is_empty()) {
            any = true;
            shared_quote |= page.items[range.start as usize..range.end as usize].iter().any(Item::is_quoted);
        }
        if any {
            // Whose cue stands nearer to what both want?
            let gap = |act: &Act, ranges: &[Range<u32>]| {
                ranges
                    .iter()
                    .map(|r| r.start.saturating_sub(act.cue.end).max(act.cue.start.saturating_sub(r.end)))
                    .min()
            };
            let nearer = match gap(me, mine).cmp(&gap(other, theirs)) {
                std::cmp::Ordering::Less => 0,
                std::cmp::Ordering::Equal => 1,
                std::cmp::Ordering::Greater => 2,
            };
            beside.meet(me, other, sort + 8 * nearer + 32 * u64::from(shared_quote));
        }
    }
    let (over, under, beside) = (over.digest(), under.digest(), beside.digest());
    let rivals = u64::from(over != 0) + 2 * u64::from(under != 0) + 4 * u64::from(beside != 0);
    let size = u64::from((bare + 1).ilog2()) + 16 * u64::from(quoted.min(3));
    let each = me.score / i32::try_from(bare + quoted).unwrap_or(i32::MAX).max(1);
    let behind = item(last.end);
    let front = first.start.checked_sub(1).map_or(&Item::EDGE, item);
    let cue_words = pair(opens.word, closes.word);
    let values = [
        0,
        step(me.score),
        join(step(me.score), kind),
        join(step(me.score), rivals),
        step(me.margin),
        join(step(me.margin), pair(kind, u64::from(me.speaker.is_some()))),
        step(each),
        join(step(each), kind),
        kind,
        join(kind, closes.class),
        join(kind, closes.word),
        join(kind, opens.word),
        cue_words,
        join(closes.suffix, kind),
        join(opens.class, closes.class),
        join(u64::from((me.cue.end - me.cue.start).min(6)), u64::from(reports)),
        join(u64::from(reports), rivals),
        join(pair(u64::from(reports), rivals), kind),
        who,
        join(who, kind),
        join(whence, kind),
        join(whence, closes.class),
        join(sides, kind),
        join(pair(sides, kind), closes.class),
        join(gaps, kind),
        join(gaps, pair(sides, across)),
        join(across, kind),
        join(across, rivals),
        size,
        join(size, kind),
        item(first.start).class,
        item(last.end - 1).class,
        behind.class,
        front.class,
        join(item(first.start).class, closes.word),
        join(item(first.start).word, kind),
        join(item(last.end - 1).class, behind.class),
        over,
        join(over, kind),
        join(over, closes.class),
        under,
        join(under, kind),
        join(under, closes.class),
        beside,
        join(beside, kind),
        join(beside, closes.class),
        join(pair(over, under), beside),
        join(rivals, closes.word),
        join(front.class, opens.class),
    ];
    std::array::from_fn(|at| lonely(FIRST_FAMILY + at as u64, values[at]))
}

/// Says of every act what speaks for it, until the checkpoint breaks it off.
pub(crate) fn judge(
    tagger: &Tagger,
    page: &Page,
    checkpoint: &mut dyn Checkpoint,
    scratch: &mut TaggerScratch,
) -> ControlFlow<()> {
    for at in 0..scratch.acts.len() {
        checkpoint.pass()?;
        if scratch.acts[at].is_certain() {
            continue;
        }
        let keys = features(page, &scratch.acts, &scratch.contents, at);
        scratch.acts[at].verdict = tagger.verdict(&keys);
    }
    ControlFlow::Continue(())
}

/// Keeps the acts that hold, in order of their cues, none of which claims another's words.
pub(crate) fn settle(
    tagger: &Tagger,
    page: &Page,
    checkpoint: &mut dyn Checkpoint,
    scratch: &mut TaggerScratch,
) -> ControlFlow<()> {
    judge(tagger, page, checkpoint, scratch)?;
    let acts = std::mem::take(&mut scratch.acts);
    let JudgeScratch { mut order, mut taken, mut holding } = std::mem::take(&mut scratch.judge);
    holding.clear();
    taken.clear();
    taken.resize(page.items.len(), false);
    order.clear();
    order.extend(0..narrow(acts.len()));
    order.sort_by_key(|&at| (std::cmp::Reverse(acts[at as usize].verdict), at));
    let marked = |act: &Act, contents: &[Range<u32>]| {
        claims(act, contents).any(|at| page.items[at as usize].is_quoted())
    };
    // What is left of the long stretches after the first pass goes to whoever claims it at all.
    for pass in 0..2 {
        for &at in &order {
            let act = &acts[at as usize];
            let holds = tagger.holds(act, marked(act, &scratch.contents));
            let wanted = if pass == 0 {
                holds
            } else {
                !holds
                    && claims(act, &scratch.contents)
                        .any(|at| !taken[at as usize] && page.items[at as usize].is_long())
            };
            if !wanted || act.cue.clone().any(|at| taken[at as usize]) {
                continue;
            }
            let act = if claims(act, &scratch.contents).any(|at| taken[at as usize]) {
                tagger.read_again(page, act, &taken, scratch)
            } else {
                Some(act.clone())
            };
            let Some(act) = act.filter(|act| pass == 0 || marked(act, &scratch.contents)) else { continue };
            claims(&act, &scratch.contents).chain(act.cue.clone()).for_each(|at| taken[at as usize] = true);
            holding.push(act);
        }
    }
    holding.sort_by_key(|act| act.cue.start);
    scratch.acts = holding;
    scratch.judge = JudgeScratch { order, taken, holding: acts };
    ControlFlow::Continue(())
}

/// The items that an act reports.
fn claims<'a>(act: &Act, contents: &'a [Range<u32>]) -> impl Iterator<Item = u32> + use<'a> {
    contents[act.contents.start as usize..act.contents.end as usize].iter().flat_map(Clone::clone)
}
