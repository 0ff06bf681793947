//! Articles of our own with amounts in currencies that share their name, and which are meant.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{
    Annotation, AnnotationKind, Annotator, Article, Collector, Finding, Options, Scratch, Set,
};
use glossator::entity::Value;
use jiff::civil::date;

/// The currencies of the amounts in order of the text.
fn currencies(text: &str) -> Vec<(u32, &'static str)> {
    let annotator = Annotator::builtin().unwrap();
    let mut told = Vec::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        if let Finding::Entity(entity) = annotation.finding
            && let Some(Value::Money(money)) = entity.value()
        {
            told.extend(
                entity.mentions().map(|mention| (mention.at.span.start(), money.currency.unwrap_or("?"))),
            );
        }
    });
    let article = Article { title: "", text, published: Some(date(2023, 6, 20)), language: Some("en") };
    let kinds = Set::from_iter([AnnotationKind::Entity]);
    annotator
        .annotate(&article, &Options { kinds, ..Options::default() }, &mut Scratch::default(), &mut sink)
        .unwrap();
    told.sort_unstable();
    told
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found: Vec<_> = currencies(text).into_iter().map(|(_, code)| code).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_dateline_tells() {
    check("SYDNEY, June 2 (Reuters) - The mill cost $5 million, or 20 cents a share.", &["AUD", "AUD"]);
    check("TORONTO, June 2 - The mill earned 5 mln dlrs.", &["CAD"]);
    check("CALGARY, Alberta, June 2 - The mill earned 5 mln dlrs.", &["CAD"]);
    check("WELLINGTON, June 2 - The mill earned two mln dollars.", &["NZD"]);
    check("HONG KONG, June 2 - The flat cost $5 million.", &["HKD"]);
    check("CAIRO, June 2 - The flat cost 5 million pounds.", &["EGP"]);
    check("KARACHI, June 2 - The flat cost 5 million rupees.", &["PKR"]);
    check("OSLO, June 2 - The flat cost 5 million crowns.", &["NOK"]);
    check("NEW YORK, June 2 - The mill of Sydney and Perth, Australia, earned $5 million.", &["USD"]);
    check("LONDON, June 2 - The mills of Australia and Perth, Australia, earned $5 million.", &["USD"]);
    // Reserves of Taipei are counted in the other dollar.
    check("TAIPEI, June 2 - Reserves rose to 5 billion dollars.", &["USD"]);
}

#[test]
fn a_qualified_sign_makes_the_bare_one_another() {
    check("SYDNEY, June 2 - The mill cost A$5 million, or $4 million.", &["AUD", "USD"]);
    check(
        "Oil fell from $US77 to $US64.50. Farms in Queensland and Tasmania get $5 million.",
        &["USD", "USD", "AUD"],
    );
    check("The mill in Perth, Australia, cost A$5m ($4m; £2m).", &["AUD", "USD", "GBP"]);
}

#[test]
fn a_bare_name_repeats_the_one_before() {
    check(
        "TORONTO, June 2 - It paid 30 million U.S. dollars.\n\nOf this 20 million dollars were cash.",
        &["USD", "USD"],
    );
    check(
        "TORONTO, June 2 - It earned 30 million dollars.\n\nA unit in Ohio lost 6 million U.S. dollars, or two cents a \
         share.\n\nIt sold 20 million dollars of paper.",
        &["CAD", "USD", "USD", "CAD"],
    );
    check("COLOMBO, June 2 - Crepe was at 19.75 rupees, up 15 cents.", &["LKR", "LKR"]);
    check("DUBLIN, June 2 - Milk was at 2 euros, up 15 cents.", &["EUR", "EUR"]);
    check("It paid 30 million Australian dollars. Of this 20 million dollars were cash.", &["AUD", "AUD"]);
}

#[test]
fn places_tell_without_a_dateline() {
    check("Farmers in Tasmania and Queensland want $5 million.", &["AUD"]);
    check("A farmer in Tasmania wants $5 million.", &["USD"]);
    check("Farmers in Tasmania, Queensland and Ohio want $5 million.", &["USD"]);
    check("Farmers in Tasmania and Queensland want £5 million ($9 million).", &["GBP", "USD"]);
    check("Norway set aside 500 million crowns.", &["NOK"]);
    check("Norway and Sweden set aside 500 million crowns.", &["?"]);
    check("Sri Lanka set aside 5bn rupees ($50m), Sri Lanka said.", &["LKR", "USD"]);
    check("The miners set aside 5bn rupees.", &["INR"]);
}
