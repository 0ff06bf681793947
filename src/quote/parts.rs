//! What a cue reports and who its speaker is: features and labels of the second chain, over the items
//! around one cue. It must not know how cues are found, nor what entities the speakers are.

use super::chain::Topology;
use super::item::{Form, join, pair};
use super::line::{Around, Cell, HERE, Line, lonely, slot};
use super::page::Page;
use std::ops::Range;

/// Labels: outside; begin, inside, end and unit of content, then of the speaker; the cue itself.
pub(crate) const OUTSIDE: u8 = 0;
pub(crate) const CONTENT: u8 = 1;
pub(crate) const SPEAKER: u8 = 5;
pub(crate) const ONLY_SPEAKER: u8 = 8;
pub(crate) const CUE: u8 = 9;
/// Number of labels.
pub(crate) const LABELS: usize = 10;

/// States twelve labels high: everything but the speaker exists before and after the speaker was seen, so
/// that there is one at most.
const LABEL_OF: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 9];

/// Which state may follow which.
pub(crate) fn topology() -> Topology {
    topology_where(|_| true)
}

/// The same steps, but a path ends only behind a speaker.
pub(crate) fn attributed() -> Topology {
    topology_where(|state| state >= AFTER || (SPEAKER..CUE).contains(&LABEL_OF[state as usize]))
}

/// The first state behind the speaker.
const AFTER: u8 = 10;

fn topology_where(may_end: impl Fn(u8) -> bool) -> Topology {
    let label = |state: u8| LABEL_OF[state as usize];
    let seen = |state: u8| state >= AFTER;
    let unfinished = |label: u8| matches!(label, 1 | 2 | 5 | 6);
    let continues = |label: u8| matches!(label, 2 | 3 | 6 | 7);
    let is_speaker = |label: u8| (SPEAKER..CUE).contains(&label);
    let follows = move |from: u8, to: u8| {
        let (left, right) = (label(from), label(to));
        let in_order = if unfinished(left) {
            continues(right) && is_speaker(left) == is_speaker(right)
        } else {
            !continues(right)
        };
        let after = seen(from) || (is_speaker(left) && !unfinished(left));
        let flags = if is_speaker(right) { !after || unfinished(left) } else { after == seen(to) };
        in_order && flags && !(seen(from) && is_speaker(right))
    };
    let starts = move |state: u8| !seen(state) && !continues(label(state));
    let ends = |state: u8| !unfinished(label(state)) && may_end(state);
    Topology::new(LABELS, &LABEL_OF, follows, starts, ends)
}

/// Most items that are looked at to either side of a cue.
pub(crate) const REACH: u32 = 90;

/// The items that may hold what a cue reports: its sentence, `reach` items to either side at most, with the quoted
/// stretches that touch it.
pub(crate) fn window(page: &Page, cue: &Range<u32>, reach: u32) -> Range<u32> {
    let items = &page.items;
    let home = items[cue.start as usize];
    let sentence = &page.sentences[home.sentence as usize];
    let mut start = sentence.start.max(cue.start.saturating_sub(reach));
    let mut end = sentence.end.min(cue.end.saturating_add(reach)).max(cue.end);
    // "“Go.” He left it at that": stretches just before the sentence, in its own paragraph.
    for _ in 0..2 {
        let Some(before) = start.checked_sub(1).map(|at| items[at as usize]) else { break };
        if start != sentence.start && before.sentence == home.sentence
            || !before.is_quoted()
            || !page.same_part(&home, &before)
        {
            break;
        }
        // "“Go.”" and below it "— Ana Sol": a signature in a paragraph of its own.
        let alone = page.sentences[before.sentence as usize].len() == 1;
        let signed = alone && cue.start == sentence.start && home.form == Form::Aside;
        if before.paragraph != home.paragraph && !signed {
            break;
        }
        start -= 1;
    }
    // "He said: “Go. Now.” “And never come back.”": stretches behind it, also alone in paragraphs of their own.
    for _ in 0..4 {
        let Some(after) = items.get(end as usize) else { break };
        if end < sentence.end || !after.is_quoted() || !page.same_part(&home, after) {
            break;
        }
        let alone = page.sentences[after.sentence as usize].len() == 1;
        if after.paragraph != home.paragraph && !alone {
            break;
        }
        // A heading like 'Pretty cool.' between the paragraphs carries no quotation between double marks on.
        let before = &items[end as usize - 1];
        if after.paragraph != home.paragraph && after.is_single() && before.is_quoted() && !before.is_single()
        {
            break;
        }
        end += 1;
        if !alone {
            break;
        }
    }
    start..end
}

