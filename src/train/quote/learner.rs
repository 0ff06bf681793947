//! An averaged structured perceptron (Collins 2002) over chains with hashed features, its decoding made to
//! pay for errors. All sums are integers, so that the same data give the same bytes.

use crate::lexicon::mix;
use crate::model::lanes::Lanes;
use crate::quote::chain::{self, Arcs, ChainScratch, NEVER, Topology};

/// A chain to learn from; its features lie in the learner.
#[derive(Clone, Debug, Default)]
pub(super) struct Example {
    features: Vec<std::ops::Range<u32>>,
    gold: Vec<u8>,
    banned: Vec<u32>,
}

/// Weights as a model stores them.
#[derive(Clone, Debug)]
pub(super) struct Learned {
    pub(super) rows: Vec<u8>,
    pub(super) arcs: Vec<u8>,
}

impl Learned {
    /// Weights that know nothing.
    pub(super) fn nothing(topology: &Topology) -> Self {
        let states = topology.states();
        Self { rows: vec![0; topology.labels], arcs: vec![0; states * states * 2] }
    }
}

/// Learns one chain.
#[derive(Debug)]
pub(super) struct Learner {
    topology: Topology,
    /// Number of rows, a power of two.
    rows: usize,
    pub(super) examples: Vec<Example>,
    features: Vec<u32>,
    seen: Vec<u8>,
}

struct Weights {
    now: Vec<i32>,
    sum: Vec<i64>,
}

impl Weights {
    fn new(len: usize) -> Self {
        Self { now: vec![0; len], sum: vec![0; len] }
    }

    fn add(&mut self, at: usize, change: i32, time: i64) {
        self.now[at] += change;
        self.sum[at] += i64::from(change) * time;
    }

    /// Mean weights over `time` steps, times 256.
    fn averaged(&self, time: i64) -> Vec<i64> {
        self.now.iter().zip(&self.sum).map(|(&now, &sum)| i64::from(now) * 256 - sum * 256 / time).collect()
    }
}

/// Features seen less often than this are left out.
const LEAST_SEEN: u8 = 4;
/// Bits of a feature by which its occurrences are counted: many more than there are rows, so that rare features
/// are not taken for frequent ones that share their row.
const SIEVE: u32 = (1 << 27) - 1;
/// Registers for the states of any chain.
const COUNT: usize = 2;
/// What an error costs, in units of one update.
const MARGIN: i32 = 2;

impl Learner {
    pub(super) fn new(topology: Topology, rows: usize) -> Self {
        Self {
            topology,
            rows,
            examples: Vec::new(),
            features: Vec::new(),
            seen: vec![0; 1 << SIEVE.count_ones()],
        }
    }

    /// Appends an item with the hashes of its features, its gold label and the labels that are closed to it as bits.
    pub(super) fn push(&mut self, example: &mut Example, features: &[&[u32]], gold: u8, banned: u32) {
        let start = self.features.len();
        for feature in features.iter().copied().flatten() {
            let known = feature & SIEVE;
            self.seen[known as usize] = self.seen[known as usize].saturating_add(1);
            self.features.push(known);
        }
        let narrow = |at: usize| u32::try_from(at).expect("features are counted in 32 bits: this is a bug");
        example.features.push(narrow(start)..narrow(self.features.len()));
        example.gold.push(gold);
        example.banned.push(banned);
    }

    /// Learns from all examples; `cost` prices a guess against the gold. The weights are the mean of several
    /// learners that met the examples in other orders: which of two ways out a learner takes is chance, and what
    /// they agree on is not.
    pub(super) fn learn(
        &self,
        learners: u64,
        epochs: usize,
        cost: &(dyn Fn(u8, u8) -> i32 + Sync),
        report: &mut dyn FnMut(u64, u64),
    ) -> Learned {
        let (mut rows, mut arcs) = std::thread::scope(|scope| {
            let others: Vec<_> = (1..learners)
                .map(|which| scope.spawn(move || self.run(which, epochs, cost, &mut |_, _| {})))
                .collect();
            let mut sum = self.run(0, epochs, cost, report);
            for other in others {
                let (rows, arcs) = other.join().expect("a learner panicked: this is a bug");
                sum.0.iter_mut().zip(rows).for_each(|(sum, weight)| *sum += weight);
                sum.1.iter_mut().zip(arcs).for_each(|(sum, weight)| *sum += weight);
            }
            sum
        });
        rows.iter_mut()
            .chain(&mut arcs)
            .for_each(|weight| *weight /= i64::try_from(learners).unwrap_or(i64::MAX));
        quantised(&rows, &arcs)
    }

