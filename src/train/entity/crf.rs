//! A conditional random field over hashed rows (Lafferty et al. 2001), learned by stochastic gradients with
//! a step size of its own for each weight (AdaGrad: Duchi et al. 2011). Where the gold allows several labels
//! the sum over all of them is made likely. It must not know what a feature is.

use super::examples::{Article, Stretch};
use crate::entity::tagger::training::{LABELS, OUTSIDE, may_follow};
use crate::lexicon::FastMap;
use crate::train::random::Random;

/// Values of a row: one a label, and nought up to a multiple of what a register holds.
const LANES: usize = LABELS.next_multiple_of(4);

/// One value a label.
type Row = [f32; LANES];

/// How to learn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Learning {
    pub(super) epochs: u32,
    /// First step size.
    pub(super) rate: f32,
    /// Pull of each weight to nought (L2).
    pub(super) pull: f32,
    /// Features that fewer articles have are not learned.
    pub(super) least: u8,
    /// Features that no more articles have are hidden in a share of the stretches.
    pub(super) rare: u8,
    pub(super) hide: f32,
    /// How many of the last epochs the weights are the mean of; 0 for those of the very end.
    pub(super) averaged: u32,
    pub(super) seed: u64,
    /// Whether the second reading is learned beside the first.
    pub(super) second: bool,
}

/// A stretch as it is learned from.
struct Prepared<'a> {
    /// Rows of its tokens; those that are to be hidden now and then bear the mark [`RARE`].
    rows: Vec<u32>,
    /// For each token where its rows of the first reading end, and where those of the second.
    ends: Vec<(u32, u32)>,
    allowed: &'a [u16],
    weight: f32,
}

/// The mark of a row whose feature few articles have.
const RARE: u32 = 1 << 31;

/// A weight row with the sum of its squared gradients.
#[derive(Clone, Copy, Debug)]
struct Learned {
    weights: Row,
    squares: Row,
}

/// The weights as they are learned.
#[derive(Clone, Debug)]
pub(super) struct Crf {
    rows: Vec<Learned>,
    transitions: [Learned; LABELS],
}

/// Working memory of one stretch.
#[derive(Default)]
struct Lattice {
    emissions: Vec<Row>,
    potentials: Vec<Row>,
    forward: Vec<Row>,
    backward: Vec<Row>,
    free: Vec<Row>,
    tied: Vec<Row>,
    rows: Vec<u32>,
    ends: Vec<usize>,
}

/// Expected counts of transitions.
type Pairs = [Row; LABELS];

const NOTHING: Learned = Learned { weights: [0.0; LANES], squares: [0.0; LANES] };

impl Crf {
    /// All weights nought.
    pub(super) fn new(rows: usize) -> Self {
        Self { rows: vec![NOTHING; rows], transitions: [NOTHING; LABELS] }
    }

    /// Adds a share of another's weights.
    pub(super) fn add(&mut self, other: &Self, share: f32) {
        let others = other.rows.iter().chain(&other.transitions);
        for (row, other) in self.rows.iter_mut().chain(&mut self.transitions).zip(others) {
            row.weights.iter_mut().zip(other.weights).for_each(|(sum, weight)| *sum += share * weight);
        }
    }

    /// Learns from the articles; `report` hears how many epochs are done.
    pub(super) fn learn(&mut self, articles: &[&Article], how: &Learning, mut report: impl FnMut(u32)) {
        let prepared = self.prepare(articles, how);
        let mut order: Vec<usize> = (0..prepared.len()).collect();
        let mut lattice = Lattice::default();
        let mut random = Random::new(how.seed);
        let mut sums: Vec<Row> = Vec::new();
        let mut summed = 0.0;
        for epoch in 0..how.epochs {
            random.shuffle(&mut order);
            // The last epochs go in smaller steps and settle.
            #[expect(clippy::cast_precision_loss, reason = "epochs are few")]
            let rate = how.rate * (1.0 - 0.8 * epoch as f32 / how.epochs as f32);
            for &number in &order {
                let stretch = &prepared[number];
                let hide = random.unit() < how.hide;
                self.step(stretch, false, rate, how.pull, hide, &mut lattice);
                if how.second {
                    self.step(stretch, true, rate, how.pull, hide, &mut lattice);
                }
            }
            if epoch + how.averaged >= how.epochs {
                sums.resize(self.rows.len() + LABELS, [0.0; LANES]);
                for (sum, row) in sums.iter_mut().zip(self.rows.iter().chain(&self.transitions)) {
                    sum.iter_mut().zip(row.weights).for_each(|(sum, weight)| *sum += weight);
                }
                summed += 1.0;
            }
            report(epoch + 1);
        }
        for (row, sum) in self.rows.iter_mut().chain(&mut self.transitions).zip(sums) {
            row.weights = sum.map(|weight| weight / summed);
        }
    }

