//! A reply read back into places of its article: what pictures are made of. A reply may come from any
//! server, so nothing in it is taken on trust: a span must lie on characters of the article.

use super::client::{Reply, SentArticle};
use super::pb;
use crate::entity::{EntityKind, MentionKind};
use crate::quote::{Method, QuoteKind};
use crate::text::{Part, Span};
use std::fmt;

/// A stretch of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which string of it.
    pub part: Part,
    /// UTF-8 bytes of that string.
    pub span: Span,
}

/// Everything a reply says of its article.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// BCP-47 code.
    pub language: String,
    /// The day that "Monday" was resolved against, as "2023-06-20"; may be empty.
    pub reference_date: String,
    /// The dateline's stretch.
    pub dateline: Option<Place>,
    /// Sentences in order.
    pub sentences: Vec<SentenceReading>,
    /// Quotes in order.
    pub quotes: Vec<QuoteReading>,
    /// Entities in order.
    pub entities: Vec<EntityReading>,
    /// Warnings, for people.
    pub warnings: Vec<String>,
}

/// A sentence.
#[derive(Clone, Copy, Debug)]
pub struct SentenceReading {
    /// Where it stands.
    pub at: Place,
    /// Its paragraph, from 0 in each part.
    pub paragraph: i32,
}

/// A quote.
#[derive(Clone, Debug)]
pub struct QuoteReading {
    /// Its id.
    pub id: i32,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// From its first to its last character.
    pub at: Place,
    /// What is reported.
    pub content: Vec<Place>,
    /// The words that report it.
    pub cue: Option<Place>,
    /// Who is quoted.
    pub speakers: Vec<SpeakerReading>,
    /// The quote that it carries on, or 0.
    pub continues: i32,
}

/// A speaker.
#[derive(Clone, Debug)]
pub struct SpeakerReading {
    /// The words that name them.
    pub mention: Option<Place>,
    /// Their entity, or 0.
    pub entity: i32,
    /// Their name or description; may be empty.
    pub name: String,
    /// How they were found.
    pub method: Method,
}

/// An entity.
#[derive(Clone, Debug)]
pub struct EntityReading {
    /// Its id.
    pub id: i32,
    /// Coarse type; one that this program does not know is OTHER.
    pub kind: EntityKind,
    /// Finer type; may be empty.
    pub subtype: String,
    /// Fullest name.
    pub name: String,
    /// Where it is mentioned.
    pub mentions: Vec<(Place, MentionKind)>,
    /// Identifiers, as "iso-3166:CN".
    pub links: Vec<String>,
    /// Titles and roles.
    pub titles: Vec<String>,
    /// What a time or quantity means, for people; may be empty.
    pub value: String,
}

/// Why a reply cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidReply {
    what: &'static str,
    start: i32,
    end: i32,
}

impl fmt::Display for InvalidReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, start, end } = self;
        write!(f, "the reply has a {what} at {start}..{end}, which is no stretch of the article")
    }
}

impl std::error::Error for InvalidReply {}

impl Reply {
    /// Reads a reply whose offsets are UTF-8 bytes.
    ///
    /// # Errors
    /// [`InvalidReply`] for a span that lies on no characters of the article.
    pub fn read(&self, article: &SentArticle) -> Result<Reading, InvalidReply> {
        let pb::AnnotateResponse { header, annotations, summary } = &self.0;
        let reader = Reader { article };
        let mut reading = Reading::default();
        if let Some(header) = header {
            reading.language.clone_from(&header.language_code);
            reading.reference_date = header.reference_date.as_ref().map(date).unwrap_or_default();
            if let Some(dateline) = &header.dateline {
                reading.dateline = reader.place_if_any("dateline", dateline.span.as_ref())?;
            }
        }
        for annotation in annotations {
            let id = annotation.id;
            match &annotation.value {
                Some(pb::annotation::Value::Sentence(sentence)) => {
                    let at = reader.place("sentence", sentence.span.as_ref())?;
                    reading.sentences.push(SentenceReading { at, paragraph: sentence.paragraph_index });
                }
                Some(pb::annotation::Value::Quote(quote)) => reading.quotes.extend(reader.quote(id, quote)?),
                Some(pb::annotation::Value::Entity(entity)) => {
                    reading.entities.push(reader.entity(id, entity)?)
                }
                None => {}
            }
        }
        let warnings = summary.iter().flat_map(|summary| &summary.warnings);
        reading.warnings = warnings.map(|it| format!("{}: {}", it.code, it.message)).collect();
        Ok(reading)
    }
}

struct Reader<'a> {
    article: &'a SentArticle,
}

