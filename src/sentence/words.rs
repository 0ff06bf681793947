//! The words around a candidate, read from the bytes themselves: tokens would cost more than everything else
//! here together. It must not know what the words decide.

use super::bytes::{self, Class};
use super::lexicon::{Lexicon, Traits};
use crate::lexicon::{FoldedHasher, Word, calendar};

/// How a word is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Shape {
    /// There is no word.
    #[default]
    None,
    /// "harbour"
    Lower,
    /// "a"
    LowerSingle,
    /// "Harbour", "McCoy"
    Title,
    /// "J"
    Single,
    /// "NATO"
    Upper,
    /// "iPhone", "NATO's"
    Mixed,
    /// "p.m"
    DottedLower,
    /// "U.S", "Ph.D"
    DottedUpper,
    /// "1989"
    Digits,
    /// "1st", "50s"
    Alphanumeric,
    /// "A4", "IE6"
    UpperAlphanumeric,
    /// No letter or digit at all.
    Mark,
}

/// A word near a candidate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Near {
    /// The word with case folded; 0 if there is none.
    pub(super) hash: u64,
    pub(super) shape: Shape,
    pub(super) traits: Traits,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Longest stretch that is read as one word.
const LONGEST: usize = 40;

/// The word that ends at `end`, not before `floor`.
pub(super) fn before(lexicon: &Lexicon, text: &[u8], end: usize, floor: usize) -> Near {
    let floor = floor.max(end.saturating_sub(LONGEST));
    let mut start = end;
    while start > floor && in_word(text, start - 1) {
        start -= 1;
    }
    // A word begins and ends with what a word is made of, not with a joint.
    while start < end && is_joint(text[start]) {
        start += 1;
    }
    // Continuation bytes of a character that was cut off.
    while start < end && text[start] & 0xc0 == 0x80 {
        start += 1;
    }
    let mut hasher = FoldedHasher::default();
    let mut counts = 0;
    for &byte in &text[start..end] {
        hasher.write_ascii(byte);
        counts += KINDS[usize::from(byte)];
    }
    near(lexicon, text, [start, end], hasher.finish(), counts)
}

/// The word that begins at `start`, not after `ceiling`.
pub(super) fn behind(lexicon: &Lexicon, text: &[u8], start: usize, ceiling: usize) -> Near {
    let (hash, counts, end) = read(text, start, ceiling);
    near(lexicon, text, [start, end], hash, counts)
}

/// Only the word that begins at `start`, not after `ceiling`.
pub(super) fn hash_behind(text: &[u8], start: usize, ceiling: usize) -> Word {
    read(text, start, ceiling).0
}

/// Reads the word that begins at `start`, not after `ceiling`; with the [`KINDS`] of its bytes, and where it ends.
#[inline]
fn read(text: &[u8], start: usize, ceiling: usize) -> (Word, u64, usize) {
    let ceiling = ceiling.min(start + LONGEST);
    let mut hasher = FoldedHasher::default();
    let mut counts = 0;
    let mut at = start;
    while at < ceiling && in_word(text, at) {
        // A joint stands alone, and no word ends with it: "Well...I".
        let joins = |at| at < ceiling && !is_joint(text[at]) && in_word(text, at);
        if is_joint(text[at]) && !joins(at + 1) {
            break;
        }
        hasher.write_ascii(text[at]);
        counts += KINDS[usize::from(text[at])];
        at += 1;
    }
    (hasher.finish(), counts, at)
}

const fn is_joint(byte: u8) -> bool {
    matches!(byte, b'.' | b'\'')
}

