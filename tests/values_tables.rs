//! Tables of expressions and near misses with their values; the files say how they are read.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::entity::{Context, Proposal, Source, Value, contact, numeric, temporal};
use glossator::sentence::Sentence;
use glossator::text::{DocumentBuffer, Span};
use glossator::token;
use jiff::civil::Date;
use std::ops::ControlFlow;

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

/// "DATE 2023-06-19", "MONEY USD 5000000", "QUANTITY 5 km", with the days where they are wanted.
fn describe(proposal: &Proposal, with_days: bool) -> String {
    let value = match proposal.value {
        None => String::new(),
        Some(Value::Time(time)) => match time.days.filter(|_| with_days) {
            Some((first, last)) => format!(" {} {first}..{last}", time.timex.as_str()),
            None => format!(" {}", time.timex.as_str()),
        },
        Some(Value::Money(money)) => format!(" {} {}", money.currency.unwrap_or("?"), money.amount),
        Some(Value::Number(number)) => format!(" {} {}", number.value, number.unit),
    };
    format!("{}{}", proposal.kind.name(), value).trim_end().to_owned()
}

/// Checks every line and reports all that fail at once.
fn check(table: &str, only: &dyn Fn(&Proposal) -> bool) {
    let mut reference = None;
    let mut failures = Vec::new();
    for (number, line) in (1..).zip(table.lines()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(date) = line.strip_prefix("@ ") {
            reference = date.parse().ok();
            continue;
        }
        let mut fields = line.split(" | ");
        let marked = fields.next().unwrap();
        let expected_values: Vec<_> = fields.map(str::to_owned).collect();
        let text: String = marked.chars().filter(|c| !matches!(c, '[' | ']')).collect();
        let expected_words: Vec<_> =
            marked.split('[').skip(1).map(|piece| piece.split(']').next().unwrap()).collect();
        let found: Vec<_> = proposals(&text, reference).into_iter().filter(only).collect();
        let with_days = |index: usize| expected_values.get(index).is_some_and(|value| value.contains(".."));
        let values: Vec<_> =
            found.iter().enumerate().map(|(index, proposal)| describe(proposal, with_days(index))).collect();
        let words: Vec<_> = found.iter().map(|proposal| proposal.span.of(&text)).collect();
        if words != expected_words || values != expected_values {
            failures.push(format!("{number}: {line}\n    found {words:?} {values:?}"));
        }
    }
    assert!(failures.is_empty(), "{} lines fail:\n{}", failures.len(), failures.join("\n"));
}

fn temporal(proposal: &Proposal) -> bool {
    proposal.source == Source::Temporal
}

fn numeric(proposal: &Proposal) -> bool {
    proposal.source == Source::Numeric
}

#[test]
fn times() {
    check(include_str!("values/times.txt"), &temporal);
}

#[test]
fn calendar() {
    check(include_str!("values/calendar.txt"), &temporal);
}

#[test]
fn relative() {
    check(include_str!("values/relative.txt"), &temporal);
}

#[test]
fn ranges() {
    check(include_str!("values/ranges.txt"), &temporal);
}

#[test]
fn clock() {
    check(include_str!("values/clock.txt"), &temporal);
}

#[test]
fn lengths() {
    check(include_str!("values/lengths.txt"), &temporal);
}

#[test]
fn amounts() {
    check(include_str!("values/amounts.txt"), &numeric);
}

#[test]
fn money() {
    check(include_str!("values/money.txt"), &numeric);
}

#[test]
fn measures() {
    check(include_str!("values/measures.txt"), &numeric);
}

#[test]
fn contacts() {
    check(include_str!("values/contacts.txt"), &|proposal| proposal.source == Source::Contact);
}

#[test]
fn nothing() {
    check(include_str!("values/nothing.txt"), &|_| true);
}
