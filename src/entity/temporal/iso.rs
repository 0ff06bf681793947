//! Dates in figures: "2023-06-19", "19/06/2023", "2023-06-19T15:30Z". They know no word of time.

use super::clock::{Clock, Moment, Zone};
use super::date::Dated;
use super::period::Period;
use super::reader::Reader;
use crate::token::{Token, TokenKind};
use jiff::civil::Date;

/// Which of two figures before the year is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As in Britain: "19/06/2023".
    DayFirst,
    /// As in America: "6/19/2023".
    MonthFirst,
}

/// The order in which the article's own dates in figures stand, where one of them can be read only one way and
/// none only the other.
pub(super) fn order(text: &str, tokens: &[Token]) -> Option<Order> {
    memchr::memchr(b'/', text.as_bytes())?;
    let mut found = None;
    for window in tokens.windows(5) {
        let [first, slash, second, other, year] = window else { continue };
        let slashes = slash.of(text) == "/" && other.of(text) == "/" && slash.is_glued() && other.is_glued();
        if !slashes || year.kind != TokenKind::Number || !matches!(year.span.len(), 2 | 4) {
            continue;
        }
        let number = |token: &Token| token.of(text).parse::<i8>().ok();
        let seen = match (number(first), number(second)) {
            (Some(13..=31), Some(1..=12)) => Order::DayFirst,
            (Some(1..=12), Some(13..=31)) => Order::MonthFirst,
            _ => continue,
        };
        if found.is_some_and(|found| found != seen) {
            return None;
        }
        found = Some(seen);
    }
    found
}

impl Reader<'_> {
    /// "2023-06-19", "2023/06/19"; near miss: "2023-19-06".
    pub(super) fn iso_date(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        let year = run.digits(at, 4..=4)?;
        let slashes = run.str(at + 1) == "/" && run.str(at + 3) == "/";
        let joined = if slashes {
            (at + 1..at + 5).all(|at| run.glued(at))
        } else {
            run.hyphen(at + 1) && run.hyphen(at + 3)
        };
        if !joined {
            return None;
        }
        let month = i8::try_from(run.digits(at + 2, 2..=2)?).ok()?;
        let day = i8::try_from(run.digits(at + 4, 2..=2)?).ok()?;
        let date = Date::new(year, month, day).ok()?;
        Some(Dated::new(Period::day(date), at + 5))
    }

    /// "T15:30:00Z", "T15:30+02:00" glued to a date that ends at `at`, and the index behind it.
    pub(super) fn iso_clock(&self, at: usize) -> Option<(Clock, usize)> {
        let run = self.run;
        let start = run.get(at).filter(|_| run.glued(at))?.span.start() as usize;
        let bytes = &run.text.as_bytes()[start..];
        if !matches!(bytes.first(), Some(b'T' | b't')) {
            return None;
        }
        let two = |at: usize, most: i8| {
            let (tens, ones) = (bytes.get(at)?, bytes.get(at + 1)?);
            let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
            let number = i8::try_from(10 * u32::from(tens & 15) + u32::from(ones & 15)).ok()?;
            (digits && number <= most).then_some(number)
        };
        let colon = |at: usize| bytes.get(at) == Some(&b':');
        let (hour, minute) = (two(1, 23)?, two(4, 59).filter(|_| colon(3))?);
        let second = two(7, 59).filter(|_| colon(6));
        let mut len = if second.is_some() { 9 } else { 6 };
        let mut zone = None;
        match bytes.get(len) {
            Some(b'Z' | b'z') => {
                zone = Some(Zone::UTC);
                len += 1;
            }
            Some(sign @ (b'+' | b'-')) => {
                if let (Some(hours), Some(minutes)) = (two(len + 1, 14), two(len + 4, 59)) {
                    let east = 60 * i16::from(hours) + i16::from(minutes);
                    zone = Some(Zone::east(if *sign == b'-' { -east } else { east }));
                    len += 6;
                }
            }
            _ => {}
        }
        let end = start + len;
        let rest = run.tokens[at..].partition_point(|token| token.span.end() as usize <= end);
        // A token that goes on behind the time: it is none.
        let clean = run.tokens.get(at + rest).is_none_or(|token| token.span.start() as usize >= end);
        clean.then_some((Clock::Time(Moment { hour, minute: Some(minute), second, zone }), at + rest))
    }

    /// "19/06/2023", "6/19/2023", "19.06.2023", "12/31/22". Where both orders are possible and differ, the
    /// article's other dates tell; if none does, only the year is known.
    pub(super) fn slashed_date(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        let written = run.str(at);
        let (first, second, year, end) = if let Some((first, rest)) = written.split_once('.') {
            let (second, year) = rest.split_once('.').filter(|(_, year)| year.len() == 4)?;
            (first.parse().ok()?, second.parse().ok()?, year.parse().ok()?, at + 1)
        } else {
            if run.str(at + 1) != "/" || run.str(at + 3) != "/" || !(at + 1..at + 5).all(|i| run.glued(i)) {
                return None;
            }
            (run.digits(at, 1..=2)?, run.digits(at + 2, 1..=2)?, run.digits(at + 4, 2..=4)?, at + 5)
        };
        let short = year < 100;
        let year: i16 = match (short, year) {
            (true, 0..=40) => 2000 + year,
            (true, _) => 1900 + year,
            (false, _) => year,
        };
        let (first, second): (i8, i8) = (i8::try_from(first).ok()?, i8::try_from(second).ok()?);
        if !(1000..=2100).contains(&year) || run.str(end) == "/" && run.glued(end) {
            return None;
        }
        let day_first = Date::new(year, second, first).ok();
        // Stops part day and month only in that order.
        let month_first = Date::new(year, first, second).ok().filter(|_| end > at + 1);
        let date = match (day_first, month_first) {
            (Some(one), Some(other)) if one != other => match self.order {
                Some(Order::DayFirst) => one,
                Some(Order::MonthFirst) => other,
                None => return (!short).then_some(Dated::new(Period::SomeDay(year), end)),
            },
            (one, other) => one.or(other)?,
        };
        Some(Dated::new(Period::day(date), end))
    }
}
