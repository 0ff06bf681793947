//! Names by shape and context: runs of capitalised words that titles, given names or telling words speak for.
//! It stands in where no tagger is loaded.

use super::identity::Knowledge;
use super::{Context, EntityKind, Proposal, Source};
use crate::lexicon::{FastSet, Word};
use crate::text::Span;
use crate::token::{self, Token, TokenKind};
use std::ops::Range;

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct NamesScratch {
    runs: Vec<(Range<usize>, usize)>,
    surnames: FastSet<Word>,
}

/// Proposes persons and organizations.
pub(super) fn find(
    context: &Context<'_>,
    knowledge: &Knowledge,
    scratch: &mut NamesScratch,
    out: &mut Vec<Proposal>,
) {
    let (text, tokens) = (context.document.text(), context.tokens);
    let NamesScratch { runs, surnames } = scratch;
    runs.clear();
    surnames.clear();
    for sentence in context.sentences {
        let range = token::within(tokens, sentence.span);
        let mut at = range.start;
        while at < range.end {
            let len = run_len(text, tokens, knowledge, at, range.end);
            if len > 0 {
                runs.push((at..at + len, range.start));
            }
            at += len.max(1);
        }
    }
    let mut propose = |run: &Range<usize>, kind| {
        let span = Span::new(tokens[run.start].span.start(), tokens[run.end - 1].span.end());
        out.push(Proposal {
            span,
            kind,
            subtype: None,
            value: None,
            confidence: None,
            source: Source::Tagger,
        });
    };
    runs.retain(|(run, sentence)| {
        let name = &tokens[run.clone()];
        let given = name.len() > 1 && knowledge.persons.gender(name[0].word).is_some();
        let titled = || knowledge.persons.title_before(text, tokens, *sentence, run.start).is_some();
        let place = knowledge.gazetteer.meaning(text, name).is_some();
        if !place && (given || titled()) {
            surnames.extend(name.last().map(|last| last.word));
            propose(run, EntityKind::Person);
        } else if knowledge.gazetteer.subtype_by_words(EntityKind::Organization, name).is_some() {
            propose(run, EntityKind::Organization);
        } else {
            return !place;
        }
        false
    });
    for (run, _) in &*runs {
        if run.len() == 1 && surnames.contains(&tokens[run.start].word) {
            propose(run, EntityKind::Person);
        }
    }
}

/// How many tokens from `at` are one run of capitalised words.
fn run_len(text: &str, tokens: &[Token], knowledge: &Knowledge, at: usize, end: usize) -> usize {
    (tokens[at..end].iter().enumerate())
        .take_while(|(offset, token)| {
            token.kind == TokenKind::Word
                && token.is_capitalized(text)
                && !knowledge.persons.stands_beside_names(token.word)
                && (*offset == 0 || !token.starts_line())
        })
        .count()
}
