//! What a person's name and title tell: titles before names, given names and their short forms, gender. It
//! knows no entity and joins nothing.

use super::gazetteer::{alternatives, rows};
use crate::lexicon::{FastMap, FastSet, Word, WordSet, combine, entries};
use crate::text::Span;
use crate::token::{Case, Token, TokenKind};

/// A person's grammatical gender, where name or title tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gender {
    /// "she", "Mrs", "Angela".
    Female,
    /// "he", "Mr", "Antony".
    Male,
}

/// Words around and in names of persons.
#[derive(Clone, Debug)]
pub(super) struct PersonWords {
    titles: FastMap<Word, TitleWord>,
    /// Words for what somebody is that stand apart from the name alone: "its **master**, Ann Lee".
    roles: WordSet,
    modifiers: WordSet,
    function_words: WordSet,
    given: FastMap<Word, Gender>,
    /// Pairs of given names that one person may go by.
    nicknames: FastSet<u64>,
    of_wives: [Word; 4],
    of: Word,
    the: Word,
}

#[derive(Clone, Copy, Debug)]
struct TitleWord {
    gender: Option<Gender>,
    /// How it must be written.
    written: Written,
}

/// How a title must be written to be one.
#[derive(Clone, Copy, Debug)]
enum Written {
    AsMayBe,
    /// With a capital: "General".
    Capital,
    /// In capitals: "DS", which "Ds" and "Di" are not.
    Capitals,
}

/// A title found beside a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Title {
    /// As written.
    pub(super) span: Span,
    /// The word that says what it is: "Secretary" in "US Secretary of State".
    pub(super) head: Word,
    /// What it tells about its bearer.
    pub(super) gender: Option<Gender>,
}

/// Words that go on behind a role which nothing closes: "Ann Lee, the coach **accused** of it", "a lawyer **who** won";
/// near miss: "Ann Lee, the minister said".
const GOING_ON: [&str; 12] = [
    "who",
    "whose",
    "accused",
    "charged",
    "convicted",
    "suspected",
    "blamed",
    "credited",
    "responsible",
    "elected",
    "appointed",
    "hired",
];

/// So many tokens before a name may belong to its title: bounds the work a name.
const LONGEST_TITLE: usize = 9;

impl PersonWords {
    /// The word lists that are built into the program.
    pub(super) fn builtin() -> Self {
        let mut titles = FastMap::default();
        for [word, gender] in rows(include_str!("../../data/titles.txt")) {
            let (bare, written) = match (word.strip_prefix('~'), word.strip_prefix('^')) {
                (Some(bare), _) => (bare, Written::Capital),
                (None, Some(bare)) => (bare, Written::Capitals),
                (None, None) => (word, Written::AsMayBe),
            };
            titles.insert(Word::new(bare), TitleWord { gender: Gender::from_letter(gender), written });
        }
        let mut nicknames = FastSet::default();
        for [full, short] in rows(include_str!("../../data/nicknames.txt")) {
            let names: Vec<_> = alternatives(full).chain(alternatives(short)).map(Word::new).collect();
            for &a in &names {
                nicknames.extend(names.iter().map(|&b| pair(a, b)));
            }
        }
        Self {
            titles,
            roles: WordSet::compile(include_str!("../../data/roles.txt")),
            modifiers: WordSet::compile(include_str!("../../data/title-modifiers.txt")),
            function_words: WordSet::compile(include_str!("../../data/function-words.txt")),
            given: entries(include_str!("../../data/given-names.txt"))
                .filter_map(|line| line.split_once('|'))
                .filter_map(|(name, gender)| {
                    Some((Word::new(name.trim()), Gender::from_letter(gender.trim())?))
                })
                .collect(),
            nicknames,
            of_wives: ["Mrs", "Mrs.", "Lady", "Madame"].map(Word::new),
            of: Word::new("of"),
            the: Word::new("the"),
        }
    }

    /// What a given name tells.
    pub(super) fn gender(&self, given: Word) -> Option<Gender> {
        self.given.get(&given).copied()
    }

    /// Whether women bear the title with the surname of their husbands.
    pub(super) fn is_of_wives(&self, title: Word) -> bool {
        self.of_wives.contains(&title)
    }

    /// Whether two given names can be one person's: "Joe" and "Joseph".
    pub(super) fn are_one(&self, a: Word, b: Word) -> bool {
        a == b || self.nicknames.contains(&pair(a, b))
    }

    /// Whether the word may stand beside a name without being a part of it: a title, a function word.
    pub(super) fn stands_beside_names(&self, word: Word) -> bool {
        self.titles.contains_key(&word) || self.modifiers.contains(word) || self.function_words.contains(word)
    }

