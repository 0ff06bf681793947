//! Floor 4: quotations, direct, mixed and indirect, and who is quoted. It knows entities and sentences, and
//! nothing of how findings leave the program.

mod assemble;
mod bars;
mod beside;
pub(crate) mod calibration;
pub(crate) mod chain;
pub(crate) mod cue;
mod frames;
pub(crate) mod item;
pub(crate) mod judge;
pub(crate) mod lexicon;
pub(crate) mod line;
pub(crate) mod marks;
pub(crate) mod nested;
mod nominal;
pub(crate) mod page;
pub(crate) mod parts;
mod signature;
mod speaker;
pub(crate) mod tagger;
mod turns;
mod works;

use crate::entity::{Context, Entities};
use crate::model::ModelError;
use crate::text::{Checkpoint, Confidence, Span};
use assemble::AssembleScratch;
use beside::Beside;
use frames::Frames;
use lexicon::Lexicon;
use marks::{MarksScratch, Pairer, Stretch};
use nested::Nested;
use page::Page;
use speaker::Resolver;
use std::ops::{ControlFlow, Range};
use tagger::{Tagger, TaggerScratch};
use turns::Labels;

/// How words are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuoteKind {
    /// Word for word, all within quotation marks.
    Direct,
    /// Reported without quotation marks.
    Indirect,
    /// Reported partly within quotation marks.
    Mixed,
    /// Marked words that report nobody's speech.
    Term,
}

/// How a speaker was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Named beside the quote.
    Named,
    /// By a pronoun or noun phrase that was resolved.
    Reference,
    /// Carried on from the context.
    Context,
}

/// One person or body that is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The words that name the speaker at this place, titles included.
    pub mention: Option<Span>,
    /// Index into [`Entities::entities`].
    pub entity: Option<u32>,
    /// The best description where there is no entity: "a police spokesman".
    pub description: Option<Span>,
    /// How the speaker was found.
    pub method: Method,
    /// How sure it is that this is the speaker.
    pub confidence: Option<Confidence>,
}

/// One act of speech or writing. Ranges index the vectors of [`Quotes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// How the words are reported.
    pub kind: QuoteKind,
    /// From the first to the last character, outer marks included.
    pub span: Span,
    /// What is reported, marks included, in [`Quotes::spans`]; at least one.
    pub content: Range<u32>,
    /// The words between marks, marks excluded, in [`Quotes::spans`].
    pub quoted: Range<u32>,
    /// Who is quoted, in [`Quotes::speakers`].
    pub speakers: Range<u32>,
    /// The words that report the act.
    pub cue: Option<Span>,
    /// Index of the quote that this one stands inside of; smaller than its own.
    pub parent: Option<u32>,
    /// Index of the earlier quote that this one carries on; smaller than its own.
    pub continues: Option<u32>,
    /// How sure it is that somebody's words are reported here.
    pub confidence: Option<Confidence>,
}

/// All quotes of an article, in order of their span's start, the longer first.
#[derive(Clone, Debug, Default)]
pub struct Quotes {
    /// The quotes.
    pub quotes: Vec<Quote>,
    /// Content and quoted stretches of all quotes.
    pub spans: Vec<Span>,
    /// Speakers of all quotes.
    pub speakers: Vec<Speaker>,
    /// Whether a quotation mark was left without its partner.
    pub unbalanced: bool,
}

impl Quotes {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        let Self { quotes, spans, speakers, unbalanced } = self;
        quotes.clear();
        spans.clear();
        speakers.clear();
        *unbalanced = false;
    }

    /// What a quote reports.
    #[must_use]
    pub fn content_of(&self, quote: &Quote) -> &[Span] {
        &self.spans[quote.content.start as usize..quote.content.end as usize]
    }

    /// A quote's words between marks.
    #[must_use]
    pub fn quoted_of(&self, quote: &Quote) -> &[Span] {
        &self.spans[quote.quoted.start as usize..quote.quoted.end as usize]
    }

    /// Who is quoted.
    #[must_use]
    pub fn speakers_of(&self, quote: &Quote) -> &[Speaker] {
        &self.speakers[quote.speakers.start as usize..quote.speakers.end as usize]
    }
}

/// Finds quotes and their speakers. Immutable: share it.
#[derive(Clone, Debug)]
pub struct Attributor {
    pairer: Pairer,
    lexicon: Lexicon,
    labels: Labels,
    beside: Beside,
    frames: Frames,
    tagger: Tagger,
    resolver: Resolver,
}

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub struct AttributorScratch {
    marks: MarksScratch,
    stretches: Vec<Stretch>,
    inner: Vec<Stretch>,
    nested: Vec<Nested>,
    page: Page,
    tagger: TaggerScratch,
    assemble: AssembleScratch,
}

impl Attributor {
    /// What its models are called in their files.
    pub const KIND: [u8; 4] = tagger::HEADER.kind;

    /// The attributor that is built into the program.
    ///
    /// # Errors
    /// [`ModelError`] if the built-in model is unusable, which the tests rule out.
    pub fn builtin() -> Result<Self, ModelError> {
        Self::from_model(include_bytes!("../models/quote.bin"))
    }

    /// The attributor with a model of one's own.
    ///
    /// # Errors
    /// [`ModelError`] if the bytes are no quote model that this program can use.
    pub fn from_model(bytes: &[u8]) -> Result<Self, ModelError> {
        Ok(Self {
            pairer: Pairer::new(),
            lexicon: Lexicon::new(),
            labels: Labels::new(),
            beside: Beside::new(),
            frames: Frames::new(),
            tagger: Tagger::parse(bytes)?,
            resolver: Resolver::new(),
        })
    }

    /// Identifies the model in here.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.tagger.checksum()
    }

    /// Replaces `quotes` by those of the article.
    pub fn attribute(
        &self,
        context: &Context<'_>,
        entities: &Entities,
        checkpoint: &mut dyn Checkpoint,
        scratch: &mut AttributorScratch,
        quotes: &mut Quotes,
    ) -> ControlFlow<()> {
        let AttributorScratch { marks, stretches, inner, nested, page, tagger, assemble } = scratch;
        quotes.clear();
        quotes.unbalanced = self.pairer.pair(context, marks, stretches);
        nested::find(&self.pairer, &self.lexicon, context, stretches, marks, inner, nested);
        page.fill(&self.lexicon, context, entities, stretches);
        tagger.cues.clear();
        for sentence in &page.sentences {
            checkpoint.pass()?;
            let known = tagger.cues.len();
            self.tagger.find_cues(page, sentence, tagger);
            self.frames.settle(context, page, sentence, known, &mut tagger.cues);
        }
        self.tagger.find_parts(page, checkpoint, tagger)?;
        signature::find(context, page, tagger);
        self.labels.find(&self.lexicon, context, page, tagger);
        judge::settle(&self.tagger, page, checkpoint, tagger)?;
        self.beside.find(context, page, checkpoint, tagger)?;
        assemble::assemble(
            &assemble::Findings {
                context,
                entities,
                page,
                stretches,
                nested,
                found: tagger,
                tagger: &self.tagger,
            },
            &self.resolver,
            checkpoint,
            assemble,
            quotes,
        )
    }
}
