//! What a cue reports and who its speaker is: features and labels of the second chain, over the items
//! around one cue. It must not know how cues are found, nor what entities the speakers are.

use super::chain::Topology;
use super::page::{Form, Item, Page, join, pair};
use std::ops::Range;

/// Labels: outside; begin, inside, end and unit of content, then of the speaker; the cue itself.
pub(crate) const OUTSIDE: u8 = 0;
#[cfg(feature = "train")]
pub(crate) const CONTENT: u8 = 1;
pub(crate) const SPEAKER: u8 = 5;
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
    fn pass(&mut self, item: &Item, previous: &Item, is_cue: bool) {
        match item.form {
            Form::Comma => self.commas += 1,
            Form::Aside => self.asides += 1,
            Form::Quoted => self.quoted += 1,
            Form::Capital => self.names += u32::from(previous.form != Form::Capital),
            Form::Word | Form::Stop | Form::Colon | Form::Mark => {}
        }
        self.cues += u32::from(is_cue);
        self.verbs += u32::from(item.class == 0x601 || item.class == 0x101 || item.class == 0x201);
        self.sentences += u32::from(item.sentence != previous.sentence);
        self.words += 1;
        if !item.is_bare_word() {
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

/// Number of features of an item.
pub(crate) const FEATURES: usize = 59;
/// The template of the first to the left of the cue, and how far on those to the right begin.
const FIRST_TEMPLATE: u64 = 0x1001;
const SIDE: u64 = 0x800;

/// Calls `take` with each position of the window, its first template, and the values of its features template by
/// template, the cue's own items excepted; first leftward from the cue, then rightward. `is_cue` tells of every item
/// whether it belongs to any cue.
pub(crate) fn features(
    page: &Page,
    window: &Range<u32>,
    cue: &Range<u32>,
    is_cue: &[bool],
    mut take: impl FnMut(u32, u64, &[u64; FEATURES]),
) {
    let item = |at: i64| -> &Item {
        match u32::try_from(at) {
            Ok(at) if window.contains(&at) => &page.items[at as usize],
            _ => &Item::EDGE,
        }
    };
    let (start, end) = (i64::from(cue.start), i64::from(cue.end));
    let setting = Setting {
        cue: item(end - 1).word,
        first: pair(item(start).word, item(end - 1).word),
        around: pair(item(start - 1).class, item(end).class),
    };
    for side in 0..2_u64 {
        let mut passed = Passed::default();
        let range = if side == 0 { window.start..cue.start } else { cue.end..window.end };
        let mut step = |at: u32| {
            let distance = if side == 0 { cue.start - at } else { at + 1 - cue.end };
            let values = describe(&item, i64::from(at), distance, &setting, &passed, is_cue);
            take(at, FIRST_TEMPLATE + side * SIDE, &values);
            let previous = if side == 0 { item(i64::from(at) + 1) } else { item(i64::from(at) - 1) };
            passed.pass(item(i64::from(at)), previous, is_cue[at as usize]);
        };
        if side == 0 { range.rev().for_each(&mut step) } else { range.for_each(&mut step) }
    }
}

#[inline]
fn describe<'a>(
    item: &impl Fn(i64) -> &'a Item,
    at: i64,
    distance: u32,
    setting: &Setting,
    passed: &Passed,
    is_cue: &[bool],
) -> [u64; FEATURES] {
    let (a, b, c, d, e) = (item(at - 2), item(at - 1), item(at), item(at + 1), item(at + 2));
    let (z, f) = (item(at - 3), item(at + 3));
    let far = u64::from(match distance {
        0..=5 => distance,
        6..=8 => 6,
        9..=12 => 7,
        13..=20 => 8,
        _ => 9,
    });
    let digest = passed.digest();
    let breaks =
        u64::from(d.sentence != c.sentence || d.form == Form::Stop) + 2 * u64::from(b.sentence != c.sentence);
    let cued = |at: i64| usize::try_from(at).ok().and_then(|at| is_cue.get(at)).copied().unwrap_or(false);
    let cues = u64::from(cued(at))
        + 2 * u64::from(cued(at + 1))
        + 4 * u64::from(cued(at - 1))
        + 8 * u64::from(cued(at + 2));
    [
        0,
        far,
        c.word,
        b.word,
        d.word,
        a.word,
        e.word,
        join(b.word, c.word),
        join(c.word, d.word),
        join(d.word, e.word),
        c.class,
        join(b.class, c.class),
        join(c.class, d.class),
        join(pair(b.class, c.class), d.class),
        join(pair(a.class, b.class), c.class),
        join(pair(c.class, d.class), e.class),
        join(pair(c.class, d.class), pair(e.class, f.class)),
        join(pair(z.class, a.class), pair(b.class, c.class)),
        join(pair(d.class, e.class), f.class),
        join(c.class, far),
        join(c.word, far.min(4)),
        join(pair(c.class, d.class), far.min(4)),
        join(pair(b.class, c.class), far.min(4)),
        digest,
        join(digest, far),
        join(digest, c.class),
        join(digest, d.class),
        join(digest, b.class),
        join(pair(digest, c.class), d.class),
        join(passed.last, digest),
        join(passed.last, c.class),
        setting.cue,
        setting.first,
        join(setting.cue, far),
        join(setting.cue, c.class),
        join(pair(setting.cue, c.class), far.min(3)),
        join(setting.first, far.min(3)),
        join(setting.first, c.class),
        join(setting.cue, digest),
        join(setting.cue, d.class),
        setting.around,
        join(setting.around, far),
        join(setting.around, digest),
        join(setting.around, c.class),
        join(pair(setting.around, c.class), far.min(3)),
        join(pair(setting.around, setting.cue), far.min(2)),
        join(breaks, c.class),
        join(breaks, digest),
        join(breaks, pair(setting.cue, c.form as u64)),
        join(u64::from(c.name), u64::from(b.name) | u64::from(d.name) << 8),
        join(u64::from(c.name), far),
        join(u64::from(c.name), digest),
        join(u64::from(passed.names.min(3)), digest),
        join(u64::from(passed.names.min(3)), c.class),
        join(u64::from(passed.verbs.min(3)), c.class),
        join(cues, digest),
        join(cues, c.class),
        join(cues, d.class),
        join(c.suffix, d.class),
    ]
}