    /// The title that ends right before token `name`, if there is one, looking no further back than `from`.
    ///
    /// "**US Secretary of State** Antony Blinken", "former **prime minister** Ann Lee" (with "former"); but not
    /// "The" of "The President", nor "But" of "But Mr Lee", nor "Smith" of "Smith, Mr Lee".
    pub(super) fn title_before(
        &self,
        text: &str,
        tokens: &[Token],
        from: usize,
        name: usize,
    ) -> Option<Title> {
        let from = from.max(name.saturating_sub(LONGEST_TITLE));
        let (head, word) = self.head_before(text, tokens, from, name)?;
        let mut start = head;
        for at in (from..head).rev() {
            let token = &tokens[at];
            let capital = token.is_capitalized(text);
            let is_modifier = token.kind == TokenKind::Word
                && !self.function_words.contains(token.word)
                && (capital || self.modifiers.contains(token.word) || self.title(text, token).is_some());
            if is_modifier {
                start = at;
            } else if !is_joint(text, token) || start != at + 1 {
                break;
            }
        }
        // A name right before is no modifier but an apposition's end: "Ann Lee President" does not occur in
        // prose, "Acme CEO" does, so that capitalised words count.
        let span = Span::new(tokens[start].span.start(), tokens[name - 1].span.end());
        Some(Title { span, head: tokens[head].word, gender: word.gender })
    }

    /// The role behind a name that ends before token `end`, set off by a comma: "Lars Holm, the **ambassador to
    /// France**, left". What it is of belongs to it as far as it is written with capitals.
    pub(super) fn title_behind(&self, text: &str, tokens: &[Token], end: usize) -> Option<Title> {
        let written = |at: usize| tokens.get(at).map_or("", |token| token.of(text));
        if written(end) != "," {
            return None;
        }
        let start = end + 1 + usize::from(matches!(written(end + 1), "a" | "an" | "the"));
        let rest = &tokens[start.min(tokens.len())..tokens.len().min(start + LONGEST_TITLE)];
        let words = rest
            .iter()
            .take_while(|token| token.kind == TokenKind::Word && !self.function_words.contains(token.word))
            .take_while(|token| !GOING_ON.contains(&token.of(text)))
            .count();
        let head = start + words.checked_sub(1)?;
        let word = self.role(text, &tokens[head])?;
        // "the **company's** chairwoman"
        let start =
            (start..head).rev().find(|&at| is_possessive(text, &tokens[at])).map_or(start, |at| at + 1);
        let closes =
            |at: usize| matches!(written(at), "," | "." | ";" | ")" | "") || GOING_ON.contains(&written(at));
        let of = matches!(written(head + 1), "of" | "to" | "for" | "at");
        if !closes(head + 1) && !of {
            return None;
        }
        let complement = (head + 1..head + 1 + LONGEST_TITLE)
            .find(|&at| {
                tokens.get(at).is_none_or(|token| {
                    !token.is_capitalized(text)
                        && !matches!(token.of(text), "of" | "to" | "for" | "at" | "the")
                })
            })
            .filter(|&at| closes(at));
        let last = complement.map_or(head, |at| at - 1);
        let span = Span::new(tokens[start].span.start(), tokens[last].span.end());
        Some(Title { span, head: tokens[head].word, gender: word.gender })
    }

    /// The role before a name that commas set off: "the **Danish ambassador**, Lars Holm, left", "her **teacher**, Ann
    /// Lee, left".
    pub(super) fn title_apart(
        &self,
        text: &str,
        tokens: &[Token],
        from: usize,
        name: std::ops::Range<usize>,
    ) -> Option<Title> {
        let written = |at: usize| tokens.get(at).map_or("", |token| token.of(text));
        let last = name.start.checked_sub(2).filter(|&last| last >= from)?;
        if written(last + 1) != "," || !matches!(written(name.end), "," | "." | ";" | "(" | "of") {
            return None;
        }
        let (head, word) = self.head_apart(text, tokens, from, last)?;
        let is_modifier = |&at: &usize| {
            let token = &tokens[at];
            token.kind == TokenKind::Word
                && !self.function_words.contains(token.word)
                && !determines(token.of(text))
        };
        let from = from.max(head.saturating_sub(LONGEST_TITLE));
        let start = (from..head).rev().take_while(is_modifier).last().unwrap_or(head);
        let article = start.checked_sub(1).filter(|&at| at >= from).map(|at| tokens[at].of(text))?;
        let span = Span::new(tokens[start].span.start(), tokens[last].span.end());
        determines(article).then_some(Title { span, head: tokens[head].word, gender: word.gender })
    }

