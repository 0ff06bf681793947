//! Names of works between marks: CNN's "State of the Union", on "Meet the Press". They are nobody's words, though they
//! stand where words that are reported stand too. It must not know any model.

use super::item::{BODY, DAY, is_title};
use crate::entity::Context;
use crate::lexicon::WordSet;
use crate::token::{Token, TokenKind};

/// Nouns for works.
const NOUNS: &str = include_str!("../../data/quote-works.txt");

/// Longest name of a work, in tokens.
const MOST_TOKENS: usize = 12;

pub(super) fn nouns() -> WordSet {
    WordSet::compile(NOUNS)
}

/// Whether the marked tokens `first..end` name a work: written like a title, and beside a noun for works, behind the
/// possessive of a body or a day, or behind "on". `names` has the kind of entity of each token.
pub(super) fn is_named(
    nouns: &WordSet,
    context: &Context<'_>,
    names: &[u8],
    first: usize,
    end: usize,
) -> bool {
    let text = context.document.text();
    let tokens = context.tokens;
    if tokens[first].starts_line() || end - first > MOST_TOKENS || !is_title(text, &tokens[first..end]) {
        return false;
    }
    let Some(inner) = tokens.get(first + 1..end - 1) else { return false };
    let opens = |token: &Token| token.kind == TokenKind::Number || token.is_capitalized(text);
    if !inner.first().is_some_and(opens) || !is_smooth(text, inner) {
        return false;
    }
    let before = |back: usize| first.checked_sub(back).map(|at| &tokens[at]);
    let behind = |ahead: usize| tokens.get(end + ahead).filter(|token| !token.starts_line());
    let is_noun = |token: Option<&Token>| token.is_some_and(|token| nouns.contains(token.word));
    let is = |token: Option<&Token>, written: &[&str]| {
        token.is_some_and(|token| written.contains(&token.of(text)))
    };
    let owner = first.checked_sub(2).and_then(|at| names.get(at)).map(|name| name / 2);
    let words =
        inner.iter().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Number)).count();
    let possessed = is(before(1), &["'s", "’s", "'", "’"]) && matches!(owner, Some(BODY | DAY));
    // "his memoir, “Gifted Hands,”"; "a “Fast Cars” movie"; "her “Late Ferry” radio show".
    let beside = is_noun(before(1)) || is(before(1), &[","]) && is_noun(before(2));
    let word = behind(0).is_some_and(|token| token.kind == TokenKind::Word);
    let in_front = word && !is(inner.last(), &[",", "."]) && (is_noun(behind(0)) || is_noun(behind(1)));
    possessed || beside || in_front || words > 1 && is(before(1), &["on"])
}

/// Whether nothing but a comma or a stop at its end breaks it.
fn is_smooth(text: &str, inner: &[Token]) -> bool {
    let last = inner.len() - 1;
    inner.iter().enumerate().all(|(at, token)| {
        let written = token.of(text);
        match token.kind {
            TokenKind::Punctuation => {
                !matches!(written, "?" | "!" | ";" | ":" | "..." | "…")
                    && (at == last || !matches!(written, "," | "."))
            }
            TokenKind::Quote | TokenKind::Word | TokenKind::Number | TokenKind::Symbol => true,
        }
    })
}
