//! Expressions that look at the reference day: "yesterday", "last week", "two years ago", "recent months".
//! Without a reference they are past, present or future and nothing more.

use super::date::Dated;
use super::duration::{Amount, Length};
use super::period::{Period, monday};
use super::reader::{Found, Reader};
use super::tense::Tense;
use super::terms::{Direction, Season, Term, Unit, Vague};
use super::timed;
use crate::entity::EntityKind;
use crate::lexicon::calendar;
use jiff::ToSpan;
use jiff::civil::Date;

impl Direction {
    fn vague(self) -> Period {
        Period::Vague(match self {
            Self::Last => Vague::Past,
            Self::This => Vague::Present,
            Self::Next => Vague::Future,
        })
    }

    fn step(self) -> i16 {
        match self {
            Self::Last => -1,
            Self::This => 0,
            Self::Next => 1,
        }
    }
}

impl Reader<'_> {
    /// A relative date at `at`: "yesterday", "last week", "next Monday", "this summer".
    pub(super) fn relative(&self, at: usize) -> Option<Dated> {
        match self.term(at)? {
            Term::Day(days) => {
                let period = match self.reference {
                    Some(today) => Period::day(today.checked_add(i32::from(days).days()).ok()?),
                    None if days < 0 => Period::Vague(Vague::Past),
                    None if days > 0 => Period::Vague(Vague::Future),
                    None => Period::Vague(Vague::Present),
                };
                // "USA Today" is a paper.
                (!self.run.proper(at)).then_some(Dated::new(period, at + 1))
            }
            Term::Direction(direction) => self.directed(direction, at),
            Term::Modifier => {
                let next = self.run.past_hyphen(at + 1);
                matches!(self.term(next), Some(Term::Direction(_) | Term::Day(_)))
                    .then(|| self.relative(next))?
            }
            Term::Unit { unit, plural: false } => self.unit_but_one(unit, at),
            Term::Name(calendar::Name::Weekday { number, short: false }) => self.weekday_of_week(number, at),
            _ => None,
        }
    }

    /// "day before yesterday", "week after next".
    fn unit_but_one(&self, unit: Unit, at: usize) -> Option<Dated> {
        let (next, end) = (at + 1, at + 3);
        let (back, ahead) = (self.is(next, &["before"]), self.is(next, &["after"]));
        if unit == Unit::Day {
            let days: i32 = match self.term(at + 2)? {
                Term::Day(-1) if back => -2,
                Term::Day(1) if ahead => 2,
                _ => return None,
            };
            let vague = if back { Direction::Last } else { Direction::Next }.vague();
            let day = self.reference.and_then(|today| today.checked_add(days.days()).ok());
            return Some(Dated::new(day.map_or(vague, Period::day), end));
        }
        let direction = match self.term(at + 2)? {
            Term::Direction(Direction::Last) if back && self.is(at + 2, &["last"]) => Direction::Last,
            Term::Direction(Direction::Next) if ahead && self.is(at + 2, &["next"]) => Direction::Next,
            _ => return None,
        };
        let period = self.unit_period(2 * direction.step(), unit)?;
        Some(Dated::new(period.unwrap_or(direction.vague()), end))
    }

    /// The unit that is running: "the year" of "the end of the year".
    pub(super) fn this_unit(&self, unit: Unit) -> Option<Period> {
        Some(self.unit_period(0, unit)?.unwrap_or(Direction::This.vague()))
    }

    fn directed(&self, direction: Direction, at: usize) -> Option<Dated> {
        // "this past Monday", "this coming week": the second word tells which way.
        if direction == Direction::This
            && let Some(Term::Direction(second)) = self.term(at + 1)
        {
            return if second == Direction::This { None } else { self.directed(second, at + 1) };
        }
        let next = at + 1;
        let dated = |period: Option<Period>| Some(Dated::new(period.unwrap_or(direction.vague()), next + 1));
        // "the past week" is seven days, "the previous week" one that the story tells of.
        let stretch = self.is(at, &["past", "previous", "preceding"]);
        match self.term(next)? {
            Term::Unit { unit, plural: false } if !stretch && !self.is(next + 1, &["of"]) => {
                self.unit_period(direction.step(), unit).and_then(dated)
            }
            Term::Name(calendar::Name::Weekday { number, short: false }) => {
                dated(self.reference.and_then(|today| directed_weekday(direction, number, today)))
            }
            Term::Name(calendar::Name::Month { .. }) if !self.is(at, &["past"]) => {
                let (month, _, end) = self.month(next)?;
                if let Some(day) = self.date(next).filter(|dated| matches!(dated.first, Period::Day { .. })) {
                    return Some(day);
                }
                let period = self.reference.map_or(direction.vague(), |today| {
                    let ahead = i16::from(month <= today.month());
                    let behind = i16::from(month >= today.month());
                    let year = match direction {
                        Direction::Last => today.year() - behind,
                        Direction::This => today.year(),
                        Direction::Next => today.year() + ahead,
                    };
                    Period::Month { year: Some(year), month }
                });
                Some(Dated::new(period, end))
            }
            Term::Season(season) => {
                dated(self.reference.map(|today| directed_season(direction, season, today)))
            }
            _ => None,
        }
    }

    /// "last week", "this year"; none for units that a day cannot place, such as "last minute".
    fn unit_period(&self, step: i16, unit: Unit) -> Option<Option<Period>> {
        let place = |today: Date| {
            let week = || monday(today)?.checked_add(i32::from(step * 7).days()).ok();
            match unit {
                Unit::Week => week().map(Period::Week),
                Unit::Weekend => week().map(Period::Weekend),
                Unit::Month => {
                    let date = today.first_of_month().checked_add(i32::from(step).months()).ok()?;
                    Some(Period::Month { year: Some(date.year()), month: date.month() })
                }
                Unit::Quarter => {
                    let date = today.first_of_month().checked_add((i32::from(step) * 3).months()).ok()?;
                    Some(Period::Quarter { year: Some(date.year()), quarter: (date.month() - 1) / 3 + 1 })
                }
                Unit::Year => Some(Period::Year(today.year() + step)),
                Unit::Decade => Some(Period::Decade(today.year().div_euclid(10) + step)),
                Unit::Century => Some(Period::Century(today.year().div_euclid(100) + step)),
                Unit::Second | Unit::Minute | Unit::Hour | Unit::Day | Unit::Fortnight => None,
            }
        };
        let placed = matches!(
            unit,
            Unit::Week
                | Unit::Weekend
                | Unit::Month
                | Unit::Quarter
                | Unit::Year
                | Unit::Decade
                | Unit::Century
        );
        placed.then(|| self.reference.and_then(place))
    }

    /// "Monday last week", "Monday of next week".
    fn weekday_of_week(&self, number: i8, at: usize) -> Option<Dated> {
        let next = at + 1 + usize::from(self.is(at + 1, &["of"]));
        let Some(Term::Direction(direction)) = self.term(next) else { return None };
        if self.unit(next + 1) != Some((Unit::Week, false)) {
            return None;
        }
        let day = self.reference.and_then(|today| {
            monday(today)?.checked_add(i32::from(direction.step() * 7 + i16::from(number) - 1).days()).ok()
        });
        Some(Dated::new(day.map_or(direction.vague(), Period::day), next + 2))
    }

    /// "the next day", "the following night", "the previous year": counted from the time that the story told last, as
    /// HeidelTime does, and nothing where it told none. Near misses: "the next year", which is to come, and "the next
    /// day or two".
    pub(super) fn beside_told(&self, at: usize) -> Option<Found> {
        let told = self.told?;
        let the = self.is(at.wrapping_sub(1), &["the"]);
        let following = self.term(at) == Some(Term::Following);
        let step: i32 = if following || (the && self.is(at, &["next"])) {
            1
        } else if the && self.is(at, &["previous", "preceding"]) {
            -1
        } else {
            return None;
        };
        let next = at + 1;
        let end = next + 1;
        if self.is(end, &["or", "of", "and"]) {
            return None;
        }
        let day = (told.first == told.last).then_some(told.first);
        let beside = |day: Date, days: i32| day.checked_add((step * days).days()).ok();
        if let Some((clock, end)) = self.day_part(next) {
            return Some(Found::new(at, end, EntityKind::Time, timed(Period::day(beside(day?, 1)?), clock)));
        }
        let (unit, plural) = self.unit(next)?;
        let far = following || step < 0;
        let period = match unit {
            Unit::Day => Period::day(beside(day?, 1)?),
            Unit::Week if far => Period::Week(beside(monday(day?)?, 7)?),
            Unit::Month if far && told.first.first_of_month() == told.last.first_of_month() => {
                let month = told.first.first_of_month().checked_add(step.months()).ok()?;
                Period::Month { year: Some(month.year()), month: month.month() }
            }
            Unit::Year if far && told.first.year() == told.last.year() => {
                Period::Year(told.first.year() + i16::try_from(step).ok()?)
            }
            _ => return None,
        };
        (!plural).then(|| Found::date(at, end, period.value()))
    }

    /// "two days ago", "a year ago", "five years from now", "weeks ago".
    pub(super) fn ago(&self, start: usize, length: Length) -> Option<Found> {
        let (back, end) = if self.is(length.end, &["ago"]) {
            (true, length.end + 1)
        } else if self.is(length.end, &["from"]) && self.is(length.end + 1, &["now", "today"]) {
            (false, length.end + 2)
        } else if self.is(length.end, &["from"]) {
            return self.counted_from(start, length);
        } else if self.is(length.end + 1, &["time"])
            && self.is(length.end, &["'", "’", "'s", "’s"])
            && self.is(start.wrapping_sub(1), &["in"])
        {
            // "in two days' time"
            (false, length.end + 2)
        } else {
            return None;
        };
        let vague = Period::Vague(if back { Vague::Past } else { Vague::Future });
        let exact = length.most.is_none() && length.rest[0].is_none();
        let period = self.reference.filter(|_| exact).and_then(|today| shifted(today, length.amount, back));
        let kind = if length.amount.unit <= Unit::Hour { EntityKind::Time } else { EntityKind::Date };
        Some(Found::new(start, end, kind, period.unwrap_or(vague).value()))
    }

    /// "a week from Friday", "two days from Monday".
    fn counted_from(&self, start: usize, length: Length) -> Option<Found> {
        let Length { amount: Amount { count: Some(count), unit }, most: None, end, .. } = length else {
            return None;
        };
        let dated = self.date(end + 1).filter(|dated| matches!(dated.first, Period::Weekday(_)))?;
        let Period::Day { year: Some(year), month, day } =
            dated.first.complete(self.reference, Tense::Future)
        else {
            return None;
        };
        let factor = match unit {
            Unit::Day => 1,
            Unit::Week => 7,
            _ => return None,
        };
        let days = i32::try_from(count.as_whole()?).ok()?.checked_mul(factor)?;
        let span = jiff::Span::new().try_days(days).ok()?;
        let day = Date::new(year, month, day).ok()?.checked_add(span).ok()?;
        Some(Found::date(start, dated.end, Period::day(day).value()))
    }

    /// "the past two weeks", "next three years", "recent months", "coming days", "last few days".
    pub(super) fn stretch(&self, at: usize) -> Option<Found> {
        let start = at;
        let term = self.term(at)?;
        let at = at
            + usize::from(
                term == Term::Direction(Direction::This)
                    && matches!(self.term(at + 1), Some(Term::Direction(_))),
            );
        let term = self.term(at)?;
        let units = |at: usize| self.unit(at).filter(|&(unit, plural)| plural && unit > Unit::Hour);
        match term {
            // "in the months ahead", "in the days to come"
            Term::Unit { plural: true, .. } => {
                units(at)?;
                let ahead =
                    self.is(at + 1, &["ahead"]) || (self.is(at + 1, &["to"]) && self.is(at + 2, &["come"]));
                let the = self.is(at.wrapping_sub(1), &["the"]) || self.is(at.wrapping_sub(1), &["in"]);
                let end = at + if self.is(at + 1, &["ahead"]) { 2 } else { 3 };
                (ahead && the).then(|| Found::date(start, end, Period::Vague(Vague::Future).value()))
            }
            Term::Recent => {
                units(at + 1)?;
                Some(Found::date(start, at + 2, Period::Vague(Vague::Past).value()))
            }
            Term::Direction(direction @ (Direction::Last | Direction::Next)) => {
                // "the talks could last three days"
                if self.is(at, &["last"]) && self.is(at.wrapping_sub(1), &MODALS) {
                    return None;
                }
                // "coming weeks", "last days of"; near miss: "last hours".
                if self.is(at, &["coming", "upcoming", "past", "previous"]) && units(at + 1).is_some() {
                    return Some(Found::date(start, at + 2, direction.vague().value()));
                }
                // "the past year", "the past decade", "the last hour"
                if let Some((unit, false)) = self.unit(at + 1)
                    && (self.is(at, &["past"])
                        || (self.is(at, &["last", "next", "coming"]) && unit == Unit::Hour))
                    && !self.is(at + 2, &["of"])
                    && unit != Unit::Second
                {
                    let amount = Amount { count: Some(crate::entity::numeric::decimal::Decimal::ONE), unit };
                    let length = Length { amount, most: None, rest: [None; 2], end: at + 2 };
                    return Some(Found::new(start, at + 2, EntityKind::Duration, length.value()?));
                }
                let length = self.length(at + 1)?;
                Some(Found {
                    value: length.value(),
                    ..Found::new(start, length.end, EntityKind::Duration, direction.vague().value())
                })
            }
            _ => None,
        }
    }
}

