//! Sixteen-bit scores side by side, added and compared at once. It must not know what they score.

use wide::{i8x16, i16x8, i16x16};

/// How many scores a register holds.
pub(crate) const LANES: usize = 8;

/// Scores of `COUNT` registers.
pub(crate) type Lanes<const COUNT: usize> = [[i16; LANES]; COUNT];

/// Eight weights, widened.
#[inline]
pub(crate) fn widened(weights: &[i8; LANES]) -> i16x8 {
    let mut padded = [0; 2 * LANES];
    padded[..LANES].copy_from_slice(weights);
    let both = i16x16::from_i8x16(i8x16::new(padded)).to_array();
    i16x8::new(std::array::from_fn(|at| both[at]))
}

/// The sum of rows of weights, `COUNT` registers each; fewer than 256 cannot overflow.
#[inline]
pub(crate) fn sum<'a, const COUNT: usize>(
    rows: impl Iterator<Item = &'a [[i8; LANES]; COUNT]>,
) -> Lanes<COUNT> {
    let mut sums = [i16x8::splat(0); COUNT];
    for row in rows {
        for (sum, weights) in sums.iter_mut().zip(row) {
            *sum += widened(weights);
        }
    }
    sums.map(i16x8::to_array)
}
