//! Names that the article has made known, found again where the tagger saw none: "Farid does the bread", "the
//! Fund's board". It knows no model, only what was proposed and where it stands.
//!
//! A word alone is taken for a name again if the article uses it as one elsewhere, and never in small letters.

use super::identity::Knowledge;
use super::{Context, EntityKind, Proposal, Source};
use crate::lexicon::{FastMap, Sieve, Word, WordSet};
use crate::text::{Checkpoint, Confidence};
use crate::token::{self, Case, Token, TokenKind};
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// How sure a name is that is only known from elsewhere in the article.
const ECHOED: Confidence = Confidence::from_permille(600);

/// Last words of bodies that go by them alone: "the Fund", "the Council"; near miss: "the House", which is not
/// the White one.
static HEADS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "fund\ncouncil\ncommission\nalliance\nboard\nbank\ncommittee\nagency\nauthority\nassociation\nunion\n\
         federation\ninstitute\ncourt\nministry\ndepartment\nfoundation\ntrust\norganization\norganisation\n\
         league\ntribunal\nsociety\nbureau\nconfederation",
    )
});

/// Words before a name that make it a place: "in Hale".
const PLACING: [&str; 7] = ["in", "at", "from", "near", "of", "to", "through"];

/// What the article uses a word for.
#[derive(Clone, Copy, Debug)]
struct Known {
    kind: EntityKind,
    /// Whether it is a part of a person's full name.
    of_full_name: bool,
    /// Stands for a body behind "the" alone.
    head: bool,
    /// Two uses disagree, or it occurs in small letters.
    spoilt: bool,
}

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct EchoScratch {
    known: FastMap<Word, Known>,
    /// Lets the known words pass.
    sieve: Sieve,
    found: Vec<Proposal>,
}

/// Adds to the proposals, which are in order and do not overlap, and keeps them so.
pub(super) fn find(
    context: &Context<'_>,
    knowledge: &Knowledge,
    proposals: &mut Vec<Proposal>,
    checkpoint: &mut dyn Checkpoint,
    scratch: &mut EchoScratch,
) -> ControlFlow<()> {
    checkpoint.pass()?;
    let EchoScratch { known, sieve, found } = scratch;
    known.clear();
    sieve.clear();
    found.clear();
    let (text, tokens) = (context.document.text(), context.tokens);
    learn(text, tokens, knowledge, proposals, known, sieve);
    if known.is_empty() {
        return ControlFlow::Continue(());
    }
    for token in tokens.iter().filter(|token| token.case == Case::Lower && sieve.passes(token.word)) {
        if let Some(known) = known.get_mut(&token.word) {
            known.spoilt |= !known.head;
        }
    }
    checkpoint.pass()?;
    retype(text, tokens, knowledge, proposals, known);
    let mut proposed = proposals.iter().peekable();
    let mut sentences = context.sentences.iter().peekable();
    let (mut sentence_start, mut value_end) = (None, 0);
    for (at, token) in tokens.iter().enumerate() {
        let capital = token.kind == TokenKind::Word && !matches!(token.case, Case::Lower | Case::None);
        if !capital || !sieve.passes(token.word) {
            continue;
        }
        let Some(known) = known.get(&token.word).filter(|known| !known.spoilt) else { continue };
        while let Some(begun) = sentences.next_if(|next| next.span.start() <= token.span.start()) {
            sentence_start = Some(begun.span.start());
        }
        while let Some(past) = proposed.next_if(|proposal| proposal.span.end() <= token.span.start()) {
            if super::identity::is_value(past.kind) {
                value_end = past.span.end();
            }
        }
        let taken = proposed.peek().is_some_and(|proposal| proposal.span.overlaps(token.span));
        let before = at.checked_sub(1).map(|before| tokens[before].span);
        let opens = sentence_start.is_some_and(|start| before.is_none_or(|before| before.start() < start));
        // "On Saturdays Farid sells": the word before is a name of nobody.
        let behind_value = before.is_some_and(|before| before.end() == value_end);
        if !taken && fits(context, knowledge, at, known, opens || behind_value) {
            found.push(Proposal {
                span: token.span,
                kind: known.kind,
                subtype: None,
                value: None,
                confidence: Some(ECHOED),
                source: Source::Tagger,
            });
        }
    }
    if !found.is_empty() {
        proposals.append(found);
        proposals.sort_by_key(|proposal| proposal.span);
    }
    ControlFlow::Continue(())
}

