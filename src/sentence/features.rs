//! What the learned decision looks at: a candidate and a few words on either side, as hashes. One extractor
//! serves trainer and segmenter. It must not know the weights.

use super::bytes::{self, Class};
use super::heads;
use super::lexicon::{ABBREVIATION, HEADING, Lexicon, OPENER, SAYING, USAGE_SHIFT};
use super::scan::{Candidate, Kind};
use super::setting::Setting;
use super::words::{self, Near, Shape};
use crate::lexicon::combine;

/// Counted up with every change, here or in what is looked at from here, of what a weight means.
pub(crate) const TEMPLATE: u64 = 8;

/// Most features that one candidate has.
const CAPACITY: usize = 96;

/// In the name of a feature: it hangs on which word stands there, not only on how that is written and used.
const WORD: u64 = 1 << 31;

/// The features of one candidate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    hashes: [u64; CAPACITY],
    len: usize,
    /// A bit for each that is of a [`WORD`].
    #[cfg(feature = "train")]
    of_words: u128,
}

impl Default for Features {
    fn default() -> Self {
        Self {
            hashes: [0; CAPACITY],
            len: 0,
            #[cfg(feature = "train")]
            of_words: 0,
        }
    }
}

impl Features {
    /// The hashes.
    pub(crate) fn as_slice(&self) -> &[u64] {
        &self.hashes[..self.len]
    }

    /// The hashes of those that would be the same had each word another in its place of the same form.
    #[cfg(feature = "train")]
    pub(crate) fn without_words(&self) -> impl Iterator<Item = u64> {
        let is_of_form = |&(index, _): &(usize, &u64)| self.of_words >> index & 1 == 0;
        self.as_slice().iter().enumerate().filter(is_of_form).map(|(_, &hash)| hash)
    }

    fn clear(&mut self) {
        self.len = 0;
        #[cfg(feature = "train")]
        {
            self.of_words = 0;
        }
    }

