//! Requests parsed: what comes out of here is what the analyser takes, and every other request has an error
//! that names the field. It knows no status.
//!
//! Each message is taken apart field by field, so that a field added to the contract breaks the build here
//! and not a caller's expectations.

use super::pb;
use crate::annotate::{AnnotateError, AnnotationKind, Article, Limits, Options, Set};
use crate::entity::{CustomTerm, EntityKind, Terms};
use crate::language;
use crate::text::Part;
use crate::text::units::{Unit, char_count};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::fmt;

/// Longest `Article.id`, in characters.
const MAX_ID_CHARS: usize = 256;
/// Longest string in a [`pb::CustomTerm`] besides its text, in characters.
const MAX_TERM_PART_CHARS: usize = 256;
/// Most links of a [`pb::CustomTerm`].
const MAX_TERM_LINKS: usize = 16;
/// The years 1 to 9999, as `google.protobuf.Timestamp` has it.
const TIMESTAMP_SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// An article as the analyser takes it, with its identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnedArticle {
    pub(super) id: String,
    title: String,
    text: String,
    language: Option<&'static str>,
    published: Option<Date>,
}

impl OwnedArticle {
    pub(super) fn view(&self) -> Article<'_> {
        Article { title: &self.title, text: &self.text, language: self.language, published: self.published }
    }

    pub(super) const fn bytes(&self) -> usize {
        self.title.len() + self.text.len()
    }
}

/// What to look for and how to report it.
#[derive(Clone, Debug)]
pub(super) struct Wishes {
    kinds: Set<AnnotationKind>,
    entity_kinds: Set<EntityKind>,
    include_title: bool,
    min_confidence: f32,
    pub(super) terms: Option<Terms>,
    pub(super) unit: Unit,
    pub(super) include_text: bool,
}

impl Wishes {
    pub(super) fn options(&self) -> Options<'_> {
        Options {
            kinds: self.kinds,
            entity_kinds: self.entity_kinds,
            include_title: self.include_title,
            min_confidence: self.min_confidence,
            terms: self.terms.as_ref(),
        }
    }
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            kinds: Set::ALL,
            entity_kinds: Set::ALL,
            include_title: false,
            min_confidence: 0.0,
            terms: None,
            unit: Unit::Utf8,
            include_text: false,
        }
    }
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum InvalidRequest {
    /// There is no article.
    ArticleMissing,
    /// A string of the article is not UTF-8 from this byte on.
    NotUtf8 { field: &'static str, at: usize },
    /// Title or text is over its limit.
    TooLong { part: Part, max: usize, found: usize },
    /// No model serves the language.
    Language { code: String },
    /// Another field of the article is bad.
    Article { field: &'static str, problem: String },
    /// A field of the options is bad.
    Option { field: String, problem: String },
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ArticleMissing => write!(f, "article is not set"),
            Self::NotUtf8 { field, at } => write!(f, "{field} is not UTF-8 at byte {at}"),
            Self::TooLong { part, max, found } => {
                fmt::Display::fmt(&AnnotateError::TooLong { part: *part, max: *max, found: *found }, f)
            }
            Self::Language { code } => {
                write!(f, "article.language_code is {code:?}; only {:?} is served", language::ENGLISH)
            }
            Self::Article { field, problem } => write!(f, "{field} {problem}"),
            Self::Option { field, problem } => write!(f, "{field} {problem}"),
        }
    }
}

impl std::error::Error for InvalidRequest {}

impl InvalidRequest {
    /// The path of the field at fault.
    pub(super) fn field(&self) -> &str {
        match self {
            Self::ArticleMissing => "article",
            Self::TooLong { part: Part::Title, .. } => "article.title",
            Self::TooLong { part: Part::Text, .. } => "article.text",
            Self::Language { .. } => "article.language_code",
            Self::NotUtf8 { field, .. } | Self::Article { field, .. } => field,
            Self::Option { field, .. } => field,
        }
    }

    fn article(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Article { field, problem: problem.into() }
    }

    fn option(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Option { field: field.into(), problem: problem.into() }
    }
}

/// The article's identifier, as far as it can be sent back, to be read before anything can be wrong.
pub(super) fn article_id(article: Option<&pb::Article>) -> String {
    let id = article.and_then(|article| std::str::from_utf8(&article.id).ok()).unwrap_or_default();
    id.chars().take(MAX_ID_CHARS).collect()
}

