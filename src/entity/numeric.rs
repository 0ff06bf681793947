//! Money, percentages, quantities, ordinals and cardinals.

pub(super) mod decimal;
pub(super) mod number;
pub(super) mod run;
