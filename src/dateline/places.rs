//! The lists that a dateline is checked against where its form alone does not tell: towns, states and
//! countries, agencies. They know phrases only, not where they stand.

use crate::lexicon::{self, FastSet};
use crate::text::Span;
use crate::token::{self, Token, TokenKind};
use std::sync::LazyLock;

/// Phrases by the hash of their words; stops and hyphens between the words do not count, so that "ST LOUIS"
/// is "St. Louis".
#[derive(Debug)]
pub(super) struct Phrases(FastSet<u64>);

impl Phrases {
    fn compile(list: &str) -> Self {
        let mut tokens = Vec::new();
        let hashes = lexicon::entries(list).map(|entry| {
            tokens.clear();
            token::tokenize(entry, Span::of_bytes(0, entry.len()), &mut tokens);
            hash(&tokens)
        });
        Self(hashes.collect())
    }

    /// Whether the words of these tokens are in the list.
    pub(super) fn contains(&self, tokens: &[Token]) -> bool {
        self.0.contains(&hash(tokens))
    }
}

fn hash(tokens: &[Token]) -> u64 {
    let words = tokens.iter().filter(|token| token.kind == TokenKind::Word);
    words.fold(0, |hash, token| lexicon::combine(hash, token.word.bits()))
}

pub(super) static CITIES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::compile(include_str!("../../data/dateline-cities.txt")));

pub(super) static REGIONS: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::compile(include_str!("../../data/dateline-regions.txt")));

pub(super) static AGENCIES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::compile(include_str!("../../data/agencies.txt")));
