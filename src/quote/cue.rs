//! Which words report an act of speech or thought: features and labels of the cue tagger, a chain over the
//! items of a sentence. It must not know what is reported, nor by whom.

use super::chain::Topology;
use super::item::{Form, Item, join, pair};
use super::line::{Around, Line, lonely, slot};
use super::page::Page;
use crate::lexicon::Word;
use crate::model::{Container, ModelError};
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

/// The word "that".
const THAT: u64 = Word::of_ascii("that").bits();

/// How far back a verb of speech is remembered.
const FARTHEST_REPORT: u32 = 24;

/// An item of a sentence and what stands around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    page: &'a Page,
    line: &'a Line,
    outline: u64,
    /// How far from the start of its sentence.
    head: u32,
    at: u32,
    around: &'a Around,
}

/// Number of features of the first look, and of a close one.
pub(crate) const AT_FIRST: usize = 9;
pub(crate) const FEATURES: usize = 46;

/// Tells the blocks of cues from those of other chains, and the families of lonely templates.
const SALT: u32 = 0x0c5_71d3;
const LONELY: u64 = 0x10;

impl<'a> Place<'a> {
    /// The item at `at` of a sentence that begins with the item `start` and lies in `line`.
    #[inline]
    pub(crate) fn new(page: &'a Page, line: &'a Line, sentence: Sentence, start: u32, at: u32) -> Self {
        Self { page, line, outline: sentence.outline, head: at - start, at, around: line.around(at) }
    }

    /// The features by which most items are told to begin no cue.
    #[inline]
    pub(crate) fn at_first(&self) -> [u32; AT_FIRST] {
        let [_, _, b, c, d, ..] = self.around;
        [
            slot(c.words[0], 0, 0),
            slot(b.words[0], 0, 1),
            slot(d.words[0], 0, 2),
            slot(c.classes[0], 0, 3),
            slot(b.classes[1], 0, 4),
            slot(c.classes[1], 0, 5),
            slot(b.classes[2], 0, 6),
            lonely(LONELY, c.suffix),
            lonely(LONELY + 1, u64::from(c.name) | u64::from(b.name) << 8 | u64::from(d.name) << 16),
        ]
    }

    /// The features of an item that may belong to a cue.
    #[inline]
    pub(crate) fn features(&self) -> [u32; FEATURES] {
        let [z, a, b, c, d, e, _] = self.around;
        let (subject, object, earlier) = (self.subject(), self.object(), self.earlier());
        [
            slot(c.words[0], SALT, 0),
            slot(b.words[0], SALT, 1),
            slot(d.words[0], SALT, 2),
            slot(a.words[0], SALT, 3),
            slot(e.words[0], SALT, 4),
            slot(b.words[1], SALT, 0),
            slot(c.words[1], SALT, 1),
            slot(a.words[2], SALT, 2),
            slot(b.words[2], SALT, 3),
            slot(c.words[2], SALT, 4),
            slot(c.classes[0], SALT, 5),
            slot(b.classes[1], SALT, 2),
            slot(c.classes[1], SALT, 3),
            slot(a.classes[2], SALT, 5),
            slot(b.classes[2], SALT, 6),
            slot(c.classes[2], SALT, 7),
            slot(z.classes[3], SALT, 4),
            slot(a.classes[3], SALT, 5),
            slot(b.classes[3], SALT, 6),
            slot(c.classes[3], SALT, 7),
            lonely(LONELY + 2, 0),
            lonely(LONELY + 3, join(b.word, d.word)),
            lonely(LONELY + 4, join(b.class, c.word)),
            lonely(LONELY + 5, join(c.word, d.class)),
            lonely(LONELY + 6, join(pair(b.class, c.word), d.class)),
            lonely(LONELY + 7, join(a.sorts, c.word)),
            lonely(LONELY + 8, join(pair(c.word, d.class), e.class)),
            lonely(LONELY + 9, c.suffix),
            lonely(LONELY + 10, join(c.suffix, d.word)),
            lonely(LONELY + 11, join(c.suffix, b.word)),
            lonely(LONELY + 12, join(c.suffix, d.class)),
            lonely(LONELY + 13, join(c.suffix, b.class)),
            lonely(LONELY + 14, u64::from(c.name) | u64::from(b.name) << 8 | u64::from(d.name) << 16),
            lonely(LONELY + 15, join(u64::from(b.name), c.word)),
            lonely(LONELY + 16, join(u64::from(d.name), c.word)),
            lonely(LONELY + 17, join(self.outline, c.word)),
            lonely(LONELY + 18, join(self.outline, c.class)),
            lonely(LONELY + 19, subject),
            lonely(LONELY + 20, join(subject, c.class)),
            lonely(LONELY + 21, object),
            lonely(LONELY + 22, join(object, c.class)),
            lonely(LONELY + 23, join(object, c.word)),
            lonely(LONELY + 24, join(earlier, c.class)),
            lonely(LONELY + 25, join(earlier, c.word)),
            lonely(LONELY + 26, u64::from(self.head.min(4))),
            lonely(LONELY + 27, join(u64::from(self.head.min(2)), c.class)),
        ]
    }

