//! Lengths of time: "two days", "a year and a half", "45-year-old", "5-10 minutes". They know no calendar.

use super::reader::Reader;
use super::relative::MODALS;
use super::terms::{Term, Unit};
use crate::entity::numeric::decimal::Decimal;
use crate::entity::numeric::number;
use crate::entity::{TimeValue, Timex};
use crate::token::{Case, TokenKind};
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
    /// The rest of "three years, two months and five days".
    pub(super) rest: [Option<Amount>; 2],
    pub(super) end: usize,
}

impl Length {
    fn of(amount: Amount, end: usize) -> Self {
        Self { amount, most: None, rest: [None; 2], end }
    }
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

/// Words before a number that is not exact.
const ABOUT: [&str; 9] =
    ["about", "nearly", "almost", "only", "exactly", "roughly", "around", "over", "than"];

/// Words between an article and a unit: "a full day".
pub(super) const LASTING: [&str; 3] = ["full", "whole", "further"];

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
        let exact = |amount: Amount| amount.count.is_some_and(|count| count.as_whole().is_some());
        let mut whole = first;
        let mut last = first.amount;
        for rest in &mut whole.rest {
            let mut next = whole.end + usize::from(self.run.str(whole.end) == ",");
            next += usize::from(self.is(next, &["and"]));
            let number = self.run.kind(next) == Some(TokenKind::Number)
                || matches!(self.term(next), Some(Term::Number | Term::Article));
            let Some(more) = number.then(|| self.amounts(next)).flatten() else { break };
            // "four minutes 14.7 seconds"
            let fits = exact(more.amount) || more.amount.unit == Unit::Second;
            if more.most.is_some() || more.amount.unit >= last.unit || !exact(last) || !fits {
                break;
            }
            *rest = Some(more.amount);
            last = more.amount;
            whole.end = more.end;
        }
        Some(whole)
    }

    fn amounts(&self, at: usize) -> Option<Length> {
        if let Some(found) = self.indefinite(at) {
            return Some(found);
        }
        if let Some(found) = self.one(at).or_else(|| self.bare(at)) {
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
        let between = run.is(at.wrapping_sub(1), &["between"]) && run.is(first.end, &["and"]);
        let joined = run.dash(first.end) || run.is(first.end, &["to", "or"]) || between;
        if joined && let Some(second) = number::read(&run, first.end + 1) {
            let (unit, end) = self.unit_behind(second.end, second.value)?;
            let amount = |count| Amount { count: Some(count), unit };
            let (amount, most) = (amount(first.value), Some(amount(second.value)));
            return Some(Length { most, ..Length::of(amount, end) });
        }
        // "half an hour", "three-quarters of an hour", "half a century"
        if first.fraction {
            let of = run.past_hyphen(first.end);
            let of = of + usize::from(run.is(of, &["of"]));
            let article = of + usize::from(run.is(of, &["a", "an"]));
            let unit_at = run.past_hyphen(article);
            let (unit, plural) = self.unit(unit_at)?;
            // "a half hour", "the past half century"; near misses: "a quarter century", "scored a half century"
            let half = run.is(first.end.wrapping_sub(1), &["half"]);
            let led = match self.term(at.wrapping_sub(1)) {
                Some(Term::Direction(_)) => true,
                _ => run.is(at, &["a"]) && unit != Unit::Century,
            };
            let holds = !plural
                && (article > of
                    || run.hyphen(article)
                    || run.hyphen(unit_at.wrapping_sub(1))
                    || (half && led))
                && !matches!(unit, Unit::Second | Unit::Quarter);
            let amount = Amount { count: Some(first.value), unit };
            return holds.then_some(Length::of(amount, unit_at + 1));
        }
        let (unit, end) = self.unit_behind(first.end, first.value)?;
        // "it could one day hold", "hopes to one day rule": no day is counted; near miss: "will one day later".
        let some_day = unit == Unit::Day
            && run.is(at, &["one"])
            && run.is(at.wrapping_sub(1), &MODALS)
            && run.case(end) == Case::Lower
            && !run.is(
                end,
                &["later", "before", "after", "earlier", "ago", "only", "a", "per", "of", "in", "off"],
            );
        if some_day {
            return None;
        }
        Some(Length::of(Amount { count: Some(first.value), unit }, end))
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
        // "a four year term": a noun's attribute; near miss: "the four year olds".
        let attribute = || {
            let number = if run.kind(end.wrapping_sub(2)) == Some(TokenKind::Punctuation) { 3 } else { 1 };
            let led = run.is(end.wrapping_sub(number + 1), &["a", "an", "its", "his", "her", "their"]);
            let long = matches!(unit, Unit::Year | Unit::Month | Unit::Week | Unit::Day);
            led && long
                && run.case(at + 1) == Case::Lower
                && !run.is(at + 1, &["and", "or", "olds", "in", "at"])
        };
        if !plural && !singular && !attribute() {
            return None;
        }
        // "5 min", "90min" are minutes; "min 5" is not read here.
        let next = at + 1;
        let old = run.past_hyphen(next);
        if run.is(next, &["of"]) && run.is(next + 1, &["age"]) {
            return Some((unit, next + 2));
        }
        let old = if run.is(old, &["old", "olds", "long"]) { old + 1 } else { next };
        Some((unit, old))
    }

    /// "a week", "an hour", where the words around say that it is a length.
    fn one(&self, at: usize) -> Option<Length> {
        if !self.is(at, &["a", "an"]) {
            return None;
        }
        let unit_at = at + 1;
        let full = usize::from(self.is(unit_at, &LASTING));
        let (unit, plural) = self.unit(unit_at + full)?;
        let end = unit_at + full + 1;
        let before = self.is(at.wrapping_sub(1), &LENGTHENING);
        // "nearly a quarter said": a part of them; near miss: "in a quarter".
        let counted = unit == Unit::Quarter && self.is(at.wrapping_sub(1), &ABOUT);
        let before = before && !counted;
        let behind = self.is(
            end,
            &["ago", "later", "earlier", "before", "after", "from", "long", "old", "and", "'s", "’s"],
        ) && (!self.is(end, &["and"]) || self.is(end + 2, &["half"]));
        // "a quarter of an hour" is no quarter of a year.
        let part = unit == Unit::Quarter && self.is(end, &["of"]);
        let holds = !plural && !part && (behind || (before && unit != Unit::Second)) && unit != Unit::Weekend;
        let amount = Amount { count: Some(Decimal::ONE), unit };
        // "a day or two"
        if holds && self.is(end, &["or"]) && self.is(end + 1, &["two"]) && self.unit(end + 2).is_none() {
            let two = Amount { count: Some(Decimal::whole(2)), unit };
            return Some(Length { most: Some(two), ..Length::of(amount, end + 2) });
        }
        holds.then_some(Length::of(amount, end + usize::from(self.is(end, &["long", "old"]))))
    }

    /// "decade-long", "year-old", "months-long", whose article belongs to the noun behind.
    fn bare(&self, at: usize) -> Option<Length> {
        let (unit, plural) = self.unit(at)?;
        let joined = self.run.hyphen(at + 1) && self.is(at + 2, &["long", "old"]);
        let count = (!plural).then_some(Decimal::ONE);
        (joined && !self.run.glued(at) && unit != Unit::Weekend)
            .then_some(Length::of(Amount { count, unit }, at + 3))
    }

    /// "several days", "a few weeks", "a couple of years", "for years".
    fn indefinite(&self, at: usize) -> Option<Length> {
        let article = usize::from(self.is(at, &["a"]));
        let length = |unit, end| Length::of(Amount { count: None, unit }, end);
        if self.term(at + article) == Some(Term::Several) {
            let couple = self.is(at + article, &["couple"]);
            let next = at + article + 1;
            // "hundreds of years"; near miss: "hundreds years"
            if !self.is(next, &["of"])
                && self.is(at + article, &["dozens", "scores", "hundreds", "thousands", "millions"])
            {
                return None;
            }
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
        let amounts = [Some(self.amount), self.most, self.rest[0], self.rest[1]];
        let sane = |amount: Amount| amount.count.is_none_or(|count| count.as_f64() < 1e10);
        if !amounts.into_iter().flatten().all(sane) {
            return None;
        }
        let mark = |amount: Amount| if amount.is_clock() { "PT" } else { "P" };
        let Self { amount, most, rest, .. } = self;
        let timex = match (most, rest) {
            (Some(most), _) => Timex::format(format_args!("{}{amount}/{}{most}", mark(amount), mark(most))),
            (None, [None, _]) => Timex::format(format_args!("{}{amount}", mark(amount))),
            (None, [Some(rest), last]) => {
                let t = if rest.is_clock() && !amount.is_clock() { "T" } else { "" };
                match last {
                    None => Timex::format(format_args!("{}{amount}{t}{rest}", mark(amount))),
                    Some(last) => {
                        let late = if last.is_clock() && !rest.is_clock() { "T" } else { "" };
                        Timex::format(format_args!("{}{amount}{t}{rest}{late}{last}", mark(amount)))
                    }
                }
            }
        };
        Some(TimeValue { timex, days: None })
    }
}
