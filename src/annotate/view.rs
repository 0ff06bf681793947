//! Findings as a sink sees them: views into the annotator's buffers, placed in the title or the text. They
//! know bytes only; the edge converts them into the client's unit.

use super::{AnnotationKind, Options};
use crate::entity::{Entities, Entity, EntityKind, Link, MentionKind, Value};
use crate::quote::{Method, Quote, QuoteKind, Quotes};
use crate::text::{Confidence, Document, Part, Span};
use jiff::civil::Date;

/// A stretch of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// Which string of the article.
    pub part: Part,
    /// UTF-8 bytes of that string.
    pub span: Span,
    /// The covered text.
    pub text: &'a str,
}

/// What was understood of the request, before the first annotation.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    /// BCP-47 code; "und" when it could not be told.
    pub language: &'a str,
    /// How sure that is; absent if the caller gave the language.
    pub language_confidence: Option<Confidence>,
    /// The day that relative expressions of time are resolved against.
    pub reference_date: Option<Date>,
    /// The dateline.
    pub dateline: Option<DatelineView<'a>>,
}

/// The dateline of the article.
#[derive(Clone, Copy, Debug)]
pub struct DatelineView<'a> {
    /// Where it stands.
    pub at: Location<'a>,
    /// The place as written; may be empty.
    pub place: &'a str,
    /// The date, when it gives one.
    pub date: Option<Date>,
}

/// One finding.
#[derive(Clone, Copy, Debug)]
pub struct Annotation<'a> {
    /// 1 or more, ascending in the order sent.
    pub id: u32,
    /// How sure it is; absent when it is not estimated.
    pub confidence: Option<Confidence>,
    /// What was found.
    pub finding: Finding<'a>,
}

impl Annotation<'_> {
    /// The kind of the finding.
    #[must_use]
    pub const fn kind(&self) -> AnnotationKind {
        match self.finding {
            Finding::Sentence(_) => AnnotationKind::Sentence,
            Finding::Quote(_) => AnnotationKind::Quote,
            Finding::Entity(_) => AnnotationKind::Entity,
        }
    }
}

/// What was found.
#[derive(Clone, Copy, Debug)]
pub enum Finding<'a> {
    /// A sentence.
    Sentence(SentenceView<'a>),
    /// A quotation and who is quoted.
    Quote(QuoteView<'a>),
    /// Somebody or something, with every mention.
    Entity(EntityView<'a>),
}

/// A sentence.
#[derive(Clone, Copy, Debug)]
pub struct SentenceView<'a> {
    /// Where it stands.
    pub at: Location<'a>,
    /// Index of its paragraph, from 0 in each part.
    pub paragraph: u32,
}

/// The article that spans are placed in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) document: Document<'a>,
}

impl<'a> Frame<'a> {
    pub(super) fn locate(self, span: Span) -> Location<'a> {
        let (part, local) = self.document.locate(span);
        Location { part, span: local, text: span.of(self.document.text()) }
    }

    /// Whether the caller wants findings at this place.
    pub(super) fn shows(self, span: Span, options: &Options<'_>) -> bool {
        options.include_title || span.start() >= self.document.body().start()
    }
}

/// An entity.
#[derive(Clone, Copy, Debug)]
pub struct EntityView<'a> {
    frame: Frame<'a>,
    options: &'a Options<'a>,
    entities: &'a Entities,
    entity: &'a Entity,
}

/// One mention of an entity.
#[derive(Clone, Copy, Debug)]
pub struct MentionView<'a> {
    /// Where.
    pub at: Location<'a>,
    /// By what sort of words.
    pub kind: MentionKind,
    /// How sure it is.
    pub confidence: Option<Confidence>,
}

impl<'a> EntityView<'a> {
    pub(super) const fn new(
        frame: Frame<'a>,
        options: &'a Options<'a>,
        entities: &'a Entities,
        entity: &'a Entity,
    ) -> Self {
        Self { frame, options, entities, entity }
    }

    /// Coarse type.
    #[must_use]
    pub const fn kind(&self) -> EntityKind {
        self.entity.kind
    }

    /// Finer type; may be empty.
    #[must_use]
    pub fn subtype(&self) -> &'static str {
        self.entity.subtype.unwrap_or("")
    }

    /// Fullest name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.entity.name.of(self.frame.document.text())
    }

    /// The mentions that the caller wants to see, in order.
    pub fn mentions(&self) -> impl Iterator<Item = MentionView<'a>> + use<'a> {
        let (frame, options) = (self.frame, self.options);
        self.entities
            .mentions_of(self.entity)
            .iter()
            .filter(move |mention| frame.shows(mention.span, options) && options.keeps(mention.confidence))
            .map(move |mention| MentionView {
                at: frame.locate(mention.span),
                kind: mention.kind,
                confidence: mention.confidence,
            })
    }

    /// Titles and roles that the article gives.
    pub fn titles(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let text = self.frame.document.text();
        self.entities.titles_of(self.entity).iter().map(move |title| title.of(text))
    }

    /// Identifiers elsewhere, best first.
    #[must_use]
    pub fn links(&self) -> &'a [Link] {
        self.entities.links_of(self.entity)
    }

    /// Meaning of a time or quantity.
    #[must_use]
    pub const fn value(&self) -> Option<Value> {
        self.entity.value
    }

    /// Share of the article that is about it.
    #[must_use]
    pub const fn salience(&self) -> Option<Confidence> {
        self.entity.salience
    }
}