    /// The stretches of the articles with the rows that are learned: those of features that too few articles
    /// have are left out, those that hardly more have are marked.
    fn prepare<'a>(&self, articles: &[&'a Article], how: &Learning) -> Vec<Prepared<'a>> {
        let support = support(articles);
        let mask = narrow(self.rows.len() - 1);
        let mut prepared = Vec::new();
        for article in articles {
            for stretch in &article.stretches {
                let (mut rows, mut ends) = (Vec::new(), Vec::new());
                for index in 0..stretch.tokens.len() {
                    for feature in stretch.first.of(index) {
                        let count = support.get(feature).copied().unwrap_or(0);
                        if count >= how.least {
                            rows.push(feature & mask | if count <= how.rare { RARE } else { 0 });
                        }
                    }
                    let first = narrow(rows.len());
                    rows.extend(stretch.second.of(index).iter().map(|feature| feature & mask));
                    ends.push((first, narrow(rows.len())));
                }
                prepared.push(Prepared {
                    rows,
                    ends,
                    allowed: &article.allowed[stretch.tokens.clone()],
                    weight: article.weight,
                });
            }
        }
        prepared
    }

    /// One step on one stretch.
    fn step(
        &mut self,
        stretch: &Prepared<'_>,
        second: bool,
        rate: f32,
        pull: f32,
        hide: bool,
        lattice: &mut Lattice,
    ) {
        let allowed = stretch.allowed;
        lattice.gather(stretch, second, hide);
        self.emit(lattice);
        let exponents = self.exponents();
        let mut free_pairs = [[0.0; LANES]; LABELS];
        let mut tied_pairs = [[0.0; LANES]; LABELS];
        let any = |_: usize| u16::MAX;
        if !lattice.expect(&exponents, any, &mut free_pairs) {
            return;
        }
        let free = std::mem::take(&mut lattice.free);
        let possible = lattice.expect(&exponents, |index| allowed[index], &mut tied_pairs);
        lattice.tied = std::mem::replace(&mut lattice.free, free);
        if !possible {
            return;
        }
        let mut start = 0;
        for (index, &end) in lattice.ends.iter().enumerate() {
            let gradient = difference(&lattice.free[index], &lattice.tied[index], stretch.weight);
            if gradient.iter().any(|slope| slope.abs() > TOO_LITTLE) {
                for &row in &lattice.rows[start..end] {
                    self.rows[row as usize].step(&gradient, rate, pull);
                }
            }
            start = end;
        }
        for ((row, free), tied) in self.transitions.iter_mut().zip(&free_pairs).zip(&tied_pairs) {
            row.step(&difference(free, tied, stretch.weight), rate, pull);
        }
    }

    /// The best labels of a stretch.
    pub(super) fn decode(&self, stretch: &Stretch, second: bool) -> Vec<u8> {
        let mut lattice = Lattice::default();
        lattice.gather_all(stretch, second, narrow(self.rows.len() - 1));
        self.emit(&mut lattice);
        let mut last = [f32::NEG_INFINITY; LANES];
        last[usize::from(OUTSIDE)] = 0.0;
        let mut from = Vec::new();
        for emission in &lattice.emissions {
            let mut best = [f32::NEG_INFINITY; LANES];
            let mut back = [0_u8; LANES];
            for (label, (so_far, row)) in last.iter().zip(&self.transitions).enumerate() {
                for (next, weight) in row.weights.iter().enumerate() {
                    let score = so_far + weight;
                    if follows(label, next) && score > best[next] {
                        best[next] = score;
                        back[next] = u8::try_from(label).unwrap_or(0);
                    }
                }
            }
            for (score, here) in best.iter_mut().zip(emission) {
                *score += here;
            }
            from.push(back);
            last = best;
        }
        for (label, score) in last.iter_mut().enumerate().take(LABELS) {
            *score += self.transitions[label].weights[usize::from(OUTSIDE)];
        }
        let best = (0..LABELS).max_by(|&a, &b| last[a].total_cmp(&last[b])).unwrap_or(0);
        let mut label = u8::try_from(best).unwrap_or(0);
        let mut labels = Vec::new();
        for back in from.iter().rev() {
            labels.push(label);
            label = back[usize::from(label)];
        }
        labels.reverse();
        labels
    }

    /// The weights as stored: rows of bytes, and transitions of 16 bits, in the same unit.
    pub(super) fn quantized(&self) -> (Vec<u8>, Vec<u8>) {
        let round = |weight: f32, most: f32| (weight * UNIT).round().clamp(-most, most);
        #[expect(clippy::cast_possible_truncation, reason = "clamped")]
        let rows = self
            .rows
            .iter()
            .flat_map(|row| {
                row.weights
                    .into_iter()
                    .take(LABELS)
                    .map(|weight| (round(weight, 127.0) as i8).cast_unsigned())
            })
            .collect();
        #[expect(clippy::cast_possible_truncation, reason = "clamped")]
        let transitions = self
            .transitions
            .iter()
            .flat_map(|row| row.weights.into_iter().take(LABELS))
            .flat_map(|weight| (round(weight, 4000.0) as i16).to_le_bytes())
            .collect();
        (rows, transitions)
    }

    fn emit(&self, lattice: &mut Lattice) {
        lattice.emissions.clear();
        let mut start = 0;
        for &end in &lattice.ends {
            let mut sum = [0.0; LANES];
            for &row in &lattice.rows[start..end] {
                for (total, weight) in sum.iter_mut().zip(&self.rows[row as usize].weights) {
                    *total += weight;
                }
            }
            lattice.emissions.push(sum);
            start = end;
        }
    }

    fn exponents(&self) -> Pairs {
        let mut pairs = [[0.0; LANES]; LABELS];
        for (label, row) in pairs.iter_mut().enumerate() {
            for (next, value) in row.iter_mut().enumerate() {
                if follows(label, next) {
                    *value = self.transitions[label].weights[next].exp();
                }
            }
        }
        pairs
    }
}

