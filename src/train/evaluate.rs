//! Gold articles through the whole annotator, and what the scorers say of the outcome, corpus by corpus. It must
//! not know how scores are printed.

use super::corpus::{self, GoldDocument, GoldEntity, GoldQuote, Pair};
use super::score::entities::EntityScores;
use super::score::quotes::QuoteScores;
use super::score::sentences::SentenceScores;
use super::{Progress, TrainError};
use crate::annotate::{
    AnnotationKind, Annotator, Article, Collector, EntityView, Finding, Limits, Location, Options, QuoteView,
    Scratch, Set,
};
use crate::entity::{MentionKind, Value};
use crate::quote::QuoteKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Scores by corpus; a kind of which a corpus has no gold is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Of sentences.
    pub sentences: BTreeMap<String, SentenceScores>,
    /// Of named entities.
    pub entities: BTreeMap<String, EntityScores>,
    /// Of quotes.
    pub quotes: BTreeMap<String, QuoteScores>,
}

/// A gold article.
#[derive(Clone, Debug)]
pub struct Gold {
    /// Which corpus it counts for: the document's own word, else the name of its file.
    pub corpus: String,
    /// Kinds of annotation that its file has gold for.
    pub kinds: Set<AnnotationKind>,
    /// The article.
    pub document: GoldDocument,
}

/// A gold article and what was predicted for it.
#[derive(Clone, Debug)]
pub struct Pairing {
    /// Which corpus it counts for: the document's own word, else the name of its file.
    pub corpus: String,
    /// Kinds of annotation that its file has gold for.
    pub kinds: Set<AnnotationKind>,
    /// The gold.
    pub gold: GoldDocument,
    /// The prediction.
    pub predicted: GoldDocument,
}

impl Evaluation {
    /// Adds the scores of one article; entities of the given types.
    pub fn add(&mut self, pairing: &Pairing, types: &[&str]) {
        let Pairing { corpus, kinds, gold, predicted } = pairing;
        if kinds.contains(AnnotationKind::Sentence) {
            self.sentences.entry(corpus.clone()).or_default().add(gold, predicted);
        }
        if kinds.contains(AnnotationKind::Entity) {
            self.entities.entry(corpus.clone()).or_default().add(gold, predicted, types);
        }
        if kinds.contains(AnnotationKind::Quote) {
            self.quotes.entry(corpus.clone()).or_default().add(gold, predicted);
        }
    }
}

/// Gold articles with the kinds that the file of each has gold for; files without any are left out.
///
/// # Errors
/// [`TrainError`] for files that cannot be read, lines that make no sense, and when no file has gold.
pub fn read_gold(paths: &[PathBuf], asked: Set<AnnotationKind>) -> Result<Vec<Gold>, TrainError> {
    let mut all = Vec::new();
    for file in corpus::files(paths)? {
        let documents = corpus::read(std::slice::from_ref(&file))?;
        let has = |kind| {
            documents.iter().any(|document| match kind {
                AnnotationKind::Sentence => !document.sentences.is_empty(),
                AnnotationKind::Quote => !document.quotes.is_empty(),
                AnnotationKind::Entity => !document.entities.is_empty(),
            })
        };
        let kinds: Vec<AnnotationKind> =
            [AnnotationKind::Sentence, AnnotationKind::Quote, AnnotationKind::Entity]
                .into_iter()
                .filter(|&kind| asked.contains(kind) && has(kind))
                .collect();
        if kinds.is_empty() {
            continue;
        }
        let kinds: Set<AnnotationKind> = kinds.into_iter().collect();
        let stem = file_stem(&file);
        all.extend(documents.into_iter().map(|document| {
            let corpus = if document.corpus.is_empty() { stem.clone() } else { document.corpus.clone() };
            Gold { corpus, kinds, document }
        }));
    }
    if all.is_empty() {
        return Err(TrainError::Data("no file has gold of the kinds that are asked for".to_owned()));
    }
    Ok(all)
}

fn file_stem(file: &Path) -> String {
    file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// Sends every gold article through the annotator and hands each with its prediction to `take`.
pub fn annotate(
    annotator: &Annotator,
    gold: Vec<Gold>,
    progress: &dyn Progress,
    mut take: impl FnMut(Pairing),
) {
    let mut scratch = Scratch::default();
    let count = gold.len() as u64;
    // A corpus may hold texts that no service would take.
    let limits = Limits { max_text_chars: usize::MAX, ..*annotator.limits() };
    let annotator = annotator.clone().with_limits(limits);
    for (done, Gold { corpus, kinds, document: gold }) in (0..).zip(gold) {
        progress.report("annotating", done, count);
        let predicted = predict(&annotator, &gold, &mut scratch);
        take(Pairing { corpus, kinds, gold, predicted });
    }
}

/// What the annotator finds, in the shape of the gold: sentences, entities mentioned by name, and quotes that
/// stand in no other quote and are more than a marked term.
#[must_use]
pub fn predict(annotator: &Annotator, gold: &GoldDocument, scratch: &mut Scratch) -> GoldDocument {
    let mut predicted =
        GoldDocument { id: gold.id.clone(), corpus: gold.corpus.clone(), ..GoldDocument::default() };
    let article = Article { text: &gold.text, published: gold.date.parse().ok(), ..Article::default() };
    let mut sink = Collector(|annotation: &crate::annotate::Annotation<'_>| match &annotation.finding {
        Finding::Sentence(sentence) => predicted.sentences.push(pair(&sentence.at)),
        Finding::Entity(entity) => predicted.entities.extend(names(entity)),
        Finding::Quote(quote) => predicted.quotes.extend(report(annotation.id, quote)),
    });
    // The only failures are a limit, of which there is none, and a sink that says stop, which this never does.
    let _ = annotator.annotate(&article, &Options::default(), scratch, &mut sink);
    predicted
}

fn pair(at: &Location<'_>) -> Pair {
    (at.span.start(), at.span.end())
}

fn names<'a>(entity: &EntityView<'a>) -> impl Iterator<Item = GoldEntity> + use<'a> {
    let (kind, name) = (entity.kind().name(), entity.name());
    let value = match entity.value() {
        Some(Value::Time(time)) => time.timex.as_str().to_owned(),
        Some(Value::Money(_) | Value::Number(_)) | None => String::new(),
    };
    entity.mentions().filter(|mention| mention.kind == MentionKind::Name).map(move |mention| {
        let (start, end) = pair(&mention.at);
        let (kind, name, value) = (kind.to_owned(), name.to_owned(), value.clone());
        GoldEntity { start, end, kind, optional: false, name, value }
    })
}

fn report(id: u32, quote: &QuoteView<'_>) -> Option<GoldQuote> {
    let kind = match quote.kind() {
        QuoteKind::Direct => "direct",
        QuoteKind::Mixed => "mixed",
        QuoteKind::Indirect => "indirect",
        QuoteKind::Term => return None,
    };
    let continues = quote.continues_id();
    (quote.parent_id() == 0).then(|| GoldQuote {
        id: id.to_string(),
        kind: kind.to_owned(),
        content: quote.content().map(|at| pair(&at)).collect(),
        quoted: quote.quoted().map(|at| pair(&at)).collect(),
        cue: quote.cue().map(|at| pair(&at)).into_iter().collect(),
        speaker: quote.speakers().filter_map(|speaker| speaker.mention).map(|at| pair(&at)).collect(),
        speaker_name: quote.speakers().next().map_or_else(String::new, |speaker| speaker.name.to_owned()),
        continues: if continues == 0 { String::new() } else { continues.to_string() },
        optional: false,
    })
}
