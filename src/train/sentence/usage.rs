//! Counts in much plain text how each word is used inside sentences: with a capital or without, and whether a
//! stop follows that ends nothing, as behind an abbreviation (after Kiss and Strunk 2006, Punkt; there the
//! counts are taken from the text at hand, here they travel with the model).

use super::super::corpus::GoldDocument;
use crate::lexicon::{FastMap, Word};
use crate::sentence::Usage;

/// Rarer words say nothing.
const FEWEST: u32 = 4;

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    small: u32,
    capital: u32,
    /// Before a blank and a small letter or digit: with and without a stop.
    stopped: u32,
    bare: u32,
    /// Before a stop, and before the stop that ends a paragraph.
    before_stop: u32,
    ends: u32,
    /// At the beginning of a paragraph.
    begins: u32,
}

/// The usage table of the texts, as stored.
pub(super) fn count(documents: &[&GoldDocument]) -> Vec<u8> {
    let mut words: FastMap<Word, Counts> = FastMap::default();
    for document in documents {
        for line in document.text.lines() {
            count_line(line, &mut words);
        }
    }
    let mut places = vec![(0, 0); Usage::PLACES];
    let mut known: Vec<_> = words.into_iter().collect();
    known.sort_by_key(|(word, _)| word.bits());
    for (word, counts) in known {
        let place = &mut places[Usage::place(word, Usage::PLACES)];
        let seen = counts.small + counts.capital + counts.stopped;
        // The commoner of two words that share a place has it.
        if seen >= FEWEST && seen > place.0 {
            *place = (
                seen,
                capital_of(counts) | stop_of(counts) << 3 | end_of(counts) << 5 | begin_of(counts) << 7,
            );
        }
    }
    places.into_iter().map(|(_, value)| value).collect()
}

/// Unknown, and from small letters to capitals.
fn capital_of(counts: Counts) -> u8 {
    let all = counts.small + counts.capital;
    match counts.capital * 100 {
        _ if all < FEWEST => 0,
        hundredfold if hundredfold < 2 * all => 1,
        hundredfold if hundredfold < 10 * all => 2,
        hundredfold if hundredfold < 30 * all => 3,
        hundredfold if hundredfold < 75 * all => 4,
        hundredfold if hundredfold < 95 * all => 5,
        _ => 6,
    }
}

/// Unknown, never, sometimes, as words that are no abbreviation do.
fn end_of(counts: Counts) -> u8 {
    match counts.ends * 100 {
        _ if counts.before_stop < FEWEST => 0,
        hundredfold if hundredfold < 2 * counts.before_stop => 1,
        hundredfold if hundredfold < 15 * counts.before_stop => 2,
        _ => 3,
    }
}

/// Whether paragraphs begin with the word now and then.
fn begin_of(counts: Counts) -> u8 {
    u8::from(counts.begins >= 2 && counts.begins * 10 >= counts.capital + counts.begins)
}

/// Unknown, never, sometimes, mostly.
fn stop_of(counts: Counts) -> u8 {
    let all = counts.stopped + counts.bare;
    match counts.stopped * 100 {
        _ if all < FEWEST => 0,
        hundredfold if hundredfold < 2 * all => 1,
        hundredfold if hundredfold < 50 * all => 2,
        _ => 3,
    }
}

fn count_line(line: &str, words: &mut FastMap<Word, Counts>) {
    // Whether what stands before is inside a sentence.
    let mut inside = false;
    let is_prose = line.len() > 80 && line.ends_with('.');
    let mut is_first = true;
    let mut pieces = line.split_whitespace().peekable();
    while let Some(piece) = pieces.next() {
        let word = piece.trim_end_matches([',', ';']);
        let has_stop = word.ends_with('.');
        let plain = word.trim_end_matches('.');
        let letters = plain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '\''));
        let first = plain.chars().next();
        if let Some(first) = first.filter(|first| letters && first.is_alphabetic()) {
            let counts = words.entry(Word::new(plain)).or_default();
            let shouts = plain.chars().nth(1).is_some() && !plain.chars().any(char::is_lowercase);
            if inside && !shouts {
                *(if first.is_uppercase() { &mut counts.capital } else { &mut counts.small }) += 1;
            }
            if is_prose {
                counts.begins += u32::from(is_first);
                counts.before_stop += u32::from(has_stop && word.len() == piece.len());
                counts.ends += u32::from(has_stop && pieces.peek().is_none());
            }
            let next = pieces.peek().and_then(|next| next.chars().next());
            if next.is_some_and(|next| next.is_lowercase() || next.is_ascii_digit())
                || word.len() < piece.len()
            {
                *(if has_stop { &mut counts.stopped } else { &mut counts.bare }) += 1;
            }
        }
        is_first = false;
        inside = letters && !has_stop && !plain.is_empty();
    }
}
