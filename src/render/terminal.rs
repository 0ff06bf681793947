//! An article on a terminal: its sentences one below the other, beside each quote who speaks, and below
//! them the quotes and entities as tables. Escape codes are always written; whoever prints strips them where
//! they are not wanted, and the picture can be read without.

mod table;
mod wrap;

use super::layers::{Layer, Run, layers, runs};
use crate::entity::EntityKind;
use crate::grpc::client::SentArticle;
use crate::grpc::reading::{QuoteReading, Reading};
use crate::quote::{Method, QuoteKind};
use crate::text::{Part, Span};
use anstyle::{AnsiColor, Color, Style};
use std::fmt::Write as _;
use table::Table;
use unicode_width::UnicodeWidthStr as _;
use wrap::{Piece, clipped, shown, wrap};

/// Width of the column with the speakers.
const WHO: usize = 18;
/// Width of what stands left of the text: number, speaker, bar.
const GUTTER: usize = 4 + 1 + WHO + 2;
/// Lines shorter than this are not worth their gutter.
const NARROWEST: usize = 24;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const CUE: Style = Style::new().underline();

/// The picture of one article, for lines of `width` columns.
#[must_use]
pub fn render(article: &SentArticle, reading: &Reading, width: usize) -> String {
    let mut picture = Picture { article, reading, width: width.max(GUTTER + NARROWEST), out: String::new() };
    picture.head();
    picture.body(Part::Title);
    picture.body(Part::Text);
    picture.legend();
    picture.quotes();
    picture.entities();
    for warning in &reading.warnings {
        picture.line(&format!("{} {}", painted("warning", AnsiColor::Yellow.on_default()), shown(warning)));
    }
    picture.out
}

/// How a type of entity is painted.
fn colour(kind: EntityKind) -> Style {
    let colour = match kind {
        EntityKind::Person => AnsiColor::BrightGreen,
        EntityKind::Organization => AnsiColor::BrightMagenta,
        EntityKind::Location | EntityKind::Facility => AnsiColor::BrightBlue,
        EntityKind::Group | EntityKind::Language => AnsiColor::BrightCyan,
        EntityKind::Product | EntityKind::Event | EntityKind::Work | EntityKind::Law => AnsiColor::Magenta,
        EntityKind::Date | EntityKind::Time | EntityKind::Duration => AnsiColor::BrightRed,
        EntityKind::Money
        | EntityKind::Percent
        | EntityKind::Quantity
        | EntityKind::Ordinal
        | EntityKind::Cardinal => AnsiColor::Red,
        EntityKind::Contact | EntityKind::Other => AnsiColor::Cyan,
    };
    Style::new().bold().fg_color(Some(Color::Ansi(colour)))
}

/// How reported words are painted.
fn voice(kind: QuoteKind) -> Style {
    match kind {
        QuoteKind::Direct => AnsiColor::Yellow.on_default().italic(),
        QuoteKind::Mixed => AnsiColor::Yellow.on_default(),
        QuoteKind::Indirect => Style::new().italic(),
        QuoteKind::Term => Style::new(),
    }
}

/// The innermost layer that has a colour wins; slant and underline add up.
fn style_of(layers: &[Layer]) -> Style {
    layers
        .iter()
        .fold(Style::new(), |style, layer| match *layer {
            Layer::Dateline => DIM,
            Layer::Sentence(_) | Layer::Speaker(_) => style,
            Layer::Content(_, kind) => style | voice(kind).get_effects(),
            Layer::Cue(_) => style | CUE.get_effects(),
            Layer::Mention(_, kind) => style.fg_color(colour(kind).get_fg_color()).bold(),
        })
        .fg_color(layers.iter().rev().find_map(|layer| match *layer {
            Layer::Mention(_, kind) => colour(kind).get_fg_color(),
            Layer::Content(_, kind) => voice(kind).get_fg_color(),
            Layer::Dateline | Layer::Sentence(_) | Layer::Speaker(_) | Layer::Cue(_) => None,
        }))
}

fn painted(text: &str, style: Style) -> String {
    format!("{style}{text}{style:#}")
}

const fn kind_word(kind: QuoteKind) -> &'static str {
    match kind {
        QuoteKind::Direct => "direct",
        QuoteKind::Indirect => "indirect",
        QuoteKind::Mixed => "mixed",
        QuoteKind::Term => "term",
    }
}

/// How a speaker was found, in a word.
const fn method_word(method: Method) -> &'static str {
    match method {
        Method::Named => "named",
        Method::Reference => "reference",
        Method::Context => "context",
    }
}

fn speakers(quote: &QuoteReading) -> String {
    let names: Vec<_> = quote
        .speakers
        .iter()
        .map(|speaker| if speaker.name.is_empty() { "?" } else { speaker.name.as_str() })
        .collect();
    if names.is_empty() { "?".to_owned() } else { names.join(" and ") }
}

struct Picture<'a> {
    article: &'a SentArticle,
    reading: &'a Reading,
    width: usize,
    out: String,
}

