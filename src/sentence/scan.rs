//! Where a sentence might end: one pass over the bytes of a paragraph finds the candidates. It must not
//! know which of them are ends; whoever drives it says so of each.
//!
//! A candidate is a place between two words: after a stop with its closing marks, at a line break, before
//! a capital that stands where no stop is, or right behind a stop that no blank follows. What is a rule
//! is settled here: closing marks belong to the sentence before them however they stand, citation markers
//! too, and there is no candidate inside a URL, an address or a file name.

use super::bytes::{self, Class, Turns};
use crate::text::Span;

/// What sort of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// After a stop and its closing marks, before a blank.
    Stop,
    /// Before a blank and a word that could begin a sentence, after anything else.
    Bare,
    /// After a stop or its closing marks, before a word that touches them.
    Glued,
}

/// What marks a place: how likely it is that a sentence ends there hangs on nothing so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Place {
    /// A stop, with a blank behind it.
    Stop,
    /// A stop or its closing mark that the next word touches, or a line break.
    Break,
    /// Nothing: there is but a word that could begin a sentence.
    Unmarked,
    /// Nothing either, in a stretch that has probably lost its paragraphs.
    RunOn,
}

impl Place {
    /// All of them, in the order in which a model keeps what it knows of each.
    pub(crate) const ALL: [Self; 4] = [Self::Stop, Self::Break, Self::Unmarked, Self::RunOn];
}

/// A place where a sentence may end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    /// What sort of place.
    pub(crate) kind: Kind,
    /// Where the stop begins, or the closing marks where there is none.
    pub(crate) stop: usize,
    /// Where the closing marks begin.
    pub(crate) closers: usize,
    /// Where the sentence would end.
    pub(crate) end: usize,
    /// Where the next would begin.
    pub(crate) next: usize,
    /// Whether a line break lies between the two.
    pub(crate) breaks_line: bool,
    /// Whether a double quotation mark is open there.
    pub(crate) in_quote: bool,
    /// Whether a bracket is open there.
    pub(crate) in_bracket: bool,
    /// Where the sentence begins that would end here.
    pub(crate) sentence: usize,
    /// Where the line begins that the candidate stands in.
    pub(crate) line: usize,
}

impl Candidate {
    /// What marks it.
    #[inline]
    pub(crate) fn place(&self, is_run_on: bool) -> Place {
        match self.kind {
            Kind::Stop if !self.breaks_line => Place::Stop,
            Kind::Bare if !self.breaks_line && is_run_on => Place::RunOn,
            Kind::Bare if !self.breaks_line => Place::Unmarked,
            Kind::Stop | Kind::Bare | Kind::Glued => Place::Break,
        }
    }
}

/// How far back closing marks and stops are followed: no real run is longer, and time must stay linear.
const LONGEST_RUN: usize = 24;

/// How far an address is followed to find out that it is one.
const LONGEST_ADDRESS: usize = 64;

/// Divides a stretch that is neither blank nor blank at its edges: asks `ends` of each candidate, in
/// order, and hands each sentence to `emit`. Names are many and rarely begin a sentence that no stop parts from the
/// one before: a word with a capital is a candidate there only if `may_open` says so of where the sentence
/// began and where the word stands.
pub(crate) fn divide(
    text: &str,
    stretch: Span,
    may_open: impl Fn(usize, usize) -> bool,
    mut ends: impl FnMut(&Candidate) -> bool,
    mut emit: impl FnMut(Span),
) {
    let mut scanner = Scanner::new(text, stretch, may_open);
    while let Some(candidate) = scanner.next_candidate() {
        if ends(&candidate) {
            emit(Span::of_bytes(candidate.sentence, candidate.end));
            scanner.sentence = candidate.next;
        }
    }
    emit(Span::of_bytes(scanner.sentence, stretch.end() as usize));
}

