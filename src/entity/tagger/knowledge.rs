//! What the model knows of words before it sees an article: in which lists of names they stand, and which
//! words are used alike. It must not know how much that weighs.

use super::fingerprints::Fingerprints;
use crate::lexicon::{Word, combine};
use crate::model::{Container, ModelError, bad_section};
use crate::token::Token;

/// The finer type of places of which lists tell no more than that they are large.
pub(in crate::entity) const REGION: &str = "region";

/// Kinds of name lists; the place in this enum is the bit in a [`ListSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
#[cfg_attr(not(feature = "train"), allow(dead_code, reason = "the trainer fills the sets"))]
pub(crate) enum List {
    GivenCommon,
    GivenRare,
    SurnameCommon,
    SurnameKnown,
    SurnameRare,
    Person,
    Country,
    Capital,
    CityLarge,
    CityMiddle,
    CitySmall,
    CityAlias,
    Subdivision,
    SubdivisionShort,
    County,
    Region,
    Water,
    Relief,
    Airport,
    Company,
    CompanyShort,
    Agency,
    Media,
    Party,
    Team,
    University,
    Demonym,
    Language,
    LegalForm,
    Honorific,
    Role,
    /// Some longer name begins with these words.
    Prefix,
}

/// A set of [`List`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListSet(pub(crate) u32);

impl ListSet {
    #[cfg(feature = "train")]
    pub(crate) const fn with(self, list: List) -> Self {
        Self(self.0 | 1 << list as u32)
    }

    pub(crate) const fn has(self, list: List) -> bool {
        self.0 >> list as u32 & 1 != 0
    }

    /// Without the mark for longer names.
    pub(crate) const fn names(self) -> Self {
        Self(self.0 & !(1 << List::Prefix as u32))
    }

    /// The numbers of the lists in the set.
    pub(crate) fn iter(self) -> impl Iterator<Item = u32> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let lowest = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            (lowest < 32).then_some(lowest)
        })
    }

    /// The finer type of a thing of this class that these lists tell; the more telling list first.
    ///
    /// Silent are lists whose names mean a town as often as anything else: regions (towns among them), counties,
    /// abbreviations ("PA" is an authority too), and small towns and other names of towns where waters or islands
    /// share them. Subdivisions and islands are regions: which of them are states, facts tell.
    pub(crate) fn subtype(self, kind: crate::entity::EntityKind) -> Option<&'static str> {
        use crate::entity::EntityKind::{Location, Organization};
        const PLACES: [(List, &str); 8] = [
            (List::Country, "country"),
            (List::Capital, "city"),
            (List::CityLarge, "city"),
            (List::CityMiddle, "city"),
            (List::Subdivision, REGION),
            (List::Water, "water"),
            (List::Relief, REGION),
            (List::CitySmall, "city"),
        ];
        // The list of agencies holds bodies of no stated sort too, most of them firms: it tells nothing here.
        const BODIES: [(List, &str); 5] = [
            (List::Party, "party"),
            (List::Media, "media"),
            (List::Team, "team"),
            (List::Company, "company"),
            (List::CompanyShort, "company"),
        ];
        let table: &[(List, &str)] = if kind == Location {
            &PLACES
        } else if kind == Organization {
            &BODIES
        } else {
            &[]
        };
        let doubtful = self.has(List::CitySmall) && (self.has(List::Water) || self.has(List::Relief));
        let (list, name) = table.iter().find(|(list, _)| self.has(*list))?;
        (!doubtful || *list < List::Water).then_some(*name)
    }
}

/// How a word is used, learned from plain text: numbers of its classes, the coarsest first, 0 for a word that
/// is not known; the same of classes made from word vectors of a larger text; and how often it is written with a capital in the middle of sentences, 1 (never) to 6
/// (always), 0 for not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) clusters: [u16; 3],
    pub(crate) groups: [u16; 3],
    pub(crate) capitals: u8,
}

/// Bits of a stored [`Usage`] that hold its capitals; the rest is the number of the finest class.
pub(crate) const CAPITALS_BITS: u32 = 3;

/// Names longer than this are not looked for.
pub(crate) const LONGEST_NAME: usize = 8;

/// Lists of names and classes of words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knowledge {
    names: Fingerprints,
    sets: Box<[ListSet]>,
    usage: Fingerprints,
    /// For each finest class its coarser ones.
    coarser: Box<[[u16; 2]]>,
    groups: Fingerprints,
    coarser_groups: Box<[[u16; 2]]>,
}

