//! What the words around a person's name say of kin: "his son, Karl Holm", "the younger Holm", "born Ann Lee", "Ann
//! Lee, 34". It knows the words and no person.

use super::{Found, View};
use crate::entity::person::Gender;
use crate::lexicon::{FastMap, Word};
use crate::token::{Case, Token, TokenKind};
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
    /// What the word of kin tells: "his **sister**, Robin Holm".
    pub(super) gender: Option<Gender>,
    /// Introduced as somebody's spouse: "he **married** Ann Lee", "his **widow**, Ann Lee".
    pub(super) spouse: bool,
    /// "Ann Lee, **34**,"
    pub(super) years: Option<u32>,
}

/// Words of kin that are neither of the younger nor of the elder.
static PEERS: LazyLock<FastMap<Word, Gender>> = LazyLock::new(|| {
    let women = ["sister", "half-sister", "stepsister", "wife", "widow", "fiancée", "girlfriend"];
    let men = ["brother", "half-brother", "stepbrother", "husband", "widower", "fiancé", "boyfriend"];
    let women = women.map(|word| (word, Gender::Female));
    women
        .into_iter()
        .chain(men.map(|word| (word, Gender::Male)))
        .map(|(word, gender)| (Word::new(word), gender))
        .collect()
});

/// The women among the words that tell an age.
const WOMEN: [&str; 8] =
    ["daughter", "stepdaughter", "niece", "granddaughter", "mother", "stepmother", "aunt", "grandmother"];

/// Those to whom somebody is married, or was.
const SPOUSES: [&str; 4] = ["wife", "husband", "widow", "widower"];

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
        let (mut start, end) = (found.tokens.0 as usize, found.tokens.1 as usize);
        // "the elder **Miss** Holm"
        let title = found.title.map_or(u32::MAX, |title| title.span.start());
        while start.checked_sub(1).is_some_and(|at| tokens[at].span.start() >= title) {
            start -= 1;
        }
        let years = years(text, tokens, end);
        let age = |at: usize| AGES.get(&tokens[at].word).copied();
        let Some(before) = start.checked_sub(1).filter(|&at| tokens[at].kind != TokenKind::Quote) else {
            return Self { years, ..Self::default() };
        };
        let the = before.checked_sub(1).is_some_and(|at| tokens[at].of(text).eq_ignore_ascii_case("the"));
        let born =
            ["born", "née", "nee"].iter().any(|word| tokens[before].of(text).eq_ignore_ascii_case(word));
        let compared = age(before).filter(|_| the);
        let mut kin = Self { compared, born, years, ..Self::default() };
        for at in (start.saturating_sub(REACH)..start).rev() {
            let token = &tokens[at];
            // "Long lost daughter" is the headline.
            if tokens.get(at + 1).is_some_and(Token::starts_line) {
                break;
            }
            let is = |words: &[&str]| words.contains(&token.of(text));
            let peer = PEERS.get(&token.word).copied().filter(|_| token.case == Case::Lower);
            if let Some(age) = age(at).filter(|_| token.case == Case::Lower) {
                kin.age = Some(age);
                if !is(&["younger", "elder", "older"]) {
                    kin.gender = kin.gender.or(Some(if is(&WOMEN) { Gender::Female } else { Gender::Male }));
                }
                break;
            }
            kin.gender = kin.gender.or(peer);
            kin.spouse |= is(&SPOUSES) || (at == before && is(&["married"]));
            // The stop of "Rep." ends no sentence, and "Father Holm" is a priest.
            let abbreviated = || at.checked_sub(1).is_some_and(|at| tokens[at].is_capitalized(text));
            let goes_on = match token.of(text) {
                "." => abbreviated(),
                "," => true,
                _ => peer.is_some() || token.is_capitalized(text),
            };
            if !goes_on {
                break;
            }
        }
        kin
    }
}

/// "Ann Lee, **34**, left"; near misses: "Ann Lee, 34 votes", "Ann Lee, 1934,".
fn years(text: &str, tokens: &[Token], end: usize) -> Option<u32> {
    let written = |at: usize| tokens.get(at).map_or("", |token| token.of(text));
    let years = written(end + 1).parse().ok().filter(|years| (1..=120).contains(years))?;
    (written(end) == "," && matches!(written(end + 2), "," | "." | ";" | ")")).then_some(years)
}