impl Reader<'_> {
    fn place(&self, what: &'static str, span: Option<&pb::Span>) -> Result<Place, InvalidReply> {
        let (start, end) = span.map_or((0, 0), |span| (span.start_offset, span.end_offset));
        let part = match span.map(pb::Span::part) {
            Some(pb::ArticlePart::Title) => Part::Title,
            Some(pb::ArticlePart::Text | pb::ArticlePart::Unspecified) | None => Part::Text,
        };
        let text = match part {
            Part::Title => &self.article.title,
            Part::Text => &self.article.text,
        };
        let bytes = u32::try_from(start).ok().zip(u32::try_from(end).ok()).filter(|(start, end)| start < end);
        bytes
            .filter(|&(start, end)| text.get(start as usize..end as usize).is_some())
            .map(|(start, end)| Place { part, span: Span::new(start, end) })
            .ok_or(InvalidReply { what, start, end })
    }

    fn place_if_any(
        &self,
        what: &'static str,
        span: Option<&pb::Span>,
    ) -> Result<Option<Place>, InvalidReply> {
        span.map(|span| self.place(what, Some(span))).transpose()
    }

    /// A kind of quote that this program does not know is skipped, as the contract asks.
    fn quote(&self, id: i32, quote: &pb::Quote) -> Result<Option<QuoteReading>, InvalidReply> {
        let kind = match quote.r#type() {
            pb::QuoteType::Direct => QuoteKind::Direct,
            pb::QuoteType::Indirect => QuoteKind::Indirect,
            pb::QuoteType::Mixed => QuoteKind::Mixed,
            pb::QuoteType::Term => QuoteKind::Term,
            pb::QuoteType::Unspecified => return Ok(None),
        };
        let content = quote.content_spans.iter().map(|span| self.place("quote", Some(span)));
        let speakers = quote.speakers.iter().map(|speaker| {
            Ok(SpeakerReading {
                mention: self.place_if_any("speaker", speaker.mention_span.as_ref())?,
                entity: speaker.entity_id,
                name: speaker.canonical_name.clone(),
                method: match speaker.method() {
                    pb::AttributionMethod::Named => Method::Named,
                    pb::AttributionMethod::Reference => Method::Reference,
                    pb::AttributionMethod::Context | pb::AttributionMethod::Unspecified => Method::Context,
                },
            })
        });
        Ok(Some(QuoteReading {
            id,
            kind,
            at: self.place("quote", quote.span.as_ref())?,
            content: content.collect::<Result<_, _>>()?,
            cue: self.place_if_any("cue", quote.cue_span.as_ref())?,
            speakers: speakers.collect::<Result<_, _>>()?,
            continues: quote.continues_quote_id,
        }))
    }

    fn entity(&self, id: i32, entity: &pb::Entity) -> Result<EntityReading, InvalidReply> {
        let known = EntityKind::ALL.into_iter();
        let mentions = entity.mentions.iter().map(|mention| {
            let kind = match mention.r#type() {
                pb::MentionType::Name | pb::MentionType::Unspecified => MentionKind::Name,
                pb::MentionType::Nominal => MentionKind::Nominal,
                pb::MentionType::Pronoun => MentionKind::Pronoun,
            };
            Ok((self.place("mention", mention.span.as_ref())?, kind))
        });
        Ok(EntityReading {
            id,
            kind: known
                .into_iter()
                .find(|&kind| super::convert::entity_type(kind) == entity.r#type())
                .unwrap_or(EntityKind::Other),
            subtype: entity.subtype.clone(),
            name: entity.canonical_name.clone(),
            mentions: mentions.collect::<Result<_, _>>()?,
            links: entity.links.iter().map(|link| format!("{}:{}", link.catalog, link.id)).collect(),
            titles: entity.titles.clone(),
            value: entity.normalized_value.as_ref().map(value).unwrap_or_default(),
        })
    }
}

fn date(date: &pb::Date) -> String {
    let pb::Date { year, month, day } = date;
    match (month, day) {
        (0, _) => format!("{year:04}"),
        (_, 0) => format!("{year:04}-{month:02}"),
        (_, _) => format!("{year:04}-{month:02}-{day:02}"),
    }
}

fn value(value: &pb::entity::NormalizedValue) -> String {
    match value {
        pb::entity::NormalizedValue::TimeValue(time) => time.timex.clone(),
        pb::entity::NormalizedValue::MoneyValue(money) => {
            format!("{} {}", money.currency_code, money.amount).trim_start().to_owned()
        }
        pb::entity::NormalizedValue::NumberValue(number) => {
            format!("{} {}", number.value, number.unit).trim_end().to_owned()
        }
    }
}
