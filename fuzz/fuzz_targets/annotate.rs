//! Any text through the whole annotator: no panic, and every span on characters inside its text. The first
//! byte picks options, a NUL parts title from text.

#![no_main]

use glossator::annotate::{Annotation, Annotator, Article, Collector, Finding, Options, Scratch};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| Annotator::builtin().expect("built-in models load"));

fuzz_target!(|input: (u8, &str)| {
    let (flags, text) = input;
    let (title, text) = text.split_once('\0').unwrap_or(("", text));
    let options = Options {
        include_title: flags & 1 != 0,
        min_confidence: if flags & 2 != 0 { 0.5 } else { 0.0 },
        ..Options::default()
    };
    let published = (flags & 4 != 0).then(|| "2024-02-29".parse().expect("a date"));
    let article = Article { title, text, language: None, published };
    // Spans are sliced here: one that lies badly panics.
    let mut sink = Collector(|annotation: &Annotation<'_>| match annotation.finding {
        Finding::Sentence(sentence) => assert!(!sentence.at.text.is_empty()),
        Finding::Quote(quote) => assert!(quote.content().chain(quote.quoted()).all(|at| !at.text.is_empty())),
        Finding::Entity(entity) => assert!(entity.mentions().all(|mention| !mention.at.text.is_empty())),
    });
    let _ = ANNOTATOR.annotate(&article, &options, &mut Scratch::default(), &mut sink);
});
