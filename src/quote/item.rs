//! A word, a mark or a stretch between quotation marks, as the models of this floor read it. It knows no article and no model.

use super::lexicon::Lexicon;
use crate::lexicon::{Word, WordSet, combine, mix};
use crate::text::{Span, chars};
use crate::token::{Case, Token, TokenKind};

/// A word, a mark, or a whole quoted stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// First token.
    pub(crate) first: u32,
    /// Token after the last.
    pub(crate) end: u32,
    /// The sentence it stands in, an index into [`Page::sentences`].
    pub(crate) sentence: u32,
    /// The paragraph it stands in.
    pub(crate) paragraph: u32,
    /// The word; for a stretch, its length and edges.
    pub(crate) word: u64,
    /// The word itself if it is a function word or a mark, else what sort of word it looks like.
    pub(crate) class: u64,
    /// The last three letters.
    pub(crate) suffix: u64,
    /// What kind of entity covers it, from 1, and whether it goes on; 0 for none.
    pub(crate) name: u8,
    /// What it is.
    pub(crate) form: Form,
    /// Whether it is a function word that begins nobody's name: "but", "when".
    pub(crate) links: bool,
    /// Whether a description may begin with it: "the", "some".
    pub(crate) determines: bool,
    /// Whether it is a verb that makes a clause: "is", "had", "would".
    pub(crate) finite: bool,
    /// Whether it begins a clause within another, which may be a speaker's: "who", "as", "when".
    pub(crate) subordinates: bool,
    /// Whether it is a word of speech or thought.
    pub(crate) reports: bool,
    /// The last such word before it in its sentence, if no stop stands between; else [`Item::NONE`].
    pub(crate) report: u32,
    /// Whether it holds many words, for a quoted stretch.
    long: bool,
    /// Whether it stands between single marks.
    single: bool,
    /// Whether it is a quoted stretch written like the title of a work.
    title: bool,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A word or number that begins with no capital.
    Word,
    /// A word that begins with a capital.
    Capital,
    /// A comma.
    Comma,
    /// A dash or bracket.
    Aside,
    /// A stop, question mark and the like.
    Stop,
    /// A colon.
    Colon,
    /// A quoted stretch.
    Quoted,
    /// The name of a work between marks: nobody's words.
    Work,
    /// Any other mark.
    Mark,
}

impl Item {
    /// What stands outside of the window.
    pub(crate) const EDGE: Self = Self {
        first: 0,
        end: 0,
        sentence: Self::NONE,
        paragraph: 0,
        word: 0x51,
        class: 0x52,
        suffix: 0x53,
        name: 0,
        form: Form::Mark,
        reports: false,
        links: false,
        determines: false,
        finite: false,
        subordinates: false,
        report: Self::NONE,
        long: false,
        single: false,
        title: false,
    };

    /// No item.
    pub(crate) const NONE: u32 = u32::MAX;

    pub(crate) fn is_quoted(&self) -> bool {
        self.form == Form::Quoted
    }

    pub(crate) fn span(&self, tokens: &[Token]) -> Span {
        tokens[self.first as usize].span.cover(tokens[self.end as usize - 1].span)
    }

    /// Whether it is a quoted stretch of six words or more.
    pub(crate) fn is_long(&self) -> bool {
        self.is_quoted() && self.long
    }

    /// Whether it is a quoted stretch between single marks.
    pub(crate) fn is_single(&self) -> bool {
        self.single
    }

    /// Whether it is a quoted stretch of several words written like the title of a work.
    pub(crate) fn is_titled(&self) -> bool {
        self.title
    }

    /// Whether it has letters or digits that nobody put between marks.
    pub(crate) fn is_bare_word(&self) -> bool {
        matches!(self.form, Form::Word | Form::Capital | Form::Work)
    }

    /// Whether somebody's name or description may begin with it: no mark does, no "but", and no verb of speech, as in
    /// "«We stay», assured Paul Vasseur" and "the mayor, who believes Bell is looking for a way out".
    pub(crate) fn may_begin_name(&self) -> bool {
        self.is_bare_word() && !self.links && !(self.reports && self.form == Form::Word)
    }

    /// Whether a person's name covers it.
    pub(crate) fn is_person(&self) -> bool {
        self.name / 2 == PERSON
    }

    /// Whether the name of a body covers it.
    pub(crate) fn is_body(&self) -> bool {
        self.name / 2 == BODY
    }

