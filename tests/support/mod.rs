//! What an annotator says of an article, written down: comparable, and free of borrows.

use glossator::annotate::{
    Annotation, AnnotationKind, Annotator, Article, DatelineView, Finding, Header, Location, Options,
    Scratch, Sink, Summary,
};
use glossator::text::{Checkpoint, Part, Span};
use std::ops::ControlFlow;

/// Everything that was said of one article.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Transcript {
    pub(crate) header: String,
    pub(crate) dateline: Option<Span>,
    pub(crate) findings: Vec<Told>,
    /// Every stretch that was reported anywhere, with the text that it was said to cover.
    pub(crate) spans: Vec<(Part, Span, String)>,
    pub(crate) summary: Summary,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) id: u32,
    pub(crate) kind: AnnotationKind,
    pub(crate) part: Part,
    /// The span that the order goes by.
    pub(crate) first: Span,
    /// Further spans that must lie inside the first, for a quote.
    pub(crate) inside: Vec<Span>,
    /// Spans that must be in order.
    pub(crate) in_order: Vec<Span>,
    /// Ids of other findings.
    pub(crate) refers_to: Vec<u32>,
    /// Everything else, as text.
    pub(crate) rest: String,
}

impl Told {
    /// Whether the spans of the finding lie to each other as the contract says.
    pub(crate) fn is_well_formed(&self) -> bool {
        self.inside.iter().all(|&span| self.first.contains(span)) && self.in_order.is_sorted()
    }
}

/// Annotates and writes down.
pub(crate) fn transcribe(
    annotator: &Annotator,
    article: &Article<'_>,
    options: &Options<'_>,
    scratch: &mut Scratch,
) -> Transcript {
    let mut writer = Writer::default();
    let summary = annotator.annotate(article, options, scratch, &mut writer).unwrap();
    Transcript { summary, ..writer.0 }
}

#[derive(Default)]
struct Writer(Transcript);

impl Writer {
    fn note(&mut self, at: &Location<'_>) -> Span {
        self.0.spans.push((at.part, at.span, at.text.to_owned()));
        at.span
    }

    fn told(&mut self, annotation: &Annotation<'_>) -> Told {
        let (id, kind) = (annotation.id, annotation.kind());
        let confidence = annotation.confidence;
        match annotation.finding {
            Finding::Sentence(sentence) => Told {
                id,
                kind,
                part: sentence.at.part,
                first: self.note(&sentence.at),
                inside: Vec::new(),
                in_order: Vec::new(),
                refers_to: Vec::new(),
                rest: format!("{confidence:?} {}", sentence.paragraph),
            },
            Finding::Quote(quote) => {
                let content: Vec<Span> = quote.content().map(|at| self.note(&at)).collect();
                let quoted: Vec<Span> = quote.quoted().map(|at| self.note(&at)).collect();
                let cue = quote.cue().map(|at| self.note(&at));
                let mut refers_to = vec![quote.parent_id(), quote.continues_id()];
                let mut rest = format!("{confidence:?} {:?} {cue:?}", quote.kind());
                for speaker in quote.speakers() {
                    let mention = speaker.mention.map(|at| self.note(&at));
                    refers_to.push(speaker.entity_id);
                    rest += &format!(
                        "; {mention:?} {} {:?} {:?}",
                        speaker.name, speaker.method, speaker.confidence
                    );
                }
                assert!(!content.is_empty(), "a quote reports something");
                Told {
                    id,
                    kind,
                    part: quote.at().part,
                    first: self.note(&quote.at()),
                    inside: [content.clone(), quoted].concat(),
                    in_order: content,
                    refers_to,
                    rest,
                }
            }
            Finding::Entity(entity) => {
                let mut rest = format!(
                    "{confidence:?} {:?} {} {} {:?} {:?} {:?}",
                    entity.kind(),
                    entity.subtype(),
                    entity.name(),
                    entity.value(),
                    entity.salience(),
                    entity.links()
                );
                for title in entity.titles() {
                    rest += &format!("; {title}");
                }
                let mut mentions = Vec::new();
                for mention in entity.mentions() {
                    mentions.push((mention.at.part, self.note(&mention.at)));
                    rest += &format!("; {:?} {:?}", mention.kind, mention.confidence);
                }
                assert!(mentions.is_sorted(), "mentions come in order: {mentions:?}");
                let &(part, first) = mentions.first().expect("an entity has a mention");
                Told {
                    id,
                    kind,
                    part,
                    first,
                    inside: Vec::new(),
                    in_order: Vec::new(),
                    refers_to: Vec::new(),
                    rest,
                }
            }
        }
    }
}

impl Checkpoint for Writer {
    fn pass(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Sink for Writer {
    fn header(&mut self, header: &Header<'_>) -> ControlFlow<()> {
        self.0.header = format!("{header:?}");
        if let Some(DatelineView { at, .. }) = header.dateline {
            self.0.dateline = Some(self.note(&at));
        }
        ControlFlow::Continue(())
    }

    fn annotation(&mut self, annotation: &Annotation<'_>) -> ControlFlow<()> {
        let told = self.told(annotation);
        self.0.findings.push(told);
        ControlFlow::Continue(())
    }
}