/// What is the same for all items around a cue.
#[derive(Clone, Copy, Debug)]
struct Setting {
    cue: u64,
    first: u64,
    around: u64,
}

impl Setting {
    fn keys(&self, side: usize) -> [u32; SHARED] {
        let lonely = |family: u64, value: u64| lonely(LONELY + side as u64 * SIDE + 0x100 + family, value);
        [lonely(0, 0), lonely(1, self.cue), lonely(2, self.first), lonely(3, self.around)]
    }
}

/// Walks from the cue outward and remembers what it has passed.
#[derive(Clone, Copy, Debug, Default)]
struct Passed {
    commas: u32,
    asides: u32,
    quoted: u32,
    sentences: u32,
    cues: u32,
    names: u32,
    verbs: u32,
    words: u32,
    last: u64,
}

impl Passed {
    fn pass(&mut self, item: &Cell, previous: &Cell, is_cue: bool) {
        match item.form {
            Form::Comma => self.commas += 1,
            Form::Aside => self.asides += 1,
            Form::Quoted => self.quoted += 1,
            Form::Capital => self.names += u32::from(previous.form != Form::Capital),
            Form::Word | Form::Work | Form::Stop | Form::Colon | Form::Mark => {}
        }
        self.cues += u32::from(is_cue);
        self.verbs += u32::from(item.class == 0x601 || item.class == 0x101 || item.class == 0x201);
        self.sentences += u32::from(item.sentence != previous.sentence);
        self.words += 1;
        if !matches!(item.form, Form::Word | Form::Capital) {
            self.last = item.class;
        }
    }

    fn digest(&self) -> u64 {
        let Self { commas, asides, quoted, sentences, cues, .. } = *self;
        u64::from(commas.min(3))
            | u64::from(asides.min(2)) << 4
            | u64::from(quoted.min(2)) << 8
            | u64::from(sentences.min(1)) << 12
            | u64::from(cues.min(2)) << 16
    }
}

/// Number of features of an item, and of those that all items to one side of a cue share.
pub(crate) const FEATURES: usize = 55;
pub(crate) const SHARED: usize = 4;

/// Tells the blocks of the two sides from each other and from those of other chains, and the families of lonely
/// templates.
const SALTS: [u32; 2] = [0x3a7_9e15, 0x9d1_42f3];
const LONELY: u64 = 0x1000;
const SIDE: u64 = 0x800;

/// What is asked of one cue: around which items, and which other cues there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// The items of the window.
    pub(crate) line: &'a Line,
    pub(crate) window: &'a Range<u32>,
    pub(crate) cue: &'a Range<u32>,
    /// Of every item of the page, whether it belongs to any cue.
    pub(crate) is_cue: &'a [bool],
}

