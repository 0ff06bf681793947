//! Turns bytes into the unit that the client counts in: the one file that does.

use super::pb;
use crate::annotate::{Article, Location};
use crate::text::Part;
use crate::text::units::{Unit, UnitTable};

/// The two strings of an article with a conversion table each.
#[derive(Clone, Debug)]
pub(super) struct Offsets<'a> {
    title: Axis<'a>,
    text: Axis<'a>,
    unit: Unit,
}

#[derive(Clone, Debug)]
struct Axis<'a> {
    text: &'a str,
    table: UnitTable,
}

/// A stretch of the article as the contract counts it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) start: i32,
    pub(super) end: i32,
    pub(super) part: pb::ArticlePart,
}

impl Axis<'_> {
    fn convert(&self, offset: u32) -> i32 {
        wire(self.table.convert(self.text, offset))
    }

    fn length(&self) -> i32 {
        wire(self.table.length(self.text))
    }
}

/// A figure as the contract's `int32`.
///
/// # Panics
/// If it is 2^31 or more, which the limit on a request's bytes rules out.
pub(super) fn wire(figure: u32) -> i32 {
    i32::try_from(figure).expect("a request is far smaller than 2 GiB: this is a bug")
}

impl<'a> Offsets<'a> {
    pub(super) fn new(article: &Article<'a>, unit: Unit) -> Self {
        let axis = |text| Axis { text, table: UnitTable::new(text, unit) };
        Self { title: axis(article.title), text: axis(article.text), unit }
    }

    pub(super) fn encoding(&self) -> pb::OffsetEncoding {
        match self.unit {
            Unit::Utf8 => pb::OffsetEncoding::Utf8,
            Unit::Utf16 => pb::OffsetEncoding::Utf16,
            Unit::Utf32 => pb::OffsetEncoding::Utf32,
        }
    }

    pub(super) fn text_length(&self) -> i32 {
        self.text.length()
    }

    pub(super) fn title_length(&self) -> i32 {
        self.title.length()
    }

    /// Where that is, in the client's unit.
    pub(super) fn place(&self, at: &Location<'_>) -> Place {
        let (axis, part) = match at.part {
            Part::Title => (&self.title, pb::ArticlePart::Title),
            Part::Text => (&self.text, pb::ArticlePart::Text),
        };
        Place { start: axis.convert(at.span.start()), end: axis.convert(at.span.end()), part }
    }
}
