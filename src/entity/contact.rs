//! Web and e-mail addresses, telephone numbers and handles. It knows no token: addresses are a matter of
//! characters, found from the few that they cannot do without, so that prose costs a scan for bytes.

use super::{Context, EntityKind, Proposal, Source};
use crate::text::{Checkpoint, Span, chars};
use memchr::memmem;
use regex::Regex;
use std::cmp::Reverse;
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// No address is longer than this, in bytes; it keeps the search linear on text without blanks.
const MAX_ADDRESS: usize = 2048;

/// A sort of address.
struct Form {
    subtype: &'static str,
    /// Bytes that every such address holds.
    needle: &'static str,
    /// How many bytes before the needle may belong to the address, and which.
    before: (usize, fn(u8) -> bool),
    /// What its second byte may be: most needles are marks of prose, and a pattern costs more than a look.
    second: fn(u8) -> bool,
    /// Matched from the address's first byte.
    pattern: &'static str,
}

/// What an address may hold behind its host: all but blanks and quotation marks.
macro_rules! url {
    ($head:literal) => {
        concat!($head, r"[^\s\x{200b}\x{2060}\x{feff}\x{180e}<>\x22“”«»]*")
    };
}

const FORMS: [Form; 8] = [
    // "https://example.org/a?b=c", "ftp://example.org"; near miss: "either://or".
    Form {
        subtype: "url",
        needle: "://",
        before: (8, |byte| byte.is_ascii_alphabetic()),
        second: |_| true,
        pattern: url!(r"^(?i:https?|ftp)://[\p{L}\p{N}]"),
    },
    // "www.example.org/news"; near miss: "www. example".
    Form {
        subtype: "url",
        needle: "www.",
        before: (0, |_| false),
        second: |_| true,
        pattern: url!(r"^www\.[\p{L}\p{N}-]{1,63}\.[\p{L}\p{N}]"),
    },
    // "jane.doe@example.org"; near misses: "5 @ 10", "jane@example".
    Form {
        subtype: "email",
        needle: "@",
        before: (64, |byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte)),
        second: |_| true,
        pattern: r"^[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    },
    // "@example_news", "@jane@social.example"; near misses: "jane@example", "@ 10", "@5".
    Form {
        subtype: "handle",
        needle: "@",
        before: (0, |_| false),
        second: |_| true,
        pattern: r"^@[A-Za-z_][A-Za-z0-9_]{1,29}(@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})?",
    },
    // "+44 20 7946 0000", "+1-212-555-0100"; near misses: "+5.5", "+10 000".
    Form {
        subtype: "phone",
        needle: "+",
        before: (0, |_| false),
        second: |byte| byte.is_ascii_digit(),
        pattern: r"^\+[1-9][0-9]{0,2}[ .-]?(\([0-9]{1,4}\)[ .-]?)?[0-9]{2,4}([ .-]?[0-9]{2,4}){1,4}",
    },
    // "1-800-555-0100", "212-555-0100"; near misses: "2010-2015", "2023-06-19", "3-2".
    Form {
        subtype: "phone",
        needle: "-",
        before: (3, |byte| byte.is_ascii_digit()),
        second: |byte| byte.is_ascii_digit() || byte == b'-',
        pattern: r"^(1-)?[2-9][0-9]{2}-[0-9]{3}-[0-9]{4}",
    },
    // "020 7946 0018", "0800 555 111", "01632 960983", "01 23 45 67 89"; near misses: "0.5", "2010 2015",
    // "007 001".
    Form {
        subtype: "phone",
        needle: " 0",
        before: (0, |_| false),
        second: |byte| byte.is_ascii_digit(),
        pattern: r"^0([0-9]{2,4} [0-9]{3,4} [0-9]{3,4}|[0-9]{4} [0-9]{5,6}|[1-9]( [0-9]{2}){4})",
    },
    // "(212) 555-0100"; near miss: "(212) people".
    Form {
        subtype: "phone",
        needle: "(",
        before: (0, |_| false),
        second: |byte| byte.is_ascii_digit(),
        pattern: r"^\([2-9][0-9]{2}\) [0-9]{3}-[0-9]{4}",
    },
];