/// The state of the pass.
struct Scanner<'t, F> {
    may_open: F,
    bytes: &'t [u8],
    turns: Turns,
    /// The next byte to look at.
    at: usize,
    end: usize,
    /// Where the sentence began that is being read.
    sentence: usize,
    /// Where the line began.
    line: usize,
    /// The last place whose gap before it was judged.
    judged: usize,
    /// Whether a stop was passed since the last gap, so that the next one matters.
    stopped: bool,
    in_quote: bool,
    /// Where the innermost open bracket stands, plus one; only the last one is kept.
    bracket: usize,
}

impl<'t, F: Fn(usize, usize) -> bool> Scanner<'t, F> {
    fn new(text: &'t str, stretch: Span, may_open: F) -> Self {
        let start = stretch.start() as usize;
        let bytes = &text.as_bytes()[..stretch.end() as usize];
        Self {
            may_open,
            bytes,
            turns: Turns::new(bytes, start),
            at: start,
            end: stretch.end() as usize,
            sentence: start,
            line: start,
            judged: start,
            stopped: false,
            in_quote: false,
            bracket: 0,
        }
    }

    fn next_candidate(&mut self) -> Option<Candidate> {
        loop {
            self.at = if self.stopped {
                bytes::next_marked(self.bytes, self.at)
            } else {
                self.turns.next(self.bytes, self.at)
            };
            if self.at >= self.end {
                return None;
            }
            let class = bytes::class(self.bytes[self.at]);
            let found = if class == Class::Blank {
                self.gap()
            } else if self.is_unjudged() {
                // By far the most of them are names.
                if self.is_inside() {
                    (self.judged, self.stopped) = (self.at, false);
                    self.at += 1;
                    continue;
                }
                self.gap()
            } else {
                match class {
                    Class::Stop => self.stop(),
                    Class::Mark => self.mark(),
                    Class::Wide => self.wide(),
                    Class::Beginner | Class::Blank | Class::Plain => {
                        self.at += 1;
                        None
                    }
                }
            };
            if found.is_some() {
                return found;
            }
        }
    }

    /// Whether a space was passed right before the place and has not been looked at.
    fn is_unjudged(&self) -> bool {
        self.at > self.judged && self.bytes[self.at - 1] == b' ' && bytes::may_begin(self.bytes[self.at])
    }

    /// Whether the place is a word with a capital that begins no sentence, one blank behind another word.
    fn is_inside(&self) -> bool {
        let [.., last, b' ', first] = self.bytes[..=self.at] else { return false };
        last.is_ascii_alphanumeric() && first.is_ascii_uppercase() && !(self.may_open)(self.sentence, self.at)
    }

    /// A bracket or a straight quotation mark.
    fn mark(&mut self) -> Option<Candidate> {
        match self.bytes[self.at] {
            b'"' => self.in_quote = !self.in_quote,
            b'(' | b'[' => self.bracket = self.at + 1,
            _ => self.bracket = 0,
        }
        self.at += 1;
        None
    }

    /// A character of several bytes that may be a mark or a blank.
    fn wide(&mut self) -> Option<Candidate> {
        let width = bytes::wide_blank(&self.bytes[self.at..]);
        if width > 0 {
            return self.gap();
        }
        match &self.bytes[self.at..] {
            [0xe2, 0x80, 0x9c | 0x9e, ..] | [0xc2, 0xab, ..] => self.in_quote = true,
            [0xe2, 0x80, 0x9d, ..] | [0xc2, 0xbb, ..] => self.in_quote = false,
            [0xe2, 0x80, 0xa6, ..] => return self.stop(),
            _ => {}
        }
        self.at += bytes::width(self.bytes[self.at]);
        None
    }

