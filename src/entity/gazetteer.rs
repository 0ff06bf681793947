//! Facts about places, peoples and bodies that everybody knows: what sort of thing a name means, which names
//! mean the same thing, and its ISO 3166 code. It knows no article; a name is a run of tokens.

use super::{EntityKind, Proposal, Source};
use crate::lexicon::{FastMap, Word, WordSet, combine, entries};
use crate::sentence::Sentence;
use crate::text::Span;
use crate::token::{self, Case, Token, TokenKind};

/// Something that everybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    /// Coarse type.
    pub(super) kind: EntityKind,
    /// Finer type.
    pub(super) subtype: Option<&'static str>,
    /// Catalogue and identifier there.
    pub(super) link: Option<(&'static str, &'static str)>,
    /// ISO 3166-1 code of the country that it belongs to, where the lists say so.
    pub(super) country: Option<&'static str>,
}

/// What a name can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// Index of the fact; two names with the same one mean the same thing.
    pub(super) fact: u32,
    /// Another thing with the same name: Georgia in the Caucasus, Georgia in the United States.
    pub(super) rival: Option<u32>,
    /// Also a common word or name: believed only where something else speaks for it.
    weak: bool,
    /// Which of the first eight tokens have a capital in the list, from the lowest bit.
    capitals: u8,
    /// Written in capitals throughout: "US", which is not "us".
    upper: bool,
}

/// All facts, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Gazetteer {
    facts: Vec<Fact>,
    meanings: FastMap<u64, Meaning>,
    /// First words of names, and how many tokens the longest name with it has.
    longest: FastMap<Word, u8>,
    place_heads: Heads,
    organization_heads: Heads,
    /// "St." of a mountain's name.
    saints: WordSet,
}

/// The finer type of places that begin with "Mount".
const MOUNTAIN: &str = "mountain";

/// Words whose place in a name tells what sort of thing it means.
#[derive(Clone, Debug, Default)]
struct Heads {
    first: FastMap<Word, &'static str>,
    last: FastMap<Word, &'static str>,
}

impl Gazetteer {
    /// The facts that are built into the program.
    pub(super) fn builtin() -> Self {
        let mut gazetteer = Self {
            place_heads: Heads::compile(include_str!("../../data/place-heads.txt")),
            organization_heads: Heads::compile(include_str!("../../data/organization-heads.txt")),
            saints: WordSet::compile("st\nst.\nsaint"),
            ..Self::default()
        };
        for [code, name, others, demonyms, capitals] in rows(include_str!("../../data/countries.txt")) {
            let country = Some(code);
            let place = EntityKind::Location;
            let link = Some(("iso-3166", code));
            gazetteer.add(Fact { kind: place, subtype: Some("country"), link, country }, [name, others]);
            gazetteer.add_people(demonyms, country);
            for capital in capitals.split('/') {
                gazetteer.add(Fact { kind: place, subtype: Some("city"), link: None, country }, [capital]);
            }
        }
        for [code, name, others, demonyms, subtype] in rows(include_str!("../../data/subdivisions.txt")) {
            let country = code.split('-').next();
            let link = Some(("iso-3166-2", code));
            let fact = Fact { kind: EntityKind::Location, subtype: Some(subtype), link, country };
            gazetteer.add(fact, [name, others]);
            gazetteer.add_people(demonyms, country);
        }
        for (list, kind) in [
            (include_str!("../../data/places.txt"), EntityKind::Location),
            (include_str!("../../data/organizations.txt"), EntityKind::Organization),
        ] {
            for [subtype, names] in rows(list) {
                gazetteer.add(Fact { kind, subtype: Some(subtype), link: None, country: None }, [names]);
            }
        }
        for names in entries(include_str!("../../data/groups.txt")) {
            gazetteer.add_people(names, None);
        }
        for name in entries(include_str!("../../data/languages.txt")) {
            let kind = EntityKind::Language;
            gazetteer.add(Fact { kind, subtype: None, link: None, country: None }, [name]);
        }
        gazetteer
    }

    /// The fact of that index.
    pub(super) fn fact(&self, index: u32) -> &Fact {
        &self.facts[index as usize]
    }