/// Words behind which "last" is a verb and "one day" no length: "could last three days", "may one day rule".
pub(super) const MODALS: [&str; 14] = [
    "can", "can't", "cannot", "could", "will", "won't", "would", "may", "might", "must", "should", "shall",
    "to", "not",
];

/// "last Monday" is before today, "next Monday" after, "this Monday" in the week of today.
fn directed_weekday(direction: Direction, number: i8, today: Date) -> Option<Period> {
    let now = today.weekday().to_monday_one_offset();
    let days = match direction {
        Direction::Last => -((now - number - 1).rem_euclid(7) + 1),
        Direction::This => number - now,
        Direction::Next => (number - now - 1).rem_euclid(7) + 1,
    };
    today.checked_add(i32::from(days).days()).ok().map(Period::day)
}

fn directed_season(direction: Direction, season: Season, today: Date) -> Period {
    let (current, began) = Period::season_of(today);
    let (wanted, now) = (season as i8, current as i8);
    let year = match direction {
        Direction::Last => began - i16::from(wanted >= now),
        // "this winter" in June is the coming one, in January the one that began last year; "this summer" in January
        // is still to come.
        Direction::This if season == Season::Winter => began,
        Direction::This => today.year(),
        Direction::Next => began + i16::from(wanted <= now),
    };
    Period::Season { year: Some(year), season }
}

