//! Any bytes as a request on the wire: an error or an answer, and no panic.

#![no_main]

use glossator::annotate::{Annotator, Scratch};
use glossator::grpc::client;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| Annotator::builtin().expect("built-in models load"));

fuzz_target!(|bytes: &[u8]| {
    let _ = client::annotate_encoded(&ANNOTATOR, bytes, &mut Scratch::default());
});
