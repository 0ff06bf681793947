//! Sentences by their boundaries and as exact spans, as the reference scorer of the workplace counts them. It
//! must not know where predictions come from.

use super::Counts;
use crate::train::corpus::{GoldDocument, Pair};
use std::collections::BTreeSet;

/// How far after a boundary a line break is looked for, in bytes.
const GAP: usize = 64;

/// Counts over any number of documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentenceScores {
    /// Ends of sentences, without the end of each document's last one, which comes for free.
    pub boundaries: Counts,
    /// Of those, the ones that no line break follows: paragraphs come nearly for free.
    pub inline: Counts,
    /// Sentences whose start and end are both right.
    pub spans: Counts,
    /// Documents seen.
    pub documents: u64,
    /// Documents divided exactly as the gold is.
    pub exact_documents: u64,
}

impl SentenceScores {
    /// Adds the counts of one document. `gold` has the text; the prediction need not.
    ///
    /// White space at the edges of a predicted sentence is ignored, and one of nothing else is dropped.
    pub fn add(&mut self, gold: &GoldDocument, predicted: &GoldDocument) {
        let text = gold.text.as_str();
        let wanted: BTreeSet<Pair> = gold.sentences.iter().copied().collect();
        let found: BTreeSet<Pair> =
            predicted.sentences.iter().filter_map(|&sentence| trimmed(text, sentence)).collect();
        let last = wanted.iter().map(|&(_, end)| end).max().unwrap_or(0);
        let ends = |sentences: &BTreeSet<Pair>| -> BTreeSet<u32> {
            sentences.iter().map(|&(_, end)| end).filter(|&end| end != last).collect()
        };
        let inline = |ends: &BTreeSet<u32>| -> BTreeSet<u32> {
            ends.iter().copied().filter(|&end| !line_break_follows(text, end)).collect()
        };
        let (wanted_ends, found_ends) = (ends(&wanted), ends(&found));
        self.boundaries += Counts::of(&wanted_ends, &found_ends);
        self.inline += Counts::of(&inline(&wanted_ends), &inline(&found_ends));
        self.spans += Counts::of(&wanted, &found);
        self.documents += 1;
        self.exact_documents += u64::from(wanted == found);
    }
}

fn trimmed(text: &str, (start, end): Pair) -> Option<Pair> {
    let piece = text.get(start as usize..end as usize)?;
    let rest = piece.trim_start_matches(is_space);
    let start = start + u32::try_from(piece.len() - rest.len()).ok()?;
    let end = start + u32::try_from(rest.trim_end_matches(is_space).len()).ok()?;
    (start < end).then_some((start, end))
}

fn line_break_follows(text: &str, end: u32) -> bool {
    let rest = text.get(end as usize..).unwrap_or("");
    let gap = rest.char_indices().take_while(|&(at, c)| at + c.len_utf8() <= GAP && is_space(c));
    gap.into_iter().any(|(_, c)| c == '\n')
}

/// White space as the reference scorer's language has it, which counts the four information separators.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::SentenceScores;
    use crate::train::corpus::{GoldDocument, Pair};
    use crate::train::score::Counts;

    fn scores(text: &str, gold: &[Pair], predicted: &[Pair]) -> SentenceScores {
        let document = |sentences: &[Pair]| GoldDocument {
            text: text.to_owned(),
            sentences: sentences.to_vec(),
            ..GoldDocument::default()
        };
        let mut scores = SentenceScores::default();
        scores.add(&document(gold), &document(predicted));
        scores
    }

    #[test]
    fn the_last_end_is_free_and_paragraphs_are_not_inline() {
        //          0         1         2
        //          0123456789012345678901234
        let text = "Rain fell. So what?\n\nSun.";
        let gold = [(0, 10), (11, 19), (21, 25)];
        let found = scores(text, &gold, &[(0, 11), (11, 21), (21, 25)]);
        assert_eq!(found.boundaries, Counts { right: 2, predicted: 2, gold: 2 });
        assert_eq!(found.inline, Counts { right: 1, predicted: 1, gold: 1 });
        assert_eq!((found.spans.right, found.exact_documents), (3, 1), "white space at the edges is ignored");
        let found = scores(text, &gold, &[(0, 19), (19, 21), (21, 25)]);
        assert_eq!(found.boundaries, Counts { right: 1, predicted: 1, gold: 2 });
        assert_eq!(found.inline, Counts { right: 0, predicted: 0, gold: 1 });
        assert_eq!((found.spans.right, found.spans.predicted, found.exact_documents), (1, 2, 0));
    }
}
