//! Scorers, one a room, each doing what the reference scorers of the project's workplace do. They compare a
//! gold document with a predicted one of the same shape; they know no annotator and open no file.

pub mod entities;
pub mod quotes;
pub mod sentences;

use std::collections::BTreeSet;
use std::ops::AddAssign;

/// How many things were found, of how many, and how many of them rightly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Predicted and in the gold.
    pub right: u64,
    /// Predicted.
    pub predicted: u64,
    /// In the gold.
    pub gold: u64,
}

impl Counts {
    /// The counts of two sets of the same kind of thing.
    #[must_use]
    pub fn of<T: Ord>(gold: &BTreeSet<T>, predicted: &BTreeSet<T>) -> Self {
        Self {
            right: gold.intersection(predicted).count() as u64,
            predicted: predicted.len() as u64,
            gold: gold.len() as u64,
        }
    }

    /// Share of the predicted that is right; `None` when nothing was predicted.
    #[must_use]
    pub fn precision(self) -> Option<f64> {
        ratio(self.right, self.predicted)
    }

    /// Share of the gold that was found; `None` when there is no gold.
    #[must_use]
    pub fn recall(self) -> Option<f64> {
        ratio(self.right, self.gold)
    }

    /// Harmonic mean of the two; `None` when there is neither gold nor prediction.
    #[must_use]
    pub fn f1(self) -> Option<f64> {
        ratio(2 * self.right, self.predicted + self.gold)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.predicted += other.predicted;
        self.gold += other.gold;
    }
}

/// A share, `None` where there is nothing to have a share of.
#[must_use]
pub fn ratio(part: u64, whole: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of a corpus lie far below 2^52")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn nothing_has_no_share() {
        let mut counts = Counts::default();
        assert_eq!((counts.precision(), counts.recall(), counts.f1()), (None, None, None));
        counts += Counts { right: 1, predicted: 2, gold: 4 };
        assert_eq!((counts.precision(), counts.recall()), (Some(0.5), Some(0.25)));
        assert_eq!(counts.f1(), Some(1.0 / 3.0));
    }
}
