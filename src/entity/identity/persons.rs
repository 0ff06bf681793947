//! Mentions of persons joined: full names first, then surnames, given names and nicknames alone. It knows no
//! other kind of entity.
//!
//! Of several persons whom a short name fits, those that title and gender rule out go first; then those who
//! were mentioned in this paragraph or the one before are preferred; then who was introduced first, because
//! news writes the plain surname for the person that the article is about. Lists of persons that share a word
//! of their names are bounded, so that joining takes time in proportion to the mentions.

use super::kin::{Age, Kin};
use super::parts::{Part, PartKind};
use super::{Cluster, Found, IdentityScratch, View, new_cluster};
use crate::entity::EntityKind;
use crate::entity::person::{Gender, PersonWords};
use crate::lexicon::{FastMap, Word};
use std::ops::Range;

/// Among so many persons a short given name is looked for: bounds the work a mention.
const MOST_CALLED: usize = 32;

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    persons: Vec<Person>,
    /// Mentions of persons, as index into what was found, with their parts and paragraph.
    mentions: Vec<PersonMention>,
    by_surname: FastMap<Word, Few>,
    by_given: FastMap<Word, Few>,
    by_other: FastMap<Word, Few>,
    by_term: FastMap<u32, u32>,
    /// Those who came in as somebody's spouse, in order of introduction.
    spouses: Vec<u32>,
}

#[derive(Clone, Debug)]
struct PersonMention {
    found: u32,
    parts: Range<u32>,
    paragraph: u32,
    kin: Kin,
}

#[derive(Clone, Debug)]
struct Person {
    /// Of the fullest name.
    parts: Range<u32>,
    gender: Option<Gender>,
    /// Heads of the titles seen first.
    titles: [Option<Word>; 3],
    /// Paragraphs of the first mention, and of the last one before the mention in hand.
    introduced: u32,
    seen: Option<u32>,
    cluster: u32,
    /// As whose son or father he came into the article.
    age: Option<Age>,
    years: Option<u32>,
    /// Another surname than the full name's, by marriage: "Lady **Holm**".
    married: Option<Word>,
}

/// A few persons that share a word of their names, in order of introduction.
#[derive(Clone, Copy, Debug, Default)]
struct Few {
    persons: [u32; Self::MOST],
    len: u8,
}

impl Few {
    const MOST: usize = 8;

    fn add(&mut self, person: u32) {
        let len = usize::from(self.len);
        if len < Self::MOST && !self.persons[..len].contains(&person) {
            self.persons[len] = person;
            self.len += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.persons.iter().copied().take(usize::from(self.len))
    }
}

/// Gives every mention of a person its cluster.
pub(super) fn join(view: View<'_>, scratch: &mut IdentityScratch) {
    let IdentityScratch { found, clusters, parts, persons: own, .. } = scratch;
    own.clear();
    parts.clear();
    let paragraphs = view.context.document.paragraphs();
    let mut paragraph = 0;
    for (index, found) in (0..).zip(&*found) {
        if found.proposal.kind != EntityKind::Person {
            continue;
        }
        let start = found.proposal.span.start();
        while (paragraphs.get(paragraph + 1)).is_some_and(|next| next.span.start() <= start) {
            paragraph += 1;
        }
        let parts = parts.push(&view.knowledge.parts, view.text(), view.tokens(found), true);
        let paragraph = u32::try_from(paragraph).expect("paragraphs are fewer than bytes: this is a bug");
        let kin = Kin::of(view, found);
        own.mentions.push(PersonMention { found: index, parts, paragraph, kin });
    }

    let mentions = std::mem::take(&mut own.mentions);
    let words = &view.knowledge.persons;
    let mut joiner = Joiner { words, parts: |range: &Range<u32>| parts.of(range), own, clusters };
    for mention in &mentions {
        let found = &mut found[mention.found as usize];
        if is_full(parts.of(&mention.parts)) || found.proposal.source.term().is_some() {
            found.cluster = joiner.full(mention, found);
        }
    }
    for mention in &mentions {
        let found = &mut found[mention.found as usize];
        if found.cluster == u32::MAX {
            found.cluster = joiner.short(mention, found);
        } else {
            joiner.see(found.cluster, mention.paragraph);
        }
    }
    own.mentions = mentions;
}

impl Scratch {
    fn clear(&mut self) {
        let Self { persons, mentions, by_surname, by_given, by_other, by_term, spouses } = self;
        persons.clear();
        mentions.clear();
        by_surname.clear();
        by_given.clear();
        by_other.clear();
        by_term.clear();
        spouses.clear();
    }
}

/// Whether a name says more than one word of who it is.
fn is_full(parts: &[Part]) -> bool {
    let telling = |part: &&Part| matches!(part.kind, PartKind::Full | PartKind::Initial);
    parts.iter().filter(telling).count() > 1 && parts.iter().any(Part::is_full)
}

struct Joiner<'a, P> {
    words: &'a PersonWords,
    parts: P,
    own: &'a mut Scratch,
    clusters: &'a mut Vec<Cluster>,
}

