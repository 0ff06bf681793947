//! What a finder proposes: words that may mention something. It knows no entity; whether a proposal holds is
//! decided when all are in.

use super::{EntityKind, Value};
use crate::text::{Confidence, Span};

/// Words that may mention something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposal {
    /// Where; possessive endings and titles excluded.
    pub span: Span,
    /// Coarse type.
    pub kind: EntityKind,
    /// Finer type, kebab-case, if the finder can tell.
    pub subtype: Option<&'static str>,
    /// What a time or quantity means.
    pub value: Option<Value>,
    /// How sure the finder is, if it estimates that.
    pub confidence: Option<Confidence>,
    /// Who proposes it.
    pub source: Source,
}

/// Who proposes, the most trusted first: where proposals overlap, this order decides before length does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A caller's own list: which term, counted through all lists of the context.
    Terms(u32),
    /// Rules for dates, times and durations.
    Temporal,
    /// Rules for money, percentages, quantities and numbers.
    Numeric,
    /// Rules for addresses and handles.
    Contact,
    /// The learned tagger.
    Tagger,
    /// Lists of facts.
    Gazetteer,
}

impl Source {
    /// The caller's term, if it is one.
    #[must_use]
    pub fn term(self) -> Option<u32> {
        if let Self::Terms(term) = self { Some(term) } else { None }
    }
}
