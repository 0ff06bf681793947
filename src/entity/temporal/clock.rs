//! Times of day: "3 p.m.", "15:30 GMT", "noon", and parts of the day. They know no date.

use super::reader::Reader;
use super::terms::{DayPart, Term};
use crate::entity::numeric::number::{Numeral, numeral};
use crate::token::{Case, TokenKind};
use std::fmt;

/// A time of day, as TIMEX3 writes it behind the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    Part(DayPart),
    Time(Moment),
    /// "3-5 p.m.", "9 a.m. to noon": without seconds.
    Range(Moment, Moment),
}

/// A moment of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) hour: i8,
    pub(super) minute: Option<i8>,
    pub(super) second: Option<i8>,
    pub(super) zone: Option<Zone>,
}

impl Moment {
    fn plain(hour: i8, minute: Option<i8>) -> Self {
        Self { hour, minute, second: None, zone: None }
    }
}

/// Minutes east of Greenwich.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Zone(i16);

impl Zone {
    pub(super) const UTC: Self = Self(0);

    pub(super) const fn east(minutes: i16) -> Self {
        Self(minutes)
    }
}

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

/// Hours of American zones that are written out: "10 a.m. Eastern", "Pacific time".
const NAMED_ZONES: [&str; 4] = ["eastern", "central", "mountain", "pacific"];