impl<'p, P: Fn(&Range<u32>) -> &'p [Part]> Joiner<'_, P> {
    /// The cluster of a full name.
    fn full(&mut self, mention: &PersonMention, found: &Found) -> u32 {
        let parts = (self.parts)(&mention.parts);
        let by_title = found.title.and_then(|title| title.gender);
        let gender = by_title.or(mention.kin.gender).or_else(|| self.gender(parts));
        let term = found.proposal.source.term();
        let same_term = term.and_then(|term| self.own.by_term.get(&term)).copied();
        let fitting = || {
            let few = self.own.by_surname.get(&surname(parts)?)?;
            few.iter().find(|&person| {
                let person = &self.own.persons[person as usize];
                agree(person.gender, gender) && self.can_be_one((self.parts)(&person.parts), parts)
            })
        };
        // "Sally Boy" of 'Salvatore "Sally Boy" Greco', "María Ortega" of "María Ortega Cruz".
        let within = || {
            let few = self.own.by_other.get(&surname(parts)?)?;
            few.iter().find(|&person| {
                let person = &self.own.persons[person as usize];
                let words = |parts: &'p [Part]| parts.iter().map(|part| part.word);
                let long = (self.parts)(&person.parts);
                agree(person.gender, gender)
                    && long.windows(parts.len()).any(|run| words(run).eq(words(parts)))
            })
        };
        // "Ann Lee, born Ann Holm": the one before.
        let born = || {
            let before = u32::try_from(self.own.persons.len()).ok()?.checked_sub(1);
            before.filter(|&person| mention.kin.born && self.share_given(person, parts))
        };
        let person = same_term
            .or_else(fitting)
            .or_else(within)
            .or_else(born)
            .unwrap_or_else(|| self.introduce(mention, Cluster { term, ..Cluster::default() }));
        if let Some(term) = term {
            self.own.by_term.insert(term, person);
            self.clusters[self.own.persons[person as usize].cluster as usize].term.get_or_insert(term);
        }
        let known = (self.parts)(&self.own.persons[person as usize].parts);
        if parts.len() > known.len() && !mention.kin.born {
            self.own.persons[person as usize].parts = mention.parts.clone();
        }
        self.learn(person, gender, found);
        self.register(person, parts);
        if mention.kin.spouse && !self.own.spouses.contains(&person) && self.own.spouses.len() < Few::MOST {
            self.own.spouses.push(person);
        }
        let known = &mut self.own.persons[person as usize];
        known.years = known.years.or(mention.kin.years);
        self.own.persons[person as usize].cluster
    }

    /// The cluster of a surname, given name or nickname alone.
    fn short(&mut self, mention: &PersonMention, found: &Found) -> u32 {
        let parts = (self.parts)(&mention.parts);
        let gender = found.title.and_then(|title| title.gender);
        let bearer = match self.by_marriage(parts, found, mention) {
            Some(wife) => Some(wife),
            None => self.bearer(parts, gender, found, mention),
        };
        let person = bearer.unwrap_or_else(|| {
            let person = self.introduce(mention, Cluster::default());
            self.register(person, parts);
            person
        });
        self.learn(person, gender, found);
        let cluster = self.own.persons[person as usize].cluster;
        self.see(cluster, mention.paragraph);
        cluster
    }

    /// The person whom a short name means.
    fn bearer(
        &self,
        parts: &[Part],
        gender: Option<Gender>,
        found: &Found,
        mention: &PersonMention,
    ) -> Option<u32> {
        let word = surname(parts).or_else(|| Some(parts.last()?.word))?;
        let few = [&self.own.by_surname, &self.own.by_given, &self.own.by_other]
            .into_iter()
            .find_map(|map| map.get(&word));
        let Some(few) = few else { return self.called(word) };
        let head = found.title.map(|title| title.head);
        if let Some(age) = mention.kin.compared {
            // "the younger Lee": who came in as a son, else the later of the two.
            let rank = |person: u32| match self.own.persons[person as usize].age {
                Some(known) => {
                    if known == age {
                        2
                    } else {
                        0
                    }
                }
                None => 1,
            };
            let known = || few.iter().map(|person| self.own.persons[person as usize].years);
            let all = known().all(|years| years.is_some());
            let years = |person: u32| {
                let years = i64::from(self.own.persons[person as usize].years.filter(|_| all).unwrap_or(0));
                if age == Age::Elder { years } else { -years }
            };
            return few.iter().max_by_key(|&person| (rank(person), years(person), person));
        }
        few.iter().filter(|&person| agree(self.own.persons[person as usize].gender, gender)).max_by_key(
            |&person| {
                let known = &self.own.persons[person as usize];
                let titled = head.is_some() && known.titles.contains(&head);
                let recent = known.seen.is_some_and(|seen| seen + 1 >= mention.paragraph);
                let introduced = known.seen.is_some();
                (titled, recent, introduced, std::cmp::Reverse(known.introduced), std::cmp::Reverse(person))
            },
        )
    }

    /// Who goes by that surname by marriage: "he married **Ann Lee**. Lady Holm came"; near misses: Lady Holm whom the
    /// article names in full, and "Miss Holm".
    fn by_marriage(&mut self, parts: &[Part], found: &Found, mention: &PersonMention) -> Option<u32> {
        let title = found.title.filter(|title| self.words.is_of_wives(title.head))?;
        let surname = surname(parts)?;
        let few = self.own.by_surname.get(&surname)?;
        let of = |person: u32| &self.own.persons[person as usize];
        let titled = |person: u32| of(person).titles.contains(&Some(title.head));
        let her_own = |person: u32| titled(person) || self.own.spouses.contains(&person);
        if few.iter().any(her_own) || !few.iter().any(|person| of(person).gender != Some(Gender::Female)) {
            return None;
        }
        let fits = |&&person: &&u32| {
            let known = of(person);
            known.introduced <= mention.paragraph
                && agree(known.gender, title.gender)
                && known.married.is_none_or(|married| married == surname)
        };
        let mut fitting = self.own.spouses.iter().filter(fits);
        let only = *fitting.next()?;
        if fitting.next().is_some() {
            return None;
        }
        self.own.persons[only as usize].married = Some(surname);
        Some(only)
    }

    /// Whether a person and another full name begin alike.
    fn share_given(&self, person: u32, parts: &[Part]) -> bool {
        let known = (self.parts)(&self.own.persons[person as usize].parts);
        let first = |parts: &[Part]| parts.iter().find(|part| part.is_full()).map(|part| part.word);
        first(known).zip(first(parts)).is_some_and(|(a, b)| self.words.are_one(a, b))
    }

    /// The only person with a given name that "Joe" is short for.
    fn called(&self, short: Word) -> Option<u32> {
        let fits = |person: &Person| {
            let parts = (self.parts)(&person.parts);
            let given = parts.iter().find(|part| part.is_full());
            is_full(parts) && given.is_some_and(|given| self.words.are_one(given.word, short))
        };
        let mut fitting =
            (0..).zip(self.own.persons.iter().take(MOST_CALLED)).filter(|(_, person)| fits(person));
        let (only, _) = fitting.next()?;
        fitting.next().is_none().then_some(only)
    }

    fn introduce(&mut self, mention: &PersonMention, cluster: Cluster) -> u32 {
        let cluster = new_cluster(self.clusters, cluster);
        self.own.persons.push(Person {
            parts: mention.parts.clone(),
            gender: None,
            titles: [None; 3],
            introduced: mention.paragraph,
            seen: None,
            age: mention.kin.age,
            years: mention.kin.years,
            married: None,
            cluster,
        });
        u32::try_from(self.own.persons.len() - 1).expect("persons are fewer than bytes: this is a bug")
    }

    /// Makes a person known by the words of a name.
    fn register(&mut self, person: u32, parts: &[Part]) {
        let surname = surname(parts);
        let mut full = parts.iter().filter(|part| part.is_full()).map(|part| part.word);
        if let Some(surname) = surname {
            self.own.by_surname.entry(surname).or_default().add(person);
        }
        if let Some(given) = full.next().filter(|&given| Some(given) != surname) {
            self.own.by_given.entry(given).or_default().add(person);
        }
        for other in full.filter(|&other| Some(other) != surname) {
            self.own.by_other.entry(other).or_default().add(person);
        }
    }

    fn learn(&mut self, person: u32, gender: Option<Gender>, found: &Found) {
        let known = &mut self.own.persons[person as usize];
        known.gender = known.gender.or(gender);
        self.clusters[known.cluster as usize].gender = known.gender;
        for title in found.titles() {
            let head = Some(title.head);
            let free = known.titles.iter().position(Option::is_none);
            if let Some(free) = free.filter(|_| !known.titles.contains(&head)) {
                known.titles[free] = head;
            }
        }
    }

    fn see(&mut self, cluster: u32, paragraph: u32) {
        // Clusters of persons are made one by one with the persons.
        let first = self.own.persons.first().map_or(0, |person| person.cluster);
        if let Some(person) = cluster.checked_sub(first).and_then(|at| self.own.persons.get_mut(at as usize))
        {
            person.seen = Some(paragraph);
        }
    }

    /// What the given name tells.
    fn gender(&self, parts: &[Part]) -> Option<Gender> {
        self.words.gender(parts.iter().find(|part| part.is_full())?.word)
    }

    /// Whether two full names with one surname can be one person's: "Joseph R. Biden Jr", "Joe Biden",
    /// "J. Biden"; but not "Jill Biden".
    fn can_be_one(&self, a: &[Part], b: &[Part]) -> bool {
        let (mut short, mut long) = (given(a), given(b));
        if short.clone().count() > long.clone().count() {
            std::mem::swap(&mut short, &mut long);
        }
        let (Some(first), Some(other)) = (short.clone().next(), long.clone().next()) else {
            // A surname with no given name before it: "Lee" of a caller's list.
            return long.next().is_none();
        };
        if !self.fit(first, other) && !long.clone().any(|part| part.is_full() && part.word == first.word) {
            return false;
        }
        short.all(|part| long.any(|other| self.fit(part, other)))
    }

    fn fit(&self, a: Part, b: Part) -> bool {
        match (a.kind, b.kind) {
            (PartKind::Initial, _) | (_, PartKind::Initial) => a.letter == b.letter,
            _ => self.words.are_one(a.word, b.word),
        }
    }
}

/// The last word that names.
fn surname(parts: &[Part]) -> Option<Word> {
    parts.iter().rev().find(|part| part.is_full()).map(|part| part.word)
}

/// Given names, middle names and initials.
fn given(parts: &[Part]) -> impl Iterator<Item = Part> + Clone {
    let end = parts.iter().rposition(Part::is_full).unwrap_or(0);
    let telling = |part: &Part| matches!(part.kind, PartKind::Full | PartKind::Initial);
    parts.iter().take(end).copied().filter(telling)
}

/// Whether nothing tells two genders apart.
fn agree(a: Option<Gender>, b: Option<Gender>) -> bool {
    a.is_none() || b.is_none() || a == b
}