/// Parses an article. Its length is for the analyser to judge.
pub(super) fn parse_article(article: Option<pb::Article>) -> Result<OwnedArticle, InvalidRequest> {
    let pb::Article { id, title, text, language_code, publish_time, time_zone, source_uri, authors } =
        article.ok_or(InvalidRequest::ArticleMissing)?;
    let id = utf8("article.id", id)?;
    if id.len() > MAX_ID_CHARS && char_count(&id) > MAX_ID_CHARS {
        let problem = format!("has {} characters; the limit is {MAX_ID_CHARS}", char_count(&id));
        return Err(InvalidRequest::article("article.id", problem));
    }
    // Never fetched, and no model reads them yet; but the contract says that they are UTF-8.
    utf8("article.source_uri", source_uri)?;
    for author in authors {
        utf8("article.authors", author)?;
    }
    let zone = parse_time_zone(&utf8("article.time_zone", time_zone)?)?;
    Ok(OwnedArticle {
        id,
        title: utf8("article.title", title)?,
        text: utf8("article.text", text)?,
        language: parse_language(&utf8("article.language_code", language_code)?)?,
        published: publish_time.map(|time| parse_publish_time(&time, &zone)).transpose()?,
    })
}

fn utf8(field: &'static str, bytes: Vec<u8>) -> Result<String, InvalidRequest> {
    String::from_utf8(bytes)
        .map_err(|error| InvalidRequest::NotUtf8 { field, at: error.utf8_error().valid_up_to() })
}

/// English in any of its forms is served as English.
fn parse_language(code: &str) -> Result<Option<&'static str>, InvalidRequest> {
    let primary = code.split(['-', '_']).next().unwrap_or_default();
    let subtags = || code.split(['-', '_']).all(|tag| (1..=8).contains(&tag.len()) && is_alphanumeric(tag));
    match () {
        () if code.is_empty() => Ok(None),
        () if primary.eq_ignore_ascii_case(language::ENGLISH) && subtags() => Ok(Some(language::ENGLISH)),
        () => Err(InvalidRequest::Language { code: shown(code) }),
    }
}

