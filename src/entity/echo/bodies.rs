//! Short names of bodies that the tagger took for something else: "**Axion** agreed to buy", "**Marlowe** cut its
//! advice", where the article names the Axion Semiconductor Corp. and Marlowe Securities. It knows the proposals and
//! the words beside them, and joins nothing.
//!
//! A name that the tagger took for a body's here and for a person's there is what it was surer of: "**Lumatek** sees".
//! A person wins: who has a full name or a title in the article is not a firm of the same name.

use super::{HEADS, PLACING, words_key};
use crate::entity::identity::Knowledge;
use crate::entity::{EntityKind, Proposal, Source};
use crate::lexicon::{FastMap, FastSet, Sieve, Word, WordSet, combine};
use crate::text::Confidence;
use crate::token::{self, Case, Token, TokenKind};
use std::sync::LazyLock;

/// Names of more words have no short forms here: bounds the work a name.
const LONGEST: usize = 8;

/// Last words of bodies that go by their first word where that is no place: "Pelham Trust"; near miss: "Pelham
/// Council", whose Pelham is the town.
static OWN_NAMED: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "trust\nfund\nfoundation\nsociety\nfoods\nsystems\nminerals\nresources\nresearch\nelectric\nco.",
    )
});

/// What one has in a company and in no town.
static SHARES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "percent\npct\ncent\nshare\nshares\nstake\nstakes\ninterest\nholding\ncontrol\ntakeover\npurchase\nrival",
    )
});

/// What one does at a company.
static WORK: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "work\nworked\nworks\nworking\njob\njobs\nanalyst\nanalysts\nexecutive\nexecutives\neconomist\nstrategist\nengineer",
    )
});

/// Finer types of such bodies.
const OWN_NAMED_TYPES: [&str; 2] = ["company", "team"];

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct BodiesScratch {
    /// First words of bodies, by their hash, and whether they name the body even where they may be a place.
    beginnings: FastMap<u64, bool>,
    /// Lets the first words of bodies pass.
    sieve: Sieve,
    /// Words of persons' names.
    persons: FastSet<Word>,
    /// Last words of bodies, by their hash: "Royal Infirmary".
    endings: FastSet<u64>,
    /// How sure the tagger is of each name as a body's rather than a person's, all its mentions together.
    votes: FastMap<u64, i32>,
}

/// Retypes the proposals, which are in order and do not overlap.
pub(super) fn retype(
    text: &str,
    tokens: &[Token],
    knowledge: &Knowledge,
    proposals: &mut [Proposal],
    scratch: &mut BodiesScratch,
) {
    let BodiesScratch { beginnings, sieve, persons, endings, votes } = scratch;
    beginnings.clear();
    sieve.clear();
    persons.clear();
    votes.clear();
    endings.clear();
    let (mut from, mut contested) = (0, false);
    for proposal in &*proposals {
        if matches!(proposal.kind, EntityKind::Organization | EntityKind::Person) {
            from += token::count_before(&tokens[from..], proposal.span.start());
            let len = token::count_within(&tokens[from..], proposal.span.end());
            let name = &tokens[from..from + len];
            let sure = i32::from(proposal.confidence.map_or(0, Confidence::permille));
            let body = proposal.kind == EntityKind::Organization;
            if body {
                learn(text, name, knowledge, beginnings, sieve);
                learn_endings(name, endings);
            }
            // Full names are hardly ever taken for both.
            if let Some(key) = key(text, name).filter(|_| name.len() == 1) {
                let votes = votes.entry(key).or_default();
                // A name of both sorts.
                contested |= if body { *votes < 0 } else { *votes > 0 };
                *votes += if body { sure } else { -sure };
            }
        }
    }
    if !endings.is_empty() {
        retype_endings(tokens, proposals, endings);
    }
    if beginnings.is_empty() && !contested {
        return;
    }
    from = 0;
    for proposal in &*proposals {
        if proposal.kind == EntityKind::Person {
            from += token::count_before(&tokens[from..], proposal.span.start());
            let len = token::count_within(&tokens[from..], proposal.span.end());
            let name = &tokens[from..from + len];
            let words = || name.iter().filter(|token| token.kind == TokenKind::Word);
            let titled =
                || knowledge.persons.title_before(text, tokens, from.saturating_sub(1), from).is_some();
            // "Corley Dunn" is no full name of somebody if it is what a body begins with.
            let of_body = || key(text, name).is_some_and(|key| beginnings.contains_key(&key));
            if (words().count() > 1 && !of_body()) || titled() {
                persons.extend(words().map(|token| token.word));
            }
        }
    }
    from = 0;
    for proposal in proposals {
        let lost = matches!(proposal.kind, EntityKind::Person | EntityKind::Location | EntityKind::Other);
        if !lost || proposal.source != Source::Tagger {
            continue;
        }
        from += token::count_before(&tokens[from..], proposal.span.start());
        let len = token::count_within(&tokens[from..], proposal.span.end());
        let name = &tokens[from..from + len];
        let known = name.first().is_some_and(|first| sieve.passes(first.word));
        if !known && (!contested || len != 1) {
            continue;
        }
        let Some(key) = key(text, name) else { continue };
        let voted = proposal.kind == EntityKind::Person && votes.get(&key).is_some_and(|&votes| votes > 0);
        let Some(own_named) = beginnings.get(&key).copied().or(voted.then_some(false)) else { continue };
        // The Dunn of "Corley Dunn" is nobody, though there is a Mr Corley.
        let a_person = name.last().is_some_and(|last| persons.contains(&last.word));
        if a_person || knowledge.gazetteer.meaning(text, name).is_some() {
            continue;
        }
        let before = from.checked_sub(1).map(|before| tokens[before].of(text));
        let placed = before
            .is_some_and(|before| PLACING.iter().any(|word| before.eq_ignore_ascii_case(word)))
            && !is_share_of(text, &tokens[..from]);
        // "Republican" and "Labor" are no short names of the parties.
        let fits = proposal.kind == EntityKind::Person
            || (own_named && (proposal.kind == EntityKind::Other || !placed));
        if fits {
            (proposal.kind, proposal.subtype) = (EntityKind::Organization, None);
        }
    }
}

