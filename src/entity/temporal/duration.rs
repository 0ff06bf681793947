//! Lengths of time: "two days", "a year and a half", "45-year-old", "5-10 minutes". They know no calendar.

use super::reader::Reader;
use super::terms::{Term, Unit};
use crate::entity::numeric::decimal::Decimal;
use crate::entity::numeric::number;
use crate::entity::{TimeValue, Timex};
use crate::token::TokenKind;
use std::fmt;

/// How many of a unit; none for "several".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) count: Option<Decimal>,
    pub(super) unit: Unit,
}

/// A length of time and the index behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) amount: Amount,
    /// The upper end of "two to three weeks".
    pub(super) most: Option<Amount>,
    /// The rest of "two hours and 30 minutes".
    pub(super) rest: Option<Amount>,
    pub(super) end: usize,
}

/// Words between number and unit: "two more weeks", "three consecutive years".
const BETWEEN: [&str; 17] = [
    "more",
    "full",
    "straight",
    "consecutive",
    "successive",
    "long",
    "whole",
    "calendar",
    "working",
    "business",
    "additional",
    "further",
    "extra",
    "short",
    "solid",
    "other",
    "odd",
];

/// Words before "a day" that make it a length and no rate: "for a day"; near misses: "twice a day", "$5 a
/// day", "a second term".
const LENGTHENING: [&str; 24] = [
    "for", "in", "within", "after", "over", "than", "about", "nearly", "almost", "lasted", "lasting",
    "lasts", "last", "take", "takes", "took", "spent", "spend", "only", "under", "exactly", "roughly",
    "around", "of",
];

impl Reader<'_> {
    /// The length that begins at `at`.
    pub(super) fn length(&self, at: usize) -> Option<Length> {
        let first = self.amounts(at)?;
        if first.most.is_some() {
            return Some(first);
        }
        // "a year and a half": the number's own grammar knows only "one and a half years".
        if self.is(first.end, &["and"]) && self.is(first.end + 1, &["a"]) && self.is(first.end + 2, &["half"])
        {
            let whole = first.amount.count.filter(|count| *count == Decimal::ONE);
            if let Some(count) = whole.and_then(|one| one.plus(Decimal::HALF)) {
                let amount = Amount { count: Some(count), ..first.amount };
                return Some(Length { amount, end: first.end + 3, ..first });
            }
        }
        let next = first.end + usize::from(self.is(first.end, &["and", ","]));
        let exact = |amount: Amount| amount.count.is_some_and(|count| count.as_whole().is_some());
        if self.run.kind(next) == Some(TokenKind::Number) || self.term(next) == Some(Term::Number) {
            let rest =
                self.amounts(next).filter(|rest| rest.most.is_none() && rest.amount.unit < first.amount.unit);
            if let Some(rest) = rest
                && exact(first.amount)
                && exact(rest.amount)
            {
                return Some(Length { rest: Some(rest.amount), end: rest.end, ..first });
            }
        }
        Some(first)
    }

    fn amounts(&self, at: usize) -> Option<Length> {
        if let Some(found) = self.indefinite(at) {
            return Some(found);
        }
        if let Some(found) = self.one(at) {
            return Some(found);
        }
        let run = self.run;
        if run.glued(at)
            && !matches!(
                run.str(at.wrapping_sub(1)),
                "(" | "[" | "“" | "\"" | "‘" | "'" | "-" | "–" | "—" | "--"
            )
        {
            return None;
        }
        let first = number::read(&run, at)?;
        // "two to three weeks", "5-10 years", "10 or 12 days"
        let joined = run.dash(first.end) || run.is(first.end, &["to", "or"]);
        if joined && let Some(second) = number::read(&run, first.end + 1) {
            let (unit, end) = self.unit_behind(second.end, second.value)?;
            let amount = |count| Amount { count: Some(count), unit };
            let (amount, most) = (amount(first.value), Some(amount(second.value)));
            return Some(Length { amount, most, rest: None, end });
        }
        // "half an hour", "three-quarters of an hour", "half a century"
        if first.fraction {
            let of = first.end + usize::from(run.is(first.end, &["of"]));
            let article = of + usize::from(run.is(of, &["a", "an"]));
            let unit_at = run.past_hyphen(article);
            let (unit, plural) = self.unit(unit_at)?;
            let holds = !plural && (article > of || run.hyphen(article)) && unit != Unit::Second;
            let amount = Amount { count: Some(first.value), unit };
            return holds.then_some(Length { amount, most: None, rest: None, end: unit_at + 1 });
        }
        let (unit, end) = self.unit_behind(first.end, first.value)?;
        Some(Length { amount: Amount { count: Some(first.value), unit }, most: None, rest: None, end })
    }

    /// The unit behind a number, and the index behind it and "-old", "-long".
    fn unit_behind(&self, end: usize, count: Decimal) -> Option<(Unit, usize)> {
        let run = self.run;
        let hyphen = run.hyphen(end);
        let mut at = run.past_hyphen(end);
        if !hyphen && run.is(at, &BETWEEN) {
            at += 1;
        }
        let (unit, plural) = self.unit(at)?;
        let digits = run.kind(end.wrapping_sub(1)) == Some(TokenKind::Number);
        // A singular behind two or more needs a hyphen ("three-day"), or digits ("10 year term"); and
        // "2 second halves" and "three quarter finals" are no times.
        let singular = count == Decimal::ONE
            || hyphen
            || (digits && !matches!(unit, Unit::Second | Unit::Quarter | Unit::Weekend));
        if !plural && !singular {
            return None;
        }
        // "5 min", "90min" are minutes; "min 5" is not read here.
        let next = at + 1;
        let old = run.past_hyphen(next);
        let old = if run.is(old, &["old", "olds", "long"]) { old + 1 } else { next };
        Some((unit, old))
    }

    /// "a week", "an hour", where the words around say that it is a length.
    fn one(&self, at: usize) -> Option<Length> {
        if !self.is(at, &["a", "an"]) {
            return None;
        }
        let unit_at = at + 1;
        let full = usize::from(self.is(unit_at, &["full", "whole", "further"]));
        let (unit, plural) = self.unit(unit_at + full)?;
        let end = unit_at + full + 1;
        let before = self.is(at.wrapping_sub(1), &LENGTHENING);
        let behind = self
            .is(end, &["ago", "later", "earlier", "before", "after", "from", "long", "old", "and"])
            && (!self.is(end, &["and"]) || self.is(end + 2, &["half"]));
        let holds = !plural && (behind || (before && unit != Unit::Second)) && unit != Unit::Weekend;
        holds.then_some(Length {
            amount: Amount { count: Some(Decimal::ONE), unit },
            most: None,
            rest: None,
            end: end + usize::from(self.is(end, &["long", "old"])),
        })
    }

    /// "several days", "a few weeks", "a couple of years", "for years".
    fn indefinite(&self, at: usize) -> Option<Length> {
        let article = usize::from(self.is(at, &["a"]));
        let length = |unit, end| Length { amount: Amount { count: None, unit }, most: None, rest: None, end };
        if self.term(at + article) == Some(Term::Several) {
            let couple = self.is(at + article, &["couple"]);
            let next = at + article + 1;
            let next = next + usize::from(self.is(next, &["of"]));
            let next = next
                + usize::from(self.is(next, &["more", "short", "other", "dozen", "hundred", "thousand"]));
            let (unit, plural) = self.unit(next)?;
            let found = length(unit, next + 1);
            if couple {
                return plural
                    .then_some(Length { amount: Amount { count: Some(Decimal::whole(2)), unit }, ..found });
            }
            return plural.then_some(found);
        }
        // "weeks ago", "for decades"; near miss: "the days of sail", "minutes of the meeting".
        let (unit, plural) = self.unit(at)?;
        let before = self.is(at.wrapping_sub(1), &["for", "within", "in", "after", "over"]);
        let behind = self.is(at + 1, &["ago", "later", "earlier"]);
        let of = self.is(at + 1, &["of"]);
        (plural && (behind || (before && !of))).then_some(length(unit, at + 1))
    }
}

