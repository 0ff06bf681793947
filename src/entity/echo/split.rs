//! Names of bodies that the tagger ran together or cut off: "the **Council and Shelter Now**", "**Halden Foods** plc",
//! "**Vander Group of the Netherlands**". It knows the proposals, the words beside them and where the headline ends.

use super::{HEADS, words_key};
use crate::entity::identity::Knowledge;
use crate::entity::{Context, EntityKind, Proposal, Source};
use crate::lexicon::{FastMap, WordSet};
use crate::text::{Span, chars};
use crate::token::{self, Case, Token, TokenKind};
use std::ops::Range;
use std::sync::LazyLock;

/// What stands behind the name of a company and belongs to it.
static SUFFIXES: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::compile("inc\ninc.\ncorp\ncorp.\nltd\nltd.\nplc\nllc\nllp\ngmbh\nco\nco."));

/// Last words of companies that a place behind "of" does not belong to; near misses: "Oil Company of Norland", "Bank of
/// Norland", "Power Corp of Norland".
static OF_COMPANIES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile("inc\ninc.\nltd\nltd.\nplc\nllc\nllp\ngmbh\nag\nsa\ns.a.\nnv\nn.v.\ngroup\nbrothers")
});

/// Beginnings of more words are not compared: bounds the work a name.
const LONGEST: usize = 8;

/// Mends the proposals, which are in order and do not overlap, and appends to `found` what was cut off them.
pub(super) fn mend(
    context: &Context<'_>,
    knowledge: &Knowledge,
    proposals: &mut Vec<Proposal>,
    found: &mut Vec<Proposal>,
    beginnings: &mut FastMap<u64, (u32, EntityKind)>,
) {
    let (text, tokens) = (context.document.text(), context.tokens);
    beginnings.clear();
    let mut from = 0;
    for at in 0..proposals.len() {
        let proposal = proposals[at];
        from += token::count_before(&tokens[from..], proposal.span.start());
        if proposal.source != Source::Tagger || proposal.kind != EntityKind::Organization {
            continue;
        }
        let name = from..from + token::count_within(&tokens[from..], proposal.span.end());
        if let Some(end) = suffix_end(text, tokens, name.end)
            && proposals.get(at + 1).is_none_or(|next| next.span.start() >= tokens[end - 1].span.end())
        {
            proposals[at].span = proposal.span.cover(tokens[end - 1].span);
        }
        if let Some(partner) = partner_before(text, tokens, &proposals[..at], name.start) {
            if beginnings.is_empty() {
                note_beginnings(tokens, proposals, beginnings);
            }
            if beginnings.contains_key(&words_key(&[tokens[name.start - 2], tokens[name.start]])) {
                proposals[at].span = partner.cover(proposals[at].span);
                proposals[at - 1] = proposals[at];
                continue;
            }
        }
        let joint = |at: usize| tokens[at].case == Case::Lower && tokens[at].kind == TokenKind::Word;
        let Some(joint) = name.clone().find(|&at| joint(at)) else { continue };
        if let Some((of, place)) = place_behind(text, tokens, knowledge, name.clone()) {
            found.push(part(tokens, place, Proposal { kind: EntityKind::Location, ..proposal }));
            proposals[at] = part(tokens, name.start..of, proposal);
            continue;
        }
        if beginnings.is_empty() {
            note_beginnings(tokens, proposals, beginnings);
        }
        let rest = joint + 1..name.end;
        let times =
            |range: Range<usize>| beginnings.get(&words_key(&tokens[range])).map_or(0, |&(times, _)| times);
        // The name itself begins so too.
        let known = times(name.start..joint) > 1;
        let the = name.start.checked_sub(1).is_some_and(|at| tokens[at].of(text).eq_ignore_ascii_case("the"));
        let head = || the && joint == name.start + 1 && HEADS.contains(tokens[name.start].word);
        let listed = tokens[joint].of(text) == "and" && (known || head()) && times(rest.clone()) > 0;
        // A verb: "Labour Alliance **ousts** Nationals"
        let headline = context.document.title().contains_offset(tokens[joint].span.start())
            && known
            && !knowledge.parts.stands_in_bodies(&tokens[joint]);
        // "Boesky and Co" is one.
        if rest.is_empty() || SUFFIXES.contains(tokens[rest.start].word) || !(listed || headline) {
            continue;
        }
        if tokens[rest.start].is_capitalized(text) {
            let kind =
                beginnings.get(&words_key(&tokens[rest.clone()])).map_or(proposal.kind, |&(_, kind)| kind);
            found.push(part(tokens, rest, Proposal { kind, ..proposal }));
        }
        proposals[at] = part(tokens, name.start..joint, proposal);
    }
    proposals.dedup_by(|next, last| next.span == last.span);
}

