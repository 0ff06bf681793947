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
    /// For each state, which of `before` are its own: the end of its range, where the next one's begins.
    upto: [u16; MOST_STATES],
    /// The states that may stand before the first state, then before the second, and so on.
    before: Vec<u8>,
    starts: Vec<bool>,
    ends: Vec<bool>,
}

/// Most states of a topology.
const MOST_STATES: usize = 16;

impl Topology {
    /// A topology of the states whose labels are given.
    ///
    /// # Panics
    /// If there are more than sixteen states.
    pub(crate) fn new(
        labels: usize,
        label_of: &[u8],
        follows: impl Fn(u8, u8) -> bool,
        starts: impl Fn(u8) -> bool,
        ends: impl Fn(u8) -> bool,
    ) -> Self {
        assert!(label_of.len() <= MOST_STATES, "a chain has at most sixteen states: this is a bug");
        let states = || (0..label_of.len()).map(|state| u8::try_from(state).unwrap_or(u8::MAX));
        let mut upto = [0; MOST_STATES];
        let mut before = Vec::new();
        for to in states() {
            before.extend(states().filter(|&from| follows(from, to)));
            upto[usize::from(to)] = u16::try_from(before.len()).unwrap_or(u16::MAX);
        }
        Self {
            labels,
            label_of: label_of.to_vec(),
            upto,
            before,
            starts: states().map(starts).collect(),
            ends: states().map(ends).collect(),
        }
    }

    /// The states that may stand before one.
    #[cfg(feature = "train")]
    fn before(&self, state: usize) -> &[u8] {
        let start = state.checked_sub(1).map_or(0, |last| self.upto[last]);
        &self.before[usize::from(start)..usize::from(self.upto[state])]
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

/// What each step costs, in the order in which a topology lists them.
#[derive(Clone, Debug)]
pub(crate) struct Arcs {
    steps: Vec<(u8, i32)>,
}

impl Arcs {
    /// From a table of one row of next states for each state.
    pub(crate) fn new(topology: &Topology, table: &[i32]) -> Self {
        let mut arcs = Self { steps: Vec::new() };
        arcs.fill(topology, table);
        arcs
    }

    /// The cost of one step; nought if a topology does not allow it.
    pub(crate) fn cost(&self, topology: &Topology, from: usize, to: usize) -> i32 {
        let start = to.checked_sub(1).map_or(0, |last| topology.upto[last]);
        let steps = &self.steps[usize::from(start)..usize::from(topology.upto[to])];
        steps.iter().find(|step| usize::from(step.0) == from).map_or(0, |step| step.1)
    }

    /// Replaces the costs by those of another table.
    pub(crate) fn fill(&mut self, topology: &Topology, table: &[i32]) {
        self.steps.clear();
        let mut start = 0;
        for to in 0..topology.states() {
            let end = usize::from(topology.upto[to]);
            let froms = &topology.before[start..end];
            self.steps
                .extend(froms.iter().map(|&from| (from, table[usize::from(from) * topology.states() + to])));
            start = end;
        }
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
        self.path.clear();
    }

    /// Forgets all but the first `items`: what follows them is to be read otherwise.
    pub(crate) fn rewind(&mut self, items: usize) {
        self.fronts.truncate(items);
        self.back.truncate(items);
    }

    /// Goes on to the next item, whose labels score as `row` says. Ties go to the lower state.
    #[inline]
    pub(crate) fn step(&mut self, topology: &Topology, arcs: &Arcs, row: &[i32]) {
        let mut next = [NEVER * 2; MOST_STATES];
        let mut back = [0; MOST_STATES];
        let Some(now) = self.fronts.last() else {
            for (state, score) in next.iter_mut().enumerate().take(topology.states()) {
                if topology.starts[state] {
                    *score = row[usize::from(topology.label_of[state])];
                }
            }
            self.fronts.push(next);
            self.back.push(back);
            return;
        };
        let mut steps = arcs.steps.iter();
        let mut taken = 0;
        for (to, &label) in topology.label_of.iter().enumerate().take(MOST_STATES) {
            let upto = topology.upto[to];
            let mut best = (i32::MIN, 0);
            for &(from, arc) in steps.by_ref().take(usize::from(upto - taken)) {
                let score = now[usize::from(from) % MOST_STATES] + arc;
                if score > best.0 {
                    best = (score, from);
                }
            }
            taken = upto;
            next[to] = best.0.saturating_add(row[usize::from(label)]).max(NEVER * 2);
            back[to] = best.1;
        }
        self.fronts.push(next);
        self.back.push(back);
    }

    /// By how much a state at the last item lies behind the best one there.
    pub(crate) fn lag(&self, state: u8) -> i32 {
        let Some(now) = self.fronts.last() else { return 0 };
        let best = now.iter().copied().max().unwrap_or(NEVER);
        best.saturating_sub(now[usize::from(state) % MOST_STATES])
    }

    /// Finds the best path over all items, leaves it in `path`, and returns its score.
    pub(crate) fn finish(&mut self, topology: &Topology) -> i32 {
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
        best.0
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