/// The period that lies so many units from today, as fine as the unit.
fn shifted(today: Date, amount: Amount, back: bool) -> Option<Period> {
    if amount.unit == Unit::Year
        && amount.count?.as_whole().is_none()
        && let Some(months) = amount.count?.times(12).filter(|months| months.as_whole().is_some())
    {
        // "two and a half years ago"
        return shifted(today, Amount { count: Some(months), unit: Unit::Month }, back);
    }
    let count = i32::try_from(amount.count?.as_whole()?).ok()?;
    let count = if back { count.checked_neg()? } else { count };
    let days = |count: i32| today.checked_add(jiff::Span::new().try_days(count).ok()?).ok();
    let years =
        |count: i32| i16::try_from(i32::from(today.year()).checked_add(count)?).ok().filter(|y| *y > 0);
    match amount.unit {
        Unit::Day => days(count).map(Period::day),
        Unit::Week => days(count.checked_mul(7)?).and_then(monday).map(Period::Week),
        Unit::Fortnight => days(count.checked_mul(14)?).and_then(monday).map(Period::Week),
        Unit::Weekend => days(count.checked_mul(7)?).and_then(monday).map(Period::Weekend),
        Unit::Month => {
            let months = jiff::Span::new().try_months(count).ok()?;
            let date = today.first_of_month().checked_add(months).ok()?;
            Some(Period::Month { year: Some(date.year()), month: date.month() })
        }
        Unit::Quarter => {
            let months = jiff::Span::new().try_months(count.checked_mul(3)?).ok()?;
            let date = today.first_of_month().checked_add(months).ok()?;
            Some(Period::Quarter { year: Some(date.year()), quarter: (date.month() - 1) / 3 + 1 })
        }
        Unit::Year => years(count).map(Period::Year),
        Unit::Decade => years(count.checked_mul(10)?).map(|year| Period::Decade(year.div_euclid(10))),
        Unit::Century => years(count.checked_mul(100)?).map(|year| Period::Century(year.div_euclid(100))),
        Unit::Second | Unit::Minute | Unit::Hour => None,
    }
}