    /// Adds one; the name stands in the upper half of `name`.
    #[inline]
    fn push(&mut self, name: u64, value: u64) {
        #[cfg(feature = "train")]
        {
            self.of_words |= u128::from(name >> 32 & WORD != 0) << self.len;
        }
        self.hashes[self.len] = combine(name, value);
        self.len += 1;
    }
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
        features.clear();
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
        put(WORD | 6, p1.hash);
        put(WORD | 7, n1.hash);
        put(8, u64::from(p1.start <= self.c.sentence + 1) | shape(p1) << 8 | opens(n1) << 16);
        let size = u64::from((self.c.end - self.c.sentence).ilog2().min(9));
        put(9, size | shape(p1) << 8 | shape(n1) << 16 | opener << 24);
        if self.c.breaks_line {
            let (fill, width) = self.line();
            put(12, fill | shape(p1) << 8 | shape(n1) << 16);
            put(13, fill | width << 8 | usage(n1) << 16);
        }
        // "It is a long road." - Ana Bell
        if closer != 0 && self.c.kind == Kind::Stop && self.end - self.c.next <= heads::LONGEST {
            put(14, u64::from(is_stopped(&self.text[..self.end])) | shape(n1) << 8 | opener << 16);
        }
        if self.c.kind == Kind::Bare {
            put(WORD | 10, combine(n1.hash, shape(p1) | opener << 8));
            put(
                11,
                usage(p1) | usage(n1) << 8 | shape(p1) << 16 | shape(n1) << 24 | len << 32 | opener << 40,
            );
        }
    }

    /// All features; `features` is overwritten.
    pub(crate) fn full(&self, features: &mut Features) {
        let Self { lexicon, text, setting, c, end, stop, place, p1, n1, opener, closer, gap, state } = *self;
        features.clear();
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
        put(WORD | 8, p1.hash);
        put(WORD | 9, combine(p1.hash, shape(n1)));
        put(WORD | 10, n1.hash);
        put(WORD | 11, combine(n1.hash, class(p1)));
        put(12, shape(p1) | shape(n1) << 8 | shape(p2) << 16 | opener << 24);
        put(13, state | closer << 8 | opener << 16 | shape(n1) << 24);
        put(14, size);
        put(15, begins | shape(p1) << 8 | shape(n1) << 16);
        put(16, class(p2) | class(p1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(17, shape(n1) | shape(n2) << 8 | opens(n1) << 16 | class(p1) << 24);
        put(18, shape(n1) | after << 8 | shape(p1) << 16);
        put(19, saying | closer << 8 | opens(n1) << 16 | u64::from(c.in_quote) << 24);
        put(20, gap | shape(n1) << 8);
        put(WORD | 21, combine(n2.hash, shape(n1)));
        put(22, class(n1) | class(p1) << 8);
        put(WORD | 23, p2.hash);
        put(WORD | 24, combine(p1.hash, opens(n1)));
        put(25, opens(n1) | after << 8 | size << 16);
        put(26, class(p1) | shape(n1) << 8 | shape(n2) << 16 | after << 24);
        put(34, usage(n1) | shape(n1) << 8);
        put(35, usage(n1) | class(p1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(36, usage(p1) | len << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(37, usage(p1) | usage(n1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(38, usage(n1) | usage(n2) << 8 | shape(n1) << 16 | shape(n2) << 24);
        put(39, usage(n1) | closer << 8 | state << 16 | shape(n1) << 24);
        put(WORD | 46, combine(n1.hash, after));
        put(47, ends(p1) | class(p1) << 8 | shape(p1) << 16 | shape(n1) << 24);
        put(48, ends(p1) | usage(n1) << 8 | begins_often(n1) << 16 | shape(p1) << 24 | shape(n1) << 32);
        put(49, begins_often(n1) | class(p1) << 8 | opener << 16 | closer << 24);
        // "…for her?" I ask. "…so late!" Betty cried, and
        put(56, saying | shape(n1) << 8 | shape(n2) << 16 | after2 << 24 | closer << 32);
        put(WORD | 57, combine(n1.hash, saying | closer << 8));
        put(50, u64::from(n1.hash == p1.hash) | shape(n1) << 8);
        // "…", said KCNA. "…"
        put(79, u64::from(says(p2)) | shape(p1) << 8 | class(p1) << 16 | opener << 24 | closer << 32);
        if end - c.next <= heads::LONGEST {
            let rest = &text[c.next..end];
            let (style, words) = heads::style(rest);
            let stopped = u64::from(is_stopped(rest));
            let is_quoted = u64::from(matches!(text[setting.start], b'"' | 0xe2));
            put(80, style | words << 8 | stopped << 16 | closer << 24 | opener << 32);
            put(81, style | stopped << 16 | closer << 24 | shape(n1) << 32);
            put(82, stopped | closer << 24 | heads::sort(lexicon, rest) << 32 | is_quoted << 40);
        }
        put(WORD | 51, combine(combine(p1.hash, n1.hash), 0));
        if p1.shape == Shape::Digits {
            let before = p1.start.checked_sub(1).map_or(0, |at| u64::from(text[at]));
            put(WORD | 27, combine(p2.hash, shape(n1)));
            put(28, before | shape(n1) << 8 | opens(n1) << 16);
        }
        if c.kind == Kind::Bare {
            // A run-in head: "WEATHER: Rain is likely."
            let head = heads::is_capitals(&text[c.sentence..c.stop]);
            let (style, words) = heads::style(&text[c.sentence..c.stop]);
            let at_start = u64::from(c.sentence == setting.start);
            put(WORD | 58, combine(n1.hash, shape(n2) | u64::from(p1.shape == Shape::Digits) << 8));
            put(52, style | words << 8 | at_start << 16);
            put(53, style | shape(n1) << 8 | opens(n1) << 16 | at_start << 24);
            put(WORD | 54, combine(n1.hash, style));
            put(55, style | words << 8 | usage(n1) << 16 | shape(n2) << 24);
            put(WORD | 68, combine(p1.hash, shape(n1) | shape(n2) << 8));
            put(WORD | 70, combine(n1.hash, n2.hash));
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
                put(WORD | 64, combine(first.hash, words));
                put(WORD | 65, combine(first.hash, n1.hash));
                put(WORD | 66, combine(tail.hash, behind));
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
            if head {
                put(83, at_start | words << 8);
                put(84, shape(n1) | shape(n2) << 8);
            }
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
        features.push((WORD | 40) << 32, n1.hash);
        features.push((WORD | 43) << 32, combine(n1.hash, after | u64::from(c.breaks_line) << 8));
        features.push((WORD | 41) << 32, combine(p1.hash, u64::from(stop != 0)));
        features.push(42 << 32, class(p1) | shape(n1) << 8 | opens(n1) << 16 | u64::from(stop != 0) << 24);
    }
}

/// Whether a stretch ends as sentences do.
fn is_stopped(stretch: &[u8]) -> bool {
    matches!(stretch, [.., b'.' | b'!' | b'?' | b'"' | b')' | b']' | b':'])
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
            [.., b'&'] => 9,
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
