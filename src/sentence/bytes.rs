//! What single bytes and short runs of bytes are to the scan. It must not know what a sentence is.

use wide::u8x16;

/// What a byte means to the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// Nothing: read on.
    Plain,
    /// White space of one byte.
    Blank,
    /// `.`, `!` or `?`.
    Stop,
    /// A bracket or a straight double quotation mark.
    Mark,
    /// A character of one byte that may begin a sentence, if a blank stands before it.
    Beginner,
    /// The first byte of a character that may be a mark, a stop or a blank.
    Wide,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t'..=b'\r' => Class::Blank,
            b'.' | b'!' | b'?' => Class::Stop,
            b'"' | b'(' | b')' | b'[' | b']' => Class::Mark,
            b'A'..=b'Z' | b'\'' | b'*' | b'-' => Class::Beginner,
            0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef => Class::Wide,
            _ => Class::Plain,
        };
        byte += 1;
    }
    classes
};

/// Where the scan stops, found for sixty-four bytes at once. It passes spaces: what follows one, or stands before, says
/// whether it matters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turns {
    from: usize,
    bits: u64,
}

impl Turns {
    pub(super) fn new(bytes: &[u8], from: usize) -> Self {
        Self { from, bits: turns(&bytes[from..]) }
    }

    /// The next byte that is not plain, or one that looks like it, from `at` on, which never goes back; or the end.
    #[inline]
    pub(super) fn next(&mut self, bytes: &[u8], mut at: usize) -> usize {
        loop {
            let passed = at - self.from;
            if passed < 64 {
                let ahead = self.bits >> passed;
                if ahead != 0 {
                    return at + ahead.trailing_zeros() as usize;
                }
                at = self.from + 64;
            }
            if at >= bytes.len() {
                return bytes.len();
            }
            *self = Self::new(bytes, at);
        }
    }
}

/// A bit for each of the first sixty-four bytes: whether it is of a [`Class`] but for plain ones and spaces. Whole ranges
/// are taken, with some plain bytes among them that are rare, since four comparisons cost less than fourteen.
fn turns(rest: &[u8]) -> u64 {
    let mut padded = [0; 64];
    let block = rest.first_chunk().unwrap_or_else(|| {
        padded[..rest.len()].copy_from_slice(rest);
        &padded
    });
    let mut bits = 0;
    for (index, &sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
        let sixteen = u8x16::new(sixteen);
        let within = |first: u8, last: u8| {
            let above = sixteen - u8x16::splat(first);
            above.min(u8x16::splat(last - first)).simd_eq(above)
        };
        let turns = within(b'\t', b'\r') | within(b'!', b'.') | within(b'<', b']') | within(0xc2, 0xff);
        bits |= u64::from(turns.to_bitmask()) << (16 * index);
    }
    bits
}

/// The next byte from `at` on that is not plain, or the end.
#[inline]
pub(super) fn next_marked(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| class(byte) != Class::Plain).map_or(bytes.len(), |plain| at + plain)
}

/// Whether a byte is a blank by itself.
#[inline]
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(class(byte), Class::Blank)
}

#[inline]
pub(super) const fn class(byte: u8) -> Class {
    CLASSES[byte as usize]
}

/// Length of a character by its first byte.
#[inline]
pub(super) const fn width(first: u8) -> usize {
    match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
        _ => 1,
    }
}

/// Length of the blank character of several bytes that begins here, or 0. The same characters as
/// [`crate::text::chars::is_blank`].
pub(super) fn wide_blank(rest: &[u8]) -> usize {
    match rest {
        [0xc2, 0x85 | 0xa0, ..] => 2,
        [0xe1, 0x9a, 0x80, ..]
        | [0xe1, 0xa0, 0x8e, ..]
        | [0xe2, 0x80, 0x80..=0x8b | 0xa8 | 0xa9 | 0xaf, ..]
        | [0xe2, 0x81, 0x9f | 0xa0, ..]
        | [0xe3, 0x80, 0x80, ..]
        | [0xef, 0xbb, 0xbf, ..] => 3,
        _ => 0,
    }
}

