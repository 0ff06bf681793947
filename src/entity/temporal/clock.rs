//! Times of day: "3 p.m.", "15:30 GMT", "noon", and parts of the day. They know no date.

use super::reader::Reader;
use super::terms::{DayPart, Term};
use crate::token::{Case, TokenKind};
use std::fmt;

/// A time of day, as TIMEX3 writes it behind the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    Part(DayPart),
    Time {
        hour: i8,
        minute: Option<i8>,
        second: Option<i8>,
        zone: Option<Zone>,
    },
    /// "3-5 p.m.": whole hours.
    Hours(i8, i8),
}

/// Minutes east of Greenwich.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Zone(i16);

/// Zones whose name is one offset. "ET" and "CST" are not: summer time, and China's.
const ZONES: [(&str, i16); 27] = [
    ("gmt", 0),
    ("utc", 0),
    ("z", 0),
    ("wet", 0),
    ("bst", 60),
    ("cet", 60),
    ("wat", 60),
    ("cest", 120),
    ("eet", 120),
    ("sast", 120),
    ("cat", 120),
    ("eest", 180),
    ("msk", 180),
    ("eat", 180),
    ("gst", 240),
    ("pkt", 300),
    ("ist", 330),
    ("wib", 420),
    ("hkt", 480),
    ("sgt", 480),
    ("jst", 540),
    ("kst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("edt", -240),
    ("est", -300),
    ("pst", -480),
];

const MORE_ZONES: [(&str, i16); 3] = [("pdt", -420), ("mdt", -360), ("cdt", -300)];

/// Zones that are taken into the expression without an offset.
const VAGUE_ZONES: [&str; 6] = ["et", "pt", "ct", "mt", "cst", "mst"];

/// Words before a time: "at 10:30", "until 9:15"; near miss: "won in 1:45", "John 3:16".
const AT: [&str; 12] =
    ["at", "by", "until", "till", "from", "around", "before", "after", "since", "about", "and", "to"];

impl Reader<'_> {
    /// The time of day that begins at `at`, and the index behind it.
    pub(super) fn clock(&self, at: usize) -> Option<(Clock, usize)> {
        match self.run.kind(at)? {
            TokenKind::Number => self.hour_range(at).or_else(|| self.time(at)),
            TokenKind::Word => self.spelled_time(at),
            TokenKind::Quote | TokenKind::Punctuation | TokenKind::Symbol => None,
        }
    }

    /// A part of the day, and the index behind it.
    pub(super) fn day_part(&self, at: usize) -> Option<(Clock, usize)> {
        let late = usize::from(self.term(at) == Some(Term::Modifier));
        match self.term(at + late)? {
            // "the Monday Night show": a capital makes a name.
            Term::DayPart(part) if self.run.case(at + late) == Case::Lower => {
                Some((Clock::Part(part), at + late + 1))
            }
            _ => None,
        }
    }

    /// "3pm", "3:30 p.m.", "7.30pm", "15:30", "1530 GMT", "3 o'clock".
    fn time(&self, at: usize) -> Option<(Clock, usize)> {
        let run = self.run;
        let written = run.str(at);
        let mut parts = written.split([':', '.']);
        let part = |piece: Option<&str>, most: i8| {
            let number = piece?.parse::<i8>().ok()?;
            (0..=most).contains(&number).then_some(number)
        };
        let colon = written.contains(':');
        let separated = colon || written.contains('.');
        if let Some((afternoon, end)) = self.half_of_day(at + 1) {
            let hour = part(parts.next(), 12).filter(|&hour| hour > 0)?;
            let minute = self.minute(separated, parts.next())?;
            if parts.next().is_some() {
                return None;
            }
            let hour = hour % 12 + if afternoon { 12 } else { 0 };
            let (zone, end) = self.zone(end);
            return Some((Clock::Time { hour, minute, second: None, zone }, end));
        }
        if self.is(at + 1, &["o'clock", "o’clock"]) {
            let hour = part(Some(written), 12)?;
            return Some((Clock::Time { hour, minute: None, second: None, zone: None }, at + 2));
        }
        if let (4, Ok(digits)) = (written.len(), written.parse::<i16>()) {
            // "1530 GMT"
            let (zone, end) = self.zone(at + 1);
            let (hour, minute) = (i8::try_from(digits / 100).ok()?, i8::try_from(digits % 100).ok()?);
            let holds = zone.is_some() && hour < 24 && minute < 60;
            return holds.then_some((Clock::Time { hour, minute: Some(minute), second: None, zone }, end));
        }
        if !colon {
            return None;
        }
        let hour = part(parts.next(), 23)?;
        let minute = self.minute(true, parts.next())?;
        let second = parts.next();
        let (zone, end) = self.zone(at + 1);
        let before = at.wrapping_sub(1);
        let zoned = end > at + 1;
        // "2:05:12" is how long a race took, "3:16" a verse, "2:1" a score.
        let firm = zoned || self.is(before, &AT);
        let fits = firm || (written.len() == 5 && !run.proper(before) && !self.is(before, &["in", "of"]));
        if !fits
            || (second.is_some() && !zoned)
            || parts.next().is_some()
            || run.glued(at) && run.dash(before)
        {
            return None;
        }
        let second = match second {
            Some(second) => Some(part(Some(second), 59)?),
            None => None,
        };
        Some((Clock::Time { hour, minute, second, zone }, end))
    }

    /// Minutes, where the writing has them: two digits below sixty.
    fn minute(&self, separated: bool, piece: Option<&str>) -> Option<Option<i8>> {
        if !separated {
            return Some(None);
        }
        let minute = piece.filter(|piece| piece.len() == 2)?.parse::<i8>().ok()?;
        (0..60).contains(&minute).then_some(Some(minute))
    }

    /// Whether "p.m." rather than "a.m." stands here, and the index behind it.
    fn half_of_day(&self, at: usize) -> Option<(bool, usize)> {
        if self.is(at, &["pm", "p.m.", "p.m"]) {
            Some((true, at + 1))
        } else if self.is(at, &["am", "a.m.", "a.m"]) {
            Some((false, at + 1))
        } else {
            None
        }
    }

    /// "GMT", "ET", "local time", in brackets or not; the index is unchanged where none stands.
    fn zone(&self, at: usize) -> (Option<Zone>, usize) {
        if self.is(at, &["local"]) && self.is(at + 1, &["time"]) {
            return (None, at + 2);
        }
        if self.run.case(at) != Case::Upper && self.run.str(at) != "Z" {
            return (None, at);
        }
        if self.is(at, &VAGUE_ZONES) {
            return (None, at + 1);
        }
        let zone = ZONES.iter().chain(&MORE_ZONES).find(|(name, _)| self.is(at, &[name]));
        zone.map_or((None, at), |&(_, minutes)| (Some(Zone(minutes)), at + 1))
    }

    /// "3-5 p.m.", "9 to 11 a.m.".
    fn hour_range(&self, at: usize) -> Option<(Clock, usize)> {
        if !self.run.dash(at + 1) && !self.is(at + 1, &["to"]) {
            return None;
        }
        let (first, last) = (self.run.digits(at, 1..=2)?, self.run.digits(at + 2, 1..=2)?);
        let (afternoon, end) = self.half_of_day(at + 3)?;
        if !(1..=12).contains(&first) || !(1..=12).contains(&last) || first % 12 >= last % 12 {
            return None;
        }
        let hour = |hour: i16| i8::try_from(hour % 12 + if afternoon { 12 } else { 0 }).ok();
        Some((Clock::Hours(hour(first)?, hour(last)?), end))
    }

    /// "noon", "midnight", "three o'clock", "half past three".
    fn spelled_time(&self, at: usize) -> Option<(Clock, usize)> {
        use crate::entity::numeric::number::{Numeral, numeral};
        if let Some(Term::DayPart(part @ (DayPart::Noon | DayPart::Midnight))) = self.term(at) {
            let proper = self.run.proper(at);
            return (!proper).then_some((Clock::Part(part), at + 1));
        }
        let hour_at = |at: usize| match numeral(&self.run, at) {
            Some(Numeral::Unit(hour @ 1..=12)) => i8::try_from(hour).ok(),
            _ => self
                .run
                .digits(at, 1..=2)
                .and_then(|hour| i8::try_from(hour).ok())
                .filter(|h| (1..=12).contains(h)),
        };
        let plain = |hour: i8, minute| Clock::Time { hour, minute: Some(minute), second: None, zone: None };
        if self.is(at + 1, &["o'clock", "o’clock"]) {
            return Some((
                Clock::Time { hour: hour_at(at)?, minute: None, second: None, zone: None },
                at + 2,
            ));
        }
        let hour = hour_at(at + 2)?;
        if self.is(at, &["half"]) && self.is(at + 1, &["past"]) {
            return Some((plain(hour, 30), at + 3));
        }
        if self.is(at, &["quarter"]) && self.is(at + 1, &["past"]) {
            return Some((plain(hour, 15), at + 3));
        }
        if self.is(at, &["quarter"]) && self.is(at + 1, &["to"]) && self.is(at.wrapping_sub(1), &["a", "at"])
        {
            return Some((plain(if hour == 1 { 12 } else { hour - 1 }, 45), at + 3));
        }
        None
    }
}

/// "T15:30", "TMO".
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Part(part) => f.write_str(match part {
                DayPart::Morning => "TMO",
                DayPart::Afternoon => "TAF",
                DayPart::Evening => "TEV",
                DayPart::Night => "TNI",
                DayPart::Noon => "T12:00",
                DayPart::Midnight => "T00:00",
            }),
            Self::Hours(first, _) => write!(f, "T{first:02}:00"),
            Self::Time { hour, minute, second, zone } => {
                write!(f, "T{hour:02}:{:02}", minute.unwrap_or(0))?;
                if let Some(second) = second {
                    write!(f, ":{second:02}")?;
                }
                match zone {
                    Some(Zone(0)) => f.write_str("Z"),
                    Some(Zone(minutes)) => {
                        let sign = if minutes < 0 { '-' } else { '+' };
                        write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
                    }
                    None => Ok(()),
                }
            }
        }
    }
}
