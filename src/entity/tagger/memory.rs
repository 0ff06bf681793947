//! What an article says of its own words: how each is written elsewhere in it, and what the first reading
//! took it for. It must not know weights.

use super::labels::{CLASSES, class_number, is_inside};
use crate::lexicon::{FastMap, Sieve, Word, combine, mix};
use crate::token::{Case, Token};

/// Written small, outside of headlines in capitals.
const SMALL: u8 = 1;
/// Written with one capital where a small letter could have stood.
const CAPITAL: u8 = 2;
/// Written in capitals, outside of headlines in capitals.
const CAPITALS: u8 = 4;

/// What is known of one word of the article.
#[derive(Clone, Copy, Debug, Default)]
struct Record {
    writings: u8,
    /// How often the first reading gave the word a label of each class.
    taken_for: [u16; CLASSES],
    /// How often as the last word of a person's name of two words or more, and how often as the first.
    surname: u16,
    given: u16,
}

/// Words of an article that are written with a capital somewhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    words: FastMap<Word, Record>,
    /// Lets the same words pass.
    watched: Sieve,
    /// Pairs of words that the first reading took for one name: how often for each class.
    pairs: FastMap<u64, [u16; CLASSES]>,
}

impl Memory {
    /// Forgets the article and keeps the memory.
    pub(crate) fn clear(&mut self) {
        let Self { words, watched, pairs } = self;
        words.clear();
        watched.clear();
        pairs.clear();
    }

    /// Makes room for a word that is worth remembering.
    pub(crate) fn watch(&mut self, word: Word) {
        self.watched.add(word);
        self.words.entry(word).or_default();
    }

    /// Takes note of how a token is written, if its word is watched.
    #[inline]
    pub(crate) fn note_writing(&mut self, token: &Token, starts: bool) {
        if !self.watched.passes(token.word) {
            return;
        }
        let writing = match token.case {
            Case::Lower => SMALL,
            Case::Title if !starts => CAPITAL,
            Case::Upper if token.span.len() > 1 => CAPITALS,
            Case::Title | Case::Upper | Case::Mixed | Case::None => return,
        };
        if let Some(record) = self.words.get_mut(&token.word) {
            record.writings |= writing;
        }
    }

    /// How the word is written in the article, as a set.
    #[inline]
    pub(crate) fn writings(&self, word: Word) -> u8 {
        self.words.get(&word).map_or(0, |record| record.writings)
    }

    /// Takes note of what the first reading made of a stretch of tokens.
    pub(crate) fn note_labels(&mut self, tokens: &[Token], labels: &[u8]) {
        for (index, (token, &label)) in tokens.iter().zip(labels).enumerate() {
            let goes_on = labels.get(index + 1).is_some_and(|&next| is_inside(next));
            if let Some(record) = self.words.get_mut(&token.word) {
                let count = &mut record.taken_for[usize::from(class_number(label))];
                *count = count.saturating_add(1);
                if class_number(label) == 1 && (goes_on || is_inside(label)) {
                    let part = if goes_on { &mut record.given } else { &mut record.surname };
                    *part = part.saturating_add(1);
                }
            }
            if goes_on {
                let pair = self.pairs.entry(pair_key(token, &tokens[index + 1])).or_default();
                let count = &mut pair[usize::from(class_number(label))];
                *count = count.saturating_add(1);
            }
        }
    }

    /// What the article elsewhere tells of the token at `index` of a stretch. `labels` are those that the
    /// first reading gave to the stretch; `noted` says whether they were taken note of, so that they do not
    /// count as their own witnesses.
    pub(crate) fn features(
        &self,
        tokens: &[Token],
        index: usize,
        labels: &[u8],
        noted: bool,
        out: &mut Vec<u64>,
    ) {
        let mut put = |id: u64, value: u64| out.push(combine(mix(768 + id), value));
        let here = labels[index];
        let before = index.checked_sub(1).map_or(0, |at| labels[at]);
        let after = labels.get(index + 1).copied().unwrap_or(0);
        let label = |label: u8| u64::from(label);
        put(0, label(here));
        put(1, label(before) << 8 | label(here) << 4 | label(after));
        let Some(record) = self.words.get(&tokens[index].word) else { return };
        let mut elsewhere = record.taken_for;
        let class = usize::from(class_number(here));
        elsewhere[class] = elsewhere[class].saturating_sub(u16::from(noted));
        let verdict = majority(&elsewhere);
        put(2, verdict);
        put(3, verdict << 8 | label(here));
        put(4, verdict << 8 | tokens[index].case as u64);
        let goes_on = is_inside(after);
        let person = noted && class == 1;
        let surname = record.surname.saturating_sub(u16::from(person && is_inside(here) && !goes_on));
        let given = record.given.saturating_sub(u16::from(person && goes_on));
        put(5, u64::from(surname.min(2)) << 4 | u64::from(given.min(2)));
        put(6, (u64::from(surname.min(2)) << 4 | u64::from(given.min(2))) << 8 | label(here));
        if let Some(next) = tokens.get(index + 1) {
            put(7, self.pair_verdict(&tokens[index], next, (noted && goes_on).then_some(class)));
        }
        if index > 0 {
            put(
                8,
                self.pair_verdict(
                    &tokens[index - 1],
                    &tokens[index],
                    (noted && is_inside(here)).then_some(class),
                ),
            );
        }
    }

    fn pair_verdict(&self, left: &Token, right: &Token, own: Option<usize>) -> u64 {
        let mut counts = self.pairs.get(&pair_key(left, right)).copied().unwrap_or_default();
        if let Some(class) = own {
            counts[class] = counts[class].saturating_sub(1);
        }
        majority(&counts)
    }
}

fn pair_key(left: &Token, right: &Token) -> u64 {
    combine(left.word.bits(), right.word.bits())
}

/// The class most often seen, how often (once, twice, more) and whether others were seen too.
fn majority(counts: &[u16; CLASSES]) -> u64 {
    let total: u32 = counts.iter().map(|&count| u32::from(count)).sum();
    let Some((class, &most)) = (0_u64..).zip(counts).max_by_key(|&(class, &count)| (count, class)) else {
        return 0;
    };
    if total == 0 {
        return 0;
    }
    let most = u32::from(most);
    let unity = if most == total { 2 } else { u64::from(most * 3 >= total * 2) };
    1 + (class << 4 | u64::from(most.min(3)) << 2 | unity)
}
