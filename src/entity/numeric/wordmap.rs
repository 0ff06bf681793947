//! A map from words to their meaning in a grammar, made for the answer "none": nearly every word of a text is
//! asked for and nearly none is in. It knows no meaning.

use crate::lexicon::{FastMap, Word};

/// Meanings of words behind a filter of one bit for each of 4096 classes of words, which says no to most words
/// at the cost of one load.
#[derive(Debug)]
pub(in crate::entity) struct WordMap<M> {
    meanings: FastMap<Word, M>,
    classes: Box<[u64; 64]>,
}

impl<M: Copy> WordMap<M> {
    /// Later entries win over earlier ones.
    pub(in crate::entity) fn new(entries: impl IntoIterator<Item = (Word, M)>) -> Self {
        let mut meanings = FastMap::default();
        let mut classes = Box::new([0; 64]);
        for (word, meaning) in entries {
            let (index, bit) = class(word);
            classes[index] |= bit;
            meanings.insert(word, meaning);
        }
        Self { meanings, classes }
    }

    /// What the word means, if it means anything.
    #[inline]
    pub(in crate::entity) fn get(&self, word: Word) -> Option<M> {
        let (index, bit) = class(word);
        if self.classes[index] & bit == 0 {
            return None;
        }
        self.meanings.get(&word).copied()
    }
}

#[inline]
fn class(word: Word) -> (usize, u64) {
    let bits = word.bits();
    ((bits & 63) as usize, 1 << ((bits >> 6) & 63))
}
