//! Dates, times, durations and repeated times, found by a grammar over the words of time and resolved against
//! the reference day. It knows no entity and never the clock.
//!
//! `terms` are the words; `date`, `years`, `iso`, `parts`, `clock`, `daytime`, `duration`, `relative` and `sets` read the
//! expressions; `tense` tells which way "Monday" looks; `period` completes a date and writes its value;
//! `agree` gives one day of a month one year.
//!
//! What is covered, what stays out: articles and prepositions stay out ("the 1990s" covers "1990s"), "early",
//! "mid", "late" and "end of" are covered and leave the value whole, "-old" is covered ("45-year-old" is P45Y). Ranges
//! are one expression with an ISO 8601 interval: "June 3-5" is 2023-06-03/2023-06-05.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a grammar asks for one sort of word and passes over all others, new ones included"
)]

mod agree;
mod clock;
mod date;
mod daytime;
mod duration;
mod holidays;
mod iso;
mod parts;
mod period;
mod reader;
mod relative;
mod sets;
mod tense;
mod terms;
mod years;

use super::numeric::number;
use super::numeric::run::each_run;
use super::{Context, EntityKind, Proposal, Source, TimeValue, Timex, Value};
use crate::lexicon::{Word, calendar};
use crate::text::{Checkpoint, Confidence};
use crate::token::{Case, Token, TokenKind};
use clock::Clock;
use date::Dated;
use duration::LASTING;
use jiff::civil::Date;
use period::Period;
use reader::{Found, Reader, TIME_PREPOSITIONS, Told};
use std::ops::ControlFlow;
use tense::Tense;
use terms::{TERMS, Term};

/// How sure a reading is where the words may well mean something else: "now", "fourth quarter".
const SHAKY: Confidence = Confidence::from_permille(600);

/// Appends the expressions of time of the article, in order; none overlap.
pub fn find(
    context: &Context<'_>,
    checkpoint: &mut dyn Checkpoint,
    out: &mut Vec<Proposal>,
) -> ControlFlow<()> {
    let knows_may = names_may(context.document.text(), context.tokens);
    let order = iso::order(context.document.text(), context.tokens);
    let mut told: Option<Told> = None;
    let found_before = out.len();
    each_run(context, checkpoint, |run| {
        let mut reader =
            Reader { run, terms: &TERMS, reference: context.reference_date, told, knows_may, order };
        told = told.and_then(Told::faded);
        let mut at = 0;
        while at < run.tokens.len() {
            let Some(found) = reader.expression(at) else {
                at += 1;
                continue;
            };
            out.push(Proposal {
                span: run.span(found.start..found.end),
                kind: found.kind,
                subtype: None,
                value: found.value.map(Value::Time),
                confidence: found.shaky.then_some(SHAKY),
                source: Source::Temporal,
            });
            if let Some(TimeValue { days: Some((first, last)), .. }) = found.value {
                told = Some(Told::new(first, last));
                reader.told = told;
            }
            at = found.end;
        }
    })?;
    agree::settle(context, &mut out[found_before..]);
    ControlFlow::Continue(())
}

/// Whether somebody is called "May": "Theresa May", "Ms. May"; near misses: "Since May", "Last May".
fn names_may(text: &str, tokens: &[Token]) -> bool {
    let may = Word::new("may");
    let titles = ["mr", "mrs", "ms", "dr"].map(Word::new);
    tokens.iter().enumerate().any(|(at, token)| {
        if token.word != may || token.case != Case::Title {
            return false;
        }
        let before = |steps: usize| at.checked_sub(steps).map(|at| &tokens[at]);
        let titled = |token: Option<&Token>| token.is_some_and(|token| titles.contains(&token.word));
        let Some(last) = before(1) else { return false };
        let name = last.kind == TokenKind::Word && last.case == Case::Title && last.span.len() > 3;
        let time = TERMS.get(last.word).is_some()
            || TIME_PREPOSITIONS.iter().any(|word| last.of(text).eq_ignore_ascii_case(word));
        titled(Some(last)) || (last.of(text) == "." && titled(before(2))) || (name && !time)
    })
}