    /// Whether the name of a person, a body, a place or a group covers it.
    pub(crate) fn may_speak(&self) -> bool {
        matches!(self.name / 2, PERSON..=GROUP)
    }

    /// Whether it is a word of thought, wish or intention.
    pub(crate) fn is_thought(&self) -> bool {
        (THOUGHT..THOUGHT + 0x100).contains(&self.class)
    }

    /// Whether it is "who" or "which".
    pub(crate) fn is_relative(&self) -> bool {
        const RELATIVES: [u64; 2] = words(["who", "which"]);
        RELATIVES.contains(&self.word)
    }

    /// Whether it is a word of a closed class.
    pub(crate) fn is_function(&self) -> bool {
        self.is_bare_word() && self.class == self.word
    }

    /// Whether it joins verbs of one subject: "and", "but".
    pub(crate) fn joins(&self) -> bool {
        const JOINTS: [u64; 5] = words(["and", "but", "or", "then", "yet"]);
        JOINTS.contains(&self.word)
    }

    /// Whether it ends like a participle: "saying".
    pub(crate) fn is_participle(&self) -> bool {
        const ENDINGS: [u64; 3] =
            [combine(0x77, 0x0469_6e67), combine(0x77, 0x0569_6e67), combine(0x77, 0x0669_6e67)];
        ENDINGS.contains(&self.suffix)
    }

    /// Whether it is the name of a work between marks.
    pub(crate) fn is_work(&self) -> bool {
        self.form == Form::Work
    }
}

/// Codes of the kinds of entities that [`Item::name`] tells apart.
pub(super) const PERSON: u8 = 1;
pub(super) const BODY: u8 = 2;
pub(super) const PLACE: u8 = 3;
pub(super) const GROUP: u8 = 4;
pub(super) const DAY: u8 = 5;

pub(super) fn work_item(first: usize, end: usize) -> Item {
    Item {
        first: narrow(first),
        end: narrow(end),
        word: mix(0x4400),
        class: mix(0x4401),
        suffix: mix(0x4402),
        form: Form::Work,
        ..Item::EDGE
    }
}

pub(super) fn quoted_item(text: &str, tokens: &[Token], first: usize, end: usize) -> Item {
    let words = tokens[first..end].iter().filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::Number));
    let words = words.take(12).count();
    let length = match words {
        few @ 0..=3 => few,
        4..=6 => 4,
        7..=11 => 5,
        _ => 6,
    };
    let capital = tokens.get(first + 1).is_some_and(|token| token.is_capitalized(text));
    let title = words > 1 && words < 12 && is_title(text, &tokens[first..end]);
    let single = tokens[first].of(text).chars().count() == 1
        && tokens[first].of(text).chars().all(chars::is_single_mark);
    let inner = tokens[first + 1..end].iter().rev().find(|token| token.kind != TokenKind::Quote);
    let last = inner.and_then(|token| token.of(text).chars().next()).unwrap_or(' ');
    let last = if last.is_alphanumeric() { 'a' } else { last };
    let class = 0x4000 + length as u64 * 8 + u64::from(capital) * 4;
    let closing = match last {
        ',' => 1,
        'a' => 0,
        c if chars::is_terminal(c) => 2,
        _ => 3,
    };
    Item {
        first: narrow(first),
        end: narrow(end),
        word: mix(class + closing + 0x1000 * u64::from(title)),
        class: mix(0x4100
            + u64::from(title) * 0x40
            + u64::from(length > 3) * 8
            + u64::from(capital) * 4
            + closing),
        suffix: mix(0x4200 + closing),
        form: Form::Quoted,
        long: words >= super::judge::LONG,
        single,
        title,
        ..Item::EDGE
    }
}

/// Whether all words but short ones begin with a capital: "Meet the Press".
pub(super) fn is_title(text: &str, tokens: &[Token]) -> bool {
    /// Words of so many letters need no capital.
    const SHORT: usize = 3;
    let mut words = tokens.iter().filter(|token| token.kind == TokenKind::Word);
    words.all(|token| token.is_capitalized(text) || token.span.len() as usize <= SHORT)
}

/// What all words of thought have in common.
const THOUGHT: u64 = 0x200;

/// What all dashes have in common.
const DASH: u64 = 0x800;

