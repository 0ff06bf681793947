//! The words that expressions of time are made of, each with its part in the grammar. It knows words one by
//! one; what they mean together is the grammar's.

use crate::entity::numeric::number;
use crate::entity::numeric::wordmap::WordMap;
use crate::lexicon::{Word, calendar};
use std::sync::LazyLock;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Weekend,
    Week,
    Fortnight,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
}

/// A season of the year, in TIMEX3's order of the calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayPart {
    Morning,
    Afternoon,
    Evening,
    Night,
    Noon,
    Midnight,
    /// "dawn", "sunrise": early in the morning
    Dawn,
    /// "dusk", "sunset"
    Dusk,
}

/// Which way from the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// "last", "past", "previous"
    Last,
    /// "this", "current"
    This,
    /// "next", "coming", "upcoming"
    Next,
}

/// An indefinite time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vague {
    Past,
    Present,
    Future,
}

/// What a word is to an expression of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    Name(calendar::Name),
    /// "Mondays"
    Weekdays(i8),
    Unit {
        unit: Unit,
        plural: bool,
    },
    Season(Season),
    DayPart(DayPart),
    /// "nights", as in "Friday nights"
    DayParts(DayPart),
    /// "yesterday": so many days from the reference
    Day(i8),
    /// "tonight"
    Tonight,
    Direction(Direction),
    /// "following": counted from what was told last
    Following,
    /// "recent", "the past few"
    Recent,
    /// "recently", "now", "soon"
    Vague(Vague),
    /// "early", "mid", "late", "earlier", "later"
    Modifier,
    /// "end", "start" of a period
    Edge,
    /// "overnight"
    Overnight,
    /// "final" of what has parts
    Final,
    /// "once", "twice" a week
    Times,
    /// "every", "each"
    Every,
    /// "daily", "monthly"
    Repeated(Unit),
    /// "several", "few", "many"
    Several,
    /// "fiscal"
    Fiscal,
    /// "Q1" to "Q4"
    Quarter(i8),
    /// "H1", "H2"
    Half(i8),
    /// "FY"
    FiscalYear,
    /// "FY23", "FY2023"
    FiscalYearOf(i16),
    /// "BC", "AD"
    Era,
    /// "eighties"
    Decade(i8),
    /// "Christmas", "Easter": an index into the holidays
    Holiday,
    /// "two", "half"; and "quarter" before a time of day
    Number,
    /// "a", "an", before a unit or what can be a number
    Article,
}

const UNITS: [(&str, Unit); 12] = [
    ("second", Unit::Second),
    ("minute", Unit::Minute),
    ("hour", Unit::Hour),
    ("day", Unit::Day),
    ("weekend", Unit::Weekend),
    ("week", Unit::Week),
    ("fortnight", Unit::Fortnight),
    ("month", Unit::Month),
    ("quarter", Unit::Quarter),
    ("year", Unit::Year),
    ("decade", Unit::Decade),
    ("century", Unit::Century),
];

const OTHERS: [(&str, Term); 78] = [
    ("centuries", Term::Unit { unit: Unit::Century, plural: true }),
    ("min", Term::Unit { unit: Unit::Minute, plural: true }),
    ("mins", Term::Unit { unit: Unit::Minute, plural: true }),
    ("hr", Term::Unit { unit: Unit::Hour, plural: true }),
    ("hrs", Term::Unit { unit: Unit::Hour, plural: true }),
    ("sec", Term::Unit { unit: Unit::Second, plural: true }),
    ("secs", Term::Unit { unit: Unit::Second, plural: true }),
    ("yrs", Term::Unit { unit: Unit::Year, plural: true }),
    ("spring", Term::Season(Season::Spring)),
    ("summer", Term::Season(Season::Summer)),
    ("autumn", Term::Season(Season::Autumn)),
    ("fall", Term::Season(Season::Autumn)),
    ("winter", Term::Season(Season::Winter)),
    ("morning", Term::DayPart(DayPart::Morning)),
    ("afternoon", Term::DayPart(DayPart::Afternoon)),
    ("evening", Term::DayPart(DayPart::Evening)),
    ("night", Term::DayPart(DayPart::Night)),
    ("noon", Term::DayPart(DayPart::Noon)),
    ("midday", Term::DayPart(DayPart::Noon)),
    ("midnight", Term::DayPart(DayPart::Midnight)),
    ("yesterday", Term::Day(-1)),
    ("today", Term::Day(0)),
    ("tomorrow", Term::Day(1)),
    ("tonight", Term::Tonight),
    ("last", Term::Direction(Direction::Last)),
    ("past", Term::Direction(Direction::Last)),
    ("previous", Term::Direction(Direction::Last)),
    ("preceding", Term::Direction(Direction::Last)),
    ("this", Term::Direction(Direction::This)),
    ("current", Term::Direction(Direction::This)),
    ("next", Term::Direction(Direction::Next)),
    ("coming", Term::Direction(Direction::Next)),
    ("upcoming", Term::Direction(Direction::Next)),
    ("mornings", Term::DayParts(DayPart::Morning)),
    ("afternoons", Term::DayParts(DayPart::Afternoon)),
    ("evenings", Term::DayParts(DayPart::Evening)),
    ("nights", Term::DayParts(DayPart::Night)),
    ("overnight", Term::Overnight),
    ("recent", Term::Recent),
    ("recently", Term::Vague(Vague::Past)),
    ("lately", Term::Vague(Vague::Past)),
    ("currently", Term::Vague(Vague::Present)),
    ("nowadays", Term::Vague(Vague::Present)),
    ("now", Term::Vague(Vague::Present)),
    ("soon", Term::Vague(Vague::Future)),
    ("early", Term::Modifier),
    ("mid", Term::Modifier),
    ("late", Term::Modifier),
    ("every", Term::Every),
    ("each", Term::Every),
    ("hourly", Term::Repeated(Unit::Hour)),
    ("daily", Term::Repeated(Unit::Day)),
    ("nightly", Term::Repeated(Unit::Day)),
    ("weekly", Term::Repeated(Unit::Week)),
    ("fortnightly", Term::Repeated(Unit::Fortnight)),
    ("monthly", Term::Repeated(Unit::Month)),
    ("quarterly", Term::Repeated(Unit::Quarter)),
    ("yearly", Term::Repeated(Unit::Year)),
    ("annually", Term::Repeated(Unit::Year)),
    ("annual", Term::Repeated(Unit::Year)),
    ("several", Term::Several),
    ("few", Term::Several),
    ("many", Term::Several),
    ("fiscal", Term::Fiscal),
    ("q1", Term::Quarter(1)),
    ("q2", Term::Quarter(2)),
    ("q3", Term::Quarter(3)),
    ("q4", Term::Quarter(4)),
    ("h1", Term::Half(1)),
    ("h2", Term::Half(2)),
    ("fy", Term::FiscalYear),
    ("twenties", Term::Decade(2)),
    ("thirties", Term::Decade(3)),
    ("forties", Term::Decade(4)),
    ("fifties", Term::Decade(5)),
    ("sixties", Term::Decade(6)),
    ("seventies", Term::Decade(7)),
    ("eighties", Term::Decade(8)),
];

