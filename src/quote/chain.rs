//! The best path of labels along a chain of items: Viterbi over integer scores. One decoder serves the
//! tagger and its trainer; it must not know what the labels mean.

/// A score that no path survives.
pub(crate) const NEVER: i32 = -1_000_000;

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

/// Most states of a topology.
const MOST_STATES: usize = 16;

impl Topology {
    /// A topology of the states whose labels are given.
    ///
    /// # Panics
    /// If there are more than sixteen states, or more than six ways into one.
    pub(crate) fn new(
        labels: usize,
        label_of: &[u8],
        follows: impl Fn(u8, u8) -> bool,
        starts: impl Fn(u8) -> bool,
        ends: impl Fn(u8) -> bool,
    ) -> Self {
        assert!(label_of.len() <= MOST_STATES, "a chain has at most sixteen states: this is a bug");
        let states = || (0..label_of.len()).map(|state| u8::try_from(state).unwrap_or(u8::MAX));
        let before = |to| states().filter(|&from| follows(from, to)).collect::<Vec<u8>>();
        let before: Vec<Vec<u8>> = states().map(before).collect();
        assert!(
            before.iter().all(|froms| froms.len() <= MOST_BEFORE),
            "too many ways into a state: this is a bug"
        );
        Self {
            labels,
            label_of: label_of.to_vec(),
            before,
            starts: states().map(starts).collect(),
            ends: states().map(ends).collect(),
        }
    }

    fn before(&self, state: usize) -> &[u8] {
        &self.before[state]
    }

    pub(crate) fn states(&self) -> usize {
        self.label_of.len()
    }

    /// The path that bears these labels; `None` if there is none.
    #[cfg(feature = "train")]
    pub(crate) fn path_of(&self, labels: &[u8]) -> Option<Vec<u8>> {
        let mut path: Vec<u8> = Vec::with_capacity(labels.len());
        for &label in labels {
            let before = path.last().copied();
            let next = (0..self.states()).find(|&state| {
                let reached = match before {
                    Some(before) => self.before(state).contains(&before),
                    None => self.starts[state],
                };
                self.label_of[state] == label && reached
            })?;
            path.push(u8::try_from(next).ok()?);
        }
        path.last().is_none_or(|&last| self.ends[last as usize]).then_some(path)
    }
}

/// Most states that may stand before one state.
const MOST_BEFORE: usize = 6;
/// Scores are carried times this, and a step adds where it came from, so that one maximum finds both.
const GRAIN: i32 = 16;
/// A score that no path falls below, however often it is told never.
const FLOOR: i32 = NEVER * 2 * GRAIN;
/// Most items of a chain: so many scores of eight-bit weights cannot overflow.
pub(crate) const MOST_ITEMS: u32 = 1024;

/// A step to a state: where from, and what it costs in grains, the lower of two equals marked as the dearer.
#[derive(Clone, Copy, Debug)]
struct Step {
    from: u8,
    cost: i32,
}

impl Step {
    const NONE: Self = Self { from: 0, cost: FLOOR * 2 };

    fn new(from: u8, cost: i32) -> Self {
        Self { from, cost: cost * GRAIN + (GRAIN - 1 - i32::from(from)) }
    }

    /// Where the winner of a maximum came from.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the low four bits")]
    const fn origin(winner: i32) -> u8 {
        (GRAIN - 1 - (winner & (GRAIN - 1))) as u8
    }
}

/// What each step costs, state by state.
#[derive(Clone, Debug)]
pub(crate) struct Arcs {
    into: [[Step; MOST_BEFORE]; MOST_STATES],
}

impl Arcs {
    /// From a table of one row of next states for each state.
    pub(crate) fn new(topology: &Topology, table: &[i32]) -> Self {
        let mut into = [[Step::NONE; MOST_BEFORE]; MOST_STATES];
        for (to, steps) in into.iter_mut().enumerate().take(topology.states()) {
            for (step, &from) in steps.iter_mut().zip(topology.before(to)) {
                *step = Step::new(from, table[usize::from(from) * topology.states() + to]);
            }
        }
        Self { into }
    }

    /// The cost of a step that the topology allows.
    pub(crate) fn cost(&self, from: u8, to: u8) -> i32 {
        let steps = &self.into[usize::from(to) % MOST_STATES];
        steps.iter().find(|step| step.from == from).map_or(NEVER, |step| step.cost.div_euclid(GRAIN))
    }
}

/// Buffers for decoding: the scores of the states at each item, and how they were reached.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChainScratch {
    fronts: Vec<[i32; MOST_STATES]>,
    back: Vec<[u8; MOST_STATES]>,
    /// The best states, one an item, after [`Self::finish`].
    pub(crate) path: Vec<u8>,
}

impl ChainScratch {
    /// Forgets the last chain.
    pub(crate) fn start(&mut self) {
        self.rewind(0);
    }

    /// Forgets all but the first `items`: what follows them is to be read otherwise.
    pub(crate) fn rewind(&mut self, items: usize) {
        self.fronts.truncate(items);
        self.back.truncate(items);
    }

    /// Goes on to the next item, whose labels score as `row` says. Ties go to the lower state.
    #[inline]
    pub(crate) fn step(&mut self, topology: &Topology, arcs: &Arcs, row: &[i32]) {
        let states = topology.states().min(MOST_STATES);
        let mut next = [FLOOR; MOST_STATES];
        let mut back = [0; MOST_STATES];
        if let Some(now) = self.fronts.last() {
            for to in 0..states {
                let mut best = i32::MIN;
                for step in &arcs.into[to] {
                    best = best.max(now[usize::from(step.from) % MOST_STATES] + step.cost);
                }
                let label = usize::from(topology.label_of[to]);
                next[to] = ((best & -GRAIN) + row[label] * GRAIN).max(FLOOR);
                back[to] = Step::origin(best);
            }
        } else {
            for (state, score) in next.iter_mut().enumerate().take(states) {
                if topology.starts[state] {
                    *score = row[usize::from(topology.label_of[state])] * GRAIN;
                }
            }
        }
        self.fronts.push(next);
        self.back.push(back);
    }

    /// By how much a state at the last item lies behind the best one there.
    pub(crate) fn lag(&self, state: u8) -> i32 {
        let Some(now) = self.fronts.last() else { return 0 };
        let best = now.iter().copied().max().unwrap_or(FLOOR);
        (best - now[usize::from(state) % MOST_STATES]) / GRAIN
    }

    /// Finds the best path over all items, leaves it in `path`, and returns its score.
    pub(crate) fn finish(&mut self, topology: &Topology) -> i32 {
        self.path.clear();
        let Some(now) = self.fronts.last() else { return 0 };
        let mut best = (i32::MIN, 0_u8);
        for (state, &score) in (0_u8..).zip(now).take(topology.states()) {
            if topology.ends[usize::from(state)] && score > best.0 {
                best = (score, state);
            }
        }
        let mut state = best.1;
        self.path.resize(self.back.len(), 0);
        for (place, back) in self.path.iter_mut().zip(&self.back).rev() {
            *place = state;
            state = back[usize::from(state) % MOST_STATES];
        }
        best.0.div_euclid(GRAIN)
    }
}

/// Finds the best path and leaves it in `scratch.path`; returns its score. `emissions` has a row of labels
/// for each item.
pub(crate) fn decode(topology: &Topology, emissions: &[i32], arcs: &Arcs, scratch: &mut ChainScratch) -> i32 {
    scratch.start();
    for row in emissions.chunks_exact(topology.labels) {
        scratch.step(topology, arcs, row);
    }
    scratch.finish(topology)
}
