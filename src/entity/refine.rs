//! Types that the tagger does not tell apart: peoples, languages, events and laws among its other
//! names, man-made places among its places. It knows one name and the words beside it, and joins nothing.

use super::gazetteer::{Gazetteer, alternatives, rows};
use super::{EntityKind, Proposal, Source};
use crate::lexicon::{FastMap, Word, WordSet};
use crate::token::{Token, TokenKind};
use std::ops::Range;

/// Words that tell types.
#[derive(Clone, Debug)]
pub(super) struct KindWords {
    /// By what the tagger took the name for, and the word.
    first: FastMap<(u32, Word), EntityKind>,
    last: FastMap<(u32, Word), EntityKind>,
    speaking: WordSet,
    /// Peoples whose language bears their name.
    spoken: WordSet,
    within: Word,
    language: Word,
}

impl KindWords {
    /// The word lists that are built into the program.
    pub(super) fn builtin() -> Self {
        let mut words = Self {
            first: FastMap::default(),
            last: FastMap::default(),
            speaking: WordSet::compile(SPEAKING),
            spoken: WordSet::compile(include_str!("../../data/languages-of-peoples.txt")),
            within: Word::new("in"),
            language: Word::new("language"),
        };
        for [kind, taken_for, place, list] in rows(include_str!("../../data/kind-heads.txt")) {
            let (Some(kind), Some(taken_for)) =
                (EntityKind::from_name(kind), EntityKind::from_name(taken_for))
            else {
                continue;
            };
            let map = if place == "first" { &mut words.first } else { &mut words.last };
            for word in alternatives(list) {
                map.entry((taken_for as u32, Word::new(word))).or_insert(kind);
            }
        }
        words
    }

    /// The type of a proposal whose tokens are `range`.
    pub(super) fn kind(
        &self,
        gazetteer: &Gazetteer,
        text: &str,
        tokens: &[Token],
        range: &Range<usize>,
        proposal: &Proposal,
    ) -> EntityKind {
        let kind = proposal.kind;
        if !matches!(proposal.source, Source::Tagger | Source::Gazetteer) {
            return kind;
        }
        let name = &tokens[range.clone()];
        let known = gazetteer.meaning(text, name).filter(|meaning| meaning.is_sure());
        let fact = known.map(|meaning| *gazetteer.fact(meaning.fact));
        match fact.map(|fact| fact.kind) {
            Some(EntityKind::Group) if kind != EntityKind::Person => self.of_people(tokens, range),
            // Governments and national teams bear the country's name; the contract keeps the country.
            Some(EntityKind::Location) if fact.is_some_and(|fact| fact.subtype == Some("country")) => {
                EntityKind::Location
            }
            // The Warsaw Pact is no treaty but those who signed it.
            Some(EntityKind::Organization) if self.by_words(text, kind, name) == Some(EntityKind::Law) => {
                EntityKind::Organization
            }
            // "Malay" is in the list of languages, and a Malay need not speak it.
            Some(EntityKind::Language) if matches!(kind, EntityKind::Other | EntityKind::Language) => {
                match name {
                    [only] if self.spoken.contains(only.word) => self.of_people(tokens, range),
                    _ => EntityKind::Language,
                }
            }
            _ => self.by_words(text, kind, name).unwrap_or(kind),
        }
    }

    /// What the name of a people means here.
    fn of_people(&self, tokens: &[Token], range: &Range<usize>) -> EntityKind {
        if self.is_spoken(tokens, range) { EntityKind::Language } else { EntityKind::Group }
    }

    /// "spoke **Arabic**", "in **English**,", "the **Welsh** language"; but not "in **English** hands", "in **GREEK**
    /// TALKS" or "learning **American** football".
    fn is_spoken(&self, tokens: &[Token], range: &Range<usize>) -> bool {
        if range.len() != 1 || !tokens.get(range.start).is_some_and(|token| self.spoken.contains(token.word))
        {
            return false;
        }
        let before = range.start.checked_sub(1).and_then(|at| tokens.get(at));
        let after = tokens.get(range.end);
        let goes_on = after.is_some_and(|token| token.kind == TokenKind::Word);
        before
            .is_some_and(|token| self.speaking.contains(token.word) || token.word == self.within && !goes_on)
            || after.is_some_and(|token| token.word == self.language)
    }

