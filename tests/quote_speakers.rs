//! Who is meant by the words that stand for a speaker: titles, bodies, descriptions and pronouns, with near misses.
//! The texts are our own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{Annotation, Annotator, Article, Collector, Finding, Options, Scratch};
use glossator::quote::QuoteKind;
use std::sync::LazyLock;

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| Annotator::builtin().unwrap());

/// The names of the speakers of all direct quotes, in order.
fn speakers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        if let Finding::Quote(quote) = &annotation.finding
            && quote.kind() == QuoteKind::Direct
        {
            let names: Vec<&str> = quote.speakers().map(|speaker| speaker.name).collect();
            found.push(names.join(" and "));
        }
    });
    let article = Article { text, language: Some("en"), ..Article::default() };
    ANNOTATOR.annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink).unwrap();
    found
}

#[test]
fn descriptions_mean_whom_the_article_described_so() {
    let table: &[(&str, &[&str])] = &[
        // A title before the name, and which of two.
        (
            "Finance Minister Kim Ruud met union leaders in Oslo on Tuesday. The talks went on for six hours.\n\n\
             \"We will not raise the tax,\" the minister said.",
            &["Kim Ruud"],
        ),
        (
            "Finance Minister Kim Ruud and Defence Minister Lars Holm were there.\n\n\
             \"We will not raise the tax,\" the finance minister said.",
            &["Kim Ruud"],
        ),
        // A role behind the name.
        (
            "Anna Berg, the ambassador to France, came late. \"There is room,\" the ambassador said.",
            &["Anna Berg"],
        ),
        // Who is described is named behind the comma.
        (
            "\"We will not raise the tax,\" the Boston mayor, Nora Whitfield, said on Monday.",
            &["Nora Whitfield"],
        ),
        ("\"We will not raise the tax,\" said the mayor, Nora Whitfield.", &["Nora Whitfield"]),
        // A body by the last word of its name, or by what it is.
        (
            "The Labour Ministry published its plan on Monday. \"It will cost little,\" the ministry said.",
            &["Labour Ministry"],
        ),
        ("Siemens cut 200 jobs on Monday. \"We had no choice,\" the company said.", &["Siemens"]),
        // Whoever was described so before.
        (
            "A spokesman for the Labour Ministry said talks would resume. \"It is too early,\" the spokesman said.",
            &["A spokesman for the Labour Ministry"],
        ),
        (
            "A homeless man outside the hall said the talks were pointless. \"They know me here,\" he said.",
            &["A homeless man outside the hall"],
        ),
        // Near misses: another head, another modifier, an indefinite article, a body that is no "he".
        (
            "The Labour Party published its plan on Monday. \"It will cost little,\" the ministry said.",
            &["the ministry"],
        ),
        (
            "Finance Minister Kim Ruud stayed away. \"We will not raise the tax,\" the defence minister said.",
            &["the defence minister"],
        ),
        (
            "Finance Minister Kim Ruud stayed away. \"We will not raise the tax,\" a minister said.",
            &["a minister"],
        ),
    ];
    for (text, expect) in table {
        assert_eq!(speakers(text), *expect, "{text}");
    }
}
