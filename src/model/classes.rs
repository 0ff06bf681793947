//! Words that are used alike, as classes at three granularities. It must not know how classes are learned, nor what
//! they tell.

use super::fingerprints::Fingerprints;
use super::{Container, ModelError, bad_section};
use crate::lexicon::Word;

/// Bits of a stored number that hold how a word is capitalised, where a trainer counted that; the rest is the number
/// of its finest class.
pub(crate) const CAPITALS_BITS: u32 = 3;

/// Classes of words.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordClasses {
    /// A number a word.
    words: Fingerprints,
    /// For each finest class its coarser ones.
    coarser: Box<[[u16; 2]]>,
}

impl WordClasses {
    /// From the two sections of a model that are called so.
    pub(crate) fn parse(container: &Container<'_>, names: [[u8; 4]; 2]) -> Result<Self, ModelError> {
        let [words, coarser] = names;
        Self::of_sections([container.section(words)?, container.section(coarser)?], names)
    }

    /// From two sections: the numbers of the words, and of each finest class the coarsest and the middle one (2 bytes
    /// each, little endian). Empty sections know no word.
    pub(crate) fn of_sections([words, coarser]: [&[u8]; 2], names: [[u8; 4]; 2]) -> Result<Self, ModelError> {
        let (fours, rest) = coarser.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(bad_section(names[1]));
        }
        let pair = |&[a, b, c, d]: &[u8; 4]| [u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])];
        Ok(Self { words: Fingerprints::parse(words, names[0])?, coarser: fours.iter().map(pair).collect() })
    }

    /// What is stored of a word; 0 if it is not known.
    #[inline]
    pub(crate) fn stored(&self, word: Word) -> u16 {
        self.words.get(word.bits()).unwrap_or(0)
    }

    /// A finest class with its coarser ones, the coarsest first; 0 stands for no class.
    #[inline]
    pub(crate) fn with_coarser(&self, finest: u16) -> [u16; 3] {
        let [coarse, middle] = self.coarser.get(usize::from(finest)).copied().unwrap_or_default();
        [coarse, middle, finest]
    }
}
