//! From margins of scores to shares of findings that are right, by steps that the trainer measured on articles
//! it had not learned from. It must not know what was found.

use crate::model::{Container, ModelError};
use crate::text::Confidence;

/// Steps: from this margin on, so many thousandths are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Calibration {
    steps: Vec<(i32, u16)>,
}

/// Bytes of a step in a model: the margin, then the thousandths.
const STEP: usize = 6;

impl Calibration {
    pub(crate) fn parse(container: &Container<'_>, name: [u8; 4]) -> Result<Self, ModelError> {
        let (steps, rest) = container.section(name)?.as_chunks::<STEP>();
        if !rest.is_empty() {
            return Err(ModelError::BadSection { name: name.escape_ascii().to_string() });
        }
        let steps = steps
            .iter()
            .map(|&[a, b, c, d, e, f]| (i32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f])));
        Ok(Self { steps: steps.collect() })
    }

    /// How sure a finding is that beats the next best reading by `margin`; `None` if nothing was measured.
    pub(crate) fn confidence(&self, margin: i32) -> Option<Confidence> {
        let above = self.steps.partition_point(|&(least, _)| least <= margin);
        let (_, permille) = *self.steps.get(above.saturating_sub(1))?;
        Some(Confidence::from_permille(permille))
    }
}

/// The steps that fit margins of findings that were right or wrong, as a model stores them: equally many
/// findings a step, neighbours merged until the share of right ones rises with the margin.
#[cfg(feature = "train")]
pub(crate) fn fit(mut findings: Vec<(i32, bool)>) -> Vec<u8> {
    /// Findings a step at the outset.
    const FEWEST: usize = 100;
    findings.sort_unstable();
    let mut steps: Vec<(i32, usize, usize)> = Vec::new();
    for part in findings.chunks(FEWEST) {
        let mut step = (part[0].0, part.iter().filter(|&&(_, right)| right).count(), part.len());
        while let Some(&(least, right, of)) = steps.last() {
            // Shares compared across, so that nothing is rounded.
            if right * step.2 < step.1 * of {
                break;
            }
            step = (least, right + step.1, of + step.2);
            steps.pop();
        }
        steps.push(step);
    }
    let mut bytes = Vec::with_capacity(steps.len() * STEP);
    for (least, right, of) in steps {
        bytes.extend(least.to_le_bytes());
        bytes.extend(u16::try_from(right * 1000 / of).unwrap_or(1000).to_le_bytes());
    }
    bytes
}

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::{Calibration, fit};
    use crate::model::{Builder, Container, Header};

    #[test]
    fn shares_rise_with_the_margin_and_are_what_was_measured() {
        const HEADER: Header = Header { kind: *b"test", template: 1 };
        // Margins below 1,000 are right half the time, those above always; a dip between is smoothed away.
        let findings = (0..4000).map(|margin| (margin, margin >= 1000 || margin % 2 == 0)).collect();
        let bytes = Builder::new(HEADER).section(*b"cali", &fit(findings)).finish();
        let container = Container::parse(&bytes, HEADER).expect("a model that was just built");
        let calibration = Calibration::parse(&container, *b"cali").expect("whole steps");
        let permille = |margin| calibration.confidence(margin).map(crate::text::Confidence::permille);
        assert_eq!((permille(-5), permille(500), permille(3000)), (Some(500), Some(500), Some(1000)));
        let empty = Builder::new(HEADER).section(*b"cali", &[]).finish();
        let empty = Container::parse(&empty, HEADER).expect("a model that was just built");
        let nothing = Calibration::parse(&empty, *b"cali").expect("no step is whole steps");
        assert_eq!(nothing.confidence(1), None);
    }
}
