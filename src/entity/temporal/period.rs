//! Periods of the calendar: how an incomplete one ("June", "Monday") is completed from the reference day, and
//! how each is written as a TIMEX3 value. It knows no words.

use super::tense::Tense;
use super::terms::{Season, Vague};
use crate::entity::{TimeValue, Timex};
use jiff::ToSpan;
use jiff::civil::Date;
use std::fmt;

/// A period of the calendar. A year of `None` is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Day {
        year: Option<i16>,
        month: i8,
        day: i8,
    },
    /// From 1, Monday.
    Weekday(i8),
    /// The week of that Monday.
    Week(Date),
    /// The weekend of the week of that Monday.
    Weekend(Date),
    /// Some weekend.
    AnyWeekend,
    Month {
        year: Option<i16>,
        month: i8,
    },
    Quarter {
        year: Option<i16>,
        quarter: i8,
    },
    Half {
        year: Option<i16>,
        half: i8,
    },
    /// Winter belongs to the year in which it begins.
    Season {
        year: Option<i16>,
        season: Season,
    },
    Year(i16),
    /// "05/06/2021": some day of that year.
    SomeDay(i16),
    /// "44 BC"
    BeforeChrist(i16),
    /// "the 5th century BC": 4.
    CenturyBeforeChrist(i16),
    /// The n-th weekday of a month, the last for -1: "the first Monday of May".
    NthWeekday {
        year: Option<i16>,
        month: i8,
        nth: i8,
        weekday: i8,
    },
    /// By its first three digits.
    Decade(i16),
    /// By its first two digits: 19 is the twentieth century.
    Century(i16),
    /// A company's own year, whose days are not known.
    FiscalYear(i16),
    FiscalQuarter {
        year: Option<i16>,
        quarter: i8,
    },
    Vague(Vague),
}

/// The Monday of a day's week.
pub(super) fn monday(date: Date) -> Option<Date> {
    date.checked_sub(i32::from(date.weekday().to_monday_zero_offset()).days()).ok()
}

impl Period {
    pub(super) fn day(date: Date) -> Self {
        Self::Day { year: Some(date.year()), month: date.month(), day: date.day() }
    }

    /// With the year, or day, that the tense asks for. Without a reference nothing is added.
    pub(super) fn complete(self, reference: Option<Date>, tense: Tense) -> Self {
        let Some(today) = reference else { return self };
        let year = |position: i8, now: i8, last: i8| {
            // Without a cue the past is likelier, save for what comes next.
            let ahead = match tense {
                Tense::Past => position > now,
                Tense::Future => false,
                Tense::Unknown => position > now + 1,
            };
            let behind = match tense {
                Tense::Future => position < now,
                Tense::Past => false,
                Tense::Unknown => now == last && position == 1,
            };
            today.year() - i16::from(ahead) + i16::from(behind)
        };
        match self {
            Self::Day { year: None, month, day } => match nearest(today, month, day, tense) {
                Some(date) => Self::day(date),
                None => self,
            },
            Self::Weekday(number) => {
                let behind = (today.weekday().to_monday_one_offset() - number).rem_euclid(7);
                let step = if tense == Tense::Future { (7 - behind) % 7 } else { -behind };
                today.checked_add(i32::from(step).days()).map_or(self, Self::day)
            }
            Self::AnyWeekend => {
                let this = monday(today);
                let weekend = today.weekday().to_monday_one_offset() >= 6;
                let week = if tense == Tense::Future || weekend {
                    this
                } else {
                    this.and_then(|monday| monday.checked_sub(7.days()).ok())
                };
                week.map_or(self, Self::Weekend)
            }
            Self::Month { year: None, month } => {
                Self::Month { year: Some(year(month, today.month(), 12)), month }
            }
            Self::NthWeekday { year: None, month, nth, weekday } => {
                let year = Some(year(month, today.month(), 12));
                Self::NthWeekday { year, month, nth, weekday }.exact()
            }
            Self::NthWeekday { .. } => self.exact(),
            Self::Quarter { year: None, quarter } => {
                let now = (today.month() - 1) / 3 + 1;
                let unhurried = if tense == Tense::Unknown { Tense::Past } else { tense };
                let year = match unhurried {
                    Tense::Future => today.year() + i16::from(quarter < now),
                    Tense::Past | Tense::Unknown => today.year() - i16::from(quarter > now),
                };
                Self::Quarter { year: Some(year), quarter }
            }
            Self::Half { year: None, half } => {
                let now = (today.month() - 1) / 6 + 1;
                let year = match tense {
                    Tense::Future => today.year() + i16::from(half < now),
                    Tense::Past | Tense::Unknown => today.year() - i16::from(half > now),
                };
                Self::Half { year: Some(year), half }
            }
            Self::Season { year: None, season } => {
                let (current, current_year) = Self::season_of(today);
                let position = |season: Season| season as i8 + 1;
                let ahead = position(season) > position(current);
                let behind = position(season) < position(current);
                let year = match tense {
                    Tense::Future => current_year + i16::from(behind),
                    Tense::Past | Tense::Unknown => current_year - i16::from(ahead),
                };
                Self::Season { year: Some(year), season }
            }
            Self::Day { .. }
            | Self::Week(_)
            | Self::Weekend(_)
            | Self::Month { .. }
            | Self::Quarter { .. }
            | Self::Half { .. }
            | Self::Season { .. }
            | Self::Year(_)
            | Self::BeforeChrist(_)
            | Self::CenturyBeforeChrist(_)
            | Self::SomeDay(_)
            | Self::Decade(_)
            | Self::Century(_)
            | Self::FiscalYear(_)
            | Self::FiscalQuarter { .. }
            | Self::Vague(_) => self,
        }
    }