    /// A stop: only of interest here if the next word touches it.
    fn stop(&mut self) -> Option<Candidate> {
        let stop = self.at;
        while bytes::stop_len(self.bytes, self.at) > 0 {
            self.at += bytes::stop_len(self.bytes, self.at);
        }
        self.stopped = true;
        let closers = self.at;
        // Marks behind the stop are passed by the main loop too, which keeps the state of quotation; look
        // past them without moving.
        let mut after = closers;
        let mut marks = 0;
        while marks < 3 && bytes::quote_len(self.bytes, after) > 0 {
            after += bytes::quote_len(self.bytes, after);
            marks += 1;
        }
        let next = self.bytes.get(after)?;
        if !next.is_ascii_uppercase() || !self.may_touch(stop, closers, after) {
            return None;
        }
        let opens = marks > 0 && self.opens_quote(closers);
        let end = if opens { closers } else { after };
        self.pass_marks(end);
        Some(self.candidate(Kind::Glued, [stop, closers, end, end]))
    }

    /// Whether the first mark at `at` opens a quotation.
    fn opens_quote(&self, at: usize) -> bool {
        match &self.bytes[at..] {
            [0xe2, 0x80, 0x9c | 0x98 | 0x9e, ..] | [b'`', ..] => true,
            [b'"', ..] => !self.in_quote,
            _ => false,
        }
    }

    /// Moves on to `to` over closing marks, keeping the state of quotation.
    fn pass_marks(&mut self, to: usize) {
        while self.at < to {
            match &self.bytes[self.at..] {
                [b'"', ..] => self.in_quote = !self.in_quote,
                [0xe2, 0x80, 0x9d, ..] | [0xc2, 0xbb, ..] => self.in_quote = false,
                [b')' | b']', ..] => self.bracket = 0,
                _ => {}
            }
            self.at += bytes::width(self.bytes[self.at]);
        }
    }

    /// Whether a sentence can end between a stop and a capital that touches it: "left.Then", but not
    /// "U.S.A", "example.Com/Path" or "Ph.D".
    fn may_touch(&self, stop: usize, closers: usize, next: usize) -> bool {
        let floor = self.sentence.max(stop.saturating_sub(LONGEST_ADDRESS));
        let run = self.bytes[floor..stop].iter().rposition(|&byte| bytes::is_blank(byte));
        let before = &self.bytes[run.map_or(floor, |blank| floor + blank + 1)..stop];
        let tail = &before[before.len().saturating_sub(2)..];
        let word_ends = match tail {
            [.., b')' | b']' | b'%'] => true,
            [.., last] if *last >= 0x80 => true,
            [a, b] => a.is_ascii_alphanumeric() && (b.is_ascii_lowercase() || b.is_ascii_digit()),
            _ => false,
        };
        if !word_ends || (closers == next && self.is_dotted_name(stop, next)) {
            return false;
        }
        let from = stop - before.len();
        let to = self.end.min(next + LONGEST_ADDRESS);
        let rest = &self.bytes[next..to];
        let run_end = next + rest.iter().position(|&b| bytes::class(b) == Class::Blank).unwrap_or(rest.len());
        !self.bytes[from..run_end].iter().any(|b| matches!(b, b'@' | b'/' | b'\\' | b'_' | b'='))
    }

    /// "Amazon.Com", "Setup.EXE", "Node.JS": one dot, and behind it nothing but an extension.
    fn is_dotted_name(&self, stop: usize, next: usize) -> bool {
        let word = &self.bytes[next..self.end.min(next + 12)];
        let len = word.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(word.len());
        self.bytes[stop] == b'.' && stop + 1 == next && bytes::is_extension(&word[..len])
    }

    /// Blanks, or a place behind some: find what stands before and behind them.
    fn gap(&mut self) -> Option<Candidate> {
        let mut gap = self.at;
        while bytes::is_blank(self.bytes[gap - 1]) {
            gap -= 1;
        }
        let line = self.line;
        let breaks_line = self.skip_blanks();
        if self.at >= self.end {
            return None;
        }
        let (last, first) = (self.bytes[gap - 1], self.bytes[self.at]);
        if !breaks_line && bytes::is_inner(last) {
            let is_word = last.is_ascii_alphanumeric() && first.is_ascii_uppercase();
            if !bytes::may_begin(first) || is_word && !(self.may_open)(self.sentence, self.at) {
                return None;
            }
        }
        // Texts that were put together from tokens part a genitive from its noun: "Acme Inc. 's profit".
        if matches!(self.bytes[self.at..], [b'\'', b's', b' ', ..]) {
            return None;
        }
        self.between(gap, line, breaks_line)
    }

