//! Money, percentages, quantities, ordinals and cardinals.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a grammar asks for one sort of word and passes over all others, new ones included"
)]

pub(super) mod decimal;
pub(super) mod number;
pub(super) mod run;
