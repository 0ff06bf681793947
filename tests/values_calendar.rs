//! Properties of resolved dates, over all reference days with leap days, year ends and month ends among them.
//! The calendar that they are held to is written out here, so that it is not the one under test.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::entity::{Context, TimeValue, Value, temporal};
use glossator::sentence::Sentence;
use glossator::text::{DocumentBuffer, Span};
use glossator::token;
use jiff::civil::Date;
use proptest::prelude::*;
use std::ops::ControlFlow;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i32, month: i32) -> i32 {
    match month {
        2 => 28 + i32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A day of the calendar: year, month, day.
type Day = (i32, i32, i32);

fn tomorrow((year, month, day): Day) -> Day {
    match () {
        () if day < days_in(year, month) => (year, month, day + 1),
        () if month < 12 => (year, month + 1, 1),
        () => (year + 1, 1, 1),
    }
}

/// Days since 1 January of the year 1, counted year by year.
fn number((year, month, day): Day) -> i64 {
    let years = i64::from(year - 1);
    let months: i32 = (1..month).map(|month| days_in(year, month)).sum();
    years * 365 + years / 4 - years / 100 + years / 400 + i64::from(months + day - 1)
}

/// 0 is Monday, as 1 January of the year 1 was.
fn weekday(day: Day) -> usize {
    usize::try_from(number(day) % 7).unwrap()
}

fn iso((year, month, day): Day) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// The times that a text of one sentence gives.
fn times(text: &str, reference: Option<Date>) -> Vec<TimeValue> {
    let mut buffer = DocumentBuffer::default();
    let document = buffer.fill("", text);
    let whole = Span::of_bytes(0, text.len());
    let mut tokens = Vec::new();
    token::tokenize(text, whole, &mut tokens);
    let sentences = [Sentence { span: whole, paragraph: 0 }];
    let context = Context {
        document,
        tokens: &tokens,
        sentences: &sentences,
        dateline: None,
        reference_date: reference,
        terms: &[],
    };
    let mut found = Vec::new();
    assert!(temporal::find(&context, &mut || ControlFlow::Continue(()), &mut found).is_continue());
    let value = |value: Option<Value>| match value {
        Some(Value::Time(time)) => time,
        Some(Value::Money(_) | Value::Number(_)) | None => panic!("no time"),
    };
    found.into_iter().map(|proposal| value(proposal.value)).collect()
}

fn only(text: &str, reference: Day) -> String {
    let (year, month, day) = reference;
    let narrow = |number: i32| i8::try_from(number).unwrap();
    let reference = Date::new(i16::try_from(year).unwrap(), narrow(month), narrow(day)).unwrap();
    let found = times(text, Some(reference));
    assert_eq!(found.len(), 1, "{text:?} on {reference}");
    found[0].timex.as_str().to_owned()
}

/// Any day, and more often those at the edges of months and years.
fn days() -> impl Strategy<Value = Day> {
    let years = 1600..2400;
    let plain = (years.clone(), 1..=12, 1..=31).prop_map(|(y, m, d): Day| (y, m, d.min(days_in(y, m))));
    let ends = (years.clone(), 1..=12).prop_map(|(y, m)| (y, m, days_in(y, m)));
    let starts = (years.clone(), 1..=12).prop_map(|(y, m)| (y, m, 1));
    let february = years.prop_map(|y| (y, 2, days_in(y, 2)));
    prop_oneof![plain, ends, starts, february]
}

proptest! {
    #[test]
    fn neighbours(today in days()) {
        let next = tomorrow(today);
        prop_assert_eq!(only("It begins tomorrow.", today), iso(next));
        prop_assert_eq!(only("It began yesterday.", next), iso(today));
        prop_assert_eq!(only("It begins the day after tomorrow.", today), iso(tomorrow(next)));
    }

    #[test]
    fn days_away(today in days(), away in 2_usize..800) {
        let later = (0..away).fold(today, |day, _| tomorrow(day));
        prop_assert_eq!(only(&format!("It began {away} days ago."), later), iso(today));
        prop_assert_eq!(only(&format!("It begins {away} days from now."), today), iso(later));
    }

    #[test]
    fn months_away(today in days(), away in 2_i32..40) {
        let months = today.0 * 12 + today.1 - 1;
        let month = |months: i32| format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1);
        prop_assert_eq!(only(&format!("It began {away} months ago."), today), month(months - away));
        prop_assert_eq!(only("It began last month.", today), month(months - 1));
        prop_assert_eq!(only("It begins next month.", today), month(months + 1));
    }

    #[test]
    fn weekdays(today in days(), wanted in 0_usize..7) {
        let name = WEEKDAYS[wanted];
        let behind = i64::try_from((weekday(today) + 7 - wanted) % 7).unwrap();
        let ahead = (7 - behind) % 7;
        let resolved = |text: String| {
            let found = only(&text, today);
            let mut parts = found.split('-').map(|part| part.parse::<i32>().unwrap());
            let day = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            number(day) - number(today)
        };
        prop_assert_eq!(resolved(format!("He said on {name} that it was so.")), -behind);
        prop_assert_eq!(resolved(format!("The council will vote on {name}.")), ahead);
        prop_assert_eq!(resolved(format!("He left last {name}.")), if behind == 0 { -7 } else { -behind });
        prop_assert_eq!(resolved(format!("He leaves next {name}.")), if ahead == 0 { 7 } else { ahead });
    }

    #[test]
    fn written_dates(day in days(), today in days()) {
        // Four digits beyond 2100 are no year of news.
        prop_assume!(day.0 <= 2100);
        let (y, m, d) = day;
        let month = MONTHS[usize::try_from(m - 1).unwrap()];
        for text in [
            format!("It began on {month} {d}, {y}."),
            format!("It began on {d} {month} {y}."),
            format!("It began on {y:04}-{m:02}-{d:02}."),
            format!("It began on the {d}th of {month}, {y}."),
            format!("It began on {}, {month} {d}, {y}.", WEEKDAYS[weekday(day)]),
        ] {
            prop_assert_eq!(only(&text, today), iso(day), "{}", text);
        }
    }

    /// A day without its year is the last one gone by, or the next to come, that the calendar has.
    #[test]
    fn yearless_dates(today in days(), month in 1..=12_i32, day in 1..=31_i32) {
        let day = day.min(if month == 2 { 29 } else { days_in(2000, month) });
        let name = MONTHS[usize::try_from(month - 1).unwrap()];
        let exists = |year: i32| day <= days_in(year, month);
        let past = (today.0 - 8..=today.0).rev().find(|&year| exists(year) && (year, month, day) <= today);
        let future = (today.0..=today.0 + 8).find(|&year| exists(year) && (year, month, day) >= today);
        if let Some(year) = past {
            prop_assert_eq!(only(&format!("It fell on {name} {day}."), today), iso((year, month, day)));
        }
        if let Some(year) = future {
            prop_assert_eq!(only(&format!("It will fall on {name} {day}."), today), iso((year, month, day)));
        }
    }

    /// What a period covers begins on its first day and ends on its last.
    #[test]
    fn whole_periods(year in 1600..2100_i32, month in 1..=12_i32) {
        let name = MONTHS[usize::try_from(month - 1).unwrap()];
        let covered = |text: &str| {
            let (first, last) = times(text, None)[0].days.unwrap();
            (first.to_string(), last.to_string())
        };
        let ends = |first: Day, last: Day| (iso(first), iso(last));
        let whole = ends((year, month, 1), (year, month, days_in(year, month)));
        prop_assert_eq!(covered(&format!("It rained in {name} {year}.")), whole);
        prop_assert_eq!(covered(&format!("It rained in Q1 {year}.")), ends((year, 1, 1), (year, 3, 31)));
        prop_assert_eq!(covered(&format!("It rained in H1 {year}.")), ends((year, 1, 1), (year, 6, 30)));
    }
}

#[test]
fn days_that_do_not_exist_are_no_days() {
    for text in [
        "It was on February 29, 2023.",
        "It was on 30 February 2024.",
        "It was on June 31.",
        "It was on 2023-02-29.",
        "It was on 31/11/2022.",
        "It was on 1900-02-29.",
    ] {
        let whole_days =
            times(text, None).into_iter().filter(|time| time.timex.as_str().matches('-').count() == 2);
        assert_eq!(whole_days.count(), 0, "{text}");
    }
    assert_eq!(times("It was on 2000-02-29.", None).len(), 1);
}
