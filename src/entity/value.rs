//! Meanings of times and quantities: small values that can be copied. They know no text.

use jiff::civil::Date;
use std::fmt::{self, Write as _};

/// Meaning of a time or a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Of a date, time or duration.
    Time(TimeValue),
    /// Of an amount of money.
    Money(MoneyValue),
    /// Of a percentage, number, ordinal or measurement.
    Number(NumberValue),
}

/// A point in time, a stretch of time, or a repeated time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeValue {
    /// TIMEX3 value: "2023-06-19", "P2D", "PRESENT_REF".
    pub timex: Timex,
    /// First and last day covered, both inclusive, for a known calendar period.
    pub days: Option<(Date, Date)>,
}

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MoneyValue {
    /// ISO 4217 code, if the currency could be told.
    pub currency: Option<&'static str>,
    /// Whole and fractional units.
    pub amount: f64,
}

/// A number with what it counts or measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberValue {
    /// The number.
    pub value: f64,
    /// UCUM code of the unit; empty for a bare count.
    pub unit: &'static str,
}

/// A TIMEX3 value as a short string that can be copied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Timex {
    bytes: [u8; Self::CAPACITY],
    len: u8,
}

impl Timex {
    /// Longest value, in bytes; the longest in use is a range of two times with zones, 45.
    pub const CAPACITY: usize = 47;

    /// From formatted parts: `Timex::format(format_args!("P{n}D"))`.
    ///
    /// # Panics
    /// If the result is longer than [`Timex::CAPACITY`] or not ASCII.
    #[must_use]
    pub fn format(value: fmt::Arguments<'_>) -> Self {
        let mut timex = Self { bytes: [0; Self::CAPACITY], len: 0 };
        timex.write_fmt(value).expect("a TIMEX3 value is short ASCII: this is a bug");
        timex
    }

    /// The value.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)])
            .expect("a TIMEX3 value is ASCII: this is a bug")
    }
}

impl fmt::Write for Timex {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let start = usize::from(self.len);
        let end = start + piece.len();
        if end > Self::CAPACITY || !piece.is_ascii() {
            return Err(fmt::Error);
        }
        self.bytes[start..end].copy_from_slice(piece.as_bytes());
        self.len = u8::try_from(end).map_err(|_| fmt::Error)?;
        Ok(())
    }
}

impl fmt::Debug for Timex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
