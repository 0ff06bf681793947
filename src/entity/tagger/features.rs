//! The feature template: what the weights are told of a token. One extractor serves trainer and tagger. A
//! feature is a hash; what it weighs for which label is the model's business.
//!
//! Three sorts, by what they cost: [`word_features`] hang on one written word and its distance alone, so
//! their sums are kept for each word; [`context_features`] are gathered for each token; those of
//! [`super::memory`] need a first reading of the whole article.

use super::knowledge::{Knowledge, ListSet};
use super::memory::Memory;
use super::unit::{Place, Style, Unit, Units};
use super::word::WordFacts;
use crate::lexicon::{combine, mix};
use crate::token::{Case, Token, TokenKind};

/// Distances at which a word is seen: two before to two behind.
pub(crate) const REACH: usize = 2;

/// How many distances there are.
pub(crate) const DISTANCES: usize = 2 * REACH + 1;

/// Changes with every change of the features, so that weights of others are refused: what the extractor
/// says of a sample.
pub(crate) fn template() -> u64 {
    const SAMPLE: &str = "BONN - Jan van Aken (53), of the \"Nord Bank\", met U.S.-led McDonald's envoys.";
    let mut scratch = Units::default();
    let mut features = Vec::new();
    let knowledge = Knowledge::default();
    let mut tokens: Vec<Token> = Vec::new();
    crate::token::tokenize(SAMPLE, crate::text::Span::of_bytes(0, SAMPLE.len()), &mut tokens);
    let facts: Vec<_> = tokens.iter().map(|token| WordFacts::of(token, SAMPLE, &knowledge)).collect();
    let ids: Vec<u32> = (0..).take(tokens.len()).collect();
    let all = std::iter::once(0..tokens.len());
    scratch.look(SAMPLE, &tokens, all, |_| false, &knowledge, Style::Running);
    let unit =
        Unit { tokens: &tokens, ids: &ids, facts: &facts, places: &scratch.places, style: scratch.style };
    let mut memory = Memory::default();
    tokens.iter().for_each(|token| memory.watch(token.word));
    let labels: Vec<u8> = (0..).map(|n| n % 3).take(tokens.len()).collect();
    for (index, fact) in facts.iter().enumerate() {
        for distance in 0..DISTANCES {
            word_features(fact, distance, &mut features);
        }
        context_features(&unit, index, &memory, &mut features);
        memory.features(&tokens, index, &labels, true, &mut features);
    }
    features.iter().fold(features.len() as u64, |hash, &feature| combine(hash, feature))
}

/// What a word tells of a token `distance - REACH` places to its left or right.
pub(crate) fn word_features(word: &WordFacts, distance: usize, out: &mut Vec<u64>) {
    let from = distance as u64 * 64;
    let mut put = |id: u64, value: u64| out.push(combine(mix(from + id), value));
    let away = distance.abs_diff(REACH);
    let caps = u64::from(word.usage.capitals) << 3 | word.case as u64;
    put(0, word.folded);
    put(1, word.short_shape);
    for (id, &cluster) in (2..).zip(&word.usage.clusters) {
        if cluster != 0 {
            put(id, u64::from(cluster));
        }
    }
    for (id, &group) in (30..).zip(&word.usage.groups) {
        if group != 0 {
            put(id, u64::from(group));
        }
    }
    for list in word.lists.iter() {
        put(5, u64::from(list) << 1 | u64::from(word.case == Case::Lower));
    }
    put(6, caps);
    if away == 2 {
        return;
    }
    put(7, u64::from(word.lists.0));
    put(8, word.suffixes[2]);
    put(9, word.suffixes[1]);
    if away == 1 {
        return;
    }
    put(10, word.written);
    put(11, word.shape);
    put(12, word.suffixes[0]);
    put(13, word.suffixes[3]);
    put(14, word.prefixes[0]);
    put(15, word.prefixes[1]);
    put(16, u64::from(word.letters.min(12)) << 3 | word.case as u64);
    put(17, combine(u64::from(word.lists.0), word.short_shape));
    put(18, combine(u64::from(word.usage.clusters[2]), word.short_shape));
    put(19, combine(u64::from(word.usage.clusters[1]), u64::from(word.lists.0)));
    put(20, combine(word.suffixes[2], word.short_shape));
    put(21, combine(caps, u64::from(word.lists.0)));
    put(22, combine(u64::from(word.usage.groups[2]), word.short_shape));
    put(23, combine(u64::from(word.usage.groups[1]), u64::from(word.lists.0)));
}

