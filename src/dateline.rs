//! Floor 2: the dateline of an article: where and when it says that it was written. It knows no sentence;
//! what follows the dateline is somebody else's.

mod grammar;
mod places;

use crate::text::{Document, Span, lines};
use crate::token::{self, Token};
use jiff::civil::Date;

/// A dateline: "LONDON, June 20 (Reuters) -", "BEIJING:".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dateline {
    /// From its first to its last character, the closing colon or dash included.
    pub span: Span,
    /// The place as written, its state or country included ("SPRINGFIELD, Ill"), if it names one.
    pub place: Option<Span>,
    /// The date, if it gives one. A date without a year takes the year that brings it nearest to the day
    /// of publication, so that "Dec 31" in a story of 1 January is last year's; without a day of
    /// publication such a date is not known.
    pub date: Option<Date>,
}

/// A dateline stands on the first lines: behind the headline, the byline and the like.
const MAX_LINES: usize = 6;

/// A line before the dateline is a headline or byline, not a paragraph: no longer than this, in bytes.
const MAX_HEADER_LINE: u32 = 160;

/// No dateline is looked for beyond this many bytes.
const MAX_HEAD: usize = 1500;

/// Finds the dateline at the head of the body. `published` supplies the year that datelines leave out.
///
/// ```
/// use glossator::dateline;
/// use glossator::text::DocumentBuffer;
/// use jiff::civil::date;
///
/// let mut buffer = DocumentBuffer::default();
/// let document = buffer.fill("", "OSLO, Dec 31 (Reuters) - Snow fell.");
/// let dateline = dateline::find(document, Some(date(2023, 1, 1))).unwrap();
/// assert_eq!(dateline.place.unwrap().of(document.text()), "OSLO");
/// assert_eq!(dateline.date, Some(date(2022, 12, 31)));
/// ```
#[must_use]
pub fn find(document: Document<'_>, published: Option<Date>) -> Option<Dateline> {
    let text = document.text();
    let body = document.body();
    let start = body.start() as usize;
    let mut end = (body.end() as usize).min(start + MAX_HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // Line by line: nearly always the first one decides.
    let mut tokens = Vec::with_capacity(MAX_HEADER_LINE as usize);
    let mut lines_left = MAX_LINES;
    for line in lines(text, Span::of_bytes(start, end)) {
        tokens.clear();
        token::tokenize(text, line, &mut tokens);
        if tokens.is_empty() {
            continue;
        }
        let found = grammar::read(text, &tokens, published);
        lines_left -= 1;
        if found.is_some() || lines_left == 0 || span_of(&tokens).len() > MAX_HEADER_LINE {
            return found;
        }
    }
    None
}

/// The stretch of tokens that are not empty.
fn span_of(tokens: &[Token]) -> Span {
    let start = tokens.first().map_or(0, |token| token.span.start());
    Span::new(start, tokens.last().map_or(start, |token| token.span.end()))
}
