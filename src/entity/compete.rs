//! Proposals compete for the text: of those that overlap, one stays. It knows no entity.

use super::{EntityKind, Proposal, Source};
/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub(super) struct CompeteScratch {
    merged: Vec<Proposal>,
}

/// Leaves of `proposals` those that hold, in order of the text; no two of them overlap.
///
/// The rank of the source decides first (the caller's terms, figures with a value, addresses, the tagger, lists
/// of facts, bare numbers last), then the earlier start, then the longer. But a learned name that holds more
/// words than the figure inside it is a name: "Bank of America 2030 Fund", "the May Day parade".
pub(super) fn resolve(proposals: &mut Vec<Proposal>, scratch: &mut CompeteScratch) {
    proposals.retain(|proposal| !proposal.span.is_empty());
    proposals.sort_by_key(|p| (rank(p), p.span.start(), std::cmp::Reverse(p.span.end()), p.source, p.kind));
    yield_to_names(proposals, &mut scratch.merged);
    let mut accepted = std::mem::take(&mut scratch.merged);
    accepted.clear();
    let mut rest = proposals.as_slice();
    while let Some(first) = rest.first() {
        let of_rank = rest.partition_point(|p| rank(p) == rank(first));
        let (candidates, later) = rest.split_at(of_rank);
        rest = later;
        merge(&mut accepted, candidates);
    }
    proposals.clear();
    proposals.append(&mut accepted);
    scratch.merged = accepted;
}

/// Who goes first; smaller is stronger.
const fn rank(proposal: &Proposal) -> u8 {
    match (proposal.source, proposal.kind) {
        (Source::Terms(_), _) => 0,
        (Source::Temporal, _) => 1,
        (Source::Numeric, EntityKind::Ordinal | EntityKind::Cardinal) => 6,
        (Source::Numeric, _) => 2,
        (Source::Contact, _) => 3,
        (Source::Tagger, _) => 4,
        (Source::Gazetteer, _) => 5,
    }
}

/// Drops the figures that lie inside a longer learned name.
fn yield_to_names(proposals: &mut Vec<Proposal>, names: &mut Vec<Proposal>) {
    names.clear();
    names.extend(proposals.iter().filter(|p| p.source == Source::Tagger));
    if names.is_empty() {
        return;
    }
    proposals.retain(|figure| {
        if !matches!(figure.source, Source::Temporal | Source::Numeric | Source::Contact) {
            return true;
        }
        let after = names.partition_point(|name| name.span.start() <= figure.span.start());
        let inside = |name: &Proposal| name.span.contains(figure.span) && name.span.len() > figure.span.len();
        !after.checked_sub(1).and_then(|at| names.get(at)).is_some_and(inside)
    });
}

/// Takes the candidates, which are sorted, into the accepted, which are sorted and do not overlap.
fn merge(accepted: &mut Vec<Proposal>, candidates: &[Proposal]) {
    let old = accepted.len();
    let mut at = 0;
    let mut end = 0;
    for &candidate in candidates {
        while at < old && accepted[at].span.end() <= candidate.span.start() {
            at += 1;
        }
        let taken = at < old && accepted[at].span.overlaps(candidate.span);
        if !taken && candidate.span.start() >= end {
            end = candidate.span.end();
            accepted.push(candidate);
        }
    }
    // Two sorted runs: the standard sort merges them in linear time.
    accepted.sort_by_key(|proposal| proposal.span);
}

/// Whether the spans are in order and do not overlap.
#[cfg(test)]
fn is_clean(spans: impl Iterator<Item = crate::text::Span>) -> bool {
    let mut end = 0;
    for span in spans {
        if span.start() < end {
            return false;
        }
        end = span.end();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{CompeteScratch, is_clean, resolve};
    use crate::entity::{EntityKind, Proposal, Source};
    use crate::text::Span;
    use proptest::prelude::*;

    fn proposal(start: u32, end: u32, kind: EntityKind, source: Source) -> Proposal {
        let span = Span::new(start, end);
        Proposal { span, kind, subtype: None, value: None, confidence: None, source }
    }

    fn check(mut proposals: Vec<Proposal>, expected: &[(u32, u32)]) {
        resolve(&mut proposals, &mut CompeteScratch::default());
        let found: Vec<_> = proposals.iter().map(|p| (p.span.start(), p.span.end())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_stronger_source_wins() {
        use EntityKind::{Cardinal, Date, Location, Organization, Person};
        let tagger = |start, end| proposal(start, end, Organization, Source::Tagger);
        check(vec![tagger(0, 4), proposal(2, 9, Person, Source::Terms(3))], &[(2, 9)]);
        check(vec![tagger(0, 4), proposal(0, 4, Date, Source::Temporal)], &[(0, 4)]);
        check(vec![tagger(0, 9), proposal(5, 9, Date, Source::Temporal)], &[(0, 9)]);
        check(vec![tagger(0, 6), proposal(5, 9, Date, Source::Temporal)], &[(5, 9)]);
        check(
            vec![proposal(0, 1, Cardinal, Source::Numeric), proposal(0, 5, Location, Source::Gazetteer)],
            &[(0, 5)],
        );
        check(vec![tagger(0, 3), tagger(0, 5), tagger(4, 8), tagger(5, 6)], &[(0, 5), (5, 6)]);
    }

    proptest! {
        #[test]
        fn what_stays_does_not_overlap(given in prop::collection::vec((0_u32..40, 0_u32..9, 0_u8..6), 0..40)) {
            let source = |n| match n {
                0 => Source::Terms(1),
                1 => Source::Temporal,
                2 => Source::Numeric,
                3 => Source::Contact,
                4 => Source::Tagger,
                _ => Source::Gazetteer,
            };
            let mut proposals: Vec<_> = given
                .iter()
                .map(|&(start, len, n)| proposal(start, start + len, EntityKind::Other, source(n)))
                .collect();
            let strongest = proposals.iter().copied().find(|p| matches!(p.source, Source::Terms(_)) && !p.span.is_empty());
            resolve(&mut proposals, &mut CompeteScratch::default());
            prop_assert!(is_clean(proposals.iter().map(|p| p.span)));
            if strongest.is_some() {
                prop_assert!(proposals.iter().any(|p| matches!(p.source, Source::Terms(_))));
            }
        }
    }
}
