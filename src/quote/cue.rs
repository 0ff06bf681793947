//! Which words report an act of speech or thought: features and labels of the cue tagger, a chain over the
//! items of a sentence. It must not know what is reported, nor by whom.

use super::chain::Topology;
use super::page::{Form, Item, Page, join, pair};
use crate::lexicon::combine;
use crate::model::{Container, ModelError};
#[cfg(feature = "train")]
use std::collections::BTreeMap;
use std::ops::Range;

/// Labels: outside, and the places in a cue.
pub(crate) const OUTSIDE: u8 = 0;
pub(crate) const BEGIN: u8 = 1;
pub(crate) const INSIDE: u8 = 2;
pub(crate) const END: u8 = 3;
pub(crate) const UNIT: u8 = 4;
/// Number of labels.
pub(crate) const LABELS: usize = 5;

/// States numbered like their labels, and one more: outside after the sentence's first cue, for most later
/// ones are part of what the first reports.
pub(crate) fn topology() -> Topology {
    const AFTER: u8 = 5;
    let follows = |from, to| match from {
        OUTSIDE => matches!(to, OUTSIDE | BEGIN | UNIT),
        BEGIN | INSIDE => matches!(to, INSIDE | END),
        _ => matches!(to, AFTER | BEGIN | UNIT),
    };
    let starts = |state| matches!(state, OUTSIDE | BEGIN | UNIT);
    let ends = |state| !matches!(state, BEGIN | INSIDE);
    Topology::new(LABELS, &[OUTSIDE, BEGIN, INSIDE, END, UNIT, OUTSIDE], follows, starts, ends)
}

/// What a sentence is like as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentence {
    outline: u64,
}

impl Sentence {
    pub(crate) fn of(page: &Page, range: &Range<u32>) -> Self {
        let items = &page.items[range.start as usize..range.end as usize];
        let opens = items.first().is_some_and(Item::is_quoted);
        let quoted = items.iter().any(Item::is_quoted);
        let before = range.start.checked_sub(1).is_some_and(|at| page.items[at as usize].is_quoted());
        Self { outline: u64::from(opens) + 2 * u64::from(quoted) + 4 * u64::from(before) }
    }
}

/// How far back a verb of speech is remembered.
const FARTHEST_REPORT: u32 = 24;

/// Number of features of an item.
pub(crate) const FEATURES: usize = 46;
/// The template of the first.
pub(crate) const FIRST_TEMPLATE: u64 = 1;

/// The values of the features of the item at `at` of `range`, template by template.
#[inline]
pub(crate) fn features(page: &Page, range: &Range<u32>, sentence: Sentence, at: u32) -> [u64; FEATURES] {
    let item = |offset: i32| -> &Item {
        let place = i64::from(at) + i64::from(offset);
        match u32::try_from(place) {
            Ok(place) if range.contains(&place) => &page.items[place as usize],
            // A quoted stretch beside the sentence is what a lonely "he said" reports.
            Ok(place) if place + 1 == range.start || place == range.end => {
                match page.items.get(place as usize) {
                    Some(found) if found.is_quoted() => found,
                    _ => &Item::EDGE,
                }
            }
            _ => &Item::EDGE,
        }
    };
    let (a, b, c, d, e) = (item(-2), item(-1), item(0), item(1), item(2));
    let (z, f) = (item(-3), item(3));
    // Who could be the subject: the nearest capital or pronoun to the left, and what lies between.
    let mut subject = 0;
    for back in 1..8 {
        let left = item(-back);
        if left.form == Form::Capital || left.form == Form::Stop || left.is_quoted() {
            subject = pair(u64::from(left.name) + 16 * left.form as u64, u64::from(back.unsigned_abs()));
            break;
        }
    }
    // What could be reported: the first "that", quoted stretch or "to" to the right.
    let mut object = 0;
    for ahead in 1..6 {
        let right = item(ahead);
        if right.is_quoted() || right.form == Form::Colon || right.form == Form::Stop || right.word == that()
        {
            object = pair(right.class, u64::from(ahead.unsigned_abs()));
            break;
        }
    }
    // What an earlier verb of speech or thought in the sentence reports is part of its words.
    let report = item(0).report;
    let earlier = if report != Item::NONE && at - report <= FARTHEST_REPORT {
        let behind = page.items[report as usize + 1].form;
        pair(page.items[report as usize].class, u64::from(behind == Form::Comma))
    } else {
        0
    };
    let head = at - range.start;
    [
        0,
        c.word,
        b.word,
        d.word,
        a.word,
        e.word,
        join(b.word, c.word),
        join(c.word, d.word),
        join(pair(a.word, b.word), c.word),
        join(pair(c.word, d.word), e.word),
        join(pair(b.word, c.word), d.word),
        join(b.word, d.word),
        c.class,
        join(b.class, c.class),
        join(c.class, d.class),
        join(pair(b.class, c.class), d.class),
        join(pair(a.class, b.class), c.class),
        join(pair(c.class, d.class), e.class),
        join(pair(a.class, b.class), pair(c.class, d.class)),
        join(pair(b.class, c.class), pair(d.class, e.class)),
        join(b.class, c.word),
        join(c.word, d.class),
        join(pair(b.class, c.word), d.class),
        join(pair(a.class, b.class), c.word),
        join(pair(c.word, d.class), e.class),
        join(pair(z.class, a.class), pair(b.class, c.class)),
        join(pair(c.class, d.class), pair(e.class, f.class)),
        c.suffix,
        join(c.suffix, d.word),
        join(c.suffix, b.word),
        join(c.suffix, d.class),
        join(c.suffix, b.class),
        u64::from(c.name) | u64::from(b.name) << 8 | u64::from(d.name) << 16,
        join(u64::from(b.name), c.word),
        join(u64::from(d.name), c.word),
        join(sentence.outline, c.word),
        join(sentence.outline, c.class),
        subject,
        join(subject, c.class),
        object,
        join(object, c.class),
        join(object, c.word),
        join(earlier, c.class),
        join(earlier, c.word),
        u64::from(head.min(4)),
        join(u64::from(head.min(2)), c.class),
    ]
}

