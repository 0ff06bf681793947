//! Who the words that name a speaker mean: an entity of the article, several, or a description. It must not
//! know what they said.

use super::assemble::Findings;
use super::nominal::Nominals;
use super::{Method, Speaker};
use crate::entity::{EntityKind, Mention, MentionKind};
use crate::lexicon::{Word, WordSet};
use crate::text::Span;
use crate::token::{self, Token};

/// Pronouns that point to one person, and those that may point to a body or to several.
const PERSONAL: &str = "he\nshe\nhim\nher\nhis\nhers\nhimself\nherself";
const RELATIVE: &str = "who\nwhom\nwhose\nwhich\nthat";
const OTHER: &str = "they\nit\nthem\ntheir\nits\nwe\ni\nme\nus\nyou\nthose\nthis";
/// Finds out who a speaker is.
#[derive(Clone, Debug)]
pub(crate) struct Resolver {
    personal: WordSet,
    relative: WordSet,
    other: WordSet,
    determiners: WordSet,
    and: Word,
    nominals: Nominals,
}

impl Resolver {
    pub(crate) fn new() -> Self {
        Self {
            personal: WordSet::compile(PERSONAL),
            relative: WordSet::compile(RELATIVE),
            other: WordSet::compile(OTHER),
            determiners: WordSet::compile(super::lexicon::DETERMINERS),
            and: Word::new("and"),
            nominals: Nominals::new(),
        }
    }

    /// Appends the speaker, or the speakers, that `mention` names. `earlier` is who spoke before.
    pub(crate) fn resolve(
        &self,
        findings: &Findings<'_>,
        mention: Span,
        earlier: Option<Speaker>,
        speakers: &mut Vec<Speaker>,
    ) {
        let tokens = findings.context.tokens;
        let words = &tokens[token::within(tokens, mention)];
        let Some(first) = words.first() else { return };
        let single = words.len() == 1;
        let person = |entity: &u32| findings.entities.entities[*entity as usize].kind == EntityKind::Person;
        let described = earlier.and_then(|speaker| speaker.description.filter(|_| speaker.entity.is_none()));
        let earlier = earlier.and_then(|speaker| speaker.entity);
        let mut description = None;
        let referent = if single && self.personal.contains(first.word) {
            let named = self.last_person(findings, mention);
            // "A homeless man said … He said": nobody was named since.
            description = described.filter(|described| {
                let words = &tokens[token::within(tokens, *described)];
                named.is_none_or(|named| named.span.start() < described.start())
                    && self.nominals.is_person(findings.context.document.text(), words)
            });
            let named = named.map(|mention| mention.entity).or(earlier.filter(person));
            named.filter(|_| description.is_none())
        } else if single && self.relative.contains(first.word) {
            before(findings, mention.start()).next().map(|found| found.entity)
        } else if single && self.other.contains(first.word) {
            earlier.filter(|entity| !person(entity))
        } else {
            return self.named(findings, mention, words, speakers);
        };
        speakers.push(Speaker {
            mention: Some(mention),
            entity: referent,
            description,
            method: if referent.is_some() || description.is_some() {
                Method::Reference
            } else {
                Method::Named
            },
            confidence: None,
        });
    }

    /// Appends the speaker of a quotation inside of another's words, named by the word at `mention`, if that names
    /// anybody: a pronoun, or the end of a name. `own` is who says "I" there.
    pub(crate) fn resolve_within(
        &self,
        findings: &Findings<'_>,
        mention: Span,
        own: Option<u32>,
        speakers: &mut Vec<Speaker>,
    ) {
        let tokens = findings.context.tokens;
        let Some(word) = tokens[token::within(tokens, mention)].first() else { return };
        if self.personal.contains(word.word) || self.other.contains(word.word) {
            let text = findings.context.document.text();
            let entity = own.filter(|_| matches!(word.of(text), "I" | "me"));
            speakers.push(Speaker {
                mention: Some(mention),
                entity,
                description: None,
                method: if entity.is_some() { Method::Reference } else { Method::Named },
                confidence: None,
            });
            return;
        }
        let name = before(findings, mention.end()).next().filter(|found| found.span.contains(mention));
        if let Some(found) = name {
            self.resolve(findings, found.span, None, speakers);
        }
    }

