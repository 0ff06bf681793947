//! What the learned decision looks at: a candidate and a few words on either side, as hashes. One extractor
//! serves trainer and segmenter. It must not know the weights.

use super::bytes::{self, Class};
use super::heads;
use super::lexicon::{ABBREVIATION, HEADING, Lexicon, OPENER, SAYING, USAGE_SHIFT};
use super::scan::{Candidate, Kind};
use super::words::{self, Near, Shape};
use crate::lexicon::combine;
use crate::text::Span;

/// Hash of everything in this file that changes what a weight means: count it up with every change.
pub(crate) const TEMPLATE: u64 = 7;

/// Most features that one candidate has.
const CAPACITY: usize = 96;

/// The features of one candidate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    hashes: [u64; CAPACITY],
    len: usize,
}

impl Default for Features {
    fn default() -> Self {
        Self { hashes: [0; CAPACITY], len: 0 }
    }
}

impl Features {
    /// The hashes.
    pub(crate) fn as_slice(&self) -> &[u64] {
        &self.hashes[..self.len]
    }

    #[inline]
    fn push(&mut self, name: u64, value: u64) {
        self.hashes[self.len] = combine(name, value);
        self.len += 1;
    }
}

/// How a stretch is written as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Writing {
    /// Capitals where English has them.
    Usual,
    /// CAPITALS THROUGHOUT.
    Capitals,
    /// no capital anywhere.
    NoCapitals,
}

impl Writing {
    fn of(stretch: &[u8]) -> Self {
        let (mut upper, mut lower) = (0, 0);
        let mut rest = stretch.len();
        // Counting in bytes lets the compiler take sixteen of them a step.
        for chunk in stretch.chunks(64) {
            let count = |test: fn(&u8) -> bool| chunk.iter().map(|byte| u8::from(test(byte))).sum::<u8>();
            upper += usize::from(count(u8::is_ascii_uppercase));
            lower += usize::from(count(u8::is_ascii_lowercase));
            rest -= chunk.len();
            // Nothing that follows could change it.
            if upper > 0 && upper + rest < 9 * lower {
                break;
            }
        }
        if upper + lower < FEWEST_LETTERS || upper > 0 && upper < 9 * lower {
            Self::Usual
        } else if upper == 0 {
            Self::NoCapitals
        } else {
            Self::Capitals
        }
    }
}

/// What the decision needs to know of the stretch as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) writing: Writing,
    /// Where it begins.
    pub(crate) start: usize,
    /// The stretch is so long that it has probably lost its paragraphs.
    pub(crate) is_run_on: bool,
    /// Length of the longest line in bytes; 0 when there is but one.
    pub(crate) longest_line: usize,
}

/// Fewer letters say nothing about how a text is written.
const FEWEST_LETTERS: usize = 16;

/// Longer stretches are no headings.
const LONGEST_HEADING: usize = 80;

/// News paragraphs are shorter.
const RUN_ON: usize = 2000;

impl Setting {
    /// Looks over a stretch.
    pub(crate) fn of(text: &str, stretch: Span) -> Self {
        let bytes = stretch.of(text).as_bytes();
        let writing = Writing::of(bytes);
        let mut longest_line = 0;
        let mut line = 0;
        for at in memchr::memchr_iter(b'\n', bytes) {
            longest_line = longest_line.max(at - line);
            line = at + 1;
        }
        if line > 0 {
            longest_line = longest_line.max(bytes.len() - line);
        }
        let start = stretch.start() as usize;
        Self { writing, start, is_run_on: bytes.len() > RUN_ON, longest_line }
    }

    /// Whether the word with a capital at `at` may begin a sentence that nothing but a blank parts from the one before,
    /// which began at `sentence`. Where all is capitals, a capital is no sign; elsewhere it is one on a word that has
    /// none of its own, on a day that heads a report ("Ferry sinks Friday, May 3, 2019"), and behind what is short enough
    /// for a heading where paragraphs were lost. But not "Valley Queen Dairy".
    pub(crate) fn may_open(
        self,
        lexicon: &Lexicon,
        text: &[u8],
        sentence: usize,
        at: usize,
        end: usize,
    ) -> bool {
        self.writing == Writing::Usual
            && (self.is_run_on && at - sentence <= LONGEST_HEADING
                || lexicon.is_usually_small(words::hash_behind(text, at, end))
                || words::is_day(&text[at..end]))
    }

