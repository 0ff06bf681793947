//! Names of several words found again word for word where the tagger saw none: "lent **Vander Group** a million". It
//! knows the proposals and the words beside the place.

use super::{ECHOED, words_key};
use crate::entity::identity::Knowledge;
use crate::entity::{Context, EntityKind, Proposal, Source};
use crate::lexicon::{FastMap, Sieve};
use crate::token::{self, Token, TokenKind};

/// Names of more words are not found again: bounds the work a word.
const LONGEST: usize = 6;

/// Appends what is found to `found`. The proposals are in order and do not overlap.
pub(super) fn again(
    context: &Context<'_>,
    knowledge: &Knowledge,
    proposals: &[Proposal],
    (phrases, firsts): (&mut FastMap<u64, EntityKind>, &mut Sieve),
    found: &mut Vec<Proposal>,
) {
    let (text, tokens) = (context.document.text(), context.tokens);
    phrases.clear();
    firsts.clear();
    let mut from = 0;
    for proposal in proposals {
        from += token::count_before(&tokens[from..], proposal.span.start());
        let len = token::count_within(&tokens[from..], proposal.span.end());
        let name = &tokens[from..from + len];
        let kind = matches!(
            proposal.kind,
            EntityKind::Person | EntityKind::Organization | EntityKind::Location | EntityKind::Other
        );
        let all = || name.iter().all(|token| is_named(text, knowledge, token));
        if kind && proposal.source == Source::Tagger && (2..=LONGEST).contains(&len) && all() {
            firsts.add(name[0].word);
            phrases.entry(words_key(name)).or_insert(proposal.kind);
        }
    }
    if phrases.is_empty() {
        return;
    }
    let mut proposals = proposals.iter().peekable();
    let mut behind = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.span.start() < behind || token.kind != TokenKind::Word || !firsts.passes(token.word) {
            continue;
        }
        while proposals.next_if(|proposal| proposal.span.end() <= token.span.start()).is_some() {}
        let free = proposals.peek().map_or(u32::MAX, |next| next.span.start());
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        if free <= token.span.start() || before.is_some_and(|before| is_named(text, knowledge, before)) {
            continue;
        }
        let run = tokens[at..].iter().take(LONGEST + 1);
        let run =
            run.take_while(|token| token.span.end() <= free && is_named(text, knowledge, token)).count();
        let kind =
            (2..=LONGEST).contains(&run).then(|| phrases.get(&words_key(&tokens[at..at + run]))).flatten();
        if let Some(&kind) = kind {
            let span = token.span.cover(tokens[at + run - 1].span);
            let (subtype, value, confidence) = (None, None, Some(ECHOED));
            found.push(Proposal { span, kind, subtype, value, confidence, source: Source::Tagger });
            behind = span.end();
        }
    }
}

/// A word with a capital that is no title, function word or the like.
fn is_named(text: &str, knowledge: &Knowledge, token: &Token) -> bool {
    token.kind == TokenKind::Word
        && token.is_capitalized(text)
        && !token.of(text).starts_with(['\'', '’'])
        && !knowledge.persons.stands_beside_names(token.word)
}
