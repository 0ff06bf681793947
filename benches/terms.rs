//! What a caller's own terms cost: the whole pipeline with none, some and thousands of them, side by side on the
//! same articles; and texts that are made to trouble the automaton. Ends with exit code 1 if 5,000 terms take more
//! than a quarter longer than none, or a hostile text's time grows faster than its length.
//!
//! Run: `cargo bench --bench terms`.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod support;

use glossator::annotate::{Annotation, Annotator, Article, Collector, Limits, Options, Scratch};
use glossator::entity::{CustomTerm, EntityKind, Terms};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How much longer articles may take with 5,000 terms than with none.
const DEARER: f64 = 1.25;

/// How much longer than twice a text of double length may take.
const STEEPER: f64 = 1.5;

/// Rounds of which the fastest counts.
const ROUNDS: usize = 7;

fn term(text: String) -> CustomTerm {
    let links = vec![("own".to_owned(), text.clone())];
    let canonical_name = String::new();
    CustomTerm { text, kind: EntityKind::Product, canonical_name, links, case_sensitive: false }
}

/// Names like a watch list's: some stand in the articles, most do not, many begin alike.
fn watch_list(count: usize) -> Terms {
    let first = ["Bergström", "Okafor", "Harbour", "Northern", "Delgado", "Union of", "New", "Bank of"];
    let last = ["Fisheries", "Holdings", "Capital", "Group", "Line", "Ministry", "Systems"];
    let name = |at: usize| match at {
        0 => "the minister".to_owned(),
        1 => "Bergström".to_owned(),
        _ => format!("{} {} {at}", first[at % first.len()], last[at / 8 % last.len()]),
    };
    Terms::compile((0..count).map(name).map(term).collect()).expect("the terms are good")
}

fn time(
    annotator: &Annotator,
    scratch: &mut Scratch,
    texts: &[(&str, &str)],
    terms: Option<&Terms>,
) -> Duration {
    let options = Options { terms, ..Options::default() };
    let began = Instant::now();
    for &(title, text) in texts {
        let article = Article { title, text, language: Some("en"), published: None };
        let summary =
            annotator.annotate(&article, &options, scratch, &mut Collector(|_: &Annotation<'_>| {}));
        summary.expect("no sink stops");
    }
    began.elapsed()
}

fn main() -> ExitCode {
    let limits = Limits { max_text_chars: usize::MAX, ..Limits::default() };
    let annotator = Annotator::builtin().expect("the built-in models are good").with_limits(limits);
    let made: Vec<_> = (0..400).map(support::article).collect();
    let texts: Vec<_> = made.iter().map(|made| (made.title.as_str(), made.text.as_str())).collect();
    let bytes: usize = texts.iter().map(|(title, text)| title.len() + text.len()).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    let mut scratch = Scratch::default();
    let lists = [0, 100, 5_000, 50_000].map(|count| (count, (count > 0).then(|| watch_list(count))));
    let mut best = [Duration::MAX; 4];
    // Round by round, so that a busy moment of the machine hits all alike.
    for _ in 0..ROUNDS {
        for (best, (_, terms)) in best.iter_mut().zip(&lists) {
            *best = time(&annotator, &mut scratch, &texts, terms.as_ref()).min(*best);
        }
    }
    let none = best[0].as_secs_f64();
    let mut failed = false;
    for (best, (count, _)) in best.iter().zip(&lists) {
        let seconds = best.as_secs_f64();
        let ratio = seconds / none;
        failed |= *count == 5_000 && ratio > DEARER;
        println!("{count:>6} terms {:>8.2} MB/s {ratio:>6.2} of none", megabytes(bytes) / seconds);
    }
    // Every word is a term and may begin a long one that never ends well.
    let long = format!("{}b", "a ".repeat(100));
    let nested = (1..100).map(|len| "a ".repeat(len)).map(|text| term(text.trim().to_owned()));
    let terms = Terms::compile(nested.chain([term(long)]).collect()).expect("the terms are good");
    for (name, piece) in
        [("nested terms", "a "), ("white space", "a \t\n "), ("almost a term", "a a a a a a a c ")]
    {
        let mut seconds = [0.0, 0.0];
        for (seconds, size) in seconds.iter_mut().zip([400_000, 800_000]) {
            let text = piece.repeat(size / piece.len());
            let rounds = (0..3).map(|_| time(&annotator, &mut scratch, &[("", &text)], Some(&terms)));
            *seconds = rounds.min().unwrap_or_default().as_secs_f64();
        }
        let ratio = seconds[1] / seconds[0];
        failed |= ratio > 2.0 * STEEPER;
        println!("{name:<16}{:>8.2} MB/s {ratio:>6.2} times as long for twice the text", 0.8 / seconds[1]);
    }
    ExitCode::from(u8::from(failed))
}