    /// The day itself, where year, month and weekday tell it.
    fn exact(self) -> Self {
        let Self::NthWeekday { year: Some(year), month, nth, weekday } = self else { return self };
        let day = jiff::civil::Weekday::from_monday_one_offset(weekday)
            .and_then(|weekday| Date::new(year, month, 1)?.nth_weekday_of_month(nth, weekday));
        day.map_or(self, Self::day)
    }

    /// The season that a day lies in, and the year in which that season began.
    pub(super) fn season_of(date: Date) -> (Season, i16) {
        match date.month() {
            1 | 2 => (Season::Winter, date.year() - 1),
            3..=5 => (Season::Spring, date.year()),
            6..=8 => (Season::Summer, date.year()),
            9..=11 => (Season::Autumn, date.year()),
            _ => (Season::Winter, date.year()),
        }
    }

    /// The same period of another year, where a year is what it wants.
    pub(super) fn with_year(self, year: i16) -> Self {
        let year = Some(year);
        match self {
            Self::Day { month, day, .. } => Self::Day { year, month, day },
            Self::Month { month, .. } => Self::Month { year, month },
            Self::Quarter { quarter, .. } => Self::Quarter { year, quarter },
            Self::Half { half, .. } => Self::Half { year, half },
            Self::Season { season, .. } => Self::Season { year, season },
            Self::FiscalQuarter { quarter, .. } => Self::FiscalQuarter { year, quarter },
            Self::NthWeekday { month, nth, weekday, .. } => {
                Self::NthWeekday { year, month, nth, weekday }.exact()
            }
            Self::Weekday(_)
            | Self::Week(_)
            | Self::Weekend(_)
            | Self::AnyWeekend
            | Self::Year(_)
            | Self::BeforeChrist(_)
            | Self::CenturyBeforeChrist(_)
            | Self::SomeDay(_)
            | Self::Decade(_)
            | Self::Century(_)
            | Self::FiscalYear(_)
            | Self::Vague(_) => self,
        }
    }

    /// The year that it says, if it wants one and has it.
    pub(super) fn year(self) -> Option<i16> {
        match self {
            Self::Day { year, .. }
            | Self::Month { year, .. }
            | Self::Quarter { year, .. }
            | Self::Half { year, .. }
            | Self::Season { year, .. }
            | Self::NthWeekday { year, .. }
            | Self::FiscalQuarter { year, .. } => year,
            Self::Weekday(_)
            | Self::Week(_)
            | Self::Weekend(_)
            | Self::AnyWeekend
            | Self::Year(_)
            | Self::BeforeChrist(_)
            | Self::CenturyBeforeChrist(_)
            | Self::SomeDay(_)
            | Self::Decade(_)
            | Self::Century(_)
            | Self::FiscalYear(_)
            | Self::Vague(_) => None,
        }
    }

