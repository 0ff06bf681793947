//! Thirty short articles of our own in other styles than the quote model learned from: British marks, wire copy with
//! datelines, sports, business, courts, science, transcripts, questions and answers, live blogs, letters, guillemets,
//! headlines. Annotated by hand as PolNeAR's guidelines have it, before anybody looked at what Glossator says to them.
//!
//! `glossator evaluate tests/quotes/articles.jsonl` prints the figures whose floors are held here.
#![cfg(feature = "train")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{AnnotationKind, Annotator, Set};
use glossator::train::Silent;
use glossator::train::evaluate::{self, Evaluation};
use glossator::train::score::Counts;

#[test]
fn other_styles_are_read_as_well_as_political_news() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/quotes/articles.jsonl");
    let gold = evaluate::read_gold(&[file.into()], Set::from_iter([AnnotationKind::Quote])).unwrap();
    assert_eq!(gold.len(), 30);
    let mut evaluation = Evaluation::default();
    evaluate::annotate(&Annotator::builtin().unwrap(), gold, &Silent, |pairing| {
        evaluation.add(&pairing, &[])
    });
    let scores = &evaluation.quotes["own"];
    let at_least = |what: &str, counts: Counts, floor: f64| {
        let f1 = 100.0 * counts.f1().unwrap();
        assert!(f1 >= floor, "{what}: {f1:.2}, and it was {floor} at least");
    };
    at_least("quoted stretches", scores.stretch_exact, 94.5);
    at_least("indirect content, words", scores.indirect_words, 81.0);
    at_least("indirect content, exact", scores.indirect_exact, 61.0);
    at_least("all content, words", scores.content_words, 89.5);
    let speakers = 100.0 * scores.speakers.accuracy_all().unwrap();
    assert!(speakers >= 93.0, "speakers of all: {speakers:.2}, and it was 93 at least");
}
