//! Floor 5: the library's public face. An [`Annotator`] reads an article and pushes what it finds into a
//! [`Sink`]. It knows no wire, clock, environment or file.
//!
//! ```
//! use glossator::annotate::{Annotator, Article, Collector, Finding, Options, Scratch};
//!
//! let annotator = Annotator::builtin()?;
//! let mut scratch = Scratch::default();
//! let mut sentences = Vec::new();
//! let article = Article { text: "Rain fell. Nobody minded.", ..Article::default() };
//! let mut sink = Collector(|annotation: &glossator::annotate::Annotation<'_>| {
//!     if let Finding::Sentence(sentence) = annotation.finding {
//!         sentences.push(sentence.at.text.to_owned());
//!     }
//! });
//! annotator.annotate(&article, &Options::default(), &mut scratch, &mut sink)?;
//! assert_eq!(sentences, ["Rain fell.", "Nobody minded."]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod options;
mod repeat;
mod view;

pub use error::{AnnotateError, Warning};
pub use options::{AnnotationKind, Limits, Options, Set};
pub use view::{
    Annotation, DatelineView, EntityView, Finding, Header, Location, MentionView, QuoteView, SentenceView,
    SpeakerView,
};

use crate::dateline;
use crate::entity::{Context, Entities, Recognizer, RecognizerScratch, Terms};
use crate::language;
use crate::model::ModelError;
use crate::quote::{Attributor, AttributorScratch, Quotes};
use crate::sentence::{self, Segmenter, Sentence};
use crate::text::units::char_count;
use crate::text::{Checkpoint, Confidence, DocumentBuffer, Part, Span};
use crate::token::{self, Token};
use jiff::civil::Date;
use std::ops::ControlFlow;
use std::sync::Arc;
use view::Frame;

/// A news article.
#[derive(Clone, Copy, Debug, Default)]
pub struct Article<'a> {
    /// The headline; context, and annotated itself only with [`Options::include_title`].
    pub title: &'a str,
    /// The body, plain text.
    pub text: &'a str,
    /// BCP-47 code of the language if the caller gave one; else it is detected.
    pub language: Option<&'a str>,
    /// The day of publication, in the article's own time zone.
    pub published: Option<Date>,
}

