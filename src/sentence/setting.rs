//! What is known of a stretch before its places are looked at: how it is written, and which places are not worth asking
//! about at all. It must not know what the model makes of the others.

use super::lexicon::Lexicon;
use super::scan::{Candidate, Kind};
use super::words;
use crate::text::Span;

/// How a stretch is written as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Writing {
    /// Capitals where English has them.
    Usual,
    /// CAPITALS THROUGHOUT.
    Capitals,
    /// no capital anywhere.
    NoCapitals,
}

impl Writing {
    fn of(stretch: &[u8]) -> Self {
        let (mut upper, mut lower) = (0, 0);
        let mut rest = stretch.len();
        // Counting in bytes lets the compiler take sixteen of them a step.
        for chunk in stretch.chunks(64) {
            let count = |test: fn(&u8) -> bool| chunk.iter().map(|byte| u8::from(test(byte))).sum::<u8>();
            upper += usize::from(count(u8::is_ascii_uppercase));
            lower += usize::from(count(u8::is_ascii_lowercase));
            rest -= chunk.len();
            // Nothing that follows could change it.
            if upper > 0 && upper + rest < 9 * lower {
                break;
            }
        }
        if upper + lower < FEWEST_LETTERS || upper > 0 && upper < 9 * lower {
            Self::Usual
        } else if upper == 0 {
            Self::NoCapitals
        } else {
            Self::Capitals
        }
    }
}

/// What the decision needs to know of the stretch as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) writing: Writing,
    /// Where it begins.
    pub(crate) start: usize,
    /// The stretch is so long that it has probably lost its paragraphs.
    pub(crate) is_run_on: bool,
    /// Length of the longest line in bytes; 0 when there is but one.
    pub(crate) longest_line: usize,
}

/// Fewer letters say nothing about how a text is written.
const FEWEST_LETTERS: usize = 16;

/// Longer stretches are no headings.
const LONGEST_HEADING: usize = 80;

/// News paragraphs are shorter.
const RUN_ON: usize = 2000;

impl Setting {
    /// Looks over a stretch.
    pub(crate) fn of(text: &str, stretch: Span) -> Self {
        let bytes = stretch.of(text).as_bytes();
        let writing = Writing::of(bytes);
        let mut longest_line = 0;
        let mut line = 0;
        for at in memchr::memchr_iter(b'\n', bytes) {
            longest_line = longest_line.max(at - line);
            line = at + 1;
        }
        if line > 0 {
            longest_line = longest_line.max(bytes.len() - line);
        }
        let start = stretch.start() as usize;
        Self { writing, start, is_run_on: bytes.len() > RUN_ON, longest_line }
    }

    /// Whether the word with a capital at `at` may begin a sentence that nothing but a blank parts from the one before,
    /// which began at `sentence`. Where all is capitals, a capital is no sign; elsewhere it is one on a word that has
    /// none of its own, on a day that heads a report ("Ferry sinks Friday, May 3, 2019"), and behind what is short enough
    /// for a heading where paragraphs were lost. But not "Valley Queen Dairy".
    pub(crate) fn may_open(
        self,
        lexicon: &Lexicon,
        text: &[u8],
        sentence: usize,
        at: usize,
        end: usize,
    ) -> bool {
        self.writing == Writing::Usual
            && (self.is_run_on && at - sentence <= LONGEST_HEADING
                || lexicon.is_usually_small(words::hash_behind(text, at, end))
                || words::is_day(&text[at..end]))
    }

    /// Whether a candidate is worth asking about.
    pub(crate) fn asks(self, text: &[u8], candidate: &Candidate) -> bool {
        if candidate.kind != Kind::Bare {
            // "4. Buy a diamond necklace.": an item keeps its number. But not "He was born in 1989."
            return candidate.breaks_line
                || candidate.stop - candidate.sentence > 3
                || !text[candidate.sentence..candidate.stop].iter().all(u8::is_ascii_digit);
        }
        if candidate.breaks_line {
            return true;
        }
        // Behind a mark: "at the pier Image: Ana Bell", "OUTLOOK: Rain". What a letter or digit ends has been asked
        // about by `may_open`, unless a mark opens what follows.
        self.writing == Writing::Usual && !is_bullet(text, candidate) && !is_at_dated_dash(text, candidate)
    }
}

/// Whether all that would end is the dash or bullet of an item, which keeps it.
fn is_bullet(text: &[u8], c: &Candidate) -> bool {
    matches!(
        &text[c.sentence..c.end],
        [b'-' | b'*' | b'+' | b'>']
            | [b'-', b'-']
            | [0xc2, 0xb7]
            | [0xe2, 0x80, 0x93..=0x95 | 0xa2]
            | [0xe2, 0x96 | 0x97, _]
    )
}

/// Whether a place lies beside the dash of a dateline with its day, which stays with what it brings: "OSLO, March 2 - The".
fn is_at_dated_dash(text: &[u8], c: &Candidate) -> bool {
    let dated = match (&text[c.sentence..c.stop], &text[c.next..]) {
        ([dated @ .., b' ', b'-'] | [dated @ .., b' ', b'-', b'-'], _) => dated,
        (dated, [b'-', b' ', ..] | [b'-', b'-', b' ', ..]) => dated,
        _ => return false,
    };
    words::ends_in_day_of_month(dated)
}
