//! Sixteen-bit scores side by side, added and compared at once. It must not know what they score.

use wide::{i8x16, i16x8, i16x16};

/// How many scores a register holds.
pub(crate) const LANES: usize = 8;

/// Scores of `COUNT` registers, one or two.
pub(crate) type Lanes<const COUNT: usize> = [[i16; LANES]; COUNT];

/// Weights for as many scores.
pub(crate) type Weights<const COUNT: usize> = [[i8; LANES]; COUNT];

/// The scores with one row of weights for each key added; fewer than 256 rows cannot overflow.
#[inline]
pub(crate) fn add<'a, const COUNT: usize, const KEYS: usize>(
    scores: &Lanes<COUNT>,
    keys: &[u32; KEYS],
    row: impl Fn(u32) -> &'a Weights<COUNT>,
) -> Lanes<COUNT> {
    const { assert!(KEYS < 256 && COUNT <= 2) };
    let mut sums = scores.map(i16x8::new);
    for &key in keys {
        let mut padded = [0; 2 * LANES];
        padded[..COUNT * LANES].copy_from_slice(row(key).as_flattened());
        let halves = split(i16x16::from_i8x16(i8x16::new(padded)));
        for (sum, half) in sums.iter_mut().zip(halves) {
            *sum += half;
        }
    }
    sums.map(i16x8::to_array)
}

/// The scores, none of them above its cap.
#[inline]
pub(crate) fn cap<const COUNT: usize>(scores: &Lanes<COUNT>, caps: &Lanes<COUNT>) -> Lanes<COUNT> {
    std::array::from_fn(|at| i16x8::new(scores[at]).min(i16x8::new(caps[at])).to_array())
}

#[inline]
fn split(both: i16x16) -> [i16x8; 2] {
    let both = both.to_array();
    [i16x8::new(std::array::from_fn(|at| both[at])), i16x8::new(std::array::from_fn(|at| both[LANES + at]))]
}
