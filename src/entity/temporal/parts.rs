//! Parts of longer periods: quarters, halves, fiscal years, "the end of May", "the first three months of 2022",
//! "the first Monday of May". They know no tense.

use super::date::{Dated, valid};
use super::period::Period;
use super::reader::Reader;
use super::terms::{Direction, Term, Unit};
use crate::entity::numeric::number::{self, Numeral};
use crate::lexicon::calendar;

impl Reader<'_> {
    /// "2022", "of 2022", "of last year", "this year", "of the year" behind a part of the year.
    pub(super) fn of_year(&self, at: usize) -> Option<(i16, usize)> {
        if let Some(found) = self.directed_year(at) {
            return Some(found);
        }
        let of = at + usize::from(self.is(at, &["of", "in"]) || self.run.str(at) == ",");
        let next = of + usize::from(self.is(of, &["the"]));
        if let Some(year) = self.year_digits(next) {
            // "the winter of 2020-21"
            let pair = self.years(next).filter(|dated| dated.last.is_some());
            return Some((year, pair.map_or(next + 1, |dated| dated.end)));
        }
        // "the first half of the year", and not "of the year that" tells of another.
        let year = next > of && of > at && self.unit(next) == Some((Unit::Year, false));
        let ends = !self.is(next + 1, &["to", "that", "when", "in", "ended", "ending", "before", "after"]);
        (year && ends).then_some((self.reference?.year(), next + 1))
    }

    /// "last year", "of this year".
    pub(super) fn directed_year(&self, at: usize) -> Option<(i16, usize)> {
        let next = at + usize::from(self.is(at, &["of", "in"]) || self.run.str(at) == ",");
        let next = next + usize::from(self.is(next, &["the"]));
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

    pub(super) fn quarter(&self, quarter: i8, end: usize, fiscal: bool) -> Dated {
        if let Some((year, end)) = self.of_fiscal_year(end) {
            return Dated::new(Period::FiscalQuarter { year: Some(year), quarter }, end);
        }
        let (year, end) = match self.of_year(end) {
            Some((year, end)) => (Some(year), end),
            None => (None, end),
        };
        let period =
            if fiscal { Period::FiscalQuarter { year, quarter } } else { Period::Quarter { year, quarter } };
        Dated { shaky: year.is_none(), ..Dated::new(period, end) }
    }

    /// "of fiscal 2023", "FY23" behind a quarter.
    fn of_fiscal_year(&self, at: usize) -> Option<(i16, usize)> {
        let next = at + usize::from(self.is(at, &["of", "in"]));
        let dated = match self.term(next)? {
            Term::Fiscal | Term::FiscalYear => self.fiscal(next)?,
            Term::FiscalYearOf(year) => return Some((year, next + 1)),
            _ => return None,
        };
        match dated.first {
            Period::FiscalYear(year) => Some((year, dated.end)),
            _ => None,
        }
    }

    /// "fiscal 2023", "fiscal year 2022-23", "FY 2023", "fiscal second quarter". A fiscal year is named by the
    /// year in which it ends.
    pub(super) fn fiscal(&self, at: usize) -> Option<Dated> {
        let year_word = usize::from(self.is(at + 1, &["year"]));
        let next = at + 1 + year_word;
        if self.is(at, &["financial"]) && year_word == 0 {
            return None;
        }
        if let Some(year) = self.year_digits(next) {
            let pair = self.years(next).and_then(|dated| Some((dated.last?, dated.end)));
            if let Some((Period::Year(last), end)) = pair {
                return Some(Dated::new(Period::FiscalYear(last), end));
            }
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

    /// "2022 Q3", "2023 fiscal year", "3Q 2022", "1H 2021".
    pub(super) fn numbered_part(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        let next = at + 1;
        if let Some(part @ 1..=4) = run.digits(at, 1..=1)
            && run.glued(next)
            && !run.glued(at)
        {
            let part = i8::try_from(part).ok()?;
            if run.str(next) == "Q" {
                return Some(self.quarter(part, next + 1, false));
            }
            let (year, end) = self.of_year(next + 1).filter(|_| run.str(next) == "H" && part <= 2)?;
            return Some(Dated::new(Period::Half { year: Some(year), half: part }, end));
        }
        let dated = self.years(at)?;
        let Period::Year(first) = dated.first else { return None };
        match (self.term(dated.end)?, dated.last) {
            (Term::Fiscal, last) if self.is(dated.end + 1, &["year"]) => {
                let year = if let Some(Period::Year(last)) = last { last } else { first };
                Some(Dated::new(Period::FiscalYear(year), dated.end + 2))
            }
            (Term::Quarter(quarter), None) => {
                Some(Dated::new(Period::Quarter { year: Some(first), quarter }, dated.end + 1))
            }
            (Term::Half(half), None) => {
                Some(Dated::new(Period::Half { year: Some(first), half }, dated.end + 1))
            }
            _ => None,
        }
    }

    /// "third", "3rd", "twenty-first", "21st", and the index behind it.
    pub(super) fn ordinal(&self, at: usize) -> Option<(u32, usize)> {
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

    /// "first quarter", "second half of 2022", "19th century", "first Monday of May", "first three months of
    /// 2022", "18th and 19th centuries"; near misses: "first half" of a match, "third man".
    pub(super) fn ordinal_period(&self, at: usize) -> Option<Dated> {
        let (number, end) = self.ordinal(at)?;
        let number = i8::try_from(number).ok()?;
        if let Some(dated) = self.numbered(number, end) {
            return Some(dated);
        }
        if number == 1
            && let Some((count, end)) = self.months_of_year(end)
        {
            let (year, end) = self.of_year(end)?;
            return Some(months(year, 1, count, end));
        }
        // "18th and 19th centuries", "the 3rd to the 5th of June", "first and second quarters of 2022"
        if !self.is(end, &["and", "to", "or", "through"]) && !self.run.dash(end) {
            return None;
        }
        let next = end + 1;
        let (last, after) = self.ordinal(next + usize::from(self.is(next, &["the"])))?;
        let last = self.numbered(i8::try_from(last).ok()?, after)?;
        let first = match last.first {
            Period::Century(century) if number > 0 && i16::from(number) <= century => {
                Period::Century(i16::from(number) - 1)
            }
            Period::Quarter { year, quarter } if number < quarter => {
                Period::Quarter { year, quarter: number }
            }
            Period::Day { year, month, day } if number < day && valid(year, month, number) => {
                // "the 3rd and 5th of June" are two days.
                let run_of_days = !self.is(end, &["and", "or"]) || self.is(at.wrapping_sub(1), &["between"]);
                let between = self.is(at.wrapping_sub(2), &["between"]);
                (run_of_days || between).then_some(Period::Day { year, month, day: number })?
            }
            _ => return None,
        };
        Some(Dated { first, last: Some(last.first), end: last.end, shaky: last.shaky })
    }

    /// What an ordinal that ends at `end` counts.
    fn numbered(&self, number: i8, end: usize) -> Option<Dated> {
        let end = self.run.past_hyphen(end);
        let fiscal = usize::from(self.is(end, &["fiscal"]));
        if self.is(end + fiscal, &["quarter", "quarters"]) && (1..=4).contains(&number) {
            return Some(self.quarter(number, end + fiscal + 1, fiscal == 1));
        }
        if self.is(end, &["half"]) && (1..=2).contains(&number) {
            let (year, end) = self.of_year(end + 1)?;
            return Some(Dated::new(Period::Half { year: Some(year), half: number }, end));
        }
        if self.is(end, &["century", "centuries"]) && (1..=21).contains(&number) {
            let era = self.term(end + 1) == Some(Term::Era);
            let before = era && self.is(end + 1, &["bc", "b.c.", "bce", "b.c.e."]);
            let number = i16::from(number) - 1;
            let century = if before { Period::CenturyBeforeChrist(number) } else { Period::Century(number) };
            return Some(Dated::new(century, end + 1 + usize::from(era)));
        }
        if let Some(dated) = self.weekday_of_month(number, end).filter(|_| (1..=5).contains(&number)) {
            return Some(dated);
        }
        // "the 3rd of June", "fourth of July"
        if self.is(end, &["of"])
            && let Some((month, _, after)) = self.month(end + 1)
        {
            let (year, after) = self.trailing_year(after);
            let day = Period::Day { year, month, day: number };
            return valid(year, month, number).then_some(Dated::new(day, after));
        }
        None
    }

    /// "Monday of May", "Friday in April 2024" behind "first" or "last".
    fn weekday_of_month(&self, nth: i8, at: usize) -> Option<Dated> {
        let Some(Term::Name(calendar::Name::Weekday { number, short: false })) = self.term(at) else {
            return None;
        };
        let (month, _, end) = self.month(at + 2).filter(|_| self.is(at + 1, &["of", "in"]))?;
        let before_year = end + usize::from(self.is(end, &["of"]) || self.run.str(end) == ",");
        let (year, end) = match self.year_digits(before_year) {
            Some(year) => (Some(year), before_year + 1),
            None => self.directed_year(end).map_or((None, end), |(year, end)| (Some(year), end)),
        };
        Some(Dated::new(Period::NthWeekday { year, month, nth, weekday: number }, end))
    }

    /// "three months of" a year, and the index of "of".
    fn months_of_year(&self, at: usize) -> Option<(i8, usize)> {
        let count = number::read(&self.run, at)?;
        let months = i8::try_from(count.value.as_whole()?).ok().filter(|count| (2..12).contains(count))?;
        let of = count.end + 1;
        (self.unit(count.end) == Some((Unit::Month, true)) && self.is(of, &["of"])).then_some((months, of))
    }

    /// "last quarter of 2022", "final half of 2022", "last six months of 2022", "last Friday of May".
    pub(super) fn last_part(&self, at: usize) -> Option<Dated> {
        if !self.is(at, &["last", "final", "closing"]) {
            return None;
        }
        let next = at + 1;
        if let Some(dated) = self.weekday_of_month(-1, next) {
            return Some(dated);
        }
        if let Some((count, end)) = self.months_of_year(next) {
            let (year, end) = self.of_year(end)?;
            return Some(months(year, 13 - count, count, end));
        }
        let of = next + 1;
        if !self.is(of, &["of"]) {
            return None;
        }
        if self.is(next, &["half"]) {
            let (year, end) = self.of_year(of)?;
            return Some(Dated::new(Period::Half { year: Some(year), half: 2 }, end));
        }
        let quarter =
            (self.unit(next) == Some((Unit::Quarter, false))).then(|| self.quarter(4, of, false))?;
        (quarter.end > of).then_some(quarter)
    }

    /// "end of May", "start of the year", "end-2022", "middle of next week"; near misses: "the end of the war",
    /// "the end of Monday".
    pub(super) fn edge(&self, at: usize) -> Option<Dated> {
        let next = at + 1;
        if self.run.hyphen(next) {
            if let Some(year) = self.year_digits(next + 1) {
                return Some(Dated::new(Period::Year(year), next + 2));
            }
            let (month, _, end) = self.month(next + 1)?;
            let (year, end) = self.trailing_year(end);
            return Some(Dated::new(Period::Month { year, month }, end));
        }
        if !self.is(next, &["of"]) {
            return None;
        }
        let of = next + 1;
        let the = usize::from(self.is(of, &["the"]));
        if the == 1
            && let Some((unit, false)) = self.unit(of + 1)
        {
            // "of the year 2000" says which, "of the week that" another.
            let open = !self.is(of + 2, &["of", "that", "when", "in", "before"]);
            let year = self.year_digits(of + 2).filter(|_| unit == Unit::Year);
            if let Some(year) = year {
                return Some(Dated::new(Period::Year(year), of + 3));
            }
            let period = self.this_unit(unit).filter(|_| open && unit >= Unit::Week)?;
            return Some(Dated::new(period, of + 2));
        }
        let whole = match self.term(of + the) {
            Some(Term::Direction(_)) => self.relative(of + the).or_else(|| self.date(of + the)),
            Some(Term::Edge) | None if self.run.word(of + the).is_some() => None,
            _ => self.date(of + the),
        }?;
        let day = matches!(whole.first, Period::Day { .. } | Period::Weekday(_) | Period::SomeDay(_));
        (!day && whole.last.is_none()).then_some(whole)
    }

    /// "year-end", "month-end": of the one that is running.
    pub(super) fn edge_of_unit(&self, unit: Unit, at: usize) -> Option<Dated> {
        if !self.run.hyphen(at + 1) || !self.is(at + 2, &["end"]) || unit < Unit::Week {
            return None;
        }
        let end = at + 3;
        if let Some(year) = self.year_digits(end).filter(|_| unit == Unit::Year) {
            return Some(Dated::new(Period::Year(year), end + 1));
        }
        Some(Dated::new(self.this_unit(unit)?, end))
    }
}

/// A stretch of months of one year.
fn months(year: i16, first: i8, count: i8, end: usize) -> Dated {
    let month = |month| Period::Month { year: Some(year), month };
    Dated { last: Some(month(first + count - 1)), ..Dated::new(month(first), end) }
}
