//! Mentions of everything that has a name and is no person, joined: equal names, other names of one known
//! thing, acronyms with their expansion, short forms of bodies. It knows no person and no value.
//!
//! Distinct names are found first; then pairs of them are united. A short form joins only when one name alone
//! in the article can be what it is short for.

use super::parties;
use super::parts::{Part, PartKind};
use super::{Cluster, Found, IdentityScratch, View, new_cluster};
use crate::entity::EntityKind;
use crate::entity::gazetteer::Meaning;
use crate::lexicon::{FastMap, Word, combine};
use crate::text::Span;
use crate::token::{Case, Token};
use std::cell::OnceCell;
use std::ops::Range;

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    names: Vec<Name>,
    by_key: FastMap<u64, u32>,
    /// Full names by the acronyms and short forms that they can have.
    forms: FastMap<u64, Form>,
    /// The name of each mention, in order, and its index into what was found.
    mentions: Vec<(u32, u32)>,
    clusters: Vec<u32>,
}

/// A distinct name.
#[derive(Clone, Debug)]
struct Name {
    kind: EntityKind,
    parts: Range<u32>,
    /// What it is said to mean by lists of facts.
    fact: Option<u32>,
    term: Option<u32>,
    /// The first mention's tokens.
    tokens: Range<usize>,
    /// Another name of the same thing, or itself.
    parent: u32,
}

/// What an acronym or a short form may stand for.
#[derive(Clone, Copy, Debug)]
struct Form {
    name: u32,
    /// Whether that is a plain name.
    plain: bool,
    /// Another name that could have this form too, if there is one: the first.
    rival: Option<u32>,
}

impl Form {
    /// The name that a short form means which is first seen as name `short`: the only one, or behind "the" the only one
    /// that was introduced before it.
    fn meant(self, short: u32, the: bool) -> Option<u32> {
        let only = self.rival.is_none_or(|rival| the && self.plain && self.name < short && short < rival);
        only.then_some(self.name)
    }
}

/// A name of more words has no short forms: bounds the work a name.
const LONGEST_WITH_FORMS: usize = 12;

/// Tell apart where the keys of names come from.
const BY_FACT: u64 = 3;
const BY_WORDS: u64 = 4;
const BY_TERM: u64 = 5;
const BY_LETTERS: u64 = 6;

/// Gives every mention that has none yet its cluster.
pub(super) fn join(view: View<'_>, scratch: &mut IdentityScratch) {
    let IdentityScratch { found, clusters, parts, names: own, .. } = scratch;
    own.clear();
    parts.clear();
    let evidence = OnceCell::new();
    let all = &*found;
    let evidence = || *evidence.get_or_init(|| Evidence::weigh(view, all));
    for (index, found) in (0..).zip(all) {
        if found.cluster != u32::MAX {
            continue;
        }
        let range = parts.push(&view.knowledge.parts, view.text(), view.tokens(found), false);
        let name = own.intern(view, found, parts.of(&range), &range, &evidence);
        own.mentions.push((index, name));
    }
    unite(view, own, |range| parts.of(range), found);

    own.clusters.clear();
    own.clusters.resize(own.names.len(), u32::MAX);
    for &(index, name) in &own.mentions {
        let root = find(&mut own.names, name);
        let cluster = &mut own.clusters[root as usize];
        if *cluster == u32::MAX {
            *cluster = new_cluster(clusters, Cluster::default());
        }
        found[index as usize].cluster = *cluster;
        let Name { fact, term, .. } = own.names[name as usize];
        let known = &mut clusters[*cluster as usize];
        known.fact = known.fact.or(fact);
        known.term = known.term.or(term);
    }
}

impl Scratch {
    fn clear(&mut self) {
        let Self { names, by_key, forms, mentions, clusters } = self;
        names.clear();
        by_key.clear();
        forms.clear();
        mentions.clear();
        clusters.clear();
    }

    /// The distinct name of a mention.
    fn intern(
        &mut self,
        view: View<'_>,
        found: &Found,
        parts: &[Part],
        range: &Range<u32>,
        evidence: &impl Fn() -> Evidence,
    ) -> u32 {
        let kind = found.proposal.kind;
        let term = found.proposal.source.term();
        let fact = fact_of(view, found, evidence);
        let key = match (term, fact) {
            (Some(term), _) => combine(BY_TERM, u64::from(term)),
            (None, Some(fact)) => combine(BY_FACT, u64::from(fact)),
            (None, None) => combine(combine(BY_WORDS, kind as u64), words_key(view, found, parts)),
        };
        let names = &mut self.names;
        *self.by_key.entry(key).or_insert_with(|| {
            let index = u32::try_from(names.len()).expect("names are fewer than bytes: this is a bug");
            let (parts, tokens) = (range.clone(), found.tokens());
            names.push(Name { kind, parts, fact, term, tokens, parent: index });
            index
        })
    }
}

