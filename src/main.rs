//! The program: parse, configure, run.
fn main() {}
