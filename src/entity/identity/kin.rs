//! What the words before a person's name say of kin: "his son, Karl Holm", "the younger Holm", "born Ann Lee". It
//! knows the words and no person.

use super::{Found, View};
use crate::lexicon::{FastMap, Word};
use crate::token::{Case, TokenKind};
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

static AGES: LazyLock<FastMap<Word, Age>> = LazyLock::new(|| {
    let younger = [
        "younger",
        "son",
        "daughter",
        "stepson",
        "stepdaughter",
        "nephew",
        "niece",
        "grandson",
        "granddaughter",
    ];
    let elder = [
        "elder",
        "older",
        "father",
        "mother",
        "stepfather",
        "stepmother",
        "uncle",
        "aunt",
        "grandfather",
        "grandmother",
    ];
    let ages =
        younger.map(|word| (word, Age::Younger)).into_iter().chain(elder.map(|word| (word, Age::Elder)));
    ages.map(|(word, age)| (Word::new(word), age)).collect()
});

/// So many words before the name are looked at: "his younger brother, Rep. Karl Holm".
const REACH: usize = 5;

impl Kin {
    pub(super) fn of(view: View<'_>, found: &Found) -> Self {
        let (text, tokens) = (view.text(), view.context.tokens);
        let start = found.tokens.0 as usize;
        let age = |at: usize| AGES.get(&tokens[at].word).copied();
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
        let introduced = near.find_map(|at| age(at).filter(|_| tokens[at].case == Case::Lower));
        Self { age: introduced, compared: age(before).filter(|_| the), born }
    }
}