/// The words that tell: suffixes and particles do not, unless there is nothing else.
fn words_key(view: View<'_>, found: &Found, parts: &[Part]) -> u64 {
    let fold =
        |parts: &mut dyn Iterator<Item = &Part>| parts.fold(0, |hash, part| combine(hash, part.word.bits()));
    if found.proposal.kind == EntityKind::Group {
        // "Houthis" are "Houthi", which no list needs to say.
        if let [only] = view.tokens(found) {
            let written = only.of(view.text());
            return combine(0, Word::new(written.strip_suffix('s').unwrap_or(written)).bits());
        }
    }
    if parts.iter().any(Part::is_full) {
        let the = parts.iter().take_while(|part| part.kind == PartKind::Particle).count();
        return fold(&mut parts[the..].iter().filter(|part| part.kind != PartKind::Suffix));
    }
    match parts {
        [] => Word::new(found.proposal.span.of(view.text())).bits(),
        parts => fold(&mut parts.iter()),
    }
}

/// What lists of facts say that a mention means, if that is of the mention's kind.
fn fact_of(view: View<'_>, found: &Found, evidence: &impl Fn() -> Evidence) -> Option<u32> {
    let gazetteer = &view.knowledge.gazetteer;
    let tokens = view.tokens(found);
    let of_kind = |&fact: &u32| gazetteer.fact(fact).kind == found.proposal.kind;
    // "New York state officials": the word behind the name tells which of the two is meant.
    let longer = || {
        let range = found.tokens.0 as usize..found.tokens.1 as usize + 1;
        let longer = view.context.tokens.get(range)?;
        let state = longer.last()?.of(view.text()) == "state";
        state.then(|| gazetteer.meaning(view.text(), longer)).flatten()
    };
    let Meaning { fact, rival, .. } = longer().or_else(|| gazetteer.meaning(view.text(), tokens))?;
    let fact = match rival {
        Some(rival) if evidence().prefers(view, rival, fact) => rival,
        _ => fact,
    };
    Some(fact).filter(of_kind)
}

/// Countries that the article speaks of, which tell which of two places of one name it means.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    /// Countries, or their people, that are named.
    named: Countries,
    /// Countries of which a state is named, other than one that shares its name.
    by_states: Countries,
}

/// A few countries by their codes: an article that names more says little by it.
type Countries = [Option<&'static str>; 8];

impl Evidence {
    fn weigh(view: View<'_>, found: &[Found]) -> Self {
        let gazetteer = &view.knowledge.gazetteer;
        let mut evidence = Self::default();
        for found in found {
            if !matches!(found.proposal.kind, EntityKind::Location | EntityKind::Group) {
                continue;
            }
            let meaning = gazetteer.meaning(view.text(), view.tokens(found));
            let Some(meaning) = meaning.filter(|meaning| meaning.rival.is_none()) else { continue };
            let fact = gazetteer.fact(meaning.fact);
            let countries = match fact.link {
                Some(("iso-3166-2", _)) => &mut evidence.by_states,
                _ => &mut evidence.named,
            };
            let at = countries.iter().position(|known| known.is_none() || *known == fact.country);
            if let Some(at) = at {
                countries[at] = fact.country;
            }
        }
        evidence
    }

    /// Whether the second meaning of a name goes before the first: Georgia beside Alabama is the state, and so is
    /// Victoria, capital of the Seychelles, in an article on Australia.
    fn prefers(&self, view: View<'_>, rival: u32, first: u32) -> bool {
        let (rival, first) = (view.knowledge.gazetteer.fact(rival), view.knowledge.gazetteer.fact(first));
        let is_state = matches!(rival.link, Some(("iso-3166-2", _)));
        let told = |countries: &Countries, country| countries.contains(&country);
        let by_country = first.subtype != Some("country")
            && told(&self.named, rival.country)
            && !told(&self.named, first.country);
        is_state && (told(&self.by_states, rival.country) || by_country)
    }
}

/// Unites names that mean one thing.
fn unite<'p>(view: View<'_>, own: &mut Scratch, parts: impl Fn(&Range<u32>) -> &'p [Part], found: &[Found]) {
    // Once more where two names had one short form and turned out to be one thing: "the Trust" beside "Ashdown
    // Lifeboat Trust" and "Ashdown Trust".
    if join_short_forms(view, own, &parts) {
        join_short_forms(view, own, &parts);
    }
    let Scratch { names, mentions, .. } = own;
    for pair in mentions.windows(2) {
        let [(first, long), (second, short)] = *pair else { continue };
        let (first, second) = (&found[first as usize], &found[second as usize]);
        if names[long as usize].kind == names[short as usize].kind && in_brackets(view, first, second) {
            join_pair(names, long, short);
        }
    }
}

