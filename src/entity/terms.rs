//! Names that the caller knows, matched on word boundaries with flexible white space by one Aho-Corasick
//! automaton. They know no tokens: the automaton runs over folded text.

use super::EntityKind;
use std::fmt;

/// A name that the caller knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomTerm {
    /// The words to match, 1 to [`Terms::MAX_TERM_CHARS`] characters, not blank.
    pub text: String,
    /// Type of entity to report.
    pub kind: EntityKind,
    /// Name to report; empty: `text`.
    pub canonical_name: String,
    /// Catalogue and identifier pairs to report.
    pub links: Vec<(String, String)>,
    /// Match letters exactly as written.
    pub case_sensitive: bool,
}

/// Custom terms compiled into an automaton. Immutable: share it.
#[derive(Clone, Debug)]
pub struct Terms {
    terms: Vec<CustomTerm>,
}

/// Why a custom term cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTerm {
    /// Which term, from 0.
    pub index: usize,
    /// What is wrong with its text.
    pub reason: &'static str,
}

impl fmt::Display for InvalidTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "custom term {} {}", self.index, self.reason)
    }
}

impl std::error::Error for InvalidTerm {}

impl Terms {
    /// Longest [`CustomTerm::text`], in characters.
    pub const MAX_TERM_CHARS: usize = 256;

    /// Compiles a list of terms.
    ///
    /// # Errors
    /// [`InvalidTerm`] for the first term whose text is blank or too long.
    pub fn compile(terms: Vec<CustomTerm>) -> Result<Self, InvalidTerm> {
        for (index, term) in terms.iter().enumerate() {
            if term.text.chars().all(crate::text::chars::is_blank) {
                return Err(InvalidTerm { index, reason: "has a blank text" });
            }
            if term.text.chars().count() > Self::MAX_TERM_CHARS {
                return Err(InvalidTerm { index, reason: "has a text of more than 256 characters" });
            }
        }
        Ok(Self { terms })
    }

    /// How many terms there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}
