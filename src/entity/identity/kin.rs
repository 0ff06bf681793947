//! What the words before a person's name say of kin: "his son, Karl Holm", "the younger Holm", "born Ann Lee". It
//! knows the words and no person.

use super::{Found, View};
use crate::lexicon::WordSet;
use crate::token::TokenKind;
use std::sync::LazyLock;

/// Which of two of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Younger,
    Elder,
}

/// What the words before a name say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kin {
    /// As whose kin the person is introduced: "his **son**, Karl Holm".
    pub(super) age: Option<Age>,
    /// Which of two bearers of the name is meant: "the **younger** Holm".
    pub(super) compared: Option<Age>,
    /// The name is one from birth: "**born** Ann Lee", "**née** Holm".
    pub(super) born: bool,
}

static YOUNGER: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile("younger\nson\ndaughter\nstepson\nstepdaughter\nnephew\nniece\ngrandson\ngranddaughter")
});
static ELDER: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile(
        "elder\nolder\nfather\nmother\nstepfather\nstepmother\nuncle\naunt\ngrandfather\ngrandmother",
    )
});

/// So many words before the name are looked at: "his younger brother, Rep. Karl Holm".
const REACH: usize = 5;

impl Kin {
    pub(super) fn of(view: View<'_>, found: &Found) -> Self {
        let (text, tokens) = (view.text(), view.context.tokens);
        let start = found.tokens.0 as usize;
        let age = |at: usize| {
            let word = tokens[at].word;
            if YOUNGER.contains(word) {
                Some(Age::Younger)
            } else if ELDER.contains(word) {
                Some(Age::Elder)
            } else {
                None
            }
        };
        let Some(before) = start.checked_sub(1).filter(|&at| tokens[at].kind != TokenKind::Quote) else {
            return Self::default();
        };
        let the = before.checked_sub(1).is_some_and(|at| tokens[at].of(text).eq_ignore_ascii_case("the"));
        let born =
            ["born", "née", "nee"].iter().any(|word| tokens[before].of(text).eq_ignore_ascii_case(word));
        // The stop of "Rep." ends no sentence, and "Father Holm" is a priest.
        let goes_on = |&at: &usize| {
            tokens[at].of(text) != "." || at.checked_sub(1).is_some_and(|at| tokens[at].is_capitalized(text))
        };
        let mut near = (start.saturating_sub(REACH)..start).rev().take_while(goes_on);
        let introduced = near.find_map(|at| age(at).filter(|_| !tokens[at].is_capitalized(text)));
        Self { age: introduced, compared: age(before).filter(|_| the), born }
    }
}
