//! A linear scorer over hashed features (feature hashing: Weinberger et al. 2009) with integer weights: a
//! table of rows without keys, one row a bucket, one column a class. It must not know what a feature is.

use super::container::{ModelError, bad_section};

/// Rows of `i8` weights, found by the low bits of a feature's hash. A score is the plain sum of the rows of
/// all features that fire: equal on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedRows {
    weights: Box<[i8]>,
    columns: usize,
    mask: u64,
}

impl HashedRows {
    /// From stored weights, row by row.
    ///
    /// # Errors
    /// [`ModelError::BadSection`] with `name` unless the number of rows is a power of two.
    pub fn parse(bytes: &[u8], columns: usize, name: [u8; 4]) -> Result<Self, ModelError> {
        let rows = bytes.len().checked_div(columns).unwrap_or(0);
        if !rows.is_power_of_two() || rows * columns != bytes.len() {
            return Err(bad_section(name));
        }
        let weights = bytes.iter().map(|&byte| i8::from_le_bytes([byte])).collect();
        Ok(Self { weights, columns, mask: rows as u64 - 1 })
    }

    /// Number of classes.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The weights of the feature with this hash, one a class.
    #[must_use]
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked to the number of rows, which is a usize")]
    pub fn row(&self, feature: u64) -> &[i8] {
        let start = (feature & self.mask) as usize * self.columns;
        &self.weights[start..start + self.columns]
    }

    /// The score of a two-class model, one column, over the features that fire.
    #[must_use]
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked to the number of rows, which is a usize")]
    pub fn score(&self, features: &[u64]) -> i32 {
        let mask = (self.weights.len() / self.columns - 1) as u64;
        features
            .iter()
            .map(|&feature| i32::from(self.weights[(feature & mask) as usize * self.columns]))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::HashedRows;

    #[test]
    fn adds_rows() {
        let rows = HashedRows::parse(&[1, 255, 3, 4], 1, *b"wght").unwrap();
        assert_eq!(rows.score(&[0, 1, 5, 2]), 1 - 1 - 1 + 3);
        assert_eq!(HashedRows::parse(&[1, 2, 3, 4], 2, *b"wght").unwrap().row(3), [3, 4]);
        assert!(HashedRows::parse(&[1, 2, 3], 1, *b"wght").is_err());
        assert!(HashedRows::parse(&[], 1, *b"wght").is_err());
    }
}
