//! A conditional random field over hashed rows (Lafferty et al. 2001), learned by stochastic gradients with
//! a step size of its own for each weight (AdaGrad: Duchi et al. 2011). Where the gold allows several labels
//! the sum over all of them is made likely. It must not know what a feature is.

use super::examples::{Article, Stretch};
use crate::entity::tagger::training::{LABELS, OUTSIDE, may_follow};
use crate::train::random::Random;

/// One value a label.
type Row = [f32; LABELS];

/// How to learn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Learning {
    pub(super) epochs: u32,
    /// First step size.
    pub(super) rate: f32,
    /// Pull of each weight to nought (L2).
    pub(super) pull: f32,
    /// Share of the stretches in which rows that one document alone supports are hidden.
    pub(super) hide: f32,
    /// Whether the second reading is learned beside the first.
    pub(super) second: bool,
}

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

const NOTHING: Learned = Learned { weights: [0.0; LABELS], squares: [0.0; LABELS] };

impl Crf {
    /// All weights nought.
    pub(super) fn new(rows: usize) -> Self {
        Self { rows: vec![NOTHING; rows], transitions: [NOTHING; LABELS] }
    }

    /// Learns from the articles; `report` hears how many epochs are done.
    pub(super) fn learn(&mut self, articles: &[&Article], how: &Learning, mut report: impl FnMut(u32)) {
        let support = support(articles, self.rows.len());
        let mut order: Vec<(usize, usize)> = articles
            .iter()
            .enumerate()
            .flat_map(|(article, a)| (0..a.stretches.len()).map(move |stretch| (article, stretch)))
            .collect();
        let mut lattice = Lattice::default();
        let mut random = Random::new(17);
        for epoch in 0..how.epochs {
            random.shuffle(&mut order);
            // The last epochs go in smaller steps and settle.
            #[expect(clippy::cast_precision_loss, reason = "epochs are few")]
            let rate = how.rate * (1.0 - 0.8 * epoch as f32 / how.epochs as f32);
            for &(article, stretch) in &order {
                let article = articles[article];
                let stretch = &article.stretches[stretch];
                let hide = random.unit() < how.hide;
                let keep = |row: u32| !hide || support[row as usize] > 1;
                self.step(article, stretch, false, rate, how.pull, keep, &mut lattice);
                if how.second {
                    self.step(article, stretch, true, rate, how.pull, keep, &mut lattice);
                }
            }
            report(epoch + 1);
        }
    }

