//! Names of bodies that the tagger cut short or passed over: "**Lund** United", "the **Children's Learning Fund**".
//! It knows the proposals and the words beside them, and nothing of the rest of the article but whether it is about
//! sport.

use super::{ECHOED, HEADS, LEAST_LETTERS};
use crate::entity::identity::{self, Knowledge};
use crate::entity::{EntityKind, Proposal, Source};
use crate::lexicon::WordSet;
use crate::token::{self, Case, Token, TokenKind};
use std::ops::Range;
use std::sync::LazyLock;

/// Last words that clubs have and towns have not.
static OF_CLUBS: LazyLock<WordSet> = LazyLock::new(|| WordSet::compile(super::OF_CLUBS));

/// The last word of clubs that towns have as well; in articles about sport it is a club's.
const TOWN: &str = "town";

/// Last words of bodies that the tagger takes for places now and then: "**Pelham Trust** was bought"; near misses:
/// "West Bank", "Soviet Union", "Russian Federation".
static OF_BODIES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "orchestra\nphilharmonic\nopera\nsymphony\nballet\ntrust\nfund\nfoundation\ninstitute\ncommittee\ncommission\n\
         association\nsociety\ninc\ncorp\nltd\nplc",
    )
});

/// Heads of bodies whose members or objects stand behind "of" or "for"; near miss: "the Board of Hale Libraries", which
/// is a part of that body.
static OF_MEMBERS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "friends\nsociety\nassociation\nfederation\nconfederation\ninstitute\nunion\nleague\nfoundation\nalliance\nfund\ntrust",
    )
});

/// So many words are looked at before the last of a body's name.
const LONGEST: usize = 6;

/// Mends the proposals, which are in order and do not overlap, and appends to `found` what they lack.
pub(super) fn mend(
    text: &str,
    tokens: &[Token],
    knowledge: &Knowledge,
    proposals: &mut [Proposal],
    found: &mut Vec<Proposal>,
) {
    let (mut from, mut sport) = (0, None);
    for at in 0..proposals.len() {
        let proposal = proposals[at];
        let named = matches!(
            proposal.kind,
            EntityKind::Person | EntityKind::Organization | EntityKind::Location | EntityKind::Other
        );
        if proposal.source != Source::Tagger || !named {
            continue;
        }
        from += token::count_before(&tokens[from..], proposal.span.start());
        let end = from + token::count_within(&tokens[from..], proposal.span.end());
        let taken = proposals.get(at + 1).map(|next| next.span.start());
        if let Some(club) = club_word(text, tokens, end).filter(|club| taken != Some(club.span.start())) {
            let span = proposal.span.cover(club.span);
            proposals[at] = Proposal { span, kind: EntityKind::Organization, subtype: None, ..proposal };
            continue;
        }
        let name = &tokens[from..end];
        if is_body_for(text, tokens, from, proposal.kind) {
            let start = tokens[from - 2].span;
            proposals[at] =
                Proposal { span: start.cover(proposal.span), kind: EntityKind::Organization, ..proposal };
            continue;
        }
        let other = proposal.kind == EntityKind::Other && name.len() > 1;
        if other && name.last().is_some_and(|last| last.of(text) == "Government") {
            proposals[at] = Proposal { kind: EntityKind::Organization, subtype: None, ..proposal };
            continue;
        }
        let Some(last) = name.last().filter(|_| proposal.kind == EntityKind::Location && name.len() > 1)
        else {
            continue;
        };
        let mut in_sport = || *sport.get_or_insert_with(|| identity::is_about_sport(tokens));
        let body = OF_CLUBS.contains(last.word)
            || OF_BODIES.contains(last.word)
            || (last.of(text).eq_ignore_ascii_case(TOWN) && in_sport());
        if body && knowledge.gazetteer.meaning(text, name).is_none() {
            proposals[at] = Proposal { kind: EntityKind::Organization, subtype: None, ..proposal };
        }
    }
    passed_over(text, tokens, proposals, found);
}

