//! What the model is worth on documents that it has not seen: each is divided by a model that learned from the
//! others alone. It must not know how a model is learned.

use super::super::corpus::{self, GoldDocument};
use super::super::score::sentences::SentenceScores;
use super::super::{Progress, TrainError};
use super::variants::Variant;
use super::{fit, may_train, usage};
use crate::lexicon::mix;
use crate::sentence::Segmenter;
use crate::text::{DocumentBuffer, Span};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Scores of one set of documents, held out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldOut {
    /// As they are written.
    pub plain: SentenceScores,
    /// With paragraphs that run on after one blank.
    pub flat: SentenceScores,
    /// After two.
    pub flat_wide: SentenceScores,
}

/// Scores by corpus, and of the news of all of them under "news". Documents of no lesson for their licence are held out
/// from all `folds` models, the others from the one that divides them.
///
/// # Errors
/// [`TrainError`] for files that cannot be read, and when one of the models had nothing to learn from.
pub fn cross_validate(
    data: &[PathBuf],
    folds: usize,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, HeldOut>, TrainError> {
    let (plain, gold): (Vec<_>, Vec<_>) =
        corpus::read(data)?.into_iter().partition(|document| document.sentences.is_empty());
    let usage = usage::count(&plain.iter().collect::<Vec<_>>());
    let mut scores: BTreeMap<String, HeldOut> = BTreeMap::new();
    for fold in 0..folds {
        let seen: Vec<_> = gold.iter().filter(|d| may_train(d) && fold_of(d, folds) != fold).collect();
        if seen.is_empty() {
            return Err(TrainError::Data(format!("nothing to learn from outside of fold {}", fold + 1)));
        }
        let (model, _) = fit(&seen, &usage, progress);
        let segmenter = Segmenter::parse(&model).map_err(|error| TrainError::Data(error.to_string()))?;
        for document in gold.iter().filter(|document| fold_of(document, folds) == fold) {
            let is_news = document.genre == "news";
            for set in [Some(document.corpus.as_str()), is_news.then_some("news")].into_iter().flatten() {
                scores.entry(set.to_owned()).or_default().add(&segmenter, document);
            }
        }
    }
    Ok(scores)
}

/// The fold that holds a document out, by its id alone.
fn fold_of(document: &GoldDocument, folds: usize) -> usize {
    let hash = document.id.bytes().fold(0, |hash, byte| mix(hash ^ u64::from(byte)));
    usize::try_from(hash % folds as u64).expect("folds are few: this is a bug")
}

impl HeldOut {
    fn add(&mut self, segmenter: &Segmenter, document: &GoldDocument) {
        let ways = [
            (Variant::Plain, &mut self.plain),
            (Variant::Flat, &mut self.flat),
            (Variant::FlatWide, &mut self.flat_wide),
        ];
        for (variant, scores) in ways {
            let gold = rewritten(document, variant);
            let sentences = predict(segmenter, &gold.text);
            scores.add(&gold, &GoldDocument { sentences, ..GoldDocument::default() });
        }
    }
}

/// The document written otherwise.
fn rewritten(document: &GoldDocument, variant: Variant) -> GoldDocument {
    let spans: Vec<Span> = document.sentences.iter().map(|&pair| corpus::span(pair)).collect();
    let (text, ends) = variant.of(&document.text, &spans);
    let mut start = 0;
    let sentences = ends.into_iter().map(|end| {
        let sentence = Span::new(start, end).trim(&text);
        start = end;
        (sentence.start(), sentence.end())
    });
    GoldDocument { sentences: sentences.collect(), text, ..GoldDocument::default() }
}

/// The sentences that a segmenter finds in a text.
fn predict(segmenter: &Segmenter, text: &str) -> Vec<corpus::Pair> {
    let mut buffer = DocumentBuffer::default();
    let mut sentences = Vec::new();
    let mut go_on = || ControlFlow::Continue(());
    let _ = segmenter.segment(buffer.fill("", text), None, &mut go_on, &mut sentences);
    sentences.iter().map(|sentence| (sentence.span.start(), sentence.span.end())).collect()
}
