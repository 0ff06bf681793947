//! Clusters of mentions become entities, in the order that the contract promises. It decides nothing but
//! names, titles and links.

use super::{Cluster, Found, IdentityScratch, View};
use crate::entity::tagger::REGION;
use crate::entity::terms::Term;
use crate::entity::{
    CanonicalName, Entities, Entity, EntityKind, Link, Mention, MentionKind, MoneyValue, Terms, Value,
};
use crate::lexicon::{SharedStr, Word, WordSet};
use crate::text::Span;
use crate::token::{Case, Token, TokenKind};
use std::sync::LazyLock;

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// The entity of each cluster.
    entity_of: Vec<u32>,
    /// The cluster of each entity, and how many mentions it has.
    entities: Vec<(u32, u32)>,
    /// Indices into what was found, in order of their entities, then of the text.
    order: Vec<u32>,
    /// Where the next mention of each entity goes in `order`.
    next: Vec<u32>,
}

/// The finer type of clubs. Their names are also those of towns, firms and rangers, so that it is told in articles about
/// sport alone.
const TEAM: &str = "team";

static SPORT: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::compile(include_str!("../../../data/sport-words.txt")));

/// The finer type of mountains, which towns and mines share their names with.
const MOUNTAIN: &str = "mountain";

static SETTLED: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "mine\nmines\nmining\nproject\ntown\ntownship\nshire\ncouncil\nhospital\nschool\nmayor\npolice\nresident\n\
         residents\nrefinery\nsmelter\niron\ngold\ncopper\nzinc\nlead\nore\ncrude",
    )
});

/// So many words of sport make an article about it.
const MUCH_SPORT: usize = 2;

/// Most titles of one entity: bounds the work of telling them apart.
const MOST_TITLES: usize = 16;

pub(super) fn assemble(view: View<'_>, scratch: &mut IdentityScratch, entities: &mut Entities) {
    entities.clear();
    let IdentityScratch { found, clusters, assemble: own, .. } = scratch;
    own.sort(found, clusters.len());
    let mut start = 0;
    for &(cluster, count) in &own.entities {
        let mentions = &own.order[start..start + count as usize];
        start += count as usize;
        push_entity(view, found, &clusters[cluster as usize], mentions, entities);
    }
    let is_team = |entity: &Entity| entity.subtype == Some(TEAM);
    if entities.entities.iter().any(is_team) && !is_about_sport(view.context.tokens) {
        entities
            .entities
            .iter_mut()
            .filter(|entity| is_team(entity))
            .for_each(|entity| entity.subtype = None);
    }
    entities.by_position.extend(0..narrow(entities.mentions.len()));
    let mentions = &entities.mentions;
    entities.by_position.sort_unstable_by_key(|&index| {
        let span = mentions[index as usize].span;
        (span.start(), std::cmp::Reverse(span.end()))
    });
}

impl Scratch {
    /// Orders the mentions by entity, entities by first mention: a counting sort.
    fn sort(&mut self, found: &[Found], clusters: usize) {
        let Self { entity_of, entities, order, next } = self;
        entity_of.clear();
        entity_of.resize(clusters, u32::MAX);
        entities.clear();
        for found in found {
            let entity = &mut entity_of[found.cluster as usize];
            if *entity == u32::MAX {
                *entity = narrow(entities.len());
                entities.push((found.cluster, 0));
            }
            entities[*entity as usize].1 += 1;
        }
        next.clear();
        let mut start = 0;
        for &(_, count) in &*entities {
            next.push(start);
            start += count;
        }
        order.clear();
        order.resize(found.len(), 0);
        for (index, found) in (0..).zip(found) {
            let next = &mut next[entity_of[found.cluster as usize] as usize];
            order[*next as usize] = index;
            *next += 1;
        }
    }
}

