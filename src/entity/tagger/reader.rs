//! How an article is read for names: in units, with candidate stretches in each, a memory of the article's
//! words and a bounded store of facts of words. Trainer and tagger both read through it; it must not know
//! weights.

use super::features::is_core;
#[cfg(feature = "train")]
use super::features::{DISTANCES, REACH, context_features, word_features};
use super::knowledge::Knowledge;
use super::memory::Memory;
use super::segments::segments;
use super::unit::{Style, Unit, Units, style_of};
use super::word::{WordFacts, spelled};
use crate::lexicon::FastMap;
use crate::sentence::Sentence;
use crate::token::{self, Case, Token};
use std::ops::Range;

/// Most words whose facts are kept from unit to unit.
const MOST_WORDS: usize = 8192;

/// Tokens that are read together.
#[derive(Clone, Debug)]
pub(crate) struct UnitRange {
    pub(crate) tokens: Range<usize>,
    /// Its candidate stretches in [`Reader::segments`].
    pub(crate) segments: Range<usize>,
    pub(crate) style: Style,
}

impl UnitRange {
    /// Whether what the first reading made of it is worth remembering: capitals hide what is a name.
    pub(crate) const fn notes(&self) -> bool {
        !matches!(self.style, Style::Capitals)
    }
}

/// Facts of the words read of late, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct WordStore {
    numbers: FastMap<u64, u32>,
    facts: Vec<WordFacts>,
}

impl WordStore {
    /// Whether it is time to forget: bounded memory for texts of any length.
    pub(crate) fn is_full(&self) -> bool {
        self.facts.len() >= MOST_WORDS
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.numbers.clear();
        self.facts.clear();
    }

    /// All facts, in the order in which their words came.
    pub(crate) fn facts(&self) -> &[WordFacts] {
        &self.facts
    }

    fn number(&mut self, token: &Token, text: &str, knowledge: &Knowledge) -> u32 {
        let facts = &mut self.facts;
        *self.numbers.entry(spelled(token, text)).or_insert_with(|| {
            facts.push(WordFacts::of(token, text, knowledge));
            u32::try_from(facts.len() - 1).expect("words are fewer than bytes: this is a bug")
        })
    }
}

/// Whether an article has sentences that begin with a small letter, or "i" for "I": where capitals are not
/// cared for, a small "paris" may be a name. The second line of a list is no such sentence: "- of which".
fn writes_names_small(text: &str, tokens: &[Token], sentences: &[Sentence]) -> bool {
    let mut at = 0;
    sentences.iter().any(|sentence| {
        at += token::count_before(&tokens[at..], sentence.span.start());
        tokens.get(at).is_some_and(|token| token.case == Case::Lower && sentence.span.contains(token.span))
    }) || tokens.iter().any(|token| token.case == Case::Lower && token.of(text) == "i")
}

/// Reads one article at a time; buffers are reused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reader {
    pub(crate) units: Vec<UnitRange>,
    /// Candidate stretches, as indices of tokens of the article.
    pub(crate) segments: Vec<Range<usize>>,
    pub(crate) memory: Memory,
    pub(crate) words: WordStore,
    /// Whether the article writes names with small letters too.
    small: bool,
    places: Units,
    ids: Vec<u32>,
}

impl Reader {
    /// Divides the article and looks how its words are written.
    pub(crate) fn open(
        &mut self,
        text: &str,
        tokens: &[Token],
        sentences: &[Sentence],
        knowledge: &Knowledge,
    ) {
        self.small = writes_names_small(text, tokens, sentences);
        let knowledge = self.small.then_some(knowledge);
        self.units.clear();
        self.segments.clear();
        self.memory.clear();
        let mut at = 0;
        for sentence in sentences {
            let gap = at;
            at += token::count_before(&tokens[at..], sentence.span.start());
            self.add_gap(text, tokens, gap..at, knowledge);
            let start = at;
            at += token::count_before(&tokens[at..], sentence.span.end());
            self.add_unit(text, tokens, start..at, knowledge);
        }
        self.add_gap(text, tokens, at..tokens.len(), knowledge);
        for token in self.segments.iter().flat_map(|segment| &tokens[segment.clone()]) {
            if is_core(token) {
                self.memory.watch(token.word);
            }
        }
        // In headlines, capitals tell nothing.
        let telling = |unit: &&UnitRange| !matches!(unit.style, Style::Capitals | Style::Titled);
        for unit in self.units.iter().filter(telling) {
            for (index, token) in tokens[unit.tokens.clone()].iter().enumerate() {
                self.memory.note_writing(token, index == 0);
            }
        }
    }