impl Reader<'_> {
    /// The time of day that begins at `at`, and the index behind it.
    pub(super) fn clock(&self, at: usize) -> Option<(Clock, usize)> {
        if let Some((first, last, end)) = self.clock_range(at) {
            return Some((Clock::Range(first, last), end));
        }
        if let Some((moment, end)) = self.moment_of_day(at, false) {
            return Some((Clock::Time(moment), end));
        }
        // "noon", "midnight"; near miss: "Midnight Oil".
        match self.term(at)? {
            Term::DayPart(part @ (DayPart::Noon | DayPart::Midnight)) if !self.run.proper(at) => {
                Some((Clock::Part(part), at + 1))
            }
            // Dawn is also a given name.
            Term::DayPart(part @ (DayPart::Dawn | DayPart::Dusk)) if self.run.case(at) == Case::Lower => {
                Some((Clock::Part(part), at + 1))
            }
            _ => None,
        }
    }

    /// A part of the day, and the index behind it.
    pub(super) fn day_part(&self, at: usize) -> Option<(Clock, usize)> {
        let late = self.term(at) == Some(Term::Modifier);
        // "mid-afternoon"
        let part_at = if late { self.run.past_hyphen(at + 1) } else { at };
        match self.term(part_at)? {
            // "the Monday Night show": a capital makes a name.
            Term::DayPart(part) if self.run.case(part_at) == Case::Lower => {
                Some((Clock::Part(part), part_at + 1))
            }
            _ => None,
        }
    }

    /// A moment in figures or words. `led` says that the words before ask for one ("from 9 to").
    fn moment_of_day(&self, at: usize, led: bool) -> Option<(Moment, usize)> {
        let found = match self.run.kind(at)? {
            TokenKind::Number => self.time(at, led),
            TokenKind::Word => self.spelled_time(at),
            TokenKind::Quote | TokenKind::Punctuation | TokenKind::Symbol => None,
        };
        found.map_or_else(|| self.hour_of_part(at), |(moment, end)| Some(self.with_part(moment, end)))
    }

    /// "in the morning", "at night" behind an hour, and the index behind it.
    fn part_behind(&self, at: usize) -> Option<(DayPart, usize)> {
        let the = self.is(at, &["in"]) && self.is(at + 1, &["the"]);
        let part_at = if the { at + 2 } else { at + 1 };
        match self.term(part_at)? {
            Term::DayPart(part @ (DayPart::Morning | DayPart::Afternoon | DayPart::Evening)) if the => {
                Some((part, part_at + 1))
            }
            Term::DayPart(DayPart::Night) if self.is(at, &["at"]) => Some((DayPart::Night, part_at + 1)),
            _ => None,
        }
    }

    /// "5 o'clock in the morning": the part of the day tells which half.
    fn with_part(&self, moment: Moment, end: usize) -> (Moment, usize) {
        match self.part_behind(end) {
            Some((part, end)) => (Moment { hour: hour_in(part, moment.hour), ..moment }, end),
            None => (moment, end),
        }
    }

    /// "at three in the afternoon", "at 11 at night"; near miss: "killed three in the afternoon".
    fn hour_of_part(&self, at: usize) -> Option<(Moment, usize)> {
        let hour = self.hour_at(at).filter(|_| self.is(at.wrapping_sub(1), &AT))?;
        let (part, end) = self.part_behind(at + 1)?;
        Some((Moment::plain(hour_in(part, hour), None), end))
    }

    /// An hour of the clock's face in figures or words.
    fn hour_at(&self, at: usize) -> Option<i8> {
        match numeral(&self.run, at) {
            Some(Numeral::Unit(hour @ 1..=12)) => i8::try_from(hour).ok(),
            _ => {
                let hour = self.run.digits(at, 1..=2)?;
                i8::try_from(hour).ok().filter(|hour| (1..=12).contains(hour))
            }
        }
    }

    /// "3pm", "3:30 p.m.", "7.30pm", "15:30", "1530 GMT", "3 o'clock", "1500 hours".
    fn time(&self, at: usize, led: bool) -> Option<(Moment, usize)> {
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
            return Some((Moment { zone, ..Moment::plain(hour, minute) }, end));
        }
        if self.is(at + 1, &["o'clock", "o’clock"]) {
            return Some((Moment::plain(part(Some(written), 12)?, None), at + 2));
        }
        let before = at.wrapping_sub(1);
        let asked = led || self.is(before, &AT);
        if let (4, Ok(digits)) = (written.len(), written.parse::<i16>()) {
            // "1530 GMT", "at 1500 hours"
            let (zone, end) = self.zone(at + 1);
            let (hour, minute) = (i8::try_from(digits / 100).ok()?, i8::try_from(digits % 100).ok()?);
            let hours = asked && self.is(at + 1, &["hours", "hrs"]);
            let holds = (zone.is_some() || hours) && hour < 24 && minute < 60;
            let end = if hours { at + 2 } else { end };
            return holds.then_some((Moment { zone, ..Moment::plain(hour, Some(minute)) }, end));
        }
        if !colon {
            return None;
        }
        let hour = part(parts.next(), 23)?;
        let minute = self.minute(true, parts.next())?;
        let second = parts.next();
        let (zone, end) = self.zone(at + 1);
        let zoned = end > at + 1;
        // "2:05:12" is how long a race took, "3:16" a verse, "2:1" a score.
        let firm = zoned || asked || self.part_behind(at + 1).is_some();
        let fits = firm || (written.len() == 5 && !run.proper(before) && !self.is(before, &["in", "of"]));
        if !fits
            || (second.is_some() && !zoned)
            || parts.next().is_some()
            || (run.glued(at) && run.dash(before) && !led)
        {
            return None;
        }
        let second = match second {
            Some(second) => Some(part(Some(second), 59)?),
            None => None,
        };
        Some((Moment { hour, minute, second, zone }, end))
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
        // "10:00 Moscow time", "10 a.m. Eastern", "Pacific Daylight Time"
        if self.run.case(at) == Case::Title && self.run.kind(at) == Some(TokenKind::Word) {
            let named = self.is(at, &NAMED_ZONES);
            let light = usize::from(self.is(at + 1, &["standard", "daylight", "summer"]));
            let time = self.is(at + 1 + light, &["time"]);
            let end = at + 1 + if time { light + 1 } else { 0 };
            return (None, if time || named { end } else { at });
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

    /// "3-5 p.m.", "9:30 to 11 a.m.", "10 a.m. until noon", "between 2 and 3 p.m.", "10:00-15:30 GMT".
    fn clock_range(&self, at: usize) -> Option<(Moment, Moment, usize)> {
        let run = self.run;
        if run.kind(at)? != TokenKind::Number {
            return None;
        }
        let before = at.wrapping_sub(1);
        let between = self.is(before, &["between"]);
        let from = self.is(before, &["from"]) || between;
        let full = self.moment_of_day(at, from);
        // "9", "9:30", which take their half of the day from the other end.
        let bare = || {
            let (hour, minute) = match run.str(at).split_once([':', '.']) {
                Some((hour, minute)) => (hour, self.minute(true, Some(minute))?),
                None => (run.str(at), None),
            };
            let hour = hour.parse::<i8>().ok().filter(|hour| (1..=12).contains(hour))?;
            Some((Moment::plain(hour, minute), at + 1))
        };
        let (first, joint) = full.or_else(bare)?;
        let clear = full.is_some() && (self.half_of_day(at + 1).is_some() || first.hour > 12);
        let joined = (run.dash(joint) && run.str(joint).chars().count() == 1)
            || self.is(joint, &["to", "until", "till", "through"])
            || (between && self.is(joint, &["and"]));
        if !joined {
            return None;
        }
        let second = joint + 1;
        let noon = match self.term(second) {
            Some(Term::DayPart(DayPart::Noon)) => Some((Moment::plain(12, None), second + 1)),
            Some(Term::DayPart(DayPart::Midnight)) => Some((Moment::plain(0, None), second + 1)),
            _ => None,
        };
        let (last, end) = noon.or_else(|| self.moment_of_day(second, true))?;
        if first.second.is_some() || last.second.is_some() {
            return None;
        }
        let halved = self.half_of_day(second + 1).is_some();
        let first = if clear || (full.is_some() && !halved) {
            first
        } else if halved {
            // "9 to 5 p.m." begins in the morning, "3 to 5 p.m." does not.
            let (face, afternoon) = (first.hour % 12, last.hour >= 12);
            let same = (face, first.minute) < (last.hour % 12, last.minute);
            let late = if same { afternoon } else { !afternoon };
            Moment { hour: face + if late { 12 } else { 0 }, ..first }
        } else {
            return None;
        };
        Some((Moment { zone: first.zone.or(last.zone), ..first }, last, end))
    }

    /// "three o'clock", "half past three", "ten to six", "seven-thirty p.m.".
    fn spelled_time(&self, at: usize) -> Option<(Moment, usize)> {
        let run = self.run;
        if let Some(hour) = self.hour_at(at) {
            if self.is(at + 1, &["o'clock", "o’clock"]) {
                return Some((Moment::plain(hour, None), at + 2));
            }
            let minute_at = run.past_hyphen(at + 1);
            let spelled = self.minutes_in_words(minute_at);
            let (minute, end) = spelled.map_or((None, at + 1), |(minute, end)| (Some(minute), end));
            if let Some((afternoon, end)) = self.half_of_day(end) {
                let (zone, end) = self.zone(end);
                let hour = hour % 12 + if afternoon { 12 } else { 0 };
                return Some((Moment { zone, ..Moment::plain(hour, minute) }, end));
            }
        }
        let (minute, past) = if self.is(at, &["half"]) {
            (30, run.past_hyphen(at + 1))
        } else if self.is(at, &["quarter"]) {
            (15, at + 1)
        } else {
            // "ten to six" may be a score.
            let led = self.is(at.wrapping_sub(1), &AT);
            self.minutes_in_words(at).filter(|_| led)?
        };
        let hour = self.hour_at(past + 1)?;
        let end = past + 2;
        if self.is(past, &["past"]) {
            return Some((Moment::plain(hour, Some(minute)), end));
        }
        let led = self.is(at.wrapping_sub(1), &["a", "at"]) || minute != 15;
        // "up to five to six districts" is a count.
        let counts = run.kind(end) == Some(TokenKind::Word)
            && run.case(end) == Case::Lower
            && (run.str(end).ends_with('s')
                || self.is(end, &["people", "men", "women", "children", "per", "percent"]));
        let to = self.is(past, &["to"]) && led && minute < 30 && !counts;
        to.then_some((Moment::plain(if hour == 1 { 12 } else { hour - 1 }, Some(60 - minute)), end))
    }

    /// "five", "thirty", "twenty-five": minutes as they are spoken.
    fn minutes_in_words(&self, at: usize) -> Option<(i8, usize)> {
        let (minute, end) = match numeral(&self.run, at)? {
            Numeral::Unit(minute @ (5 | 10 | 15)) => (minute, at + 1),
            Numeral::Ten(tens @ 20..=50) => {
                let next = self.run.past_hyphen(at + 1);
                match numeral(&self.run, next) {
                    Some(Numeral::Unit(5)) => (tens + 5, next + 1),
                    _ => (tens, at + 1),
                }
            }
            _ => return None,
        };
        Some((i8::try_from(minute).ok()?, end))
    }
}

/// The hour of the day that an hour of the clock's face is in a part of the day.
fn hour_in(part: DayPart, hour: i8) -> i8 {
    match part {
        DayPart::Morning if hour == 12 => 0,
        DayPart::Afternoon | DayPart::Evening if hour < 12 => hour + 12,
        DayPart::Night if (6..12).contains(&hour) => hour + 12,
        DayPart::Night if hour == 12 => 0,
        _ => hour,
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hour, minute, second, zone } = *self;
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

/// "T15:30", "TMO"; of a range its beginning.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Part(part) => f.write_str(match part {
                DayPart::Morning | DayPart::Dawn => "TMO",
                DayPart::Afternoon => "TAF",
                DayPart::Evening | DayPart::Dusk => "TEV",
                DayPart::Night => "TNI",
                DayPart::Noon => "T12:00",
                DayPart::Midnight => "T00:00",
            }),
            Self::Range(moment, _) | Self::Time(moment) => write!(f, "{moment}"),
        }
    }
}
