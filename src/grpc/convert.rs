//! The analyser's findings as messages of the contract. It knows no stream and no status.
//!
//! The command line prints these same messages, so that `annotate --format json` and a server say the same.

use super::offsets::{Offsets, wire};
use super::pb;
use crate::annotate::{
    Annotation, Article, EntityView, Finding, Header, Location, MentionView, QuoteView, SentenceView,
    SpeakerView, Summary, Warning,
};
use crate::entity::{EntityKind, MentionKind, MoneyValue, NumberValue, TimeValue, Value};
use crate::quote::{Method, QuoteKind};
use crate::text::Confidence;
use crate::text::units::Unit;
use jiff::civil::Date;
use std::time::Duration;

/// Largest message, as the contract has it.
pub const MAX_MESSAGE: usize = 256 * 1024;

/// Most bytes that the spans of one annotation take with their text. A quotation may cover the whole article
/// three times over (its span, its content, its words), and a message that a client refuses helps nobody.
const MAX_SPANS: usize = MAX_MESSAGE - 64 * 1024;

/// A span with its tags, its offsets and what hangs on it, without its text: at most.
const BARE_SPAN: usize = 24;

/// Converts the findings of one article.
#[derive(Clone, Debug)]
pub struct Converter<'a> {
    offsets: Offsets<'a>,
    include_text: bool,
    text_omitted: bool,
}

impl<'a> Converter<'a> {
    /// A converter for one article, in the caller's unit, with or without the covered text in each span.
    #[must_use]
    pub fn new(article: &Article<'a>, unit: Unit, include_text: bool) -> Self {
        Self { offsets: Offsets::new(article, unit), include_text, text_omitted: false }
    }

    /// The first part of the answer.
    #[must_use]
    pub fn header(&self, header: &Header<'_>, engine_revision: &str) -> pb::AnnotationHeader {
        let Header { language, language_confidence, reference_date, dateline } = *header;
        pb::AnnotationHeader {
            offset_encoding: self.offsets.encoding().into(),
            text_length: self.offsets.text_length(),
            title_length: self.offsets.title_length(),
            language_code: language.to_owned(),
            language_confidence: language_confidence.map(Confidence::as_f32),
            engine_revision: engine_revision.to_owned(),
            reference_date: reference_date.map(date),
            dateline: dateline.map(|dateline| pb::Dateline {
                span: Some(self.placer().place(&dateline.at)),
                place: dateline.place.to_owned(),
                date: dateline.date.map(date),
            }),
        }
    }

    /// One finding.
    #[must_use]
    pub fn annotation(&mut self, annotation: &Annotation<'_>) -> pb::Annotation {
        let Annotation { id, confidence, finding } = annotation;
        let too_large = self.include_text && size_of_spans(finding) > MAX_SPANS;
        self.text_omitted |= too_large;
        let placer = Placer { with_text: self.include_text && !too_large, ..self.placer() };
        pb::Annotation {
            id: wire(*id),
            confidence: confidence.map(Confidence::as_f32),
            value: Some(placer.value(finding)),
        }
    }

    /// The last part of the answer. Neither duration counts what sending took.
    #[must_use]
    pub fn summary(&self, summary: &Summary, processing: Duration, queue: Duration) -> pb::AnnotationSummary {
        let Summary { sentences, quotes, entities, unattributed_quotes: _, warnings } = summary;
        let mut warnings: Vec<pb::Warning> = warnings.iter().copied().map(warning).collect();
        if self.text_omitted {
            warnings.push(pb::Warning {
                code: "text-omitted".to_owned(),
                message: "an annotation covers so much that its spans are sent without text".to_owned(),
            });
        }
        pb::AnnotationSummary {
            sentence_count: wire(*sentences),
            quote_count: wire(*quotes),
            entity_count: wire(*entities),
            processing_duration: Some(duration(processing)),
            queue_duration: Some(duration(queue)),
            warnings,
        }
    }

    fn placer(&self) -> Placer<'_, 'a> {
        Placer { offsets: &self.offsets, with_text: self.include_text }
    }
}

/// Places the spans of one annotation, with their text or without.
#[derive(Clone, Copy)]
struct Placer<'c, 'a> {
    offsets: &'c Offsets<'a>,
    with_text: bool,
}

impl Placer<'_, '_> {
    fn value(self, finding: &Finding<'_>) -> pb::annotation::Value {
        match finding {
            Finding::Sentence(sentence) => pb::annotation::Value::Sentence(self.sentence(sentence)),
            Finding::Quote(quote) => pb::annotation::Value::Quote(self.quote(quote)),
            Finding::Entity(entity) => pb::annotation::Value::Entity(self.entity(entity)),
        }
    }

    fn place(self, at: &Location<'_>) -> pb::Span {
        let mut span = self.offsets.span(at);
        if self.with_text {
            at.text.clone_into(&mut span.text);
        }
        span
    }

    fn sentence(self, sentence: &SentenceView<'_>) -> pb::Sentence {
        let SentenceView { at, paragraph } = sentence;
        pb::Sentence { span: Some(self.place(at)), paragraph_index: wire(*paragraph) }
    }

    fn quote(self, quote: &QuoteView<'_>) -> pb::Quote {
        pb::Quote {
            r#type: quote_type(quote.kind()).into(),
            span: Some(self.place(&quote.at())),
            content_spans: quote.content().map(|at| self.place(&at)).collect(),
            quoted_spans: quote.quoted().map(|at| self.place(&at)).collect(),
            speakers: quote.speakers().map(|speaker| self.speaker(&speaker)).collect(),
            cue_span: quote.cue().map(|at| self.place(&at)),
            parent_quote_id: wire(quote.parent_id()),
            continues_quote_id: wire(quote.continues_id()),
        }
    }