/// Slopes no steeper than this move nothing: most tokens are soon certain, and each has a hundred rows.
const TOO_LITTLE: f32 = 1e-3;

/// Units of the stored weights in one of the learned.
pub(super) const UNIT: f32 = 32.0;

impl Learned {
    fn step(&mut self, gradient: &Row, rate: f32, pull: f32) {
        for label in 0..LANES {
            let gradient = gradient[label] + pull * self.weights[label];
            self.squares[label] += gradient * gradient;
            self.weights[label] -= rate * gradient / (self.squares[label] + 1e-3).sqrt();
        }
    }
}

impl Lattice {
    /// The rows of every token of a stretch to learn from, or those that are not marked.
    fn gather(&mut self, stretch: &Prepared<'_>, second: bool, hide: bool) {
        self.rows.clear();
        self.ends.clear();
        let mut start = 0;
        for &(first, end) in &stretch.ends {
            let rows = &stretch.rows[start..if second { end } else { first } as usize];
            self.rows.extend(rows.iter().filter(|&row| !hide || row & RARE == 0).map(|row| row & !RARE));
            self.ends.push(self.rows.len());
            start = end as usize;
        }
    }

    /// The rows of every token of a stretch to decode.
    fn gather_all(&mut self, stretch: &Stretch, second: bool, mask: u32) {
        self.rows.clear();
        self.ends.clear();
        for index in 0..stretch.tokens.len() {
            self.rows.extend(stretch.first.of(index).iter().map(|feature| feature & mask));
            if second {
                self.rows.extend(stretch.second.of(index).iter().map(|feature| feature & mask));
            }
            self.ends.push(self.rows.len());
        }
    }

