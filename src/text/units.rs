//! Conversion of UTF-8 byte offsets into UTF-16 units and code points, and back-of-the-envelope lengths.
//! It knows no wire format: the edge picks the unit.

/// A unit in which a client counts text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of the UTF-8 form.
    #[default]
    Utf8,
    /// 16-bit units of the UTF-16 form.
    Utf16,
    /// Unicode code points.
    Utf32,
}

/// One checkpoint in so many bytes: a conversion reads at most this much text.
const STRIDE: usize = 64;

/// Converts byte offsets of one text into a [`Unit`]. Built in one pass; a lookup costs one table read and
/// a count over at most 64 bytes. Reuse it with [`UnitTable::reset`]: it keeps its memory.
#[derive(Clone, Debug, Default)]
pub struct UnitTable {
    /// Units before each stride's first byte; empty when units are bytes.
    checkpoints: Vec<u32>,
    unit: Unit,
}

impl UnitTable {
    /// A table for one text in one unit.
    #[must_use]
    pub fn new(text: &str, unit: Unit) -> Self {
        let mut table = Self::default();
        table.reset(text, unit);
        table
    }

    /// Makes the table serve another text, keeping its memory.
    pub fn reset(&mut self, text: &str, unit: Unit) {
        self.unit = unit;
        self.checkpoints.clear();
        if unit == Unit::Utf8 || text.is_ascii() {
            return;
        }
        let mut units = 0;
        self.checkpoints.extend(text.as_bytes().chunks(STRIDE).map(|chunk| {
            let before = units;
            units += count(chunk, unit);
            before
        }));
        // A lookup at the very end reads the stride after the last full one.
        self.checkpoints.push(units);
    }

    /// The number of units before byte `offset` of `text`, the text that the table was made for.
    ///
    /// # Panics
    /// If `offset` lies after the text.
    #[must_use]
    pub fn convert(&self, text: &str, offset: u32) -> u32 {
        if self.checkpoints.is_empty() {
            return offset;
        }
        let offset = offset as usize;
        let stride = offset / STRIDE;
        self.checkpoints[stride] + count(&text.as_bytes()[stride * STRIDE..offset], self.unit)
    }

    /// The length of `text`, the text that the table was made for, in units.
    #[must_use]
    pub fn length(&self, text: &str) -> u32 {
        self.convert(text, u32::try_from(text.len()).expect("a text is shorter than 4 GiB: this is a bug"))
    }
}

/// Units that begin in these bytes. A code point begins at every byte that is no continuation; four-byte
/// forms are two UTF-16 units.
fn count(bytes: &[u8], unit: Unit) -> u32 {
    let mut units = 0;
    for &byte in bytes {
        units += u32::from(byte & 0xc0 != 0x80);
        units += u32::from(unit == Unit::Utf16 && byte >= 0xf0);
    }
    units
}

/// Number of code points in `text`.
#[must_use]
pub fn char_count(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{Unit, UnitTable};
    use proptest::prelude::*;

    #[test]
    fn counts_emoji_and_accents() {
        let text = "Zu\u{308}rich 😀 ok";
        let after_emoji = u32::try_from(text.find(" ok").unwrap()).unwrap();
        assert_eq!(UnitTable::new(text, Unit::Utf8).convert(text, after_emoji), 13);
        assert_eq!(UnitTable::new(text, Unit::Utf16).convert(text, after_emoji), 10);
        assert_eq!(UnitTable::new(text, Unit::Utf32).convert(text, after_emoji), 9);
    }

    proptest! {
        #[test]
        fn agrees_with_counting(text in ".{0,300}", unit in 0..3) {
            let unit = [Unit::Utf8, Unit::Utf16, Unit::Utf32][usize::try_from(unit).unwrap()];
            let table = UnitTable::new(&text, unit);
            for (at, _) in text.char_indices() {
                let before = crate::text::Span::of_bytes(0, at).of(&text);
                let expected = match unit {
                    Unit::Utf8 => at,
                    Unit::Utf16 => before.encode_utf16().count(),
                    Unit::Utf32 => before.chars().count(),
                };
                prop_assert_eq!(table.convert(&text, u32::try_from(at).unwrap()) as usize, expected);
            }
        }
    }
}
