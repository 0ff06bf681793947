//! Floor 1: words, numbers and marks of a text, in one pass. It must not know what the words mean, nor
//! where sentences end.
//!
//! Tokens cover everything that is not blank. Words keep inner apostrophes ("O'Brien", "don't") and lose
//! clitics ("China" + "'s"); initialisms keep their stops ("U.S."); hyphens part words ("US" "-" "led");
//! numbers keep inner commas, stops and colons ("1,000", "3.5", "10:30") and lose letters behind ("1990"
//! "s"). A token that touches the one before says so by [`Token::is_glued`].

use crate::lexicon::{FoldedHasher, Word};
use crate::text::{Span, chars};

/// What sort of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TokenKind {
    /// Letters, with digits, apostrophes or an initialism's stops among them.
    Word,
    /// Digits, with separators among them.
    Number,
    /// A quotation mark of any kind, `''` and ` `` ` included, or an apostrophe that stands alone.
    Quote,
    /// A stop, comma, dash, bracket: any other mark of punctuation. Dots and hyphens in a row are one.
    Punctuation,
    /// Everything else: currency signs, emoji, `%`.
    Symbol,
}

/// How the letters of a token are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Case {
    /// No letter.
    None,
    /// "minister"
    Lower,
    /// "Minister"; one capital alone too.
    Title,
    /// "NATO"
    Upper,
    /// "McDonald", "iPhone"
    Mixed,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where.
    pub span: Span,
    /// The word with case and apostrophes folded, as a hash: "US", "us" and "Us" are equal.
    pub word: Word,
    /// What sort.
    pub kind: TokenKind,
    /// How its letters are written.
    pub case: Case,
    glued: bool,
    line_start: bool,
}

impl Token {
    /// Whether nothing stands between this token and the one before.
    #[must_use]
    pub const fn is_glued(&self) -> bool {
        self.glued
    }

    /// Whether a line break stands between this token and the one before, or it is the text's first.
    #[must_use]
    pub const fn starts_line(&self) -> bool {
        self.line_start
    }

    /// The token as written.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        self.span.of(text)
    }

    /// Whether its first letter is a capital.
    #[must_use]
    pub fn is_capitalized(&self, text: &str) -> bool {
        match self.case {
            Case::Title | Case::Upper => true,
            Case::Mixed => self.of(text).chars().next().is_some_and(char::is_uppercase),
            Case::None | Case::Lower => false,
        }
    }
}

/// Appends the tokens of `within` to `tokens`, in order.
pub fn tokenize(text: &str, within: Span, tokens: &mut Vec<Token>) {
    let end = within.end() as usize;
    let mut scanner = Scanner { text, bytes: &text.as_bytes()[..end], at: within.start() as usize };
    let mut glued = false;
    let mut line_start = true;
    while let Some(c) = scanner.peek() {
        if chars::is_blank(c) {
            line_start |= matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
            scanner.at += c.len_utf8();
            glued = false;
            continue;
        }
        let start = scanner.at;
        let after_word = || {
            let last = tokens.last().filter(|_| glued);
            last.is_some_and(|last| matches!(last.kind, TokenKind::Word | TokenKind::Number))
        };
        let (kind, case, word) =
            if c.is_ascii_alphabetic() { scanner.word() } else { scanner.token(c, after_word()) };
        let span = Span::of_bytes(start, scanner.at);
        tokens.push(Token { span, word, kind, case, glued, line_start });
        glued = true;
        line_start = false;
    }
}

/// Index of the first token that starts at or after byte `offset`.
#[must_use]
pub fn first_at(tokens: &[Token], offset: u32) -> usize {
    tokens.partition_point(|token| token.span.start() < offset)
}

/// How many of the tokens start before byte `offset`; counted one by one, for those who walk through a text.
#[inline]
pub(crate) fn count_before(tokens: &[Token], offset: u32) -> usize {
    tokens.iter().position(|token| token.span.start() >= offset).unwrap_or(tokens.len())
}

