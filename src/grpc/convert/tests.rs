//! The writer against prost: for whatever is found, in every unit, with and without text, its bytes are those that
//! prost makes of the message built field by field.

use super::*;
use crate::annotate::{Annotator, Options, Scratch, Sink, Warning};
use crate::entity::{CustomTerm, Terms};
use crate::text::Checkpoint;
use prost::Message as _;
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// The same findings as messages of prost: what the writer's bytes are held against. Every field of every message
/// stands here, so that one added to the contract breaks this build until somebody has thought of it.
struct Built<'a> {
    offsets: Offsets<'a>,
    include_text: bool,
    text_omitted: bool,
}

impl<'a> Built<'a> {
    fn new(article: &Article<'a>, unit: Unit, include_text: bool) -> Self {
        Self { offsets: Offsets::new(article, unit), include_text, text_omitted: false }
    }

    fn header(&self, header: &Header<'_>, engine_revision: &str) -> pb::AnnotationHeader {
        let Header { language, language_confidence, reference_date, dateline } = *header;
        pb::AnnotationHeader {
            offset_encoding: self.offsets.encoding().into(),
            text_length: self.offsets.text_length(),
            title_length: self.offsets.title_length(),
            language_code: language.to_owned(),
            language_confidence: language_confidence.map(Confidence::as_f32),
            engine_revision: engine_revision.to_owned(),
            reference_date: reference_date.map(day),
            dateline: dateline.map(|dateline| pb::Dateline {
                span: Some(self.placer().place(&dateline.at)),
                place: dateline.place.to_owned(),
                date: dateline.date.map(day),
            }),
        }
    }

    fn annotation(&mut self, annotation: &Annotation<'_>) -> pb::Annotation {
        let Annotation { id, confidence, finding } = annotation;
        let too_large = self.include_text && size_of_spans(finding) > MAX_SPANS;
        self.text_omitted |= too_large;
        let placer = Spans { with_text: self.include_text && !too_large, ..self.placer() };
        pb::Annotation {
            id: wire(*id),
            confidence: confidence.map(Confidence::as_f32),
            value: Some(placer.value(finding)),
        }
    }

    fn summary(&self, summary: &Summary, processing: Duration, queue: Duration) -> pb::AnnotationSummary {
        let Summary { sentences, quotes, entities, unattributed_quotes: _, warnings } = summary;
        let mut warnings: Vec<pb::Warning> = warnings.iter().copied().map(told).collect();
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
            processing_duration: Some(length(processing)),
            queue_duration: Some(length(queue)),
            warnings,
        }
    }

    fn placer(&self) -> Spans<'_, 'a> {
        Spans { offsets: &self.offsets, with_text: self.include_text }
    }
}

/// Places the spans of one annotation, with their text or without.
#[derive(Clone, Copy)]
struct Spans<'c, 'a> {
    offsets: &'c Offsets<'a>,
    with_text: bool,
}

impl Spans<'_, '_> {
    fn value(self, finding: &Finding<'_>) -> pb::annotation::Value {
        match finding {
            Finding::Sentence(sentence) => pb::annotation::Value::Sentence(self.sentence(sentence)),
            Finding::Quote(quote) => pb::annotation::Value::Quote(self.quote(quote)),
            Finding::Entity(entity) => pb::annotation::Value::Entity(self.entity(entity)),
        }
    }

