//! Whom a description means: "the minister" is whoever bears that title, "the ministry" the body of that name,
//! "the spokesman" whoever was described so before. It must not know what they said.

use super::Speaker;
use super::assemble::Findings;
use super::speaker::before;
use crate::entity::{EntityKind, Mention};
use crate::lexicon::{FastMap, Word, WordSet};
use crate::text::Span;
use crate::token::{self, Token, TokenKind};

/// What bodies are called, and the subtype of those that may be meant; `-` where only the name can tell.
const BODIES: &str = include_str!("../../data/quote-bodies.txt");
/// Words that the noun phrase proper ends before.
const TAIL: &str = "of\nfor\nat\nin\nfrom\nwith\non\nto\nand\nwho\nthat\nwhich\nwhose";
/// How many mentions and speakers before a description are asked.
const FARTHEST: usize = 64;

/// Finds out who is described.
#[derive(Clone, Debug)]
pub(super) struct Nominals {
    /// Subtype by the word for a body.
    bodies: FastMap<Word, &'static str>,
    tail: WordSet,
    the: Word,
    articles: WordSet,
}

/// A noun phrase: its last word and what stands before it.
#[derive(Clone, Copy, Debug)]
struct Phrase<'a> {
    head: Word,
    modifiers: &'a [Token],
}

impl Nominals {
    pub(super) fn new() -> Self {
        let entries = crate::lexicon::entries(BODIES).filter_map(|line| line.split_once('\t'));
        Self {
            bodies: entries.map(|(word, subtype)| (Word::new(word), subtype)).collect(),
            tail: WordSet::compile(TAIL),
            the: Word::new("the"),
            articles: WordSet::compile("the\na\nan"),
        }
    }

    /// The entity that a definite description means, or the earlier description of the same.
    pub(super) fn referent(
        &self,
        findings: &Findings<'_>,
        mention: Span,
        words: &[Token],
        known: &[Speaker],
    ) -> Option<(Option<u32>, Option<Span>)> {
        let (first, rest) = words.split_first()?;
        if first.word != self.the {
            return None;
        }
        let phrase = self.phrase(rest)?;
        let entity = before(findings, mention.start())
            .take(FARTHEST)
            .find(|found| self.is_described(findings, found, phrase))
            .map(|found| found.entity);
        if entity.is_some() {
            return Some((entity, None));
        }
        known.iter().rev().take(FARTHEST).find_map(|speaker| {
            let (None, Some(description)) = (speaker.entity, speaker.description) else { return None };
            let tokens = findings.context.tokens;
            let (first, rest) = tokens[token::within(tokens, description)].split_first()?;
            let same = self.articles.contains(first.word) && phrase.fits(self.phrase(rest)?);
            same.then_some((None, Some(description)))
        })
    }

    /// Whether a description can be of one person.
    pub(super) fn is_person(&self, text: &str, words: &[Token]) -> bool {
        let Some((first, rest)) = words.split_first() else { return false };
        self.articles.contains(first.word)
            && self.phrase(rest).is_some_and(|phrase| {
                let head = rest[phrase.modifiers.len()].of(text);
                let several = head.ends_with('s') && !head.ends_with("ss");
                !several && !self.bodies.contains_key(&phrase.head)
            })
    }

    fn phrase<'a>(&self, words: &'a [Token]) -> Option<Phrase<'a>> {
        let end = words
            .iter()
            .position(|word| word.kind != TokenKind::Word || self.tail.contains(word.word))
            .unwrap_or(words.len());
        let (head, modifiers) = words[..end].split_last()?;
        Some(Phrase { head: head.word, modifiers })
    }

    fn is_described(&self, findings: &Findings<'_>, found: &Mention, phrase: Phrase<'_>) -> bool {
        let tokens = findings.context.tokens;
        let entity = &findings.entities.entities[found.entity as usize];
        if entity.kind == EntityKind::Person {
            return findings.entities.titles_of(entity).iter().any(|title| {
                let title = self.phrase(&tokens[token::within(tokens, *title)]);
                title.is_some_and(|title| phrase.fits(title))
            });
        }
        let Some(last) = tokens[token::within(tokens, found.span)].last() else { return false };
        let sort = self.bodies.get(&phrase.head).copied();
        // Most firms are on no list, and what else a body is its name tells.
        let firm =
            sort == Some("company") && entity.subtype.is_none() && !self.bodies.contains_key(&last.word);
        entity.kind == EntityKind::Organization
            && (last.word == phrase.head || (sort.is_some() && entity.subtype == sort) || firm)
    }
}

impl Phrase<'_> {
    /// Whether the other says as much and more: "the minister", "Finance Minister".
    fn fits(self, other: Phrase<'_>) -> bool {
        let says = |word: &Token| other.modifiers.iter().any(|own| own.word == word.word);
        self.head == other.head && self.modifiers.iter().all(says)
    }
}
