//! Floor 2: the dateline of an article: where and when it says that it was written. It knows no sentence;
//! what follows the dateline is somebody else's.

use crate::text::{Document, Span};
use jiff::civil::Date;

/// A dateline: "LONDON, June 20 (Reuters) -", "BEIJING:".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dateline {
    /// From its first to its last character, the closing colon or dash included.
    pub span: Span,
    /// The place as written, if it names one.
    pub place: Option<Span>,
    /// The date, if it gives one; a date without a year takes the year of publication.
    pub date: Option<Date>,
}

/// Finds the dateline at the head of the body. `published` supplies the year that datelines leave out.
#[must_use]
pub fn find(document: Document<'_>, published: Option<Date>) -> Option<Dateline> {
    let _ = (document, published);
    None
}
