//! Salience: what share of an article's mentions an entity has, by the weights that its room states.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{Annotation, Annotator, Article, Collector, Finding, Options, Scratch};

fn shares(title: &str, text: &str) -> Vec<(String, Option<u16>)> {
    let mut shares = Vec::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        if let Finding::Entity(entity) = annotation.finding {
            shares.push((entity.name().to_owned(), entity.salience().map(|share| share.permille())));
        }
    });
    let article = Article { title, text, ..Article::default() };
    let annotator = Annotator::builtin().unwrap();
    annotator.annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink).unwrap();
    shares
}

#[test]
fn shares_follow_the_definition_and_add_up() {
    let found = shares("Chile votes", "A vote in Chile ended.\n\nPeru and Bolivia watched Chile.");
    let expected = [("Chile", 750), ("Peru", 125), ("Bolivia", 125)];
    assert_eq!(found, expected.map(|(name, share)| (name.to_owned(), Some(share))));
    let found = shares("", "Rain fell.\n\nPeru, Chile and Bolivia.");
    assert_eq!(found.iter().filter_map(|(_, share)| *share).sum::<u16>(), 1000);
}