    /// Tokens that belong to no sentence, such as the dateline: a unit a line.
    fn add_gap(&mut self, text: &str, tokens: &[Token], range: Range<usize>, small: Option<&Knowledge>) {
        let mut start = range.start;
        for index in range.clone() {
            if tokens[index].starts_line() {
                self.add_unit(text, tokens, start..index, small);
                start = index;
            }
        }
        self.add_unit(text, tokens, start..range.end, small);
    }

    fn add_unit(&mut self, text: &str, tokens: &[Token], range: Range<usize>, small: Option<&Knowledge>) {
        if range.is_empty() {
            return;
        }
        let first = self.segments.len();
        segments(text, &tokens[range.clone()], small, &mut self.segments);
        for segment in &mut self.segments[first..] {
            *segment = segment.start + range.start..segment.end + range.start;
        }
        let own = style_of(&tokens[range.clone()]);
        let style = if matches!(own, Style::Running) && small.is_some() { Style::Small } else { own };
        self.units.push(UnitRange { tokens: range, segments: first..self.segments.len(), style });
    }

    /// Makes a unit ready for [`Reader::unit`], as far as its candidate stretches see.
    pub(crate) fn enter(&mut self, unit: usize, text: &str, tokens: &[Token], knowledge: &Knowledge) {
        let UnitRange { tokens: range, segments, style } = self.units[unit].clone();
        let tokens = &tokens[range.clone()];
        let within_unit = |segment: &Range<usize>| segment.start - range.start..segment.end - range.start;
        let stretches = self.segments[segments].iter().map(within_unit);
        self.ids.clear();
        self.ids.extend(tokens.iter().map(|token| self.words.number(token, text, knowledge)));
        let leads = |at: usize| self.words.facts[self.ids[at] as usize].leads;
        self.places.look(text, tokens, stretches, leads, knowledge, style);
    }

    /// The unit entered last; `unit` is its number.
    pub(crate) fn unit<'a>(&'a self, unit: usize, tokens: &'a [Token]) -> Unit<'a> {
        Unit {
            tokens: &tokens[self.units[unit].tokens.clone()],
            ids: &self.ids,
            facts: &self.words.facts,
            places: &self.places.places,
            style: self.places.style,
        }
    }

    /// The features of the token at `index` of the unit, those of the words around it included.
    #[cfg(feature = "train")]
    pub(crate) fn features(&self, unit: &Unit<'_>, index: usize, out: &mut Vec<u64>) {
        for (distance, offset) in (0..DISTANCES).zip(-REACH.cast_signed()..) {
            word_features(unit.word(index, offset), distance, out);
        }
        context_features(unit, index, &self.memory, out);
    }
}

#[cfg(test)]
mod tests {
    use super::writes_names_small;
    use crate::sentence::Segmenter;
    use crate::text::{DocumentBuffer, Span};
    use crate::token::tokenize;
    use std::ops::ControlFlow;

    #[test]
    fn articles_that_do_not_care_for_capitals_are_told_by_their_sentences() {
        let check = |text: &str, expected: bool| {
            let (mut buffer, mut tokens, mut sentences) = (DocumentBuffer::default(), Vec::new(), Vec::new());
            let view = buffer.fill("", text);
            tokenize(text, Span::of_bytes(0, text.len()), &mut tokens);
            let mut go_on = || ControlFlow::Continue(());
            let _ = Segmenter::builtin().unwrap().segment(view, None, &mut go_on, &mut sentences);
            assert_eq!(writes_names_small(text, &tokens, &sentences), expected, "{text}");
        };
        check("where can we eat in oslo?\nTry the harbour.", true);
        check("Last week i went to oslo.", true);
        check("The minister went to Oslo. He said: \"it rained\".", false);
        check("Oslo's ferries stopped.", false);
    }
}
