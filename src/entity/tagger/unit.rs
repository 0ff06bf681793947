//! The stretch of tokens that is read at once, a sentence or what stands between sentences, with what the
//! place of each token in it tells. It must not know what is a name.

use super::features::is_core;
use super::knowledge::{Knowledge, ListSet};
use super::word::WordFacts;
use crate::text::chars;
use crate::token::{Case, Token, TokenKind};
use std::ops::Range;

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
    /// As sentences are, in an article that does not care for capitals.
    Small,
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
    /// Its part in "National Aviation Board (NAB)": 0 none, 1 the letters in brackets, 2 the first of the words
    /// that they stand for, 3 a later one, 4 capitals in brackets that stand for no words before them.
    pub(crate) initials: u8,
    /// The run of capitalised words before this one, if no more than two small words part them, or 0 0.
    pub(crate) before_start: u32,
    pub(crate) before_end: u32,
    /// Where the run behind begins and ends, in the same way.
    pub(crate) after_start: u32,
    pub(crate) after_end: u32,
}

/// Most tokens between two runs that see each other.
const GAP: usize = 2;

/// Longest abbreviation that is compared with the words before it.
const LONGEST_INITIALS: usize = 8;

/// A unit with everything that the feature template looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit<'a> {
    pub(crate) tokens: &'a [Token],
    /// For each token the number of its word in `facts`.
    pub(crate) ids: &'a [u32],
    pub(crate) facts: &'a [WordFacts],
    /// For each token of a candidate stretch what its place tells.
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
    /// Looks over the tokens of the candidate stretches of the next unit; no run leaves one, nor do neighbours see
    /// each other across a gap. `leads` says of a token whether a longer name begins with its word.
    pub(crate) fn look(
        &mut self,
        text: &str,
        tokens: &[Token],
        stretches: impl Iterator<Item = Range<usize>> + Clone,
        leads: impl Fn(usize) -> bool,
        knowledge: &Knowledge,
        style: Style,
    ) {
        self.style = style;
        self.places.resize(tokens.len(), Place::default());
        stretches.clone().for_each(|stretch| self.places[stretch].fill(Place::default()));
        let may_lead =
            |at: usize| is_core(&tokens[at]) || style == Style::Small && tokens[at].case == Case::Lower;
        let mut named = 0;
        for stretch in stretches {
            self.mark_runs(text, tokens, stretch.clone());
            // Names written small may begin before the stretch that they reach into.
            let from = if style == Style::Small { named } else { named.max(stretch.start) };
            named = self.mark_names(tokens, from..stretch.end, |at| may_lead(at) && leads(at), knowledge);
            self.mark_initials(text, tokens, stretch.clone());
            self.mark_neighbours(stretch);
        }
        self.mark_enclosures(text, tokens);
    }

    fn mark_runs(&mut self, text: &str, tokens: &[Token], within: Range<usize>) {
        let mut at = within.start;
        while at < within.end {
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

    /// Names that begin in a range of tokens; gives the index behind the last of them.
    fn mark_names(
        &mut self,
        tokens: &[Token],
        within: Range<usize>,
        leads: impl Fn(usize) -> bool,
        knowledge: &Knowledge,
    ) -> usize {
        let mut at = within.start;
        while at < within.end {
            let longest = || knowledge.longest_name(&tokens[at..]);
            let Some((len, lists)) = leads(at).then(longest).flatten() else {
                at += 1;
                continue;
            };
            for (index, place) in self.places[at..at + len].iter_mut().enumerate() {
                place.names = lists;
                place.name_part = if index == 0 { 0 } else { 1 + u8::from(index + 1 == len) };
            }
            at += len;
        }
        at
    }

    /// Which runs stand before and behind each token, near enough to be parts of one name: "Bank of England",
    /// "Union for French Democracy".
    fn mark_neighbours(&mut self, within: Range<usize>) {
        let places = &mut self.places;
        let mut last = (0, 0);
        for at in within.clone() {
            let place = &mut places[at];
            let own = (place.run_start, place.run_end);
            let from = if own.0 < own.1 { own.0 as usize } else { at };
            if last.0 < last.1 && from <= last.1 as usize + GAP {
                (place.before_start, place.before_end) = last;
            }
            if own.0 < own.1 && at + 1 == own.1 as usize {
                last = own;
            }
        }
        let mut next = (0, 0);
        for at in within.rev() {
            let place = &mut places[at];
            let own = (place.run_start, place.run_end);
            let to = if own.0 < own.1 { own.1 as usize } else { at + 1 };
            if next.0 < next.1 && next.0 as usize <= to + GAP {
                (place.after_start, place.after_end) = next;
            }
            if own.0 < own.1 && at == own.0 as usize {
                next = own;
            }
        }
    }

    /// "the Housing Office of New Bonn (HONB) said"; not "Mr Bell (UK)".
    fn mark_initials(&mut self, text: &str, tokens: &[Token], within: Range<usize>) {
        for at in within.start.max(2)..within.end.min(tokens.len().saturating_sub(1)) {
            let is = |at: usize, mark: &str| {
                tokens[at].kind == TokenKind::Punctuation && tokens[at].of(text) == mark
            };
            let token = &tokens[at];
            let abbreviates =
                token.kind == TokenKind::Word && matches!(token.case, Case::Upper | Case::Mixed);
            if !abbreviates || !is(at - 1, "(") || !is(at + 1, ")") {
                continue;
            }
            self.places[at].initials = 4;
            if let Some(start) = spelled_out(text, &tokens[..at - 1], token) {
                self.places[at].initials = 1;
                self.places[start].initials = 2;
                self.places[start + 1..at - 1].iter_mut().for_each(|place| place.initials = 3);
            }
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

/// Where the words begin whose initials are the letters of `short`, its last word being the last of `words`.
/// Small words may stand among them without a letter of their own, or with a small one.
fn spelled_out(text: &str, words: &[Token], short: &Token) -> Option<usize> {
    let letters = || short.of(text).chars().filter(|c| c.is_alphanumeric());
    let count = letters().count();
    if !(2..=LONGEST_INITIALS).contains(&count) {
        return None;
    }
    let mut at = words.len();
    for letter in letters().collect::<Vec<_>>().into_iter().rev() {
        let mut skipped = 0;
        loop {
            at = at.checked_sub(1)?;
            let word = &words[at];
            let first = word.of(text).chars().next()?;
            let counts = if letter.is_lowercase() { word.kind == TokenKind::Word } else { is_core(word) };
            if counts && first.to_lowercase().eq(letter.to_lowercase()) {
                break;
            }
            if is_core(word) || skipped == GAP {
                return None;
            }
            skipped += 1;
        }
    }
    is_core(&words[at]).then_some(at)
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

#[cfg(test)]
mod tests {
    use super::{Style, Units};
    use crate::entity::tagger::knowledge::Knowledge;
    use crate::text::Span;
    use crate::token::{Token, tokenize};

    fn look(text: &str) -> (Vec<Token>, Units) {
        let mut tokens = Vec::new();
        tokenize(text, Span::of_bytes(0, text.len()), &mut tokens);
        let mut units = Units::default();
        let all = std::iter::once(0..tokens.len());
        units.look(text, &tokens, all, |_| false, &Knowledge::default(), Style::Running);
        (tokens, units)
    }

    #[test]
    fn letters_in_brackets_are_matched_with_the_words_before() {
        let check = |text: &str, expected: &str| {
            let (tokens, units) = look(text);
            let marked = tokens.iter().zip(&units.places).filter(|(_, place)| place.initials != 0);
            let marked: Vec<_> =
                marked.map(|(token, place)| format!("{}{}", token.of(text), place.initials)).collect();
            assert_eq!(marked.join(" "), expected, "{text}");
        };
        check("the Housing Office of New Bonn (HONB) said", "Housing2 Office3 of3 New3 Bonn3 HONB1");
        check("the Office of Rivers (OoR)", "Office2 of3 Rivers3 OoR1");
        check("Union for Free Towns (UFT)", "Union2 for3 Free3 Towns3 UFT1");
        check("Mr Bell (UK) said", "UK4");
        check("a river (the Aare) and", "");
        check("(NAB) came first", "");
    }

    #[test]
    fn near_runs_see_each_other_over_small_words() {
        let check = |text: &str, word: &str, expected: (&str, &str)| {
            let (tokens, units) = look(text);
            let at = tokens.iter().position(|token| token.of(text) == word).unwrap();
            let run = |start: u32, end: u32| {
                let run = &tokens[start as usize..end as usize];
                run.iter().map(|token| token.of(text)).collect::<Vec<_>>().join(" ")
            };
            let place = &units.places[at];
            let found = (run(place.before_start, place.before_end), run(place.after_start, place.after_end));
            assert_eq!((found.0.as_str(), found.1.as_str()), expected, "{word} in {text}");
        };
        let text = "The Union for Free Towns met envoys from all over the Aare Valley";
        check(text, "Union", ("", "Free Towns"));
        check(text, "for", ("The Union", "Free Towns"));
        check(text, "Towns", ("The Union", ""));
        check(text, "Aare", ("", ""));
    }
}