fn that() -> u64 {
    const THAT: &[u8] = b"that";
    let mut hasher = crate::lexicon::FoldedHasher::default();
    for &byte in THAT {
        hasher.write_ascii(byte);
    }
    hasher.finish().bits()
}

/// Which words may begin a cue, as far as the training data tell: a word seen often that hardly ever began one
/// does not, nor does a rarer word of a sort that hardly ever did. Three of four items need no closer look.
#[derive(Clone, Debug)]
pub(crate) struct Openers {
    /// Two bits a slot, four slots a byte.
    slots: Box<[u8]>,
}

/// What a slot says.
const CLOSED: u8 = 1;
const OPEN: u8 = 2;
/// Tells the slot of a class from that of a word.
const OF_CLASS: u64 = 0x2000;
/// Slots of a table.
const SLOTS: usize = 1 << 16;

impl Openers {
    pub(crate) fn parse(container: &Container<'_>, name: [u8; 4]) -> Result<Self, ModelError> {
        let slots = container.section(name)?;
        if slots.len() != SLOTS / 4 {
            return Err(ModelError::BadSection { name: name.escape_ascii().to_string() });
        }
        Ok(Self { slots: slots.into() })
    }

    /// Whether the item may begin a cue.
    pub(crate) fn may_begin(&self, item: &Item) -> bool {
        !item.is_quoted()
            && match self.slot(item.word) {
                CLOSED => false,
                OPEN => true,
                _ => self.slot(combine(OF_CLASS, item.class)) != CLOSED,
            }
    }

    fn slot(&self, key: u64) -> u8 {
        let (byte, shift) = place(key);
        self.slots[byte] >> shift & 3
    }
}

/// The byte of a slot, and how far its bits are to be shifted.
#[expect(clippy::cast_possible_truncation, reason = "masked to the number of slots, which is a usize")]
fn place(key: u64) -> (usize, u8) {
    let slot = (key >> 20) as usize & (SLOTS - 1);
    (slot / 4, (slot % 4) as u8 * 2)
}

/// Counts items and cues, for the trainer.
#[cfg(feature = "train")]
#[derive(Debug, Default)]
pub(crate) struct OpenersBuilder {
    words: BTreeMap<u64, (u32, u32)>,
    classes: BTreeMap<u64, (u32, u32)>,
}

#[cfg(feature = "train")]
impl OpenersBuilder {
    /// A word seen so often is judged by itself.
    const OFTEN: u32 = 20;
    /// Cues begun in so many occurrences are too few: of a word, of a class.
    const WORD_PER: u32 = 500;
    const CLASS_PER: u32 = 1000;

    pub(crate) fn count(&mut self, item: &Item, begins: bool) {
        for (key, counts) in [(item.word, &mut self.words), (item.class, &mut self.classes)] {
            let (seen, begun) = counts.entry(key).or_default();
            *seen += 1;
            *begun += u32::from(begins);
        }
    }

    /// The table as a model stores it. Of two words in one slot, the open one wins.
    pub(crate) fn finish(&self) -> Vec<u8> {
        let mut slots = vec![0_u8; SLOTS / 4];
        let mut put = |key: u64, verdict: u8| {
            let (byte, shift) = place(key);
            if slots[byte] >> shift & 3 != OPEN {
                slots[byte] = slots[byte] & !(3 << shift) | verdict << shift;
            }
        };
        for (&class, &(seen, begun)) in &self.classes {
            put(combine(OF_CLASS, class), if begun * Self::CLASS_PER < seen { CLOSED } else { OPEN });
        }
        for (&word, &(seen, begun)) in &self.words {
            if begun * Self::WORD_PER >= seen {
                put(word, OPEN);
            } else if seen >= Self::OFTEN {
                put(word, CLOSED);
            }
        }
        slots
    }
}
