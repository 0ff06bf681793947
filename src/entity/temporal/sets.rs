//! Repeated times: "every Monday", "twice a week", "annually". They know no reference day.

use super::duration::Amount;
use super::holidays;
use super::period::Period;
use super::reader::{Found, Reader};
use super::terms::{Term, Unit};
use crate::entity::numeric::decimal::Decimal;
use crate::entity::numeric::number;
use crate::entity::{EntityKind, TimeValue, Timex};
use crate::lexicon::calendar;
use crate::token::Case;
use std::fmt;

/// A repeated time of that value.
fn found(start: usize, end: usize, value: fmt::Arguments<'_>) -> Found {
    Found::date(start, end, TimeValue { timex: Timex::format(value), days: None })
}

/// Every so many of a unit.
fn every(start: usize, end: usize, count: u64, unit: Unit) -> Found {
    let amount = Amount { count: Some(Decimal::whole(count)), unit };
    found(start, end, format_args!("{}{amount}", if unit <= Unit::Hour { "PT" } else { "P" }))
}

impl Reader<'_> {
    /// "every Monday", "each year", "every two weeks", "Mondays", "Friday nights", "daily".
    pub(super) fn repeated(&self, at: usize) -> Option<Found> {
        let next = at + 1;
        match self.term(at)? {
            Term::Weekdays(number) => Some(found(at, next, format_args!("{}", Period::Weekday(number)))),
            Term::Name(calendar::Name::Weekday { number, short: false }) => {
                let Some(Term::DayParts(part)) = self.term(next) else { return None };
                let (day, part) = (Period::Weekday(number), super::clock::Clock::Part(part));
                let times = found(at, next + 1, format_args!("{day}{part}"));
                Some(Found { kind: EntityKind::Time, ..times })
            }
            // "the Daily Mail" is a paper, "annual" goes with what happens every year.
            Term::Repeated(unit) => {
                let plain = self.run.case(at) == Case::Lower && !self.is_paper(at);
                plain.then(|| every(at, next, 1, unit))
            }
            Term::Every => self.every(at),
            _ => None,
        }
    }

    /// "the local **daily**, the Harwick Post", "the **weekly** Die Woche"; near misses: "a daily dose", "sold daily".
    fn is_paper(&self, at: usize) -> bool {
        const BEFORE: [&str; 12] = [
            "local",
            "national",
            "regional",
            "business",
            "financial",
            "leading",
            "evening",
            "morning",
            "a",
            "the",
            "another",
            "this",
        ];
        let named = self.run.proper(at + 1);
        let closed = self.run.kind(at + 1) != Some(crate::token::TokenKind::Word);
        named || (closed && self.is(at.wrapping_sub(1), &BEFORE))
    }

    /// "first Tuesday of every month", "last Friday of each month".
    pub(super) fn monthly(&self, at: usize) -> Option<Found> {
        let ordinal = self.ordinal(at).filter(|&(number, _)| (1..=5).contains(&number));
        let end = match ordinal {
            Some((_, end)) => end,
            None => at + usize::from(self.is(at, &["last"])),
        };
        let Some(Term::Name(calendar::Name::Weekday { .. })) = self.term(end) else { return None };
        let month = self.is(end + 1, &["of", "in"]) && self.term(end + 2) == Some(Term::Every);
        let (unit, _) = self.unit(end + 3).filter(|_| month && end > at)?;
        (unit == Unit::Month).then(|| every(at, end + 4, 1, unit))
    }

    fn every(&self, at: usize) -> Option<Found> {
        let next = at + 1;
        let other = self.is(next, &["other", "second"]).then(|| self.unit(next + 1)).flatten();
        if let Some((unit, _)) = other {
            return Some(every(at, next + 2, 2, unit));
        }
        let time = |found: Found| Found { kind: EntityKind::Time, ..found };
        match self.term(next) {
            Some(Term::Unit { unit: Unit::Weekend, plural: false }) => {
                Some(found(at, next + 1, format_args!("{}", Period::AnyWeekend)))
            }
            Some(Term::Unit { unit, plural: false }) => Some(every(at, next + 1, 1, unit)),
            Some(Term::Name(calendar::Name::Weekday { number, short: false })) => {
                let day = Period::Weekday(number);
                Some(match self.day_part(next + 1) {
                    Some((part, end)) => time(found(at, end, format_args!("{day}{part}"))),
                    None => found(at, next + 1, format_args!("{day}")),
                })
            }
            Some(Term::Name(calendar::Name::Month { .. })) => {
                let (month, _, end) = self.month(next)?;
                let (period, end) = match self.day_number(end) {
                    Some((day, end)) => (Period::Day { year: None, month, day }, end),
                    None => (Period::Month { year: None, month }, end),
                };
                Some(found(at, end, format_args!("{period}")))
            }
            Some(Term::Season(season)) => {
                Some(found(at, next + 1, format_args!("{}", Period::Season { year: None, season })))
            }
            Some(Term::DayPart(_)) => {
                let (part, end) = self.day_part(next)?;
                Some(time(found(at, end, format_args!("XXXX-XX-XX{part}"))))
            }
            Some(Term::Holiday) => {
                let (holiday, end) = holidays::read(&self.run, next)?;
                Some(found(at, end, format_args!("{}", holiday.fixed()?)))
            }
            _ => {
                let length = self.length(next)?;
                Some(Found { value: length.value(), ..found(at, length.end, format_args!("P")) })
            }
        }
    }

    /// "twice a week", "three times per year", "once every four years", "twice daily"; near misses: "$5 a
    /// day", "once a minister".
    pub(super) fn frequency(&self, at: usize) -> Option<Found> {
        let per = if self.term(at) == Some(Term::Times) {
            at + 1
        } else {
            // "3 times a day"
            if !(at + 1..at + 3).any(|at| self.is(at, &["times"])) {
                return None;
            }
            let count = number::read(&self.run, at).filter(|count| self.is(count.end, &["times"]))?;
            count.end + 1
        };
        if self.is(per, &["a", "an", "per"])
            && let Some((unit, false)) = self.unit(per + 1)
        {
            return Some(every(at, per + 2, 1, unit));
        }
        let rest = match self.term(per)? {
            Term::Every => self.every(per)?,
            Term::Repeated(_) => self.repeated(per)?,
            _ => return None,
        };
        Some(Found { start: at, ..rest })
    }
}
