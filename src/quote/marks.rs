//! Quotation marks paired within each paragraph. It must not know who speaks, nor whether anybody does.
//!
//! A mark opens or closes by its neighbours: glued only to what follows it opens, glued only to what stands
//! before it closes; the way a curly mark points decides only where the neighbours do not, so that a mark
//! typed the wrong way round is read by its place. Double marks are paired first; single ones count only
//! outside of them, because most are apostrophes. Every step walks the marks once, with counts taken from
//! the right beforehand, so that a text of marks alone takes linear time.

use super::turns;
use crate::entity::Context;
use crate::lexicon::WordSet;
use crate::text::{Span, chars};
use crate::token::{self, Case, Token, TokenKind};
use std::ops::Range;

/// A stretch between marks, in no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// First token, the opening mark.
    pub(crate) first: u32,
    /// Token after the last, which is the closing mark if there is one.
    pub(crate) end: u32,
    /// Whether it has a closing mark; else it runs to the end of its paragraph.
    pub(crate) closed: bool,
}

/// Buffers for pairing.
#[derive(Clone, Debug, Default)]
pub(crate) struct MarksScratch {
    marks: Vec<Mark>,
    /// For each mark, how many from it on can only close (double), or the next good close (single).
    ahead: Vec<u32>,
    singles: Vec<Stretch>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    token: u32,
    side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Opens,
    Closes,
    /// A single mark that closes or makes a plural possessive: "the workers' union".
    ClosesPerhaps,
    Either,
}

/// Words that an apostrophe may begin: "'em", "'tis".
const CLIPPED: &str = "em\ntis\ntwas\ntil\ntill\ncause\nn\nbout\nround\ncept\nneath\nfraid\nbama\nnuff";

/// What pairing needs besides the article.
#[derive(Clone, Debug)]
pub(crate) struct Pairer {
    clipped: WordSet,
}

impl Pairer {
    pub(crate) fn new() -> Self {
        Self { clipped: WordSet::compile(CLIPPED) }
    }

    /// Replaces `stretches` by those of the article, in order; tells whether a mark lacks its partner.
    pub(crate) fn pair(
        &self,
        context: &Context<'_>,
        scratch: &mut MarksScratch,
        stretches: &mut Vec<Stretch>,
    ) -> bool {
        stretches.clear();
        let mut unbalanced = false;
        let text = context.document.text();
        let mut from = 0;
        for (index, paragraph) in context.document.paragraphs().iter().enumerate() {
            let tokens = token_range(context.tokens, from, paragraph.span);
            from = tokens.end;
            let next = context.document.paragraphs().get(index + 1).map(|next| next.span);
            let page = Page { text, tokens: context.tokens, range: tokens, next };
            let start = stretches.len();
            unbalanced |= pair_doubles(&page, scratch, stretches);
            self.pair_singles(&page, scratch, start, stretches);
        }
        unbalanced
    }

    /// Replaces `stretches` by those of a range of tokens inside of one paragraph.
    pub(crate) fn pair_within(
        &self,
        context: &Context<'_>,
        range: Range<usize>,
        scratch: &mut MarksScratch,
        stretches: &mut Vec<Stretch>,
    ) {
        stretches.clear();
        let page = Page { text: context.document.text(), tokens: context.tokens, range, next: None };
        pair_doubles(&page, scratch, stretches);
        self.pair_singles(&page, scratch, 0, stretches);
    }

