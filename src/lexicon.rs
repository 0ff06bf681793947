//! Floor 1: words as folded hashes, and word lists compiled into sets of them. It knows no token and no
//! model; lists are text files with their origin at the head.

pub mod calendar;

use std::hash::{BuildHasherDefault, Hasher};

/// A word with case and apostrophes folded, as a 64-bit hash. Two words that differ only so are equal;
/// others are told apart but for one chance in 2^64 a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(u64);

impl Word {
    /// The word as written.
    ///
    /// ```
    /// use glossator::lexicon::Word;
    /// assert_eq!(Word::new("O’BRIEN"), Word::new("o'brien"));
    /// ```
    #[must_use]
    pub fn new(word: &str) -> Self {
        let mut hasher = FoldedHasher::default();
        hasher.write(word.as_bytes());
        hasher.finish()
    }

    /// A word of ASCII letters, which may be known when the program is compiled.
    #[must_use]
    pub const fn of_ascii(word: &str) -> Self {
        let (letters, mut hasher, mut at) = (word.as_bytes(), FoldedHasher::START, 0);
        while at < letters.len() {
            hasher.write_ascii(letters[at]);
            at += 1;
        }
        hasher.finish()
    }

    /// The hash itself, for feature extraction.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

/// Hashes a word character by character, folding as it goes.
#[derive(Clone, Copy, Debug)]
pub struct FoldedHasher {
    state: u64,
}

impl Default for FoldedHasher {
    fn default() -> Self {
        Self::START
    }
}

impl FoldedHasher {
    /// Before the first character.
    const START: Self = Self { state: 0xcbf2_9ce4_8422_2325 };

    /// Takes one ASCII character.
    #[inline]
    pub const fn write_ascii(&mut self, byte: u8) {
        self.write_folded(byte.to_ascii_lowercase());
    }

    /// Takes one ASCII character that is no capital.
    #[inline]
    pub(crate) const fn write_folded(&mut self, byte: u8) {
        self.state = (self.state ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// Takes one character.
    pub fn write_char(&mut self, c: char) {
        if c.is_ascii() {
            let byte = if c == '`' { b'\'' } else { c as u8 };
            return self.write_ascii(byte);
        }
        if crate::text::chars::is_apostrophe(c) {
            return self.write_ascii(b'\'');
        }
        for lower in c.to_lowercase() {
            let mut utf8 = [0; 4];
            for &byte in lower.encode_utf8(&mut utf8).as_bytes() {
                self.write_ascii(byte);
            }
        }
    }

    /// Takes the bytes of a string of whole characters.
    pub fn write(&mut self, bytes: &[u8]) {
        if bytes.is_ascii() {
            for &byte in bytes {
                self.write_ascii(if byte == b'`' { b'\'' } else { byte });
            }
        } else if let Ok(text) = std::str::from_utf8(bytes) {
            text.chars().for_each(|c| self.write_char(c));
        }
    }

    /// The word taken in.
    #[must_use]
    #[inline]
    pub const fn finish(self) -> Word {
        Word(mix(self.state))
    }
}

/// Spreads every input bit over all output bits (the finaliser of splitmix64, Steele et al. 2014).
#[must_use]
#[inline]
pub const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// One hash of two: for feature conjunctions and phrases.
#[must_use]
#[inline]
pub const fn combine(left: u64, right: u64) -> u64 {
    mix(left.rotate_left(23) ^ right.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// A hasher without a random seed whose keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub struct FixedHasher(u64);

impl Hasher for FixedHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = combine(self.0, u64::from(byte));
        }
    }

    /// What has so many bits is a hash and needs no other.
    fn write_u64(&mut self, value: u64) {
        self.0 = self.0.rotate_left(23) ^ value;
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = combine(self.0, u64::from(value));
    }
}

/// A hash map that is the same on every machine. Its order still means nothing: look up, never iterate.
#[expect(clippy::disallowed_types, reason = "the one place where the fixed hasher is put in")]
pub type FastMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<FixedHasher>>;

/// A hash set that is the same on every machine.
#[expect(clippy::disallowed_types, reason = "the one place where the fixed hasher is put in")]
pub type FastSet<K> = std::collections::HashSet<K, BuildHasherDefault<FixedHasher>>;

/// A string that costs no allocation to hand on: built in, or shared.
#[derive(Clone, Debug)]
pub enum SharedStr {
    /// Built into the program.
    Static(&'static str),
    /// Made at run time: a caller's own.
    Shared(std::sync::Arc<str>),
}

impl std::ops::Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Static(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl PartialEq for SharedStr {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedStr {}

/// The entries of a word list: one a line, `#` begins a comment, blank lines do not count.
pub fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(|line| line.split('#').next().unwrap_or("").trim()).filter(|line| !line.is_empty())
}

/// A set of single words.
#[derive(Clone, Debug, Default)]
pub struct WordSet(FastSet<Word>);

impl WordSet {
    /// Compiles a word list; see [`entries`] for its form.
    #[must_use]
    pub fn compile(list: &str) -> Self {
        Self(entries(list).map(Word::new).collect())
    }

    /// Whether the word is in the list.
    #[must_use]
    #[inline]
    pub fn contains(&self, word: Word) -> bool {
        self.0.contains(&word)
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Says of nearly every word that is not among some hundreds that it is not, at the cost of one load: one bit for
/// each of 4096 classes of words.
#[derive(Clone, Debug)]
pub(crate) struct Sieve(Box<[u64; 64]>);

impl Default for Sieve {
    fn default() -> Self {
        Self(Box::new([0; 64]))
    }
}

impl Sieve {
    /// Forgets every word.
    pub(crate) fn clear(&mut self) {
        self.0.fill(0);
    }

    /// Lets the word pass from now on.
    pub(crate) fn add(&mut self, word: Word) {
        let (index, bit) = Self::class(word);
        self.0[index] |= bit;
    }

    /// Whether the word may have been added; one that was always may.
    #[inline]
    pub(crate) fn passes(&self, word: Word) -> bool {
        let (index, bit) = Self::class(word);
        self.0[index] & bit != 0
    }

    #[inline]
    fn class(word: Word) -> (usize, u64) {
        ((word.0 & 63) as usize, 1 << ((word.0 >> 6) & 63))
    }
}

#[cfg(test)]
mod tests {
    use super::{Word, WordSet};

    #[test]
    fn reads_lists() {
        let set = WordSet::compile("# origin: own\nsaid\n\n told # past\n");
        assert_eq!(set.len(), 2);
        assert!(set.contains(Word::new("Told")) && !set.contains(Word::new("past")));
    }
}