    fn place(self, at: &Location<'_>) -> pb::Span {
        let Place { start, end, part } = self.offsets.place(at);
        let text = if self.with_text { at.text.to_owned() } else { String::new() };
        pb::Span { start_offset: start, end_offset: end, part: part.into(), text }
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
            normalized_value: entity.value().map(meaning),
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

fn meaning(value: Value) -> pb::entity::NormalizedValue {
    match value {
        Value::Time(TimeValue { timex, days }) => pb::entity::NormalizedValue::TimeValue(pb::TimeValue {
            timex: timex.as_str().to_owned(),
            first_date: days.map(|(first, _)| day(first)),
            last_date: days.map(|(_, last)| day(last)),
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

fn told(warning: Warning) -> pb::Warning {
    pb::Warning { code: warning.code().to_owned(), message: warning.message().to_owned() }
}

fn day(date: Date) -> pb::Date {
    pb::Date { year: date.year().into(), month: date.month().into(), day: date.day().into() }
}

fn length(duration: Duration) -> pbjson_types::Duration {
    pbjson_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or_default(),
    }
}

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| Annotator::builtin().unwrap());

/// Takes what is found twice over, and compares at each step.
struct Both<'a> {
    ours: Converter<'a>,
    theirs: Built<'a>,
    bytes: Writer,
    built: pb::AnnotateResponse,
}

impl Both<'_> {
    #[track_caller]
    fn compare(&self) {
        let read = pb::AnnotateResponse::decode(self.bytes.as_bytes()).unwrap();
        assert_eq!(read, self.built);
        assert_eq!(self.bytes.as_bytes(), self.built.encode_to_vec(), "equal messages, but other bytes");
    }
}

impl Checkpoint for Both<'_> {
    fn pass(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Sink for Both<'_> {
    fn header(&mut self, header: &Header<'_>) -> ControlFlow<()> {
        self.ours.header(&mut self.bytes, header, "revision");
        self.built.header = Some(self.theirs.header(header, "revision"));
        ControlFlow::Continue(())
    }

    fn annotation(&mut self, annotation: &Annotation<'_>) -> ControlFlow<()> {
        self.ours.annotation(&mut self.bytes, annotation);
        self.built.annotations.push(self.theirs.annotation(annotation));
        ControlFlow::Continue(())
    }
}

/// Writes the answer both ways, compares, and returns it.
fn check(article: &Article<'_>, options: &Options<'_>, unit: Unit, with_text: bool) -> pb::AnnotateResponse {
    let (ours, theirs) = (Converter::new(article, unit, with_text), Built::new(article, unit, with_text));
    let mut both = Both { ours, theirs, bytes: Writer::default(), built: pb::AnnotateResponse::default() };
    let summary = ANNOTATOR.annotate(article, options, &mut Scratch::default(), &mut both).unwrap();
    for (worked, queued) in [(0, 0), (1, 999_999_999), (7_000_000_001, u64::MAX)] {
        let (worked, queued) = (Duration::from_nanos(worked), Duration::from_nanos(queued));
        let mut bytes = Writer::default();
        both.ours.summary(&mut bytes, &summary, worked, queued);
        let summary = Some(both.theirs.summary(&summary, worked, queued));
        let built = pb::AnnotateResponse { summary, ..pb::AnnotateResponse::default() };
        assert_eq!(bytes.as_bytes(), built.encode_to_vec());
    }
    both.compare();
    both.built
}

/// With something in it for every field that an answer can have.
const FULL: &str = "LISBON, May 6 (Reuters) – “The harbour is open – again,” Mayor Ana Sol told the Harbour Trust in \
    Germany on Monday at 5 p.m. 😀 “It was ‘a long year’,” she said, “and we paid.”\n\n“We paid with 3 percent of the \
    $5 million, or 12 kilometres of quay.\n\n“And it rained for two days,” the mayor said. She had said that it would \
    be ready. The so-called “grand plan” cost five billion, said a spokesman for Zürich’s Acme Corp.\n\n“Nobody knows \
    why.” Write to ana@example.org. The first ship, Mayor Sol said, comes in June 2024. <p>";

fn terms() -> Terms {
    let links = vec![("wikidata".to_owned(), "Q1".to_owned()), ("own".to_owned(), String::new())];
    Terms::compile(vec![CustomTerm {
        text: "grand plan".to_owned(),
        kind: EntityKind::Work,
        canonical_name: "The Grand Plan".to_owned(),
        links,
        case_sensitive: false,
    }])
    .unwrap()
}

const UNITS: [Unit; 3] = [Unit::Utf8, Unit::Utf16, Unit::Utf32];

#[test]
fn every_field_of_an_answer_is_written_as_prost_writes_it() {
    let terms = terms();
    let published = Some(Date::constant(2023, 5, 6));
    let mut seen = String::new();
    for (title, language, published) in
        [("Mayor Ana Sol opens a harbour in Zürich", Some("en"), published), ("", None, None)]
    {
        for unit in UNITS {
            for (with_text, include_title) in [(false, false), (true, true)] {
                let options = Options { include_title, terms: Some(&terms), ..Options::default() };
                let article = Article { title, text: FULL, language, published };
                let answer = check(&article, &options, unit, with_text);
                seen.push_str(&serde_json::to_string(&answer).unwrap());
            }
        }
    }
    // What is compared must be there: every field of the answer is set somewhere.
    let fields = [
        "offsetEncoding",
        "textLength",
        "titleLength",
        "languageCode",
        "languageConfidence",
        "engineRevision",
        "referenceDate",
        "dateline",
        "place",
        "startOffset",
        "endOffset",
        "part",
        "paragraphIndex",
        "contentSpans",
        "quotedSpans",
        "speakers",
        "cueSpan",
        "parentQuoteId",
        "continuesQuoteId",
        "mentionSpan",
        "entityId",
        "method",
        "subtype",
        "canonicalName",
        "mentions",
        "salience",
        "links",
        "catalog",
        "titles",
        "timeValue",
        "timex",
        "firstDate",
        "lastDate",
        "moneyValue",
        "currencyCode",
        "amount",
        "numberValue",
        "unit",
        "confidence",
        "ARTICLE_PART_TITLE",
        "QUOTE_TYPE_DIRECT",
        "QUOTE_TYPE_INDIRECT",
        "QUOTE_TYPE_TERM",
        "ATTRIBUTION_METHOD_NAMED",
        "ATTRIBUTION_METHOD_REFERENCE",
    ];
    let missing: Vec<_> =
        fields.into_iter().filter(|field| !seen.contains(&format!("\"{field}\""))).collect();
    assert!(missing.is_empty(), "the article has nothing for {missing:?}");
}

#[test]
fn a_quotation_that_covers_too_much_is_written_without_its_text() {
    let text = format!("“It rained {}all day,” said Ada Lovelace.", "and rained ".repeat(8_000));
    let article = Article { text: &text, language: Some("en"), ..Article::default() };
    let answer = check(&article, &Options::default(), Unit::Utf16, true);
    assert!(answer.encoded_len() < MAX_MESSAGE, "{} bytes", answer.encoded_len());
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_is_found_is_written_as_prost_writes_it(
            title in "[A-Z][a-zé😀 ]{0,40}",
            parts in prop::collection::vec(prop::sample::select(FULL.split_inclusive(' ').collect::<Vec<_>>()), 0..120),
            unit in prop::sample::select(&UNITS),
            (with_text, include_title) in any::<(bool, bool)>(),
        ) {
            let text = parts.concat();
            let options = Options { include_title, ..Options::default() };
            check(&Article { title: &title, text: &text, ..Article::default() }, &options, unit, with_text);
        }
    }
}
