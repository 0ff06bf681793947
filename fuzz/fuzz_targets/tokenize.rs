//! Any text through the tokenizer: tokens in order, on characters, none of them empty.

#![no_main]

use glossator::text::Span;
use glossator::token::tokenize;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut tokens = Vec::new();
    tokenize(text, Span::of_bytes(0, text.len()), &mut tokens);
    let mut reached = 0;
    for token in &tokens {
        assert!(reached <= token.span.start() && !token.span.of(text).is_empty());
        reached = token.span.end();
    }
});
