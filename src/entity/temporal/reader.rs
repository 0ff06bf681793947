//! What every part of the grammar of time stands on: the run with its terms, and the year. It knows no
//! expression.

use super::iso::Order;
use super::terms::{Term, Unit};
use crate::entity::numeric::run::Run;
use crate::entity::numeric::wordmap::WordMap;
use crate::entity::{EntityKind, TimeValue};
use crate::lexicon::calendar;
use crate::token::{Case, TokenKind};
use jiff::civil::Date;

/// An expression of time, as a range of tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: EntityKind,
    pub(super) value: Option<TimeValue>,
    /// Whether the words may well mean something else.
    pub(super) shaky: bool,
}

impl Found {
    pub(super) fn new(start: usize, end: usize, kind: EntityKind, value: TimeValue) -> Self {
        Self { start, end, kind, value: Some(value), shaky: false }
    }

    pub(super) fn date(start: usize, end: usize, value: TimeValue) -> Self {
        Self::new(start, end, EntityKind::Date, value)
    }

    pub(super) fn shaky(self, shaky: bool) -> Self {
        Self { shaky, ..self }
    }
}

/// The time that the story was at last, from which "the next day" counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) first: Date,
    pub(super) last: Date,
    /// For how many runs it is still in mind.
    runs: u8,
}

impl Told {
    pub(super) fn new(first: Date, last: Date) -> Self {
        Self { first, last, runs: 3 }
    }

    /// The same one run later.
    pub(super) fn faded(self) -> Option<Self> {
        Some(Self { runs: self.runs - 1, ..self }).filter(|told| told.runs > 0)
    }
}

/// Reads expressions of time from one run.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) run: Run<'a>,
    pub(super) terms: &'a WordMap<Term>,
    pub(super) reference: Option<Date>,
    /// The time that was told last, if that was a moment ago.
    pub(super) told: Option<Told>,
    /// Whether the article names somebody "May".
    pub(super) knows_may: bool,
    /// How the article orders day and month in figures, where it tells.
    pub(super) order: Option<Order>,
}

/// Words before a bare year, month or holiday that make it one.
pub(super) const TIME_PREPOSITIONS: [&str; 17] = [
    "in", "since", "until", "till", "by", "from", "through", "during", "before", "after", "between", "of",
    "to", "early", "late", "mid", "for",
];

/// What is counted in four digits rather than dated: "1900 people", "2000 troops".
const COUNTED: [&str; 39] = [
    "people",
    "schoolchildren",
    "migrants",
    "patients",
    "pupils",
    "civilians",
    "men",
    "women",
    "children",
    "troops",
    "soldiers",
    "workers",
    "jobs",
    "employees",
    "staff",
    "homes",
    "houses",
    "cases",
    "deaths",
    "votes",
    "points",
    "members",
    "students",
    "miles",
    "km",
    "kilometres",
    "kilometers",
    "metres",
    "meters",
    "feet",
    "tonnes",
    "tons",
    "barrels",
    "dollars",
    "euros",
    "pounds",
    "hours",
    "calories",
    "times",
];

/// Words before four digits that count: "some 1950", "more than 2020".
const COUNTING: [&str; 16] = [
    "some",
    "nearly",
    "almost",
    "about",
    "than",
    "least",
    "most",
    "approximately",
    "roughly",
    "another",
    "no",
    "number",
    "page",
    "room",
    "flight",
    "total",
];

impl<'a> Reader<'a> {
    pub(super) fn term(&self, at: usize) -> Option<Term> {
        self.terms.get(self.run.word(at)?)
    }

    /// A unit of time, and whether it is in the plural.
    pub(super) fn unit(&self, at: usize) -> Option<(Unit, bool)> {
        match self.term(at)? {
            Term::Unit { unit, plural } => Some((unit, plural)),
            _ => None,
        }
    }

    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        self.run.is(at, words)
    }

    /// Index behind an ordinal's letters: "3rd".
    pub(super) fn past_suffix(&self, at: usize) -> usize {
        at + usize::from(self.run.glued(at) && self.is(at, &["st", "nd", "rd", "th"]))
    }

    /// A day of the month in digits, and the index behind it.
    pub(super) fn day_number(&self, at: usize) -> Option<(i8, usize)> {
        let day = i8::try_from(self.run.digits(at, 1..=2)?).ok()?;
        let end = self.past_suffix(at + 1);
        // "June 3%", "June 5m": something else is counted.
        let glued_word = self.run.glued(end) && self.run.kind(end) == Some(TokenKind::Word);
        let plain = !glued_word && !matches!(self.run.str(end), "%" | "/");
        ((1..=31).contains(&day) && plain).then_some((day, end))
    }

    /// A month's name with a capital, and the index behind it and its stop.
    pub(super) fn month(&self, at: usize) -> Option<(i8, bool, usize)> {
        let Term::Name(calendar::Name::Month { number, short }) = self.term(at)? else { return None };
        if !matches!(self.run.case(at), Case::Title | Case::Upper) {
            return None;
        }
        // A stop that ends the sentence is not the month's.
        let stop = short && self.run.str(at + 1) == "." && self.run.glued(at + 1);
        let inner = self.run.get(at + 2).is_some();
        Some((number, short, at + 1 + usize::from(stop && inner)))
    }

    /// Four digits that may be a year, wherever they stand.
    pub(super) fn year_digits(&self, at: usize) -> Option<i16> {
        let year = self.run.digits(at, 4..=4).filter(|year| (1000..=2100).contains(year))?;
        let glued_word = self.run.glued(at + 1) && self.run.kind(at + 1) == Some(TokenKind::Word);
        (!glued_word && !matches!(self.run.str(at + 1), "%" | "°")).then_some(year)
    }

    /// A year that stands for itself: "in 2016", "the 2016 election"; near miss: "2000 people", "some 1950
    /// of them", "Expo 2020", "$2020".
    pub(super) fn year(&self, at: usize) -> Option<i16> {
        let year = self.year_digits(at)?;
        let before = at.wrapping_sub(1);
        let next = at + 1;
        if self.run.is(next, &COUNTED) || self.unit(next).is_some() {
            return None;
        }
        let joined = self.run.hyphen(next) && self.run.kind(at + 2) == Some(TokenKind::Number);
        if joined
            || (self.run.glued(at) && !matches!(self.run.str(before), "(" | "[" | "“" | "\"" | "‘" | "'"))
        {
            return None;
        }
        if self.is(before, &TIME_PREPOSITIONS) || self.is(before, &["year"]) {
            return Some(year);
        }
        let recent = (1900..2040).contains(&year) && year % 100 != 0;
        let named = self.run.proper(before) && !self.is(before, &["and", "or"]);
        (recent && !named && !self.is(before, &COUNTING)).then_some(year)
    }
}
