//! Any bytes as a model file: an error or a model, and no panic.

#![no_main]

use glossator::model::{Container, Header};
use libfuzzer_sys::fuzz_target;

const HEADER: Header = Header { kind: *b"fuzz", template: 1 };

fuzz_target!(|bytes: &[u8]| {
    let _ = Container::parse(bytes, HEADER);
});
