//! Which words report an act of speech or thought: features and labels of the cue tagger, a chain over the
//! items of a sentence. It must not know what is reported, nor by whom.

use super::chain::Topology;
use super::page::{Form, Item, Page, feature, pair};
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

/// Appends the features of the item at `at` of `range`.
pub(crate) fn features(page: &Page, range: &Range<u32>, sentence: Sentence, at: u32, out: &mut Vec<u64>) {
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
    let mut template = 0_u64;
    let mut put = |value: u64| {
        template += 1;
        out.push(feature(template, value));
    };
    put(0);
    put(c.word);
    put(b.word);
    put(d.word);
    put(a.word);
    put(e.word);
    put(pair(b.word, c.word));
    put(pair(c.word, d.word));
    put(pair(pair(a.word, b.word), c.word));
    put(pair(pair(c.word, d.word), e.word));
    put(pair(pair(b.word, c.word), d.word));
    put(pair(b.word, d.word));
    put(c.class);
    put(pair(b.class, c.class));
    put(pair(c.class, d.class));
    put(pair(pair(b.class, c.class), d.class));
    put(pair(pair(a.class, b.class), c.class));
    put(pair(pair(c.class, d.class), e.class));
    put(pair(pair(a.class, b.class), pair(c.class, d.class)));
    put(pair(pair(b.class, c.class), pair(d.class, e.class)));
    put(pair(b.class, c.word));
    put(pair(c.word, d.class));
    put(pair(pair(b.class, c.word), d.class));
    put(pair(pair(a.class, b.class), c.word));
    put(pair(pair(c.word, d.class), e.class));
    put(pair(pair(z.class, a.class), pair(b.class, c.class)));
    put(pair(pair(c.class, d.class), pair(e.class, f.class)));
    put(c.suffix);
    put(pair(c.suffix, d.word));
    put(pair(c.suffix, b.word));
    put(pair(c.suffix, d.class));
    put(pair(c.suffix, b.class));
    put(u64::from(c.name) | u64::from(b.name) << 8 | u64::from(d.name) << 16);
    put(pair(u64::from(b.name), c.word));
    put(pair(u64::from(d.name), c.word));
    put(pair(sentence.outline, c.word));
    put(pair(sentence.outline, c.class));
    // Who could be the subject: the nearest capital or pronoun to the left, and what lies between.
    let mut subject = 0;
    for back in 1..8 {
        let left = item(-back);
        if left.form == Form::Capital || left.form == Form::Stop || left.is_quoted() {
            subject = pair(u64::from(left.name) + 16 * left.form as u64, u64::from(back.unsigned_abs()));
            break;
        }
    }
    put(subject);
    put(pair(subject, c.class));
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
    put(object);
    put(pair(object, c.class));
    put(pair(object, c.word));
    // What an earlier verb of speech or thought in the sentence reports is part of its words.
    let mut earlier = 0;
    for back in 1..25 {
        let left = item(-back);
        if left.form == Form::Stop || *left == Item::EDGE {
            break;
        }
        if left.reports {
            earlier = pair(left.class, u64::from(item(1 - back).form == Form::Comma));
            break;
        }
    }
    put(pair(earlier, c.class));
    put(pair(earlier, c.word));
    let head = at - range.start;
    put(u64::from(head.min(4)));
    put(pair(u64::from(head.min(2)), c.class));
}

fn that() -> u64 {
    const THAT: &[u8] = b"that";
    let mut hasher = crate::lexicon::FoldedHasher::default();
    for &byte in THAT {
        hasher.write_ascii(byte);
    }
    hasher.finish().bits()
}
