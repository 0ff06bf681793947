//! Dates that say themselves which they are: "June 3, 2023", "2023-06-03", "first quarter of 2022",
//! "Monday". They know no reference day; what they leave open is completed later.

use super::period::Period;
use super::reader::{Reader, TIME_PREPOSITIONS};
use super::terms::{Direction, Term};
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
const BEFORE_WEEKDAY: [&str; 11] =
    ["black", "bloody", "super", "cyber", "fat", "shrove", "holy", "ash", "sheffield", "manic", "man"];

/// Words before a month that could also be a verb or a name: "in May", "last March".
const FIRM: [&str; 17] = [
    "in", "since", "until", "till", "during", "between", "through", "last", "next", "this", "early", "mid",
    "late", "every", "each", "for", "around",
];

/// Words behind a list of days that do not count what the last number would: "June 9 and 10 when".
const BEHIND_DAYS: [&str; 24] = [
    "and", "as", "at", "on", "with", "when", "where", "will", "was", "were", "but", "or", "that", "which",
    "are", "is", "would", "has", "had", "have", "said", "if", "so", "because",
];

impl Reader<'_> {
    /// The date that begins at `at`.
    pub(super) fn date(&self, at: usize) -> Option<Dated> {
        match self.run.kind(at)? {
            TokenKind::Number => self
                .iso_date(at)
                .or_else(|| self.slashed_date(at))
                .or_else(|| self.day_month(at))
                .or_else(|| self.listed_day(at))
                .or_else(|| self.decade(at))
                .or_else(|| self.numbered_part(at))
                .or_else(|| self.years(at))
                .or_else(|| self.with_era(at))
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
                Term::FiscalYearOf(year) => {
                    let capitals = self.run.case(at) == Case::Upper;
                    capitals.then_some(Dated::new(Period::FiscalYear(year), at + 1))
                }
                Term::Decade(decade) => self.decade_word(decade, at),
                Term::Number => self.spelled_decade(at).or_else(|| self.ordinal_period(at)),
                Term::Unit { unit, plural: false } => {
                    self.edge_of_unit(unit, at).or_else(|| self.ordinal_period(at))
                }
                Term::Direction(Direction::Last) | Term::Final => self.last_part(at),
                Term::Edge => self.edge(at),
                Term::Era => self.with_era(at),
                Term::Modifier => self.modified(at),
                _ => None,
            },
            TokenKind::Quote => self.decade(at).or_else(|| self.short_year(at)),
            TokenKind::Punctuation | TokenKind::Symbol => None,
        }
    }

    /// "early March", "mid-2022", "late Monday", "the late 1990s"; near miss: "late president".
    fn modified(&self, at: usize) -> Option<Dated> {
        let mut next = self.run.past_hyphen(at + 1);
        // "mid-to-late 1990s"
        let to = self.run.past_hyphen(next + 1);
        if self.is(next, &["to"]) && self.term(to) == Some(Term::Modifier) {
            next = self.run.past_hyphen(to + 1);
        }
        let next = next + usize::from(self.is(next, &["the"]));
        if matches!(self.term(next), Some(Term::Modifier | Term::Edge)) {
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

    /// "June 3, 2023", "June 3-5", "June 2023", "in June".
    fn month_led(&self, at: usize) -> Option<Dated> {
        let (month, short, end) = self.month(at)?;
        let the = end + usize::from(self.is(end, &["the"]));
        if let Some((day, after)) = self.month_day(the) {
            let between = self.is(at.wrapping_sub(1), &["between"]);
            let (last, after) = match self.second_day(after, day, between) {
                Some((last, after)) => (Some(last), after),
                None => (None, after),
            };
            let (year, after) = match self.days_behind(after, day).filter(|_| last.is_none()) {
                // "June 9, 10 and 11, 2023": the year stands behind the last of them.
                Some(end) => (self.trailing_year(end).0, after),
                None => self.trailing_year(after),
            };
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
        if let Some((year, end)) = self.directed_year(end) {
            return Some(Dated::new(Period::Month { year: Some(year), month }, end));
        }
        // "the March quarter", by its last month; near miss: "the May quarter".
        let ranged = self.run.dash(at.wrapping_sub(1)) || self.is(at.wrapping_sub(1), &["to"]);
        if month % 3 == 0 && !ranged && self.is(end, &["quarter"]) {
            return Some(Dated { shaky: false, ..self.quarter(month / 3, end + 1, false) });
        }
        self.month_alone(at, month, short, end)
    }

    /// The end of ", 10 and 11" behind a day of a month; near misses: ", 10 and 11 others", "and 10 July".
    fn days_behind(&self, at: usize, first: i8) -> Option<usize> {
        let (end, joined) = self.days_listed(at, first);
        let goes_on = self.run.kind(end) == Some(TokenKind::Word)
            && !self.is(end, &TIME_PREPOSITIONS)
            && !self.is(end, &BEHIND_DAYS);
        (joined && !goes_on).then_some(end)
    }

    /// The end of a list of days that goes on behind `first`, and whether "and" closes it.
    fn days_listed(&self, mut at: usize, first: i8) -> (usize, bool) {
        let (mut last, mut joined) = (first, false);
        while !joined {
            let comma = usize::from(self.run.str(at) == ",");
            let and = usize::from(self.is(at + comma, &["and", "or"]));
            let Some((day, end)) = self.day_number(at + comma + and).filter(|_| comma + and > 0) else {
                break;
            };
            if day <= last {
                break;
            }
            (last, joined, at) = (day, and == 1, end);
        }
        (at, joined)
    }

    /// "10" and "11" of "June 9, 10 and 11".
    fn listed_day(&self, at: usize) -> Option<Dated> {
        let (day, end) = self.day_number(at)?;
        let mut back = at;
        let (month, first) = loop {
            let and = self.is(back.wrapping_sub(1), &["and", "or"]);
            back = back.checked_sub(usize::from(and))?;
            let comma = self.run.str(back.wrapping_sub(1)) == ",";
            back = back.checked_sub(usize::from(comma) + 1).filter(|_| and || comma)?;
            let first = i8::try_from(self.run.digits(back, 1..=2)?).ok()?;
            let stop = usize::from(self.run.str(back.wrapping_sub(1)) == ".");
            let led =
                back.checked_sub(1 + stop).and_then(|at| self.month(at)).filter(|(.., end)| *end == back);
            if let Some((month, ..)) = led {
                break (month, first);
            }
        };
        let list_end = self.days_behind(back + 1, first).filter(|&list_end| list_end >= end)?;
        let (year, after) = self.trailing_year(list_end);
        let period = Period::Day { year, month, day };
        valid(year, month, day).then_some(Dated::new(period, if end == list_end { after } else { end }))
    }

    /// A day behind a month: "3", "3rd", "third".
    fn month_day(&self, at: usize) -> Option<(i8, usize)> {
        if let Some(found) = self.day_number(at) {
            return Some(found);
        }
        let (day, end) = self.ordinal(at)?;
        (1..=31).contains(&day).then_some((i8::try_from(day).ok()?, end))
    }

    /// The other end of "3-5", "3 to 5", "3 through 5", if it is a day of the same month.
    fn second_day(&self, at: usize, first: i8, between: bool) -> Option<(i8, usize)> {
        let joined = self.run.dash(at)
            || self.is(at, &["to", "through", "until"])
            || (between && self.is(at, &["and"]));
        let (last, end) = self.day_number(at + 1).filter(|_| joined)?;
        // "June 30 to 5 July": the second day has a month of its own.
        (last > first && self.month(end).is_none()).then_some((last, end))
    }

    /// ", 2023", " 2023", " last year".
    pub(super) fn trailing_year(&self, at: usize) -> (Option<i16>, usize) {
        if let Some((year, end)) = self.directed_year(at) {
            return (Some(year), end);
        }
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
        // "Jan-March"
        let joined = self.run.hyphen(end) && self.month(end + 1).is_some();
        if may || (doubtful && !likely && !joined) || (short && !firm && !joined) {
            return None;
        }
        let name_before = self.run.proper(before) && !likely;
        let name_after = self.run.case(end) == Case::Title && !self.run.glued(end);
        (!name_before && (!name_after || likely)).then_some(Dated { shaky: !likely, ..found })
    }

    /// "3 June 2023", "3rd of June", "3-5 June", "19 and 20 June".
    fn day_month(&self, at: usize) -> Option<Dated> {
        let (day, after) = self.day_number(at)?;
        let before = at.wrapping_sub(1);
        // "28 Dec-3 Jan": a hyphen behind a month joins two dates.
        let joins = self.run.hyphen(before) && self.month(before.wrapping_sub(1)).is_some();
        if self.run.glued(at) && !joins && !matches!(self.run.str(before), "(" | "[" | "“" | "\"") {
            return None;
        }
        // "1-Dec-2022"
        if self.run.hyphen(after)
            && let Some((month, _, end)) = self.month(after + 1)
            && self.run.hyphen(end)
            && let Some(year) = self.year_digits(end + 1)
        {
            let day = Period::Day { year: Some(year), month, day };
            return day.days().map(|_| Dated::new(day, end + 2));
        }
        let between = self.is(before, &["between"]) && self.is(after, &["and"]);
        let joined = self.run.dash(after) || self.is(after, &["to"]) || between;
        let second = if joined { self.day_number(after + 1).filter(|&(last, _)| last > day) } else { None };
        let after = second.map_or(after, |(_, end)| end);
        let month_at = after + usize::from(self.is(after, &["of"]));
        let (month, year, end) = match self.month(month_at) {
            Some((month, _, end)) => {
                let (year, end) = self.trailing_year(end);
                (month, year, end)
            }
            None => {
                // "9, 10 and 11 June": the month stands behind the last of them.
                let (list_end, joined) = self.days_listed(after, day);
                let (month, _, end) = self.month(list_end).filter(|_| joined && second.is_none())?;
                (month, self.trailing_year(end).0, after)
            }
        };
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
        // "Saturday Night Live" is a name, "Monday Night" may be.
        let shown = self.run.proper(end)
            && matches!(self.term(end), Some(Term::DayPart(_)))
            && self.run.proper(end + 1);
        let name_after = shown || (self.run.proper(end) && self.is(end, &AFTER_WEEKDAY));
        let name_before = self.run.is(at.wrapping_sub(1), &BEFORE_WEEKDAY)
            && self.run.case(at.wrapping_sub(1)) == Case::Title;
        (!name_after && !name_before).then_some(Dated::new(Period::Weekday(number), end))
    }

    /// "summer 2022", "summer of 2022", "in the spring"; near misses: "fall" the verb, "spring" the source.
    fn season(&self, at: usize) -> Option<Dated> {
        let Term::Season(season) = self.term(at)? else { return None };
        let (year, end) = match self.of_year(at + 1) {
            Some((year, end)) => (Some(year), end),
            None => (None, at + 1),
        };
        let led = |at: usize| self.is(at, &["in", "during", "by", "until", "since", "this"]);
        let the = self.is(at.wrapping_sub(1), &["the"]) && led(at.wrapping_sub(2));
        // "in autumn"; near misses: "in spring water", "in summer camps".
        let ends = self.run.kind(end) != Some(TokenKind::Word)
            || self.is(end, &["and", "or", "when", "as", "after", "before", "but", "with", "at", "on"]);
        let alone = led(at.wrapping_sub(1)) && ends;
        let bare = self.is(at.wrapping_sub(1), &["early", "late", "mid"])
            || ((the || alone) && !self.is(at, &["fall"]));
        (year.is_some() || bare)
            .then_some(Dated { shaky: year.is_none(), ..Dated::new(Period::Season { year, season }, end) })
    }
}

/// Whether some year, or the given one, has that day.
pub(super) fn valid(year: Option<i16>, month: i8, day: i8) -> bool {
    Date::new(year.unwrap_or(2000), month, day).is_ok()
}
