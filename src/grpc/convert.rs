//! The analyser's findings as messages of the contract, written as they will be sent: straight from the views into
//! the bytes, with no message built between them. It knows no stream and no status.
//!
//! The command line prints these same messages, so that `annotate --format json` and a server say the same.

use super::offsets::{Offsets, Place, wire};
use super::pb;
use super::protobuf::Writer;
use super::tags;
use crate::annotate::{
    Annotation, Article, DatelineView, EntityView, Finding, Header, Location, MentionView, QuoteView,
    SentenceView, SpeakerView, Summary,
};
use crate::entity::{EntityKind, MentionKind, MoneyValue, NumberValue, TimeValue, Value};
use crate::quote::{Method, QuoteKind};
use crate::text::Confidence;
use crate::text::units::Unit;
use jiff::civil::Date;
use std::time::Duration;

/// Largest message, as the contract has it.
pub(super) const MAX_MESSAGE: usize = 256 * 1024;

/// Most bytes that the spans of one annotation take with their text. A quotation may cover the whole article
/// three times over (its span, its content, its words), and a message that a client refuses helps nobody.
const MAX_SPANS: usize = MAX_MESSAGE - 64 * 1024;

/// A span with its tags, its offsets and what hangs on it, without its text: at most.
const BARE_SPAN: usize = 24;

/// Writes the findings of one article as parts of an `AnnotateResponse`.
#[derive(Clone, Debug)]
pub(super) struct Converter<'a> {
    offsets: Offsets<'a>,
    include_text: bool,
    text_omitted: bool,
}

impl<'a> Converter<'a> {
    /// A converter for one article, in the caller's unit, with or without the covered text in each span.
    pub(super) fn new(article: &Article<'a>, unit: Unit, include_text: bool) -> Self {
        Self { offsets: Offsets::new(article, unit), include_text, text_omitted: false }
    }

    /// The first part of the answer.
    pub(super) fn header(&self, out: &mut Writer, header: &Header<'_>, engine_revision: &str) {
        use tags::{annotate_response, annotation_header as tag};
        let Header { language, language_confidence, reference_date, dateline } = *header;
        out.message(annotate_response::HEADER, |out| {
            out.int32(tag::OFFSET_ENCODING, self.offsets.encoding().into());
            out.int32(tag::TEXT_LENGTH, self.offsets.text_length());
            out.int32(tag::TITLE_LENGTH, self.offsets.title_length());
            out.string(tag::LANGUAGE_CODE, language);
            confidence(out, tag::LANGUAGE_CONFIDENCE, language_confidence);
            out.string(tag::ENGINE_REVISION, engine_revision);
            date(out, tag::REFERENCE_DATE, reference_date);
            if let Some(dateline) = dateline {
                self.placer().dateline(out, tag::DATELINE, &dateline);
            }
        });
    }

    /// One finding.
    pub(super) fn annotation(&mut self, out: &mut Writer, annotation: &Annotation<'_>) {
        use tags::{annotate_response, annotation as tag};
        let Annotation { id, confidence: sureness, finding } = annotation;
        let too_large = self.include_text && size_of_spans(finding) > MAX_SPANS;
        self.text_omitted |= too_large;
        let placer = Placer { with_text: self.include_text && !too_large, ..self.placer() };
        out.message(annotate_response::ANNOTATIONS, |out| {
            out.int32(tag::ID, wire(*id));
            confidence(out, tag::CONFIDENCE, *sureness);
            match finding {
                Finding::Sentence(sentence) => placer.sentence(out, tag::SENTENCE, sentence),
                Finding::Quote(quote) => placer.quote(out, tag::QUOTE, quote),
                Finding::Entity(entity) => placer.entity(out, tag::ENTITY, entity),
            }
        });
    }

    /// The last part of the answer. Neither duration counts what sending took.
    pub(super) fn summary(&self, out: &mut Writer, summary: &Summary, processing: Duration, queue: Duration) {
        use tags::{annotate_response, annotation_summary as tag};
        let Summary { sentences, quotes, entities, unattributed_quotes: _, warnings } = summary;
        out.message(annotate_response::SUMMARY, |out| {
            out.int32(tag::SENTENCE_COUNT, wire(*sentences));
            out.int32(tag::QUOTE_COUNT, wire(*quotes));
            out.int32(tag::ENTITY_COUNT, wire(*entities));
            duration(out, tag::PROCESSING_DURATION, processing);
            duration(out, tag::QUEUE_DURATION, queue);
            for it in warnings {
                warning(out, tag::WARNINGS, it.code(), it.message());
            }
            if self.text_omitted {
                let message = "an annotation covers so much that its spans are sent without text";
                warning(out, tag::WARNINGS, "text-omitted", message);
            }
        });
    }

    fn placer(&self) -> Placer<'_, 'a> {
        Placer { offsets: &self.offsets, with_text: self.include_text }
    }
}

/// Writes one annotation, its spans with their text or without.
#[derive(Clone, Copy)]
struct Placer<'c, 'a> {
    offsets: &'c Offsets<'a>,
    with_text: bool,
}

impl Placer<'_, '_> {
    fn span(self, out: &mut Writer, field: u32, at: &Location<'_>) {
        use tags::span as tag;
        let Place { start, end, part } = self.offsets.place(at);
        out.message(field, |out| {
            out.int32(tag::START_OFFSET, start);
            out.int32(tag::END_OFFSET, end);
            out.int32(tag::PART, part.into());
            if self.with_text {
                out.string(tag::TEXT, at.text);
            }
        });
    }