    /// One step on one stretch.
    #[expect(clippy::too_many_arguments, reason = "all but two are the same through an epoch")]
    fn step(
        &mut self,
        article: &Article,
        stretch: &Stretch,
        second: bool,
        rate: f32,
        pull: f32,
        keep: impl Fn(u32) -> bool,
        lattice: &mut Lattice,
    ) {
        let allowed = &article.allowed[stretch.tokens.clone()];
        lattice.gather(stretch, second, keep);
        self.emit(lattice);
        let exponents = self.exponents();
        let mut free_pairs = [[0.0; LABELS]; LABELS];
        let mut tied_pairs = [[0.0; LABELS]; LABELS];
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
            let gradient = difference(&lattice.free[index], &lattice.tied[index], article.weight);
            if gradient.iter().any(|slope| slope.abs() > 1e-4) {
                for &row in &lattice.rows[start..end] {
                    self.rows[row as usize].step(&gradient, rate, pull);
                }
            }
            start = end;
        }
        for ((row, free), tied) in self.transitions.iter_mut().zip(&free_pairs).zip(&tied_pairs) {
            row.step(&difference(free, tied, article.weight), rate, pull);
        }
    }

    /// The best labels of a stretch.
    pub(super) fn decode(&self, stretch: &Stretch, second: bool) -> Vec<u8> {
        let mut lattice = Lattice::default();
        lattice.gather(stretch, second, |_| true);
        self.emit(&mut lattice);
        let mut last = [f32::NEG_INFINITY; LABELS];
        last[usize::from(OUTSIDE)] = 0.0;
        let mut from = Vec::new();
        for emission in &lattice.emissions {
            let mut best = [f32::NEG_INFINITY; LABELS];
            let mut back = [0_u8; LABELS];
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
        for (label, score) in last.iter_mut().enumerate() {
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
            .flat_map(|row| row.weights.map(|weight| (round(weight, 127.0) as i8).cast_unsigned()))
            .collect();
        #[expect(clippy::cast_possible_truncation, reason = "clamped")]
        let transitions = self
            .transitions
            .iter()
            .flat_map(|row| row.weights)
            .flat_map(|weight| (round(weight, 4000.0) as i16).to_le_bytes())
            .collect();
        (rows, transitions)
    }

    fn emit(&self, lattice: &mut Lattice) {
        lattice.emissions.clear();
        let mut start = 0;
        for &end in &lattice.ends {
            let mut sum = [0.0; LABELS];
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
        let mut pairs = [[0.0; LABELS]; LABELS];
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

/// Units of the stored weights in one of the learned.
pub(super) const UNIT: f32 = 32.0;

impl Learned {
    fn step(&mut self, gradient: &Row, rate: f32, pull: f32) {
        for label in 0..LABELS {
            let gradient = gradient[label] + pull * self.weights[label];
            self.squares[label] += gradient * gradient;
            self.weights[label] -= rate * gradient / (self.squares[label] + 1e-3).sqrt();
        }
    }
}

impl Lattice {
    /// The rows of every token of the stretch that are not hidden.
    fn gather(&mut self, stretch: &Stretch, second: bool, keep: impl Fn(u32) -> bool) {
        self.rows.clear();
        self.ends.clear();
        for index in 0..stretch.tokens.len() {
            self.rows.extend(stretch.first.of(index).iter().copied().filter(|&row| keep(row)));
            if second {
                self.rows.extend(stretch.second.of(index));
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
            let mut row = [0.0; LABELS];
            for (label, value) in row.iter_mut().enumerate() {
                if labels >> label & 1 != 0 {
                    *value = (emission[label] - most).max(-60.0).exp();
                }
            }
            self.potentials.push(row);
        }
        self.forward.clear();
        let mut last = [0.0; LABELS];
        last[usize::from(OUTSIDE)] = 1.0;
        for potential in &self.potentials {
            let mut next = [0.0; LABELS];
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
        self.backward.resize(len, [0.0; LABELS]);
        let mut after = [0.0; LABELS];
        for (value, row) in after.iter_mut().zip(exponents) {
            *value = row[usize::from(OUTSIDE)];
        }
        for index in (0..len).rev() {
            scale(&mut after);
            self.backward[index] = after;
            let mut before = [0.0; LABELS];
            for (value, row) in before.iter_mut().zip(exponents) {
                for ((exponent, potential), behind) in row.iter().zip(&self.potentials[index]).zip(&after) {
                    *value += exponent * potential * behind;
                }
            }
            after = before;
        }
        self.free.clear();
        for (forward, backward) in self.forward.iter().zip(&self.backward) {
            let mut both = [0.0; LABELS];
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
        let mut last = [0.0; LABELS];
        last[usize::from(OUTSIDE)] = 1.0;
        for index in 0..=self.forward.len() {
            let mut counts = [[0.0_f32; LABELS]; LABELS];
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
    #[expect(clippy::cast_possible_truncation, reason = "labels are few")]
    may_follow(label as u8, next as u8)
}

/// In how many articles each row occurs, up to 255.
fn support(articles: &[&Article], rows: usize) -> Vec<u8> {
    let mut counts = vec![0_u8; rows];
    let mut seen_in = vec![u32::MAX; rows];
    for (number, article) in (0_u32..).zip(articles) {
        for stretch in &article.stretches {
            for row in (0..stretch.tokens.len()).flat_map(|index| stretch.first.of(index)) {
                let row = *row as usize;
                if seen_in[row] != number {
                    seen_in[row] = number;
                    counts[row] = counts[row].saturating_add(1);
                }
            }
        }
    }
    counts
}
