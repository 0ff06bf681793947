//! What the counts mean, on an article of two lines.

use super::article::Article;
use super::{Counts, QuoteScores};
use crate::train::corpus::{GoldDocument, GoldQuote, Pair};

const TEXT: &str =
    "“We will rebuild,” said Ana Sol, the mayor. “Soon.”\nShe promised that work would start in May.";

/// The bytes of `piece` in the text.
fn at(piece: &str) -> Pair {
    let start = TEXT.find(piece).unwrap_or_else(|| panic!("{piece:?} is in the text"));
    (u32::try_from(start).unwrap_or(0), u32::try_from(start + piece.len()).unwrap_or(0))
}

fn quote(kind: &str, content: &[&str], cue: &str, speaker: &str) -> GoldQuote {
    GoldQuote {
        kind: kind.to_owned(),
        content: content.iter().map(|piece| at(piece)).collect(),
        cue: vec![at(cue)],
        speaker: if speaker.is_empty() { Vec::new() } else { vec![at(speaker)] },
        ..GoldQuote::default()
    }
}

fn document(quotes: Vec<GoldQuote>) -> GoldDocument {
    let quoted = vec![at("“We will rebuild,”"), at("“Soon.”")];
    GoldDocument { text: TEXT.to_owned(), quoted, quotes, ..GoldDocument::default() }
}

fn gold() -> GoldDocument {
    document(vec![
        quote("direct", &["“We will rebuild,”", "“Soon.”"], "said", "Ana Sol, the mayor"),
        quote("indirect", &["that work would start in May"], "promised", "She"),
    ])
}

fn scores(predicted: Vec<GoldQuote>) -> QuoteScores {
    let mut scores = QuoteScores::default();
    scores.add(&gold(), &document(predicted));
    scores
}

#[test]
fn the_gold_itself_is_perfect() {
    let scores = scores(gold().quotes);
    assert_eq!(scores.stretch_exact, Counts { right: 2, predicted: 2, gold: 2 });
    assert_eq!(scores.indirect_words, Counts { right: 6, predicted: 6, gold: 6 });
    assert_eq!(scores.indirect_exact, Counts { right: 1, predicted: 1, gold: 1 });
    assert_eq!(scores.content_words, Counts { right: 10, predicted: 10, gold: 10 });
    assert_eq!(scores.speakers.accuracy_all(), Some(1.0));
    assert_eq!(scores.speakers.by_type["name"], (1, 1));
}

#[test]
fn every_error_costs_what_it_should() {
    // A stretch missed, the head of the speaker kept but not the span, an indirect report cut short.
    let scores = scores(vec![
        quote("direct", &["“We will rebuild,”"], "said", "Ana Sol"),
        quote("indirect", &["work would start in May"], "promised", ""),
    ]);
    assert_eq!(scores.stretch_exact, Counts { right: 1, predicted: 1, gold: 2 });
    assert_eq!(scores.indirect_words, Counts { right: 5, predicted: 5, gold: 6 });
    assert_eq!(scores.indirect_exact, Counts { right: 0, predicted: 1, gold: 1 });
    assert_eq!((scores.speakers.right, scores.speakers.exact), (1, 0));
}

#[test]
fn a_wrong_or_missing_speaker_is_not_right() {
    let wrong = scores(vec![quote("direct", &["“We will rebuild,”"], "said", "the mayor")]);
    assert_eq!((wrong.speakers.found, wrong.speakers.right, wrong.speakers.missing), (1, 0, 0));
    let missing = scores(vec![quote("direct", &["“We will rebuild,”"], "said", "")]);
    assert_eq!((missing.speakers.found, missing.speakers.right, missing.speakers.missing), (1, 0, 1));
    let nothing = scores(Vec::new());
    assert_eq!((nothing.speakers.gold, nothing.speakers.found), (1, 0));
}

#[test]
fn heads_of_noun_phrases() {
    for (phrase, head) in [
        ("Ana Sol, the mayor", "sol"),
        ("a spokesman for the ministry", "spokesman"),
        ("The union’s Bob Ray - of course", "ray"),
        ("Mr. Lee's", "lee"),
        ("the head of the Fed", "head"),
        ("people who fled", "people"),
    ] {
        let whole = (0, u32::try_from(phrase.len()).unwrap_or(0));
        // "The union's Bob Ray" opens with a determiner: the last word counts.
        assert_eq!(Article::read(phrase).head_word(&[whole]), head, "{phrase}");
    }
}