fn is_alphanumeric(tag: &str) -> bool {
    tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// From the time zones in the program, so that a machine without them, or with others, says the same.
fn parse_time_zone(name: &str) -> Result<TimeZone, InvalidRequest> {
    if name.is_empty() {
        return Ok(TimeZone::UTC);
    }
    TimeZoneDatabase::bundled().get(name).map_err(|_| {
        InvalidRequest::article(
            "article.time_zone",
            format!("is {:?}, which is no IANA time zone", shown(name)),
        )
    })
}

fn parse_publish_time(time: &pbjson_types::Timestamp, zone: &TimeZone) -> Result<Date, InvalidRequest> {
    let pbjson_types::Timestamp { seconds, nanos } = *time;
    let in_range = TIMESTAMP_SECONDS.contains(&seconds) && (0..1_000_000_000).contains(&nanos);
    let timestamp = in_range.then(|| Timestamp::new(seconds, nanos).ok()).flatten();
    timestamp.map(|timestamp| zone.to_datetime(timestamp).date()).ok_or_else(|| {
        let problem = format!("is out of range with {seconds} s and {nanos} ns");
        InvalidRequest::article("article.publish_time", problem)
    })
}

/// What a message may say of a value: enough to find it, and never a megabyte.
fn shown(value: &str) -> String {
    value.chars().take(64).collect()
}

/// Parses options and compiles their terms, which takes a while when there are thousands.
pub(super) fn parse_options(options: pb::AnnotateOptions, limits: &Limits) -> Result<Wishes, InvalidRequest> {
    let pb::AnnotateOptions {
        kinds,
        offset_encoding,
        min_confidence,
        include_text,
        include_title,
        entity_types,
        custom_terms,
    } = options;
    if !(0.0..=1.0).contains(&min_confidence) {
        let problem = format!("is {min_confidence}; it goes from 0 to 1");
        return Err(InvalidRequest::option("options.min_confidence", problem));
    }
    let kinds = kinds.into_iter().enumerate().map(|(index, number)| parse_kind(index, number));
    let entity_types = entity_types
        .into_iter()
        .enumerate()
        .map(|(index, number)| parse_entity_type(number, || format!("options.entity_types[{index}]")));
    Ok(Wishes {
        kinds: kinds.collect::<Result<_, _>>()?,
        entity_kinds: entity_types.collect::<Result<_, _>>()?,
        include_title,
        min_confidence,
        terms: parse_terms(custom_terms, limits)?,
        unit: parse_encoding(offset_encoding)?,
        include_text,
    })
}

fn parse_kind(index: usize, number: i32) -> Result<AnnotationKind, InvalidRequest> {
    match pb::AnnotationKind::try_from(number) {
        Ok(pb::AnnotationKind::Sentence) => Ok(AnnotationKind::Sentence),
        Ok(pb::AnnotationKind::Quote) => Ok(AnnotationKind::Quote),
        Ok(pb::AnnotationKind::Entity) => Ok(AnnotationKind::Entity),
        Ok(pb::AnnotationKind::Unspecified) | Err(_) => {
            let problem = format!("is {number}, which is no kind of annotation");
            Err(InvalidRequest::option(format!("options.kinds[{index}]"), problem))
        }
    }
}

fn parse_encoding(number: i32) -> Result<Unit, InvalidRequest> {
    match pb::OffsetEncoding::try_from(number) {
        Ok(pb::OffsetEncoding::Unspecified | pb::OffsetEncoding::Utf8) => Ok(Unit::Utf8),
        Ok(pb::OffsetEncoding::Utf16) => Ok(Unit::Utf16),
        Ok(pb::OffsetEncoding::Utf32) => Ok(Unit::Utf32),
        Err(_) => {
            let problem = format!("is {number}, which is no encoding");
            Err(InvalidRequest::option("options.offset_encoding", problem))
        }
    }
}

fn parse_entity_type(number: i32, field: impl FnOnce() -> String) -> Result<EntityKind, InvalidRequest> {
    EntityKind::ALL
        .into_iter()
        .find(|kind| i32::from(super::convert::entity_type(*kind)) == number)
        .ok_or_else(|| InvalidRequest::option(field(), format!("is {number}, which is no entity type")))
}

fn parse_terms(terms: Vec<pb::CustomTerm>, limits: &Limits) -> Result<Option<Terms>, InvalidRequest> {
    const FIELD: &str = "options.custom_terms";
    if terms.is_empty() {
        return Ok(None);
    }
    if terms.len() > limits.max_custom_terms {
        let problem = format!("has {} terms; the limit is {}", terms.len(), limits.max_custom_terms);
        return Err(InvalidRequest::option(FIELD, problem));
    }
    let terms = terms
        .into_iter()
        .enumerate()
        .map(|(index, term)| parse_term(&format!("{FIELD}[{index}]"), term))
        .collect::<Result<_, _>>()?;
    Terms::compile(terms).map(Some).map_err(|error| {
        let crate::entity::InvalidTerm { index, reason } = error;
        InvalidRequest::option(format!("{FIELD}[{index}].text"), reason)
    })
}

/// Parses one term; `field` is where it stands. Whether there is any text is for the compiler to judge.
pub(super) fn parse_term(field: &str, term: pb::CustomTerm) -> Result<CustomTerm, InvalidRequest> {
    let pb::CustomTerm { text, r#type, canonical_name, links, case_sensitive } = term;
    let bounded = |name: &str, value: String| {
        if value.len() > MAX_TERM_PART_CHARS && char_count(&value) > MAX_TERM_PART_CHARS {
            let problem = format!("has more than {MAX_TERM_PART_CHARS} characters");
            return Err(InvalidRequest::option(format!("{field}.{name}"), problem));
        }
        Ok(value)
    };
    if links.len() > MAX_TERM_LINKS {
        let problem = format!("has {} links; the limit is {MAX_TERM_LINKS}", links.len());
        return Err(InvalidRequest::option(format!("{field}.links"), problem));
    }
    let links = links
        .into_iter()
        .map(|pb::EntityLink { catalog, id }| Ok((bounded("links", catalog)?, bounded("links", id)?)))
        .collect::<Result<_, _>>()?;
    Ok(CustomTerm {
        text,
        kind: parse_entity_type(r#type, || format!("{field}.type"))?,
        canonical_name: bounded("canonical_name", canonical_name)?,
        links,
        case_sensitive,
    })
}
