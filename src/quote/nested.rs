//! Quotations inside of what somebody is quoted with: `“She told me, ‘Go home,’ and I went.”` Who says them is read
//! off the words beside them, which is a rule: the models of this floor read no marked words. It must not know
//! what surrounds the outer marks.

use super::lexicon::Lexicon;
use super::marks::{MarksScratch, Pairer, Stretch};
use crate::entity::Context;
use crate::text::Span;
use crate::token::{Token, TokenKind};
use std::ops::Range;

/// A stretch between marks inside of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nested {
    /// The stretch, its marks included.
    pub(crate) stretch: Stretch,
    /// Index of the stretch around it.
    pub(crate) outer: u32,
    /// The word that reports it, if one does; else it is a term.
    pub(crate) cue: Option<u32>,
    /// The token that could name who is quoted: the one before the cue, or behind it where the quotation came first.
    pub(crate) speaker: Option<u32>,
}

/// Appends the stretches inside of others, in order.
pub(crate) fn find(
    pairer: &Pairer,
    lexicon: &Lexicon,
    context: &Context<'_>,
    stretches: &[Stretch],
    marks: &mut MarksScratch,
    inner: &mut Vec<Stretch>,
    found: &mut Vec<Nested>,
) {
    found.clear();
    for (outer, stretch) in (0..).zip(stretches) {
        let range = stretch.first as usize + 1..stretch.end as usize - usize::from(stretch.closed);
        if !context
            .tokens
            .get(range.clone())
            .is_some_and(|tokens| tokens.iter().any(|t| t.kind == TokenKind::Quote))
        {
            continue;
        }
        pairer.pair_within(context, range.clone(), marks, inner);
        found.extend(inner.iter().filter(|inner| inner.closed).map(|&stretch| {
            let (cue, speaker) = report(lexicon, context, &range, stretch);
            Nested { stretch, outer, cue, speaker }
        }));
    }
}

/// The word of speech beside a stretch, and the token on its other side.
fn report(
    lexicon: &Lexicon,
    context: &Context<'_>,
    range: &Range<usize>,
    stretch: Stretch,
) -> (Option<u32>, Option<u32>) {
    /// "told me, ‘…’": between the cue and the marks stand a comma and a word at most.
    const NEAR: usize = 2;
    let text = context.document.text();
    let tokens = context.tokens;
    let speaks = |token: &Token| {
        token.kind == TokenKind::Word
            && (lexicon.sort(token.word) == Lexicon::SPEECH
                || matches!(token.of(text), "said" | "say" | "says" | "told" | "saying" | "asked"))
    };
    let pause = |token: &Token| matches!(token.of(text), "," | ":");
    let (first, end) = (stretch.first as usize, stretch.end as usize);
    // "He said, ‘Go.’": the nearest word of speech before it.
    let mut at = first;
    if at > range.start && pause(&tokens[at - 1]) {
        at -= 1;
    }
    let before = (range.start..at).rev().take(NEAR).take_while(|&at| tokens[at].kind == TokenKind::Word);
    let narrow = super::item::narrow;
    if let Some(cue) = before.into_iter().find(|&at| speaks(&tokens[at])) {
        let who =
            cue.checked_sub(1).filter(|who| range.contains(who) && tokens[*who].kind == TokenKind::Word);
        return (Some(narrow(cue)), who.map(narrow));
    }
    // "‘Go,’ he said": behind it, with who says it on either side.
    let behind: Vec<usize> =
        (end..range.end).take(NEAR).take_while(|&at| tokens[at].kind == TokenKind::Word).collect();
    match *behind.as_slice() {
        [cue, who] if speaks(&tokens[cue]) => (Some(narrow(cue)), Some(narrow(who))),
        [who, cue] if speaks(&tokens[cue]) => (Some(narrow(cue)), Some(narrow(who))),
        [cue] if speaks(&tokens[cue]) => (Some(narrow(cue)), None),
        _ => (None, None),
    }
}

/// The words of a stretch with its marks, and without.
pub(crate) fn spans(tokens: &[Token], stretch: Stretch) -> Option<(Span, Span)> {
    let whole = tokens.get(stretch.first as usize..stretch.end as usize)?;
    let inner = whole.get(1..whole.len() - 1)?;
    inner.iter().any(|token| matches!(token.kind, TokenKind::Word | TokenKind::Number)).then_some(())?;
    Some((whole.first()?.span.cover(whole.last()?.span), inner.first()?.span.cover(inner.last()?.span)))
}
