//! Dates that say themselves which they are: "June 3, 2023", "2023-06-03", "the 1990s", "first quarter of
//! 2022", "Monday". They know no reference day; what they leave open is completed later.

use super::period::Period;
use super::reader::{Reader, TIME_PREPOSITIONS};
use super::terms::{Direction, Term, Unit};
use crate::entity::numeric::number::{self, Numeral};
use crate::lexicon::calendar;
use crate::token::{Case, TokenKind};
use jiff::civil::Date;

/// A date or a range of dates, not yet completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dated {
    pub(super) first: Period,
    pub(super) last: Option<Period>,
    pub(super) end: usize,
    /// Whether the words may well mean something else.
    pub(super) shaky: bool,
}

impl Dated {
    pub(super) fn new(period: Period, end: usize) -> Self {
        Self { first: period, last: None, end, shaky: false }
    }
}

/// Names that begin like a weekday: "Sunday Times", "Saturday Night Live".
const AFTER_WEEKDAY: [&str; 16] = [
    "times",
    "telegraph",
    "mirror",
    "mail",
    "express",
    "herald",
    "post",
    "mercury",
    "people",
    "sun",
    "independent",
    "world",
    "service",
    "business",
    "review",
    "club",
];

/// Names that end like a weekday: "Black Friday", "Bloody Sunday", "Super Tuesday".
const BEFORE_WEEKDAY: [&str; 10] =
    ["black", "bloody", "super", "cyber", "fat", "shrove", "holy", "ash", "sheffield", "manic"];

/// Words before a month that could also be a verb or a name: "in May", "last March".
const FIRM: [&str; 17] = [
    "in", "since", "until", "till", "during", "between", "through", "last", "next", "this", "early", "mid",
    "late", "every", "each", "for", "around",
];