    /// Pairs single marks outside the double stretches `stretches[start..]`, then keeps the outermost.
    fn pair_singles(
        &self,
        page: &Page<'_>,
        scratch: &mut MarksScratch,
        start: usize,
        stretches: &mut Vec<Stretch>,
    ) {
        let MarksScratch { marks, ahead, singles } = scratch;
        marks.clear();
        singles.clear();
        let mut doubles = stretches[start..].iter().peekable();
        for at in page.range.clone() {
            while doubles.next_if(|double| double.end as usize <= at).is_some() {}
            let hidden = doubles.peek().is_some_and(|double| double.first as usize <= at);
            if !hidden && let Some(side) = self.single_side(page, at) {
                marks.push(Mark { token: narrow(at), side });
            }
        }
        // From the right: where the next sure close stands.
        ahead.clear();
        ahead.resize(marks.len() + 1, u32::MAX);
        for at in (0..marks.len()).rev() {
            ahead[at] = if marks[at].side == Side::Closes { narrow(at) } else { ahead[at + 1] };
        }
        let mut at = 0;
        while at < marks.len() {
            if marks[at].side != Side::Opens {
                at += 1;
                continue;
            }
            let perhaps = marks[at + 1..]
                .iter()
                .take_while(|mark| mark.side != Side::Opens)
                .position(|mark| mark.side != Side::Either)
                .map(|found| at + 1 + found);
            let sure = usize::try_from(ahead[at + 1]).ok().filter(|&sure| sure < marks.len());
            let next_open = marks[at + 1..].iter().position(|mark| mark.side == Side::Opens);
            let next_open = next_open.map_or(usize::MAX, |found| at + 1 + found);
            let close = sure.filter(|&sure| sure < next_open).or(perhaps);
            if let Some(close) = close {
                let (first, end) = (marks[at].token, marks[close].token + 1);
                singles.push(Stretch { first, end, closed: true });
                at = close + 1;
            } else {
                if page.reopened(marks[at].token) && sure.is_none() {
                    singles.push(Stretch {
                        first: marks[at].token,
                        end: narrow(page.range.end),
                        closed: false,
                    });
                }
                // Openers up to the next are closed by nothing either: the scans above never overlap.
                at += 1;
            }
        }
        if !singles.is_empty() {
            let doubles = stretches.len();
            stretches.append(singles);
            keep_outermost(stretches, start, doubles);
        }
    }

    /// How a single mark stands, if the token is one.
    fn single_side(&self, page: &Page<'_>, at: usize) -> Option<Side> {
        let token = &page.tokens[at];
        let mut letters = token.of(page.text).chars();
        let mark = letters.next()?;
        if token.kind != TokenKind::Quote || letters.next().is_some() || !chars::is_single_mark(mark) {
            return None;
        }
        let (left, right) = page.neighbours(at);
        match (left, right) {
            (None, Some(next)) => {
                let word = &page.tokens[next];
                let letter = matches!(word.kind, TokenKind::Word | TokenKind::Number | TokenKind::Quote)
                    || matches!(word.of(page.text), "..." | "…" | "$" | "#" | "@" | "[" | "(");
                // "'90s", "'em" are clipped words; "‘90 minutes’" points the right way and is quoted.
                let clipped = self.clipped.contains(word.word)
                    || (word.kind == TokenKind::Number
                        && page
                            .tokens
                            .get(next + 1)
                            .is_some_and(|t| t.is_glued() && t.of(page.text).eq_ignore_ascii_case("s")));
                (letter && (!clipped || matches!(mark, '‘' | '‚' | '‹'))).then_some(Side::Opens)
            }
            (Some(before), right) if right.is_none_or(|next| page.is_closing_punctuation(next)) => {
                let plural = right.is_none()
                    && page.tokens[before].kind == TokenKind::Word
                    && page.tokens[before].of(page.text).ends_with(['s', 'S'])
                    && page.range.end > at + 1
                    && page.tokens[at + 1].kind == TokenKind::Word;
                Some(if plural { Side::ClosesPerhaps } else { Side::Closes })
            }
            (Some(_), _) | (None, None) => None,
        }
    }
}

/// A paragraph whose marks are paired.
struct Page<'a> {
    text: &'a str,
    tokens: &'a [Token],
    range: Range<usize>,
    next: Option<Span>,
}

