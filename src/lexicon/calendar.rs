//! Names of months and weekdays, as the dateline and the finder of times both read them. It knows only the
//! names; "May" the verb and "Sun" the star are told apart by whoever sees the words around them.

use super::{FastMap, Word};
use std::sync::LazyLock;

/// What a name of the calendar names, and whether it is written short ("Jan", "Tues").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// A month, 1 to 12.
    Month {
        /// From 1, January.
        number: i8,
        /// "Jan" rather than "January"; "May" is always written out.
        short: bool,
    },
    /// A day of the week, ISO 8601: 1 is Monday, 7 is Sunday.
    Weekday {
        /// From 1, Monday.
        number: i8,
        /// "Mon" rather than "Monday".
        short: bool,
    },
}

const MONTHS: [(&str, &[&str]); 12] = [
    ("january", &["jan"]),
    ("february", &["feb"]),
    ("march", &["mar"]),
    ("april", &["apr"]),
    ("may", &[]),
    ("june", &["jun"]),
    ("july", &["jul"]),
    ("august", &["aug"]),
    ("september", &["sep", "sept"]),
    ("october", &["oct"]),
    ("november", &["nov"]),
    ("december", &["dec"]),
];

const WEEKDAYS: [(&str, &[&str]); 7] = [
    ("monday", &["mon"]),
    ("tuesday", &["tue", "tues"]),
    ("wednesday", &["wed", "weds"]),
    ("thursday", &["thu", "thur", "thurs"]),
    ("friday", &["fri"]),
    ("saturday", &["sat"]),
    ("sunday", &["sun"]),
];

/// Every name with its meaning.
pub fn names() -> impl Iterator<Item = (&'static str, Name)> {
    let months = (1..).zip(MONTHS).flat_map(|(number, (name, shorts))| {
        let shorts = shorts.iter().map(move |&short| (short, Name::Month { number, short: true }));
        std::iter::once((name, Name::Month { number, short: false })).chain(shorts)
    });
    let weekdays = (1..).zip(WEEKDAYS).flat_map(|(number, (name, shorts))| {
        let shorts = shorts.iter().map(move |&short| (short, Name::Weekday { number, short: true }));
        std::iter::once((name, Name::Weekday { number, short: false })).chain(shorts)
    });
    months.chain(weekdays)
}

/// What the word names, if it is a name of the calendar.
#[must_use]
pub fn name(word: Word) -> Option<Name> {
    static NAMES: LazyLock<FastMap<Word, Name>> =
        LazyLock::new(|| names().map(|(name, meaning)| (Word::new(name), meaning)).collect());
    NAMES.get(&word).copied()
}