    /// What the tokens mean as a name, taken together; a leading "the" does not count.
    pub(super) fn meaning(&self, text: &str, tokens: &[Token]) -> Option<Meaning> {
        let bare = match tokens {
            [first, rest @ ..] if !rest.is_empty() && first.of(text).eq_ignore_ascii_case("the") => rest,
            _ => tokens,
        };
        let look = |tokens: &[Token]| {
            self.meanings.get(&key(tokens.iter().map(|token| token.word))).filter(|m| m.fits(tokens, text))
        };
        look(tokens).or_else(|| look(bare)).copied()
    }

    /// Finer type of a name by the words in it: "Lake Geneva" is water, "Acme Corp." a company.
    pub(super) fn subtype_by_words(&self, kind: EntityKind, tokens: &[Token]) -> Option<&'static str> {
        let heads = if kind == EntityKind::Location { &self.place_heads } else { &self.organization_heads };
        if !matches!(kind, EntityKind::Location | EntityKind::Organization) {
            return None;
        }
        let words = || tokens.iter().filter(|token| token.kind == TokenKind::Word);
        let (first, last) = (words().next()?, words().next_back()?);
        if first.span == last.span {
            return None;
        }
        // "Mount Etna", "Mount St. Helens"; but "Mount Vernon Estate".
        let saint = || words().nth(1).is_some_and(|second| self.saints.contains(second.word));
        let by_first = || {
            let led = heads.first.get(&first.word);
            led.filter(|&&subtype| subtype != MOUNTAIN || words().count() == 2 || saint())
        };
        heads.last.get(&last.word).or_else(by_first).copied()
    }

    /// Whether no word says that a place is something else than a town: "Darlington County", "Lake Tahoe"; but towns are
    /// called "Nutting Lake", "Bloomfield Hills" and "Mount Vernon".
    pub(super) fn may_be_town(&self, tokens: &[Token]) -> bool {
        let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word);
        let first = words.next().and_then(|first| self.place_heads.first.get(&first.word));
        let last = words.next_back().and_then(|last| self.place_heads.last.get(&last.word));
        first.is_none_or(|&subtype| subtype == MOUNTAIN) && last != Some(&"region")
    }

    /// Proposes the names that stand on their own: beside them no capitalised word that they may be part of.
    /// "China said", "the US Senate" has no country of its own for us, "China Daily" neither.
    pub(super) fn find(
        &self,
        text: &str,
        tokens: &[Token],
        sentences: &[Sentence],
        joins_names: impl Fn(Word) -> bool,
        out: &mut Vec<Proposal>,
    ) {
        let mut sentences = sentences.iter().peekable();
        let mut opens_sentence = u32::MAX;
        let mut at = 0;
        while at < tokens.len() {
            let token = &tokens[at];
            let Some((len, meaning)) = self.longest_at(text, tokens, at) else {
                at += 1;
                continue;
            };
            while let Some(next) = sentences.next_if(|next| next.span.start() <= token.span.start()) {
                opens_sentence = next.span.start();
            }
            let fact = self.fact(meaning.fact);
            let whole = Span::new(token.span.start(), tokens[at + len - 1].span.end());
            let is_name = |neighbour: Option<&Token>| {
                neighbour.is_some_and(|n| {
                    n.kind == TokenKind::Word
                        && n.is_capitalized(text)
                        && n.span.start() != opens_sentence
                        && !joins_names(n.word)
                })
            };
            let before = at.checked_sub(1).and_then(|before| tokens.get(before));
            let part_of_more = (!token.is_glued() && is_name(before)) || is_name(tokens.get(at + len));
            if meaning.is_sure() && !part_of_more {
                out.push(Proposal {
                    span: whole,
                    kind: fact.kind,
                    subtype: fact.subtype,
                    value: None,
                    confidence: None,
                    source: Source::Gazetteer,
                });
            }
            at += len;
        }
    }

    /// The longest name that begins at a token, as its number of tokens and what it means.
    fn longest_at(&self, text: &str, tokens: &[Token], at: usize) -> Option<(usize, Meaning)> {
        let first = tokens[at];
        if !matches!(first.case, Case::Title | Case::Upper | Case::Mixed) {
            return None;
        }
        let most = usize::from(*self.longest.get(&first.word)?).min(tokens.len() - at);
        let mut found = None;
        let mut hash = 0;
        for len in 1..=most {
            hash = combine(hash, tokens[at + len - 1].word.bits());
            let meaning =
                self.meanings.get(&hash).filter(|meaning| meaning.fits(&tokens[at..at + len], text));
            found = meaning.map(|&meaning| (len, meaning)).or(found);
        }
        found
    }

    /// A nation or another group of people with its words: "Swede" gives "Swedes", "Scottish" nothing more.
    fn add_people(&mut self, names: &'static str, country: Option<&'static str>) {
        if names.is_empty() {
            return;
        }
        let fact = Fact { kind: EntityKind::Group, subtype: None, link: None, country };
        let index = self.push(fact);
        for name in alternatives(names) {
            self.name(name, index);
            if !["s", "sh", "ch", "se", "men", "z"].iter().any(|ending| name.ends_with(ending)) {
                self.name(&format!("{name}s"), index);
            }
        }
    }

    /// A fact with its names, alternatives parted by semicolons.
    fn add<const N: usize>(&mut self, fact: Fact, names: [&'static str; N]) {
        let index = self.push(fact);
        for name in names.into_iter().flat_map(alternatives) {
            self.name(name, index);
        }
    }

    fn push(&mut self, fact: Fact) -> u32 {
        self.facts.push(fact);
        u32::try_from(self.facts.len() - 1).expect("facts are few: this is a bug")
    }

    fn name(&mut self, name: &str, fact: u32) {
        let (name, weak) = name.strip_prefix('?').map_or((name, false), |name| (name, true));
        let mut tokens = Vec::new();
        token::tokenize(name, Span::of_bytes(0, name.len()), &mut tokens);
        let Some(first) = tokens.first() else { return };
        let len = u8::try_from(tokens.len()).expect("a name in a list is short: this is a bug");
        let longest = self.longest.entry(first.word).or_default();
        *longest = len.max(*longest);
        let capitals = (tokens.iter().take(8).enumerate())
            .filter(|(_, token)| token.is_capitalized(name))
            .fold(0, |bits, (at, _)| bits | 1 << at);
        let upper = tokens.iter().all(|token| token.case == Case::Upper);
        let meaning = Meaning { fact, rival: None, weak, capitals, upper };
        self.meanings
            .entry(key(tokens.iter().map(|token| token.word)))
            .and_modify(|known| known.rival = known.rival.or(Some(fact).filter(|&fact| fact != known.fact)))
            .or_insert(meaning);
    }
}