/// Whether the head of a body's name stands before the rest of it, which the tagger took for a body alone: "the **Friends
/// of** Hale Libraries"; near misses: "the Government of Norland", "the friends of Hale Libraries".
fn is_body_for(text: &str, tokens: &[Token], start: usize, kind: EntityKind) -> bool {
    let [.., the, head, of] = &tokens[..start] else { return false };
    kind == EntityKind::Organization
        && is_the(text, the)
        && head.case == Case::Title
        && OF_MEMBERS.contains(head.word)
        && matches!(of.of(text), "of" | "for")
}

/// Whether letters in brackets behind a name of several words are its own: "Shelter Now and Prosper (**SNAP**)".
pub(super) fn is_abbreviated(text: &str, tokens: &[Token], name: Range<usize>) -> bool {
    let written = |at: usize| tokens.get(at).map_or("", |token| token.of(text));
    let short = written(name.end + 1);
    let upper = short.len() >= LEAST_LETTERS && !short.chars().any(|c| !c.is_uppercase());
    if name.len() < 2 || written(name.end) != "(" || written(name.end + 2) != ")" || !upper {
        return false;
    }
    let words = || tokens[name.clone()].iter().filter(|token| token.kind == TokenKind::Word);
    let first = |token: &Token| token.of(text).chars().next().and_then(|c| c.to_uppercase().next());
    let all = words().filter_map(first).eq(short.chars());
    all || words().filter(|token| token.is_capitalized(text)).filter_map(first).eq(short.chars())
}

/// "United" behind "Lund", if the name ends there; near miss: "Lund United States Bank".
fn club_word<'t>(text: &str, tokens: &'t [Token], end: usize) -> Option<&'t Token> {
    let word = tokens.get(end).filter(|word| OF_CLUBS.contains(word.word) && word.is_capitalized(text))?;
    let goes_on =
        tokens.get(end + 1).is_some_and(|next| next.kind == TokenKind::Word && next.is_capitalized(text));
    (!goes_on && !word.is_glued()).then_some(word)
}

/// "the **Children's Learning Fund**" where nobody proposes anything; near misses: "the Fund", "A Fund".
fn passed_over(text: &str, tokens: &[Token], proposals: &[Proposal], found: &mut Vec<Proposal>) {
    let mut proposals = proposals.iter().peekable();
    let mut behind = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.case != Case::Title || !HEADS.contains(token.word) {
            continue;
        }
        while let Some(past) = proposals.next_if(|proposal| proposal.span.end() <= token.span.start()) {
            behind = past.span.end();
        }
        let part = |token: &Token| {
            let written = token.of(text);
            let possessive = token.is_glued() && written.starts_with(['\'', '’']);
            (token.kind == TokenKind::Word && token.case == Case::Title) || possessive
        };
        let before = tokens[..at].iter().rev().take(LONGEST);
        let count = before.take_while(|token| part(token) && token.span.start() >= behind).count();
        let start = at - count;
        // "The" is written with a capital where it opens the sentence.
        let start = start + usize::from(count > 0 && is_the(text, &tokens[start]));
        let led = start.checked_sub(1).is_some_and(|before| is_the(text, &tokens[before]));
        let free = proposals.peek().is_none_or(|next| next.span.start() >= token.span.end());
        let goes_on = tokens.get(at + 1).is_some_and(|next| {
            (next.kind == TokenKind::Word && next.is_capitalized(text))
                || matches!(next.of(text), "of" | "for" | "&")
        });
        if start < at && led && free && !goes_on {
            found.push(Proposal {
                span: tokens[start].span.cover(token.span),
                kind: EntityKind::Organization,
                subtype: None,
                value: None,
                confidence: Some(ECHOED),
                source: Source::Tagger,
            });
        }
    }
}

fn is_the(text: &str, token: &Token) -> bool {
    token.of(text).eq_ignore_ascii_case("the")
}
