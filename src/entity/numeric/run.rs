//! The tokens of one sentence, as a grammar reads them: by index, with nothing beyond the edges. It knows no
//! grammar.

use super::super::Context;
use crate::lexicon::Word;
use crate::text::{Checkpoint, Span};
use crate::token::{self, Case, Token, TokenKind};
use std::ops::{ControlFlow, Range};

/// A run of tokens that no expression leaves: a sentence, or what stands between two, such as a dateline.
/// Indices beyond either edge are allowed and find nothing, so that looking one back from the first is
/// `at.wrapping_sub(1)`.
#[derive(Clone, Copy)]
pub(in crate::entity) struct Run<'a> {
    pub(in crate::entity) text: &'a str,
    pub(in crate::entity) tokens: &'a [Token],
}

impl<'a> Run<'a> {
    pub(in crate::entity) fn get(&self, at: usize) -> Option<&'a Token> {
        self.tokens.get(at)
    }

    /// The token as written; empty beyond the edges.
    pub(in crate::entity) fn str(&self, at: usize) -> &'a str {
        self.get(at).map_or("", |token| token.of(self.text))
    }

    /// The folded word at an index, if a word stands there.
    pub(in crate::entity) fn word(&self, at: usize) -> Option<Word> {
        self.get(at).filter(|token| token.kind == TokenKind::Word).map(|token| token.word)
    }

    pub(in crate::entity) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.get(at).map(|token| token.kind)
    }

    pub(in crate::entity) fn case(&self, at: usize) -> Case {
        self.get(at).map_or(Case::None, |token| token.case)
    }

    /// Whether the token is one of these, case aside.
    pub(in crate::entity) fn is(&self, at: usize, words: &[&str]) -> bool {
        let Some(token) = self.get(at) else { return false };
        let written = token.span.bytes_of(self.text);
        // Few words are of the same length, and telling that costs nothing.
        let mut alike = words.iter().filter(|word| word.len() == written.len());
        alike.any(|word| written.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Whether nothing stands between the token and the one before.
    pub(in crate::entity) fn glued(&self, at: usize) -> bool {
        self.get(at).is_some_and(Token::is_glued)
    }

    /// A dash of any length.
    pub(in crate::entity) fn dash(&self, at: usize) -> bool {
        self.str(at).chars().next().is_some_and(crate::text::chars::is_dash)
    }

    /// A hyphen or dash with nothing on either side: it joins.
    pub(in crate::entity) fn hyphen(&self, at: usize) -> bool {
        self.dash(at) && self.glued(at) && self.glued(at.wrapping_add(1))
    }

    /// Steps over a hyphen that joins.
    pub(in crate::entity) fn past_hyphen(&self, at: usize) -> usize {
        at + usize::from(self.hyphen(at))
    }

    /// Whether the word has a capital and is not the first of the run, where everything has one.
    pub(in crate::entity) fn proper(&self, at: usize) -> bool {
        at > 0 && self.kind(at) == Some(TokenKind::Word) && self.case(at) != Case::Lower
    }

    /// A plain whole number of so many digits.
    pub(in crate::entity) fn digits(&self, at: usize, count: std::ops::RangeInclusive<u32>) -> Option<i16> {
        let token = self.get(at).filter(|token| token.kind == TokenKind::Number)?;
        if !count.contains(&token.span.len()) {
            return None;
        }
        token.of(self.text).parse().ok()
    }

    /// The stretch of a range of tokens.
    pub(in crate::entity) fn span(&self, range: Range<usize>) -> Span {
        self.tokens[range.start].span.cover(self.tokens[range.end - 1].span)
    }
}

/// Calls `read` with each run of the article: every sentence, and what stands between sentences.
pub(in crate::entity) fn each_run(
    context: &Context<'_>,
    checkpoint: &mut dyn Checkpoint,
    mut read: impl FnMut(Run<'_>),
) -> ControlFlow<()> {
    let text = context.document.text();
    let mut rest = context.tokens;
    let mut read_before = |end: u32| {
        let (tokens, later) = rest.split_at(token::count_before(rest, end));
        rest = later;
        if !tokens.is_empty() {
            read(Run { text, tokens });
        }
    };
    for sentence in context.sentences {
        checkpoint.pass()?;
        read_before(sentence.span.start());
        read_before(sentence.span.end());
    }
    checkpoint.pass()?;
    read_before(u32::MAX);
    ControlFlow::Continue(())
}