    /// Whether a candidate is worth asking about.
    pub(crate) fn asks(self, text: &[u8], candidate: &Candidate) -> bool {
        if candidate.kind != Kind::Bare {
            // "4. Buy a diamond necklace.": an item keeps its number. But not "He was born in 1989."
            return candidate.breaks_line
                || candidate.stop - candidate.sentence > 3
                || !text[candidate.sentence..candidate.stop].iter().all(u8::is_ascii_digit);
        }
        if candidate.breaks_line {
            return true;
        }
        // Behind a mark: "at the pier Image: Ana Bell", "OUTLOOK: Rain". What a letter or digit ends has been asked
        // about by `may_open`, unless a mark opens what follows.
        self.writing == Writing::Usual && !is_bullet(text, candidate) && !is_at_dated_dash(text, candidate)
    }
}

/// Whether all that would end is the dash or bullet of an item, which keeps it.
fn is_bullet(text: &[u8], c: &Candidate) -> bool {
    matches!(
        &text[c.sentence..c.end],
        [b'-' | b'*' | b'+' | b'>']
            | [b'-', b'-']
            | [0xc2, 0xb7]
            | [0xe2, 0x80, 0x93..=0x95 | 0xa2]
            | [0xe2, 0x96 | 0x97, _]
    )
}

/// Whether a place lies beside the dash of a dateline with its day, which stays with what it brings: "OSLO, March 2 - The".
fn is_at_dated_dash(text: &[u8], c: &Candidate) -> bool {
    let dated = match (&text[c.sentence..c.stop], &text[c.next..]) {
        ([dated @ .., b' ', b'-'] | [dated @ .., b' ', b'-', b'-'], _) => dated,
        (dated, [b'-', b' ', ..] | [b'-', b'-', b' ', ..]) => dated,
        _ => return false,
    };
    words::ends_in_day_of_month(dated)
}

/// What is seen of a candidate at a glance: enough for most of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'t> {
    lexicon: &'t Lexicon,
    text: &'t [u8],
    setting: Setting,
    c: &'t Candidate,
    /// Where the stretch ends.
    end: usize,
    stop: u64,
    place: u64,
    /// The last word of the sentence.
    p1: Near,
    /// The first word of the next, and the sort of mark that opens it.
    n1: Near,
    opener: u64,
    closer: u64,
    gap: u64,
    state: u64,
}

fn shape(near: Near) -> u64 {
    u64::from(near.shape as u8)
}
fn class(near: Near) -> u64 {
    u64::from(near.traits & ABBREVIATION)
}
fn opens(near: Near) -> u64 {
    u64::from(near.traits & OPENER) >> 5
}
fn usage(near: Near) -> u64 {
    u64::from(near.traits >> USAGE_SHIFT) & 0x1f
}
/// How often a paragraph ends with the word and a stop.
fn ends(near: Near) -> u64 {
    u64::from(near.traits >> (USAGE_SHIFT + 5)) & 0x3
}
fn begins_often(near: Near) -> u64 {
    u64::from(near.traits >> (USAGE_SHIFT + 7)) & 0x1
}
fn says(near: Near) -> bool {
    near.traits & SAYING != 0
}

impl<'t> Look<'t> {
    /// Looks at a candidate in a stretch that ends at `end`.
    pub(crate) fn at(
        lexicon: &'t Lexicon,
        text: &'t [u8],
        setting: Setting,
        c: &'t Candidate,
        end: usize,
    ) -> Self {
        let stop = stop_sort(text, c);
        let run_on = setting.is_run_on && c.kind == Kind::Bare;
        let place = u64::from(c.kind as u8)
            | stop << 4
            | u64::from(setting.writing as u8) << 12
            | u64::from(run_on) << 14
            | u64::from(c.breaks_line) << 15;
        let p1 = words::before(lexicon, text, words::skip_back(text, c.stop, c.sentence), c.sentence);
        let (opener, word) = words::openers(text, c.next);
        let n1 = words::behind(lexicon, text, word, end);
        let closer = closer_sort(text, c);
        let gap = u64::from(c.next - c.end > 1) + 2 * u64::from(c.next == c.end);
        let state = u64::from(c.in_quote) | u64::from(c.in_bracket) << 1;
        Self {
            lexicon,
            text,
            setting,
            c,
            end,
            stop,
            place,
            p1,
            n1,
            opener: u64::from(opener),
            closer,
            gap,
            state,
        }
    }

