//! Articles of our own with the entity of every name, and how many mentions land in the entity that they mention.
//!
//! Two figures: the share of gold mentions that the entity which holds most of theirs holds, one entity for each
//! and no entity for two; and B-cubed F1 over the gold mentions, where a mention that nobody found stands alone.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{
    Annotation, AnnotationKind, Annotator, Article, Collector, Finding, Options, Scratch, Set,
};
use glossator::text::{Part, Span};
use jiff::civil::date;
use std::collections::BTreeMap;

/// An article with the entity of every name.
#[derive(Default)]
struct Gold<'t> {
    id: &'t str,
    /// Title and text.
    parts: [String; 2],
    mentions: Vec<Mention<'t>>,
    /// Canonical name and titles of some entities.
    entities: Vec<(&'t str, &'t str, Vec<&'t str>)>,
}

#[derive(Clone, Copy)]
struct Mention<'t> {
    in_title: bool,
    span: Span,
    entity: &'t str,
}

/// What was said of one entity.
struct Told {
    name: String,
    titles: Vec<String>,
    mentions: Vec<(bool, Span)>,
}

fn read(file: &'static str) -> Vec<Gold<'static>> {
    let mut articles: Vec<Gold<'_>> = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some(id) = line.strip_prefix("== ") {
            articles.push(Gold { id, ..Gold::default() });
            continue;
        }
        let Some(article) = articles.last_mut() else { continue };
        if let Some((entity, rest)) = line.split_once(" = ").filter(|(key, _)| key.len() == 2) {
            let (name, titles) = rest.split_once(" | ").unwrap_or((rest, ""));
            let titles = titles.split("; ").filter(|title| !title.is_empty()).collect();
            article.entities.push((entity, name, titles));
            continue;
        }
        let title = line.strip_prefix("@ title");
        let (in_title, marked) = (title.is_some(), title.map_or(line, str::trim_start));
        let part = &mut article.parts[usize::from(!in_title)];
        for (at, piece) in marked.split('[').enumerate() {
            let (name, rest) = if at == 0 { ("", piece) } else { piece.split_once(']').unwrap() };
            if let Some((entity, name)) = name.split_once(' ') {
                let span = Span::of_bytes(part.len(), part.len() + name.len());
                article.mentions.push(Mention { in_title, span, entity });
                part.push_str(name);
            }
            part.push_str(rest);
        }
        if !in_title {
            part.push('\n');
        }
    }
    articles
}

fn annotate(annotator: &Annotator, scratch: &mut Scratch, gold: &Gold<'_>) -> Vec<Told> {
    let mut told = Vec::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        if let Finding::Entity(entity) = annotation.finding
            && entity.value().is_none()
        {
            told.push(Told {
                name: entity.name().to_owned(),
                titles: entity.titles().map(str::to_owned).collect(),
                mentions: entity.mentions().map(|m| (m.at.part == Part::Title, m.at.span)).collect(),
            });
        }
    });
    let [title, text] = &gold.parts;
    let article = Article { title, text, published: Some(date(2023, 6, 20)), language: Some("en") };
    let kinds = Set::from_iter([AnnotationKind::Entity]);
    let options = Options { kinds, include_title: true, ..Options::default() };
    annotator.annotate(&article, &options, scratch, &mut sink).unwrap();
    told
}

/// The entity that holds each gold mention; a mention that nobody found has one of its own.
fn predicted(gold: &Gold<'_>, told: &[Told]) -> Vec<usize> {
    let holds = |told: &Told, mention: &Mention<'_>| {
        told.mentions.iter().any(|&(title, span)| title == mention.in_title && span.overlaps(mention.span))
    };
    let of = |(at, mention)| told.iter().position(|told| holds(told, mention)).unwrap_or(told.len() + at);
    gold.mentions.iter().enumerate().map(of).collect()
}

/// Which predicted entity stands for each gold entity: the pairs with most mentions in common first.
fn aligned<'t>(gold: &Gold<'t>, predicted: &[usize]) -> BTreeMap<&'t str, (usize, usize)> {
    let mut common: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    for (mention, &entity) in gold.mentions.iter().zip(predicted) {
        *common.entry((mention.entity, entity)).or_default() += 1;
    }
    let mut pairs: Vec<_> = common.into_iter().collect();
    pairs.sort_by_key(|&(pair, count)| (std::cmp::Reverse(count), pair));
    let mut aligned: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for ((gold, entity), count) in pairs {
        let taken = aligned.values().any(|&(other, _)| other == entity);
        if !taken {
            aligned.entry(gold).or_insert((entity, count));
        }
    }
    aligned
}

#[derive(Default)]
struct Score {
    mentions: usize,
    right: usize,
    precision: f64,
    recall: f64,
}

