//! The words of names, as joining compares them. It knows no meaning of a whole name.

use crate::entity::gazetteer::{alternatives, rows};
use crate::lexicon::{FastMap, Word};
use crate::text::chars;
use crate::token::{Case, Token, TokenKind};
use std::ops::Range;

/// A word of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) word: Word,
    /// Its first letter, folded.
    pub(super) letter: char,
    /// Its second, folded.
    pub(super) second: Option<char>,
    pub(super) kind: PartKind,
}

/// What a word does in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartKind {
    /// "Antony", "Blinken".
    Full,
    /// "J.", "J.K."
    Initial,
    /// "van", "al", "of", "the": never a name alone.
    Particle,
    /// "Jr", "Inc": says nothing about who it is.
    Suffix,
}

/// Words that do something else in a name than name.
#[derive(Clone, Debug)]
pub(in crate::entity) struct PartWords {
    of_persons: FastMap<Word, PartKind>,
    of_others: FastMap<Word, PartKind>,
    /// Particles that join names as often as they stand in one.
    joining: [Word; 6],
}

/// The parts of many names in one buffer.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts(Vec<Part>);

impl Part {
    pub(super) fn is_full(&self) -> bool {
        self.kind == PartKind::Full
    }
}

impl PartWords {
    /// The word list that is built into the program.
    pub(in crate::entity) fn builtin() -> Self {
        let mut words = Self {
            of_persons: FastMap::default(),
            of_others: FastMap::default(),
            joining: ["and", "the", "of", "y", "e", "op"].map(Word::new),
        };
        for [names, part, list] in rows(include_str!("../../../data/name-parts.txt")) {
            let kind = if part == "suffix" { PartKind::Suffix } else { PartKind::Particle };
            let map = if names == "person" { &mut words.of_persons } else { &mut words.of_others };
            map.extend(alternatives(list).map(|word| (Word::new(word), kind)));
        }
        words
    }

    /// "van", "al", "ap" in small letters; near misses: "and", "the", "of", which stand between names too.
    pub(super) fn is_small_particle(&self, token: &Token) -> bool {
        token.case == Case::Lower
            && self.of_persons.get(&token.word) == Some(&PartKind::Particle)
            && !self.joining.contains(&token.word)
    }

    /// Whether the word in small letters may stand within the name of a body: "of", "and".
    pub(in crate::entity) fn stands_in_bodies(&self, token: &Token) -> bool {
        self.of_others.contains_key(&token.word) || self.of_persons.contains_key(&token.word)
    }

    fn part(&self, text: &str, token: &Token, of_person: bool) -> Option<Part> {
        if !matches!(token.kind, TokenKind::Word | TokenKind::Number) {
            return None;
        }
        let written = token.of(text);
        let mut letters = written.chars();
        let first = letters.next()?;
        if token.is_glued() && chars::is_apostrophe(first) {
            return None;
        }
        let is_initial = of_person && token.case != Case::None && matches!(letters.next(), None | Some('.'));
        let known = if of_person { &self.of_persons } else { &self.of_others };
        let kind = match known.get(&token.word) {
            Some(&kind) => kind,
            None if is_initial => PartKind::Initial,
            None => PartKind::Full,
        };
        let folded = |c: char| c.to_lowercase().next().unwrap_or(c);
        let second = written.chars().nth(1).map(folded);
        Some(Part { word: token.word, letter: folded(first), second, kind })
    }
}

impl Parts {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Appends the parts of a name and tells where they are.
    pub(super) fn push(
        &mut self,
        words: &PartWords,
        text: &str,
        tokens: &[Token],
        of_person: bool,
    ) -> Range<u32> {
        let narrow = |len: usize| u32::try_from(len).expect("parts are fewer than bytes: this is a bug");
        let start = narrow(self.0.len());
        self.0.extend(tokens.iter().filter_map(|token| words.part(text, token, of_person)));
        start..narrow(self.0.len())
    }

    pub(super) fn of(&self, range: &Range<u32>) -> &[Part] {
        &self.0[range.start as usize..range.end as usize]
    }
}
