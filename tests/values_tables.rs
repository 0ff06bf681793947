//! Tables of expressions and near misses with their values; the files say how they are read.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "values/tables.rs"]
mod tables;

use glossator::entity::{Context, Proposal, contact, numeric, temporal};
use glossator::sentence::Sentence;
use glossator::text::{DocumentBuffer, Span};
use glossator::token;
use jiff::civil::Date;
use std::ops::ControlFlow;
use tables::Told;

/// What the finders propose for a text of one sentence.
fn proposals(text: &str, reference_date: Option<Date>) -> Vec<Proposal> {
    let mut buffer = DocumentBuffer::default();
    let document = buffer.fill("", text);
    let whole = Span::of_bytes(0, text.len());
    let mut tokens = Vec::new();
    token::tokenize(text, whole, &mut tokens);
    let sentences = [Sentence { span: whole, paragraph: 0 }];
    let context = Context {
        document,
        tokens: &tokens,
        sentences: &sentences,
        dateline: None,
        reference_date,
        terms: &[],
    };
    let mut found = Vec::new();
    let mut go_on = || ControlFlow::Continue(());
    assert!(temporal::find(&context, &mut go_on, &mut found).is_continue());
    assert!(numeric::find(&context, &mut go_on, &mut found).is_continue());
    assert!(contact::find(&context, &mut go_on, &mut found).is_continue());
    found.sort_by_key(|proposal| proposal.span);
    found
}

/// Checks every line of a table and reports all that fail at once.
fn check(name: &str) {
    let (_, table) = tables::ALL.into_iter().find(|(known, _)| *known == name).unwrap();
    let failures: Vec<_> = tables::lines(table)
        .filter_map(|line| {
            let found = proposals(&line.text, line.reference);
            let told = found.iter().map(|&Proposal { span, kind, value, .. }| Told { span, kind, value });
            line.failure(&told.filter(|told| tables::belongs(name, told.kind)).collect::<Vec<_>>())
        })
        .collect();
    assert!(failures.is_empty(), "{} lines fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn times() {
    check("times");
}

#[test]
fn calendar() {
    check("calendar");
}

#[test]
fn relative() {
    check("relative");
}

#[test]
fn ranges() {
    check("ranges");
}

#[test]
fn clock() {
    check("clock");
}

#[test]
fn lengths() {
    check("lengths");
}

#[test]
fn amounts() {
    check("amounts");
}

#[test]
fn money() {
    check("money");
}

#[test]
fn measures() {
    check("measures");
}

#[test]
fn contacts() {
    check("contacts");
}

#[test]
fn nothing() {
    check("nothing");
}

/// At the very edges of the calendar nothing panics and nothing overflows.
#[test]
fn every_expression_at_the_edges_of_the_calendar() {
    for (_, table) in tables::ALL {
        for line in tables::lines(table) {
            for reference in [Date::MIN, Date::new(-1, 1, 1).unwrap(), Date::new(1, 1, 1).unwrap(), Date::MAX]
            {
                let _found = proposals(&line.text, Some(reference));
            }
        }
    }
}
