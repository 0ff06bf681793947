//! Types that the tagger does not tell apart: peoples, languages, events, laws and products among its other
//! names, man-made places among its places. It knows one name and the words beside it, and joins nothing.

use super::gazetteer::{Gazetteer, alternatives, rows};
use super::{EntityKind, Proposal, Source};
use crate::lexicon::{FastMap, Word, WordSet};
use crate::token::{Token, TokenKind};
use std::ops::Range;

/// Words that tell types.
#[derive(Clone, Debug)]
pub(super) struct KindWords {
    /// By what the tagger took the name for, and the word.
    first: FastMap<(u32, Word), EntityKind>,
    last: FastMap<(u32, Word), EntityKind>,
    speaking: WordSet,
    within: Word,
    language: Word,
}

impl KindWords {
    /// The word lists that are built into the program.
    pub(super) fn builtin() -> Self {
        let mut words = Self {
            first: FastMap::default(),
            last: FastMap::default(),
            speaking: WordSet::compile(SPEAKING),
            within: Word::new("in"),
            language: Word::new("language"),
        };
        for [kind, taken_for, place, list] in rows(include_str!("../../data/kind-heads.txt")) {
            let (Some(kind), Some(taken_for)) =
                (EntityKind::from_name(kind), EntityKind::from_name(taken_for))
            else {
                continue;
            };
            let map = if place == "first" { &mut words.first } else { &mut words.last };
            for word in alternatives(list) {
                map.entry((taken_for as u32, Word::new(word))).or_insert(kind);
            }
        }
        words
    }

    /// The type of a proposal whose tokens are `range`.
    pub(super) fn kind(
        &self,
        gazetteer: &Gazetteer,
        text: &str,
        tokens: &[Token],
        range: &Range<usize>,
        proposal: &Proposal,
    ) -> EntityKind {
        let kind = proposal.kind;
        if !matches!(proposal.source, Source::Tagger | Source::Gazetteer) {
            return kind;
        }
        let name = &tokens[range.clone()];
        let known = gazetteer.meaning(text, name).filter(|meaning| meaning.is_sure());
        let fact = known.map(|meaning| *gazetteer.fact(meaning.fact));
        match fact.map(|fact| fact.kind) {
            Some(EntityKind::Group) if kind != EntityKind::Person => {
                if self.is_spoken(text, tokens, range) {
                    EntityKind::Language
                } else {
                    EntityKind::Group
                }
            }
            // Governments and national teams bear the country's name; the contract keeps the country.
            Some(EntityKind::Location) if fact.is_some_and(|fact| fact.subtype == Some("country")) => {
                EntityKind::Location
            }
            Some(EntityKind::Language) if kind == EntityKind::Other => EntityKind::Language,
            _ => self.by_words(kind, name).unwrap_or(kind),
        }
    }

    /// "spoke **Arabic**", "in **English**,", "the **Welsh** language"; but not "in **English** hands".
    fn is_spoken(&self, text: &str, tokens: &[Token], range: &Range<usize>) -> bool {
        let before = range.start.checked_sub(1).and_then(|at| tokens.get(at));
        let after = tokens.get(range.end);
        let goes_on = after.is_some_and(|token| token.kind == TokenKind::Word && !token.is_capitalized(text));
        before
            .is_some_and(|token| self.speaking.contains(token.word) || token.word == self.within && !goes_on)
            || after.is_some_and(|token| token.word == self.language)
    }

    /// "World Cup", "Hurricane Ida", "Clean Air Act", "Orly Airport". One word alone tells nothing: "Cup".
    fn by_words(&self, kind: EntityKind, name: &[Token]) -> Option<EntityKind> {
        let mut words = name.iter().filter(|token| token.kind == TokenKind::Word);
        let first = words.next()?;
        let last = words.next_back()?;
        let by_last = self.last.get(&(kind as u32, last.word));
        by_last.or_else(|| self.first.get(&(kind as u32, first.word))).copied()
    }
}

/// Words right before the name of a language.
const SPEAKING: &str =
    "speak\nspeaks\nspoke\nspeaking\nspoken\nlearn\nlearned\nlearning\nfluent\nteach\ntaught";
