//! Floor 3: entities and the places where they are mentioned. It knows sentences and words, and no
//! quotation.
//!
//! Finders propose mentions (`tagger` learned names, `temporal` and `numeric` rules, `contact` rules,
//! `terms` of the caller); [`Recognizer::recognize`] lets them compete for the text, `echo` finds again what the
//! article has made known, `currency` settles whose dollars are meant, and `identity` joins what is left into entities.

mod compete;
pub mod contact;
mod currency;
mod echo;
mod gazetteer;
mod identity;
mod kind;
#[cfg(test)]
mod marked;
pub mod numeric;
mod person;
mod proposal;
mod refine;
mod salience;
pub mod tagger;
pub mod temporal;
mod terms;
mod value;

pub use kind::{EntityKind, MentionKind};
pub use person::Gender;
pub use proposal::{Proposal, Source};
pub use terms::{CustomTerm, InvalidTerm, Terms};
pub use value::{MoneyValue, NumberValue, TimeValue, Timex, Value};

use crate::lexicon::SharedStr;
use crate::model::ModelError;
use crate::sentence::Sentence;
use crate::text::{Checkpoint, Confidence, Document, Span};
use crate::token::Token;
use compete::CompeteScratch;
use echo::EchoScratch;
use identity::{IdentityScratch, Knowledge};
use jiff::civil::Date;
use salience::SalienceScratch;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use tagger::{Tagger, TaggerScratch};
use terms::TermsScratch;

/// One place where an entity is mentioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where; possessive endings and titles excluded.
    pub span: Span,
    /// Index into [`Entities::entities`].
    pub entity: u32,
    /// By what sort of words.
    pub kind: MentionKind,
    /// How sure it is that these words mention this entity.
    pub confidence: Option<Confidence>,
}

/// The name by which an entity is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CanonicalName {
    /// These words of the article.
    Text(Span),
    /// A name that is known from elsewhere: the caller's own.
    Given(SharedStr),
}

impl CanonicalName {
    /// The name.
    #[must_use]
    pub fn of<'a>(&'a self, text: &'a str) -> &'a str {
        match self {
            Self::Text(span) => span.of(text),
            Self::Given(name) => name,
        }
    }
}

/// An identifier of an entity in a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which catalogue: `iso-3166`, `iso-3166-2`, `iso-4217`, `wikidata` or the caller's own.
    pub catalog: SharedStr,
    /// The identifier there.
    pub id: SharedStr,
}

/// Somebody or something. Ranges index the vectors of [`Entities`].
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Coarse type.
    pub kind: EntityKind,
    /// Finer type, kebab-case: "country", "city", "party".
    pub subtype: Option<&'static str>,
    /// Fullest name used in the article, or the caller's.
    pub name: CanonicalName,
    /// Its mentions in [`Entities::mentions`], in order of the text; at least one.
    pub mentions: Range<u32>,
    /// Its titles in [`Entities::titles`], each distinct wording once.
    pub titles: Range<u32>,
    /// Its links in [`Entities::links`], best first.
    pub links: Range<u32>,
    /// What a time or quantity means.
    pub value: Option<Value>,
    /// A person's gender, where titles or the given name tell it.
    pub gender: Option<Gender>,
    /// Share of the article that is about it, for names: they add up to 1. `salience` states the definition.
    pub salience: Option<Confidence>,
    /// How sure it is that this is an entity of this kind.
    pub confidence: Option<Confidence>,
}

/// All entities of an article. Mentions lie in the order of their entities, then of the text; entities in
/// order of their first mention's start, the longer first.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    /// The entities.
    pub entities: Vec<Entity>,
    /// The mentions of all entities.
    pub mentions: Vec<Mention>,
    /// Titles of persons, as written.
    pub titles: Vec<Span>,
    /// Links of all entities.
    pub links: Vec<Link>,
    /// Indices into `mentions` in order of the text: by start, the longer first.
    pub by_position: Vec<u32>,
    /// Whether an entity had more mentions than fit and lost the last ones.
    pub truncated: bool,
}

