//! Stretches of tokens that can hold a name: tokens with a capital or digits, what is glued to them, and gaps
//! of up to two other tokens between them. All else is fixed to O unread. It must not know weights.

use super::features::is_core;
use super::knowledge::Knowledge;
use crate::token::{Case, Token, TokenKind};
use std::ops::Range;

/// Longest gap, in tokens.
const GAP: usize = 2;

/// Appends the candidate stretches among `tokens` to `out`, in order; they never touch.
///
/// With `small`, words that this knowledge has as names count as such when they are written small too.
pub(crate) fn segments(text: &str, tokens: &[Token], small: Option<&Knowledge>, out: &mut Vec<Range<usize>>) {
    let mut open: Option<Range<usize>> = None;
    let mut has_core = false;
    for index in 0..tokens.len() {
        let is_small = small.is_some_and(|knowledge| is_small_name(&tokens[index], knowledge));
        let core = is_small || is_core(&tokens[index]);
        if !core && tokens[index].kind != TokenKind::Number {
            continue;
        }
        let start = if is_small {
            index.saturating_sub(1)
        } else if core {
            reach_left(text, tokens, index)
        } else {
            index
        };
        let end = if core { reach_right(tokens, index) } else { index + 1 };
        match &mut open {
            Some(range) if start <= range.end + GAP => range.end = range.end.max(end),
            _ => {
                out.extend(open.take().filter(|_| has_core));
                has_core = false;
                open = Some(start..end);
            }
        }
        has_core |= core;
    }
    out.extend(open.filter(|_| has_core));
}

/// "paris", "facebook"; not "reading", which is mostly no name, nor "la".
fn is_small_name(token: &Token, knowledge: &Knowledge) -> bool {
    token.kind == TokenKind::Word
        && token.case == Case::Lower
        && token.span.len() > 2
        && knowledge.is_name_even_small(token.word)
}

/// Over particles ("van der Sar", "al-Risala") and prefixes ("pro-Soviet").
fn reach_left(text: &str, tokens: &[Token], core: usize) -> usize {
    let mut start = core;
    while start > 0 && core - start < 4 {
        let (before, here) = (&tokens[start - 1], &tokens[start]);
        let glued = here.is_glued() && before.kind != TokenKind::Quote;
        if !glued && !is_particle(text, before) {
            break;
        }
        start -= 1;
    }
    start
}

/// Over what is glued behind: the stop of "Inc.", "'s", "-based".
fn reach_right(tokens: &[Token], core: usize) -> usize {
    let mut end = core + 1;
    while end < tokens.len() && end - core < 4 && tokens[end].is_glued() {
        end += 1;
    }
    end
}

fn is_particle(text: &str, token: &Token) -> bool {
    token.case == Case::Lower
        && token.span.len() <= 5
        && matches!(
            token.of(text),
            "al" | "ap"
                | "bin"
                | "bint"
                | "da"
                | "das"
                | "de"
                | "del"
                | "della"
                | "den"
                | "der"
                | "di"
                | "do"
                | "dos"
                | "du"
                | "el"
                | "ibn"
                | "la"
                | "le"
                | "los"
                | "ten"
                | "ter"
                | "ul"
                | "van"
                | "vom"
                | "von"
                | "zu"
        )
}

#[cfg(test)]
mod tests {
    use super::segments;
    use crate::text::Span;
    use crate::token::tokenize;

    fn check(text: &str, expected: &[&str]) {
        let mut tokens = Vec::new();
        tokenize(text, Span::of_bytes(0, text.len()), &mut tokens);
        let mut found = Vec::new();
        segments(text, &tokens, None, &mut found);
        let found: Vec<_> = found
            .into_iter()
            .map(|range| tokens[range.start].span.cover(tokens[range.end - 1].span).of(text))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn candidates() {
        check("nothing here at all, not even 12 of 15", &[]);
        check("he met Jan van der Aa today", &["Jan van der Aa"]);
        check("the goalkeeper van der Aa fell", &["van der Aa"]);
        check(
            "the Bank of the North rose while shares of Acme Inc. fell",
            &["Bank of the North", "Acme Inc."],
        );
        check("a pro-Norse, Oslo-based firm's head", &["pro-Norse, Oslo-based"]);
    }
}