/// The name of one word that a comma sets apart from "Dunn & Co.": it may be the first partner's, "**Corley**, Dunn &
/// Co.", if the article says "Corley Dunn" too.
fn partner_before(text: &str, tokens: &[Token], before: &[Proposal], start: usize) -> Option<Span> {
    let written = |at: usize| tokens.get(at).map_or("", |token| token.of(text));
    let partner = start.checked_sub(2).filter(|_| written(start - 1) == "," && written(start + 1) == "&")?;
    before.last().map(|last| last.span).filter(|&span| span == tokens[partner].span)
}

fn part(tokens: &[Token], range: Range<usize>, whole: Proposal) -> Proposal {
    let span = tokens[range.start].span.cover(tokens[range.end - 1].span);
    Proposal { span, subtype: None, ..whole }
}

/// Where the suffix ends that stands right behind a name: "Halden Foods **plc** fell", "Pelham Trust **Co.** of"; near
/// miss: the stop of a sentence.
fn suffix_end(text: &str, tokens: &[Token], end: usize) -> Option<usize> {
    let written = |at: usize| tokens.get(at).map_or("", |token| token.of(text));
    let is_suffix = |at: usize| tokens.get(at).is_some_and(|token| SUFFIXES.contains(token.word));
    // "the Tory co-chairman"
    let joined =
        tokens.get(end + 1).is_some_and(|next| next.is_glued() && next.of(text).chars().all(chars::is_dash));
    let suffix = is_suffix(end) && !joined && !tokens[end].is_glued() && !tokens[end].starts_line();
    let behind = if suffix { end + 1 } else { end };
    let abbreviated = behind > 0 && is_suffix(behind - 1) && !written(behind - 1).ends_with('.');
    let goes_on = || {
        tokens.get(behind + 1).is_some_and(|next| {
            !next.starts_line()
                && (next.case == Case::Lower || matches!(written(behind + 1), "," | "'s" | "’s"))
        })
    };
    let stop = abbreviated && written(behind) == "." && tokens[behind].is_glued() && goes_on();
    (suffix || stop).then_some(behind + usize::from(stop))
}

/// The "of" and the place in "Vander Group of the **Netherlands**", which are none of the name.
fn place_behind(
    text: &str,
    tokens: &[Token],
    knowledge: &Knowledge,
    name: Range<usize>,
) -> Option<(usize, Range<usize>)> {
    let of = name.clone().rev().find(|&at| tokens[at].of(text) == "of")?;
    let the = usize::from(tokens.get(of + 1).is_some_and(|token| token.of(text) == "the"));
    let place = of + 1 + the..name.end;
    let company = of > name.start + 1 && OF_COMPANIES.contains(tokens[of - 1].word);
    let listed =
        company && !place.is_empty() && knowledge.gazetteer.meaning(text, &tokens[place.clone()]).is_some();
    listed.then_some((of, place))
}

/// How many names begin with which words.
fn note_beginnings(
    tokens: &[Token],
    proposals: &[Proposal],
    beginnings: &mut FastMap<u64, (u32, EntityKind)>,
) {
    let mut from = 0;
    for proposal in proposals.iter().filter(|proposal| proposal.source == Source::Tagger) {
        from += token::count_before(&tokens[from..], proposal.span.start());
        let len = token::count_within(&tokens[from..], proposal.span.end());
        for end in 1..=len.min(LONGEST) {
            beginnings.entry(words_key(&tokens[from..from + end])).or_insert((0, proposal.kind)).0 += 1;
        }
    }
}
