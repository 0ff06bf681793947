//! Counts and positions: cardinals, parts, ordinals, "dozens", "one in five". They know no measure but to see
//! whether a count has one.

use super::decimal::Decimal;
use super::measure::{self, Measure};
use super::number::{self, Number, Numeral};
use super::reader::{Found, Reader, counted};
use crate::entity::EntityKind;
use crate::token::{Case, TokenKind};

/// Words before a number that make it a name: "page 5", "Article 5", "No. 10", "Flight 370".
const NAMING: [&str; 43] = [
    "category",
    "page",
    "pages",
    "p",
    "pp",
    "no",
    "nos",
    "number",
    "article",
    "articles",
    "chapter",
    "section",
    "sections",
    "room",
    "flight",
    "route",
    "channel",
    "grade",
    "level",
    "phase",
    "type",
    "group",
    "gate",
    "line",
    "highway",
    "interstate",
    "rule",
    "resolution",
    "paragraph",
    "verse",
    "psalm",
    "unit",
    "block",
    "stage",
    "apartment",
    "figure",
    "table",
    "version",
    "formula",
    "title",
    "class",
    "area",
    "studio",
];

/// What "3m" counts in millions; else it measures metres.
pub(super) const COUNTED_IN_MILLIONS: [&str; 26] = [
    "people",
    "jobs",
    "users",
    "customers",
    "viewers",
    "voters",
    "homes",
    "households",
    "shares",
    "copies",
    "passengers",
    "barrels",
    "tonnes",
    "votes",
    "members",
    "workers",
    "children",
    "visitors",
    "tourists",
    "refugees",
    "fans",
    "followers",
    "subscribers",
    "views",
    "downloads",
    "students",
];

/// Words before "first" and "second" that make them a position: "the first", "her second"; near misses:
/// "first, he said", "he first met her".
const BEFORE_ORDINAL: [&str; 16] = [
    "the", "a", "an", "his", "her", "its", "their", "my", "our", "your", "this", "that", "every", "no", "'s",
    "’s",
];

/// Fixed words behind an ordinal: "first lady", "first aid", "second amendment".
const AFTER_FIXED: [&str; 10] =
    ["lady", "aid", "minister", "hand", "name", "names", "amendment", "gentleman", "cousin", "thing"];

/// Words behind "one" that make it a pronoun: "one of", "one must".
const AFTER_PRONOUN: [&str; 24] = [
    "of", "another", "who", "that", "which", "is", "was", "must", "can", "could", "may", "might", "should",
    "would", "will", "has", "had", "and", "or", "to", "in", "day", "thing", "by",
];

/// Words before "one" that do: "no one", "this one".
const BEFORE_PRONOUN: [&str; 14] = [
    "no", "any", "every", "each", "some", "this", "that", "which", "the", "another", "square", "day", "'s",
    "is",
];

/// Words behind a number in a name: "Boeing 737 is", "Apollo 11 and".
const NOT_COUNTED: [&str; 34] = [
    "and", "or", "to", "in", "on", "at", "for", "by", "from", "with", "was", "is", "has", "as", "rose",
    "fell", "won", "lost", "led", "sank", "slid", "shed", "said", "says", "will", "are", "were", "had",
    "index", "company", "firm", "crash", "jet", "mission",
];

/// Words before a number that make it a name and are written short: "No. 10", "Sec. 230".
const ABBREVIATED: [&str; 13] =
    ["no", "nos", "p", "pp", "vol", "sec", "art", "ch", "fig", "figs", "para", "cl", "ver"];

/// Words that open a sentence before a number without naming anything: "Some 40", "At 40".
const BEFORE_NUMBER: [&str; 26] = [
    "some", "about", "only", "just", "nearly", "almost", "at", "in", "of", "with", "by", "from", "for",
    "another", "over", "under", "around", "the", "all", "and", "but", "than", "these", "those", "their",
    "roughly",
];