const MORE: [(&str, Term); 34] = [
    ("mths", Term::Unit { unit: Unit::Month, plural: true }),
    ("dawn", Term::DayPart(DayPart::Dawn)),
    ("sunrise", Term::DayPart(DayPart::Dawn)),
    ("dusk", Term::DayPart(DayPart::Dusk)),
    ("sunset", Term::DayPart(DayPart::Dusk)),
    ("following", Term::Following),
    ("nineties", Term::Decade(9)),
    ("noughties", Term::Decade(0)),
    ("couple", Term::Several),
    ("dozens", Term::Several),
    ("scores", Term::Several),
    ("hundreds", Term::Several),
    ("thousands", Term::Several),
    ("millions", Term::Several),
    ("earlier", Term::Modifier),
    ("later", Term::Modifier),
    ("end", Term::Edge),
    ("beginning", Term::Edge),
    ("start", Term::Edge),
    ("middle", Term::Edge),
    ("close", Term::Edge),
    ("final", Term::Final),
    ("financial", Term::Fiscal),
    ("once", Term::Times),
    ("twice", Term::Times),
    ("biweekly", Term::Repeated(Unit::Fortnight)),
    ("ad", Term::Era),
    ("a.d.", Term::Era),
    ("bc", Term::Era),
    ("b.c.", Term::Era),
    ("bce", Term::Era),
    ("b.c.e.", Term::Era),
    ("ce", Term::Era),
    ("c.e.", Term::Era),
];

/// "FY23" and "FY2023", for the years that news looks at.
fn fiscal_years() -> impl Iterator<Item = (Word, Term)> {
    (2005..2036).flat_map(|year: i16| {
        let meaning = Term::FiscalYearOf(year);
        let short = (Word::new(&format!("fy{:02}", year % 100)), meaning);
        [short, (Word::new(&format!("fy{year}")), meaning)]
    })
}

/// The words of time; a word that is also a number ("second") is one of time.
pub(super) static TERMS: LazyLock<WordMap<Term>> = LazyLock::new(|| {
    let numbers = number::words().map(|word| (word, Term::Number));
    let articles = number::ARTICLES.map(|word| (Word::new(word), Term::Article));
    let holidays = super::holidays::first_words().map(|name| (Word::new(name), Term::Holiday));
    let names = calendar::names().map(|(name, meaning)| (Word::new(name), Term::Name(meaning)));
    let weekdays = calendar::names().filter_map(|(name, meaning)| match meaning {
        calendar::Name::Weekday { number, short: false } => {
            Some((Word::new(&format!("{name}s")), Term::Weekdays(number)))
        }
        calendar::Name::Weekday { .. } | calendar::Name::Month { .. } => None,
    });
    let units = UNITS.into_iter().flat_map(|(name, unit)| {
        let plural = (Word::new(&format!("{name}s")), Term::Unit { unit, plural: true });
        [(Word::new(name), Term::Unit { unit, plural: false }), plural]
    });
    let others = OTHERS.into_iter().chain(MORE).map(|(name, term)| (Word::new(name), term));
    let all = numbers.chain(articles).chain(holidays).chain(names).chain(weekdays).chain(units);
    WordMap::new(all.chain(fiscal_years()).chain(others))
});
