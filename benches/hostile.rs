//! Time of hostile texts against time of prose of the same length. Ends with exit code 1 if one of them takes
//! more than twice as long as prose.
//!
//! Run: `cargo bench --bench hostile`; after `--` the size in MB, 10 without.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod support;

use glossator::annotate::{Annotator, Article, Collector, Limits, Options, Scratch};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How much longer than prose a hostile text may take.
const WORST: f64 = 2.0;

/// What each text repeats.
const HOSTILE: &[(&str, &str)] = &[
    ("quotation marks", "\""),
    ("opening marks", "“"),
    ("single marks", "'"),
    ("guillemets", "«"),
    ("full stops", "."),
    ("ellipses", "…"),
    ("brackets", "("),
    ("one letter", "a"),
    ("one capital", "A"),
    ("digits", "7"),
    ("newlines", "\n"),
    ("spaces", " "),
    ("words of one letter", "a "),
    ("capitalised words", "Aa "),
    ("numbers", "1 "),
    ("hyphens", "a-"),
    ("paragraphs that open a mark", "“A.\n\n"),
    ("said, said, said", "said "),
    ("short quotes", "“A,” he said. "),
    ("combining marks", "e\u{301}"),
    ("emoji", "👩‍👩‍👧 "),
    ("line ends", "\r\n"),
    ("months", "May "),
    ("addresses", "a@b.c "),
];

fn main() -> ExitCode {
    let size = std::env::args().skip(1).find_map(|argument| argument.parse::<f64>().ok()).unwrap_or(10.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few megabytes")]
    let bytes = (size * 1e6) as usize;
    let limits = Limits { max_text_chars: usize::MAX, ..Limits::default() };
    let annotator = Annotator::builtin().expect("the built-in models are good").with_limits(limits);
    let prose = time(&annotator, &support::prose(bytes));
    println!("{:<28}{:>9.2} s {:>9.2} MB/s", "prose", prose.as_secs_f64(), size / prose.as_secs_f64());
    let mut slow = 0;
    for &(name, piece) in HOSTILE {
        let taken = time(&annotator, &piece.repeat(bytes / piece.len()));
        let ratio = taken.as_secs_f64() / prose.as_secs_f64();
        let verdict = if ratio > WORST { "  TOO SLOW" } else { "" };
        slow += usize::from(ratio > WORST);
        println!(
            "{name:<28}{:>9.2} s {:>9.2} MB/s {ratio:>6.2} of prose{verdict}",
            taken.as_secs_f64(),
            size / taken.as_secs_f64()
        );
    }
    if slow > 0 {
        println!("{slow} take more than {WORST} times as long as prose");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn time(annotator: &Annotator, text: &str) -> Duration {
    let article = Article { text, ..Article::default() };
    let mut sink = Collector(|annotation: &glossator::annotate::Annotation<'_>| {
        std::hint::black_box(annotation.id);
    });
    let began = Instant::now();
    let _ = annotator.annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink);
    began.elapsed()
}