    /// Whether two periods are of one sort, so that "to" between them makes a range.
    pub(super) fn matches(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// First and last day, where the calendar tells.
    pub(super) fn days(self) -> Option<(Date, Date)> {
        let months = |year: i16, first: i8, count: i8| {
            let start = Date::new(year, first, 1).ok()?;
            Some((start, Date::new(year, first + count - 1, 1).ok()?.last_of_month()))
        };
        let years =
            |first: i16, last: i16| Some((Date::new(first, 1, 1).ok()?, Date::new(last, 12, 31).ok()?));
        match self {
            Self::Day { year, month, day } => Date::new(year?, month, day).ok().map(|date| (date, date)),
            Self::Week(monday) => Some((monday, monday.checked_add(6.days()).ok()?)),
            Self::Weekend(monday) => {
                Some((monday.checked_add(5.days()).ok()?, monday.checked_add(6.days()).ok()?))
            }
            Self::Month { year, month } => months(year?, month, 1),
            Self::Quarter { year, quarter } => months(year?, 3 * quarter - 2, 3),
            Self::Half { year, half } => months(year?, 6 * half - 5, 6),
            Self::Year(year) => years(year, year),
            Self::Decade(decade) => years(decade * 10, decade * 10 + 9),
            Self::Century(century) => years(century * 100, century * 100 + 99),
            // Seasons turn round at the equator, fiscal years are each company's own.
            Self::Season { .. }
            | Self::Weekday(_)
            | Self::NthWeekday { .. }
            | Self::AnyWeekend
            | Self::BeforeChrist(_)
            | Self::CenturyBeforeChrist(_)
            | Self::SomeDay(_)
            | Self::FiscalYear(_)
            | Self::FiscalQuarter { .. }
            | Self::Vague(_) => None,
        }
    }

    pub(super) fn value(self) -> TimeValue {
        TimeValue { timex: Timex::format(format_args!("{self}")), days: self.days() }
    }

    /// From the first day of `self` to the last of `last`.
    pub(super) fn until(self, last: Self) -> TimeValue {
        let days = self.days().zip(last.days()).map(|((first, _), (_, last))| (first, last));
        let days = days.filter(|(first, last)| first <= last);
        TimeValue { timex: Timex::format(format_args!("{self}/{last}")), days }
    }
}

/// The TIMEX3 value.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year_of = |f: &mut fmt::Formatter<'_>, year: Option<i16>| match year {
            Some(year) => write!(f, "{year:04}"),
            None => f.write_str("XXXX"),
        };
        let week_of = |f: &mut fmt::Formatter<'_>, monday: Date| {
            let week = monday.iso_week_date();
            write!(f, "{:04}-W{:02}", week.year(), week.week())
        };
        match *self {
            Self::Day { year, month, day } => {
                year_of(f, year)?;
                write!(f, "-{month:02}-{day:02}")
            }
            Self::Weekday(number) => write!(f, "XXXX-WXX-{number}"),
            Self::Week(monday) => week_of(f, monday),
            Self::Weekend(monday) => {
                week_of(f, monday)?;
                f.write_str("-WE")
            }
            Self::AnyWeekend => f.write_str("XXXX-WXX-WE"),
            Self::Month { year, month } => {
                year_of(f, year)?;
                write!(f, "-{month:02}")
            }
            Self::Quarter { year, quarter } => {
                year_of(f, year)?;
                write!(f, "-Q{quarter}")
            }
            Self::Half { year, half } => {
                year_of(f, year)?;
                write!(f, "-H{half}")
            }
            Self::Season { year, season } => {
                year_of(f, year)?;
                f.write_str(match season {
                    Season::Spring => "-SP",
                    Season::Summer => "-SU",
                    Season::Autumn => "-FA",
                    Season::Winter => "-WI",
                })
            }
            Self::Year(year) => write!(f, "{year:04}"),
            Self::SomeDay(year) => write!(f, "{year:04}-XX-XX"),
            Self::CenturyBeforeChrist(century) => write!(f, "BC{century:02}"),
            Self::BeforeChrist(year) => write!(f, "BC{year:04}"),
            Self::NthWeekday { year, month, weekday, .. } => {
                year_of(f, year)?;
                write!(f, "-{month:02}-WXX-{weekday}")
            }
            Self::Decade(decade) => write!(f, "{decade:03}"),
            Self::Century(century) => write!(f, "{century:02}"),
            Self::FiscalYear(year) => write!(f, "FY{year:04}"),
            Self::FiscalQuarter { year, quarter } => {
                f.write_str("FY")?;
                year_of(f, year)?;
                write!(f, "-Q{quarter}")
            }
            Self::Vague(Vague::Past) => f.write_str("PAST_REF"),
            Self::Vague(Vague::Present) => f.write_str("PRESENT_REF"),
            Self::Vague(Vague::Future) => f.write_str("FUTURE_REF"),
        }
    }
}

/// Without a cue of tense, a day this near ahead is meant rather than the one a year ago.
const SOON: i32 = 45;

/// The day of that month that the tense asks for: on or before today, on or after today, or either.
/// 29 February is looked for up to eight years away.
fn nearest(today: Date, month: i8, day: i8, tense: Tense) -> Option<Date> {
    let year = |step: i16| Date::new(today.year() + step, month, day).ok();
    let past = || (-8..=0).rev().filter_map(year).find(|&date| date <= today);
    let future = || (0..=8).filter_map(year).find(|&date| date >= today);
    match tense {
        Tense::Past => past(),
        Tense::Future => future(),
        Tense::Unknown => {
            let near = |date: &Date| today.until(*date).is_ok_and(|span| span.get_days() <= SOON);
            future().filter(near).or_else(past)
        }
    }
}
