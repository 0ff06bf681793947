//! What the word before a stop and the words behind it are known to be. It must not know what follows from
//! that: the weights say.

use crate::lexicon::{FastMap, Word, entries};

const ABBREVIATIONS: &str = include_str!("../../data/abbreviations.txt");
const OPENERS: &str = include_str!("../../data/sentence-openers.txt");
const SAYINGS: &str = include_str!("../../data/sayings.txt");

/// Bits of what a word is.
pub(super) type Traits = u16;

/// "said", "asks": a quotation's words may go on behind its mark.
pub(super) const SAYING: Traits = 1 << 15;

/// Bits below this hold the class of abbreviation, 0 for none; openers have their class above it.
pub(super) const ABBREVIATION: Traits = 0x1f;

/// Where the class of an opener stands.
pub(super) const OPENER_SHIFT: u32 = 5;

/// The class of an opener, 0 for none.
pub(super) const OPENER: Traits = 0x1f << OPENER_SHIFT;

/// Where it stands how a word is used: two bits whether it begins with a capital inside sentences, two
/// whether a stop inside a sentence follows it. See [`Usage`].
pub(super) const USAGE_SHIFT: u32 = 10;
const USAGE: u16 = 0xf;

/// How words are used in much plain text, counted by the trainer: four bits a word, at the place that the
/// word's hash gives. Words that share a place share the bits; what they are worth, the weights have learned.
#[derive(Clone, Debug)]
pub(crate) struct Usage(Box<[u8]>);

impl Usage {
    /// Places of a table.
    #[cfg(feature = "train")]
    pub(crate) const PLACES: usize = 1 << 17;

    /// From its stored form, two words a byte.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        bytes.len().is_power_of_two().then(|| Self(bytes.into()))
    }

    /// The stored form of one value of four bits a place.
    #[cfg(feature = "train")]
    pub(crate) fn store(places: &[u8]) -> Vec<u8> {
        let (pairs, _) = places.as_chunks::<2>();
        pairs.iter().map(|[low, high]| low & 0xf | high << 4).collect()
    }

    /// The place of a word in a table of so many places.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked to the number of places, which is a usize")]
    pub(crate) fn place(word: Word, places: usize) -> usize {
        (word.bits() & (places as u64 - 1)) as usize
    }

    /// The stored form.
    #[cfg(feature = "train")]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    #[inline]
    fn of(&self, word: Word) -> u16 {
        let place = Self::place(word, self.0.len() * 2);
        u16::from(self.0[place / 2] >> (place % 2 * 4)) & USAGE
    }
}

/// The lists, compiled, and the usage of words.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    lists: FastMap<Word, Traits>,
    usage: Usage,
}

impl Lexicon {
    /// The lists of the program, with the usage that goes with the weights.
    pub(crate) fn new(usage: Usage) -> Self {
        let mut traits = FastMap::default();
        let mut add = |list: &str, shift: u32| {
            let mut classes: Vec<&str> = Vec::new();
            for line in entries(list) {
                let Some((name, words)) = line.split_once(':') else { continue };
                let known = classes.iter().position(|&class| class == name);
                let class = known.unwrap_or_else(|| {
                    classes.push(name);
                    classes.len() - 1
                });
                for word in words.split_whitespace() {
                    // A word of two classes keeps the first.
                    let entry: &mut Traits = traits.entry(Word::new(word)).or_default();
                    if *entry >> shift & 0x1f == 0 {
                        *entry |= (u16::try_from(class).expect("few classes: this is a bug") + 1) << shift;
                    }
                }
            }
        };
        add(ABBREVIATIONS, 0);
        add(OPENERS, OPENER_SHIFT);
        for word in entries(SAYINGS).flat_map(str::split_whitespace) {
            *traits.entry(Word::new(word)).or_default() |= SAYING;
        }
        Self { lists: traits, usage }
    }

    /// What is known of a word.
    #[inline]
    pub(super) fn traits(&self, word: Word) -> Traits {
        self.lists.get(&word).copied().unwrap_or(0) | self.usage.of(word) << USAGE_SHIFT
    }
}
