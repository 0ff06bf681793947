//! The stretch of tokens that is read at once, a sentence or what stands between sentences, with what the
//! place of each token in it tells. It must not know what is a name.

use super::features::is_core;
use super::knowledge::{Knowledge, ListSet};
use super::word::WordFacts;
use crate::text::chars;
use crate::token::{Case, Token, TokenKind};

/// How a unit is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Style {
    /// As sentences are.
    #[default]
    Running,
    /// IN CAPITALS, AS HEADLINES OF WIRES ARE.
    Capitals,
    /// With a Capital at Most Words, as Other Headlines Are.
    Titled,
    /// No more than a few words, capitalised: rows of tables, bylines, signatures.
    Short,
}

/// What a token's place in its unit tells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// The run of capitalised words that the token lies in, as indices into the unit; empty outside of runs.
    pub(crate) run_start: u32,
    pub(crate) run_end: u32,
    /// Lists of the longest known name of several words that the token lies in.
    pub(crate) names: ListSet,
    /// Where in that name: 0 first, 1 within, 2 last.
    pub(crate) name_part: u8,
    /// Whether a mark before it may have ended a sentence or opened a quotation or an aside.
    pub(crate) after_stop: bool,
    pub(crate) in_quote: bool,
    pub(crate) in_brackets: bool,
}

/// A unit with everything that the feature template looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit<'a> {
    pub(crate) tokens: &'a [Token],
    /// For each token the number of its word in `facts`.
    pub(crate) ids: &'a [u32],
    pub(crate) facts: &'a [WordFacts],
    pub(crate) places: &'a [Place],
    pub(crate) style: Style,
}

impl Unit<'_> {
    /// The word so many places from `index`.
    #[inline]
    pub(crate) fn word(&self, index: usize, distance: isize) -> &WordFacts {
        index
            .checked_add_signed(distance)
            .and_then(|at| self.ids.get(at))
            .map_or(&WordFacts::NONE, |&id| &self.facts[id as usize])
    }
}

/// Buffers that a unit borrows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Units {
    pub(crate) places: Vec<Place>,
    pub(crate) style: Style,
}

impl Units {
    /// Looks over the tokens of the next unit.
    pub(crate) fn look(&mut self, text: &str, tokens: &[Token], knowledge: &Knowledge, style: Style) {
        self.style = style;
        self.places.clear();
        self.places.resize(tokens.len(), Place::default());
        self.mark_runs(text, tokens);
        self.mark_names(tokens, knowledge);
        self.mark_enclosures(text, tokens);
    }

    fn mark_runs(&mut self, text: &str, tokens: &[Token]) {
        let mut at = 0;
        while at < tokens.len() {
            if !is_core(&tokens[at]) {
                at += 1;
                continue;
            }
            let start = at;
            at += 1;
            while at < tokens.len() {
                if is_core(&tokens[at]) {
                    at += 1;
                } else if at + 1 < tokens.len() && is_core(&tokens[at + 1]) && joins(text, tokens, at) {
                    at += 2;
                } else {
                    break;
                }
            }
            let (run_start, run_end) = (narrow(start), narrow(at));
            for place in &mut self.places[start..at] {
                (place.run_start, place.run_end) = (run_start, run_end);
            }
        }
    }

    fn mark_names(&mut self, tokens: &[Token], knowledge: &Knowledge) {
        let mut at = 0;
        while at < tokens.len() {
            let Some((len, lists)) =
                is_core(&tokens[at]).then(|| knowledge.longest_name(&tokens[at..])).flatten()
            else {
                at += 1;
                continue;
            };
            for (index, place) in self.places[at..at + len].iter_mut().enumerate() {
                place.names = lists;
                place.name_part = if index == 0 { 0 } else { 1 + u8::from(index + 1 == len) };
            }
            at += len;
        }
    }

    fn mark_enclosures(&mut self, text: &str, tokens: &[Token]) {
        let (mut in_quote, mut in_brackets, mut after_stop) = (false, false, true);
        for (token, place) in tokens.iter().zip(&mut self.places) {
            (place.in_quote, place.in_brackets, place.after_stop) = (in_quote, in_brackets, after_stop);
            after_stop = false;
            match token.kind {
                TokenKind::Quote => {
                    if token.of(text).chars().next().is_some_and(chars::is_double_mark) {
                        in_quote = !in_quote;
                    }
                    after_stop = true;
                }
                TokenKind::Punctuation => {
                    let mark = token.of(text).chars().next().unwrap_or(' ');
                    if chars::is_open_bracket(mark) {
                        in_brackets = true;
                    } else if chars::is_close_bracket(mark) {
                        in_brackets = false;
                    }
                    after_stop = chars::is_terminal(mark) || matches!(mark, ':' | '*' | '•');
                }
                TokenKind::Word | TokenKind::Number | TokenKind::Symbol => {}
            }
        }
    }
}

/// "Rolls-Royce", "Johnson & Johnson", "St. Louis": the mark at `at` keeps a run together. "Paris, London"
/// and "in Paris. London" stay apart: a comma never joins, a stop only behind a short word.
fn joins(text: &str, tokens: &[Token], at: usize) -> bool {
    match tokens[at].of(text) {
        "-" => tokens[at].is_glued() && tokens[at + 1].is_glued(),
        "&" => true,
        "." => at > 0 && tokens[at].is_glued() && tokens[at - 1].span.len() <= 3,
        _ => false,
    }
}

/// How a stretch of tokens is written, by the letters of its words.
pub(crate) fn style_of(tokens: &[Token]) -> Style {
    let (mut words, mut upper, mut capital, mut lower) = (0, 0, 0, 0);
    for token in tokens.iter().filter(|token| token.kind == TokenKind::Word) {
        words += 1;
        match token.case {
            Case::Upper => upper += 1,
            Case::Title | Case::Mixed => capital += 1,
            Case::Lower => lower += usize::from(token.span.len() > 3),
            Case::None => {}
        }
    }
    if words >= 3 && upper * 10 >= words * 6 && lower * 5 <= words {
        Style::Capitals
    } else if words >= 4 && lower * 5 <= words && (capital + upper) * 2 > words {
        Style::Titled
    } else if words <= 6 && lower == 0 {
        Style::Short
    } else {
        Style::Running
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("tokens are fewer than bytes: this is a bug")
}
