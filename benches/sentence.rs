//! Sentences alone, from `&str` to spans, on one core, beside the fastest peer on the same text in the same run:
//! `cargo bench --bench sentence`. Plain prose, news of business, and hostile texts, whose time must grow with their
//! length and no faster. With `GLOSSATOR_BENCH_TEXT=FILE` before it, a text of your own as well.

#[path = "support/mod.rs"]
mod support;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use glossator::sentence::Segmenter;
use glossator::text::DocumentBuffer;
use std::ops::ControlFlow;

fn main() {
    divan::main();
}

/// Own articles, over and over: 1 MiB.
fn prose() -> String {
    let articles = [
        include_str!("../examples/cup-final.txt"),
        include_str!("../examples/dam-repairs.txt"),
        include_str!("../examples/fisheries-talks.txt"),
        include_str!("../examples/library-vote.txt"),
        include_str!("../examples/quarterly-results.txt"),
    ];
    let mut text = String::new();
    while text.len() < 1 << 20 {
        text.push_str(articles[text.len() % articles.len()]);
        text.push_str("\n\n");
    }
    text
}

/// Set to the file with a text of one's own.
const FILE: &str = "GLOSSATOR_BENCH_TEXT";

fn file_text() -> String {
    let path = std::env::var_os(FILE).expect("only run where it is set");
    std::fs::read_to_string(path).expect("the file is to be UTF-8 text")
}

fn segment(bencher: Bencher<'_, '_>, text: &str) {
    let segmenter = Segmenter::builtin().expect("the built-in model is sound");
    let mut buffer = DocumentBuffer::default();
    let mut sentences = Vec::new();
    bencher.counter(BytesCount::of_str(text)).bench_local(|| {
        let document = buffer.fill("", black_box(text));
        let mut go_on = || ControlFlow::Continue(());
        let _ = segmenter.segment(document, None, &mut go_on, &mut sentences);
        sentences.len()
    });
}

fn segment_by_peer(bencher: Bencher<'_, '_>, text: &str) {
    bencher.counter(BytesCount::of_str(text)).bench_local(|| sentencex::segment("en", black_box(text)).len());
}

/// Plain prose.
#[divan::bench_group]
mod articles {
    #[divan::bench]
    fn glossator(bencher: divan::Bencher<'_, '_>) {
        super::segment(bencher, &super::prose());
    }

    #[divan::bench]
    fn peer_sentencex(bencher: divan::Bencher<'_, '_>) {
        super::segment_by_peer(bencher, &super::prose());
    }
}

/// News of business, dense in abbreviations, initials and figures.
#[divan::bench_group]
mod wire {
    #[divan::bench]
    fn glossator(bencher: divan::Bencher<'_, '_>) {
        super::segment(bencher, &super::support::wire::prose(1 << 20));
    }

    #[divan::bench]
    fn peer_sentencex(bencher: divan::Bencher<'_, '_>) {
        super::segment_by_peer(bencher, &super::support::wire::prose(1 << 20));
    }
}

/// The text that the environment names.
#[divan::bench_group(ignore = std::env::var_os(FILE).is_none())]
mod file {
    #[divan::bench]
    fn glossator(bencher: divan::Bencher<'_, '_>) {
        super::segment(bencher, &super::file_text());
    }

    #[divan::bench]
    fn peer_sentencex(bencher: divan::Bencher<'_, '_>) {
        super::segment_by_peer(bencher, &super::file_text());
    }
}

#[divan::bench(args = ["\"", ".", "(", "a", "\n", ". ", "A ", "U.S. ", "... "])]
fn hostile(bencher: Bencher<'_, '_>, unit: &str) {
    segment(bencher, &unit.repeat((1 << 20) / unit.len()));
}
