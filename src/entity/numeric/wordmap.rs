//! A map from words to their meaning in a grammar, made for the answer "none": nearly every word of a text is
//! asked for and nearly none is in. It knows no meaning.

use crate::lexicon::{FastMap, Sieve, Word};

/// Meanings of words behind a sieve, which says no to most words.
#[derive(Debug)]
pub(in crate::entity) struct WordMap<M> {
    meanings: FastMap<Word, M>,
    sieve: Sieve,
}

impl<M: Copy> WordMap<M> {
    /// Later entries win over earlier ones.
    pub(in crate::entity) fn new(entries: impl IntoIterator<Item = (Word, M)>) -> Self {
        let mut map = Self { meanings: FastMap::default(), sieve: Sieve::default() };
        for (word, meaning) in entries {
            map.sieve.add(word);
            map.meanings.insert(word, meaning);
        }
        map
    }

    /// What the word means, if it means anything.
    #[inline]
    pub(in crate::entity) fn get(&self, word: Word) -> Option<M> {
        if self.sieve.passes(word) { self.meanings.get(&word).copied() } else { None }
    }
}
