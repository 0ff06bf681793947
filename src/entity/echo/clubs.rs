//! Towns that stand for their clubs behind a score: "won 2-0 **at Stoke Ferrers**", where the article names Stoke Ferrers
//! Town. It knows the proposals and the words before them.

use super::{CLUBS, words_key};
use crate::entity::{EntityKind, Proposal, Source};
use crate::lexicon::FastSet;
use crate::text::{Span, chars};
use crate::token::{self, Token, TokenKind};

/// Longer names are no club's.
const LONGEST: usize = 5;

/// How many tokens before "at" a score is looked for: "a 2-0 win at".
const REACH: usize = 5;

/// Retypes the proposals, which are in order and do not overlap.
pub(super) fn retype(text: &str, tokens: &[Token], proposals: &mut [Proposal], towns: &mut FastSet<u64>) {
    towns.clear();
    let mut from = 0;
    for proposal in &*proposals {
        if proposal.kind == EntityKind::Organization {
            from += token::count_before(&tokens[from..], proposal.span.start());
            let len = token::count_within(&tokens[from..], proposal.span.end());
            if let [town @ .., last] = &tokens[from..from + len]
                && (1..LONGEST).contains(&town.len())
                && CLUBS.contains(last.word)
                && town.iter().all(|word| word.kind == TokenKind::Word)
            {
                towns.insert(words_key(town));
            }
        }
    }
    if towns.is_empty() {
        return;
    }
    from = 0;
    for proposal in proposals {
        if proposal.kind != EntityKind::Location || proposal.source != Source::Tagger {
            continue;
        }
        from += token::count_before(&tokens[from..], proposal.span.start());
        let len = token::count_within(&tokens[from..], proposal.span.end());
        if towns.contains(&words_key(&tokens[from..from + len])) && is_away(text, &tokens[..from]) {
            (proposal.kind, proposal.subtype) = (EntityKind::Organization, None);
        }
    }
}

/// Whether a match was played at what follows: "won **2-0 at**", "a **3–1** defeat **at**"; near miss: "a meeting at".
fn is_away(text: &str, before: &[Token]) -> bool {
    let [before @ .., at] = before else { return false };
    let near = &before[before.len().saturating_sub(REACH)..];
    let Some(first) = near.first().filter(|_| at.of(text) == "at") else { return false };
    let near = Span::new(first.span.start(), at.span.start()).of(text);
    let mut letters = near.chars().zip(near.chars().skip(1)).zip(near.chars().skip(2));
    letters.any(|((a, dash), b)| a.is_ascii_digit() && chars::is_dash(dash) && b.is_ascii_digit())
}