impl Entities {
    /// Most mentions that one entity keeps.
    pub const MAX_MENTIONS: usize = 10_000;

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        let Self { entities, mentions, titles, links, by_position, truncated } = self;
        entities.clear();
        mentions.clear();
        titles.clear();
        links.clear();
        by_position.clear();
        *truncated = false;
    }

    /// The mentions of an entity.
    #[must_use]
    pub fn mentions_of(&self, entity: &Entity) -> &[Mention] {
        &self.mentions[entity.mentions.start as usize..entity.mentions.end as usize]
    }

    /// The titles of an entity.
    #[must_use]
    pub fn titles_of(&self, entity: &Entity) -> &[Span] {
        &self.titles[entity.titles.start as usize..entity.titles.end as usize]
    }

    /// The links of an entity.
    #[must_use]
    pub fn links_of(&self, entity: &Entity) -> &[Link] {
        &self.links[entity.links.start as usize..entity.links.end as usize]
    }
}

/// What the recognizer is told of an article besides its text.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The article.
    pub document: Document<'a>,
    /// Its tokens.
    pub tokens: &'a [Token],
    /// Its sentences.
    pub sentences: &'a [Sentence],
    /// Its dateline's stretch.
    pub dateline: Option<Span>,
    /// The day against which "Monday" is resolved.
    pub reference_date: Option<Date>,
    /// Lists of names that callers know, the most preferred first.
    pub terms: &'a [&'a Terms],
}

/// Finds entities. Immutable: share it.
#[derive(Clone, Debug)]
pub struct Recognizer {
    knowledge: Arc<Knowledge>,
    tagger: Arc<Tagger>,
}

/// Buffers of one worker.
#[derive(Clone, Debug, Default)]
pub struct RecognizerScratch {
    proposals: Vec<Proposal>,
    terms: TermsScratch,
    tagger: TaggerScratch,
    compete: CompeteScratch,
    echo: EchoScratch,
    identity: IdentityScratch,
    salience: SalienceScratch,
}

impl Recognizer {
    /// The recognizer that is built into the program.
    ///
    /// # Errors
    /// [`ModelError`] if the built-in model is unusable, which the tests rule out.
    pub fn builtin() -> Result<Self, ModelError> {
        Ok(Self::with_tagger(Tagger::builtin()?))
    }

    /// A recognizer with another tagger than the built-in one.
    #[must_use]
    pub fn with_tagger(tagger: Tagger) -> Self {
        Self { knowledge: Arc::new(Knowledge::builtin()), tagger: Arc::new(tagger) }
    }

    /// Identifies the model in here.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.tagger.revision()
    }

    /// Replaces `entities` by those of the article.
    pub fn recognize(
        &self,
        context: &Context<'_>,
        checkpoint: &mut dyn Checkpoint,
        scratch: &mut RecognizerScratch,
        entities: &mut Entities,
    ) -> ControlFlow<()> {
        let RecognizerScratch { proposals, terms, tagger, compete, echo, identity, salience } = scratch;
        let knowledge = &*self.knowledge;
        let document = context.document;
        entities.clear();
        proposals.clear();
        let mut offset = 0;
        for list in context.terms {
            checkpoint.pass()?;
            list.find(document, offset, terms, proposals);
            offset += list.len();
        }
        temporal::find(context, checkpoint, proposals)?;
        numeric::find(context, checkpoint, proposals)?;
        contact::find(context, checkpoint, proposals)?;
        self.tagger.tag(document, context.tokens, context.sentences, checkpoint, tagger, proposals)?;
        knowledge.gazetteer.find(
            document.text(),
            context.tokens,
            context.sentences,
            |word| knowledge.persons.stands_beside_names(word),
            proposals,
        );
        checkpoint.pass()?;
        compete::resolve(proposals, compete);
        echo::find(context, knowledge, proposals, checkpoint, echo)?;
        currency::settle(context, knowledge, proposals);
        identity::join(context, knowledge, proposals, checkpoint, identity, entities)?;
        salience::weigh(context, salience, entities);
        ControlFlow::Continue(())
    }
}