/// Takes what an [`Annotator`] finds, and can say stop. Long work asks its [`Checkpoint`] at least once a
/// sentence.
pub trait Sink: Checkpoint {
    /// Called once, before the first annotation.
    fn header(&mut self, header: &Header<'_>) -> ControlFlow<()>;

    /// Called for each annotation, in the order that the contract promises.
    fn annotation(&mut self, annotation: &Annotation<'_>) -> ControlFlow<()>;
}

/// The sink that hands every annotation to a closure and never says stop.
#[derive(Debug)]
pub struct Collector<F>(pub F);

impl<F: FnMut(&Annotation<'_>)> Checkpoint for Collector<F> {
    fn pass(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl<F: FnMut(&Annotation<'_>)> Sink for Collector<F> {
    fn header(&mut self, _: &Header<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn annotation(&mut self, annotation: &Annotation<'_>) -> ControlFlow<()> {
        (self.0)(annotation);
        ControlFlow::Continue(())
    }
}

/// What was found, in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sentences handed to the sink.
    pub sentences: u32,
    /// Quotes handed to the sink.
    pub quotes: u32,
    /// Entities handed to the sink.
    pub entities: u32,
    /// Quotes handed to the sink, other than terms, for which no speaker was found.
    pub unattributed_quotes: u32,
    /// Things worth knowing although the answer is complete.
    pub warnings: Vec<Warning>,
}

/// Finds sentences, quotes and entities. Immutable: share one behind an [`Arc`] among any number of
/// threads, each with its own [`Scratch`].
#[derive(Clone, Debug)]
pub struct Annotator {
    segmenter: Segmenter,
    recognizer: Recognizer,
    attributor: Attributor,
    terms: Option<Arc<Terms>>,
    limits: Limits,
    /// Of code, lists and models.
    own_revision: String,
    /// The same with that of the terms.
    revision: String,
}

/// Every buffer that annotating needs. Cleared by each article and never freed.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    document: DocumentBuffer,
    sentences: Vec<Sentence>,
    tokens: Vec<Token>,
    recognizer: RecognizerScratch,
    entities: Entities,
    attributor: AttributorScratch,
    quotes: Quotes,
    entity_ids: Vec<u32>,
    quote_ids: Vec<u32>,
}

impl Annotator {
    /// The annotator with the models that are built into the program.
    ///
    /// # Errors
    /// [`ModelError`] if a built-in model is unusable, which the tests rule out.
    pub fn builtin() -> Result<Self, ModelError> {
        Ok(Self::new(Segmenter::builtin()?, Recognizer::builtin()?, Attributor::builtin()?))
    }

    /// An annotator of the given parts.
    #[must_use]
    pub fn new(segmenter: Segmenter, recognizer: Recognizer, attributor: Attributor) -> Self {
        let parts = [segmenter.revision(), recognizer.revision(), attributor.revision()];
        let models = parts.into_iter().fold(0, crate::lexicon::combine);
        // GLOSSATOR_RULES is the fingerprint of code and lists that the build script takes.
        let own_revision =
            format!("{}+{}-{:08x}", env!("CARGO_PKG_VERSION"), env!("GLOSSATOR_RULES"), models >> 32);
        let revision = own_revision.clone();
        Self {
            segmenter,
            recognizer,
            attributor,
            terms: None,
            limits: Limits::default(),
            own_revision,
            revision,
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same with names that every article is searched for, after the request's own.
    #[must_use]
    pub fn with_terms(self, terms: Option<Arc<Terms>>) -> Self {
        let own = &self.own_revision;
        let revision = match &terms {
            Some(terms) => format!("{own}-{:08x}", terms.revision() >> 32),
            None => own.clone(),
        };
        Self { terms, revision, ..self }
    }

    /// The limits in force.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Identifies everything that shapes annotations: code, models, word lists, terms that hold for every
    /// article.
    #[must_use]
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// Checks an article against the limits without annotating it.
    ///
    /// # Errors
    /// [`AnnotateError::TooLong`].
    pub fn check(&self, article: &Article<'_>) -> Result<(), AnnotateError> {
        let check = |part, text: &str, max: usize| {
            // A text of no more bytes has no more characters.
            let found = if text.len() <= max { 0 } else { char_count(text) };
            if found > max { Err(AnnotateError::TooLong { part, max, found }) } else { Ok(()) }
        };
        check(Part::Title, article.title, self.limits.max_title_chars)?;
        check(Part::Text, article.text, self.limits.max_text_chars)
    }

    /// Annotates one article: header first, then each annotation.
    ///
    /// # Errors
    /// [`AnnotateError::TooLong`] before any work; [`AnnotateError::Stopped`] when the sink said stop.
    pub fn annotate(
        &self,
        article: &Article<'_>,
        options: &Options<'_>,
        scratch: &mut Scratch,
        sink: &mut dyn Sink,
    ) -> Result<Summary, AnnotateError> {
        self.check(article)?;
        match self.run(article, options, scratch, sink) {
            ControlFlow::Continue(summary) => Ok(summary),
            ControlFlow::Break(()) => Err(AnnotateError::Stopped),
        }
    }

    fn run(
        &self,
        article: &Article<'_>,
        options: &Options<'_>,
        scratch: &mut Scratch,
        sink: &mut dyn Sink,
    ) -> ControlFlow<(), Summary> {
        let document = scratch.document.fill(article.title, article.text);
        let detected = article.language.is_none().then(|| language::detect(article.text));
        let language = article.language.or(detected.map(|found| found.code)).unwrap_or(language::ENGLISH);
        let dateline = dateline::find(document, article.published);
        let reference_date = article.published.or(dateline.and_then(|dateline| dateline.date));
        let frame = Frame { document };
        sink.header(&Header {
            language,
            language_confidence: detected.map(|d| d.confidence),
            reference_date,
            dateline: dateline.map(|found| DatelineView {
                at: frame.locate(found.span),
                place: found.place.map_or("", |place| place.of(document.text())),
                date: found.date,
            }),
        })?;

        let wants = |kind| options.kinds.contains(kind);
        let dateline = dateline.map(|dateline| dateline.span);
        if language::is_served(language) {
            self.segmenter.segment(document, dateline, sink, &mut scratch.sentences)?;
        } else {
            sentence::segment_by_unicode(document, dateline, sink, &mut scratch.sentences)?;
        }
        let mut emitter = Emitter { frame, options, sink, next_id: 1, summary: Summary::default() };
        if wants(AnnotationKind::Sentence) {
            emitter.sentences(&scratch.sentences)?;
        }
        if wants(AnnotationKind::Entity) || wants(AnnotationKind::Quote) {
            scratch.tokens.clear();
            token::tokenize(document.text(), Span::of_bytes(0, document.text().len()), &mut scratch.tokens);
            let terms: Vec<&Terms> = options.terms.into_iter().chain(self.terms.as_deref()).collect();
            let context = Context {
                document,
                tokens: &scratch.tokens,
                sentences: &scratch.sentences,
                dateline,
                reference_date,
                terms: &terms,
            };
            self.recognizer.recognize(
                &context,
                &mut *emitter.sink,
                &mut scratch.recognizer,
                &mut scratch.entities,
            )?;
            emitter.entities(&scratch.entities, &mut scratch.entity_ids)?;
            if wants(AnnotationKind::Quote) {
                self.attributor.attribute(
                    &context,
                    &scratch.entities,
                    &mut *emitter.sink,
                    &mut scratch.attributor,
                    &mut scratch.quotes,
                )?;
                emitter.quotes(
                    &scratch.quotes,
                    &scratch.entities,
                    &scratch.entity_ids,
                    &mut scratch.quote_ids,
                )?;
            }
        }
        let mut summary = emitter.summary;
        let unbalanced = wants(AnnotationKind::Quote) && scratch.quotes.unbalanced;
        let truncated = wants(AnnotationKind::Entity) && scratch.entities.truncated;
        summary.warnings = error::warnings(article.text, detected, unbalanced, truncated);
        ControlFlow::Continue(summary)
    }
}

/// Numbers findings, filters them and hands them to the sink.
struct Emitter<'a, 's> {
    frame: Frame<'a>,
    options: &'a Options<'a>,
    sink: &'s mut dyn Sink,
    next_id: u32,
    summary: Summary,
}

impl Emitter<'_, '_> {
    fn sentences(&mut self, sentences: &[Sentence]) -> ControlFlow<()> {
        for sentence in sentences {
            if !self.frame.shows(sentence.span, self.options) {
                continue;
            }
            let at = self.frame.locate(sentence.span);
            let paragraph = self.frame.document.paragraphs()[sentence.paragraph as usize].index;
            self.emit(None, Finding::Sentence(SentenceView { at, paragraph }))?;
            self.summary.sentences += 1;
        }
        ControlFlow::Continue(())
    }

    /// Fills `ids` with the id of each entity, or 0 for those that are not sent.
    fn entities(&mut self, entities: &Entities, ids: &mut Vec<u32>) -> ControlFlow<()> {
        ids.clear();
        ids.resize(entities.entities.len(), 0);
        if !self.options.kinds.contains(AnnotationKind::Entity) {
            return ControlFlow::Continue(());
        }
        // The first mention that is shown decides the order: one in the title may be hidden.
        let mut shown = Vec::with_capacity(entities.entities.len());
        for (index, entity) in entities.entities.iter().enumerate() {
            let wanted = self.options.entity_kinds.contains(entity.kind) && self.keeps(entity.confidence);
            let view = EntityView::new(self.frame, self.options, entities, entity);
            if let Some(first) = view.mentions().next().filter(|_| wanted) {
                let Location { part, span, .. } = first.at;
                shown.push((part, span.start(), std::cmp::Reverse(span.end()), index));
            }
        }
        shown.sort_unstable();
        for (.., index) in shown {
            let entity = &entities.entities[index];
            let view = EntityView::new(self.frame, self.options, entities, entity);
            ids[index] = self.next_id;
            self.emit(entity.confidence, Finding::Entity(view))?;
            self.summary.entities += 1;
        }
        ControlFlow::Continue(())
    }

    fn quotes(
        &mut self,
        quotes: &Quotes,
        entities: &Entities,
        entity_ids: &[u32],
        ids: &mut Vec<u32>,
    ) -> ControlFlow<()> {
        ids.clear();
        for quote in &quotes.quotes {
            if !self.frame.shows(quote.span, self.options) || !self.keeps(quote.confidence) {
                ids.push(0);
                continue;
            }
            let view = QuoteView::new(self.frame, quotes, quote, entities, entity_ids, ids);
            let unattributed = quote.speakers.is_empty() && quote.kind != crate::quote::QuoteKind::Term;
            let id = self.next_id;
            self.emit(quote.confidence, Finding::Quote(view))?;
            ids.push(id);
            self.summary.quotes += 1;
            self.summary.unattributed_quotes += u32::from(unattributed);
        }
        ControlFlow::Continue(())
    }

    fn keeps(&self, confidence: Option<Confidence>) -> bool {
        self.options.keeps(confidence)
    }

    fn emit(&mut self, confidence: Option<Confidence>, finding: Finding<'_>) -> ControlFlow<()> {
        let annotation = Annotation { id: self.next_id, confidence, finding };
        self.next_id += 1;
        self.sink.annotation(&annotation)
    }
}