impl Question<'_> {
    /// Calls `begin` with the features that all items to one side of the cue share, and then `take` with each
    /// position on that side and its other features; first leftward from the cue, then rightward.
    pub(crate) fn features<T>(
        &self,
        begin: impl Fn(&[u32; SHARED]) -> T,
        mut take: impl FnMut(u32, &T, &[u32; FEATURES]),
    ) {
        let Self { line, window, cue, is_cue } = *self;
        let (first, last) = (line.around(cue.start), line.around(cue.end - 1));
        let setting = Setting {
            cue: last[HERE].word,
            first: pair(first[HERE].word, last[HERE].word),
            around: pair(first[HERE - 1].class, last[HERE + 1].class),
        };
        for side in 0..2 {
            let range = if side == 0 { window.start..cue.start } else { cue.end..window.end };
            if range.is_empty() {
                continue;
            }
            let shared = begin(&setting.keys(side));
            let mut passed = Passed::default();
            let mut step = |at: u32| {
                let distance = if side == 0 { cue.start - at } else { at + 1 - cue.end };
                let around = line.around(at);
                take(at, &shared, &self.describe(around, at, side, distance, &setting, &passed));
                let previous = &around[if side == 0 { HERE + 1 } else { HERE - 1 }];
                passed.pass(&around[HERE], previous, is_cue[at as usize]);
            };
            if side == 0 { range.rev().for_each(&mut step) } else { range.for_each(&mut step) }
        }
    }

    #[inline]
    fn describe(
        &self,
        around: &Around,
        at: u32,
        side: usize,
        distance: u32,
        setting: &Setting,
        passed: &Passed,
    ) -> [u32; FEATURES] {
        let [z, a, b, c, d, e, _] = around;
        let far = u64::from(match distance {
            0..=5 => distance,
            6..=8 => 6,
            9..=12 => 7,
            13..=20 => 8,
            _ => 9,
        });
        let digest = passed.digest();
        let breaks = u64::from(d.sentence != c.sentence || d.form == Form::Stop)
            + 2 * u64::from(b.sentence != c.sentence);
        let cued = |at: Option<u32>| {
            u64::from(at.and_then(|at| self.is_cue.get(at as usize)).copied().unwrap_or(false))
        };
        let cues = cued(Some(at))
            + 2 * cued(at.checked_add(1))
            + 4 * cued(at.checked_sub(1))
            + 8 * cued(at.checked_add(2));
        let names = u64::from(passed.names.min(3));
        let salt = SALTS[side];
        let lonely = |family: u64, value: u64| lonely(LONELY + side as u64 * SIDE + family, value);
        [
            slot(c.words[0], salt, 0),
            slot(b.words[0], salt, 1),
            slot(d.words[0], salt, 2),
            slot(a.words[0], salt, 3),
            slot(e.words[0], salt, 4),
            slot(b.words[1], salt, 4),
            slot(c.words[1], salt, 5),
            slot(d.words[1], salt, 6),
            slot(c.classes[0], salt, 7),
            slot(b.classes[1], salt, 0),
            slot(c.classes[1], salt, 1),
            slot(a.classes[2], salt, 4),
            slot(b.classes[2], salt, 5),
            slot(c.classes[2], salt, 6),
            slot(d.classes[2], salt, 7),
            slot(z.classes[3], salt, 2),
            slot(c.classes[3], salt, 3),
            lonely(0, far),
            lonely(1, join(c.class, far)),
            lonely(2, join(c.word, far.min(4))),
            lonely(3, join(b.sorts, far.min(4))),
            lonely(4, join(c.sorts, far.min(4))),
            lonely(5, digest),
            lonely(6, join(digest, far)),
            lonely(7, join(digest, b.class)),
            lonely(8, join(digest, c.class)),
            lonely(9, join(digest, d.class)),
            lonely(10, join(digest, c.sorts)),
            lonely(11, join(passed.last, digest)),
            lonely(12, join(passed.last, c.class)),
            lonely(13, join(setting.cue, far)),
            lonely(14, join(setting.cue, c.class)),
            lonely(15, join(setting.cue, d.class)),
            lonely(16, join(pair(setting.cue, c.class), far.min(3))),
            lonely(17, join(setting.first, far.min(3))),
            lonely(18, join(setting.first, c.class)),
            lonely(19, join(setting.cue, digest)),
            lonely(20, join(setting.around, far)),
            lonely(21, join(setting.around, digest)),
            lonely(22, join(setting.around, c.class)),
            lonely(23, join(pair(setting.around, c.class), far.min(3))),
            lonely(24, join(pair(setting.around, setting.cue), far.min(2))),
            lonely(25, join(breaks, c.class)),
            lonely(26, join(breaks, digest)),
            lonely(27, join(breaks, pair(setting.cue, c.form as u64))),
            lonely(28, join(u64::from(c.name), u64::from(b.name) | u64::from(d.name) << 8)),
            lonely(29, join(u64::from(c.name), far)),
            lonely(30, join(u64::from(c.name), digest)),
            lonely(31, join(names, digest)),
            lonely(32, join(names, c.class)),
            lonely(33, join(u64::from(passed.verbs.min(3)), c.class)),
            lonely(34, join(cues, digest)),
            lonely(35, join(cues, c.class)),
            lonely(36, join(cues, d.class)),
            lonely(37, join(c.suffix, d.class)),
        ]
    }
}