impl Reader<'_> {
    /// The date that begins at `at`.
    pub(super) fn date(&self, at: usize) -> Option<Dated> {
        match self.run.kind(at)? {
            TokenKind::Number => self
                .iso_date(at)
                .or_else(|| self.slashed_date(at))
                .or_else(|| self.day_month(at))
                .or_else(|| self.decade(at))
                .or_else(|| self.years(at))
                .or_else(|| self.ordinal_period(at)),
            TokenKind::Word => match self.term(at)? {
                Term::Name(calendar::Name::Month { .. }) => self.month_led(at),
                Term::Name(calendar::Name::Weekday { .. }) => self.weekday_led(at),
                Term::Season(_) => self.season(at),
                Term::Quarter(quarter) => Some(self.quarter(quarter, at + 1, false)),
                Term::Half(half) => {
                    let (year, end) = self.of_year(at + 1)?;
                    Some(Dated::new(Period::Half { year: Some(year), half }, end))
                }
                Term::Fiscal | Term::FiscalYear => self.fiscal(at),
                Term::Decade(decade) => self.decade_word(decade, at),
                Term::Number | Term::Unit { .. } => self.ordinal_period(at),
                Term::Modifier => self.modified(at),
                _ => None,
            },
            TokenKind::Quote => self.decade(at),
            TokenKind::Punctuation | TokenKind::Symbol => None,
        }
    }

    /// "early March", "mid-2022", "late Monday", "the late 1990s"; near miss: "late president".
    fn modified(&self, at: usize) -> Option<Dated> {
        let next = self.run.past_hyphen(at + 1);
        let next = next + usize::from(self.is(next, &["the"]));
        if self.term(next) == Some(Term::Modifier) {
            return None;
        }
        // "mid-2022": what is joined by a hyphen needs no other evidence.
        if self.run.hyphen(at + 1)
            && let Some(year) = self.year_digits(next)
        {
            return Some(Dated::new(Period::Year(year), next + 1));
        }
        self.date(next)
    }

    /// "2023-06-19"; near miss: "2023-19-06".
    fn iso_date(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        let year = run.digits(at, 4..=4)?;
        if !run.hyphen(at + 1) || !run.hyphen(at + 3) {
            return None;
        }
        let month = i8::try_from(run.digits(at + 2, 2..=2)?).ok()?;
        let day = i8::try_from(run.digits(at + 4, 2..=2)?).ok()?;
        let date = Date::new(year, month, day).ok()?;
        Some(Dated::new(Period::day(date), at + 5))
    }

    /// "19/06/2023", "6/19/2023", "19.06.2023". Where both orders are possible and differ, nobody can tell:
    /// no date.
    fn slashed_date(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        let written = run.str(at);
        let (first, second, year, end) = if let Some((first, rest)) = written.split_once('.') {
            let (second, year) = rest.split_once('.').filter(|(_, year)| year.len() == 4)?;
            (first.parse().ok()?, second.parse().ok()?, year.parse().ok()?, at + 1)
        } else {
            if run.str(at + 1) != "/" || run.str(at + 3) != "/" || !(at + 1..at + 5).all(|i| run.glued(i)) {
                return None;
            }
            (run.digits(at, 1..=2)?, run.digits(at + 2, 1..=2)?, run.digits(at + 4, 4..=4)?, at + 5)
        };
        let (first, second): (i8, i8) = (i8::try_from(first).ok()?, i8::try_from(second).ok()?);
        let day_first = Date::new(year, second, first).ok();
        // Stops part day and month only in that order.
        let month_first = Date::new(year, first, second).ok().filter(|_| end > at + 1);
        let date = match (day_first, month_first) {
            (Some(one), Some(other)) => (one == other).then_some(one)?,
            (one, other) => one.or(other)?,
        };
        Some(Dated::new(Period::day(date), end))
    }

    /// "June 3, 2023", "June 3-5", "June 2023", "in June".
    fn month_led(&self, at: usize) -> Option<Dated> {
        let (month, short, end) = self.month(at)?;
        let the = end + usize::from(self.is(end, &["the"]));
        if let Some((day, after)) = self.month_day(the) {
            let (last, after) = match self.second_day(after, day) {
                Some((last, after)) => (Some(last), after),
                None => (None, after),
            };
            let (year, after) = self.trailing_year(after);
            if !valid(year, month, day) || last.is_some_and(|last| !valid(year, month, last)) {
                return None;
            }
            let period = |day| Period::Day { year, month, day };
            return Some(Dated { first: period(day), last: last.map(period), end: after, shaky: false });
        }
        let before_year = end + usize::from(self.run.str(end) == "," || self.is(end, &["of"]));
        if let Some(year) = self.year_digits(before_year)
            && self.unit(before_year + 1).is_none()
        {
            return Some(Dated::new(Period::Month { year: Some(year), month }, before_year + 1));
        }
        self.month_alone(at, month, short, end)
    }

    /// A day behind a month: "3", "3rd", "third".
    fn month_day(&self, at: usize) -> Option<(i8, usize)> {
        if let Some(found) = self.day_number(at) {
            return Some(found);
        }
        match number::numeral(&self.run, at)? {
            Numeral::Ordinal(day @ 1..=30) => Some((i8::try_from(day).ok()?, at + 1)),
            _ => None,
        }
    }

    /// The other end of "3-5", "3 to 5", "3 through 5", if it is a day of the same month.
    fn second_day(&self, at: usize, first: i8) -> Option<(i8, usize)> {
        let joined = self.run.dash(at) || self.is(at, &["to", "through", "until"]);
        let (last, end) = self.day_number(at + 1).filter(|_| joined)?;
        // "June 30 to 5 July": the second day has a month of its own.
        (last > first && self.month(end).is_none()).then_some((last, end))
    }

    /// ", 2023", " 2023".
    fn trailing_year(&self, at: usize) -> (Option<i16>, usize) {
        let next = at + usize::from(self.run.str(at) == ",");
        match self.year_digits(next).filter(|_| self.unit(next + 1).is_none()) {
            Some(year) => (Some(year), next + 1),
            None => (None, at),
        }
    }

    /// "in June", "June's"; near misses: "Theresa May", "the march", "April Smith", "may", "Jan".
    fn month_alone(&self, at: usize, month: i8, short: bool, end: usize) -> Option<Dated> {
        // "mid-March"
        let before = at.wrapping_sub(1 + usize::from(self.run.hyphen(at.wrapping_sub(1))));
        let firm = self.is(before, &FIRM);
        let likely = firm || self.is(before, &TIME_PREPOSITIONS);
        // "to", "by" and "after" go with persons too.
        let doubtful = short || matches!(month, 3 | 5);
        let may = month == 5 && self.knows_may;
        let found = Dated::new(Period::Month { year: None, month }, end);
        if firm && !(may && self.is(before, &["for", "between"])) {
            return Some(found);
        }
        if may || (doubtful && !likely) || (short && !firm) {
            return None;
        }
        let name_before = self.run.proper(before) && !likely;
        let name_after = self.run.case(end) == Case::Title && !self.run.glued(end);
        (!name_before && (!name_after || likely)).then_some(Dated { shaky: !likely, ..found })
    }

    /// "3 June 2023", "3rd of June", "3-5 June", "19 and 20 June".
    fn day_month(&self, at: usize) -> Option<Dated> {
        let (day, after) = self.day_number(at)?;
        let glued_before =
            self.run.glued(at) && !matches!(self.run.str(at.wrapping_sub(1)), "(" | "[" | "“" | "\"");
        if glued_before {
            return None;
        }
        let joined = self.run.dash(after) || self.is(after, &["to"]);
        let second = if joined { self.day_number(after + 1).filter(|&(last, _)| last > day) } else { None };
        let after = second.map_or(after, |(_, end)| end);
        let month_at = after + usize::from(self.is(after, &["of"]));
        let (month, _, end) = self.month(month_at)?;
        let (year, end) = self.trailing_year(end);
        let last = second.map(|(last, _)| last);
        if !valid(year, month, day) || last.is_some_and(|last| !valid(year, month, last)) {
            return None;
        }
        let period = |day| Period::Day { year, month, day };
        Some(Dated { first: period(day), last: last.map(period), end, shaky: false })
    }

    /// "Monday", "Monday, June 19", "Mon 19 June"; near misses: "Sunday Times", "Black Friday", "Sun".
    fn weekday_led(&self, at: usize) -> Option<Dated> {
        let Term::Name(calendar::Name::Weekday { number, short }) = self.term(at)? else { return None };
        if !matches!(self.run.case(at), Case::Title | Case::Upper) {
            return None;
        }
        let stop = short && self.run.str(at + 1) == "." && self.run.glued(at + 1);
        let end = at + 1 + usize::from(stop);
        let next = end + usize::from(self.run.str(end) == ",");
        let next = next + usize::from(self.is(next, &["the"]));
        let dated = match self.run.kind(next) {
            Some(TokenKind::Number) => self.iso_date(next).or_else(|| self.day_month(next)),
            Some(TokenKind::Word) => self.month(next).and_then(|_| self.month_led(next)),
            Some(TokenKind::Quote | TokenKind::Punctuation | TokenKind::Symbol) | None => None,
        };
        if let Some(dated) = dated.filter(|dated| matches!(dated.first, Period::Day { .. })) {
            return Some(dated);
        }
        // "Tues" and "Thurs" are nothing else; "Sun", "Sat" and "Wed" are.
        if short && !self.is(at, &["tues", "thurs", "thur", "weds"]) {
            return None;
        }
        let name_after = self.run.proper(end) && self.is(end, &AFTER_WEEKDAY);
        let name_before = self.run.is(at.wrapping_sub(1), &BEFORE_WEEKDAY)
            && self.run.case(at.wrapping_sub(1)) == Case::Title;
        (!name_after && !name_before).then_some(Dated::new(Period::Weekday(number), end))
    }

    /// "1990s", "'90s", "1990's"; near misses: "in his 60s", "the 90s" of a temperature.
    fn decade(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        let quote = run.kind(at) == Some(TokenKind::Quote) && run.glued(at + 1);
        let digits = at + usize::from(quote);
        let s = digits + 1;
        let plural =
            run.glued(s) && (run.is(s, &["s"]) || self.run.word(s) == Some(crate::lexicon::Word::new("'s")));
        if !plural {
            return None;
        }
        if let Some(year) =
            run.digits(digits, 4..=4).filter(|year| year % 10 == 0 && (1000..2100).contains(year))
        {
            let period = if year % 100 == 0 && year < 1900 {
                Period::Century(year / 100)
            } else {
                Period::Decade(year / 10)
            };
            return Some(Dated::new(period, s + 1));
        }
        let tens = run.digits(digits, 2..=2).filter(|tens| tens % 10 == 0 && *tens >= 20)?;
        let the = run.is(at.wrapping_sub(1), &["the", "early", "late", "mid"])
            || (run.hyphen(at.wrapping_sub(1)) && run.is(at.wrapping_sub(2), &["mid"]));
        (quote || (the && run.is(s, &["s"]))).then_some(Dated::new(Period::Decade(190 + tens / 10), s + 1))
    }

    /// "the sixties"; near miss: "in her sixties", "temperatures in the sixties".
    fn decade_word(&self, decade: i8, at: usize) -> Option<Dated> {
        let the = self.is(at.wrapping_sub(1), &["the", "early", "late", "mid", "-"]);
        let before = at.wrapping_sub(2);
        let person = self.is(before, &["his", "her", "their", "my"]);
        let century = if decade == 0 { 200 } else { 190 };
        (the && !person).then_some(Dated {
            shaky: true,
            ..Dated::new(Period::Decade(century + i16::from(decade)), at + 1)
        })
    }

    /// "2016", "2010-15", "1987/88".
    fn years(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        if let Some(first) = self.year_digits(at)
            && (run.str(at + 1) == "/" || run.hyphen(at + 1))
            && run.glued(at + 1)
            && run.glued(at + 2)
            && let Some(short) = run.digits(at + 2, 2..=2)
            && !run.hyphen(at + 3)
            && (1800..2100).contains(&first)
        {
            let last = first - first % 100 + short;
            let last = if last < first { last + 100 } else { last };
            let follows = (1..=30).contains(&(last - first));
            return follows.then_some(Dated {
                last: Some(Period::Year(last)),
                ..Dated::new(Period::Year(first), at + 3)
            });
        }
        // "2010-2015": either alone would be taken for a part of a number.
        if let (Some(first), Some(last)) = (self.year_digits(at), self.year_digits(at + 2))
            && run.hyphen(at + 1)
            && !run.hyphen(at + 3)
            && (1800..2100).contains(&first)
            && first < last
        {
            return Some(Dated { last: Some(Period::Year(last)), ..Dated::new(Period::Year(first), at + 3) });
        }
        Some(Dated::new(Period::Year(self.year(at)?), at + 1))
    }

    /// "summer 2022", "summer of 2022", "in the spring"; near misses: "fall" the verb, "spring" the source.
    fn season(&self, at: usize) -> Option<Dated> {
        let Term::Season(season) = self.term(at)? else { return None };
        let (year, end) = match self.of_year(at + 1) {
            Some((year, end)) => (Some(year), end),
            None => (None, at + 1),
        };
        let the = self.is(at.wrapping_sub(1), &["the"])
            && self.is(at.wrapping_sub(2), &["in", "during", "by", "until", "since"]);
        let bare = self.is(at.wrapping_sub(1), &["early", "late", "mid"]) || (the && !self.is(at, &["fall"]));
        (year.is_some() || bare)
            .then_some(Dated { shaky: year.is_none(), ..Dated::new(Period::Season { year, season }, end) })
    }

    /// "2022", "of 2022", "of last year", "this year" behind a part of the year.
    pub(super) fn of_year(&self, at: usize) -> Option<(i16, usize)> {
        let next = at + usize::from(self.is(at, &["of", "in"]) || self.run.str(at) == ",");
        let next = next + usize::from(self.is(next, &["the"]));
        if let Some(year) = self.year_digits(next) {
            return Some((year, next + 1));
        }
        let Some(Term::Direction(direction)) = self.term(next) else { return None };
        if self.unit(next + 1) != Some((Unit::Year, false)) || self.is(next, &["past", "coming", "previous"])
        {
            return None;
        }
        let this = self.reference?.year();
        let year = match direction {
            Direction::Last => this - 1,
            Direction::This => this,
            Direction::Next => this + 1,
        };
        Some((year, next + 2))
    }

    fn quarter(&self, quarter: i8, end: usize, fiscal: bool) -> Dated {
        let (year, end) = match self.of_year(end) {
            Some((year, end)) => (Some(year), end),
            None => (None, end),
        };
        let period =
            if fiscal { Period::FiscalQuarter { year, quarter } } else { Period::Quarter { year, quarter } };
        Dated { shaky: year.is_none(), ..Dated::new(period, end) }
    }

    /// "fiscal 2023", "fiscal year 2023", "FY 2023", "fiscal second quarter".
    fn fiscal(&self, at: usize) -> Option<Dated> {
        let next = at + 1 + usize::from(self.is(at + 1, &["year"]));
        if let Some(year) = self.year_digits(next) {
            return Some(Dated::new(Period::FiscalYear(year), next + 1));
        }
        if let Some(Term::Quarter(quarter)) = self.term(at + 1) {
            return Some(self.quarter(quarter, at + 2, true));
        }
        let quarter = self.ordinal(at + 1).filter(|&(number, _)| (1..=4).contains(&number));
        let (number, end) = quarter.filter(|&(_, end)| self.is(self.run.past_hyphen(end), &["quarter"]))?;
        let end = self.run.past_hyphen(end) + 1;
        Some(self.quarter(i8::try_from(number).ok()?, end, true))
    }

    /// "third", "3rd", "twenty-first", "21st", and the index behind it.
    fn ordinal(&self, at: usize) -> Option<(u32, usize)> {
        if let Some(number) = self.run.digits(at, 1..=2) {
            let end = self.past_suffix(at + 1);
            return (end > at + 1).then_some((number.unsigned_abs().into(), end));
        }
        match number::numeral(&self.run, at)? {
            Numeral::Ordinal(number) => Some((number, at + 1)),
            Numeral::Ten(tens) => {
                let next = self.run.past_hyphen(at + 1);
                match number::numeral(&self.run, next)? {
                    Numeral::Ordinal(unit @ 1..=9) => Some((u32::from(tens) + unit, next + 1)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// "first quarter", "second half of 2022", "19th century", "twenty-first century"; near misses: "first
    /// half" of a match, "third man".
    fn ordinal_period(&self, at: usize) -> Option<Dated> {
        let (number, end) = self.ordinal(at)?;
        let number = i16::try_from(number).ok()?;
        let end = self.run.past_hyphen(end);
        let fiscal = usize::from(self.is(end, &["fiscal"]));
        if self.is(end + fiscal, &["quarter"]) && (1..=4).contains(&number) {
            return Some(self.quarter(i8::try_from(number).ok()?, end + fiscal + 1, fiscal == 1));
        }
        if self.is(end, &["half"]) && (1..=2).contains(&number) {
            let (year, end) = self.of_year(end + 1)?;
            return Some(Dated::new(
                Period::Half { year: Some(year), half: i8::try_from(number).ok()? },
                end,
            ));
        }
        if self.is(end, &["century"]) && (1..=21).contains(&number) {
            // The years before our era count backwards.
            let era = self.is(end + 1, &["bc", "bce", "b.c."]);
            return (!era).then_some(Dated::new(Period::Century(number - 1), end + 1));
        }
        // "the 3rd of June", "fourth of July"
        if self.is(end, &["of"])
            && let Some((month, _, after)) = self.month(end + 1)
            && let Ok(day) = i8::try_from(number)
        {
            let (year, after) = self.trailing_year(after);
            return valid(year, month, day).then_some(Dated::new(Period::Day { year, month, day }, after));
        }
        None
    }
}

/// Whether some year, or the given one, has that day.
fn valid(year: Option<i16>, month: i8, day: i8) -> bool {
    Date::new(year.unwrap_or(2000), month, day).is_ok()
}