impl Picture<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn head(&mut self) {
        let Reading { language, reference_date, sentences, quotes, entities, .. } = self.reading;
        let id = shown(&self.article.id);
        let rule = "─".repeat(self.width.saturating_sub(id.width() + 4));
        self.line(&format!("{DIM}──{DIM:#} {} {DIM}{rule}{DIM:#}", painted(&id, BOLD)));
        let day = if reference_date.is_empty() { "no date" } else { reference_date };
        let counts =
            format!("{} sentences, {} quotes, {} entities", sentences.len(), quotes.len(), entities.len());
        self.line(&painted(&format!("   {language} · {day} · {counts}"), DIM));
    }

    fn text(&self, part: Part) -> &str {
        match part {
            Part::Title => &self.article.title,
            Part::Text => &self.article.text,
        }
    }

    /// The sentences of one part, and what stands before the first of them.
    fn body(&mut self, part: Part) {
        let text = self.text(part).to_owned();
        let layers = layers(self.reading, part);
        if layers.is_empty() {
            // Nothing was found, or the title was not asked for: then it is shown as context.
            if !text.trim().is_empty() {
                self.line("");
                self.stretch(
                    &[Run { span: Span::of_bytes(0, text.len()).trim(&text), layers: Vec::new() }],
                    &text,
                    None,
                );
            }
            return;
        }
        let mut paragraph = None;
        let mut row: Vec<Run> = Vec::new();
        let mut number = None;
        for run in runs(&text, &layers) {
            let starts = run.layers.iter().find_map(|layer| match *layer {
                Layer::Sentence(index) => Some(index),
                Layer::Dateline
                | Layer::Content(..)
                | Layer::Cue(_)
                | Layer::Speaker(_)
                | Layer::Mention(..) => None,
            });
            if starts.is_some() && starts != number {
                // A dateline before the first sentence shares its line.
                if number.is_some() {
                    self.stretch(&row, &text, number);
                    row.clear();
                }
                let now = starts.map(|index| self.reading.sentences[index].paragraph);
                if now != paragraph {
                    self.line("");
                    paragraph = now;
                }
                number = starts;
            }
            row.push(run);
        }
        if number.is_none() {
            self.line("");
        }
        self.stretch(&row, &text, number);
    }

    /// One sentence, wrapped, with its number and its speakers in the gutter.
    fn stretch(&mut self, row: &[Run], text: &str, sentence: Option<usize>) {
        let pieces = row.iter().map(|run| Piece {
            text: run.span.of(text),
            style: style_of(&run.layers),
            tag: run.layers.iter().rev().find_map(|layer| match *layer {
                Layer::Content(index, kind) if kind != QuoteKind::Term => Some(index),
                Layer::Dateline
                | Layer::Sentence(_)
                | Layer::Content(..)
                | Layer::Cue(_)
                | Layer::Speaker(_)
                | Layer::Mention(..) => None,
            }),
        });
        let mut number = sentence.map_or(String::new(), |index| (index + 1).to_string());
        let mut named: Vec<usize> = Vec::new();
        for line in wrap(pieces, self.width - GUTTER) {
            let unnamed = line.tags.iter().copied().find(|tag| !named.contains(tag));
            let who = unnamed.map_or(String::new(), |tag| {
                named.push(tag);
                clipped(&speakers(&self.reading.quotes[tag]), WHO)
            });
            let pad = " ".repeat(WHO - who.width());
            let bar = if line.tags.is_empty() { " " } else { "▌" };
            let style = AnsiColor::Yellow.on_default();
            let who = painted(&format!("{pad}{who}"), style.bold());
            let row = format!("{DIM}{number:>4}{DIM:#} {who} {style}{bar}{style:#}{}", line.text);
            self.line(row.trim_end());
            number.clear();
        }
    }

    fn legend(&mut self) {
        let mut kinds: Vec<_> = self.reading.entities.iter().map(|entity| entity.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut words = vec![
            painted("direct", voice(QuoteKind::Direct)),
            painted("mixed", voice(QuoteKind::Mixed)),
            painted("indirect", voice(QuoteKind::Indirect)),
            painted("cue", CUE),
        ];
        words.extend(kinds.into_iter().map(|kind| painted(kind.name(), colour(kind))));
        self.line("");
        self.line(&format!("   {}", words.join("  ")));
    }

    fn quotes(&mut self) {
        let mut table = Table::new("Quotes", ["who", "found by", "kind", "words"]);
        for quote in &self.reading.quotes {
            let words: Vec<_> =
                quote.content.iter().map(|place| shown(place.span.of(self.text(place.part)))).collect();
            let method = quote.speakers.first().map_or("", |speaker| method_word(speaker.method));
            table.row([
                (if quote.kind == QuoteKind::Term { String::new() } else { speakers(quote) }, BOLD),
                (method.to_owned(), DIM),
                (kind_word(quote.kind).to_owned(), voice(quote.kind)),
                (words.join(" … "), Style::new()),
            ]);
        }
        let _ = write!(self.out, "{}", table.fit(self.width));
    }

    fn entities(&mut self) {
        let mut table = Table::new("Entities", ["type", "name", "×", "means"]);
        for entity in &self.reading.entities {
            let mut means: Vec<String> = Vec::new();
            means.extend([&entity.subtype, &entity.value].into_iter().filter(|it| !it.is_empty()).cloned());
            means.extend(entity.links.iter().cloned());
            means.extend(entity.titles.iter().map(|title| shown(title)));
            table.row([
                (entity.kind.name().to_owned(), colour(entity.kind)),
                (shown(&entity.name), BOLD),
                (entity.mentions.len().to_string(), DIM),
                (means.join(", "), Style::new()),
            ]);
        }
        let _ = write!(self.out, "{}", table.fit(self.width));
    }
}

#[cfg(test)]
mod tests;