/// "8% **of** Pelham", "a stake **in** Pelham", "worked **at** Pelham"; near misses: "the mayor of Pelham", "a house in Pelham".
pub(super) fn is_share_of(text: &str, before: &[Token]) -> bool {
    let [.., share, placing] = before else { return false };
    let works = |token: &Token| WORK.contains(token.word);
    let at_work = || before.iter().rev().skip(1).take(3).any(works);
    share.of(text) == "%" || SHARES.contains(share.word) || (placing.of(text) == "at" && at_work())
}

/// Notes what a body goes by without its first words: "**Royal Infirmary**" of "Hale Royal Infirmary"; near misses: the
/// "New York" of "Bank of New York" and of "FC New York", whose last word is no body's.
fn learn_endings(name: &[Token], endings: &mut FastSet<u64>) {
    let Some(last) = name.last().filter(|last| HEADS.contains(last.word)) else { return };
    let words =
        name.iter().rev().take_while(|token| token.kind == TokenKind::Word && token.case != Case::Lower);
    let count = words.count();
    if last.kind == TokenKind::Word && count <= LONGEST {
        let starts = (name.len() - count + 1).max(1)..name.len().saturating_sub(1);
        endings.extend(starts.map(|start| words_key(&name[start..])));
    }
}

/// Makes bodies of places that are called as a body of the article is called for short.
fn retype_endings(tokens: &[Token], proposals: &mut [Proposal], endings: &FastSet<u64>) {
    let mut from = 0;
    for proposal in proposals {
        if proposal.kind == EntityKind::Location && proposal.source == Source::Tagger {
            from += token::count_before(&tokens[from..], proposal.span.start());
            let len = token::count_within(&tokens[from..], proposal.span.end());
            if len > 1 && endings.contains(&words_key(&tokens[from..from + len])) {
                (proposal.kind, proposal.subtype) = (EntityKind::Organization, None);
            }
        }
    }
}

/// Notes the beginnings of a body's name.
fn learn(
    text: &str,
    name: &[Token],
    knowledge: &Knowledge,
    beginnings: &mut FastMap<u64, bool>,
    sieve: &mut Sieve,
) {
    let words = || name.iter().filter(|token| token.kind == TokenKind::Word);
    let count = words().count();
    let Some(last) = words().next_back().filter(|_| (2..=LONGEST).contains(&count)) else { return };
    let subtype = knowledge.gazetteer.subtype_by_words(EntityKind::Organization, name);
    let own_named =
        OWN_NAMED.contains(last.word) || subtype.is_some_and(|subtype| OWN_NAMED_TYPES.contains(&subtype));
    let mut hash = 0;
    for token in words().take(count - 1) {
        hash = combine(hash, token.word.bits());
        if token.is_capitalized(text) && !knowledge.persons.stands_beside_names(token.word) {
            *beginnings.entry(hash).or_default() |= own_named;
            words().take(1).for_each(|first| sieve.add(first.word));
        }
    }
}

/// The words of a name as a key.
fn key(text: &str, name: &[Token]) -> Option<u64> {
    let words = || name.iter().filter(|token| token.kind == TokenKind::Word);
    let own = words().filter(|token| !token.of(text).starts_with(['\'', '’']));
    let key = own.fold(0, |hash, token| combine(hash, token.word.bits()));
    (words().count() > 0).then_some(key)
}