/// What a token's surroundings tell, alone and together with the token.
pub(crate) fn context_features(unit: &Unit<'_>, index: usize, memory: &Memory, out: &mut Vec<u64>) {
    let put = |id: u64, value: u64| combine(mix(512 + id), value);
    let place: &Place = &unit.places[index];
    let [before2, before, here, after, after2] = [
        unit.word(index, -2),
        unit.word(index, -1),
        unit.word(index, 0),
        unit.word(index, 1),
        unit.word(index, 2),
    ];
    let token = &unit.tokens[index];
    let glue =
        u64::from(token.is_glued()) << 1 | u64::from(unit.tokens.get(index + 1).is_some_and(Token::is_glued));
    let style = unit.style as u64;
    let start = u64::from(index == 0) << 1 | u64::from(place.after_stop);
    let caps = u64::from(here.usage.capitals) << 3 | here.case as u64;
    let inside = u64::from(place.in_quote) << 1 | u64::from(place.in_brackets);
    let seen = u64::from(memory.writings(token.word));
    out.extend([
        put(0, 0),
        put(1, combine(before.folded, here.folded)),
        put(2, combine(here.folded, after.folded)),
        put(3, combine(before.folded, after.folded)),
        put(4, combine(combine(before.short_shape, here.short_shape), after.short_shape)),
        put(22, groups(before, here, 2)),
        put(23, groups(here, after, 2)),
        put(24, combine(groups(before, here, 1), u64::from(after.usage.groups[1]))),
        put(8, combine(before2.folded, before.folded)),
        put(9, combine(after.folded, after2.folded)),
        put(10, combine(u64::from(before.lists.0), u64::from(here.lists.0))),
        put(11, combine(u64::from(here.lists.0), u64::from(after.lists.0))),
        put(12, combine(glue, combine(before.short_shape, after.short_shape))),
        put(13, style << 2 | start),
        put(14, combine(style << 2 | start, here.short_shape)),
        put(15, combine(style << 2 | start, caps)),
        put(16, combine(style, here.folded)),
        put(17, inside),
        put(18, combine(inside, here.short_shape)),
        put(19, combine(seen, here.case as u64)),
        put(20, combine(seen << 2 | start, here.case as u64) ^ style),
        put(21, combine(combine(seen, caps), start)),
    ]);

    if place.initials != 0 {
        out.extend([
            put(25, u64::from(place.initials)),
            put(26, combine(u64::from(place.initials), here.short_shape)),
        ]);
    }
    names(place, out);
    neighbour_features(unit, place, here, out);
    run_features(unit, index, place, out);
}

/// Names of several words that the token is part of.
fn names(place: &Place, out: &mut Vec<u64>) {
    if place.names != ListSet::default() {
        for list in place.names.iter() {
            out.push(combine(mix(600 + u64::from(place.name_part)), u64::from(list)));
        }
        out.push(combine(mix(604 + u64::from(place.name_part)), u64::from(place.names.0)));
    }
}