    /// "World Cup", "Hurricane Ida", "Clean Air Act", "Orly Airport", and past its number "World War II". One word
    /// alone tells nothing: "Cup", "The Act".
    fn by_words(&self, text: &str, kind: EntityKind, name: &[Token]) -> Option<EntityKind> {
        let the = name.first().is_some_and(|token| token.of(text).eq_ignore_ascii_case("the"));
        let mut words = name[usize::from(the)..].iter().filter(|token| token.kind == TokenKind::Word);
        let first = words.next()?;
        let last = words.rfind(|token| !is_number(token.of(text)))?;
        let by_last = self.last.get(&(kind as u32, last.word));
        by_last.or_else(|| self.first.get(&(kind as u32, first.word))).copied()
    }
}

/// Numbers of what comes again: "Super Bowl **XXXIX**", "World War **Two**".
fn is_number(word: &str) -> bool {
    matches!(word, "One" | "Two") || word.bytes().all(|letter| matches!(letter, b'I' | b'V' | b'X' | b'L'))
}

/// Words right before the name of a language.
const SPEAKING: &str =
    "speak\nspeaks\nspoke\nspeaking\nspoken\nlearn\nlearned\nlearning\nfluent\nteach\ntaught";

#[cfg(test)]
mod tests {
    use super::KindWords;
    use crate::entity::gazetteer::Gazetteer;
    use crate::entity::{EntityKind, Proposal, Source};
    use crate::text::Span;
    use crate::token::{tokenize, within};

    /// What becomes of the name between the brackets, taken for `kind` by the tagger.
    fn check(marked: &str, kind: EntityKind, expected: EntityKind) {
        let start = marked.find('[').unwrap();
        let end = marked.find(']').unwrap() - 1;
        let text = marked.replace(['[', ']'], "");
        let mut tokens = Vec::new();
        tokenize(&text, Span::of_bytes(0, text.len()), &mut tokens);
        let span = Span::of_bytes(start, end);
        let proposal =
            Proposal { span, kind, subtype: None, value: None, confidence: None, source: Source::Tagger };
        let (words, gazetteer) = (KindWords::builtin(), Gazetteer::builtin());
        let found = words.kind(&gazetteer, &text, &tokens, &within(&tokens, span), &proposal);
        assert_eq!(found, expected, "{marked}");
    }

    #[test]
    fn languages_are_told_from_peoples() {
        use EntityKind::{Group, Language, Other};
        check("They spoke [Arabic] at home.", Other, Language);
        check("It means hawk in [Japanese], she said.", Other, Language);
        check("A [Welsh] language channel opened.", Other, Language);
        check("They sing in [Swahili].", Other, Language);
        check("A [Malay] trader bought the inn.", Other, Group);
        check("The inn is in [English] hands.", Other, Group);
        check("PROGRESS IN [GREEK] TALKS", Other, Group);
        check("He is learning [American] football.", Other, Group);
        check("Aid for [Latin] nations", Other, Other);
    }

    #[test]
    fn events_laws_and_buildings_are_told_by_their_words() {
        use EntityKind::{Event, Facility, Law, Location, Other};
        check("They won the [Harbour Cup] again.", Other, Event);
        check("The [Clean Rivers Act] passed.", Other, Law);
        check("The [Cup] was full.", Other, Other);
        check("[The Act] has few friends.", Other, Other);
        check("A bomb of [World War II] lay there.", Other, Event);
        check("It forgot [World War One].", Other, Event);
        check("[Grand Slam] hopes ended there.", Other, Other);
        check("He bought an [Olympic Mark IV].", Other, Other);
        check("Lights at [Orly Airport] failed.", Location, Facility);
        check("She moved to [Fort Worth] in May.", Location, Location);
    }
}
