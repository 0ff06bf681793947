//! The best sequence of labels for a stretch of tokens (Viterbi 1967), in saturating 16-bit integers: the
//! same on every machine. It must not know what the scores are made of.

use super::labels::{LABELS, OUTSIDE, may_follow};
use crate::model::{ModelError, bad_section};

/// Columns of a row of scores: the labels, and padding to a register's width.
pub(crate) const COLUMNS: usize = 16;

/// One score a label.
pub(crate) type Scores = [i16; COLUMNS];

/// The score of what must not be.
const NEVER: i16 = -16_000;

/// Scores of one label behind another.
#[derive(Clone, Debug)]
pub(crate) struct Transitions {
    /// By the earlier label.
    behind: [Scores; LABELS],
    /// By the later label.
    before: [Scores; LABELS],
}

/// Buffers of the decoder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lattice {
    forward: Vec<Scores>,
    from: Vec<[u8; COLUMNS]>,
    backward: Vec<Scores>,
}

impl Transitions {
    /// From stored weights: 16 bits each, by the earlier label, then by the later.
    pub(crate) fn parse(bytes: &[u8], name: [u8; 4]) -> Result<Self, ModelError> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        if pairs.len() != LABELS * LABELS || !rest.is_empty() {
            return Err(bad_section(name));
        }
        let mut behind = [[NEVER; COLUMNS]; LABELS];
        let mut before = [[NEVER; COLUMNS]; LABELS];
        let mut weights = pairs.iter().map(|&pair| i16::from_le_bytes(pair).clamp(-4000, 4000));
        for earlier in 0..LABELS {
            for later in 0..LABELS {
                let weight = weights.next().unwrap_or(0);
                #[expect(clippy::cast_possible_truncation, reason = "labels are few")]
                if may_follow(earlier as u8, later as u8) {
                    behind[earlier][later] = weight;
                    before[later][earlier] = weight;
                }
            }
        }
        Ok(Self { behind, before })
    }

    /// Writes the best labels for `emissions` to `labels`; the tokens at both sides are O.
    pub(crate) fn decode(&self, emissions: &[Scores], lattice: &mut Lattice, labels: &mut Vec<u8>) {
        labels.clear();
        lattice.forward.clear();
        lattice.from.clear();
        let mut last = [NEVER; COLUMNS];
        last[usize::from(OUTSIDE)] = 0;
        for emission in emissions {
            let (mut best, from) = step(&last, &self.behind);
            for (score, &here) in best.iter_mut().zip(emission) {
                *score = score.saturating_add(here);
            }
            settle(&mut best);
            lattice.from.push(from);
            lattice.forward.push(best);
            last = best;
        }
        for (score, &to_outside) in last.iter_mut().zip(&self.before[usize::from(OUTSIDE)]) {
            *score = score.saturating_add(to_outside);
        }
        let mut label = best_of(&last);
        for from in lattice.from.iter().rev() {
            labels.push(label);
            label = from[usize::from(label)];
        }
        labels.reverse();
    }

    /// How much worse the best sequence becomes if the token at each place had to have another label,
    /// written to `margins`. Call behind [`Transitions::decode`] with the same stretch.
    pub(crate) fn margins(
        &self,
        emissions: &[Scores],
        lattice: &mut Lattice,
        labels: &[u8],
        margins: &mut Vec<i16>,
    ) {
        lattice.backward.clear();
        let mut after = self.before[usize::from(OUTSIDE)];
        settle(&mut after);
        for emission in emissions.iter().rev() {
            lattice.backward.push(after);
            let mut here = after;
            for (score, &emitted) in here.iter_mut().zip(emission) {
                *score = score.saturating_add(emitted);
            }
            (after, _) = step(&here, &self.before);
            settle(&mut after);
        }
        margins.clear();
        for ((forward, backward), &label) in
            lattice.forward.iter().zip(lattice.backward.iter().rev()).zip(labels)
        {
            let (mut own, mut other) = (i16::MIN, i16::MIN);
            for (candidate, (&f, &b)) in forward.iter().zip(backward).take(LABELS).enumerate() {
                let score = f.saturating_add(b);
                if candidate == usize::from(label) {
                    own = score;
                } else {
                    other = other.max(score);
                }
            }
            margins.push(own.saturating_sub(other));
        }
    }
}

/// For each label the best way to it, and from which label.
fn step(last: &Scores, transitions: &[Scores; LABELS]) -> (Scores, [u8; COLUMNS]) {
    let mut best = [i16::MIN; COLUMNS];
    let mut from = [0_i16; COLUMNS];
    for (label, row) in (0_i16..).zip(transitions) {
        let so_far = last[usize::try_from(label).unwrap_or(0)];
        for column in 0..COLUMNS {
            let score = so_far.saturating_add(row[column]);
            let better = score > best[column];
            best[column] = if better { score } else { best[column] };
            from[column] = if better { label } else { from[column] };
        }
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "labels are few")]
    (best, from.map(|label| label as u8))
}

/// Moves the best score to 0, so that stretches of any length fit.
fn settle(scores: &mut Scores) {
    let best = scores[..LABELS].iter().copied().max().unwrap_or(0);
    for score in scores {
        *score = score.saturating_sub(best).max(NEVER);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "labels are few")]
fn best_of(scores: &Scores) -> u8 {
    let mut best = 0;
    for label in 1..LABELS {
        if scores[label] > scores[best] {
            best = label;
        }
    }
    best as u8
}