/// Joins acronyms and short forms with the one thing that they can be short for. Whether to look again: some form was
/// of several names, and names were joined.
fn join_short_forms<'p>(
    view: View<'_>,
    own: &mut Scratch,
    parts: &impl Fn(&Range<u32>) -> &'p [Part],
) -> bool {
    let ambiguous = note_forms(view, own, parts);
    let Scratch { names, forms, .. } = own;
    let mut joined = false;
    for at in 0..names.len() {
        let name = &names[at];
        if !has_short_forms(name.kind) {
            continue;
        }
        let tokens = &view.context.tokens[name.tokens.clone()];
        let letters = acronym(view.text(), tokens).map(|letters| letters_key(name.kind, letters));
        let short = || short_key(name.kind, parts(&name.parts).iter().filter(|part| part.is_full()));
        let is_acronym = letters.is_some();
        let form = letters.and_then(|key| forms.get(&key)).or_else(|| forms.get(&short()?));
        let index = u32::try_from(at).expect("names are fewer than bytes: this is a bug");
        let before =
            name.tokens.start.checked_sub(1).map(|before| view.context.tokens[before].of(view.text()));
        let the = before.is_some_and(|before| before.eq_ignore_ascii_case("the"));
        if let Some(long) = form.and_then(|form| form.meant(index, the)) {
            let root = find(names, long);
            if is_acronym && names[root as usize].fact.is_none() {
                // The article says what "AFP" is short for, and it is no news agency.
                names[at].fact = None;
            }
            joined |= join_pair(names, long, index);
        }
    }
    ambiguous && joined
}

/// Notes what each name may be called for short. Whether some form is of several names.
fn note_forms<'p>(view: View<'_>, own: &mut Scratch, parts: &impl Fn(&Range<u32>) -> &'p [Part]) -> bool {
    let Scratch { names, forms, .. } = own;
    forms.clear();
    let mut ambiguous = false;
    for index in 0..names.len() {
        let Name { kind, parts: ref own, ref tokens, .. } = names[index];
        let written = &view.context.tokens[tokens.clone()];
        let plain = is_plain(view.text(), written);
        // "a Grand Slam-winning side" is no name.
        let named = |token: &Token| token.case != Case::Lower || view.knowledge.parts.stands_in_bodies(token);
        if !has_short_forms(kind) || (kind == EntityKind::Other && !(plain && written.iter().all(named))) {
            continue;
        }
        let own = parts(own);
        let index = u32::try_from(index).expect("names are fewer than bytes: this is a bug");
        let mut note = |form| {
            let known = forms.entry(form).or_insert(Form { name: index, plain, rival: None });
            if find(names, known.name) != find(names, index) {
                known.rival.get_or_insert(index);
                ambiguous = true;
            }
        };
        for_each_form(kind, own, &mut note);
        if kind == EntityKind::Organization {
            parties::for_each_form(view.text(), written, |words| note(form_key(kind, words.iter().copied())));
        }
    }
    ambiguous
}

/// Whether a name begins with a capital and is not shouted, as headlines are, whose names run together: "MOODY'S MAY
/// DOWNGRADE LUND".
fn is_plain(text: &str, tokens: &[Token]) -> bool {
    let small = |token: &Token| token.of(text).contains(char::is_lowercase);
    tokens.first().is_some_and(|first| first.is_capitalized(text)) && tokens.iter().any(small)
}

/// Kinds whose names are shortened.
const fn has_short_forms(kind: EntityKind) -> bool {
    matches!(
        kind,
        EntityKind::Organization
            | EntityKind::Event
            | EntityKind::Law
            | EntityKind::Facility
            | EntityKind::Other
    )
}