impl Amount {
    /// Whether its unit is shorter than a day, which TIMEX3 marks with a T.
    fn is_clock(self) -> bool {
        self.unit <= Unit::Hour
    }

    /// The count in units that TIMEX3 has a letter for, and the letter.
    fn parts(self) -> (Option<Decimal>, &'static str) {
        let (factor, known, unknown) = match self.unit {
            Unit::Second => (1, "S", "S"),
            Unit::Minute => (1, "M", "M"),
            Unit::Hour => (1, "H", "H"),
            Unit::Day => (1, "D", "D"),
            Unit::Weekend => (1, "WE", "WE"),
            Unit::Week => (1, "W", "W"),
            Unit::Fortnight => (2, "W", "W"),
            Unit::Month => (1, "M", "M"),
            Unit::Quarter => (1, "Q", "Q"),
            Unit::Year => (1, "Y", "Y"),
            Unit::Decade => (10, "Y", "DE"),
            Unit::Century => (100, "Y", "CE"),
        };
        match self.count {
            Some(count) => (count.times(factor), known),
            None => (None, unknown),
        }
    }
}

/// "2D", "X weeks" as "XW"; the P and T are written once for a whole length.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (Some(count), letter) => write!(f, "{count}{letter}"),
            (None, letter) => write!(f, "X{letter}"),
        }
    }
}

impl Length {
    /// The TIMEX3 value; none for counts that no news has.
    pub(super) fn value(self) -> Option<TimeValue> {
        let amounts = [Some(self.amount), self.most, self.rest];
        let sane = |amount: Amount| amount.count.is_none_or(|count| count.as_f64() < 1e10);
        if !amounts.into_iter().flatten().all(sane) {
            return None;
        }
        let mark = |amount: Amount| if amount.is_clock() { "PT" } else { "P" };
        let Self { amount, most, rest, .. } = self;
        let timex = match (most, rest) {
            (Some(most), _) => Timex::format(format_args!("{}{amount}/{}{most}", mark(amount), mark(most))),
            (None, Some(rest)) => {
                let t = if rest.is_clock() && !amount.is_clock() { "T" } else { "" };
                Timex::format(format_args!("{}{amount}{t}{rest}", mark(amount)))
            }
            (None, None) => Timex::format(format_args!("{}{amount}", mark(amount))),
        };
        Some(TimeValue { timex, days: None })
    }
}
