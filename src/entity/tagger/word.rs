//! What the letters of one token alone tell: its shape, its ends, its lists and classes. It must not know
//! the token's neighbours.

use super::knowledge::{Knowledge, List, ListSet, Usage, name_key};
use crate::lexicon::{FoldedHasher, combine};
use crate::text::chars;
use crate::token::{Case, Token, TokenKind};

/// Facts of a word as it is written; equal for every token that is written so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WordFacts {
    /// The word with its capitals.
    pub(crate) written: u64,
    /// The word with case folded.
    pub(crate) folded: u64,
    /// "Xxxxx", "XX", "99,99".
    pub(crate) shape: u64,
    /// The shape with runs written once: "Xx", "X", "9,9".
    pub(crate) short_shape: u64,
    /// Its first two and three letters, folded; 0 for a word that is no longer.
    pub(crate) prefixes: [u64; 2],
    /// Its last one to four letters, folded; 0 for a word that is no longer.
    pub(crate) suffixes: [u64; 4],
    pub(crate) letters: u8,
    pub(crate) lists: ListSet,
    /// Whether some longer name begins with the word.
    pub(crate) leads: bool,
    pub(crate) usage: Usage,
    pub(crate) case: Case,
}

/// Identifies the word as it is written, without looking at its letters where its case tells them.
pub(crate) fn written(token: &Token, text: &str) -> u64 {
    let bytes = token.span.bytes_of(text);
    // "P.m." counts as capitals, as "P.M." does, and is written otherwise all the same.
    let loose =
        || token.case == Case::Upper && bytes.contains(&b'.') && bytes.iter().any(u8::is_ascii_lowercase);
    if token.case == Case::Mixed || loose() {
        return bytes.iter().fold(1, |hash, &byte| combine(hash, u64::from(byte)));
    }
    token.word.bits() ^ ((token.case as u64 + 1) << 8 | token.kind as u64)
}

/// Identifies all that [`WordFacts`] tell of a token. The same word with another apostrophe, or "'S" for "'s", is written
/// the same to a model, and its letters are not.
pub(crate) fn spelled(token: &Token, text: &str) -> u64 {
    let bytes = token.span.bytes_of(text);
    let written = written(token, text);
    let clitic = token.kind == TokenKind::Word && bytes[0] == b'\'';
    if clitic || !bytes.is_ascii() {
        return bytes.iter().fold(written, |hash, &byte| combine(hash, u64::from(byte)));
    }
    written
}

impl WordFacts {
    /// Where there is no word: before the first and after the last of a sentence.
    pub(crate) const NONE: Self = Self {
        written: 1,
        folded: 1,
        shape: 1,
        short_shape: 1,
        prefixes: [0; 2],
        suffixes: [0; 4],
        letters: 0,
        lists: ListSet(0),
        leads: false,
        usage: Usage { clusters: [0; 3], groups: [0; 3], capitals: 0 },
        case: Case::None,
    };

    /// Looks at a token closely.
    pub(crate) fn of(token: &Token, text: &str, knowledge: &Knowledge) -> Self {
        let word = token.of(text);
        let mut shape = 2_u64;
        let mut short_shape = 2_u64;
        let (mut last, mut run, mut letters) = (0, 0, 0_u8);
        for c in word.chars() {
            let class = shape_of(c);
            run = if class == last { run + 1 } else { 1 };
            if run == 1 {
                short_shape = combine(short_shape, class);
            }
            if run <= 4 {
                shape = combine(shape, class);
            }
            last = class;
            letters = letters.saturating_add(1);
        }
        let lists = knowledge.lists(name_key(0, token.word));
        let long = usize::from(letters);
        let end = |n: usize| if long > n { hash(word.chars().skip(long - n)) } else { 0 };
        let start = |n: usize| if long > n { hash(word.chars().take(n)) } else { 0 };
        Self {
            written: written(token, text),
            folded: token.word.bits(),
            shape,
            short_shape,
            prefixes: [start(2), start(3)],
            suffixes: [end(1), end(2), end(3), end(4)],
            letters,
            lists: lists.names(),
            leads: lists.has(List::Prefix),
            usage: knowledge.usage(token.word),
            case: token.case,
        }
    }
}

fn shape_of(c: char) -> u64 {
    if c.is_lowercase() {
        u64::from(b'x')
    } else if c.is_uppercase() {
        u64::from(b'X')
    } else if c.is_numeric() {
        u64::from(b'9')
    } else if chars::is_apostrophe(c) {
        u64::from(b'\'')
    } else if c.is_alphabetic() {
        u64::from(b'x')
    } else {
        u64::from(c)
    }
}

fn hash(letters: impl Iterator<Item = char>) -> u64 {
    let mut hasher = FoldedHasher::default();
    letters.for_each(|c| hasher.write_char(c));
    hasher.finish().bits()
}

#[cfg(test)]
mod tests {
    use super::spelled;
    use crate::text::Span;
    use crate::token::tokenize;

    #[test]
    fn what_is_written_otherwise_is_told_apart() {
        let key = |text: &str| {
            let mut tokens = Vec::new();
            tokenize(text, Span::of_bytes(0, text.len()), &mut tokens);
            spelled(tokens.last().unwrap(), text)
        };
        let words = [
            "P.M.", "P.m.", "p.m.", "NATO", "Nato", "NaTo", "nato", "Ana's", "Ana’s", "Ana´s", "Ana'S",
            "élan", "Élan",
        ];
        for (at, one) in words.iter().enumerate() {
            assert_eq!(key(one), key(one));
            assert!(words[at + 1..].iter().all(|other| key(one) != key(other)), "{one} is taken for another");
        }
    }
}