/// Calls with the key of each acronym and, for organizations, each shorter form of a name: its first words, its
/// last, or its first and its last.
fn for_each_form(kind: EntityKind, parts: &[Part], mut call: impl FnMut(u64)) {
    let full = || parts.iter().filter(|part| part.is_full());
    let count = full().count();
    if count < 2 || parts.len() > LONGEST_WITH_FORMS {
        return;
    }
    let letters = |parts: &mut dyn Iterator<Item = &Part>| letters_key(kind, parts.map(|part| part.letter));
    let all = letters(&mut parts.iter());
    let telling = letters(&mut parts.iter().filter(|part| part.kind != PartKind::Particle));
    let plain = letters(&mut full());
    call(plain);
    if telling != plain {
        call(telling);
    }
    if all != plain && all != telling {
        call(all);
    }
    // "COSATU" of "Congress of South African Trade Unions": two letters of the first word.
    let mut telling = parts.iter().filter(|part| part.kind != PartKind::Particle);
    if count > 2
        && let Some(first) = telling.next()
        && let Some(second) = first.second
    {
        let rest = telling.map(|part| part.letter);
        call(letters_key(kind, [first.letter, second].into_iter().chain(rest)));
    }
    if kind == EntityKind::Other {
        for len in 2..count {
            short_key(kind, full().take(len)).into_iter().for_each(&mut call);
        }
    }
    if kind == EntityKind::Organization {
        // "Department" of "Lund Department of Transport"
        let before = parts.iter().position(|part| part.kind == PartKind::Particle).unwrap_or(0);
        let head = parts[..before].iter().rev().find(|part| part.is_full());
        short_key(kind, head.into_iter()).into_iter().for_each(&mut call);
        for len in 1..count {
            short_key(kind, full().take(len)).into_iter().for_each(&mut call);
            short_key(kind, full().skip(count - len)).into_iter().for_each(&mut call);
        }
        // "Ashdown Trust" of "Ashdown Lifeboat Trust"
        if count > 2 {
            short_key(kind, full().take(1).chain(full().skip(count - 1))).into_iter().for_each(&mut call);
        }
    }
}

fn letters_key(kind: EntityKind, letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(combine(BY_LETTERS, kind as u64), |hash, letter| combine(hash, u64::from(u32::from(letter))))
}

/// The key of a short form of these words, of which there is one at least.
fn form_key(kind: EntityKind, words: impl Iterator<Item = Word>) -> u64 {
    words.fold(combine(BY_WORDS, kind as u64), |hash, word| combine(hash, word.bits()))
}

/// The same of parts; `None` for no word at all.
fn short_key<'a>(kind: EntityKind, parts: impl Iterator<Item = &'a Part>) -> Option<u64> {
    let mut words = parts.map(|part| part.word).peekable();
    words.peek().is_some().then(|| form_key(kind, words))
}

/// The letters of a name that is an acronym, folded: "IMF", "U.N."; not "Nato", not "G20".
fn acronym<'t>(text: &'t str, tokens: &[Token]) -> Option<impl Iterator<Item = char> + use<'t>> {
    let [token] = tokens else { return None };
    let written = token.of(text);
    let letters = || written.chars().filter(|&c| c != '.');
    let fits = token.case == Case::Upper
        && letters().all(char::is_alphabetic)
        && (2..=8).contains(&letters().count());
    fits.then(|| letters().flat_map(char::to_lowercase))
}

/// Whether the second name stands in brackets right behind the first and one is short for the other:
/// "International Monetary Fund (IMF)", "IMF (International Monetary Fund)"; but not "Dynamo (Kyiv)".
fn in_brackets(view: View<'_>, first: &Found, second: &Found) -> bool {
    let text = view.text();
    let gap = Span::new(first.proposal.span.end(), second.proposal.span.start());
    let behind = view.context.tokens.get(second.tokens.1 as usize);
    if gap.of(text).trim_start() != "(" || behind.is_none_or(|token| token.of(text) != ")") {
        return false;
    }
    let (long, mut letters) = match (acronym(text, view.tokens(second)), acronym(text, view.tokens(first))) {
        (Some(letters), None) => (view.tokens(first), letters),
        (None, Some(letters)) => (view.tokens(second), letters),
        _ => return false,
    };
    let Some(letter) = letters.next() else { return false };
    long.iter().any(|token| {
        let first = token.of(text).chars().next();
        first.is_some_and(|c| c.to_lowercase().next() == Some(letter))
    })
}

fn find(names: &mut [Name], mut name: u32) -> u32 {
    while names[name as usize].parent != name {
        let parent = names[name as usize].parent;
        names[name as usize].parent = names[parent as usize].parent;
        name = parent;
    }
    name
}

/// Names of two known things stay apart, and a caller's own term takes in no other term. Whether they were two.
fn join_pair(names: &mut [Name], long: u32, short: u32) -> bool {
    let (long, short) = (find(names, long), find(names, short));
    let (a, b) = (&names[long as usize], &names[short as usize]);
    let apart =
        matches!((a.fact, b.fact), (Some(a), Some(b)) if a != b) || (a.term.is_some() && b.term.is_some());
    let joins = long != short && !apart;
    if joins {
        let (fact, term) = (a.fact.or(b.fact), a.term.or(b.term));
        let root = &mut names[long as usize];
        (root.fact, root.term) = (fact, term);
        names[short as usize].parent = long;
    }
    joins
}
