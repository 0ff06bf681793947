//! Scores as tables for reading.

use crate::train::evaluate::Evaluation;
use crate::train::score::{Counts, ratio};
use std::fmt::Write as _;

/// One table a kind, one row a corpus.
pub(super) fn pretty(evaluation: &Evaluation) -> String {
    // Writing to a string cannot fail.
    let mut out = String::new();
    if !evaluation.sentences.is_empty() {
        let _ = writeln!(
            out,
            "{:<24}{:>10}{:>9}{:>9}{:>9}{:>11}{:>9}  exact documents",
            "sentences", "gold", "P", "R", "F1", "inline F1", "span F1"
        );
    }
    for (corpus, scores) in &evaluation.sentences {
        let _ = writeln!(
            out,
            "{:<24}{:>10}{}{:>11}{:>9}  {} of {}",
            cut(corpus),
            scores.spans.gold,
            shares(scores.boundaries),
            share(scores.inline.f1()),
            share(scores.spans.f1()),
            scores.exact_documents,
            scores.documents
        );
    }
    if !evaluation.entities.is_empty() {
        gap(&mut out);
        let _ = writeln!(out, "{:<24}{:>10}{:>9}{:>9}{:>9}  by type, F1", "entities", "gold", "P", "R", "F1");
    }
    for (corpus, scores) in &evaluation.entities {
        let mut types: Vec<String> = scores
            .by_type
            .iter()
            .map(|(kind, counts)| format!("{} {}", kind.to_lowercase(), share(counts.f1())))
            .collect();
        types.push(format!("untyped {}", share(scores.untyped.f1())));
        let all = scores.overall;
        let _ = writeln!(out, "{:<24}{:>10}{}  {}", cut(corpus), all.gold, shares(all), types.join(", "));
    }
    for (corpus, scores) in &evaluation.quotes {
        gap(&mut out);
        let _ = writeln!(out, "{:<34}{:>9}{:>9}{:>9}", format!("quotes of {}", cut(corpus)), "P", "R", "F1");
        let rows = [
            ("quoted stretches, exact", scores.stretch_exact),
            ("quoted stretches, Jaccard >= 0.8", scores.stretch_overlap),
            ("indirect content, words", scores.indirect_words),
            ("indirect content, exact", scores.indirect_exact),
            ("all content, words", scores.content_words),
        ];
        for (name, counts) in rows {
            let _ = writeln!(out, "{name:<34}{}", shares(counts));
        }
        let speakers = &scores.speakers;
        let _ = writeln!(
            out,
            "speakers: {} gold, {} found; right {} of found (same span {}), {} of all; {} missing",
            speakers.gold,
            speakers.found,
            share(speakers.accuracy_found()),
            share(ratio(speakers.exact, speakers.found)),
            share(speakers.accuracy_all()),
            speakers.missing
        );
    }
    out
}

fn gap(out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
}

fn cut(corpus: &str) -> String {
    corpus.chars().take(23).collect()
}

fn shares(counts: Counts) -> String {
    format!("{:>9}{:>9}{:>9}", share(counts.precision()), share(counts.recall()), share(counts.f1()))
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.2}", 100.0 * share))
}
