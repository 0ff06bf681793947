//! Days that have a name instead of a date. They know the calendar, not the sentence.

use super::period::Period;
use crate::entity::numeric::run::Run;
use jiff::civil::{Date, Weekday};

/// How the day is found in a year.
#[derive(Clone, Copy)]
enum Rule {
    Fixed(i8, i8),
    /// So many days from Easter Sunday.
    Easter(i32),
    /// The n-th weekday of a month, from its end if negative.
    Nth(i8, i8, Weekday),
}

/// Names in lower case, word by word; longer ones first. "." is a stop that may be missing. "Independence
/// Day", "National Day", "Labour Day", "Mother's Day" are other days in other countries, and left out.
const HOLIDAYS: [(&[&str], Rule); 44] = [
    (&["new", "year", "'s", "eve"], Rule::Fixed(12, 31)),
    (&["new", "year", "'s", "day"], Rule::Fixed(1, 1)),
    (&["martin", "luther", "king", "jr", ".", "day"], Rule::Nth(3, 1, Weekday::Monday)),
    (&["martin", "luther", "king", "day"], Rule::Nth(3, 1, Weekday::Monday)),
    (&["australia", "day"], Rule::Fixed(1, 26)),
    (&["valentine", "'s", "day"], Rule::Fixed(2, 14)),
    (&["presidents", "'", "day"], Rule::Nth(3, 2, Weekday::Monday)),
    (&["presidents", "day"], Rule::Nth(3, 2, Weekday::Monday)),
    (&["international", "women", "'s", "day"], Rule::Fixed(3, 8)),
    (&["st", ".", "patrick", "'s", "day"], Rule::Fixed(3, 17)),
    (&["april", "fools", "'", "day"], Rule::Fixed(4, 1)),
    (&["april", "fool", "'s", "day"], Rule::Fixed(4, 1)),
    (&["earth", "day"], Rule::Fixed(4, 22)),
    (&["anzac", "day"], Rule::Fixed(4, 25)),
    (&["may", "day"], Rule::Fixed(5, 1)),
    (&["cinco", "de", "mayo"], Rule::Fixed(5, 5)),
    (&["memorial", "day"], Rule::Nth(-1, 5, Weekday::Monday)),
    (&["juneteenth"], Rule::Fixed(6, 19)),
    (&["canada", "day"], Rule::Fixed(7, 1)),
    (&["bastille", "day"], Rule::Fixed(7, 14)),
    (&["labor", "day"], Rule::Nth(1, 9, Weekday::Monday)),
    (&["columbus", "day"], Rule::Nth(2, 10, Weekday::Monday)),
    (&["halloween"], Rule::Fixed(10, 31)),
    (&["all", "saints", "'", "day"], Rule::Fixed(11, 1)),
    (&["all", "souls", "'", "day"], Rule::Fixed(11, 2)),
    (&["veterans", "day"], Rule::Fixed(11, 11)),
    (&["armistice", "day"], Rule::Fixed(11, 11)),
    (&["thanksgiving", "day"], Rule::Nth(4, 11, Weekday::Thursday)),
    (&["thanksgiving"], Rule::Nth(4, 11, Weekday::Thursday)),
    (&["christmas", "eve"], Rule::Fixed(12, 24)),
    (&["christmas", "day"], Rule::Fixed(12, 25)),
    (&["christmas"], Rule::Fixed(12, 25)),
    (&["boxing", "day"], Rule::Fixed(12, 26)),
    (&["ash", "wednesday"], Rule::Easter(-46)),
    (&["palm", "sunday"], Rule::Easter(-7)),
    (&["maundy", "thursday"], Rule::Easter(-3)),
    (&["good", "friday"], Rule::Easter(-2)),
    (&["easter", "sunday"], Rule::Easter(0)),
    (&["easter", "monday"], Rule::Easter(1)),
    (&["easter"], Rule::Easter(0)),
    (&["ascension", "day"], Rule::Easter(39)),
    (&["pentecost"], Rule::Easter(49)),
    (&["whit", "sunday"], Rule::Easter(49)),
    (&["whit", "monday"], Rule::Easter(50)),
];

/// The first word of each name.
pub(super) fn first_words() -> impl Iterator<Item = &'static str> {
    HOLIDAYS.iter().filter_map(|(name, _)| name.first().copied())
}

/// A named day, which still wants its year.
#[derive(Clone, Copy)]
pub(super) struct Holiday(usize);

/// The named day at `at`, and the index behind it.
pub(super) fn read(run: &Run<'_>, at: usize) -> Option<(Holiday, usize)> {
    if !run.get(at)?.is_capitalized(run.text) {
        return None;
    }
    let behind = |name: &[&str]| {
        name.iter().try_fold(at, |at, word| match *word {
            "." => Some(at + usize::from(run.str(at) == ".")),
            _ => matches_word(run, at, word).then_some(at + 1),
        })
    };
    let named = |(index, (name, _)): (usize, &(&[&str], Rule))| Some((Holiday(index), behind(name)?));
    HOLIDAYS.iter().enumerate().find_map(named)
}

fn matches_word(run: &Run<'_>, at: usize, word: &str) -> bool {
    match word {
        "'s" => run.get(at).is_some_and(|token| token.word == crate::lexicon::Word::new("'s")),
        "'" => run.str(at).chars().all(crate::text::chars::is_apostrophe) && !run.str(at).is_empty(),
        _ => run.is(at, &[word]),
    }
}

impl Holiday {
    pub(super) fn in_year(self, year: i16) -> Option<Period> {
        let date = match HOLIDAYS[self.0].1 {
            Rule::Fixed(month, day) => Date::new(year, month, day).ok()?,
            Rule::Easter(days) => easter(year)?.checked_add(jiff::Span::new().days(days)).ok()?,
            Rule::Nth(nth, month, weekday) => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()?
            }
        };
        Some(Period::day(date))
    }

    /// The month and day, where every year has the same.
    pub(super) fn fixed(self) -> Option<Period> {
        match HOLIDAYS[self.0].1 {
            Rule::Fixed(month, day) => Some(Period::Day { year: None, month, day }),
            Rule::Easter(_) | Rule::Nth(..) => None,
        }
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y.rem_euclid(19), y.div_euclid(100), y.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let g = (b - (b + 8).div_euclid(25) + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c.div_euclid(4), c.rem_euclid(4));
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l).div_euclid(451);
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n.div_euclid(31)).ok()?, i8::try_from(n.rem_euclid(31) + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::easter;
    use jiff::civil::date;

    #[test]
    fn easters() {
        for (year, month, day) in [(1999, 4, 4), (2000, 4, 23), (2023, 4, 9), (2024, 3, 31), (2038, 4, 25)] {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
    }
}
