//! The best path of labels along a chain of items: Viterbi over integer scores. One decoder serves the
//! tagger and its trainer; it must not know what the labels mean.
//!
//! Scores are kept in sixteen bits, measured from the best state's at each item, so that all states of an item
//! are added and compared in a few instructions. Where a path came from is not kept: it is found again, for the
//! states of the best path alone.

use crate::model::lanes::{LANES, Lanes};
use wide::i16x8;

/// A score that no path survives.
pub(crate) const NEVER: i16 = i16::MIN;

/// A state that lies so far behind the best one is given up, and so is every path through it.
const LOST: i16 = -30_000;

/// What the weights of steps and of items in training are held to, far from where sums saturate.
pub(crate) const MOST: i32 = 12_000;

/// Which states there are, what label each bears, and which may follow which.
#[derive(Clone, Debug)]
pub(crate) struct Topology {
    /// Number of labels.
    pub(crate) labels: usize,
    /// The label of each state.
    pub(crate) label_of: Vec<u8>,
    /// For each state, the states that may stand before it.
    before: Vec<Vec<u8>>,
    starts: Vec<bool>,
    ends: Vec<bool>,
}

impl Topology {
    /// A topology of the states whose labels are given.
    pub(crate) fn new(
        labels: usize,
        label_of: &[u8],
        follows: impl Fn(u8, u8) -> bool,
        starts: impl Fn(u8) -> bool,
        ends: impl Fn(u8) -> bool,
    ) -> Self {
        let states = || (0_u8..).take(label_of.len());
        let before = |to| states().filter(|&from| follows(from, to)).collect::<Vec<u8>>();
        Self {
            labels,
            label_of: label_of.to_vec(),
            before: states().map(before).collect(),
            starts: states().map(starts).collect(),
            ends: states().map(ends).collect(),
        }
    }

    pub(crate) fn states(&self) -> usize {
        self.label_of.len()
    }

    /// One value a state from one value a label.
    ///
    /// # Panics
    /// If there are more states than places.
    pub(crate) fn spread<T: Copy + Default, const COUNT: usize>(&self, row: &[T]) -> [[T; LANES]; COUNT] {
        let mut spread = [[T::default(); LANES]; COUNT];
        let places = spread.as_flattened_mut();
        assert!(self.states() <= places.len(), "a chain has too many states: this is a bug");
        for (place, &label) in places.iter_mut().zip(&self.label_of) {
            *place = row[usize::from(label)];
        }
        spread
    }

    /// The path that bears these labels; `None` if there is none.
    #[cfg(feature = "train")]
    pub(crate) fn path_of(&self, labels: &[u8]) -> Option<Vec<u8>> {
        let mut path: Vec<u8> = Vec::with_capacity(labels.len());
        for &label in labels {
            let before = path.last().copied();
            let next = (0..self.states()).find(|&state| {
                let reached = match before {
                    Some(before) => self.before[state].contains(&before),
                    None => self.starts[state],
                };
                self.label_of[state] == label && reached
            })?;
            path.push(u8::try_from(next).ok()?);
        }
        path.last().is_none_or(|&last| self.ends[last as usize]).then_some(path)
    }
}

/// Most items of a chain.
pub(crate) const MOST_ITEMS: u32 = 1024;

/// What each step costs, and where a path may begin.
#[derive(Clone, Debug)]
pub(crate) struct Arcs<const COUNT: usize> {
    /// By the state left, then by the one entered.
    cost: Vec<Lanes<COUNT>>,
    starts: Lanes<COUNT>,
}

impl<const COUNT: usize> Arcs<COUNT> {
    /// From a table of one row of next states for each state.
    pub(crate) fn new(topology: &Topology, table: &[i32]) -> Self {
        let nowhere = [[NEVER; LANES]; COUNT];
        let mut cost = vec![nowhere; topology.states()];
        for (to, froms) in topology.before.iter().enumerate() {
            for &from in froms {
                cost[usize::from(from)].as_flattened_mut()[to] =
                    held(table[usize::from(from) * topology.states() + to]);
            }
        }
        let mut starts = nowhere;
        for (place, _) in starts.as_flattened_mut().iter_mut().zip(&topology.starts).filter(|(_, may)| **may)
        {
            *place = 0;
        }
        Self { cost, starts }
    }