    /// How full the line is, in eighths of the longest, and how wide that is.
    fn line(&self) -> (u64, u64) {
        let longest = self.setting.longest_line;
        let line = self.c.end.saturating_sub(self.c.line);
        ((line * 8 / longest.max(1)).min(8) as u64, (longest / 16).min(8) as u64)
    }

    /// The few features that settle most candidates; `features` is overwritten.
    #[inline]
    pub(crate) fn brief(&self, features: &mut Features) {
        let Self { p1, n1, opener, closer, gap, state, place, .. } = *self;
        features.len = 0;
        let len = (p1.end - p1.start).min(7) as u64;
        let mut put = |name: u64, value: u64| features.push(name << 32 | place, value);
        put(1, closer | gap << 8 | state << 16 | opener << 24);
        put(2, class(p1) | len << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(3, class(p1) | opens(n1) << 8 | shape(n1) << 16 | opener << 24 | closer << 32);
        put(4, usage(p1) | usage(n1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(
            5,
            ends(p1) | usage(n1) << 8 | class(p1) << 16 | begins_often(n1) << 24 | u64::from(says(n1)) << 32,
        );
        put(6, p1.hash);
        put(7, n1.hash);
        put(8, u64::from(p1.start <= self.c.sentence + 1) | shape(p1) << 8 | opens(n1) << 16);
        let size = u64::from((self.c.end - self.c.sentence).ilog2().min(9));
        put(9, size | shape(p1) << 8 | shape(n1) << 16 | opener << 24);
        if self.c.breaks_line {
            let (fill, width) = self.line();
            put(12, fill | shape(p1) << 8 | shape(n1) << 16);
            put(13, fill | width << 8 | usage(n1) << 16);
        }
        if self.c.kind == Kind::Bare {
            put(10, combine(n1.hash, shape(p1) | opener << 8));
            put(
                11,
                usage(p1) | usage(n1) << 8 | shape(p1) << 16 | shape(n1) << 24 | len << 32 | opener << 40,
            );
        }
    }

    /// All features; `features` is overwritten.
    pub(crate) fn full(&self, features: &mut Features) {
        let Self { lexicon, text, setting, c, end, stop, place, p1, n1, opener, closer, gap, state } = *self;
        features.len = 0;
        let p2 = words::before(lexicon, text, words::skip_back(text, p1.start, c.sentence), c.sentence);
        let after = follower(text, n1.end, end);
        let n2 = words::behind(lexicon, text, step(text, n1.end, end), end);
        let after2 = follower(text, n2.end, end);
        let n3 = words::behind(lexicon, text, step(text, n2.end, end), end);
        let len = (p1.end - p1.start).min(7) as u64;
        let begins = u64::from(p1.start <= c.sentence + 1) | u64::from(p2.start <= c.sentence + 1) << 1;
        let size = u64::from((c.end - c.sentence).ilog2().min(9));
        let saying = u64::from(says(n1)) | u64::from(says(n2)) << 1 | u64::from(says(n3)) << 2;
        let p1_kind = shape(p1) | class(p1) << 8 | len << 16;
        let n1_kind = shape(n1) | opens(n1) << 8 | opener << 16;

        let (fill, width) = self.line();
        let mut put = |name: u64, value: u64| features.push(name << 32 | place, value);
        put(1, 0);
        put(2, closer | gap << 8 | state << 16);
        put(3, n1_kind);
        put(4, n1_kind | closer << 32);
        put(5, p1_kind);
        put(6, p1_kind | shape(n1) << 32);
        put(7, class(p1) | opens(n1) << 8 | shape(n1) << 16);
        put(8, p1.hash);
        put(9, combine(p1.hash, shape(n1)));
        put(10, n1.hash);
        put(11, combine(n1.hash, class(p1)));
        put(12, shape(p1) | shape(n1) << 8 | shape(p2) << 16 | opener << 24);
        put(13, state | closer << 8 | opener << 16 | shape(n1) << 24);
        put(14, size);
        put(15, begins | shape(p1) << 8 | shape(n1) << 16);
        put(16, class(p2) | class(p1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(17, shape(n1) | shape(n2) << 8 | opens(n1) << 16 | class(p1) << 24);
        put(18, shape(n1) | after << 8 | shape(p1) << 16);
        put(19, saying | closer << 8 | opens(n1) << 16 | u64::from(c.in_quote) << 24);
        put(20, gap | shape(n1) << 8);
        put(21, combine(n2.hash, shape(n1)));
        put(22, class(n1) | class(p1) << 8);
        put(23, p2.hash);
        put(24, combine(p1.hash, opens(n1)));
        put(25, opens(n1) | after << 8 | size << 16);
        put(26, class(p1) | shape(n1) << 8 | shape(n2) << 16 | after << 24);
        put(34, usage(n1) | shape(n1) << 8);
        put(35, usage(n1) | class(p1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(36, usage(p1) | len << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(37, usage(p1) | usage(n1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(38, usage(n1) | usage(n2) << 8 | shape(n1) << 16 | shape(n2) << 24);
        put(39, usage(n1) | closer << 8 | state << 16 | shape(n1) << 24);
        put(46, combine(n1.hash, after));
        put(47, ends(p1) | class(p1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(48, ends(p1) | usage(n1) << 8 | begins_often(n1) << 16 | shape(p1) << 24 | shape(n1) << 32);
        put(49, begins_often(n1) | class(p1) << 8 | opener << 16 | closer << 24);
        // "…for her?" I ask. "…so late!" Betty cried, and
        put(56, saying | shape(n1) << 8 | shape(n2) << 16 | after2 << 24 | closer << 32);
        put(57, combine(n1.hash, saying | closer << 8));
        put(50, u64::from(n1.hash == p1.hash) | shape(n1) << 8);
        put(51, combine(combine(p1.hash, n1.hash), 0));
        if p1.shape == Shape::Digits {
            let before = p1.start.checked_sub(1).map_or(0, |at| u64::from(text[at]));
            put(27, combine(p2.hash, shape(n1)));
            put(28, before | shape(n1) << 8 | opens(n1) << 16);
        }
        if c.kind == Kind::Bare {
            // A run-in head: "WEATHER: Rain is likely."
            let head = heads::is_capitals(&text[c.sentence..c.stop]);
            let (style, words) = heads::style(&text[c.sentence..c.stop]);
            let at_start = u64::from(c.sentence == setting.start);
            put(58, combine(n1.hash, shape(n2) | u64::from(p1.shape == Shape::Digits) << 8));
            put(52, style | words << 8 | at_start << 16);
            put(53, style | shape(n1) << 8 | opens(n1) << 16 | at_start << 24);
            put(54, combine(n1.hash, style));
            put(55, style | words << 8 | usage(n1) << 16 | shape(n2) << 24);
            put(68, combine(p1.hash, shape(n1) | shape(n2) << 8));
            put(70, combine(n1.hash, n2.hash));
            put(76, gap | shape(p1) << 8 | shape(n1) << 16);
            let stretch = &text[c.sentence..c.stop];
            if stretch.len() <= heads::LONGEST {
                let first = words::behind(lexicon, text, words::openers(text, c.sentence).1, c.stop);
                let (run, tail) = heads::capitals_on(lexicon, text, n1, end);
                let behind = run | shape(tail) << 8;
                let ahead = heads::capitals_back(stretch);
                let sort = heads::sort(lexicon, stretch);
                let titled = u64::from(n1.traits & HEADING != 0 && n1.shape == Shape::Title);
                // Marks that open nothing may lie between, up to the stretch's end and beyond.
                let dated = u64::from(words::is_date(text.get(n1.start..end).unwrap_or_default()));
                // "Ana Telo Ana Telo was born in Voss."
                let repeats = u64::from(first.hash == n1.hash) | u64::from(first.hash == n2.hash) << 1;
                put(59, behind | style << 16);
                put(60, behind | shape(p1) << 16 | opens(n1) << 24);
                put(61, repeats | shape(n1) << 8 | style << 16);
                put(62, sort | style << 8 | words << 16 | opens(n1) << 24);
                put(63, sort | usage(n1) << 8 | shape(n1) << 16 | begins_often(n1) << 24);
                put(64, combine(first.hash, words));
                put(65, combine(first.hash, n1.hash));
                put(66, combine(tail.hash, behind));
                put(67, ahead | words << 8 | sort << 16);
                put(69, usage(p1) | usage(n1) << 8 | style << 16);
                put(71, repeats | at_start << 8);
                put(72, sort | run << 8 | at_start << 16);
                put(73, sort | shape(tail) << 8 | opens(tail) << 16 | usage(tail) << 24);
                put(74, sort | titled << 8 | words << 16);
                put(75, titled | shape(p1) << 8 | shape(n2) << 16);
                put(77, gap | usage(n1) << 8 | sort << 16);
                put(78, dated | shape(p1) << 8 | sort << 16);
            }
            put(44, u64::from(head));
            put(45, u64::from(head) | shape(n1) << 8 | u64::from(c.sentence == setting.start) << 16);
            put(
                29,
                u64::from(head) | size << 8 | shape(p1) << 16 | u64::from(c.sentence == setting.start) << 24,
            );
        }
        if c.breaks_line {
            put(30, fill | width << 8);
            put(31, fill | shape(n1) << 8 | opener << 16);
            put(32, fill | width << 8 | shape(p1) << 16 | shape(n1) << 24);
            put(33, (c.end.saturating_sub(c.line) / 8).min(10) as u64);
        }
        // Without the place: what a word tells wherever it stands.
        features.push(40 << 32, n1.hash);
        features.push(43 << 32, combine(n1.hash, after | u64::from(c.breaks_line) << 8));
        features.push(41 << 32, combine(p1.hash, u64::from(stop != 0)));
        features.push(42 << 32, class(p1) | shape(n1) << 8 | opens(n1) << 16 | u64::from(stop != 0) << 24);
    }
}

/// What stands at the end of the sentence: a stop and how it is spelled, or the last byte.
fn stop_sort(text: &[u8], c: &Candidate) -> u64 {
    let run = &text[c.stop..c.closers];
    match run {
        [] => match text[..c.stop] {
            [.., last] if last.is_ascii_alphabetic() => 1,
            [.., last] if last.is_ascii_digit() => 2,
            [.., b','] => 3,
            [.., b';'] => 4,
            [.., b':'] => 5,
            [.., b'-'] => 6,
            [.., 0xe2, 0x80, 0x90..=0x95] => 7,
            _ => 8,
        },
        [b'.'] => 16,
        [b'!'] => 17,
        [b'?'] => 18,
        [0xe2, 0x80, 0xa6] => 19,
        _ if run.iter().all(|byte| matches!(byte, b'.' | b' ')) => 20 + u64::from(run.len() > 2),
        _ => 22,
    }
}

/// The closing marks: which come first and last, and whether a blank parts them from the stop.
fn closer_sort(text: &[u8], c: &Candidate) -> u64 {
    let run = &text[c.closers..c.end];
    let sort = |byte: u8| match byte {
        b'"' | 0xbb | 0x9d => 1,
        b'\'' | 0x99 => 2,
        b')' | b'}' => 3,
        b']' => 4,
        _ => 5,
    };
    match run {
        [] => 0,
        [first, .., last] => {
            let first = match first {
                0xe2 | 0xc2 => sort(run[bytes::width(*first) - 1]),
                _ => sort(*first),
            };
            first | sort(*last) << 3
        }
        [only] => sort(*only) | sort(*only) << 3,
    }
}

/// What comes right behind a word.
fn follower(text: &[u8], at: usize, end: usize) -> u64 {
    if at >= end {
        return 0;
    }
    match text[at] {
        b'.' => 1,
        b',' => 2,
        b':' => 3,
        b')' | b']' => 4,
        b'-' => 5,
        b'!' | b'?' => 6,
        b'"' => 7,
        byte if bytes::class(byte) == Class::Blank => 8,
        _ => 9,
    }
}

/// The beginning of the next word, over a stop or comma and blanks.
fn step(text: &[u8], at: usize, end: usize) -> usize {
    let mark = at < end && matches!(text[at], b'.' | b',' | b'\'');
    words::skip_on(text, at + usize::from(mark), end)
}