/// Whether a day of the week begins here, with a comma behind it.
pub(super) fn is_day(text: &[u8]) -> bool {
    let may_be_day =
        |three: &[u8; 3]| matches!(three, b"Mon" | b"Tue" | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun");
    text.first_chunk::<3>().is_some_and(may_be_day) && {
        let comma = text.iter().take("Wednesday,".len()).position(|&byte| byte == b',');
        matches!(
            &text[..comma.unwrap_or(0)],
            b"Monday" | b"Tuesday" | b"Wednesday" | b"Thursday" | b"Friday" | b"Saturday" | b"Sunday"
        )
    }
}

/// Whether a stretch ends with the name of a month and a day: "March 2", "Feb. 26".
pub(super) fn ends_in_day_of_month(stretch: &[u8]) -> bool {
    let Some((month, day)) =
        stretch.iter().rposition(|&byte| byte == b' ').map(|blank| stretch.split_at(blank))
    else {
        return false;
    };
    if !matches!(day, [b' ', b'0'..=b'9'] | [b' ', b'0'..=b'9', b'0'..=b'9']) {
        return false;
    }
    let month = month.strip_suffix(b".").unwrap_or(month);
    let name = month.rsplit(|&byte| byte == b' ').next().unwrap_or_default();
    let mut hasher = FoldedHasher::default();
    name.iter().take(LONGEST).for_each(|&byte| hasher.write_ascii(byte));
    matches!(calendar::name(hasher.finish()), Some(calendar::Name::Month { .. }))
}

/// Whether a day with its year begins here: "Friday, May 3, 2019".
pub(super) fn is_date(text: &[u8]) -> bool {
    is_day(text) && text[..text.len().min(34)].windows(4).any(|four| four.iter().all(u8::is_ascii_digit))
}

/// Whether the byte belongs to a word: letters, digits, dots and apostrophes inside, and any character of
/// several bytes that is not a mark or a blank.
#[inline]
fn in_word(text: &[u8], at: usize) -> bool {
    let byte = text[at];
    if byte < 0x80 {
        return KINDS[usize::from(byte)] != 0;
    }
    // General punctuation is E2 80 xx; typographic apostrophes inside words are cut there, on both sides
    // alike.
    let first = match byte {
        0x80..=0xbf if at >= 2 && text[at - 2] == 0xe2 => at - 2,
        0x80..=0xbf if at >= 1 && text[at - 1] == 0xe2 => at - 1,
        _ => at,
    };
    !matches!(text.get(first..first + 2), Some([0xe2, 0x80] | [0xc2, 0xa0 | 0xab | 0xbb]))
}

/// What a byte of a word counts as, one count a byte: capitals, small letters, digits, dots, apostrophes. Bytes of no
/// word count nothing. [`LONGEST`] keeps the counts apart.
const KINDS: [u64; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'A'..=b'Z' => 1,
            b'a'..=b'z' | 0x80.. => 1 << 8,
            b'0'..=b'9' => 1 << 16,
            b'.' => 1 << 24,
            b'\'' => 1 << 32,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// The word of so many bytes of each kind.
fn near(lexicon: &Lexicon, text: &[u8], [start, end]: [usize; 2], hash: Word, counts: u64) -> Near {
    if start == end {
        return Near { start, end, ..Near::default() };
    }
    let word = &text[start..end];
    let [upper, lower, digits, dots, ..] = counts.to_le_bytes();
    let starts_upper = word[0].is_ascii_uppercase() || is_upper_wide(word);
    let shape = match (upper, lower, digits) {
        (0, 0, 0) => Shape::Mark,
        (0, 0, _) => Shape::Digits,
        (_, _, 1..) if starts_upper => Shape::UpperAlphanumeric,
        (_, _, 1..) => Shape::Alphanumeric,
        (0, ..) if dots > 0 => Shape::DottedLower,
        _ if dots > 0 => Shape::DottedUpper,
        (0, 1, 0) => Shape::LowerSingle,
        (0, ..) if !starts_upper => Shape::Lower,
        (1, 0, 0) => Shape::Single,
        (_, 0, 0) => Shape::Upper,
        // "McCoy", "MacDonald" and "O'Hara" are capitalised words like any other.
        (0 | 1, ..) if starts_upper => Shape::Title,
        _ if starts_upper
            && word.get(1).is_some_and(|&second| second.is_ascii_lowercase() || second == b'\'') =>
        {
            Shape::Title
        }
        _ => Shape::Mixed,
    };
    Near { hash: hash.bits(), shape, traits: lexicon.traits(hash), start, end }
}

/// "É", "Š": a capital of Latin, Greek or Cyrillic letters beyond ASCII.
fn is_upper_wide(word: &[u8]) -> bool {
    word[0] >= 0xc3
        && word
            .utf8_chunks()
            .next()
            .and_then(|chunk| chunk.valid().chars().next())
            .is_some_and(char::is_uppercase)
}

/// Marks that open what follows: quotation marks, brackets, dashes, bullets. Gives the first of them, or 0,
/// and where they end.
pub(super) fn openers(text: &[u8], start: usize) -> (u8, usize) {
    let mut at = start;
    let mut first = 0;
    for _ in 0..4 {
        let (sort, width) = match &text[at..] {
            [b'"', ..] | [0xe2, 0x80, 0x9c..=0x9e, ..] | [0xc2, 0xab, ..] => (1, bytes::width(text[at])),
            [b'\'' | b'`', ..] | [0xe2, 0x80, 0x98..=0x9b, ..] => (2, bytes::width(text[at])),
            [b'(' | b'{', ..] => (3, 1),
            [b'[', ..] => (4, 1),
            [b'-', ..] | [0xe2, 0x80, 0x90..=0x95, ..] => (5, bytes::width(text[at])),
            [b'*' | b'#' | b'>' | b'<' | b'_' | b'=' | b'~' | b'+', ..] => (6, 1),
            [0xe2, 0x80, 0xa2, ..] | [0xe2, 0x96 | 0x97, _, ..] => (7, 3),
            [b' ', ..] if at > start => (0, 1),
            [byte, ..] if at == start && *byte < 0x80 && !byte.is_ascii_alphanumeric() => {
                return (8, at);
            }
            _ => break,
        };
        if first == 0 {
            first = sort;
        }
        at += width;
    }
    (first, at)
}

/// Where the word before a place ends, over blanks and lesser marks, and whether anything lay between.
pub(super) fn skip_back(text: &[u8], from: usize, floor: usize) -> usize {
    let floor = floor.max(from.saturating_sub(6));
    let mut at = from;
    while at > floor && bytes::class(text[at - 1]) == Class::Blank {
        at -= 1;
    }
    at
}

/// Where the next word begins, over blanks.
pub(super) fn skip_on(text: &[u8], from: usize, ceiling: usize) -> usize {
    let ceiling = ceiling.min(from + 6);
    let mut at = from;
    while at < ceiling && bytes::class(text[at]) == Class::Blank {
        at += 1;
    }
    at
}