    /// Who "he" is: the last person named in the sentence before, else whoever spoke.
    fn last_person<'a>(&self, findings: &Findings<'a>, pronoun: Span) -> Option<&'a Mention> {
        let paragraph = findings.context.document.paragraphs();
        let at = paragraph.partition_point(|p| p.span.end() <= pronoun.start());
        let near = paragraph.get(at.saturating_sub(1))?.span.start();
        before(findings, pronoun.start()).take_while(|found| found.span.start() >= near).find(|found| {
            let kind = findings.entities.entities[found.entity as usize].kind;
            kind == EntityKind::Person && !in_quotes(findings, found.span)
        })
    }

    /// Speakers whose name stands here.
    fn named(&self, findings: &Findings<'_>, mention: Span, words: &[Token], speakers: &mut Vec<Speaker>) {
        let text = findings.context.document.text();
        let described = words
            .first()
            .is_some_and(|first| self.determiners.contains(first.word) || !first.is_capitalized(text));
        let head_end = words
            .iter()
            .find(|word| matches!(word.of(text), "," | "(" | "--" | "—" | "–"))
            .map_or(mention.end(), |comma| comma.span.start());
        let start = speakers.len();
        for found in inside(findings, mention) {
            let kind = findings.entities.entities[found.entity as usize].kind;
            let speaks = matches!(
                kind,
                EntityKind::Person | EntityKind::Organization | EntityKind::Location | EntityKind::Group
            );
            if !speaks || found.kind == MentionKind::Pronoun {
                continue;
            }
            let joined = match speakers[start..].last().and_then(|last| last.mention) {
                None => true,
                Some(last) => {
                    let between = Span::new(last.end().min(found.span.start()), found.span.start());
                    let between = &findings.context.tokens[token::within(findings.context.tokens, between)];
                    kind == EntityKind::Person
                        && between.iter().any(|token| token.word == self.and)
                        && between.len() <= 8
                }
            };
            // "The mayor, Nora Whitfield,": who is described is named behind the comma.
            let apposed = || {
                let at = token::first_at(words, found.span.start());
                let end = token::first_at(words, found.span.end());
                let comma = |word: &Token| word.of(text) == ",";
                at.checked_sub(1)
                    .is_some_and(|before| comma(&words[before]) && words[before].span.start() == head_end)
                    && words.get(end).is_none_or(comma)
            };
            if described && kind == EntityKind::Person && apposed() {
                speakers.truncate(start);
                speakers.push(Speaker {
                    mention: Some(mention),
                    entity: Some(found.entity),
                    description: None,
                    method: Method::Named,
                    confidence: None,
                });
                break;
            }
            if joined && (found.span.start() < head_end || start < speakers.len()) {
                speakers.push(Speaker {
                    mention: Some(found.span),
                    entity: Some(found.entity),
                    description: None,
                    method: Method::Named,
                    confidence: None,
                });
            } else if kind == EntityKind::Person
                && found.span.end() <= head_end
                && speakers.len() == start + 1
                && !described
            {
                // "Clinton spokesman Brian Fallon": the last person before the comma is the one.
                speakers[start].entity = Some(found.entity);
            }
        }
        match &mut speakers[start..] {
            [] => {
                let referent = self.nominals.referent(findings, mention, words, speakers);
                let (entity, description) = referent.unwrap_or((None, Some(mention)));
                let method = if referent.is_some() { Method::Reference } else { Method::Named };
                speakers.push(Speaker {
                    mention: Some(mention),
                    entity,
                    description,
                    method,
                    confidence: None,
                });
            }
            [only] => {
                only.mention = Some(mention);
                // "a spokesman for the ministry" is not the ministry.
                let person = only.entity.is_some_and(|entity| {
                    findings.entities.entities[entity as usize].kind == EntityKind::Person
                });
                if described
                    && !person
                    && words.iter().any(|word| {
                        !word.is_capitalized(text)
                            && matches!(
                                word.of(text),
                                "for" | "at" | "of" | "from" | "in" | "with" | "on" | "'s" | "’s" | "´s"
                            )
                    })
                {
                    only.entity = None;
                    only.description = Some(mention);
                }
            }
            _ => {}
        }
    }
}

/// The mentions before an offset, the nearest first.
pub(super) fn before<'a>(
    findings: &Findings<'a>,
    offset: u32,
) -> impl Iterator<Item = &'a Mention> + use<'a> {
    let entities = findings.entities;
    let end =
        entities.by_position.partition_point(|&at| entities.mentions[at as usize].span.start() < offset);
    entities.by_position[..end]
        .iter()
        .rev()
        .map(|&at| &entities.mentions[at as usize])
        .filter(|mention| mention.kind != MentionKind::Pronoun)
}

/// The mentions inside a span, in order.
fn inside<'a>(findings: &Findings<'a>, span: Span) -> impl Iterator<Item = &'a Mention> + use<'a> {
    let entities = findings.entities;
    let start = entities
        .by_position
        .partition_point(|&at| entities.mentions[at as usize].span.start() < span.start());
    entities.by_position[start..]
        .iter()
        .map(|&at| &entities.mentions[at as usize])
        .take_while(move |mention| mention.span.start() < span.end())
        .filter(move |mention| span.contains(mention.span))
}

fn in_quotes(findings: &Findings<'_>, span: Span) -> bool {
    let tokens = findings.context.tokens;
    let after = findings.stretches.partition_point(|s| tokens[s.first as usize].span.start() <= span.start());
    after.checked_sub(1).is_some_and(|at| {
        let stretch = &findings.stretches[at];
        tokens[stretch.end as usize - 1].span.end() >= span.end()
    })
}