    /// Who could be the subject: the nearest capital or pronoun to the left, and what lies between.
    fn subject(&self) -> u64 {
        for back in 1..8 {
            let left = self.line.beside(self.at, -back);
            if matches!(left.form, Form::Capital | Form::Stop | Form::Quoted) {
                return pair(u64::from(left.name) + 16 * left.form as u64, u64::from(back.unsigned_abs()));
            }
        }
        0
    }

    /// What could be reported: the first "that", quoted stretch or colon to the right.
    fn object(&self) -> u64 {
        for ahead in 1..6 {
            let right = self.line.beside(self.at, ahead);
            if matches!(right.form, Form::Quoted | Form::Colon | Form::Stop) || right.word == THAT {
                return pair(right.class, u64::from(ahead.unsigned_abs()));
            }
        }
        0
    }

    /// What an earlier verb of speech or thought in the sentence reports is part of its words.
    fn earlier(&self) -> u64 {
        let report = self.page.items[self.at as usize].report;
        if report == Item::NONE || self.at - report > FARTHEST_REPORT {
            return 0;
        }
        let behind = self.page.items[report as usize + 1].form;
        pair(self.page.items[report as usize].class, u64::from(behind == Form::Comma))
    }
}

/// The first look at an item: a small table says where no cue begins, which is nearly everywhere.
#[derive(Clone, Debug)]
pub(crate) struct FirstLook {
    weights: Box<[i8; 1 << FirstLook::BITS]>,
    /// What is promised must be more.
    least: i32,
}

impl FirstLook {
    /// Log2 of the number of weights.
    pub(crate) const BITS: u32 = 17;

    pub(crate) fn parse(
        container: &Container<'_>,
        weights: [u8; 4],
        least: [u8; 4],
    ) -> Result<Self, ModelError> {
        let bad = |name: [u8; 4]| ModelError::BadSection { name: name.escape_ascii().to_string() };
        let stored: Box<[i8]> =
            container.section(weights)?.iter().map(|&byte| i8::from_le_bytes([byte])).collect();
        let bytes = container.section(least)?.try_into().map_err(|_| bad(least))?;
        Ok(Self { weights: stored.try_into().map_err(|_| bad(weights))?, least: i32::from_le_bytes(bytes) })
    }

    /// What speaks for a cue that begins with the item.
    #[inline]
    pub(crate) fn promise(&self, place: &Place<'_>) -> i32 {
        let weight = |key: u32| i32::from(self.weights[key as usize & ((1 << Self::BITS) - 1)]);
        place.at_first().into_iter().map(weight).sum()
    }

    /// Whether the item deserves a close look.
    #[inline]
    pub(crate) fn passes(&self, place: &Place<'_>) -> bool {
        self.promise(place) >= self.least
    }
}
