//! Sentences and the marks around them: every row is cut at each `|`, and nowhere else.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::sentence::Segmenter;
use glossator::text::DocumentBuffer;
use std::ops::ControlFlow;

fn check(marked: &str) {
    let text = marked.replace('|', "");
    let mut buffer = DocumentBuffer::default();
    let document = buffer.fill("", &text);
    let mut sentences = Vec::new();
    let mut go = || ControlFlow::Continue(());
    let _ = Segmenter::builtin().unwrap().segment(document, None, &mut go, &mut sentences);
    let found: Vec<_> = sentences.iter().map(|sentence| sentence.span.of(document.text())).collect();
    let expected: Vec<_> = marked.split('|').map(str::trim).collect();
    assert_eq!(found, expected);
}

#[test]
fn several_sentences_inside_one_quotation() {
    check("“The harbour is safe. |No ship was lost,” the pilot said. |He left at noon.");
    check("\"We waited all night. |Nobody came.\" |The guard shrugged.");
}

#[test]
fn the_closing_mark_belongs_to_the_sentence_before() {
    check("The mayor said: “We are ready.” |Rain fell.");
    check("\"We are ready. \" |Rain fell.");
    check("“He shouted ‘stop.’ ” |Rain fell.");
    check("The bridge is closed. [12] |Cars take the ferry.");
}

#[test]
fn blanks_are_of_many_kinds() {
    check("The bridge is closed.\u{a0} |Cars take the ferry.\u{2003} |It is slow.");
}