/// Completes a date from the reference and the tense of its clause; ranges share what one end leaves out.
pub(super) fn complete(dated: Dated, reference: Option<Date>, tense: Tense) -> (Period, Option<Period>) {
    let Dated { first, last, .. } = dated;
    let Some(last) = last else { return (first.complete(reference, tense), None) };
    match (first.year(), last.year()) {
        (None, Some(year)) => {
            // "December to March 2022" begins the year before.
            let same = first.with_year(year);
            let after = same.days().zip(last.days()).is_some_and(|((first, _), (last, _))| first > last);
            (if after { first.with_year(year - 1) } else { same }, Some(last))
        }
        _ => {
            let first = first.complete(reference, tense);
            let last = match (last, first.days()) {
                // "Monday to Friday": the Friday after that Monday.
                (Period::Weekday(_), Some((day, _))) => last.complete(Some(day), Tense::Future),
                _ => match first.year().filter(|_| last.year().is_none()) {
                    Some(year) => {
                        let same = last.with_year(year);
                        let starts = first.days().zip(same.days());
                        let before = starts.is_some_and(|((first, _), (last, _))| last < first);
                        if before { last.with_year(year + 1) } else { same }
                    }
                    None => last.complete(reference, tense),
                },
            };
            (first, Some(last))
        }
    }
}