impl Page<'_> {
    /// The tokens that touch a mark to its left and right, other marks skipped; an opening bracket or a dash
    /// to its left, or a closing bracket or a dash to its right, does not count when something else does.
    fn neighbours(&self, at: usize) -> (Option<usize>, Option<usize>) {
        let is_mark = |at: usize| self.tokens[at].kind == TokenKind::Quote;
        let mut left = None;
        let mut i = at;
        while i > self.range.start && self.tokens[i].is_glued() && at - i < MOST_MARKS {
            i -= 1;
            if !is_mark(i) {
                left = Some(i);
                break;
            }
        }
        let mut right = None;
        let mut i = at + 1;
        while i < self.range.end && self.tokens[i].is_glued() && i - at <= MOST_MARKS {
            if !is_mark(i) {
                right = Some(i);
                break;
            }
            i += 1;
        }
        if right.is_some() && left.is_some_and(|left| self.is_opening_punctuation(left)) {
            left = None;
        }
        (left, right)
    }

    fn is_opening_punctuation(&self, at: usize) -> bool {
        self.first_char(at).is_some_and(|c| chars::is_open_bracket(c) || is_long_dash(c) || c == '/')
            || self.tokens[at].of(self.text) == "--"
            || self.tokens[at].of(self.text) == "-"
    }

    fn is_closing_punctuation(&self, at: usize) -> bool {
        self.first_char(at).is_some_and(|c| {
            chars::is_close_bracket(c)
                || chars::is_terminal(c)
                || matches!(c, ',' | ';' | ':' | '/')
                || chars::is_dash(c)
        })
    }

    fn first_char(&self, at: usize) -> Option<char> {
        self.tokens[at].of(self.text).chars().next()
    }

    /// Whether a stretch that opens with this mark and never closes reaches the end of the paragraph:
    /// because the next paragraph opens it anew, or because it can be nothing else.
    fn carries_over(&self, opener: u32) -> bool {
        self.reopened(opener) || opener as usize == self.range.start || self.introduced(opener as usize)
    }

    fn introduced(&self, opener: usize) -> bool {
        opener > self.range.start && matches!(self.tokens[opener - 1].of(self.text), "," | ":")
    }

    /// Whether the mark opens a turn of a transcript: `"WALLACE: Do you agree?` quotes nobody who says "Wallace".
    fn labels_turn(&self, opener: usize) -> bool {
        let behind = &self.tokens[opener + 1..self.range.end];
        let shouts = behind.first().is_some_and(|token| token.case == Case::Upper && token.span.len() > 1);
        opener == self.range.start && turns::label(self.text, behind).is_some_and(|words| words > 1 || shouts)
    }

    /// Whether the next paragraph begins with a mark like this one.
    fn reopened(&self, opener: u32) -> bool {
        let mark = self.first_char(opener as usize);
        let first = self.next.and_then(|next| next.of(self.text).chars().next());
        first.is_some_and(|first| {
            Some(first) == mark || (chars::is_double_mark(first) && mark.is_some_and(chars::is_double_mark))
        })
    }

    /// Whether a sentence ended right before the mark, with a blank between the two, and one with a capital begins behind it.
    fn follows_sentence(&self, opener: usize) -> bool {
        let before =
            opener.checked_sub(1).filter(|&at| at >= self.range.start && !self.tokens[opener].is_glued());
        let ends = before.and_then(|at| self.first_char(at)).is_some_and(chars::is_terminal);
        ends && self.tokens[opener + 1..self.range.end]
            .first()
            .is_some_and(|next| next.is_capitalized(self.text))
    }

    /// How a double mark stands, if the token is one.
    fn double_side(&self, at: usize) -> Option<Side> {
        let token = &self.tokens[at];
        if token.kind != TokenKind::Quote {
            return None;
        }
        let written = token.of(self.text);
        let mark = written.chars().next()?;
        let double =
            chars::is_double_mark(mark) || matches!(written, "''" | "``" | "´´" | "‘‘" | "’’" | ",,");
        if !double || self.is_inches(at, mark) {
            return None;
        }
        let points = match written {
            "“" | "„" | "«" | "‟" | "〝" | "「" | "『" | "``" | "‘‘" | "\u{93}" => Side::Opens,
            "”" | "»" | "〞" | "〟" | "」" | "』" | "’’" | "\u{94}" => Side::Closes,
            _ => Side::Either,
        };
        Some(match self.neighbours(at) {
            // `” … and then we left,” he said`: what opens a paragraph has nothing to close.
            (None, None) if at == self.range.start => Side::Opens,
            (None, None) => points,
            (None, Some(next)) => {
                // `" , he said`: a closing mark that lost its place.
                let lost = points == Side::Closes && self.is_closing_punctuation(next);
                if lost { Side::Closes } else { Side::Opens }
            }
            (Some(_), None) => Side::Closes,
            (Some(_), Some(next)) if self.is_closing_punctuation(next) => Side::Closes,
            (Some(_), Some(_)) => points,
        })
    }

    /// `6'2"`, `12"`: a straight mark behind a number of feet; behind a plain number only if it cannot close.
    fn is_inches(&self, at: usize, mark: char) -> bool {
        matches!(mark, '"' | '″' | '”')
            && at >= self.range.start + 3
            && self.tokens[at].is_glued()
            && self.tokens[at - 1].kind == TokenKind::Number
            && self.tokens[at - 1].is_glued()
            && matches!(self.tokens[at - 2].of(self.text), "'" | "’" | "′")
            && self.tokens[at - 3].kind == TokenKind::Number
    }
}

