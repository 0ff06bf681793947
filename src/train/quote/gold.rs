//! Gold attributions as labels over the items of a page.

use crate::entity::{Context, Entities, Recognizer, RecognizerScratch};
use crate::quote::item::narrow;
use crate::quote::lexicon::Lexicon;
use crate::quote::marks::{MarksScratch, Pairer, Stretch};
use crate::quote::page::Page;
use crate::quote::{cue, parts};
use crate::sentence::Segmenter;
use crate::text::{DocumentBuffer, Span};
use crate::token::{self, Token};
use crate::train::corpus::{self, GoldDocument, Pair};
use std::ops::{ControlFlow, Range};

/// A gold attribution in items.
#[derive(Clone, Debug)]
pub(super) struct GoldAct {
    pub(super) cue: Range<u32>,
    pub(super) contents: Vec<Range<u32>>,
    pub(super) speaker: Option<Range<u32>>,
}

/// An article to learn from.
#[derive(Clone, Debug)]
pub(super) struct Lesson {
    pub(super) page: Page,
    pub(super) acts: Vec<GoldAct>,
}

/// Makes lessons.
#[derive(Debug)]
pub(super) struct Reader {
    segmenter: Segmenter,
    recognizer: Recognizer,
    pairer: Pairer,
    lexicon: Lexicon,
}

impl Reader {
    pub(super) fn new(segmenter: Segmenter, recognizer: Recognizer) -> Self {
        Self { segmenter, recognizer, pairer: Pairer::new(), lexicon: Lexicon::new() }
    }

    pub(super) fn read(&self, gold: &GoldDocument) -> Lesson {
        let mut buffer = DocumentBuffer::default();
        let document = buffer.fill("", &gold.text);
        let dateline = crate::dateline::find(document, None).map(|found| found.span);
        let mut go = || ControlFlow::Continue(());
        let mut sentences = Vec::new();
        let _ = self.segmenter.segment(document, dateline, &mut go, &mut sentences);
        let mut tokens = Vec::new();
        token::tokenize(document.text(), Span::of_bytes(0, document.text().len()), &mut tokens);
        let context = Context {
            document,
            tokens: &tokens,
            sentences: &sentences,
            dateline,
            reference_date: None,
            terms: &[],
        };
        let mut entities = Entities::default();
        let _ =
            self.recognizer.recognize(&context, &mut go, &mut RecognizerScratch::default(), &mut entities);
        let mut stretches: Vec<Stretch> = Vec::new();
        self.pairer.pair(&context, &mut MarksScratch::default(), &mut stretches);
        let mut page = Page::default();
        page.fill(&self.lexicon, &context, &entities, &stretches);
        let mut acts: Vec<GoldAct> = gold
            .quotes
            .iter()
            .filter_map(|quote| {
                let whole = |pairs: &[Pair]| -> Option<Range<u32>> {
                    let first = pairs.iter().map(|p| p.0).min()?;
                    let last = pairs.iter().map(|p| p.1).max()?;
                    items_of(&page, &tokens, corpus::span((first, last)))
                };
                let cue = whole(&quote.cue)?;
                if page.items[cue.start as usize..cue.end as usize].iter().any(|item| item.is_quoted()) {
                    return None;
                }
                let speaker = whole(&quote.speaker)
                    .filter(|speaker| speaker.end <= cue.start || cue.end <= speaker.start);
                let contents = quote
                    .content
                    .iter()
                    .filter_map(|&pair| items_of(&page, &tokens, corpus::span(pair)))
                    .collect();
                Some(GoldAct { cue, contents, speaker })
            })
            .collect();
        acts.sort_by_key(|act| act.cue.start);
        Lesson { page, acts }
    }
}

/// The items that a span touches; those at its edges only if it holds half of them.
fn items_of(page: &Page, tokens: &[Token], span: Span) -> Option<Range<u32>> {
    let first = tokens.partition_point(|token| token.span.end() <= span.start());
    let last = tokens.partition_point(|token| token.span.start() < span.end());
    if first >= last {
        return None;
    }
    let (mut start, mut end) = (page.item_of(first), page.item_of(last - 1) + 1);
    let halved = |at: usize| {
        let whole = page.items[at].span(tokens);
        whole.intersection(span).map_or(0, Span::len) * 2 < whole.len()
    };
    if start < end && halved(start) {
        start += 1;
    }
    if start < end && halved(end - 1) {
        end -= 1;
    }
    (start < end).then(|| narrow(start)..narrow(end))
}

impl Lesson {
    /// The labels of a sentence for the cue tagger.
    pub(super) fn cue_labels(&self, sentence: &Range<u32>) -> Vec<u8> {
        let mut labels = vec![cue::OUTSIDE; sentence.len()];
        let mut from = 0;
        for act in &self.acts {
            let inside = act.cue.start >= sentence.start && act.cue.end <= sentence.end;
            let start = act.cue.start.wrapping_sub(sentence.start) as usize;
            if !inside || start < from {
                continue;
            }
            let end = (act.cue.end - sentence.start) as usize;
            fill(&mut labels[start..end], cue::BEGIN);
            from = end;
        }
        labels
    }
}

/// The labels of the items around a cue, for what it reports and its speaker.
pub(super) fn part_labels(window: &Range<u32>, cue: &Range<u32>, act: Option<&GoldAct>) -> Vec<u8> {
    let mut labels = vec![parts::OUTSIDE; window.len()];
    let at = |item: u32| (item - window.start) as usize;
    for item in cue.clone() {
        labels[at(item)] = parts::CUE;
    }
    let mut put = |range: &Range<u32>, first: u8| {
        let (mut start, mut end) = (range.start.max(window.start), range.end.min(window.end));
        // Where the cue was found wider than the gold has it, it takes what it covers.
        if start < cue.start && cue.start < end {
            end = cue.start;
        } else if start < cue.end && cue.start <= start {
            start = cue.end;
        }
        if start < end && labels[at(start)..at(end - 1) + 1].iter().all(|&label| label == parts::OUTSIDE) {
            fill(&mut labels[at(start)..at(end - 1) + 1], first);
        }
    };
    if let Some(act) = act {
        act.contents.iter().for_each(|content| put(content, parts::CONTENT));
        if let Some(speaker) = &act.speaker {
            put(speaker, parts::SPEAKER);
        }
    }
    labels
}

/// Begin, inside, end and unit, in the order that both label sets keep.
fn fill(labels: &mut [u8], begin: u8) {
    let last = labels.len() - 1;
    labels.fill(begin + 1);
    labels[last] = begin + 2;
    labels[0] = if last == 0 { begin + 3 } else { begin };
}