impl Score {
    fn add(&mut self, gold: &Gold<'_>, predicted: &[usize]) {
        self.mentions += predicted.len();
        self.right += aligned(gold, predicted).values().map(|&(_, count)| count).sum::<usize>();
        for (mention, &entity) in gold.mentions.iter().zip(predicted) {
            let pairs = || gold.mentions.iter().zip(predicted);
            let count = |of: &dyn Fn(&Mention<'_>, usize) -> bool| {
                pairs().filter(|&(other, &at)| of(other, at)).count() as f64
            };
            let both = count(&|other, at| other.entity == mention.entity && at == entity);
            self.precision += both / count(&|_, at| at == entity);
            self.recall += both / count(&|other, _| other.entity == mention.entity);
        }
    }

    fn accuracy(&self) -> f64 {
        100.0 * self.right as f64 / self.mentions as f64
    }

    fn b_cubed(&self) -> f64 {
        100.0 * 2.0 * self.precision * self.recall / (self.precision + self.recall) / self.mentions as f64
    }
}

/// How a file of articles fares.
#[derive(Default)]
struct Outcome {
    score: Score,
    /// How many names with titles there are, and how many are told wrong.
    facts: usize,
    named: usize,
    /// A line each for what is wrong.
    wrong: Vec<String>,
}

fn measure(file: &'static str) -> Outcome {
    let annotator = Annotator::builtin().unwrap();
    let mut scratch = Scratch::default();
    let mut outcome = Outcome::default();
    for gold in read(file) {
        let told = annotate(&annotator, &mut scratch, &gold);
        let predicted = predicted(&gold, &told);
        outcome.score.add(&gold, &predicted);
        let aligned = aligned(&gold, &predicted);
        for (mention, entity) in gold.mentions.iter().zip(&predicted) {
            if aligned.get(mention.entity).is_none_or(|(right, _)| right != entity) {
                let written = mention.span.of(&gold.parts[usize::from(!mention.in_title)]);
                let held = told.get(*entity).map_or("nothing", |told| &told.name);
                outcome.wrong.push(format!("{}: {} {written:?} in {held:?}", gold.id, mention.entity));
            }
        }
        for (entity, name, titles) in &gold.entities {
            let found = aligned.get(entity).and_then(|&(at, _)| told.get(at));
            outcome.facts += 1;
            if !found.is_some_and(|found| found.name == *name && found.titles == *titles) {
                let found = found.map(|found| (&found.name, &found.titles));
                outcome.named += 1;
                outcome.wrong.push(format!("{}: {entity} is {name:?} {titles:?}, found {found:?}", gold.id));
            }
        }
    }
    outcome
}

impl Outcome {
    /// Holds the figures to floors: shares in their entity, B-cubed F1, and names or titles that may be wrong.
    fn hold(&self, accuracy: f64, b_cubed: f64, named: usize) {
        let (own, cubed) = (self.score.accuracy(), self.score.b_cubed());
        let fits = own >= accuracy && cubed >= b_cubed && self.named <= named;
        assert!(
            fits,
            "{} mentions {own:.1}, B-cubed {cubed:.1}, names and titles wrong {} of {}:\n{}",
            self.score.mentions,
            self.named,
            self.facts,
            self.wrong.join("\n")
        );
    }
}

#[test]
fn mentions_land_in_their_entity() {
    let outcome = measure(include_str!("identity/articles.txt"));
    assert!(outcome.score.mentions > 150 && outcome.facts > 20);
    // At first sight they were 95.6 and 97.0; what was mended since was seen here, so that 100 and 100 say that
    // it stays mended and not what other articles would get.
    outcome.hold(100.0, 100.0, 0);
}

#[test]
fn mentions_of_the_second_set_land_in_their_entity() {
    let outcome = measure(include_str!("identity/second-articles.txt"));
    assert!(outcome.score.mentions > 150 && outcome.facts > 25);
    // At first sight they were 88.0 and 91.7; as mended 100 and 100.
    outcome.hold(100.0, 100.0, 0);
}

#[test]
fn mentions_of_the_third_set_land_in_their_entity() {
    let outcome = measure(include_str!("identity/third-articles.txt"));
    assert!(outcome.score.mentions > 200 && outcome.facts > 40);
    // At first sight they were 90.5 and 94.2.
    outcome.hold(100.0, 100.0, 0);
}

#[test]
fn mentions_of_the_fourth_set_land_in_their_entity() {
    let outcome = measure(include_str!("identity/fourth-articles.txt"));
    assert!(outcome.score.mentions > 250 && outcome.facts > 60);
    // At first sight they were 91.4 and 93.9, with 16 of 84 names and titles wrong.
    outcome.hold(100.0, 100.0, 0);
}