fn push_entity(
    view: View<'_>,
    found: &[Found],
    cluster: &Cluster,
    mentions: &[u32],
    entities: &mut Entities,
) {
    let of = |&index: &u32| &found[index as usize];
    let index = narrow(entities.entities.len());
    let kept = mentions.len().min(Entities::MAX_MENTIONS);
    entities.truncated |= kept < mentions.len();
    let first_mention = narrow(entities.mentions.len());
    entities.mentions.extend(mentions[..kept].iter().map(of).map(|found| Mention {
        span: found.proposal.span,
        entity: index,
        kind: MentionKind::Name,
        confidence: found.proposal.confidence,
    }));

    let first_title = narrow(entities.titles.len());
    for title in mentions.iter().map(of).flat_map(Found::titles) {
        let own = &entities.titles[first_title as usize..];
        let word = |span: Span| Word::new(span.of(view.text()));
        if own.len() < MOST_TITLES && !own.iter().any(|&known| word(known) == word(title.span)) {
            entities.titles.push(title.span);
        }
    }

    let term = cluster.term.and_then(|term| term_of(view.context.terms, term));
    let fact = cluster.fact.map(|fact| *view.knowledge.gazetteer.fact(fact));
    let first_link = narrow(entities.links.len());
    for (catalog, id) in term.into_iter().flat_map(|term| &term.links) {
        let (catalog, id) = (SharedStr::Shared(catalog.clone()), SharedStr::Shared(id.clone()));
        entities.links.push(Link { catalog, id });
    }
    if let Some((catalog, id)) = fact.and_then(|fact| fact.link) {
        entities.links.push(Link { catalog: SharedStr::Static(catalog), id: SharedStr::Static(id) });
    }

    let fullest = mentions
        .iter()
        .map(of)
        .max_by_key(|found| (fullness(view, found), std::cmp::Reverse(found.proposal.span.start())));
    let Some(fullest) = fullest else { return };
    let value = mentions.iter().map(of).find_map(|found| found.proposal.value);
    if let Some(Value::Money(MoneyValue { currency: Some(code), .. })) = value {
        entities.links.push(Link { catalog: SharedStr::Static("iso-4217"), id: SharedStr::Static(code) });
    }
    let kind = term.map_or(fullest.proposal.kind, |term| term.kind);
    let subtype =
        subtype_of(view, kind, fact.and_then(|fact| fact.subtype), fullest, mentions.iter().map(of));
    entities.entities.push(Entity {
        kind,
        subtype,
        name: term.map_or(CanonicalName::Text(fullest.proposal.span), |term| {
            CanonicalName::Given(SharedStr::Shared(term.name.clone()))
        }),
        mentions: first_mention..narrow(entities.mentions.len()),
        titles: first_title..narrow(entities.titles.len()),
        links: first_link..narrow(entities.links.len()),
        value,
        gender: cluster.gender,
        salience: None,
        confidence: mentions.iter().map(of).filter_map(|found| found.proposal.confidence).max(),
    });
}

/// The finer type: what facts say, then the words of the fullest name, then the lists of the model. A list that
/// calls a place a town knows more than a word in its name ("Green Bay"); one that calls it a region does not.
fn subtype_of<'f>(
    view: View<'_>,
    kind: EntityKind,
    by_fact: Option<&'static str>,
    fullest: &Found,
    mut mentions: impl Iterator<Item = &'f Found>,
) -> Option<&'static str> {
    let listed = |found: &Found| found.proposal.subtype.filter(|_| found.proposal.kind == kind);
    let settled = |subtype: &&'static str| *subtype != MOUNTAIN || !is_settled(view, fullest);
    let by_words = || view.knowledge.gazetteer.subtype_by_words(kind, view.tokens(fullest));
    let telling = listed(fullest).filter(|&subtype| kind == EntityKind::Location && subtype != REGION);
    let by_fact = by_fact.filter(settled);
    let by_words = || by_words().filter(settled);
    let telling = telling.filter(settled);
    by_fact.or(telling).or_else(by_words).or_else(|| listed(fullest)).or_else(|| mentions.find_map(listed))
}

/// Whether the word behind a name says that people live or dig there: "Mount Newman **project**", "Mt Isa **mine**".
fn is_settled(view: View<'_>, found: &Found) -> bool {
    let behind = view.context.tokens.get(found.tokens().end);
    behind.is_some_and(|behind| SETTLED.contains(behind.word))
}

pub(in crate::entity) fn is_about_sport(tokens: &[Token]) -> bool {
    let words = tokens.iter().filter(|token| SPORT.contains(token.word));
    words.take(MUCH_SPORT).count() == MUCH_SPORT
}

/// How full and well written a name is: more words, then small letters among the capitals, then length.
fn fullness(view: View<'_>, found: &Found) -> (usize, bool, u32) {
    let words = view.tokens(found).iter().filter(|token| token.kind == TokenKind::Word);
    let shouted = words.clone().all(|token| token.case == Case::Upper);
    (words.count(), !shouted, found.proposal.span.len())
}

/// The term of that number, counted through all lists.
fn term_of<'t>(lists: &[&'t Terms], number: u32) -> Option<&'t Term> {
    let mut number = number as usize;
    for list in lists {
        if number < list.len() {
            return Some(list.term(number));
        }
        number -= list.len();
    }
    None
}

fn narrow(len: usize) -> u32 {
    u32::try_from(len).expect("findings are fewer than bytes: this is a bug")
}