pub(super) fn token_item(lexicon: &Lexicon, text: &str, token: &Token, at: usize, starts: bool) -> Item {
    let written = token.of(text);
    let word = token.word.bits();
    let sort = lexicon.sort(token.word);
    let capital = token.is_capitalized(text);
    let ending = ending(written);
    let (form, class) = match token.kind {
        TokenKind::Word => {
            let form = if capital { Form::Capital } else { Form::Word };
            let class = match sort {
                Lexicon::FUNCTION => word,
                Lexicon::SPEECH => 0x100 + ending,
                Lexicon::THOUGHT => THOUGHT + ending,
                Lexicon::ROLE => 0x300 + u64::from(capital) * 2 + u64::from(ending == 2),
                _ if token.case == Case::Upper => 0x400,
                _ if capital => 0x500 + u64::from(starts),
                _ => 0x600 + ending,
            };
            (form, class)
        }
        TokenKind::Number => (Form::Word, 0x700),
        TokenKind::Quote | TokenKind::Punctuation | TokenKind::Symbol => {
            let form = mark_form(written);
            // However it is drawn: "— Ana Sol", "― Ana Sol", "-- Ana Sol".
            let dash = form == Form::Aside && written.starts_with(chars::is_dash);
            (form, if dash { DASH } else { word })
        }
    };
    let suffix = tail_of(written);
    let reports = matches!(sort, Lexicon::SPEECH | Lexicon::THOUGHT)
        || (sort == Lexicon::FUNCTION && matches!(written, "said" | "say" | "says" | "told"));
    let is = |words: &WordSet| sort == Lexicon::FUNCTION && words.contains(token.word);
    Item {
        first: narrow(at),
        end: narrow(at + 1),
        word,
        class,
        suffix,
        form,
        reports,
        links: is(&lexicon.links),
        determines: is(&lexicon.determiners),
        finite: form == Form::Word && is(&lexicon.finite),
        subordinates: is(&lexicon.subordinates),
        ..Item::EDGE
    }
}

fn mark_form(written: &str) -> Form {
    match written.chars().next() {
        Some(',') => Form::Comma,
        Some(':') => Form::Colon,
        Some(c) if chars::is_open_bracket(c) || chars::is_close_bracket(c) => Form::Aside,
        Some('-') if written.len() == 1 => Form::Mark,
        Some(c) if chars::is_dash(c) => Form::Aside,
        Some(c) if chars::is_terminal(c) || c == ';' => Form::Stop,
        _ => Form::Mark,
    }
}

/// How a word ends, as far as that tells its part of speech.
fn ending(written: &str) -> u64 {
    let bytes = written.as_bytes();
    let lower = |back: usize| bytes.len().checked_sub(back).map_or(0, |at| bytes[at].to_ascii_lowercase());
    match (lower(3), lower(2), lower(1)) {
        (_, b'e', b'd') => 1,
        (_, b's', b's') => 6,
        (_, _, b's') => 2,
        (b'i', b'n', b'g') => 3,
        (_, b'l', b'y') => 4,
        (b'i', b'o', b'n') | (b'e', b'n', b't') | (b'i', b't', b'y') => 5,
        (b'o', b'u', b't') => 7,
        (b'f', b'u', b'l') | (b'b', b'l', b'e') | (b'i', b'v', b'e') => 8,
        _ => 0,
    }
}

/// A hash of the last three bytes, in small letters.
fn tail_of(written: &str) -> u64 {
    let bytes = written.as_bytes();
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    let mut value = bytes.len().min(6) as u64;
    for &byte in tail {
        value = (value << 8) | u64::from(byte.to_ascii_lowercase());
    }
    combine(0x77, value)
}

/// What the items of these words hold.
pub(super) const fn words<const N: usize>(written: [&str; N]) -> [u64; N] {
    let mut bits = [0; N];
    let mut at = 0;
    while at < N {
        bits[at] = Word::of_ascii(written[at]).bits();
        at += 1;
    }
    bits
}

/// One value of two, to be taken further: as hard to confuse as [`combine`] and cheaper.
#[inline]
pub(crate) const fn pair(left: u64, right: u64) -> u64 {
    join(left, right).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// One value of two, to be the value of a feature, which is mixed when it becomes a hash.
#[inline]
pub(crate) const fn join(left: u64, right: u64) -> u64 {
    left.rotate_left(29) ^ right
}

pub(crate) fn narrow(at: usize) -> u32 {
    u32::try_from(at).expect("items are fewer than bytes: this is a bug")
}