    /// One learner: mean weights of features and of steps, times 256.
    fn run(
        &self,
        which: u64,
        epochs: usize,
        cost: &dyn Fn(u8, u8) -> i32,
        report: &mut dyn FnMut(u64, u64),
    ) -> (Vec<i64>, Vec<i64>) {
        let labels = self.topology.labels;
        let mut rows = Weights::new(self.rows * labels);
        let states = self.topology.states();
        let mut arcs = Weights::new(states * states);
        let mut order: Vec<usize> = (0..self.examples.len()).collect();
        let mut scratch = ChainScratch::<COUNT>::default();
        let mut emissions = Vec::new();
        let mut time = 1_i64;
        for epoch in 0..epochs {
            report(epoch as u64, epochs as u64);
            order.sort_by_key(|&at| mix((at as u64) << 16 | which << 8 | epoch as u64));
            for &at in &order {
                let example = &self.examples[at];
                self.emit(example, &rows.now, cost, &mut emissions);
                let steps = Arcs::new(&self.topology, &arcs.now);
                scratch.start();
                emissions.iter().for_each(|row| scratch.step(&steps, row));
                scratch.finish(&self.topology, &steps);
                self.update(example, &scratch.path, &mut rows, &mut arcs, time);
                time += 1;
            }
        }
        report(epochs as u64, epochs as u64);
        (rows.averaged(time), arcs.averaged(time))
    }

    fn emit(
        &self,
        example: &Example,
        rows: &[i32],
        cost: &dyn Fn(u8, u8) -> i32,
        emissions: &mut Vec<Lanes<COUNT>>,
    ) {
        let labels = self.topology.labels;
        emissions.clear();
        for (index, range) in example.features.iter().enumerate() {
            let mut row = vec![0; labels];
            for &feature in &self.features[range.start as usize..range.end as usize] {
                if self.seen[feature as usize] >= LEAST_SEEN {
                    let weights = &rows[(feature as usize & (self.rows - 1)) * labels..][..labels];
                    row.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
                }
            }
            let scores = (0_u8..).zip(row).map(|(label, sum)| {
                let banned = example.banned[index] >> label & 1 == 1;
                if banned { NEVER } else { chain::held(sum + MARGIN * cost(example.gold[index], label)) }
            });
            emissions.push(self.topology.spread(&scores.collect::<Vec<i16>>()));
        }
    }

    fn update(&self, example: &Example, path: &[u8], rows: &mut Weights, arcs: &mut Weights, time: i64) {
        let labels = self.topology.labels;
        let mut before: Option<(u8, u8)> = None;
        let states = self.topology.states();
        let Some(gold_path) = self.topology.path_of(&example.gold) else { return };
        for (index, (&gold_state, &state)) in gold_path.iter().zip(path).enumerate() {
            let gold = self.topology.label_of[gold_state as usize];
            let guess = self.topology.label_of[state as usize];
            if gold != guess {
                let range = &example.features[index];
                for &feature in &self.features[range.start as usize..range.end as usize] {
                    if self.seen[feature as usize] >= LEAST_SEEN {
                        let row = (feature as usize & (self.rows - 1)) * labels;
                        rows.add(row + gold as usize, 1, time);
                        rows.add(row + guess as usize, -1, time);
                    }
                }
            }
            if let Some((gold_before, guess_before)) = before
                && (gold_before, gold_state) != (guess_before, state)
            {
                arcs.add(gold_before as usize * states + gold_state as usize, 1, time);
                arcs.add(guess_before as usize * states + state as usize, -1, time);
            }
            before = Some((gold_state, state));
        }
    }
}

/// Scales the weights so that all but one in two thousand of those that are not nought fit eight bits.
fn quantised(rows: &[i64], arcs: &[i64]) -> Learned {
    let mut sizes: Vec<i64> = rows.iter().map(|weight| weight.abs()).filter(|&size| size > 0).collect();
    sizes.sort_unstable();
    let limit = sizes.len().checked_sub(sizes.len() / 2000 + 1).map(|at| sizes[at]).unwrap_or(1).max(127);
    let scale = |weight: i64, most: i64| {
        let scaled = weight * 127;
        let rounded = (scaled + scaled.signum() * limit / 2) / limit;
        rounded.clamp(-most, most)
    };
    let narrow_row = |&weight: &i64| i8::try_from(scale(weight, 127)).unwrap_or(0).to_le_bytes()[0];
    let narrow_arc = |&weight: &i64| i16::try_from(scale(weight, 32_000)).unwrap_or(0).to_le_bytes();
    Learned { rows: rows.iter().map(narrow_row).collect(), arcs: arcs.iter().flat_map(narrow_arc).collect() }
}
