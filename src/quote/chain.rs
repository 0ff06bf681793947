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
        Self {
            labels,
            label_of: label_of.to_vec(),
            before: states().map(|to| states().filter(|&from| follows(from, to)).collect()).collect(),
            starts: states().map(starts).collect(),
            ends: states().map(ends).collect(),
        }
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

/// Buffers for decoding.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChainScratch {
    back: Vec<u8>,
    /// The best states, one an item, after [`decode`].
    pub(crate) path: Vec<u8>,
}

/// Finds the best path and leaves it in `scratch.path`; returns its score. `emissions` has a row of labels
/// for each item; `arcs` a row of next states for each state. Ties go to the lower state.
pub(crate) fn decode(
    topology: &Topology,
    emissions: &[i32],
    arcs: &[i32],
    scratch: &mut ChainScratch,
) -> i32 {
    let (labels, states) = (topology.labels, topology.states());
    let ChainScratch { back, path } = scratch;
    let length = emissions.len() / labels;
    back.clear();
    path.clear();
    if length == 0 {
        return 0;
    }
    let mut now = [NEVER * 2; MOST_STATES];
    for (state, score) in now.iter_mut().enumerate().take(states) {
        if topology.starts[state] {
            *score = emissions[topology.label_of[state] as usize];
        }
    }
    back.resize(states, 0);
    for row in emissions.chunks_exact(labels).skip(1) {
        let mut next = [NEVER * 2; MOST_STATES];
        for to in 0..states {
            let label = topology.label_of[to] as usize;
            let mut best = (i32::MIN, 0);
            for &from in &topology.before[to] {
                let score = now[from as usize] + arcs[from as usize * states + to];
                if score > best.0 {
                    best = (score, from);
                }
            }
            next[to] = best.0.saturating_add(row[label]).max(NEVER * 2);
            back.push(best.1);
        }
        now = next;
    }
    let mut best = (i32::MIN, 0_usize);
    for (state, &score) in now.iter().enumerate().take(states) {
        if topology.ends[state] && score > best.0 {
            best = (score, state);
        }
    }
    let mut state = best.1;
    path.resize(length, 0);
    for at in (0..length).rev() {
        path[at] = u8::try_from(state).unwrap_or(0);
        state = back[at * states + state] as usize;
    }
    best.0
}
