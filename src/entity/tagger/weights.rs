//! The learned weights: rows of bytes found by a feature's hash alone (feature hashing: Weinberger et al.
//! 2009). It must not know what a feature is.

use super::decode::{COLUMNS, Scores};
use super::labels::LABELS;
use crate::model::{ModelError, bad_section};

/// A table of rows, a power of two of them, padded to a register's width.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    rows: Box<[[i8; COLUMNS]]>,
}

impl Weights {
    /// From stored rows of [`LABELS`] bytes each.
    pub(crate) fn parse(bytes: &[u8], name: [u8; 4]) -> Result<Self, ModelError> {
        let (stored, rest) = bytes.as_chunks::<LABELS>();
        if !stored.len().is_power_of_two() || !rest.is_empty() {
            return Err(bad_section(name));
        }
        let widen = |row: &[u8; LABELS]| {
            let mut wide = [0; COLUMNS];
            for (weight, &byte) in wide.iter_mut().zip(row) {
                *weight = byte.cast_signed();
            }
            wide
        };
        Ok(Self { rows: stored.iter().map(widen).collect() })
    }

    /// Adds the weights of these features to `scores`.
    #[inline]
    pub(crate) fn add(&self, features: &[u64], scores: &mut Scores) {
        let mut sum = *scores;
        for &feature in features {
            let row = &self.rows[row_of(feature, self.rows.len())];
            for (score, &weight) in sum.iter_mut().zip(row) {
                *score = score.saturating_add(i16::from(weight));
            }
        }
        *scores = sum;
    }
}

/// The row of a feature in a table of so many rows.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "cut to the number of rows, which is a usize")]
pub(crate) const fn row_of(feature: u64, rows: usize) -> usize {
    feature as usize & (rows - 1)
}

/// Adds one row of scores to another.
#[inline]
pub(crate) fn add_scores(sum: &mut Scores, scores: &Scores) {
    for (total, &score) in sum.iter_mut().zip(scores) {
        *total = total.saturating_add(score);
    }
}