impl Meaning {
    /// Whether the name means this and nothing else.
    pub(super) fn is_sure(&self) -> bool {
        !self.weak && self.rival.is_none()
    }

    /// Whether the tokens are written as the list has them, or all in capitals.
    fn fits(&self, tokens: &[Token], text: &str) -> bool {
        if self.upper {
            return tokens.iter().all(|token| token.case == Case::Upper);
        }
        (tokens.iter().take(8).enumerate())
            .all(|(at, token)| self.capitals & (1 << at) == 0 || token.is_capitalized(text))
    }
}

impl Heads {
    fn compile(list: &'static str) -> Self {
        let mut heads = Self::default();
        for [subtype, place, words] in rows(list) {
            for word in alternatives(words) {
                if place != "last" {
                    heads.first.entry(Word::new(word)).or_insert(subtype);
                }
                if place != "first" {
                    heads.last.entry(Word::new(word)).or_insert(subtype);
                }
            }
        }
        heads
    }
}

/// The name's key: its words in order.
fn key(words: impl Iterator<Item = Word>) -> u64 {
    words.fold(0, |hash, word| combine(hash, word.bits()))
}

/// The lines of a list with their columns; columns that a line lacks are empty.
pub(super) fn rows<const N: usize>(list: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    entries(list).map(|line| {
        let mut columns = line.split('|').map(str::trim);
        std::array::from_fn(|_| columns.next().unwrap_or(""))
    })
}

/// The parts of a column, parted by semicolons.
pub(super) fn alternatives(column: &'static str) -> impl Iterator<Item = &'static str> {
    column.split(';').map(str::trim).filter(|name| !name.is_empty())
}