    fn speaker(self, speaker: &SpeakerView<'_>) -> pb::Speaker {
        let SpeakerView { mention, entity_id, name, method, confidence } = speaker;
        pb::Speaker {
            mention_span: mention.map(|at| self.place(&at)),
            entity_id: wire(*entity_id),
            canonical_name: (*name).to_owned(),
            method: attribution_method(*method).into(),
            confidence: confidence.map(Confidence::as_f32),
        }
    }

    fn entity(self, entity: &EntityView<'_>) -> pb::Entity {
        pb::Entity {
            r#type: entity_type(entity.kind()).into(),
            subtype: entity.subtype().to_owned(),
            canonical_name: entity.name().to_owned(),
            mentions: entity.mentions().map(|mention| self.mention(&mention)).collect(),
            salience: entity.salience().map(Confidence::as_f32),
            links: entity
                .links()
                .iter()
                .map(|link| pb::EntityLink { catalog: link.catalog.to_string(), id: link.id.to_string() })
                .collect(),
            titles: entity.titles().map(str::to_owned).collect(),
            normalized_value: entity.value().map(normalized),
        }
    }

    fn mention(self, mention: &MentionView<'_>) -> pb::EntityMention {
        let MentionView { at, kind, confidence } = mention;
        pb::EntityMention {
            span: Some(self.place(at)),
            r#type: mention_type(*kind).into(),
            confidence: confidence.map(Confidence::as_f32),
        }
    }
}

/// Bytes that the spans of a finding take on the wire with their text, at most.
fn size_of_spans(finding: &Finding<'_>) -> usize {
    let bytes = |at: Location<'_>| at.text.len() + BARE_SPAN;
    match finding {
        Finding::Sentence(sentence) => bytes(sentence.at),
        Finding::Entity(entity) => entity.mentions().map(|mention| bytes(mention.at)).sum(),
        Finding::Quote(quote) => {
            let speakers: usize = quote.speakers().filter_map(|speaker| speaker.mention).map(bytes).sum();
            let words: usize = quote.content().chain(quote.quoted()).map(bytes).sum();
            bytes(quote.at()) + quote.cue().map_or(0, bytes) + words + speakers
        }
    }
}

fn normalized(value: Value) -> pb::entity::NormalizedValue {
    match value {
        Value::Time(TimeValue { timex, days }) => pb::entity::NormalizedValue::TimeValue(pb::TimeValue {
            timex: timex.as_str().to_owned(),
            first_date: days.map(|(first, _)| date(first)),
            last_date: days.map(|(_, last)| date(last)),
        }),
        Value::Money(MoneyValue { currency, amount }) => {
            let currency_code = currency.unwrap_or_default().to_owned();
            pb::entity::NormalizedValue::MoneyValue(pb::MoneyValue { currency_code, amount })
        }
        Value::Number(NumberValue { value, unit }) => {
            pb::entity::NormalizedValue::NumberValue(pb::NumberValue { value, unit: unit.to_owned() })
        }
    }
}

fn warning(warning: Warning) -> pb::Warning {
    pb::Warning { code: warning.code().to_owned(), message: warning.message().to_owned() }
}

fn date(date: Date) -> pb::Date {
    pb::Date { year: date.year().into(), month: date.month().into(), day: date.day().into() }
}

/// A length of time as the contract's message.
pub(super) fn duration(duration: Duration) -> pbjson_types::Duration {
    pbjson_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or_default(),
    }
}

const fn quote_type(kind: QuoteKind) -> pb::QuoteType {
    match kind {
        QuoteKind::Direct => pb::QuoteType::Direct,
        QuoteKind::Indirect => pb::QuoteType::Indirect,
        QuoteKind::Mixed => pb::QuoteType::Mixed,
        QuoteKind::Term => pb::QuoteType::Term,
    }
}

const fn attribution_method(method: Method) -> pb::AttributionMethod {
    match method {
        Method::Named => pb::AttributionMethod::Named,
        Method::Reference => pb::AttributionMethod::Reference,
        Method::Context => pb::AttributionMethod::Context,
    }
}

const fn mention_type(kind: MentionKind) -> pb::MentionType {
    match kind {
        MentionKind::Name => pb::MentionType::Name,
        MentionKind::Nominal => pb::MentionType::Nominal,
        MentionKind::Pronoun => pb::MentionType::Pronoun,
    }
}

/// The contract's number of a type.
pub(super) const fn entity_type(kind: EntityKind) -> pb::EntityType {
    match kind {
        EntityKind::Person => pb::EntityType::Person,
        EntityKind::Organization => pb::EntityType::Organization,
        EntityKind::Location => pb::EntityType::Location,
        EntityKind::Facility => pb::EntityType::Facility,
        EntityKind::Group => pb::EntityType::Group,
        EntityKind::Product => pb::EntityType::Product,
        EntityKind::Event => pb::EntityType::Event,
        EntityKind::Work => pb::EntityType::Work,
        EntityKind::Law => pb::EntityType::Law,
        EntityKind::Language => pb::EntityType::Language,
        EntityKind::Date => pb::EntityType::Date,
        EntityKind::Time => pb::EntityType::Time,
        EntityKind::Duration => pb::EntityType::Duration,
        EntityKind::Money => pb::EntityType::Money,
        EntityKind::Percent => pb::EntityType::Percent,
        EntityKind::Quantity => pb::EntityType::Quantity,
        EntityKind::Ordinal => pb::EntityType::Ordinal,
        EntityKind::Cardinal => pb::EntityType::Cardinal,
        EntityKind::Contact => pb::EntityType::Contact,
        EntityKind::Other => pb::EntityType::Other,
    }
}
