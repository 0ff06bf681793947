//! The best sequence of labels for a stretch of tokens (Viterbi 1967), in saturating 16-bit integers: the
//! same on every machine. It must not know what the scores are made of.

use super::labels::{LABELS, OUTSIDE, may_follow};
use crate::model::{ModelError, bad_section};
use wide::i16x16;

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
        let mut last = [NEVER; COLUMNS];
        last[usize::from(OUTSIDE)] = 0;
        for emission in emissions {
            last = settled(step(&last, &self.behind).saturating_add(i16x16::new(*emission)));
            lattice.forward.push(last);
        }
        // Of equal ways the one through the lower label is taken, here and at every step back.
        let mut label = OUTSIDE;
        for scores in lattice.forward.iter().rev() {
            label =
                best_of(i16x16::new(*scores).saturating_add(i16x16::new(self.before[usize::from(label)])));
            labels.push(label);
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
        let mut after = settled(i16x16::new(self.before[usize::from(OUTSIDE)]));
        for emission in emissions.iter().rev() {
            lattice.backward.push(after);
            let here = i16x16::new(after).saturating_add(i16x16::new(*emission));
            after = settled(step(&here.to_array(), &self.before));
        }
        margins.clear();
        for ((forward, backward), &label) in
            lattice.forward.iter().zip(lattice.backward.iter().rev()).zip(labels)
        {
            let mut through = i16x16::new(*forward).saturating_add(i16x16::new(*backward)).to_array();
            let own = std::mem::replace(&mut through[usize::from(label)], i16::MIN);
            let other = through[..LABELS].iter().copied().max().unwrap_or(own);
            margins.push(own.saturating_sub(other));
        }
    }
}

/// For each label the score of the best way to it.
#[inline]
fn step(last: &Scores, transitions: &[Scores; LABELS]) -> i16x16 {
    let ways = last.iter().zip(transitions);
    ways.fold(i16x16::splat(i16::MIN), |best, (&so_far, row)| {
        best.max(i16x16::splat(so_far).saturating_add(i16x16::new(*row)))
    })
}

/// Moves the best score to 0, so that stretches of any length fit.
#[inline]
fn settled(scores: i16x16) -> Scores {
    let all = scores.to_array();
    let best = all[..LABELS].iter().copied().max().unwrap_or(0);
    scores.saturating_sub(i16x16::splat(best)).max(i16x16::splat(NEVER)).to_array()
}

/// The lowest of the labels with the best score.
#[expect(clippy::cast_possible_truncation, reason = "labels are few")]
fn best_of(scores: i16x16) -> u8 {
    let scores = scores.to_array();
    let mut best = 0;
    for label in 1..LABELS {
        if scores[label] > scores[best] {
            best = label;
        }
    }
    best as u8
}