/// Notes which words the proposals use alone, or as a part of a person's name, or as the last of a body's.
fn learn(
    text: &str,
    tokens: &[Token],
    knowledge: &Knowledge,
    proposals: &[Proposal],
    known: &mut FastMap<Word, Known>,
    sieve: &mut Sieve,
) {
    let mut from = 0;
    for proposal in proposals {
        let learned = matches!(proposal.source, Source::Tagger | Source::Gazetteer);
        let named =
            matches!(proposal.kind, EntityKind::Person | EntityKind::Organization | EntityKind::Location);
        from += token::count_before(&tokens[from..], proposal.span.start());
        if !learned || !named {
            continue;
        }
        let len = token::count_within(&tokens[from..], proposal.span.end());
        let words = tokens[from..from + len]
            .iter()
            .filter(|token| token.kind == TokenKind::Word && !token.of(text).starts_with(['\'', '’']));
        let plain = |token: &&Token| {
            token.span.len() > 2
                && token.is_capitalized(text)
                && !knowledge.persons.stands_beside_names(token.word)
        };
        let mut note = |token: &Token, of_full_name: bool, head: bool| {
            let new = Known { kind: proposal.kind, of_full_name, head, spoilt: false };
            sieve.add(token.word);
            known
                .entry(token.word)
                .and_modify(|known| {
                    known.spoilt |= known.kind != new.kind || known.head != new.head;
                    known.of_full_name |= of_full_name;
                })
                .or_insert(new);
        };
        let count = words.clone().count();
        if count == 1 {
            words.clone().filter(plain).for_each(|token| note(token, false, false));
        } else if proposal.kind == EntityKind::Person {
            words.clone().filter(plain).for_each(|token| note(token, true, false));
        } else if proposal.kind == EntityKind::Organization
            && let Some(last) = words.clone().next_back().filter(|last| HEADS.contains(last.word))
        {
            note(last, false, true);
        }
    }
}

/// A word alone that the tagger took for a place or a body, and that is a part of a person's name, means the
/// person; near misses: "in Hale", and what lists of places know.
fn retype(
    text: &str,
    tokens: &[Token],
    knowledge: &Knowledge,
    proposals: &mut [Proposal],
    known: &FastMap<Word, Known>,
) {
    let mut from = 0;
    for proposal in proposals {
        from += token::count_before(&tokens[from..], proposal.span.start());
        let kind = matches!(proposal.kind, EntityKind::Organization | EntityKind::Location);
        if proposal.source != Source::Tagger || !kind {
            continue;
        }
        let len = token::count_within(&tokens[from..], proposal.span.end());
        let [only] = &tokens[from..from + len] else { continue };
        let placed = from.checked_sub(1).is_some_and(|before| {
            PLACING.iter().any(|word| tokens[before].of(text).eq_ignore_ascii_case(word))
        });
        let of_person = known.get(&only.word).is_some_and(|known| known.of_full_name);
        if of_person && !placed && knowledge.gazetteer.meaning(text, std::slice::from_ref(only)).is_none() {
            proposal.kind = EntityKind::Person;
        }
    }
}

/// Whether a known word stands at `at` as a name of its own, and not within a longer one.
fn fits(context: &Context<'_>, knowledge: &Knowledge, at: usize, known: &Known, opens: bool) -> bool {
    let (text, tokens) = (context.document.text(), context.tokens);
    let token = &tokens[at];
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let behind = tokens.get(at + 1);
    let joins = |token: &Token| token.of(text).chars().next().is_some_and(crate::text::chars::is_dash);
    let joined = (token.is_glued() && before.is_some_and(joins))
        || behind.is_some_and(|behind| behind.is_glued() && joins(behind));
    let named = |token: &Token| {
        token.kind == TokenKind::Word
            && token.is_capitalized(text)
            && !knowledge.persons.stands_beside_names(token.word)
    };
    let longer = behind.is_some_and(named) || (!opens && before.is_some_and(named));
    // Headlines leave the article out.
    let headline = context.document.title().contains_offset(token.span.start());
    let the = before.is_some_and(|before| before.of(text).eq_ignore_ascii_case("the"));
    let of = behind.is_some_and(|behind| matches!(behind.of(text), "of" | "for"));
    if joined || longer {
        return false;
    }
    if known.head { (the || headline) && !of } else { !the && (!opens || token.span.len() > 4) }
}