    /// Probabilities of each label at each token, to `free`, and of each pair, added to `pairs`, among the
    /// sequences that `allowed` lets pass. False if there is none.
    fn expect(&mut self, exponents: &Pairs, allowed: impl Fn(usize) -> u16, pairs: &mut Pairs) -> bool {
        let len = self.emissions.len();
        self.potentials.clear();
        for (index, emission) in self.emissions.iter().enumerate() {
            let most = emission.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let labels = allowed(index);
            let mut row = [0.0; LANES];
            for (label, value) in row.iter_mut().enumerate() {
                if labels >> label & 1 != 0 {
                    *value = (emission[label] - most).max(-60.0).exp();
                }
            }
            self.potentials.push(row);
        }
        self.forward.clear();
        let mut last = [0.0; LANES];
        last[usize::from(OUTSIDE)] = 1.0;
        for potential in &self.potentials {
            let mut next = [0.0; LANES];
            for (from, row) in last.iter().zip(exponents) {
                for (to, exponent) in next.iter_mut().zip(row) {
                    *to += from * exponent;
                }
            }
            for (value, here) in next.iter_mut().zip(potential) {
                *value *= here;
            }
            if !scale(&mut next) {
                return false;
            }
            self.forward.push(next);
            last = next;
        }
        self.backward.clear();
        self.backward.resize(len, [0.0; LANES]);
        let mut after = [0.0; LANES];
        for (value, row) in after.iter_mut().zip(exponents) {
            *value = row[usize::from(OUTSIDE)];
        }
        for index in (0..len).rev() {
            scale(&mut after);
            self.backward[index] = after;
            let mut before = [0.0; LANES];
            for (value, row) in before.iter_mut().zip(exponents) {
                for ((exponent, potential), behind) in row.iter().zip(&self.potentials[index]).zip(&after) {
                    *value += exponent * potential * behind;
                }
            }
            after = before;
        }
        self.free.clear();
        for (forward, backward) in self.forward.iter().zip(&self.backward) {
            let mut both = [0.0; LANES];
            for (value, (f, b)) in both.iter_mut().zip(forward.iter().zip(backward)) {
                *value = f * b;
            }
            if !scale(&mut both) {
                return false;
            }
            self.free.push(both);
        }
        self.count_pairs(exponents, pairs);
        true
    }

    fn count_pairs(&self, exponents: &Pairs, pairs: &mut Pairs) {
        let mut last = [0.0; LANES];
        last[usize::from(OUTSIDE)] = 1.0;
        for index in 0..=self.forward.len() {
            let mut counts = [[0.0_f32; LANES]; LABELS];
            let mut total = 0.0;
            for label in 0..LABELS {
                for next in 0..LABELS {
                    let behind = match self.potentials.get(index) {
                        Some(potential) => potential[next] * self.backward[index][next],
                        None => f32::from(u8::from(next == usize::from(OUTSIDE))),
                    };
                    counts[label][next] = last[label] * exponents[label][next] * behind;
                    total += counts[label][next];
                }
            }
            if total > 0.0 {
                for (sums, counts) in pairs.iter_mut().zip(counts) {
                    for (sum, count) in sums.iter_mut().zip(counts) {
                        *sum += count / total;
                    }
                }
            }
            last = self.forward.get(index).copied().unwrap_or_default();
        }
    }
}

/// Makes the values sum to 1; false if they are all nought.
fn scale(row: &mut Row) -> bool {
    let total: f32 = row.iter().sum();
    if !(total > 1e-30 && total.is_finite()) {
        return false;
    }
    for value in row {
        *value /= total;
    }
    true
}

fn difference(left: &Row, right: &Row, weight: f32) -> Row {
    std::array::from_fn(|label| weight * (left[label] - right[label]))
}

fn follows(label: usize, next: usize) -> bool {
    if next >= LABELS {
        return false;
    }
    #[expect(clippy::cast_possible_truncation, reason = "labels are few")]
    may_follow(label as u8, next as u8)
}

/// In how many articles each feature of the first reading occurs, up to 255.
fn support(articles: &[&Article]) -> FastMap<u32, u8> {
    let mut counts: FastMap<u32, (u32, u8)> = FastMap::default();
    for (number, article) in (1_u32..).zip(articles) {
        for stretch in &article.stretches {
            for &feature in (0..stretch.tokens.len()).flat_map(|index| stretch.first.of(index)) {
                let (seen_in, count) = counts.entry(feature).or_default();
                if *seen_in != number {
                    *seen_in = number;
                    *count = count.saturating_add(1);
                }
            }
        }
    }
    counts.into_iter().map(|(feature, (_, count))| (feature, count)).collect()
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("rows are fewer than 2^32: this is a bug")
}
