//! Mentions become entities: names that mean one thing are joined, titles and codes gathered. It knows the
//! finders' proposals after their competition, which are in order and do not overlap.

mod assemble;
mod kin;
mod names;
mod parties;
mod parts;
mod persons;
mod spans;

use super::gazetteer::Gazetteer;
use super::person::{Gender, PersonWords, Title, is_possessive};
use super::refine::KindWords;
use super::{Context, Entities, EntityKind, Proposal, Source, TimeValue, Value};
use crate::lexicon::{FastMap, combine};
use crate::text::{Checkpoint, Span, chars};
use crate::token::{self, Token, TokenKind};
pub(super) use assemble::is_about_sport;
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
    /// What commas set apart from the name and its title: "the **chairman**, Sir Karl Holm".
    role: Option<Title>,
    /// Which cluster it belongs to.
    cluster: u32,
}

impl Found {
    fn tokens(&self) -> Range<usize> {
        self.tokens.0 as usize..self.tokens.1 as usize
    }

    /// Title and role in the order of the text.
    fn titles(&self) -> impl Iterator<Item = Title> + use<> {
        let start = |title: Option<Title>| title.map(|title| title.span.start());
        let turned = self.role.is_some() && start(self.role) < start(self.title);
        let (first, second) = if turned { (self.role, self.title) } else { (self.title, self.role) };
        first.into_iter().chain(second)
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
    let mut proposals = proposals.iter().peekable();
    while let Some(&proposal) = proposals.next() {
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
        if is_person
            && learned
            && let Some(rest) = proposals.next_if(|next| is_behind_nickname(view, &range, next))
        {
            range.end += token::count_within(&tokens[range.end..], rest.span.end());
        }
        if learned {
            range = trim(view, range, is_person);
        }
        if learned {
            let behind = found.iter().rev().take_while(|found: &&Found| is_value(found.proposal.kind));
            let value_end = behind.map(|found| found.tokens().end).next().unwrap_or(0);
            range = spans::mend(view, kind, range, sentence_start.max(value_end));
            while found.pop_if(|last| last.tokens().end > range.start).is_some() {}
        }
        let year = |next: &&Proposal| kind == EntityKind::Law && learned && is_year_of(view, range.end, next);
        if let Some(year) = proposals.next_if(year) {
            range.end += token::count_within(&tokens[range.end..], year.span.end());
        } else if kind == EntityKind::Law && learned && is_bare_year(view, range.end, proposals.peek()) {
            range.end += 1;
            proposals.next_if(|next| next.span.end() <= tokens[range.end - 1].span.end());
        }
        let in_state = kind == EntityKind::Location
            && proposals.peek().is_some_and(|next| is_town_before(view, range.clone(), next));
        let subtype =
            if in_state { Some("city") } else { proposal.subtype.filter(|_| proposal.kind == kind) };
        let span = match (tokens.get(range.start), tokens.get(range.end.wrapping_sub(1))) {
            (Some(first), Some(last)) if learned && range.start < range.end => {
                Span::new(first.span.start(), last.span.end())
            }
            _ => proposal.span,
        };
        let (title, role) = if is_person && range.start < range.end {
            titles(view, &range, sentence_start.max(last_end).min(range.start))
        } else {
            (None, None)
        };
        if is_person {
            last_end = range.end;
        }
        let narrow = |at: usize| u32::try_from(at).expect("tokens are fewer than bytes: this is a bug");
        found.push(Found {
            proposal: Proposal { span, kind, subtype, ..proposal },
            tokens: (narrow(range.start), narrow(range.end)),
            title,
            role,
            cluster: u32::MAX,
        });
    }
}

/// The title right before a name, and the role that commas set apart from both.
fn titles(view: View<'_>, name: &Range<usize>, from: usize) -> (Option<Title>, Option<Title>) {
    let (text, tokens, persons) = (view.text(), view.context.tokens, &view.knowledge.persons);
    let before = persons.title_before(text, tokens, from, name.start);
    let len = before.map_or(0, |title| token::count_before(&tokens[from..name.start], title.span.start()));
    let start = if before.is_some() { from + len } else { name.start };
    let behind = || persons.title_behind(text, tokens, name.end);
    let apart = behind().or_else(|| persons.title_apart(text, tokens, from, start..name.end));
    (before, apart)
}

/// Whether the next proposal is the rest of a name that a nickname cut in two: 'Salvatore' before 'Sally Boy" Greco'.
fn is_behind_nickname(view: View<'_>, name: &Range<usize>, next: &Proposal) -> bool {
    let tokens = view.context.tokens;
    let is_mark = |token: &Token| token.of(view.text()).chars().all(chars::is_double_mark);
    let opens = tokens.get(name.end).is_some_and(is_mark)
        && tokens.get(name.end + 1).is_some_and(|token| token.span.start() == next.span.start());
    let inside = || {
        let len = token::count_within(&tokens[name.end + 1..], next.span.end());
        &tokens[name.end + 1..name.end + 1 + len]
    };
    next.kind == EntityKind::Person
        && next.source == Source::Tagger
        && opens
        && inside().iter().filter(|token| is_mark(token)).count() == 1
        && !inside().last().is_some_and(is_mark)
}

/// Whether the next proposal is the year in the name of a law that ends before token `end`: "Tax Reform Act **of
/// 1986**", "Terrorism Act **2000**"; but not "the Hunting Act in 2005".
fn is_year_of(view: View<'_>, end: usize, next: &Proposal) -> bool {
    let tokens = view.context.tokens;
    let of = tokens.get(end).is_some_and(|token| token.of(view.text()) == "of");
    let year = tokens.get(end + usize::from(of));
    next.kind == EntityKind::Date
        && year.is_some_and(|year| year.kind == TokenKind::Number && year.span == next.span)
}

/// Whether figures right behind the name of a law are its year, though nobody took them for one: "Terrorism Act **2000**
/// when"; but not "under the Act 2000 people".
fn is_bare_year(view: View<'_>, end: usize, next: Option<&&Proposal>) -> bool {
    let tokens = view.context.tokens;
    let year = |token: &&Token| {
        token.kind == TokenKind::Number
            && token.span.len() == 4
            && token.of(view.text()).parse::<u16>().is_ok_and(|year| (1600..2100).contains(&year))
    };
    let free =
        |token: &Token| next.is_none_or(|next| !next.span.overlaps(token.span) || next.span == token.span);
    let counts = tokens.get(end + 1).is_some_and(|behind| behind.of(view.text()).ends_with('s'));
    tokens.get(end).filter(year).is_some_and(free) && !counts
}

/// Whether a place stands before its state, as towns do: "**Richmond**, Va."; but not "Darlington County, S.C.", and
/// not "Oregon, Washington", which lists.
fn is_town_before(view: View<'_>, place: Range<usize>, next: &Proposal) -> bool {
    let (text, tokens) = (view.text(), view.context.tokens);
    let gazetteer = &view.knowledge.gazetteer;
    let state = place.end + 1;
    let stands = tokens.get(place.end).is_some_and(|token| token.of(text) == ",")
        && tokens.get(state).is_some_and(|token| token.span.start() == next.span.start());
    if !stands || next.kind != EntityKind::Location {
        return false;
    }
    let state = state..state + token::count_within(&tokens[state..], next.span.end());
    let is_state = |fact: u32| matches!(gazetteer.fact(fact).link, Some(("iso-3166-2", _)));
    gazetteer.meaning(text, &tokens[state]).is_some_and(|meaning| is_state(meaning.fact))
        && gazetteer.meaning(text, &tokens[place.clone()]).is_none()
        && gazetteer.may_be_town(&tokens[place])
}

/// Leaves possessive endings and titles out of a learned name, as far as something remains.
fn trim(view: View<'_>, mut range: Range<usize>, is_person: bool) -> Range<usize> {
    let tokens = view.context.tokens;
    while range.len() > 1 && is_possessive(view.text(), &tokens[range.end - 1]) {
        range.end -= 1;
    }
    let title = view.knowledge.persons.title_within(view.text(), &tokens[range.clone()]);
    range.start += title.filter(|_| is_person).unwrap_or(0);
    // "Ms **ap Rhys**"
    let particle = |&at: &usize| is_person && view.knowledge.parts.is_small_particle(&tokens[at]);
    let first = (range.start.saturating_sub(3)..range.start).rev().take_while(particle).last();
    let titled = |&first: &usize| {
        view.knowledge.persons.title_before(view.text(), tokens, first.saturating_sub(2), first).is_some()
    };
    range.start = first.filter(titled).unwrap_or(range.start);
    range
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
