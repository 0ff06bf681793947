//! The entities of the seed article beside its gold: every mention of a person, place, group, date or duration
//! that is not optional, with its name or value. Skipped, with a word, where the shared folder is not there.
#![cfg(feature = "train")]

use glossator::annotate::{Annotation, Annotator, Article, Collector, Finding, Options, Scratch};
use glossator::entity::Value;
use glossator::train::corpus::GoldDocument;
use std::collections::BTreeMap;
use std::path::Path;

/// "Washington" is "Washington, D.C.", "US" is not "United States": gold names are at least as full.
fn same_name(found: &str, gold: &str) -> bool {
    gold.to_lowercase().starts_with(&found.to_lowercase())
}

#[test]
fn every_mention_of_a_name_has_its_name() {
    compare(|value| value.is_empty());
}

#[test]
#[ignore = "until the recognizer calls the finder of dates and durations"]
fn every_mention_of_a_time_has_its_value() {
    compare(|value| !value.is_empty());
}

/// Compares the mentions whose gold value is wanted.
fn compare(wants: impl Fn(&str) -> bool) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/seed/gold.json");
    let Ok(json) = std::fs::read_to_string(&path) else {
        println!("skipped: no {}", path.display());
        return;
    };
    let gold: GoldDocument = serde_json::from_str(&json).expect("the gold file is JSON");
    let mut found = BTreeMap::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        if let Finding::Entity(entity) = annotation.finding {
            let value = match entity.value() {
                Some(Value::Time(time)) => time.timex.as_str().to_owned(),
                Some(Value::Money(_) | Value::Number(_)) | None => String::new(),
            };
            for mention in entity.mentions() {
                let span = mention.at.span;
                found.insert(
                    (span.start(), span.end()),
                    (entity.kind().name(), entity.name().to_owned(), value.clone()),
                );
            }
        }
    });
    let article = Article { text: &gold.text, ..Article::default() };
    let annotator = Annotator::builtin().expect("the models are sound");
    annotator
        .annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink)
        .expect("short enough");

    let mut missing = Vec::new();
    for wanted in gold.entities.iter().filter(|wanted| !wanted.optional && wants(&wanted.value)) {
        let right = found.get(&(wanted.start, wanted.end)).is_some_and(|(kind, name, value)| {
            let same =
                if wanted.value.is_empty() { same_name(name, &wanted.name) } else { *value == wanted.value };
            *kind == wanted.kind && same
        });
        if !right {
            let instead = found.get(&(wanted.start, wanted.end));
            missing.push(format!(
                "{}..{} {} {}: {instead:?}",
                wanted.start, wanted.end, wanted.kind, wanted.name
            ));
        }
    }
    assert!(missing.is_empty(), "{} missing:\n{}", missing.len(), missing.join("\n"));
}
