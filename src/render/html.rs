//! An article as part of one self-contained page for a browser: no script or style from elsewhere, every
//! word of the article escaped. Runs under the same layers are painted one way; hovering a quote lights up
//! its words, its cue and its speaker together.

use super::layers::{Layer, layers, runs};
use crate::entity::EntityKind;
use crate::grpc::client::SentArticle;
use crate::grpc::reading::{QuoteReading, Reading};
use crate::quote::QuoteKind;
use crate::text::Part;
use std::fmt::Write as _;

/// Everything before the first article.
pub const HEAD: &str = include_str!("head.html");

/// Everything after the last article.
pub const TAIL: &str = include_str!("tail.html");

/// The picture of the `index`-th article of the page.
#[must_use]
pub fn article(article: &SentArticle, reading: &Reading, index: usize) -> String {
    let mut page = Page { reading, index, out: String::new() };
    page.open(article);
    page.part("h2", &article.title, Part::Title);
    page.part("div", &article.text, Part::Text);
    page.quotes(&article.title, &article.text);
    page.entities();
    page.out.push_str("</article>\n");
    page.out
}

struct Page<'a> {
    reading: &'a Reading,
    index: usize,
    out: String,
}

impl Page<'_> {
    fn add(&mut self, piece: std::fmt::Arguments<'_>) {
        self.out.write_fmt(piece).expect("a string takes all that is written: this is a bug");
    }

    fn open(&mut self, article: &SentArticle) {
        let Reading { language, reference_date, sentences, quotes, entities, .. } = self.reading;
        let counts = (sentences.len(), quotes.len(), entities.len());
        let index = self.index;
        let mut known = vec![article.id.as_str(), language, reference_date];
        known.retain(|fact| !fact.is_empty());
        self.add(format_args!(
            "<article id=\"a{}\" lang=\"{}\">\n<header>{} · {} sentences, {} quotes, {} entities</header>\n",
            index,
            escaped(language),
            escaped(&known.join(" · ")),
            counts.0,
            counts.1,
            counts.2
        ));
        for warning in &self.reading.warnings {
            self.add(format_args!("<p class=\"warning\">{}</p>\n", escaped(warning)));
        }
    }

    /// One string of the article, painted.
    fn part(&mut self, tag: &str, text: &str, part: Part) {
        if text.is_empty() {
            return;
        }
        self.add(format_args!("<{tag} class=\"text\">"));
        let mut shown = None;
        for run in runs(text, &layers(self.reading, part)) {
            let mut classes = String::new();
            let mut quotes = String::new();
            let mut hint = String::new();
            for layer in &run.layers {
                match *layer {
                    Layer::Dateline => classes.push_str("dateline "),
                    Layer::Sentence(sentence) => {
                        if shown != Some(sentence) {
                            shown = Some(sentence);
                            self.add(format_args!("<sup>{}</sup>", sentence + 1));
                        }
                    }
                    Layer::Content(quote, kind) => {
                        classes.push_str(class_of_quote(kind));
                        let _ = write!(quotes, "a{}q{quote} ", self.index);
                    }
                    Layer::Cue(quote) => {
                        classes.push_str("cue ");
                        let _ = write!(quotes, "a{}q{quote} ", self.index);
                    }
                    Layer::Speaker(quote) => {
                        classes.push_str("speaker ");
                        let _ = write!(quotes, "a{}q{quote} ", self.index);
                    }
                    Layer::Mention(entity, kind) => {
                        classes.push_str(class_of_entity(kind));
                        let entity = &self.reading.entities[entity];
                        hint = format!("{} {}", kind.name(), entity.name);
                    }
                }
            }
            let words = escaped(run.span.of(text));
            if classes.is_empty() {
                self.out.push_str(&words);
            } else {
                self.add(format_args!(
                    "<span class=\"{}\" data-q=\"{}\" title=\"{}\">{words}</span>",
                    classes.trim_end(),
                    quotes.trim_end(),
                    escaped(&hint)
                ));
            }
        }
        self.add(format_args!("</{tag}>\n"));
    }

    /// Who said what, a row a quote.
    fn quotes(&mut self, title: &str, text: &str) {
        let article = self.index;
        self.out.push_str(
            "<table><caption>Who said what</caption><tr><th>Speaker<th>Kind<th>Cue<th>Words</tr>\n",
        );
        for (index, quote) in self.reading.quotes.iter().enumerate() {
            let of = |place: crate::grpc::reading::Place| match place.part {
                Part::Title => place.span.of(title),
                Part::Text => place.span.of(text),
            };
            let words: Vec<&str> = quote.content.iter().map(|&place| of(place)).collect();
            self.add(format_args!(
                "<tr data-q=\"a{}q{index}\"><td>{}<td>{}<td>{}<td>{}</tr>\n",
                article,
                escaped(&names(quote)),
                kind_name(quote.kind),
                escaped(quote.cue.map_or("", of)),
                escaped(&words.join(" … "))
            ));
        }
        self.out.push_str("</table>\n");
    }

    /// The entities, a row each.
    fn entities(&mut self) {
        self.out.push_str(
            "<table><caption>Entities</caption><tr><th>Name<th>Type<th>Mentions<th>Value, links, titles</tr>\n",
        );
        for entity in &self.reading.entities {
            let kind = [entity.kind.name(), &entity.subtype].join(" ");
            let more = [&entity.value, &entity.links.join(", "), &entity.titles.join(", ")]
                .into_iter()
                .filter(|piece| !piece.is_empty())
                .cloned()
                .collect::<Vec<String>>()
                .join("; ");
            self.add(format_args!(
                "<tr><td><span class=\"{}\">{}</span><td>{}<td>{}<td>{}</tr>\n",
                class_of_entity(entity.kind).trim_end(),
                escaped(&entity.name),
                escaped(kind.trim_end()),
                entity.mentions.len(),
                escaped(&more)
            ));
        }
        self.out.push_str("</table>\n");
    }
}