/// How many of the tokens end at or before byte `offset`; counted one by one too.
#[inline]
pub(crate) fn count_within(tokens: &[Token], offset: u32) -> usize {
    tokens.iter().position(|token| token.span.end() > offset).unwrap_or(tokens.len())
}

/// The tokens that lie inside `span`, as a range of indices.
#[must_use]
pub fn within(tokens: &[Token], span: Span) -> std::ops::Range<usize> {
    let start = first_at(tokens, span.start());
    let rest = &tokens[start..];
    // Most spans are short and most articles long: the end is sought from the start on, in growing steps.
    let mut near = 1;
    while rest.get(near).is_some_and(|token| token.span.end() <= span.end()) {
        near *= 2;
    }
    let rest = &rest[..rest.len().min(near + 1)];
    start..start + rest.partition_point(|token| token.span.end() <= span.end())
}

/// Letters and digits of ASCII with case folded, 0 for all other bytes: one look tells all that a word asks.
const FOLDED: [u8; 256] = {
    let mut folded = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            folded[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    folded
};

struct Scanner<'t> {
    text: &'t str,
    /// Those of the text, as far as it is to be read.
    bytes: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    #[inline]
    fn peek(&self) -> Option<char> {
        self.char_at(self.at)
    }

    #[inline]
    fn char_at(&self, at: usize) -> Option<char> {
        let &byte = self.bytes.get(at)?;
        if byte.is_ascii() { Some(char::from(byte)) } else { self.wide_char_at(at) }
    }

    #[cold]
    fn wide_char_at(&self, at: usize) -> Option<char> {
        Span::of_bytes(at, self.bytes.len()).of(self.text).chars().next()
    }

    /// Consumes one token that begins with `first`, which is not blank.
    fn token(&mut self, first: char, after_word: bool) -> (TokenKind, Case, Word) {
        let start = self.at;
        let clitic = (after_word && chars::is_apostrophe(first)).then(|| self.clitic(first)).flatten();
        if let Some(len) = clitic {
            self.at += len;
            let word = Word::new(Span::of_bytes(start, self.at).of(self.text));
            return (TokenKind::Word, Case::Lower, word);
        }
        let (kind, case) = if first.is_ascii_digit() {
            self.number();
            (TokenKind::Number, Case::None)
        } else if chars::is_word(first) {
            return self.word();
        } else if chars::is_double_mark(first) || chars::is_single_mark(first) {
            self.at += first.len_utf8();
            if matches!(first, '\'' | '`') && self.peek() == Some(first) {
                self.at += 1;
            }
            (TokenKind::Quote, Case::None)
        } else if chars::is_dash(first) || first == '.' {
            while self.peek() == Some(first) {
                self.at += first.len_utf8();
            }
            (TokenKind::Punctuation, Case::None)
        } else {
            self.at += first.len_utf8();
            let kind = if is_punctuation(first) { TokenKind::Punctuation } else { TokenKind::Symbol };
            // Joiners and modifiers ride on the emoji before them.
            while kind == TokenKind::Symbol && self.peek().is_some_and(chars::is_combining) {
                self.at += self.peek().map_or(0, char::len_utf8);
            }
            (kind, Case::None)
        };
        let mut hasher = FoldedHasher::default();
        if self.at == start + first.len_utf8() {
            hasher.write_char(first);
        } else {
            hasher.write(Span::of_bytes(start, self.at).bytes_of(self.text));
        }
        (kind, case, hasher.finish())
    }

    /// Digits with single commas, stops or colons between digits.
    fn number(&mut self) {
        let digit = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_digit);
        let mut at = self.at;
        while digit(at) || (matches!(self.bytes.get(at), Some(b',' | b'.' | b':')) && digit(at + 1)) {
            at += 1;
        }
        self.at = at;
    }

    fn word(&mut self) -> (TokenKind, Case, Word) {
        let start = self.at;
        if let Some(found) = self.initialism() {
            return found;
        }
        let mut hasher = FoldedHasher::default();
        let mut cases = CaseCounter::default();
        loop {
            // Nearly every character of a text is one of these.
            let mut at = self.at;
            for &byte in &self.bytes[self.at..] {
                let folded = FOLDED[usize::from(byte)];
                if folded == 0 {
                    break;
                }
                hasher.write_folded(folded);
                cases.count(folded >= b'a', folded != byte);
                at += 1;
            }
            self.at = at;
            let Some(&next) = self.bytes.get(self.at) else { break };
            if next.is_ascii() && !matches!(next, b'\'' | b'`') {
                break;
            }
            let Some(c) = self.peek() else { break };
            if chars::is_word(c) {
                hasher.write_char(c);
                cases.count(c.is_alphabetic(), c.is_uppercase());
                self.at += c.len_utf8();
            } else if chars::is_apostrophe(c) && self.apostrophe_joins(c) {
                hasher.write_ascii(b'\'');
                self.at += c.len_utf8();
            } else {
                break;
            }
        }
        (TokenKind::Word, cases.case(|| Span::of_bytes(start, self.at).of(self.text)), hasher.finish())
    }

    /// Whether the apostrophe here belongs to the word: a letter follows, and what follows is no clitic
    /// that becomes a token of its own.
    fn apostrophe_joins(&self, apostrophe: char) -> bool {
        let next = self.char_at(self.at + apostrophe.len_utf8());
        next.is_some_and(chars::is_word) && self.clitic(apostrophe).is_none()
    }

    /// Length in bytes of the clitic that the apostrophe here begins: "'s", "'re", "'ll" at a word's end.
    fn clitic(&self, apostrophe: char) -> Option<usize> {
        let start = self.at + apostrophe.len_utf8();
        let mut letters = [0_u8; 2];
        let mut len = 0;
        while let Some(c) = self.char_at(start + len).filter(|&c| chars::is_word(c)) {
            *letters.get_mut(len)? = u8::try_from(c).ok().filter(u8::is_ascii)?.to_ascii_lowercase();
            len += 1;
        }
        let known = matches!(&letters[..len], b"s" | b"d" | b"m" | b"re" | b"ve" | b"ll");
        known.then_some(apostrophe.len_utf8() + len)
    }

    /// "U.S.", "J.K.", "a.m.": single letters each with a stop, two or more; or one capital with a stop
    /// before another capital ("J. Smith").
    fn initialism(&mut self) -> Option<(TokenKind, Case, Word)> {
        let bytes = self.bytes;
        let mut at = self.at;
        if bytes.get(at + 1) != Some(&b'.') {
            return None;
        }
        let mut letters = 0;
        while at + 1 < bytes.len() && bytes[at].is_ascii_alphabetic() && bytes[at + 1] == b'.' {
            at += 2;
            letters += 1;
        }
        // "U.S.A" without its last stop, "e.g.x": the last letter belongs if no word goes on behind it.
        let more = self.char_at(at).is_some_and(chars::is_word);
        if letters == 0 || (more && !self.last_letter_ends_word(at)) {
            return None;
        }
        if letters == 1 {
            let capital_follows = bytes[self.at].is_ascii_uppercase()
                && !more
                && bytes.get(at).copied() == Some(b' ')
                && self.char_at(at + 1).is_some_and(char::is_uppercase);
            if !capital_follows {
                return None;
            }
        }
        if more {
            at += 1;
        }
        let mut hasher = FoldedHasher::default();
        hasher.write(&bytes[self.at..at]);
        let case = match (bytes[self.at].is_ascii_uppercase(), letters) {
            (true, 1) => Case::Title,
            (true, _) => Case::Upper,
            (false, _) => Case::Lower,
        };
        self.at = at;
        Some((TokenKind::Word, case, hasher.finish()))
    }

    fn last_letter_ends_word(&self, at: usize) -> bool {
        self.bytes[at].is_ascii_alphabetic() && !self.char_at(at + 1).is_some_and(chars::is_word)
    }
}

fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation() && !matches!(c, '$' | '%' | '+' | '<' | '=' | '>' | '^' | '|' | '~');
    }
    chars::is_terminal(c)
        || chars::is_open_bracket(c)
        || chars::is_close_bracket(c)
        || matches!(c, '·' | '•' | '¡' | '¿' | '،' | '、' | '，' | '；' | '：' | '‹' | '›' | '§' | '¶')
}

#[derive(Default)]
struct CaseCounter {
    letters: u32,
    uppers: u32,
}

impl CaseCounter {
    #[inline]
    fn count(&mut self, letter: bool, upper: bool) {
        self.letters += u32::from(letter);
        self.uppers += u32::from(upper);
    }

    #[inline]
    fn case<'t>(&self, word: impl Fn() -> &'t str) -> Case {
        let first_upper = || word().chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
        match (self.letters, self.uppers) {
            (0, _) => Case::None,
            (_, 0) => Case::Lower,
            (_, 1) if first_upper() => Case::Title,
            (letters, uppers) if letters == uppers => Case::Upper,
            _ => Case::Mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, Token, TokenKind, tokenize};
    use crate::text::Span;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        tokenize(text, Span::of_bytes(0, text.len()), &mut tokens);
        tokens
    }

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = tokens(text).iter().map(|token| token.of(text)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn words_and_marks() {
        check("China´s leaders don’t.", &["China", "´s", "leaders", "don’t", "."]);
        check("O'Brien said 'yes'", &["O'Brien", "said", "'", "yes", "'"]);
        check("the workers' union", &["the", "workers", "'", "union"]);
        check("US-led, G20", &["US", "-", "led", ",", "G20"]);
        check(
            "the U.S. and J. Smith of plan B.",
            &["the", "U.S.", "and", "J.", "Smith", "of", "plan", "B", "."],
        );
        check(
            "at 10:30 a.m., 1,000.5 of the 1990s.",
            &["at", "10:30", "a.m.", ",", "1,000.5", "of", "the", "1990", "s", "."],
        );
        check("$1.5bn -- ``so''...", &["$", "1.5", "bn", "--", "``", "so", "''", "..."]);
        check("Zu\u{308}rich 👍🏽 Ångström", &["Zu\u{308}rich", "👍🏽", "Ångström"]);
        check("U.S.-based U.S.A e.mail", &["U.S.", "-", "based", "U.S.A", "e", ".", "mail"]);
    }

    #[test]
    fn clitics_are_tokens_that_begin_with_the_apostrophe() {
        check("he's we'll I'd", &["he", "'s", "we", "'ll", "I", "'d"]);
    }

    #[test]
    fn cases_and_kinds() {
        let text = "NATO McDonald Minister minister 5 U.S.";
        let found: Vec<_> = tokens(text).iter().map(|t| (t.kind, t.case)).collect();
        use TokenKind::{Number, Word};
        let expected = [
            (Word, Case::Upper),
            (Word, Case::Mixed),
            (Word, Case::Title),
            (Word, Case::Lower),
            (Number, Case::None),
            (Word, Case::Upper),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn words_fold_case_and_apostrophes() {
        let text = "DON’T don't Don´t";
        let words: Vec<_> = tokens(text).iter().map(|t| t.word).collect();
        assert!(words.iter().all(|&w| w == words[0]) && words.len() == 3);
    }

    proptest! {
        #[test]
        fn tokens_cover_all_but_blanks(text in "\\PC{0,80}|[a-z'’.\\-0-9 \"`A-Z]{0,80}") {
            let mut at = 0;
            for token in tokens(&text) {
                let start = token.span.start() as usize;
                prop_assert!(Span::of_bytes(at, start).trim(&text).is_empty());
                prop_assert!(!token.span.is_empty());
                at = token.span.end() as usize;
            }
            prop_assert!(Span::of_bytes(at, text.len()).trim(&text).is_empty());
        }
    }
}
