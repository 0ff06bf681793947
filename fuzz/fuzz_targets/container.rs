//! Any bytes as a model file: an error or a model, and no panic.

#![no_main]

use glossator::model::Container;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Container::parse(bytes);
});
