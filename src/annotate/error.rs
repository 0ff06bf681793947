//! What can go wrong with an article, and what is worth saying although nothing did.

use crate::language::{Detected, is_served};
use crate::text::Part;
use std::fmt;

/// Why an article was not annotated to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnnotateError {
    /// Title or text is over its limit.
    TooLong {
        /// Which of the two.
        part: Part,
        /// The limit, in characters.
        max: usize,
        /// How long it is, in characters.
        found: usize,
    },
    /// The sink said stop.
    Stopped,
}

impl fmt::Display for AnnotateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { part, max, found } => {
                let part = match part {
                    Part::Title => "title",
                    Part::Text => "text",
                };
                write!(f, "article.{part} has {found} characters; the limit is {max}")
            }
            Self::Stopped => write!(f, "annotating was stopped by its receiver"),
        }
    }
}

impl std::error::Error for AnnotateError {}

/// Something notable that did not prevent an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The detected language has no model; this is the best that could be done.
    LanguageUnsupported,
    /// The text looks like HTML.
    MarkupInText,
    /// An entity has more mentions than are reported.
    MentionsTruncated,
    /// A quotation mark has no partner.
    UnbalancedQuotes,
}

impl Warning {
    /// The contract's kebab-case word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LanguageUnsupported => "language-unsupported",
            Self::MarkupInText => "markup-in-text",
            Self::MentionsTruncated => "mentions-truncated",
            Self::UnbalancedQuotes => "unbalanced-quotes",
        }
    }

    /// For people, in English.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::LanguageUnsupported => "no model serves the detected language; sentences are best effort",
            Self::MarkupInText => "the text holds markup; send plain text for better results",
            Self::MentionsTruncated => "an entity has more than 10000 mentions; the last ones were left out",
            Self::UnbalancedQuotes => "a quotation mark has no partner; its paragraph was read without it",
        }
    }
}

/// The warnings for one article.
pub(super) fn warnings(
    text: &str,
    detected: Option<Detected>,
    unbalanced: bool,
    truncated: bool,
) -> Vec<Warning> {
    let unsupported = detected.is_some_and(|found| !is_served(found.code));
    [
        (unsupported, Warning::LanguageUnsupported),
        (has_markup(text), Warning::MarkupInText),
        (truncated, Warning::MentionsTruncated),
        (unbalanced, Warning::UnbalancedQuotes),
    ]
    .into_iter()
    .filter_map(|(holds, warning)| holds.then_some(warning))
    .collect()
}

/// Whether some closing tag, line break tag or character reference of HTML stands in the text.
fn has_markup(text: &str) -> bool {
    const SIGNS: [&str; 8] = ["</p>", "<br", "</div>", "</a>", "</span>", "&nbsp;", "&amp;", "&quot;"];
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'<', b'&', bytes)
        .any(|at| SIGNS.iter().any(|sign| bytes[at..].starts_with(sign.as_bytes())))
}