impl Reader<'_> {
    /// The longest expression that begins at `at`. Its first token tells which sorts of expression it can be, so
    /// that prose costs one look at each word; where there are several, they stand in the order of trust.
    #[inline]
    fn expression(&self, at: usize) -> Option<Found> {
        match self.run.kind(at)? {
            TokenKind::Word => self.worded(at, self.term(at)?),
            TokenKind::Number if self.stands_in_row(at) => None,
            TokenKind::Number => longest([
                self.holiday_of_year(at),
                self.moment(at),
                self.clock_led(at),
                self.frequency(at),
                self.monthly(at),
                self.length_led(at),
            ]),
            // The apostrophe of "'90s".
            TokenKind::Quote
                if self.run.glued(at + 1) && self.run.kind(at + 1) == Some(TokenKind::Number) =>
            {
                self.moment(at)
            }
            TokenKind::Quote | TokenKind::Punctuation | TokenKind::Symbol => None,
        }
    }

    /// The longest expression that begins with a word of time.
    fn worded(&self, at: usize, term: Term) -> Option<Found> {
        match term {
            Term::Name(calendar::Name::Month { .. }) => longest([self.moment(at), self.holiday(at)]),
            Term::Name(calendar::Name::Weekday { .. }) => longest([self.moment(at), self.repeated(at)]),
            Term::Day(_)
            | Term::Season(_)
            | Term::Quarter(_)
            | Term::Half(_)
            | Term::Fiscal
            | Term::FiscalYear
            | Term::FiscalYearOf(_)
            | Term::Era
            | Term::Decade(_)
            | Term::Edge
            | Term::Final => self.moment(at),
            Term::Direction(_) => longest([
                self.moment(at),
                self.stretch(at),
                self.monthly(at),
                self.holiday(at),
                self.beside_told(at),
            ]),
            Term::Following => self.beside_told(at),
            Term::Modifier => longest([self.moment(at), self.clock_led(at), self.tonight(at)]),
            Term::Unit { plural: false, .. } => longest([
                self.moment(at),
                self.clock_led(at),
                self.monthly(at),
                self.length_led(at),
                self.vague(at),
            ]),
            Term::Unit { plural: true, .. } => longest([self.stretch(at), self.length_led(at)]),
            Term::DayPart(_) => self.clock_led(at),
            Term::Recent => self.stretch(at),
            Term::Weekdays(_) | Term::Repeated(_) | Term::Every => self.repeated(at),
            Term::Times => self.frequency(at),
            Term::Holiday => self.holiday(at),
            Term::Tonight => self.tonight(at),
            Term::Overnight => self.overnight(at),
            Term::Several => self.length_led(at),
            Term::Vague(_) => self.vague(at),
            // Stands only behind a day.
            Term::DayParts(_) => None,
            Term::Number => longest([
                self.moment(at),
                self.clock_led(at),
                self.frequency(at),
                self.monthly(at),
                self.length_led(at),
            ]),
            Term::Article if self.counts(at + 1) => longest([self.frequency(at), self.length_led(at)]),
            Term::Article => None,
        }
    }

    /// Whether a short number stands before another, as in tables: "3 1 2"; near miss: "2 1/2 hours".
    fn stands_in_row(&self, at: usize) -> bool {
        let run = self.run;
        let next = run.kind(at + 1) == Some(TokenKind::Number) && !run.glued(at + 1);
        next && run.tokens[at].span.len() <= 3 && run.str(at + 2) != "/"
    }

    /// Whether an article before `at` can begin a length or a number: "a week", "a full day", "a few days", "a
    /// dozen times"; nearly none does.
    fn counts(&self, at: usize) -> bool {
        matches!(self.term(at), Some(Term::Unit { .. } | Term::Several))
            || number::numeral(&self.run, at).is_some()
            || self.is(at, &LASTING)
    }

    /// A date with the time of day behind it: "Monday morning", "June 3 at 15:30 GMT", "last night".
    fn moment(&self, at: usize) -> Option<Found> {
        // "last night", "this morning": the part of the day takes the place of the day.
        if let Some(found) = self.directed_part(at) {
            return Some(found);
        }
        let mut dated = match (self.relative(at), self.date(at)) {
            (Some(relative), Some(date)) if date.end > relative.end => date,
            (Some(relative), _) => relative,
            (None, Some(date)) => date,
            (None, None) => return None,
        };
        dated.end = self.apposed(&dated);
        if dated.last.is_none()
            && let Some((last, end)) = self.other_end(at, &dated)
        {
            dated = Dated { last: Some(last), end, ..dated };
        }
        let tense = tense::of(&self.run, at, dated.end);
        let (first, last) = relative::complete(dated, self.reference, tense);
        if let Some(last) = last {
            return Some(Found::date(at, dated.end, first.until(last)).shaky(dated.shaky));
        }
        if matches!(first, Period::Day { .. } | Period::Weekday(_))
            && let Some((clock, end)) = self.clock_behind(dated.end)
        {
            return Some(Found::new(at, end, EntityKind::Time, timed(first, clock)));
        }
        // "yesterday morning" of no known day
        if matches!(first, Period::Vague(_))
            && let Some((Clock::Part(_), end)) = self.clock_behind(dated.end)
        {
            return Some(Found::new(at, end, EntityKind::Time, first.value()));
        }
        Some(Found::date(at, dated.end, first.value()).shaky(dated.shaky))
    }

    /// The second date of "2010 to 2015", "from Monday to Friday", "June 30-July 2", "between May and July".
    fn other_end(&self, at: usize, first: &Dated) -> Option<(Period, usize)> {
        let comma = first.first.year().is_some() && self.run.str(first.end) == ",";
        let comma = comma && self.is(first.end + 1, &["to", "through", "until", "till"]);
        let joint = first.end + usize::from(comma);
        let from = self.is(at.wrapping_sub(1), &["from"]);
        let between = self.is(at.wrapping_sub(1), &["between"]);
        let to = self.is(joint, &["to", "through", "until", "till"]);
        let joined =
            self.run.dash(joint) && self.run.str(joint).chars().count() == 1 && self.run.glued(joint);
        if !(to || joined || (between && self.is(joint, &["and"]))) {
            return None;
        }
        let next = joint + 1 + usize::from(self.is(joint + 1, &["the"]));
        let second = match self.year_digits(joint + 1) {
            // "from 2010 to 2015": the second year needs no evidence of its own.
            Some(year) if matches!(first.first, Period::Year(_)) => Dated::new(Period::Year(year), joint + 2),
            _ => self.date(next).or_else(|| {
                // "January to May": the second month stands behind "to".
                let (month, _, end) = self.month(next)?;
                Some(Dated::new(Period::Month { year: None, month }, end))
            })?,
        };
        let second = self.months_quarter(first, second);
        let ordered = match (first.first, second.first) {
            (Period::Year(first), Period::Year(last)) => first < last,
            _ => true,
        };
        let alike = first.first.matches(second.first) && second.last.is_none() && ordered;
        // "moved from Monday to Friday" reads like a range too; the words alone do not tell.
        let firm = from || between || joined || !matches!(first.first, Period::Vague(_));
        (alike && firm).then_some((second.first, second.end))
    }

    /// The end of "next Thursday, June 22": the day said once more by its date.
    fn apposed(&self, dated: &Dated) -> usize {
        let Period::Day { year: Some(_), month, day } = dated.first else { return dated.end };
        let again = (self.run.str(dated.end) == ",").then(|| self.date(dated.end + 1)).flatten();
        match again {
            Some(Dated { first: Period::Day { year: _, month: m, day: d }, last: None, end, .. })
                if (m, d) == (month, day) =>
            {
                end
            }
            _ => dated.end,
        }
    }

    /// "January-March quarter of 2022": the second end takes the word and the year.
    fn months_quarter(&self, first: &Dated, second: Dated) -> Dated {
        let months = matches!((first.first, second.first), (Period::Month { .. }, Period::Month { .. }));
        if !months || !self.is(second.end, &["quarter", "period"]) {
            return second;
        }
        let end = second.end + 1;
        match self.of_year(end).filter(|_| second.first.year().is_none()) {
            Some((year, end)) => Dated::new(second.first.with_year(year), end),
            None => Dated { end, ..second },
        }
    }

    /// The day so many days from the reference.
    fn near(&self, days: i64) -> Option<Date> {
        self.reference?.checked_add(jiff::Span::new().days(days)).ok()
    }

    /// "two days", "three weeks ago".
    fn length_led(&self, at: usize) -> Option<Found> {
        // "1986 YEAR" heads a table; trading goes on "after hours".
        let is_year = self.year_digits(at).is_some() && self.is(at + 1, &["year"]);
        let closed = self.is(at, &["hours"]) && self.is(at.wrapping_sub(1), &["after"]);
        if is_year || closed {
            return None;
        }
        let length = self.length(at)?;
        if let Some(found) = self.ago(at, length) {
            return Some(found);
        }
        // What could be no value is no length that anybody means.
        Some(Found::new(at, length.end, EntityKind::Duration, length.value()?))
    }

    /// "the 2004 Boxing Day tsunami"
    fn holiday_of_year(&self, at: usize) -> Option<Found> {
        let year = self.year_digits(at)?;
        let (holiday, end) = holidays::read(&self.run, at + 1)?;
        Some(Found::date(at, end, holiday.in_year(year)?.value()))
    }

    /// "Christmas Eve", "Easter 2024", "last Christmas".
    fn holiday(&self, at: usize) -> Option<Found> {
        let direction = match self.term(at) {
            Some(Term::Direction(direction)) => Some(direction),
            _ => None,
        };
        let name_at = at + usize::from(direction.is_some());
        let (holiday, end) = holidays::read(&self.run, name_at)?;
        // "Easter Island", "Christmas Carol": a name goes on.
        let year_at = end + usize::from(self.is(end, &[",", "of", "in"]));
        if let Some(year) = self.year_digits(year_at) {
            return Some(Found::date(at, year_at + 1, holiday.in_year(year)?.value()));
        }
        if self.run.case(end) == Case::Title {
            return None;
        }
        let Some(today) = self.reference else {
            return Some(Found::date(at, end, holiday.fixed()?.value()));
        };
        let tense = match direction {
            Some(terms::Direction::Last) => Tense::Past,
            Some(terms::Direction::Next) => Tense::Future,
            Some(terms::Direction::This) => {
                return Some(Found::date(at, end, holiday.in_year(today.year())?.value()));
            }
            None => tense::of(&self.run, at, end),
        };
        let years = [today.year() - 1, today.year(), today.year() + 1];
        let days = years.map(|year| holiday.in_year(year).and_then(|period| Some(period.days()?.0)));
        let past = days.into_iter().flatten().rev().find(|&day| day <= today);
        let future = days.into_iter().flatten().find(|&day| day >= today);
        let day = match tense {
            Tense::Past => past,
            Tense::Future => future,
            // Whichever is nearer.
            Tense::Unknown => {
                let away = |day: &Date| today.until(*day).map_or(i32::MAX, |span| span.get_days().abs());
                past.into_iter().chain(future).min_by_key(away)
            }
        };
        Some(Found::date(at, end, Period::day(day?).value()))
    }

    /// "recently", "currently", "now", "this weekend" without a direction, "the weekend".
    fn vague(&self, at: usize) -> Option<Found> {
        match self.term(at)? {
            Term::Vague(vague) => {
                // "right now", "now that": the second only joins clauses. "soon after" is an order.
                let joins = self.is(at + 1, &["that", "after", "as", "afterwards"]) || self.run.proper(at);
                let plain = self.run.case(at) != Case::Upper && !joins;
                let shaky = self.is(at, &["now", "soon"]);
                plain.then(|| Found::date(at, at + 1, Period::Vague(vague).value()).shaky(shaky))
            }
            // "at the weekend", "over the weekend"; near miss: "a weekend", "the weekend edition".
            Term::Unit { unit: terms::Unit::Weekend, plural: false } => {
                let the = self.is(at.wrapping_sub(1), &["the"])
                    && self.is(at.wrapping_sub(2), &["over", "at", "on", "during"]);
                let tense = tense::of(&self.run, at, at + 1);
                the.then(|| {
                    Found::date(at, at + 1, Period::AnyWeekend.complete(self.reference, tense).value())
                })
            }
            _ => None,
        }
    }
}

/// The first of the longest.
fn longest<const COUNT: usize>(candidates: [Option<Found>; COUNT]) -> Option<Found> {
    candidates.into_iter().flatten().reduce(|best, next| if next.end > best.end { next } else { best })
}

/// A day with a time of day.
fn timed(day: Period, clock: Clock) -> TimeValue {
    let timex = match clock {
        Clock::Range(first, last) => Timex::format(format_args!("{day}{first}/{day}{last}")),
        Clock::Part(_) | Clock::Time(_) => Timex::format(format_args!("{day}{clock}")),
    };
    TimeValue { timex, days: day.days() }
}
