//! Mentions become entities: names that mean one thing are joined, titles and codes gathered. It knows the
//! finders' proposals after their competition, which are in order and do not overlap.

mod assemble;
mod names;
mod parts;
mod persons;

use super::gazetteer::Gazetteer;
use super::person::{Gender, PersonWords, Title};
use super::refine::KindWords;
use super::{Context, Entities, EntityKind, Proposal, Source, TimeValue, Value};
use crate::lexicon::{FastMap, combine};
use crate::text::{Checkpoint, Span};
use crate::token::{self, Token};
use parts::{PartWords, Parts};
use std::ops::{ControlFlow, Range};

/// What joining knows of the world.
#[derive(Clone, Debug)]
pub(super) struct Knowledge {
    /// Facts about places, peoples and bodies.
    pub(super) gazetteer: Gazetteer,
    /// Words around and in names of persons.
    pub(super) persons: PersonWords,
    /// Words that do something else in a name than name.
    pub(super) parts: PartWords,
    /// Words that tell types.
    pub(super) kinds: KindWords,
}

impl Knowledge {
    /// The knowledge that is built into the program.
    pub(super) fn builtin() -> Self {
        Self {
            gazetteer: Gazetteer::builtin(),
            persons: PersonWords::builtin(),
            parts: PartWords::builtin(),
            kinds: KindWords::builtin(),
        }
    }
}

/// A proposal that holds, as the joiners see it.
#[derive(Clone, Copy, Debug)]
struct Found {
    proposal: Proposal,
    /// Its tokens, as first and behind the last.
    tokens: (u32, u32),
    title: Option<Title>,
    /// Which cluster it belongs to.
    cluster: u32,
}

impl Found {
    fn tokens(&self) -> Range<usize> {
        self.tokens.0 as usize..self.tokens.1 as usize
    }
}

/// What is known of a cluster besides its mentions.
#[derive(Clone, Copy, Debug, Default)]
struct Cluster {
    /// Index into the gazetteer's facts.
    fact: Option<u32>,
    gender: Option<Gender>,
    /// Which term of the caller's it is.
    term: Option<u32>,
}

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct IdentityScratch {
    found: Vec<Found>,
    clusters: Vec<Cluster>,
    by_key: FastMap<u64, u32>,
    parts: Parts,
    persons: persons::Scratch,
    names: names::Scratch,
    assemble: assemble::Scratch,
}

/// Everything that the joiners read.
#[derive(Clone, Copy)]
struct View<'a> {
    context: &'a Context<'a>,
    knowledge: &'a Knowledge,
}

impl<'a> View<'a> {
    fn text(&self) -> &'a str {
        self.context.document.text()
    }

    fn tokens(&self, found: &Found) -> &'a [Token] {
        &self.context.tokens[found.tokens()]
    }
}

/// Replaces `entities` by those that the proposals mention.
pub(super) fn join(
    context: &Context<'_>,
    knowledge: &Knowledge,
    proposals: &[Proposal],
    checkpoint: &mut dyn Checkpoint,
    scratch: &mut IdentityScratch,
    entities: &mut Entities,
) -> ControlFlow<()> {
    let view = View { context, knowledge };
    scratch.clusters.clear();
    scratch.by_key.clear();
    gather(view, proposals, &mut scratch.found);
    checkpoint.pass()?;
    join_values(view, scratch);
    persons::join(view, scratch);
    checkpoint.pass()?;
    names::join(view, scratch);
    checkpoint.pass()?;
    assemble::assemble(view, scratch, entities);
    ControlFlow::Continue(())
}

