//! Tables of paragraphs with their sentences; `tests/sentences/english.txt` says how a row is read.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{Annotation, Annotator, Article, Collector, Finding, Options, Scratch, Warning};
use glossator::sentence::{Segmenter, Sentence, segment_by_unicode};
use glossator::text::DocumentBuffer;
use std::ops::ControlFlow;

/// What divides a document.
type Divide<'a> = &'a dyn Fn(glossator::text::Document<'_>, &mut Vec<Sentence>);

/// The rows that `divide` cuts elsewhere.
fn failures(table: &str, divide: Divide<'_>) -> Vec<String> {
    let mut failures = Vec::new();
    for (number, row) in (1..).zip(table.lines()) {
        if row.is_empty() || row.starts_with('#') {
            continue;
        }
        let row = row.replace("\\n", "\n").replace("\\_", "\u{a0}");
        let text = row.replace('|', "");
        let mut buffer = DocumentBuffer::default();
        let document = buffer.fill("", &text);
        let mut sentences = Vec::new();
        divide(document, &mut sentences);
        let found: Vec<_> = sentences.iter().map(|sentence| sentence.span.of(document.text())).collect();
        let expected: Vec<_> = row.split('|').map(str::trim).collect();
        if found != expected {
            failures.push(format!("{number}: {}", found.join(" | ")));
        }
    }
    failures
}

#[test]
fn english() {
    let segmenter = Segmenter::builtin().unwrap();
    for table in [include_str!("sentences/english.txt"), include_str!("sentences/constructs.txt")] {
        let failures = failures(table, &|document, sentences| {
            let mut go_on = || ControlFlow::Continue(());
            assert!(segmenter.segment(document, None, &mut go_on, sentences).is_continue());
        });
        assert!(failures.is_empty(), "{} rows fail:\n{}", failures.len(), failures.join("\n"));
    }
}

#[test]
fn other_languages() {
    let failures = failures(include_str!("sentences/other.txt"), &|document, sentences| {
        let mut go_on = || ControlFlow::Continue(());
        assert!(segment_by_unicode(document, None, &mut go_on, sentences).is_continue());
    });
    assert!(failures.is_empty(), "{} rows fail:\n{}", failures.len(), failures.join("\n"));
}

/// As callers see it: no language is given, every other script is told from the text, and the answer says so.
#[test]
fn other_scripts_are_divided_with_a_warning() {
    let annotator = Annotator::builtin().unwrap();
    let mut scratch = Scratch::default();
    let mut scripts = 0;
    let table = include_str!("sentences/other.txt");
    for row in table.lines().filter(|row| !row.contains(|c: char| c.is_ascii_alphabetic())) {
        let text = row.replace('|', "");
        let mut found: Vec<String> = Vec::new();
        let mut sink = Collector(|annotation: &Annotation<'_>| {
            if let Finding::Sentence(sentence) = annotation.finding {
                found.push(sentence.at.span.of(&text).to_owned());
            }
        });
        let article = Article { text: &text, ..Article::default() };
        let summary = annotator.annotate(&article, &Options::default(), &mut scratch, &mut sink).unwrap();
        assert_eq!(found, row.split('|').map(str::trim).collect::<Vec<_>>());
        assert!(summary.warnings.contains(&Warning::LanguageUnsupported), "{row}");
        scripts += 1;
    }
    assert!(scripts > 12, "{scripts} rows");
}