/// Whether the blank character here ends a line.
pub(super) fn is_line_break(rest: &[u8]) -> bool {
    matches!(rest, [b'\n' | b'\r', ..] | [0xc2, 0x85, ..] | [0xe2, 0x80, 0xa8 | 0xa9, ..])
}

/// Length of the stop at a position, or 0.
#[inline]
pub(super) fn stop_len(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or(&[]) {
        [b'.' | b'!' | b'?', ..] => 1,
        [0xe2, 0x80, 0xa6, ..] => 3,
        _ => 0,
    }
}

/// Length of the quotation mark at a position, or 0.
pub(super) fn quote_len(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or(&[]) {
        [b'"' | b'\'' | b'`', ..] => 1,
        [0xe2, 0x80, 0x98..=0x9e, ..] => 3,
        [0xc2, 0xab | 0xbb, ..] => 2,
        _ => 0,
    }
}

/// Whether a byte before a gap says that, with a lower-case word behind it, no sentence can end there.
#[inline]
pub(super) const fn is_inner(last: u8) -> bool {
    last.is_ascii_alphanumeric() || matches!(last, b',' | b';' | b':' | b'-' | b'%' | b'$' | b'&')
}

/// Whether a sentence that no stop parts from the one before may begin with this byte.
#[inline]
pub(super) const fn may_begin(first: u8) -> bool {
    BEGINNERS[first as usize]
}

const BEGINNERS: [bool; 256] = {
    let mut beginners = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let first = byte as u8;
        beginners[byte] =
            matches!(class(first), Class::Beginner) || matches!(first, b'"' | b'(' | b'[' | 0xe2);
        byte += 1;
    }
    beginners
};

/// Where the closing marks begin that end at `end`; not before `floor`.
pub(super) fn before_closers(bytes: &[u8], end: usize, floor: usize) -> usize {
    let mut at = end;
    while at > floor {
        at -= match &bytes[floor..at] {
            [.., b']'] => citation_before(&bytes[floor..at]).unwrap_or(1),
            [.., b')' | b'}' | b'"' | b'\'' | b'*'] => 1,
            [.., 0xe2, 0x80, 0x98..=0x9d] => 3,
            [.., 0xc2, 0xbb] => 2,
            _ => break,
        };
    }
    at
}

/// Length of the citation marker "[12]" or "[3,4]" that ends a run.
fn citation_before(run: &[u8]) -> Option<usize> {
    let inside = &run[..run.len() - 1];
    let open = inside.iter().rposition(|&byte| !is_citation_byte(byte))?;
    (inside[open] == b'[' && open + 1 < inside.len()).then_some(run.len() - open)
}

/// Length of the citation marker that begins a run, or 0.
pub(super) fn citation_len(run: &[u8]) -> usize {
    let Some(close) = run.iter().skip(1).take(12).position(|&byte| !is_citation_byte(byte)) else { return 0 };
    if close > 0 && run[close + 1] == b']' { close + 2 } else { 0 }
}

const fn is_citation_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b',' | b'-')
}

/// Where the run of stops begins that ends at `end`, ". . ." included; not before `floor`.
pub(super) fn before_stops(bytes: &[u8], end: usize, floor: usize) -> usize {
    let mut at = end;
    while at > floor {
        at -= match &bytes[floor..at] {
            [.., b'.' | b'!' | b'?'] => 1,
            [.., 0xe2, 0x80, 0xa6] => 3,
            [.., b'.', b' '] if at < end => 2,
            _ => break,
        };
    }
    at
}

/// Whether a word behind a dot makes both a domain or a file name.
pub(super) fn is_extension(word: &[u8]) -> bool {
    const EXTENSIONS: [&str; 34] = [
        "com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "io", "ai", "tv", "uk", "us", "eu",
        "de", "ru", "cn", "html", "htm", "php", "asp", "aspx", "js", "txt", "pdf", "doc", "docx", "xls",
        "xlsx", "exe", "jpg", "png", "zip",
    ];
    // "us" and "int" are words too, but not behind a dot with a capital right after it.
    EXTENSIONS.iter().any(|extension| word.eq_ignore_ascii_case(extension.as_bytes()))
}
