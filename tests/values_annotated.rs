//! The tables of expressions once more, as callers see them: each line is an article of its own, annotated with
//! the models that are built in. What is a name to the tagger may win over what is a figure to a rule, and
//! sentences are divided; so a few lines differ, and how many at most is held here.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "values/tables.rs"]
mod tables;

use glossator::annotate::{
    Annotation, AnnotationKind, Annotator, Article, Collector, Finding, Options, Scratch, Set,
};
use glossator::entity::{EntityKind, Value};
use jiff::civil::Date;

/// Kinds that tables of values hold.
fn has_value(kind: EntityKind) -> bool {
    use EntityKind::{Cardinal, Contact, Date, Duration, Money, Ordinal, Percent, Quantity, Time};
    matches!(kind, Date | Time | Duration | Money | Percent | Quantity | Ordinal | Cardinal | Contact)
}

/// Mentions of times, amounts and addresses in order, with kind and value.
fn annotate(
    annotator: &Annotator,
    scratch: &mut Scratch,
    text: &str,
    day: Option<Date>,
) -> Vec<tables::Told> {
    let mut told = Vec::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        if let Finding::Entity(entity) = annotation.finding
            && has_value(entity.kind())
        {
            for mention in entity.mentions() {
                let value: Option<Value> = entity.value();
                told.push(tables::Told { span: mention.at.span, kind: entity.kind(), value });
            }
        }
    });
    let article = Article { text, published: day, language: Some("en"), ..Article::default() };
    let options = Options { kinds: Set::from_iter([AnnotationKind::Entity]), ..Options::default() };
    annotator.annotate(&article, &options, scratch, &mut sink).unwrap();
    told.sort_by_key(|told| told.span);
    told
}

#[test]
fn tables_hold_for_whole_articles() {
    let annotator = Annotator::builtin().unwrap();
    let mut scratch = Scratch::default();
    let (mut lines, mut failures) = (0, Vec::new());
    for (name, table) in tables::ALL {
        for line in tables::lines(table) {
            lines += 1;
            let told = annotate(&annotator, &mut scratch, &line.text, line.reference);
            // A table of times says nothing of the amounts on its lines, nor the other way round.
            let told: Vec<_> = told.into_iter().filter(|told| tables::belongs(name, told.kind)).collect();
            if let Some(failure) = line.failure(&told) {
                failures.push(format!("{name}: {failure}"));
            }
        }
    }
    assert!(lines > 900, "{lines} lines");
    let most = lines / 200;
    assert!(
        failures.len() <= most,
        "{} of {lines} lines fail, {most} may:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