/// What happens in so many of, rather than to one in so many: "two in three days".
const TIMES_AND_TRIES: [&str; 20] = [
    "seconds",
    "minutes",
    "hours",
    "days",
    "weeks",
    "months",
    "years",
    "decades",
    "games",
    "matches",
    "starts",
    "attempts",
    "attacks",
    "raids",
    "innings",
    "rounds",
    "visits",
    "trips",
    "elections",
    "seasons",
];

impl Reader<'_> {
    /// "third", "23rd", "twenty-first" and their value.
    pub(super) fn ordinal(&self, at: usize) -> Option<(Decimal, usize)> {
        let run = self.run;
        if run.kind(at) == Some(TokenKind::Number) {
            let suffixed = run.glued(at + 1) && run.is(at + 1, &["st", "nd", "rd", "th"]);
            let value = Decimal::parse(run.get(at)?.span.bytes_of(run.text)).filter(|_| suffixed)?;
            return value.as_whole().map(|_| (value, at + 2));
        }
        match number::numeral(&run, at)? {
            Numeral::Ordinal(value) => Some((Decimal::whole(value.into()), at + 1)),
            Numeral::Ten(tens) => {
                let next = run.past_hyphen(at + 1);
                match number::numeral(&run, next)? {
                    Numeral::Ordinal(unit @ 1..=9) => {
                        Some((Decimal::whole(u64::from(tens) + u64::from(unit)), next + 1))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether an ordinal counts a position rather than names something or orders the sentence: near misses
    /// "First, ...", "Fifth Avenue", "a third of", "first lady", "in the first place" (which counts).
    pub(super) fn is_position(&self, at: usize, end: usize) -> bool {
        let run = self.run;
        let before = at.wrapping_sub(1);
        if !self.stands_free(at) && !run.hyphen(before) {
            return false;
        }
        let capital = matches!(run.case(at), Case::Title | Case::Upper);
        let named = capital && matches!(run.case(end), Case::Title | Case::Upper);
        // "third world debt"; near miss: "third world title"
        let poor = ["countries", "country", "nations", "debt", "debtor", "debtors", "states", "economies"];
        let world = run.is(at, &["third"])
            && run.is(end, &["world"])
            && (run.kind(end + 1) != Some(TokenKind::Word) || run.is(end + 1, &poor));
        let fixed = world || run.is(end, &AFTER_FIXED) || (run.is(before, &["at"]) && run.is(at, &["first"]));
        if named || fixed {
            return false;
        }
        let adverb = run.is(at, &["first", "second", "third"]);
        let joined = run.hyphen(end);
        let determined = run.is(before, &BEFORE_ORDINAL);
        if run.is(at, &["first", "second"]) {
            // "take a second": a length rather than a position.
            let moment = run.is(at, &["second"]) && run.is(before, &["a"]);
            let ends = run.kind(end) != Some(TokenKind::Word) && !joined;
            return joined || (determined && !matches!(run.str(end), ",") && !(moment && ends));
        }
        let part = run.is(before, &["a", "one"]) && run.is(end, &["of"]);
        !part && (!adverb || run.str(end) != ",")
    }

    /// "dozens of", "tens of thousands", "several hundred", "a few dollars": a number without a value.
    pub(super) fn many(&self, at: usize) -> Option<Found> {
        let run = self.run;
        let many = |at| matches!(number::numeral(&run, at), Some(Numeral::Many(_)));
        let article = usize::from(run.is(at, &["a"]) && run.is(at + 1, &["few"]));
        let mut end = at;
        if run.is(at, &["tens"]) && run.is(at + 1, &["of"]) && many(at + 2) {
            end = at + 3;
        } else if many(at) && run.case(at) != Case::Upper {
            end = at + 1;
            if run.is(end, &["of"]) && many(end + 1) {
                end += 2;
            }
            // "thousands of", "hundreds were"; near miss: "the hundreds column".
            if run.is(at.wrapping_sub(1), &["the"]) && !run.is(end, &["of"]) {
                return None;
            }
        } else if run.is(at, &["scores"]) && run.is(at + 1, &["of"]) {
            // "scores of people"; near miss: "scores of 3-2"
            let people = run.case(at + 2) == Case::Lower && !run.is(at + 2, &["the", "his", "her", "their"]);
            end = at + usize::from(people);
        } else if run.is(at + article, &["several", "few"]) {
            end = at + article + 1;
            let scale = |at| matches!(number::numeral(&run, at), Some(Numeral::Scale(_) | Numeral::Dozen));
            if !scale(end) {
                // "a few dollars"
                let (measure, after) = measure::name(&run, end)?;
                let money = matches!(measure, Measure::Money { code: Some(_), .. });
                return money.then_some(Found {
                    start: at,
                    end: after,
                    kind: EntityKind::Money,
                    value: None,
                });
            }
            while scale(end) {
                end += 1;
            }
        }
        if end == at {
            return None;
        }
        // "hundreds of millions of dollars", "tens of millions of pounds", "hundreds of miles"
        let of = end + usize::from(run.is(end, &["of"]));
        let great = (at..end)
            .any(|at| matches!(number::numeral(&run, at), Some(Numeral::Many(6..) | Numeral::Scale(6..))));
        let found = |kind, end| Some(Found { start: at, end, kind, value: None });
        match measure::name(&run, of) {
            Some((Measure::Money { .. }, after)) => found(EntityKind::Money, after),
            Some((Measure::Unit("[lb_av]"), after)) if great || self.in_sterling => {
                found(EntityKind::Money, after)
            }
            Some((Measure::Unit(_), after)) => found(EntityKind::Quantity, after),
            _ => found(EntityKind::Cardinal, end),
        }
    }

    /// "one in five children", "nine out of 10": a part; near misses: "one in March", "two in three days",
    /// "killed three in five attacks".
    pub(super) fn one_in(&self, at: usize, first: Number) -> Option<Found> {
        let run = self.run;
        let (out, plain) =
            (run.is(first.end, &["out"]) && run.is(first.end + 1, &["of"]), run.is(first.end, &["in"]));
        let (over, second_at) = (first.value.as_whole()?, first.end + if out { 2 } else { 1 });
        if !(out || plain) || !(1..=99).contains(&over) {
            return None;
        }
        let second = number::read(&run, second_at).filter(|second| !second.fraction)?;
        let under = second.value.as_whole().filter(|&under| over < under && under <= 1_000_000)?;
        let year = run.digits(second_at, 4..=4).is_some();
        let led = over == 1
            || at == 0
            || run.is(
                at.wrapping_sub(1),
                &["about", "nearly", "some", "almost", "roughly", "than", "least", "only", "that"],
            );
        let noun = run.case(second.end) == Case::Lower && !run.is(second.end, &TIMES_AND_TRIES);
        let ends = run.kind(second.end) != Some(TokenKind::Word) && out;
        let holds = (noun || ends) && (led || out) && !year && !run.hyphen(second.end);
        let value = Decimal::ratio(over, under).filter(|_| holds)?;
        Some(counted(at, second.end, EntityKind::Cardinal, value, ""))
    }

    /// "5 to 10 people", "five or six", "5-10 fans": one count without a single value; near misses: "3-2",
    /// "from 5 to 10", "52 to 48".
    pub(super) fn several(&self, at: usize, first: Number) -> Option<Found> {
        let run = self.run;
        let joint = first.end;
        let dash = run.hyphen(joint);
        if !(dash || run.is(joint, &["to", "or"])) || first.fraction || run.is(at.wrapping_sub(1), &["from"])
        {
            return None;
        }
        let second = number::read(&run, joint + 1).filter(|second| !second.fraction)?;
        let scale = if second.scaled && !first.scaled { f64::INFINITY } else { 1.0 };
        let figures = run.kind(joint + 1) == Some(TokenKind::Number) || run.case(joint + 1) == Case::Lower;
        let noun = figures
            && run.kind(second.end) == Some(TokenKind::Word)
            && run.case(second.end) == Case::Lower
            && !run.glued(second.end)
            && !run.is(second.end, &NOT_COUNTED)
            && !run.is(second.end, &AFTER_PRONOUN)
            && !run.str(second.end).ends_with("ed");
        // "a 2-3 defeat" is a score.
        let plural =
            run.is(second.end, &["people", "men", "women", "children"]) || run.str(second.end).ends_with('s');
        let holds = noun && (plural || !dash) && first.value.as_f64() < second.value.as_f64() * scale;
        holds.then_some(Found { start: at, end: second.end, kind: EntityKind::Cardinal, value: None })
    }

    /// "10 Downing Street": a house's number.
    fn is_address(&self, end: usize) -> bool {
        let street = [
            "street",
            "road",
            "avenue",
            "lane",
            "square",
            "boulevard",
            "drive",
            "st",
            "rd",
            "ave",
            "way",
            "court",
            "terrace",
        ];
        self.run.case(end) == Case::Title
            && (end + 1..end + 4).any(|at| self.run.case(at) == Case::Title && self.run.is(at, &street))
    }

    /// A bare number, unless it names something.
    pub(super) fn cardinal(&self, at: usize, number: Number) -> Option<Found> {
        let run = self.run;
        let before = at.wrapping_sub(1);
        let end = number.end;
        let digits = run.kind(at) == Some(TokenKind::Number);
        // "5G", "3D", "20s", "100m hurdles" as letters go on; "3m people" are millions.
        if run.glued(end) && run.kind(end) == Some(TokenKind::Word) {
            return None;
        }
        // "7-Eleven" is a name.
        if run.hyphen(end) && run.case(end + 1) == Case::Title && number::numeral(&run, end + 1).is_some() {
            return None;
        }
        let stop = run.str(before) == ".";
        let naming = run.is(before, &NAMING)
            || (stop && run.is(at.wrapping_sub(2), &ABBREVIATED))
            || run.str(before) == "§";
        if naming {
            return None;
        }
        if digits {
            // "1. First item", "Apollo 11 landed", "Boeing 737".
            let item = at == 0 && matches!(run.str(end), "." | ")");
            if self.is_address(end) {
                return None;
            }
            // "in Gaza 45 people", and not "Flight 370 and", "Boeing 737 landed".
            let noun_at = run.past_hyphen(end);
            let noun_behind = run.kind(noun_at) == Some(TokenKind::Word)
                && run.case(noun_at) == Case::Lower
                && !run.is(noun_at, &NOT_COUNTED)
                && !run.str(noun_at).ends_with("ed");
            let opens = before == 0 && run.case(0) == Case::Title && !run.is(0, &BEFORE_NUMBER);
            let named = (run.proper(before) || opens) && !noun_behind && !number.scaled;
            return (!item && !named).then(|| counted(at, end, EntityKind::Cardinal, number.value, ""));
        }
        // A word with a capital inside a sentence is part of a name: "Channel Four", "One Direction".
        if run.proper(at) && run.case(at) == Case::Title {
            return None;
        }
        if number.fraction {
            // "half of", "half the", "two-thirds"; near misses: "half time", "the other half", "the second
            // half of the match".
            let half = number.value == Decimal::HALF;
            if half && run.is(before, &["first", "second", "other", "latter", "-"]) {
                return None;
            }
            let counts = !half || run.is(end, &["of", "the", "a", "an", "its", "their", "his", "her", "our"]);
            return counts.then(|| counted(at, end, EntityKind::Cardinal, number.value, ""));
        }
        if number.value == Decimal::ONE && end == at + 1 {
            let noun_behind = run.kind(end) == Some(TokenKind::Word) && run.case(end) == Case::Lower;
            let pronoun = !noun_behind || run.is(end, &AFTER_PRONOUN) || run.is(before, &BEFORE_PRONOUN);
            if pronoun && !run.hyphen(end) {
                return None;
            }
        }
        Some(counted(at, end, EntityKind::Cardinal, number.value, ""))
    }
}