impl Knowledge {
    /// Names of the sections that hold it.
    pub(crate) const SECTIONS: [[u8; 4]; 6] = [*b"name", *b"sets", *b"word", *b"clus", *b"vwrd", *b"vcls"];

    pub(crate) fn parse(container: &Container<'_>) -> Result<Self, ModelError> {
        let [names, sets, usage, coarser, groups, coarser_groups] = Self::SECTIONS;
        Ok(Self {
            names: Fingerprints::parse(container.section(names)?, names)?,
            sets: quads(container.section(sets)?, sets)?
                .map(|four| ListSet(u32::from_le_bytes(four)))
                .collect(),
            usage: Fingerprints::parse(container.section(usage)?, usage)?,
            coarser: pairs(container.section(coarser)?, coarser)?,
            groups: Fingerprints::parse(container.section(groups)?, groups)?,
            coarser_groups: pairs(container.section(coarser_groups)?, coarser_groups)?,
        })
    }

    /// In which lists a name stands, by its key: see [`name_key`].
    #[inline]
    pub(crate) fn lists(&self, key: u64) -> ListSet {
        let set = self.names.get(key).and_then(|index| self.sets.get(usize::from(index)));
        set.copied().unwrap_or_default()
    }

    /// How a word is used.
    pub(crate) fn usage(&self, word: Word) -> Usage {
        let classes = |finest: u16, coarser: &[[u16; 2]]| {
            let [coarse, middle] = coarser.get(usize::from(finest)).copied().unwrap_or_default();
            [coarse, middle, finest]
        };
        let stored = self.usage.get(word.bits()).unwrap_or(0);
        let group = self.groups.get(word.bits()).unwrap_or(0);
        Usage {
            clusters: classes(stored >> CAPITALS_BITS, &self.coarser),
            groups: classes(group, &self.coarser_groups),
            capitals: capitals_of(stored),
        }
    }

    /// Whether the word is a name on the lists and not known as anything else, so that it can be believed
    /// without its capital.
    pub(crate) fn is_name_even_small(&self, word: Word) -> bool {
        const NAMES: ListSet = ListSet(
            1 << List::GivenCommon as u32
                | 1 << List::Country as u32
                | 1 << List::Capital as u32
                | 1 << List::CityLarge as u32
                | 1 << List::CityMiddle as u32
                | 1 << List::Subdivision as u32
                | 1 << List::Company as u32
                | 1 << List::CompanyShort as u32
                | 1 << List::Media as u32,
        );
        // Most words are known as something else, which is told sooner.
        matches!(capitals_of(self.usage.get(word.bits()).unwrap_or(0)), 0 | 5 | 6)
            && self.lists(name_key(0, word)).0 & NAMES.0 != 0
    }

    /// The longest name of two words or more that begins with these tokens: how many tokens, in which lists. That
    /// some name begins with the first of them is known.
    pub(crate) fn longest_name(&self, tokens: &[Token]) -> Option<(usize, ListSet)> {
        let mut key = name_key(0, tokens.first()?.word);
        let mut longest = None;
        for (index, token) in tokens.iter().enumerate().take(LONGEST_NAME).skip(1) {
            key = name_key(key, token.word);
            let set = self.lists(key);
            if set.names() != ListSet::default() {
                longest = Some((index + 1, set.names()));
            }
            if !set.has(List::Prefix) {
                break;
            }
        }
        longest
    }

    /// The lists that hold exactly these tokens as one name.
    pub(crate) fn lists_of(&self, tokens: &[Token]) -> ListSet {
        let key = tokens.iter().fold(0, |key, token| name_key(key, token.word));
        self.lists(key).names()
    }
}

/// How often a word is written with a capital, of a stored [`Usage`].
fn capitals_of(stored: u16) -> u8 {
    u8::try_from(stored & ((1 << CAPITALS_BITS) - 1)).unwrap_or(0)
}

/// The key of a name: that of the words before, and one word more.
pub(crate) fn name_key(before: u64, word: Word) -> u64 {
    combine(before, word.bits())
}

fn pairs(bytes: &[u8], name: [u8; 4]) -> Result<Box<[[u16; 2]]>, ModelError> {
    let pair = |[a, b, c, d]: [u8; 4]| [u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])];
    Ok(quads(bytes, name)?.map(pair).collect())
}

fn quads(bytes: &[u8], name: [u8; 4]) -> Result<impl Iterator<Item = [u8; 4]>, ModelError> {
    let (quads, rest) = bytes.as_chunks::<4>();
    if rest.is_empty() { Ok(quads.iter().copied()) } else { Err(bad_section(name)) }
}
