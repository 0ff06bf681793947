//! Floor 0: text and places in it. Spans, characters, the article as paragraphs, offset units. It knows no
//! language and nothing of what is found in a text.

pub mod chars;
mod document;
mod span;
pub mod units;

pub(crate) use document::lines;
pub use document::{Document, DocumentBuffer, Paragraph, Part};
pub use span::Span;

use std::ops::ControlFlow;

/// Asked by long work, at least once a sentence, whether anybody still wants the result: the seam for
/// cancellation and deadlines. Closures `FnMut() -> ControlFlow<()>` are checkpoints.
pub trait Checkpoint {
    /// `Break` when the work should be given up.
    fn pass(&mut self) -> ControlFlow<()>;
}

impl<F: FnMut() -> ControlFlow<()>> Checkpoint for F {
    fn pass(&mut self) -> ControlFlow<()> {
        self()
    }
}

/// How sure a finding is, in thousandths: an integer, so that no decision hangs on float rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u16);

impl Confidence {
    /// Certain.
    pub const FULL: Self = Self(1000);

    /// From thousandths; more than 1000 counts as 1000.
    #[must_use]
    pub const fn from_permille(permille: u16) -> Self {
        Self(if permille > 1000 { 1000 } else { permille })
    }

    /// In thousandths, 0 to 1000.
    #[must_use]
    pub const fn permille(self) -> u16 {
        self.0
    }

    /// As a fraction from 0 to 1.
    #[must_use]
    pub fn as_f32(self) -> f32 {
        f32::from(self.0) / 1000.0
    }
}
