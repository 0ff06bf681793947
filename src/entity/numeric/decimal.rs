//! Decimal numbers as news writes them: exact, so that "$1.13bn" is 1,130,000,000 and not a little less. It
//! knows no words.

use std::fmt;

/// `digits × 10^scale`. Two are equal if they were written alike, not if their values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::entity) struct Decimal {
    digits: u64,
    scale: i8,
}

impl Decimal {
    pub(in crate::entity) const ONE: Self = Self::whole(1);
    pub(in crate::entity) const HALF: Self = Self { digits: 5, scale: -1 };

    /// Beyond this no news counts anything; it keeps every product below exact.
    const MAX_DIGITS: u64 = 10_u64.pow(15);

    pub(in crate::entity) const fn whole(digits: u64) -> Self {
        Self { digits, scale: 0 }
    }

    /// `digits × 10^scale`, if it is a number of news' size.
    pub(in crate::entity) fn new(digits: u64, scale: i8) -> Option<Self> {
        (digits < Self::MAX_DIGITS && (-15..=15).contains(&scale)).then_some(Self { digits, scale })
    }

    /// From "1,000", "3.5", "1,00,000", "0.25". None for times, versions and addresses: "10:30", "1.2.3".
    pub(in crate::entity) fn parse(written: &[u8]) -> Option<Self> {
        let mut digits = 0_u64;
        let mut scale = 0_i8;
        let mut group = 0;
        let (mut commas, mut point) = (false, false);
        for &byte in written {
            match byte {
                b'0'..=b'9' => {
                    digits = digits.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
                    group += 1;
                    scale -= i8::from(point);
                    if digits >= Self::MAX_DIGITS || scale < -12 {
                        return None;
                    }
                }
                // Thousands in threes; lakhs and crores in twos before the last three.
                b',' if !point
                    && (if commas { group == 2 || group == 3 } else { (1..=3).contains(&group) }) =>
                {
                    commas = true;
                    group = 0;
                }
                b'.' if !point && (!commas || group == 3) => {
                    point = true;
                    group = 0;
                }
                _ => return None,
            }
        }
        let ends_well = group > 0 && (point || !commas || group == 3);
        ends_well.then_some(Self { digits, scale })
    }

    /// Times a power of ten.
    pub(in crate::entity) fn shift(self, power: i8) -> Option<Self> {
        Self::new(self.digits, self.scale.checked_add(power)?)
    }

    pub(in crate::entity) fn times(self, factor: u64) -> Option<Self> {
        Self::new(self.digits.checked_mul(factor)?, self.scale)
    }

    pub(in crate::entity) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.min(other.scale);
        let align = |number: Self| {
            let power = u32::try_from(number.scale - scale).ok()?;
            number.digits.checked_mul(10_u64.checked_pow(power)?)
        };
        Self::new(align(self)?.checked_add(align(other)?)?, scale)
    }

    /// The quotient to four decimal places: two thirds are 0.6667.
    pub(in crate::entity) fn ratio(over: u64, under: u64) -> Option<Self> {
        let thousands = over.checked_mul(100_000)?.checked_div(under)?;
        let rounded = Self::new((thousands + 5) / 10, -4)?;
        Some(rounded.reduced())
    }

    /// Without zeros at the end behind the point.
    fn reduced(mut self) -> Self {
        while self.scale < 0 && self.digits.is_multiple_of(10) {
            self.digits /= 10;
            self.scale += 1;
        }
        self
    }

    /// The nearest float: numerator and denominator are exact, so one division rounds once.
    #[expect(clippy::cast_precision_loss, reason = "digits stay below 2^53, powers of ten below 10^22")]
    pub(in crate::entity) fn as_f64(self) -> f64 {
        let power = 10_u64.pow(u32::from(self.scale.unsigned_abs())) as f64;
        if self.scale < 0 { self.digits as f64 / power } else { self.digits as f64 * power }
    }

    /// The value, if it is whole.
    pub(in crate::entity) fn as_whole(self) -> Option<u64> {
        let reduced = self.reduced();
        let power = u32::try_from(reduced.scale).ok()?;
        reduced.digits.checked_mul(10_u64.pow(power))
    }
}

/// Plain digits: "3.5", "1500000".
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { digits, scale } = self.reduced();
        let power = 10_u64.pow(u32::from(scale.unsigned_abs()));
        if scale >= 0 {
            return write!(f, "{}", u128::from(digits) * u128::from(power));
        }
        let places = usize::from(scale.unsigned_abs());
        write!(f, "{}.{:0places$}", digits / power, digits % power)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn reads_what_news_writes() {
        for (written, expected) in [
            ("1,000", Some("1000")),
            ("3.50", Some("3.5")),
            ("1,00,000", Some("100000")),
            ("12,34,567.5", Some("1234567.5")),
            ("0.25", Some("0.25")),
            ("007", Some("7")),
            ("10:30", None),
            ("1.2.3", None),
            ("1,0", None),
            ("1234,567", None),
            ("99999999999999999999", None),
        ] {
            let found = Decimal::parse(written.as_bytes()).map(|number| number.to_string());
            assert_eq!(found.as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn computes_exactly() {
        let amount = Decimal::parse(b"1.13").and_then(|number| number.shift(9)).unwrap();
        assert_eq!(amount.as_f64().to_string(), "1130000000");
        assert_eq!(Decimal::ratio(2, 3).unwrap().to_string(), "0.6667");
        assert_eq!(Decimal::ratio(3, 4).unwrap().to_string(), "0.75");
        let sum = Decimal::whole(3).plus(Decimal::HALF).unwrap();
        assert_eq!((sum.to_string().as_str(), sum.as_whole()), ("3.5", None));
    }
}
