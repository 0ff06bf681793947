//! What lies over each stretch of a text: the layers that a picture paints. Layers may cross each other;
//! cutting the text wherever one begins or ends leaves runs that are painted one way each.

use crate::entity::EntityKind;
use crate::grpc::reading::{Place, Reading};
use crate::quote::QuoteKind;
use crate::text::{Part, Span};

/// What a layer says of the text below it. Ordered from the outermost to the innermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// The dateline.
    Dateline,
    /// The n-th sentence.
    Sentence(usize),
    /// Words that the n-th quote reports.
    Content(usize, QuoteKind),
    /// Words that report the n-th quote.
    Cue(usize),
    /// Words that name a speaker of the n-th quote.
    Speaker(usize),
    /// A mention of the n-th entity.
    Mention(usize, EntityKind),
}

/// A stretch of text under the same layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Bytes of its part of the article.
    pub(super) span: Span,
    /// Outermost first.
    pub(super) layers: Vec<Layer>,
}

/// All layers over one part of an article, with their places in order.
pub(super) fn layers(reading: &Reading, part: Part) -> Vec<(Span, Layer)> {
    let mut all = Vec::new();
    let mut add = |place: Place, layer| {
        if place.part == part {
            all.push((place.span, layer));
        }
    };
    reading.dateline.iter().for_each(|&place| add(place, Layer::Dateline));
    for (index, sentence) in reading.sentences.iter().enumerate() {
        add(sentence.at, Layer::Sentence(index));
    }
    for (index, quote) in reading.quotes.iter().enumerate() {
        quote.content.iter().for_each(|&place| add(place, Layer::Content(index, quote.kind)));
        quote.cue.iter().for_each(|&place| add(place, Layer::Cue(index)));
        quote.speakers.iter().filter_map(|it| it.mention).for_each(|place| add(place, Layer::Speaker(index)));
    }
    for (index, entity) in reading.entities.iter().enumerate() {
        entity.mentions.iter().for_each(|&(place, _)| add(place, Layer::Mention(index, entity.kind)));
    }
    all.sort_by_key(|&(span, layer)| (span.start(), std::cmp::Reverse(span.end()), layer));
    all
}

/// Cuts `text` into runs. Every byte lies in exactly one.
pub(super) fn runs(text: &str, layers: &[(Span, Layer)]) -> Vec<Run> {
    let mut cuts: Vec<u32> = layers.iter().flat_map(|(span, _)| [span.start(), span.end()]).collect();
    cuts.extend([0, Span::of_bytes(0, text.len()).end()]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut open: Vec<(Span, Layer)> = Vec::new();
    let mut next = 0;
    cuts.iter()
        .zip(cuts.iter().skip(1))
        .map(|(&start, &end)| {
            open.retain(|(span, _)| span.end() > start);
            while let Some(&layer) = layers.get(next).filter(|(span, _)| span.start() == start) {
                open.push(layer);
                next += 1;
            }
            let mut layers: Vec<Layer> = open.iter().map(|&(_, layer)| layer).collect();
            layers.sort_unstable();
            Run { span: Span::new(start, end), layers }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Layer, runs};
    use crate::text::Span;

    #[test]
    fn crossing_layers_are_cut() {
        let text = "abcdef";
        let layers = [(Span::new(0, 4), Layer::Sentence(0)), (Span::new(2, 6), Layer::Cue(0))];
        let found: Vec<_> =
            runs(text, &layers).into_iter().map(|run| (run.span.of(text).to_owned(), run.layers)).collect();
        let expected = [
            ("ab".to_owned(), vec![Layer::Sentence(0)]),
            ("cd".to_owned(), vec![Layer::Sentence(0), Layer::Cue(0)]),
            ("ef".to_owned(), vec![Layer::Cue(0)]),
        ];
        assert_eq!(found, expected);
        assert!(runs("", &[]).is_empty());
    }
}