/// The speakers of a quote, or a dash: absence is never a word.
fn names(quote: &QuoteReading) -> String {
    let names: Vec<&str> = quote.speakers.iter().map(|speaker| speaker.name.as_str()).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

const fn kind_name(kind: QuoteKind) -> &'static str {
    match kind {
        QuoteKind::Direct => "direct",
        QuoteKind::Indirect => "indirect",
        QuoteKind::Mixed => "mixed",
        QuoteKind::Term => "term",
    }
}

const fn class_of_quote(kind: QuoteKind) -> &'static str {
    match kind {
        QuoteKind::Direct => "direct ",
        QuoteKind::Indirect => "indirect ",
        QuoteKind::Mixed => "mixed ",
        QuoteKind::Term => "term ",
    }
}

const fn class_of_entity(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Person => "person ",
        EntityKind::Organization => "organization ",
        EntityKind::Location | EntityKind::Facility => "location ",
        EntityKind::Group | EntityKind::Language => "group ",
        EntityKind::Date | EntityKind::Time | EntityKind::Duration => "time ",
        EntityKind::Money
        | EntityKind::Percent
        | EntityKind::Quantity
        | EntityKind::Ordinal
        | EntityKind::Cardinal => "number ",
        EntityKind::Product
        | EntityKind::Event
        | EntityKind::Work
        | EntityKind::Law
        | EntityKind::Contact
        | EntityKind::Other => "other ",
    }
}

/// The text with the characters that HTML gives a meaning replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{article, escaped};
    use crate::grpc::client::SentArticle;
    use crate::grpc::reading::Reading;

    #[test]
    fn markup_in_an_article_stays_text() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
        let sent = SentArticle { text: "<script>alert(1)</script>".to_owned(), ..SentArticle::default() };
        let page = article(&sent, &Reading::default(), 0);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"));
    }
}