    /// Moves on to what is not blank; says whether that is on another line.
    fn skip_blanks(&mut self) -> bool {
        let mut breaks_line = false;
        while self.at < self.end {
            let rest = &self.bytes[self.at..];
            let width = match bytes::class(rest[0]) {
                Class::Blank => 1,
                Class::Wide => bytes::wide_blank(rest),
                Class::Plain | Class::Stop | Class::Mark | Class::Beginner => 0,
            };
            if width == 0 {
                break;
            }
            breaks_line |= bytes::is_line_break(rest);
            self.at += width;
        }
        if breaks_line {
            self.line = self.at;
        }
        self.judged = self.at;
        self.stopped = false;
        breaks_line
    }

    /// Judges what stands around a gap.
    fn between(&mut self, gap: usize, line: usize, mut breaks_line: bool) -> Option<Candidate> {
        let floor = self.sentence.max(gap.saturating_sub(LONGEST_RUN));
        let closers = bytes::before_closers(self.bytes, gap, floor);
        let stop = bytes::before_stops(self.bytes, closers, floor);
        let mut end = gap;
        let kind = if stop < closers { Kind::Stop } else { Kind::Bare };
        if kind == Kind::Stop {
            // A stop in the middle of an ellipsis ("well . . . maybe") is none, and a sentence has words.
            if bytes::stop_len(self.bytes, self.at) > 0 || stop <= self.sentence {
                return None;
            }
            if !breaks_line {
                (end, breaks_line) = self.detached(gap);
            }
        }
        if self.at >= self.end || kind == Kind::Bare && !breaks_line && !bytes::may_begin(self.bytes[self.at])
        {
            return None;
        }
        let candidate = self.candidate(kind, [stop, closers, end, self.at]);
        Some(Candidate { breaks_line, line, ..candidate })
    }

    /// Moves over closing marks and citation markers that a blank parts from their stop: `left. "`,
    /// `left. ' "`, `left. [12]`. Gives the end of the last of them, or `gap` if there is none, and
    /// whether a line break follows.
    fn detached(&mut self, gap: usize) -> (usize, bool) {
        let mut end = gap;
        for _ in 0..4 {
            let width = self.detached_len();
            if width == 0 {
                break;
            }
            end = self.at + width;
            self.pass_marks(end);
            if self.skip_blanks() {
                return (end, true);
            }
        }
        (end, false)
    }

    /// Length of the mark here if it closes what stands before and touches nothing behind, else 0.
    fn detached_len(&self) -> usize {
        let rest = &self.bytes[self.at..];
        let width = match rest {
            [b'"', ..] if !self.in_quote => 0,
            [b'\'', b'\'', ..] => 2,
            [b'"' | b'\'' | b')' | b']', ..] => 1,
            [0xe2, 0x80, 0x99 | 0x9d, ..] => 3,
            [0xc2, 0xbb, ..] => 2,
            [b'[', ..] => bytes::citation_len(rest),
            _ => 0,
        };
        let touches = rest.get(width).is_some_and(|&byte| {
            !matches!(bytes::class(byte), Class::Blank | Class::Mark) && byte != b'\'' && byte != 0xe2
        });
        if touches { 0 } else { width }
    }

    fn candidate(&self, kind: Kind, [stop, closers, end, next]: [usize; 4]) -> Candidate {
        Candidate {
            kind,
            stop,
            closers,
            end,
            next,
            breaks_line: false,
            in_quote: self.in_quote,
            in_bracket: self.bracket > self.sentence,
            sentence: self.sentence,
            line: self.line,
        }
    }
}
