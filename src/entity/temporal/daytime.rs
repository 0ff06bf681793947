//! Parts of the day and times of the clock that stand alone: "in the morning", "before dawn", "tonight", "9 p.m.
//! Monday". They are of the day that is told beside them, or of the reference day.

use super::clock::Clock;
use super::period::Period;
use super::reader::{Found, Reader, TIME_PREPOSITIONS};
use super::relative;
use super::tense::{self, Tense};
use super::terms::{self, DayPart, Term, Vague};
use super::timed;
use crate::entity::{EntityKind, TimeValue, Timex};
use crate::token::{Case, TokenKind};

/// Words before "dawn" and "dusk" alone that make a time of them.
const BEFORE_TWILIGHT: [&str; 11] =
    ["at", "before", "until", "till", "since", "from", "after", "by", "around", "near", "through"];

impl Reader<'_> {
    /// " morning", ", 3 p.m.", " at 15:30 GMT", " at noon" behind a day.
    pub(super) fn clock_behind(&self, at: usize) -> Option<(Clock, usize)> {
        if let Some(found) = self.day_part(at).or_else(|| self.iso_clock(at)) {
            return Some(found);
        }
        let mut next = at + usize::from(self.run.str(at) == ",");
        // "June 3 in the evening"
        if self.is(next, &["in"]) && self.is(next + 1, &["the"]) {
            return self.day_part(next + 2);
        }
        next += usize::from(self.is(next, &["at", "around", "about", "by", "from", "between"]));
        self.clock(next)
    }

    /// "3 p.m. on Monday", "15:30 GMT", "the night of June 3", "morning".
    pub(super) fn clock_led(&self, at: usize) -> Option<Found> {
        let part =
            self.day_part(at).filter(|_| matches!(self.term(at), Some(Term::DayPart(_) | Term::Modifier)));
        let (clock, end) = self.clock(at).or(part)?;
        let bare_part = matches!(
            clock,
            Clock::Part(DayPart::Morning | DayPart::Afternoon | DayPart::Evening | DayPart::Night)
        );
        let mut next = end + usize::from(self.run.str(end) == ",");
        next += usize::from(self.is(next, &["on", "of"]));
        next += usize::from(self.is(next, &["the"]));
        if !bare_part && let Some(found) = self.part_of_today(at, next, clock) {
            return Some(found);
        }
        let day = match (self.relative(next), self.date(next)) {
            (Some(relative), Some(date)) if date.end > relative.end => Some(date),
            (Some(relative), _) => Some(relative),
            (None, date) => date,
        };
        if let Some(dated) = day.filter(|dated| dated.last.is_none()) {
            let tense = tense::of(&self.run, at, dated.end);
            let (period, _) = relative::complete(dated, self.reference, tense);
            if matches!(period, Period::Day { .. } | Period::Weekday(_)) {
                // "8 p.m. Monday night"
                let end = self.day_part(dated.end).map_or(dated.end, |(_, end)| end);
                return Some(Found::new(at, end, EntityKind::Time, timed(period, clock)));
            }
        }
        // "in the morning", "at night", "by mid-afternoon", "before dawn"; near miss: "a night out", "evening gown",
        // "at the dawn of a new age".
        let before = at.wrapping_sub(1);
        let middle = self.run.hyphen(at + 1) && self.is(before, &TIME_PREPOSITIONS);
        let twilight = matches!(clock, Clock::Part(DayPart::Dawn | DayPart::Dusk));
        if twilight && !self.is(before, &BEFORE_TWILIGHT) {
            return None;
        }
        let in_the = self.is(before, &["the"]) && self.is(at.wrapping_sub(2), &["in", "during"]);
        let at_night = self.is(before, &["at"]) && self.is(at, &["night"]);
        if bare_part && !(in_the || middle || at_night) {
            return None;
        }
        let timex = match clock {
            Clock::Range(first, last) => Timex::format(format_args!("{first}/{last}")),
            Clock::Part(_) | Clock::Time(_) => Timex::format(format_args!("{clock}")),
        };
        Some(Found::new(at, end, EntityKind::Time, TimeValue { timex, days: None }))
    }

    /// "7pm tonight", "7pm last night": the day of a time by its part.
    fn part_of_today(&self, start: usize, at: usize, clock: Clock) -> Option<Found> {
        let (days, end) = match self.term(at)? {
            Term::Tonight => (0, at + 1),
            Term::Direction(direction) => {
                let (_, end) = self.day_part(at + 1)?;
                match direction {
                    terms::Direction::This => (0, end),
                    terms::Direction::Last if self.is(at, &["last"]) => (-1, end),
                    terms::Direction::Last | terms::Direction::Next => return None,
                }
            }
            _ => return None,
        };
        let day = Period::day(self.near(days)?);
        Some(Found::new(start, end, EntityKind::Time, timed(day, clock)))
    }

    /// "overnight", the night before the reference unless it is still to come; near misses: "an overnight
    /// success", "overnight guests".
    pub(super) fn overnight(&self, at: usize) -> Option<Found> {
        if self.term(at)? != Term::Overnight || self.run.case(at) != Case::Lower {
            return None;
        }
        let noun = self.run.kind(at + 1) == Some(TokenKind::Word)
            && !self.is(at + 1, &TIME_PREPOSITIONS)
            && !self.is(at + 1, &["and", "as", "at", "on", "into", "with", "but", "or"]);
        if noun || self.is(at.wrapping_sub(1), &["an", "the", "become", "became"]) {
            return None;
        }
        let days = if tense::of(&self.run, at, at + 1) == Tense::Future { 0 } else { -1 };
        let night = Clock::Part(DayPart::Night);
        let value = self.near(days).map_or_else(
            || TimeValue { timex: Timex::format(format_args!("{night}")), days: None },
            |day| timed(Period::day(day), night),
        );
        Some(Found::new(at, at + 1, EntityKind::Time, value))
    }

    /// "last night", "this morning", "early this afternoon".
    pub(super) fn directed_part(&self, at: usize) -> Option<Found> {
        let early = usize::from(self.term(at) == Some(Term::Modifier));
        let Some(Term::Direction(direction)) = self.term(at + early) else { return None };
        let (clock, end) = self.day_part(at + early + 1)?;
        let days = match direction {
            terms::Direction::This => 0,
            terms::Direction::Last if self.is(at + early, &["last"]) => -1,
            terms::Direction::Last | terms::Direction::Next => return None,
        };
        let value = self.near(days).map_or_else(
            || Period::Vague(if days < 0 { Vague::Past } else { Vague::Present }).value(),
            |day| timed(Period::day(day), clock),
        );
        Some(Found::new(at, end, EntityKind::Time, value))
    }

    /// "tonight", "late tonight".
    pub(super) fn tonight(&self, at: usize) -> Option<Found> {
        let late = usize::from(self.term(at) == Some(Term::Modifier));
        if self.term(at + late)? != Term::Tonight || self.run.proper(at + late) {
            return None;
        }
        let night = Clock::Part(DayPart::Night);
        let value = self
            .near(0)
            .map_or_else(|| Period::Vague(Vague::Present).value(), |day| timed(Period::day(day), night));
        Some(Found::new(at, at + late + 1, EntityKind::Time, value))
    }
}
