//! What a caller may ask for. Parsed, not checked: nothing in here can be out of range.

use crate::entity::{EntityKind, Terms};
use crate::text::Confidence;
use std::marker::PhantomData;

/// Kind of annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnotationKind {
    /// Sentences.
    Sentence,
    /// Quotes.
    Quote,
    /// Entities.
    Entity,
}

/// A small set of enum values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set<T> {
    bits: u32,
    of: PhantomData<T>,
}

/// An enum whose values number at most 32.
pub trait Member: Copy {
    /// Position among the values.
    fn position(self) -> u32;
}

impl Member for AnnotationKind {
    fn position(self) -> u32 {
        self as u32
    }
}

impl Member for EntityKind {
    fn position(self) -> u32 {
        self as u32
    }
}

impl<T: Member> Set<T> {
    /// Every value.
    pub const ALL: Self = Self { bits: u32::MAX, of: PhantomData };

    /// Whether the value is in the set.
    #[must_use]
    pub fn contains(self, value: T) -> bool {
        self.bits & (1 << value.position()) != 0
    }
}

/// The named values; an empty list means all of them, as in the contract.
impl<T: Member> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let bits = values.into_iter().fold(0, |bits, value| bits | (1 << value.position()));
        if bits == 0 { Self::ALL } else { Self { bits, of: PhantomData } }
    }
}

/// What to look for and how to report it.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Kinds of annotation wanted.
    pub kinds: Set<AnnotationKind>,
    /// Entity types wanted. Speakers are named all the same.
    pub entity_kinds: Set<EntityKind>,
    /// Annotate the title as well as the text.
    pub include_title: bool,
    /// Drop annotations and mentions whose confidence is known and lower; from 0 to 1. Above 0.5 hardly any
    /// report of thought is left.
    pub min_confidence: f32,
    /// Names that the caller knows.
    pub terms: Option<&'a Terms>,
}

impl Options<'_> {
    /// Whether a finding of this confidence is reported.
    #[must_use]
    pub fn keeps(&self, confidence: Option<Confidence>) -> bool {
        confidence.is_none_or(|confidence| confidence.as_f32() >= self.min_confidence)
    }
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            kinds: Set::ALL,
            entity_kinds: Set::ALL,
            include_title: false,
            min_confidence: 0.0,
            terms: None,
        }
    }
}

/// How much an article may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, in characters.
    pub max_text_chars: usize,
    /// Longest title, in characters.
    pub max_title_chars: usize,
    /// Most custom terms of one request.
    pub max_custom_terms: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_text_chars: 1_000_000, max_title_chars: 2_000, max_custom_terms: 10_000 }
    }
}
