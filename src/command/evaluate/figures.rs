//! Scores as JSON, with the names and units of the reference scorers: shares from 0 to 1 for sentences and
//! entities, per cent for quotes. Nothing is rounded here.

use crate::train::evaluate::Evaluation;
use crate::train::score::entities::EntityScores;
use crate::train::score::quotes::QuoteScores;
use crate::train::score::sentences::SentenceScores;
use crate::train::score::{Counts, ratio};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// All scores: kind, then corpus, then score.
pub(super) fn json(evaluation: &Evaluation) -> Value {
    let mut all = Map::new();
    insert(&mut all, "sentences", &evaluation.sentences, sentences);
    insert(&mut all, "entities", &evaluation.entities, entities);
    insert(&mut all, "quotes", &evaluation.quotes, quotes);
    Value::Object(all)
}

fn insert<S>(all: &mut Map<String, Value>, kind: &str, scores: &BTreeMap<String, S>, json: fn(&S) -> Value) {
    if !scores.is_empty() {
        let by_corpus = scores.iter().map(|(corpus, scores)| (corpus.clone(), json(scores))).collect();
        all.insert(kind.to_owned(), Value::Object(by_corpus));
    }
}

fn sentences(scores: &SentenceScores) -> Value {
    // Where there is nothing to find and nothing was found, all is well.
    json!({
        "documents": scores.documents,
        "sentences": scores.spans.gold,
        "precision": scores.boundaries.precision().unwrap_or(1.0),
        "recall": scores.boundaries.recall().unwrap_or(1.0),
        "f1": scores.boundaries.f1().unwrap_or(1.0),
        "inline_f1": scores.inline.f1().unwrap_or(1.0),
        "span_f1": scores.spans.f1().unwrap_or(1.0),
        "exact_documents": scores.exact_documents,
    })
}

fn entities(scores: &EntityScores) -> Value {
    let of = |counts: Counts| {
        json!({
            "precision": counts.precision().unwrap_or(0.0),
            "recall": counts.recall().unwrap_or(0.0),
            "f1": counts.f1().unwrap_or(0.0),
            "right": counts.right,
            "predicted": counts.predicted,
            "gold": counts.gold,
        })
    };
    let mut all = Map::new();
    all.insert("overall".to_owned(), of(scores.overall));
    for (kind, &counts) in &scores.by_type {
        all.insert(kind.clone(), of(counts));
    }
    all.insert("untyped".to_owned(), of(scores.untyped));
    Value::Object(all)
}

fn quotes(scores: &QuoteScores) -> Value {
    let of = |counts: Counts| {
        json!({
            "p": percent(counts.precision()),
            "r": percent(counts.recall()),
            "f1": percent(counts.f1()),
        })
    };
    let speakers = &scores.speakers;
    let mut speaker = json!({
        "gold": speakers.gold,
        "found": speakers.found,
        "missing": speakers.missing,
        "accuracy": percent(speakers.accuracy_found()),
        "accuracy_all": percent(speakers.accuracy_all()),
        "cue_overlap": percent(ratio(speakers.cues, speakers.found)),
        "names_given": speakers.names.0,
        "name_accuracy": percent(ratio(speakers.names.1, speakers.names.0)),
        "no_gold_speaker": speakers.no_gold,
        "given_where_none": speakers.given_where_none,
        "accuracy_strict": percent(ratio(speakers.exact, speakers.found)),
    });
    for name in ["name", "pronoun", "noun"] {
        let (found, right) = speakers.by_type.get(name).copied().unwrap_or_default();
        speaker[name] = json!(percent(ratio(right, found)));
    }
    json!({
        "gold_stretches": scores.stretch_exact.gold,
        "gold_indirect": scores.indirect_exact.gold,
        "spoken_indirect": scores.spoken_indirect,
        "spoken_indirect_word_recall": percent(ratio(scores.spoken_words.1, scores.spoken_words.0)),
        "stretch_exact": of(scores.stretch_exact),
        "stretch_overlap": of(scores.stretch_overlap),
        "speaker": speaker,
        "indirect_words": of(scores.indirect_words),
        "indirect_exact": of(scores.indirect_exact),
        "indirect_half": of(scores.indirect_half),
        "content_words": of(scores.content_words),
    })
}

fn percent(share: Option<f64>) -> f64 {
    100.0 * share.unwrap_or(0.0)
}