    /// The cost of a step.
    pub(crate) fn cost(&self, from: u8, to: u8) -> i32 {
        i32::from(self.cost[usize::from(from)].as_flattened()[usize::from(to)])
    }
}

/// The weight, held to [`MOST`] either way.
#[expect(clippy::cast_possible_truncation, reason = "held to what sixteen bits carry")]
pub(crate) fn held(weight: i32) -> i16 {
    weight.clamp(-MOST, MOST) as i16
}

/// The states at one item.
#[derive(Clone, Copy, Debug)]
struct Front<const COUNT: usize> {
    /// How far each lies behind the best one; no more than 0.
    behind: Lanes<COUNT>,
    /// The score of the best one.
    best: i32,
}

/// Buffers for decoding.
#[derive(Clone, Debug)]
pub(crate) struct ChainScratch<const COUNT: usize> {
    fronts: Vec<Front<COUNT>>,
    /// The best states, one an item, after [`Self::finish`].
    pub(crate) path: Vec<u8>,
}

impl<const COUNT: usize> Default for ChainScratch<COUNT> {
    fn default() -> Self {
        Self { fronts: Vec::new(), path: Vec::new() }
    }
}

impl<const COUNT: usize> ChainScratch<COUNT> {
    /// Forgets the last chain.
    pub(crate) fn start(&mut self) {
        self.rewind(0);
    }

    /// Forgets all but the first `items`: what follows them is to be read otherwise.
    pub(crate) fn rewind(&mut self, items: usize) {
        self.fronts.truncate(items);
    }

    /// Goes on to the next item, whose states score as `row` says.
    #[inline]
    pub(crate) fn step(&mut self, arcs: &Arcs<COUNT>, row: &Lanes<COUNT>) {
        let mut reached = arcs.starts.map(i16x8::new);
        let mut best = 0;
        if let Some(now) = self.fronts.last() {
            reached = [i16x8::splat(NEVER); COUNT];
            for (&behind, costs) in now.behind.as_flattened().iter().zip(&arcs.cost) {
                for (reached, &cost) in reached.iter_mut().zip(costs) {
                    *reached = reached.max(i16x8::splat(behind).saturating_add(i16x8::new(cost)));
                }
            }
            best = now.best;
        }
        // What was given up stays given up, however well it would go on.
        let (never, lost) = (i16x8::splat(NEVER), i16x8::splat(LOST));
        let mut top = never;
        for (reached, &score) in reached.iter_mut().zip(row) {
            let sum = reached.saturating_add(i16x8::new(score));
            *reached = reached.simd_gt(lost).select(sum, never);
            top = top.max(*reached);
        }
        let top = top.reduce_max();
        let behind = reached.map(|score| {
            score.simd_gt(never).select(score.saturating_sub(i16x8::splat(top)), never).to_array()
        });
        self.fronts.push(Front { behind, best: best + i32::from(top) });
    }

    /// By how much a state at the last item lies behind the best one there.
    pub(crate) fn lag(&self, state: u8) -> i32 {
        self.fronts.last().map_or(0, |now| -i32::from(now.behind.as_flattened()[usize::from(state)]))
    }

    /// Finds the best path over all items, leaves it in `path`, and returns its score. Of equal ways the one through
    /// the lower state is taken.
    pub(crate) fn finish(&mut self, topology: &Topology, arcs: &Arcs<COUNT>) -> i32 {
        self.path.clear();
        let Some(now) = self.fronts.last() else { return 0 };
        let mut best = (NEVER, 0_u8);
        for ((state, &behind), &may_end) in (0_u8..).zip(now.behind.as_flattened()).zip(&topology.ends) {
            if may_end && behind > best.0 {
                best = (behind, state);
            }
        }
        let score = now.best + i32::from(best.0);
        let mut state = best.1;
        self.path.resize(self.fronts.len(), 0);
        for (at, place) in self.path.iter_mut().enumerate().rev() {
            *place = state;
            let Some(before) = at.checked_sub(1).map(|at| self.fronts[at].behind.as_flattened()) else {
                break;
            };
            let mut way = (i16::MIN, 0_u8);
            for &from in topology.before[usize::from(state)].iter().rev() {
                let step = arcs.cost[usize::from(from)].as_flattened()[usize::from(state)];
                let reached = before[usize::from(from)].saturating_add(step);
                if reached >= way.0 {
                    way = (reached, from);
                }
            }
            state = way.1;
        }
        score
    }
}