    /// The head of a role that ends with token `last`: the word itself, or with what it is of in capitals ("captain of
    /// the Port Police", "envoy to Oslo").
    fn head_apart(
        &self,
        text: &str,
        tokens: &[Token],
        from: usize,
        last: usize,
    ) -> Option<(usize, TitleWord)> {
        if let Some(word) = self.role(text, &tokens[last]) {
            return Some((last, word));
        }
        let mut at = last;
        while at > from && (tokens[at].is_capitalized(text) || tokens[at].word == self.the) {
            at -= 1;
        }
        let joint = at < last && matches!(tokens[at].of(text), "of" | "to" | "for" | "at");
        let head = at.checked_sub(1).filter(|&head| joint && head >= from)?;
        Some((head, self.role(text, &tokens[head])?))
    }

    /// How many of the tokens at the head of a name are a title: "Mr" of "Mr Biden". The name keeps at least
    /// one word: "King" alone, "Bishop" alone are names.
    pub(super) fn title_within(&self, text: &str, name: &[Token]) -> Option<usize> {
        let mut end = None;
        for (at, token) in name.iter().enumerate().take(LONGEST_TITLE) {
            if self.title(text, token).is_some() {
                end = Some(at + 1);
            } else if token.kind == TokenKind::Word && !self.modifiers.contains(token.word) {
                break;
            }
        }
        let end = end.filter(|&end| name[end..].iter().any(|token| token.kind == TokenKind::Word))?;
        // "Lt. Gov." keeps its stops: they are tokens of their own.
        let stops = name[end..].iter().take_while(|token| token.kind == TokenKind::Punctuation).count();
        Some(end + stops)
    }

    /// The head of a title that ends right before `name`: the word itself ("President"), or with what it is of
    /// ("Secretary of State", "Chancellor of the Exchequer").
    fn head_before(
        &self,
        text: &str,
        tokens: &[Token],
        from: usize,
        name: usize,
    ) -> Option<(usize, TitleWord)> {
        let mut at = name.checked_sub(1).filter(|&at| at >= from)?;
        // The stop of an abbreviation is a token of its own before a name that does not begin with a capital
        // letter behind one blank.
        if tokens[at].of(text) == "." && tokens[at].is_glued() && at > from {
            at -= 1;
        }
        if let Some(word) = self.title(text, &tokens[at]) {
            return Some((at, word));
        }
        let mut seen_of = false;
        for at in (from..=at).rev() {
            let token = &tokens[at];
            if seen_of {
                if let Some(word) = self.title(text, token) {
                    return Some((at, word));
                }
                if token.word != self.of && token.word != self.the {
                    return None;
                }
            } else if token.word == self.of {
                seen_of = true;
            } else if token.word != self.the && !(token.kind == TokenKind::Word && token.is_capitalized(text))
            {
                return None;
            }
        }
        None
    }

    fn title(&self, text: &str, token: &Token) -> Option<TitleWord> {
        self.titles.get(&token.word).copied().filter(|word| match word.written {
            Written::AsMayBe => true,
            Written::Capital => token.is_capitalized(text),
            Written::Capitals => token.case == Case::Upper,
        })
    }

    /// A title, or a role in small letters that commas set apart from the name.
    fn role(&self, text: &str, token: &Token) -> Option<TitleWord> {
        let role = token.case == Case::Lower && self.roles.contains(token.word);
        self.title(text, token).or(role.then_some(TitleWord { gender: None, written: Written::AsMayBe }))
    }
}

impl Gender {
    fn from_letter(letter: &str) -> Option<Self> {
        match letter {
            "f" => Some(Self::Female),
            "m" => Some(Self::Male),
            _ => None,
        }
    }
}

/// The hyphen of "Vice-President", the stop of "Lt. Gov."
fn is_joint(text: &str, token: &Token) -> bool {
    let written = token.of(text);
    token.is_glued() && (written == "." || written.chars().all(crate::text::chars::is_dash))
}

/// Whether a role begins behind the word: "**the** minister", "**whose** lawyer".
fn determines(word: &str) -> bool {
    ["a", "an", "the", "my", "our", "his", "her", "its", "their", "whose", "'s", "’s"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// "'s", or the apostrophe alone behind a plural.
pub(super) fn is_possessive(text: &str, token: &Token) -> bool {
    let mut chars = token.of(text).chars();
    token.is_glued()
        && chars.next().is_some_and(crate::text::chars::is_apostrophe)
        && matches!(chars.as_str(), "" | "s" | "S")
}

fn pair(a: Word, b: Word) -> u64 {
    combine(a.bits().min(b.bits()), a.bits().max(b.bits()))
}

#[cfg(test)]
mod tests;