    fn dateline(self, out: &mut Writer, field: u32, dateline: &DatelineView<'_>) {
        use tags::dateline as tag;
        let DatelineView { at, place, date: day } = dateline;
        out.message(field, |out| {
            self.span(out, tag::SPAN, at);
            out.string(tag::PLACE, place);
            date(out, tag::DATE, *day);
        });
    }

    fn sentence(self, out: &mut Writer, field: u32, sentence: &SentenceView<'_>) {
        use tags::sentence as tag;
        let SentenceView { at, paragraph } = sentence;
        out.message(field, |out| {
            self.span(out, tag::SPAN, at);
            out.int32(tag::PARAGRAPH_INDEX, wire(*paragraph));
        });
    }

    fn quote(self, out: &mut Writer, field: u32, quote: &QuoteView<'_>) {
        use tags::quote as tag;
        out.message(field, |out| {
            out.int32(tag::TYPE, quote_type(quote.kind()).into());
            self.span(out, tag::SPAN, &quote.at());
            quote.content().for_each(|at| self.span(out, tag::CONTENT_SPANS, &at));
            quote.quoted().for_each(|at| self.span(out, tag::QUOTED_SPANS, &at));
            quote.speakers().for_each(|speaker| self.speaker(out, tag::SPEAKERS, &speaker));
            if let Some(cue) = quote.cue() {
                self.span(out, tag::CUE_SPAN, &cue);
            }
            out.int32(tag::PARENT_QUOTE_ID, wire(quote.parent_id()));
            out.int32(tag::CONTINUES_QUOTE_ID, wire(quote.continues_id()));
        });
    }

    fn speaker(self, out: &mut Writer, field: u32, speaker: &SpeakerView<'_>) {
        use tags::speaker as tag;
        let SpeakerView { mention, entity_id, name, method, confidence: sureness } = speaker;
        out.message(field, |out| {
            if let Some(at) = mention {
                self.span(out, tag::MENTION_SPAN, at);
            }
            out.int32(tag::ENTITY_ID, wire(*entity_id));
            out.string(tag::CANONICAL_NAME, name);
            out.int32(tag::METHOD, attribution_method(*method).into());
            confidence(out, tag::CONFIDENCE, *sureness);
        });
    }

    fn entity(self, out: &mut Writer, field: u32, entity: &EntityView<'_>) {
        use tags::entity as tag;
        out.message(field, |out| {
            out.int32(tag::TYPE, entity_type(entity.kind()).into());
            out.string(tag::SUBTYPE, entity.subtype());
            out.string(tag::CANONICAL_NAME, entity.name());
            entity.mentions().for_each(|mention| self.mention(out, tag::MENTIONS, &mention));
            confidence(out, tag::SALIENCE, entity.salience());
            for link in entity.links() {
                out.message(tag::LINKS, |out| {
                    out.string(tags::entity_link::CATALOG, &link.catalog);
                    out.string(tags::entity_link::ID, &link.id);
                });
            }
            entity.titles().for_each(|title| out.one_string(tag::TITLES, title));
            if let Some(value) = entity.value() {
                normalized(out, &value);
            }
        });
    }

    fn mention(self, out: &mut Writer, field: u32, mention: &MentionView<'_>) {
        use tags::entity_mention as tag;
        let MentionView { at, kind, confidence: sureness } = mention;
        out.message(field, |out| {
            self.span(out, tag::SPAN, at);
            out.int32(tag::TYPE, mention_type(*kind).into());
            confidence(out, tag::CONFIDENCE, *sureness);
        });
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

fn normalized(out: &mut Writer, value: &Value) {
    use tags::{entity, money_value, number_value, time_value};
    match value {
        Value::Time(TimeValue { timex, days }) => out.message(entity::TIME_VALUE, |out| {
            out.string(time_value::TIMEX, timex.as_str());
            date(out, time_value::FIRST_DATE, days.map(|(first, _)| first));
            date(out, time_value::LAST_DATE, days.map(|(_, last)| last));
        }),
        Value::Money(MoneyValue { currency, amount }) => out.message(entity::MONEY_VALUE, |out| {
            out.string(money_value::CURRENCY_CODE, currency.unwrap_or_default());
            out.double(money_value::AMOUNT, *amount);
        }),
        Value::Number(NumberValue { value, unit }) => out.message(entity::NUMBER_VALUE, |out| {
            out.double(number_value::VALUE, *value);
            out.string(number_value::UNIT, unit);
        }),
    }
}

fn confidence(out: &mut Writer, field: u32, confidence: Option<Confidence>) {
    out.optional_float(field, confidence.map(Confidence::as_f32));
}

fn warning(out: &mut Writer, field: u32, code: &str, message: &str) {
    out.message(field, |out| {
        out.string(tags::warning::CODE, code);
        out.string(tags::warning::MESSAGE, message);
    });
}

fn date(out: &mut Writer, field: u32, date: Option<Date>) {
    use tags::date as tag;
    if let Some(date) = date {
        out.message(field, |out| {
            out.int32(tag::YEAR, date.year().into());
            out.int32(tag::MONTH, date.month().into());
            out.int32(tag::DAY, date.day().into());
        });
    }
}

/// A `google.protobuf.Duration`, whose fields are 1 and 2.
fn duration(out: &mut Writer, field: u32, duration: Duration) {
    out.message(field, |out| {
        out.int64(1, i64::try_from(duration.as_secs()).unwrap_or(i64::MAX));
        out.int32(2, i32::try_from(duration.subsec_nanos()).unwrap_or_default());
    });
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

#[cfg(test)]
mod tests;