/// Trims the proposals to names and finds the titles beside them.
fn gather(view: View<'_>, proposals: &[Proposal], found: &mut Vec<Found>) {
    found.clear();
    let tokens = view.context.tokens;
    let mut sentences = view.context.sentences.iter().peekable();
    let mut sentence_start = 0;
    let mut last_end = 0;
    // Proposals come in order of their start, so nobody looks further back than the last one's.
    let mut reached = 0;
    for &proposal in proposals {
        while let Some(next) = sentences.next_if(|next| next.span.start() <= proposal.span.start()) {
            reached += token::count_before(&tokens[reached..], next.span.start());
            sentence_start = reached;
        }
        reached += token::count_before(&tokens[reached..], proposal.span.start());
        let mut range = reached..reached + token::count_within(&tokens[reached..], proposal.span.end());
        let knowledge = view.knowledge;
        let kind = knowledge.kinds.kind(&knowledge.gazetteer, view.text(), tokens, &range, &proposal);
        let is_person = kind == EntityKind::Person;
        let learned = proposal.source == Source::Tagger;
        if learned {
            range = trim(view, range, is_person);
        }
        let span = match (tokens.get(range.start), tokens.get(range.end.wrapping_sub(1))) {
            (Some(first), Some(last)) if learned && range.start < range.end => {
                Span::new(first.span.start(), last.span.end())
            }
            _ => proposal.span,
        };
        let title = if is_person && range.start < range.end {
            let (text, persons) = (view.text(), &knowledge.persons);
            let from = sentence_start.max(last_end).min(range.start);
            persons
                .title_before(text, tokens, from, range.start)
                .or_else(|| persons.title_behind(text, tokens, range.end))
                .or_else(|| persons.title_apart(text, tokens, from, range.clone()))
        } else {
            None
        };
        if is_person {
            last_end = range.end;
        }
        let narrow = |at: usize| u32::try_from(at).expect("tokens are fewer than bytes: this is a bug");
        found.push(Found {
            proposal: Proposal { span, kind, ..proposal },
            tokens: (narrow(range.start), narrow(range.end)),
            title,
            cluster: u32::MAX,
        });
    }
}

/// Leaves possessive endings and titles out of a learned name, as far as something remains.
fn trim(view: View<'_>, mut range: Range<usize>, is_person: bool) -> Range<usize> {
    let tokens = view.context.tokens;
    while range.len() > 1 && is_possessive(view.text(), &tokens[range.end - 1]) {
        range.end -= 1;
    }
    let title = view.knowledge.persons.title_within(view.text(), &tokens[range.clone()]);
    range.start += title.filter(|_| is_person).unwrap_or(0);
    range
}

/// "'s", or the apostrophe alone behind a plural.
fn is_possessive(text: &str, token: &Token) -> bool {
    let mut chars = token.of(text).chars();
    token.is_glued()
        && chars.next().is_some_and(crate::text::chars::is_apostrophe)
        && matches!(chars.as_str(), "" | "s" | "S")
}

/// Times and quantities: one entity a meaning, so that "Monday" and "June 19" are one day. Where there is no
/// meaning, or only a vague one ("recently", "two days" of something), equal words are one entity.
fn join_values(view: View<'_>, scratch: &mut IdentityScratch) {
    let IdentityScratch { found, clusters, by_key, .. } = scratch;
    for found in found.iter_mut() {
        let kind = found.proposal.kind;
        let is_value = is_value(kind) || kind == EntityKind::Contact;
        if !is_value || found.proposal.source.term().is_some() {
            continue;
        }
        let words = || {
            let words = view.tokens(found).iter().map(|token| token.word.bits());
            words.fold(
                if found.tokens().is_empty() { u64::from(found.proposal.span.start()) } else { 0 },
                combine,
            )
        };
        let meaning = found.proposal.value.and_then(meaning).unwrap_or_else(words);
        let key = combine(combine(1, kind as u64), meaning);
        found.cluster = *by_key.entry(key).or_insert_with(|| new_cluster(clusters, Cluster::default()));
    }
}

/// The meaning as a key, if it is definite.
fn meaning(value: Value) -> Option<u64> {
    let text = |text: &str| text.bytes().fold(2, |hash, byte| combine(hash, u64::from(byte)));
    Some(match value {
        Value::Time(TimeValue { timex, days: _ }) if timex.as_str().ends_with("_REF") => return None,
        Value::Time(TimeValue { timex, days: _ }) => text(timex.as_str()),
        Value::Money(money) => combine(text(money.currency.unwrap_or("")), money.amount.to_bits()),
        Value::Number(number) => combine(text(number.unit), number.value.to_bits()),
    })
}

/// Whether the kind is of times and quantities, which have a value in place of a name.
pub(super) const fn is_value(kind: EntityKind) -> bool {
    use EntityKind::{
        Cardinal, Contact, Date, Duration, Event, Facility, Group, Language, Law, Location, Money, Ordinal,
        Organization, Other, Percent, Person, Product, Quantity, Time, Work,
    };
    match kind {
        Date | Time | Duration | Money | Percent | Quantity | Ordinal | Cardinal => true,
        Person | Organization | Location | Facility | Group | Product | Event | Work | Law | Language
        | Contact | Other => false,
    }
}

fn new_cluster(clusters: &mut Vec<Cluster>, cluster: Cluster) -> u32 {
    clusters.push(cluster);
    u32::try_from(clusters.len() - 1).expect("clusters are fewer than bytes: this is a bug")
}

#[cfg(test)]
mod tests;
