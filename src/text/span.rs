//! A stretch of text. Positions in this crate are `Span`s of UTF-8 bytes and nothing else.

use std::fmt;

/// A half-open range of UTF-8 bytes, `start..end`.
///
/// Ordered by start, then by end. `u32` halves the size of every token and mention; texts are bounded far
/// below 4 GiB.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The range `start..end`, in bytes.
    ///
    /// # Panics
    /// If `start > end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        assert!(start <= end, "a span's start lies after its end: this is a bug");
        Self { start, end }
    }

    /// The range between two byte positions of a text.
    ///
    /// # Panics
    /// If `start > end` or a position does not fit in 32 bits.
    #[must_use]
    pub fn of_bytes(start: usize, end: usize) -> Self {
        let narrow = |at: usize| u32::try_from(at).expect("a text is shorter than 4 GiB: this is a bug");
        Self::new(narrow(start), narrow(end))
    }

    /// The first byte.
    #[must_use]
    pub const fn start(self) -> u32 {
        self.start
    }

    /// The first byte after the stretch.
    #[must_use]
    pub const fn end(self) -> u32 {
        self.end
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the stretch holds nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the byte at `offset` lies inside.
    #[must_use]
    pub const fn contains_offset(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Whether the two share at least one byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The part that both share, if there is any.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then(|| Self::new(start, end))
    }

    /// The covered text: the one place of the crate that slices.
    ///
    /// # Panics
    /// If the span does not lie on character boundaries inside `text`, which is a bug of whoever made it.
    #[must_use]
    #[inline]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .expect("a span lies on character boundaries inside its text: this is a bug")
    }

    /// The covered bytes; cheaper than [`Span::of`] where bytes are enough.
    ///
    /// # Panics
    /// If the span ends after `text`.
    #[must_use]
    #[inline]
    pub fn bytes_of(self, text: &str) -> &[u8] {
        &text.as_bytes()[self.start as usize..self.end as usize]
    }

    /// The stretch without the white space, zero-width space and byte order mark at its edges.
    #[must_use]
    pub fn trim(self, text: &str) -> Self {
        let covered = self.of(text);
        let left = covered.trim_start_matches(super::chars::is_blank);
        let start = self.end - narrow_len(left);
        let len = narrow_len(left.trim_end_matches(super::chars::is_blank));
        Self::new(start, start + len)
    }
}

fn narrow_len(text: &str) -> u32 {
    u32::try_from(text.len()).expect("a piece of a span fits its type: this is a bug")
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn trims_every_kind_of_blank() {
        let text = "\u{feff} \u{a0}a b\u{200b}\r\n";
        assert_eq!(Span::of_bytes(0, text.len()).trim(text).of(text), "a b");
        let blank = " \n ";
        assert!(Span::of_bytes(0, blank.len()).trim(blank).is_empty());
    }

    #[test]
    fn knows_its_neighbours() {
        let (a, b) = (Span::new(0, 4), Span::new(3, 6));
        assert!(a.overlaps(b) && !a.overlaps(Span::new(4, 6)));
        assert_eq!(a.cover(b), Span::new(0, 6));
        assert_eq!(a.intersection(b), Some(Span::new(3, 4)));
        assert_eq!(a.intersection(Span::new(4, 6)), None);
    }
}