/// A quote.
#[derive(Clone, Copy, Debug)]
pub struct QuoteView<'a> {
    frame: Frame<'a>,
    quotes: &'a Quotes,
    quote: &'a Quote,
    entities: &'a Entities,
    entity_ids: &'a [u32],
    quote_ids: &'a [u32],
}

/// One speaker of a quote.
#[derive(Clone, Copy, Debug)]
pub struct SpeakerView<'a> {
    /// The words that name the speaker at this place.
    pub mention: Option<Location<'a>>,
    /// Id of the entity's annotation; 0 if none was sent.
    pub entity_id: u32,
    /// The fullest name or best description; empty when not resolved.
    pub name: &'a str,
    /// How the speaker was found.
    pub method: Method,
    /// How sure that is.
    pub confidence: Option<Confidence>,
}

impl<'a> QuoteView<'a> {
    pub(super) const fn new(
        frame: Frame<'a>,
        quotes: &'a Quotes,
        quote: &'a Quote,
        entities: &'a Entities,
        entity_ids: &'a [u32],
        quote_ids: &'a [u32],
    ) -> Self {
        Self { frame, quotes, quote, entities, entity_ids, quote_ids }
    }

    /// How the words are reported.
    #[must_use]
    pub const fn kind(&self) -> QuoteKind {
        self.quote.kind
    }

    /// From the first to the last character, marks included.
    #[must_use]
    pub fn at(&self) -> Location<'a> {
        self.frame.locate(self.quote.span)
    }

    /// What is reported, marks included, a stretch each.
    pub fn content(&self) -> impl Iterator<Item = Location<'a>> + use<'a> {
        let frame = self.frame;
        self.quotes.content_of(self.quote).iter().map(move |&span| frame.locate(span))
    }

    /// The words between marks.
    pub fn quoted(&self) -> impl Iterator<Item = Location<'a>> + use<'a> {
        let frame = self.frame;
        self.quotes.quoted_of(self.quote).iter().map(move |&span| frame.locate(span))
    }

    /// The words that report the act.
    #[must_use]
    pub fn cue(&self) -> Option<Location<'a>> {
        self.quote.cue.map(|cue| self.frame.locate(cue))
    }

    /// Id of the quote that this one stands inside of, or 0.
    #[must_use]
    pub fn parent_id(&self) -> u32 {
        self.quote.parent.map_or(0, |parent| self.quote_ids[parent as usize])
    }

    /// Id of the quote that this one carries on, or 0.
    #[must_use]
    pub fn continues_id(&self) -> u32 {
        self.quote.continues.map_or(0, |earlier| self.quote_ids[earlier as usize])
    }

    /// Who is quoted.
    pub fn speakers(&self) -> impl Iterator<Item = SpeakerView<'a>> + use<'a> {
        let Self { frame, quotes, quote, entities, entity_ids, .. } = *self;
        let text = frame.document.text();
        quotes.speakers_of(quote).iter().map(move |speaker| {
            let entity = speaker.entity.map(|index| &entities.entities[index as usize]);
            SpeakerView {
                mention: speaker.mention.map(|mention| frame.locate(mention)),
                entity_id: speaker.entity.map_or(0, |index| entity_ids[index as usize]),
                name: entity.map_or_else(
                    || speaker.description.map_or("", |span| span.of(text)),
                    |entity| entity.name.of(text),
                ),
                method: speaker.method,
                confidence: speaker.confidence,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Annotation, Finding};
    use crate::annotate::{AnnotationKind, Annotator, Article, Collector, Options, Scratch};

    /// The kind that filters go by is the kind of the value.
    #[test]
    fn kinds_are_told_by_their_values() {
        let article = Article { text: "“It rained,” said Ada Bell of Porto.", ..Article::default() };
        let mut seen = [0; 3];
        let mut sink = Collector(|annotation: &Annotation<'_>| {
            let (at, kind) = match annotation.finding {
                Finding::Sentence(_) => (0, AnnotationKind::Sentence),
                Finding::Quote(_) => (1, AnnotationKind::Quote),
                Finding::Entity(_) => (2, AnnotationKind::Entity),
            };
            assert_eq!(annotation.kind(), kind);
            seen[at] += 1;
        });
        let annotator = Annotator::builtin().unwrap();
        annotator.annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink).unwrap();
        assert_eq!(seen, [1, 1, 2]);
    }
}
