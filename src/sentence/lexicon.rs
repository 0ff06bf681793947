//! What the word before a stop and the words behind it are known to be. It must not know what follows from
//! that: the weights say.

use crate::lexicon::{FastMap, FoldedHasher, Sieve, Word, entries};

const ABBREVIATIONS: &str = include_str!("../../data/abbreviations.txt");
const OPENERS: &str = include_str!("../../data/sentence-openers.txt");
const HEADINGS: &str = include_str!("../../data/headings.txt");
const SAYINGS: &str = include_str!("../../data/sayings.txt");

/// Bits of what a word is.
pub(super) type Traits = u32;

/// "said", "asks": a quotation's words may go on behind its mark.
pub(super) const SAYING: Traits = 1 << 31;

/// "Early life", as one word: it stands over a part of a text.
pub(super) const HEADING: Traits = 1 << 30;

/// No listed heading is longer.
const LONGEST_HEADING: usize = 28;

/// Bits below this hold the class of abbreviation, 0 for none; openers have their class above it.
pub(super) const ABBREVIATION: Traits = 0x1f;

/// Where the class of an opener stands.
pub(super) const OPENER_SHIFT: u32 = 5;

/// The class of an opener, 0 for none.
pub(super) const OPENER: Traits = 0x1f << OPENER_SHIFT;

/// Where it stands how a word is used: three bits how often it begins with a capital inside sentences, two how
/// often a stop follows it inside a sentence, two how often a stop behind it ends a paragraph, one whether it
/// begins paragraphs. See [`Usage`].
pub(super) const USAGE_SHIFT: u32 = 10;

/// How words are used in much plain text, counted by the trainer: a byte a word, at the place that the
/// word's hash gives. Words that share a place share the bits; what they are worth, the weights have learned.
#[derive(Clone, Debug)]
pub(crate) struct Usage(Box<[u8]>);

impl Usage {
    /// Places of a table.
    #[cfg(feature = "train")]
    pub(crate) const PLACES: usize = 1 << 17;

    /// From its stored form.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        bytes.len().is_power_of_two().then(|| Self(bytes.into()))
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
    fn of(&self, word: Word) -> Traits {
        Traits::from(self.0[Self::place(word, self.0.len())])
    }
}

/// The lists, compiled, and the usage of words.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    lists: FastMap<Word, Traits>,
    /// Passes the words of the lists, and few others.
    listed: Sieve,
    usage: Usage,
    /// A bit for each place of the usage table: whether a word there has no capital of its own.
    small: Box<[u64]>,
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
                        *entry |= (Traits::try_from(class).expect("few classes: this is a bug") + 1) << shift;
                    }
                }
            }
        };
        add(ABBREVIATIONS, 0);
        add(OPENERS, OPENER_SHIFT);
        for word in entries(SAYINGS).flat_map(str::split_whitespace) {
            *traits.entry(Word::new(word)).or_default() |= SAYING;
        }
        for heading in entries(HEADINGS).flat_map(|line| line.split(", ")) {
            *traits.entry(Word::new(heading)).or_default() |= HEADING;
        }
        let mut small = vec![0; usage.0.len().div_ceil(64)].into_boxed_slice();
        let places = (0..).zip(&usage.0).filter(|&(_, &value)| is_small(Traits::from(value) << USAGE_SHIFT));
        let listed = traits.iter().filter(|&(_, &value)| is_small(value));
        let listed = listed.map(|(&word, _)| Usage::place(word, usage.0.len()));
        for place in places.map(|(place, _)| place).chain(listed) {
            small[place / 64] |= 1 << (place % 64);
        }
        let mut sieve = Sieve::default();
        let mut words: Vec<_> = traits.keys().copied().collect();
        words.sort_unstable();
        words.into_iter().for_each(|word| sieve.add(word));
        Self { lists: traits, listed: sieve, usage, small }
    }

    /// What is known of a word.
    #[inline]
    pub(super) fn traits(&self, word: Word) -> Traits {
        let listed = if self.listed.passes(word) { self.lists.get(&word).copied() } else { None };
        listed.unwrap_or(0) | self.usage.of(word) << USAGE_SHIFT
    }

    /// Whether a stretch is a heading that many texts have, a colon apart.
    pub(super) fn is_heading(&self, stretch: &[u8]) -> bool {
        if stretch.len() > LONGEST_HEADING {
            return false;
        }
        let mut hasher = FoldedHasher::default();
        stretch.iter().filter(|&&byte| byte != b':').for_each(|&byte| hasher.write_ascii(byte));
        self.lists.get(&hasher.finish()).is_some_and(|traits| traits & HEADING != 0)
    }

    /// Whether the word inside sentences nearly always begins with a small letter, as far as its place tells.
    #[inline]
    pub(super) fn is_usually_small(&self, word: Word) -> bool {
        let place = Usage::place(word, self.usage.0.len());
        self.small[place / 64] >> (place % 64) & 1 == 1
    }
}

/// Whether a word of these traits has no capital of its own.
fn is_small(traits: Traits) -> bool {
    traits & OPENER != 0 || matches!(traits >> USAGE_SHIFT & 0x7, 1 | 2)
}