/// Most marks in a row that are looked across.
const MOST_MARKS: usize = 4;

/// Appends the outermost double stretches of a paragraph; tells whether a mark lacks its partner.
fn pair_doubles(page: &Page<'_>, scratch: &mut MarksScratch, stretches: &mut Vec<Stretch>) -> bool {
    let MarksScratch { marks, ahead, .. } = scratch;
    marks.clear();
    marks.extend(
        page.range.clone().filter_map(|at| page.double_side(at).map(|side| Mark { token: narrow(at), side })),
    );
    // From the right: how many marks from here on can only close.
    ahead.clear();
    ahead.resize(marks.len() + 1, 0);
    for at in (0..marks.len()).rev() {
        ahead[at] = ahead[at + 1] + u32::from(marks[at].side == Side::Closes);
    }
    let mut unbalanced = false;
    let mut open: Option<u32> = None;
    let mut depth = 0_u32;
    for (at, mark) in marks.iter().enumerate() {
        let opens = match mark.side {
            Side::Opens => true,
            Side::Closes | Side::ClosesPerhaps => false,
            Side::Either => depth == 0,
        };
        if opens {
            let reopens = depth > 0 && page.tokens[mark.token as usize].starts_line();
            if depth > 0 && !reopens && ahead[at + 1] <= depth {
                // Too few closing marks follow for a quotation within the quotation: one was forgotten, or a long
                // quotation is opened anew where a paragraph was.
                match open.filter(|_| page.follows_sentence(mark.token as usize)) {
                    Some(first) => stretches.push(Stretch { first, end: mark.token, closed: false }),
                    None => unbalanced = true,
                }
                depth = 0;
            }
            if depth == 0 {
                open = Some(mark.token);
            }
            depth += u32::from(!reopens);
        } else if depth == 0 {
            unbalanced |=
                !page.tokens[mark.token as usize - usize::from(mark.token > 0)].kind.eq(&TokenKind::Number);
        } else {
            depth -= 1;
            if depth == 0
                && let Some(first) = open.take()
            {
                stretches.push(Stretch { first, end: mark.token + 1, closed: true });
            }
        }
    }
    if let Some(first) = open {
        unbalanced |= !page.reopened(first);
        if page.carries_over(first) && !page.labels_turn(first as usize) {
            stretches.push(Stretch { first, end: narrow(page.range.end), closed: false });
        }
    }
    unbalanced
}

/// Merges `stretches[start..middle]` and `stretches[middle..]`, each in order, and drops what lies in another.
fn keep_outermost(stretches: &mut Vec<Stretch>, start: usize, middle: usize) {
    debug_assert!(start <= middle);
    stretches[start..].sort_unstable_by_key(|stretch| (stretch.first, std::cmp::Reverse(stretch.end)));
    let mut kept = start;
    let mut end = 0;
    for at in start..stretches.len() {
        let stretch = stretches[at];
        if stretch.first >= end {
            end = stretch.end;
            stretches[kept] = stretch;
            kept += 1;
        }
    }
    stretches.truncate(kept);
}

/// The tokens inside `span`, of which none stands before `from`.
fn token_range(tokens: &[Token], from: usize, span: Span) -> Range<usize> {
    let range = token::within(&tokens[from..], span);
    range.start + from..range.end + from
}

fn is_long_dash(c: char) -> bool {
    chars::is_dash(c) && c != '-'
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).expect("tokens are fewer than bytes: this is a bug")
}