/// The stretch of capitalised words around the token, and what stands at its sides.
fn run_features(unit: &Unit<'_>, index: usize, place: &Place, out: &mut Vec<u64>) {
    let put = |id: u64, value: u64| combine(mix(640 + id), value);
    let (start, end) = (place.run_start as usize, place.run_end as usize);
    if start == end {
        return;
    }
    let left = start.checked_sub(1).map_or(&WordFacts::NONE, |at| unit.word(at, 0));
    let left2 = start.checked_sub(2).map_or(&WordFacts::NONE, |at| unit.word(at, 0));
    let right = if end < unit.tokens.len() { unit.word(end, 0) } else { &WordFacts::NONE };
    let (first, last) = (unit.word(start, 0), unit.word(end - 1, 0));
    let (from, to, len) = (index - start, end - 1 - index, end - start);
    let spot = (from.min(3) << 4 | to.min(3)) as u64;
    out.extend([
        put(0, spot),
        put(1, len.min(6) as u64),
        put(2, combine(left.folded, spot)),
        put(3, combine(right.folded, spot)),
        put(4, left.folded),
        put(5, right.folded),
        put(6, first.folded),
        put(7, last.folded),
        put(8, combine(last.folded, spot)),
        put(13, combine(combine(left.folded, right.folded), len.min(3) as u64)),
        put(14, combine(combine(u64::from(first.lists.0), u64::from(last.lists.0)), len.min(4) as u64)),
        put(15, combine(combine(left2.folded, left.folded), spot)),
        put(16, combine(u64::from(first.lists.0), spot)),
        put(17, combine(u64::from(last.lists.0), spot)),
        put(18, combine(u64::from(last.usage.groups[1]), spot)),
        put(19, combine(u64::from(left.usage.groups[2]), spot)),
        put(20, combine(u64::from(right.usage.groups[2]), spot)),
        put(21, combine(u64::from(first.usage.groups[1]), u64::from(last.usage.groups[1]))),
    ]);
}

/// The runs beside the one that the token lies in, or beside the small word between two: what a long name
/// begins with, "Union for French Democracy", and what ends it.
fn neighbour_features(unit: &Unit<'_>, place: &Place, here: &WordFacts, out: &mut Vec<u64>) {
    let put = |id: u64, value: u64| combine(mix(700 + id), value);
    let (start, end) = (place.before_start as usize, place.before_end as usize);
    let in_run = place.run_start < place.run_end;
    if start < end {
        let (first, last) = (unit.word(start, 0), unit.word(end - 1, 0));
        let joint = if in_run { unit.word(end, 0).folded } else { here.folded };
        out.extend([
            put(0, combine(combine(last.folded, joint), u64::from(in_run))),
            put(1, combine(combine(u64::from(last.usage.groups[1]), joint), u64::from(in_run))),
            put(2, combine(combine(u64::from(last.lists.0), joint), u64::from(in_run))),
            put(3, combine(combine(first.folded, joint), u64::from(in_run))),
        ]);
    }
    let (start, end) = (place.after_start as usize, place.after_end as usize);
    if start < end {
        let (first, last) = (unit.word(start, 0), unit.word(end - 1, 0));
        let joint = if in_run { unit.word(start - 1, 0).folded } else { here.folded };
        out.extend([
            put(4, combine(combine(first.folded, joint), u64::from(in_run))),
            put(5, combine(combine(u64::from(first.usage.groups[1]), joint), u64::from(in_run))),
            put(6, combine(combine(u64::from(first.lists.0), joint), u64::from(in_run))),
            put(7, combine(combine(last.folded, joint), u64::from(in_run))),
            put(8, combine(combine(u64::from(last.usage.groups[1]), joint), u64::from(in_run))),
        ]);
    }
}

fn groups(left: &WordFacts, right: &WordFacts, level: usize) -> u64 {
    u64::from(left.usage.groups[level]) << 16 | u64::from(right.usage.groups[level])
}

/// Whether the token can be the core of a name: a word with a capital.
pub(crate) fn is_core(token: &Token) -> bool {
    token.kind == TokenKind::Word && matches!(token.case, Case::Title | Case::Upper | Case::Mixed)
}