/// The patterns of [`FORMS`], compiled.
static PATTERNS: LazyLock<[Regex; 8]> = LazyLock::new(|| {
    FORMS.map(|form| Regex::new(form.pattern).expect("a pattern of ours compiles: this is a bug"))
});

/// Appends the addresses of the article, in order; none overlap.
pub fn find(
    context: &Context<'_>,
    checkpoint: &mut dyn Checkpoint,
    out: &mut Vec<Proposal>,
) -> ControlFlow<()> {
    let text = context.document.text();
    let first = out.len();
    for (form, pattern) in FORMS.iter().zip(&*PATTERNS) {
        checkpoint.pass()?;
        let mut taken_to = 0;
        for needle in memmem::find_iter(text.as_bytes(), form.needle) {
            if needle < taken_to {
                continue;
            }
            if let Some(span) = address(text, form, pattern, needle) {
                taken_to = span.end() as usize;
                out.push(Proposal {
                    span,
                    kind: EntityKind::Contact,
                    subtype: Some(form.subtype),
                    value: None,
                    confidence: None,
                    source: Source::Contact,
                });
            }
        }
    }
    keep_first(out, first);
    ControlFlow::Continue(())
}

/// Sorts the proposals from `first` on and drops those that overlap an earlier or longer one: the handle in an
/// e-mail address, the number in a web address.
fn keep_first(out: &mut Vec<Proposal>, first: usize) {
    out[first..].sort_by_key(|proposal| (proposal.span.start(), Reverse(proposal.span.end())));
    let mut kept = first;
    for at in first..out.len() {
        if kept == first || out[kept - 1].span.end() <= out[at].span.start() {
            out[kept] = out[at];
            kept += 1;
        }
    }
    out.truncate(kept);
}

/// The address that holds the needle found at a byte.
fn address(text: &str, form: &Form, pattern: &Regex, needle: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let (most, belongs) = form.before;
    let back = bytes[..needle].iter().rev().take(most).take_while(|&&byte| belongs(byte)).count();
    // "e.g. jane@example.org" may begin with a stop that belongs to nothing.
    let skipped = bytes[needle - back..needle].iter().take_while(|byte| b"._%+-".contains(byte)).count();
    // A needle that begins with a blank looks behind it.
    let blank = usize::from(form.needle.starts_with(' '));
    let start = needle - back + skipped + blank;
    let mut end = text.len().min(start + MAX_ADDRESS);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if !bytes.get(start + 1).is_some_and(|&byte| (form.second)(byte)) {
        return None;
    }
    let found = pattern.find(Span::of_bytes(start, end).of(text))?;
    let whole = Span::of_bytes(start, start + found.end());
    let span = if form.subtype == "url" { without_end_marks(text, whole) } else { whole };
    (stands_alone(text, span) && has_enough_digits(text, form, span)).then_some(span)
}

/// Whether neither edge cuts a word or a number.
fn stands_alone(text: &str, span: Span) -> bool {
    let before = Span::new(0, span.start()).of(text).chars().next_back();
    let after = Span::of_bytes(span.end() as usize, text.len()).of(text).chars().next();
    let cut = |c: Option<char>| c.is_some_and(|c| chars::is_word(c) || c == '_');
    !cut(before) && !cut(after) && before != Some('@') && after != Some('@')
}

/// A telephone number has at least eight digits and, by ITU-T E.164, at most fifteen.
fn has_enough_digits(text: &str, form: &Form, span: Span) -> bool {
    form.subtype != "phone"
        || (8..=15).contains(&span.bytes_of(text).iter().filter(|byte| byte.is_ascii_digit()).count())
}

/// Without the marks of the sentence at the end: "https://example.org/a)." keeps no bracket that it did not
/// open.
fn without_end_marks(text: &str, span: Span) -> Span {
    let address = span.of(text);
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    let mut end = span.end();
    for last in address.chars().rev() {
        let drop = match last {
            ')' => closed > opened,
            ']' | '}' | '>' | '…' => true,
            _ => matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '*') || chars::is_single_mark(last),
        };
        if !drop {
            break;
        }
        closed -= usize::from(last == ')');
        end -= u32::try_from(last.len_utf8()).unwrap_or(1);
    }
    Span::new(span.start(), end)
}
