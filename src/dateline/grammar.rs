//! The forms of a dateline, read from the tokens of one line. It knows the line and the lists of places;
//! which line to read is decided above.
//!
//! A dateline is `[date] [place [, region]] [, date] [(agency)] closer`. Form alone makes one where a date
//! or an agency stands beside a place in capitals; a bare place before a colon or dash must be known.

use super::places::{AGENCIES, CITIES, REGIONS};
use super::{Dateline, span_of};
use crate::lexicon::{Word, calendar};
use crate::text::{Span, chars};
use crate::token::{Case, Token, TokenKind};
use jiff::civil::{Date, Weekday};

/// Reads the dateline that the line begins with.
pub(super) fn read(text: &str, line: &[Token], published: Option<Date>) -> Option<Dateline> {
    Reader { text, line, at: 0, published }.dateline()
}

/// Most words of a place: "ABOARD THE USS GERALD FORD".
const MAX_PLACE_WORDS: usize = 6;

/// Words that begin a line before a date and are no place: "By Jane Doe, 5 May 2023 -", "Updated, June 3 -".
const NOT_PLACES: [&str; 14] = [
    "by",
    "on",
    "in",
    "at",
    "from",
    "as",
    "after",
    "before",
    "since",
    "until",
    "posted",
    "published",
    "updated",
    "last",
];

struct Reader<'a> {
    text: &'a str,
    line: &'a [Token],
    at: usize,
    published: Option<Date>,
}

/// A place as read.
struct Place {
    span: Span,
    capitals: bool,
    known: bool,
}

/// A date as read: its day may be unknown for want of a year.
#[derive(Clone, Copy)]
struct Day {
    date: Option<Date>,
    has_year: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Agency {
    None,
    /// Some words in brackets.
    Bracketed,
    /// A known one without brackets.
    Bare,
    /// A known one in brackets or slashes.
    Known,
}

impl Reader<'_> {
    fn dateline(mut self) -> Option<Dateline> {
        let labelled = self.take_word("date");
        if labelled {
            self.take_mark(":");
        }
        let mut day = self.day();
        if day.is_some() {
            self.take_mark(",");
        }
        let date_first = day.is_some();
        let mut place = self.place();
        let mut agency = Agency::None;
        loop {
            let before = self.at;
            let comma = self.take_mark(",");
            if day.is_none()
                && let Some(found) = self.day()
            {
                day = Some(found);
                continue;
            }
            if agency == Agency::None {
                agency = self.agency();
                if agency != Agency::None {
                    continue;
                }
            }
            if comma
                && day.is_none()
                && agency == Agency::None
                && let Some(place) = &mut place
                && self.region(place)
            {
                continue;
            }
            self.at = before;
            break;
        }
        let closer = self.closer();
        let at_end = self.at == self.line.len();
        let accepted = match (&place, closer) {
            (Some(place), Some(_)) if place.capitals => {
                // "LONDON, June 20 (Reuters) -", and not "NATO (the alliance) - an explainer".
                day.is_some() || agency >= Agency::Bare || (place.known && self.goes_on_as_prose())
            }
            // "Brussels, 5 May 2023 –", and not "Anger grows - 5 May".
            (Some(_), Some(_)) => day.is_some() || agency >= Agency::Bare,
            // "LONDON (Reuters) The bank", and "RIGA 1996-08-31" on a line of its own; not "MARCH 3, 2021
            // PRESS RELEASE".
            (Some(place), None) => {
                let dated_line = at_end && !date_first && day.is_some_and(|day| day.has_year);
                place.capitals && (agency == Agency::Known || dated_line)
            }
            // "(Reuters) - The bank", "date 2023-06-20:".
            (None, Some(_)) => agency == Agency::Known || (labelled && day.is_some()),
            // "date 2023-06-20" on a line of its own.
            (None, None) => labelled && at_end && day.is_some(),
        };
        if !accepted {
            return None;
        }
        let span = span_of(&self.line[..self.at]);
        Some(Dateline { span, place: place.map(|place| place.span), date: day.and_then(|day| day.date) })
    }

    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.line.get(self.at + ahead)
    }

    fn is_mark(&self, ahead: usize, mark: &str) -> bool {
        self.peek(ahead).is_some_and(|token| token.of(self.text) == mark)
    }

    fn take_mark(&mut self, mark: &str) -> bool {
        let found = self.is_mark(0, mark);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek(0).is_some_and(|token| token.word == Word::new(word));
        self.at += usize::from(found);
        found
    }

    /// "BEIJING", "NEW DELHI", "ST. LOUIS", "PORT-AU-PRINCE", "BEIJING/SHANGHAI"; or "Brussels", "Rio de
    /// Janeiro".
    fn place(&mut self) -> Option<Place> {
        let start = self.at;
        let first = self.peek(0)?;
        if first.kind != TokenKind::Word || NOT_PLACES.iter().any(|&word| first.word == Word::new(word)) {
            return None;
        }
        let capitals = first.case == Case::Upper;
        let mut end = start;
        let mut first_end = None;
        for index in 0..MAX_PLACE_WORDS {
            if !self.place_word(capitals, index) {
                break;
            }
            self.at += 1;
            end = self.at;
            match self.take_joint() {
                Joint::Same => {}
                Joint::Another => {
                    first_end.get_or_insert(end);
                }
                Joint::End => break,
            }
        }
        // A joint that joins nothing ("LONDON/", "LONDON and") is not part of the place.
        self.at = end;
        if end == start {
            return None;
        }
        let first = &self.line[start..first_end.unwrap_or(end)];
        Some(Place { span: span_of(&self.line[start..end]), capitals, known: CITIES.contains(first) })
    }

    /// Whether the next token can be the place's word number `index`.
    fn place_word(&self, capitals: bool, index: usize) -> bool {
        let Some(token) = self.peek(0).filter(|token| token.kind == TokenKind::Word) else { return false };
        if calendar::name(token.word).is_some() {
            // "LONDON JUNE 20"; "MAY PEN" is a town of Jamaica, and lost.
            return false;
        }
        if index > 0 && !token.is_glued() && AGENCIES.contains(std::slice::from_ref(token)) {
            return false;
        }
        if capitals {
            token.case == Case::Upper
        } else {
            let small = ["de", "da", "do", "la", "el", "es", "of", "upon", "the", "au", "sur", "am"];
            token.case == Case::Title
                || token.case == Case::Mixed
                || (index > 0 && small.iter().any(|&word| token.word == Word::new(word)))
        }
    }

    /// What joins the word just read to the next.
    fn take_joint(&mut self) -> Joint {
        let Some(token) = self.peek(0) else { return Joint::End };
        let next_glued = self.peek(1).is_some_and(Token::is_glued);
        match token.of(self.text) {
            "." if token.is_glued() => {
                // "ST. LOUIS", "FT. WORTH", and no full stop: the word before it is short.
                let short = self.line[self.at - 1].span.len() <= 3;
                self.at += usize::from(short);
                if short { Joint::Same } else { Joint::End }
            }
            "-" | "‑" if token.is_glued() && next_glued => {
                self.at += 1;
                Joint::Same
            }
            "/" if self.peek(1).is_some_and(|next| next.case == self.line[self.at - 1].case) => {
                self.at += 1;
                Joint::Another
            }
            "and" | "AND" | "&" => {
                self.at += 1;
                Joint::Another
            }
            _ => Joint::Same,
        }
    }

    /// ", Calif.", ", South Korea", ", D.C.": lengthens the place.
    fn region(&mut self, place: &mut Place) -> bool {
        let start = self.at;
        while self.at - start < 4
            && self.peek(0).is_some_and(|token| {
                token.kind == TokenKind::Word && matches!(token.case, Case::Title | Case::Upper | Case::Mixed)
            })
        {
            self.at += 1;
            // "W.Va.", "Guinea-Bissau".
            let joint = self.is_mark(0, "-") || self.is_mark(0, ".");
            self.at += usize::from(
                joint && self.peek(1).is_some_and(|next| next.is_glued() && next.kind == TokenKind::Word),
            );
        }
        if self.at == start {
            return false;
        }
        let tokens = &self.line[start..self.at];
        place.known |= REGIONS.contains(tokens);
        place.span = place.span.cover(span_of(tokens));
        if self.take_mark(".") {
            place.span = place.span.cover(self.line[self.at - 1].span);
        }
        true
    }

    /// "(Reuters)", "/PRNewswire/", "[AFP]"; a known agency also without brackets.
    fn agency(&mut self) -> Agency {
        let close = match self.peek(0).map(|token| token.of(self.text)) {
            Some("(") => ")",
            Some("[") => "]",
            Some("/") => "/",
            Some(_) => return self.bare_agency(),
            None => return Agency::None,
        };
        let inside = self.line[self.at + 1..].iter().take(8);
        let Some(len) = inside.clone().position(|token| token.of(self.text) == close) else {
            return Agency::None;
        };
        let tokens = &self.line[self.at + 1..=self.at + len];
        let named = tokens.iter().any(|token| token.kind == TokenKind::Word);
        if !named {
            return Agency::None;
        }
        self.at += len + 2;
        // "(Reuters Life!)", "(AP/CBS)", "(AP Photo)": the first word is the agency.
        let known = (1..=tokens.len()).any(|len| AGENCIES.contains(&tokens[..len]));
        if known { Agency::Known } else { Agency::Bracketed }
    }

    fn bare_agency(&mut self) -> Agency {
        let known = (1..=3).rev().find(|&len| {
            let words = self.line.get(self.at..self.at + len);
            words.is_some_and(|words| {
                words.iter().all(|word| word.kind == TokenKind::Word) && AGENCIES.contains(words)
            })
        });
        match known {
            // The first word on the line names who is written about ("CNN - The network said"), and a word
            // with a stop is a state ("LITTLETON, Pa., Oct 20 -").
            Some(len) if self.at > 0 && !self.is_mark(len, ".") => {
                self.at += len;
                Agency::Bare
            }
            _ => Agency::None,
        }
    }

    /// A dash that stands free, or a colon.
    fn closer(&mut self) -> Option<()> {
        let token = self.peek(0)?;
        let mark = token.of(self.text);
        let hyphen = mark.chars().count() == 1 && mark.starts_with(['-', '‐', '‑']);
        // "LONDON-based" is a word; "LONDON—The" and "(AP)--The" are datelines.
        let free = !hyphen || !token.is_glued() || !self.peek(1).is_some_and(Token::is_glued);
        let closes = (mark.chars().all(chars::is_dash) && free) || mark == ":";
        self.at += usize::from(closes);
        closes.then_some(())
    }

    /// Whether a paragraph follows rather than a label's value or a headline in capitals: "LONDON: 14 C",
    /// "PARIS - MAN HELD AFTER FIRE".
    fn goes_on_as_prose(&self) -> bool {
        let next = self.line[self.at..].iter().take(8);
        let words = next.clone().filter(|token| token.kind == TokenKind::Word).count();
        let capitals = next.filter(|token| token.case == Case::Upper && token.span.len() > 1).count();
        words >= 3 && capitals < 4
    }

    /// "June 20", "20 June 2023", "2023-06-20", "Tuesday, June 20", "Tuesday".
    fn day(&mut self) -> Option<Day> {
        let start = self.at;
        let weekday = match self.peek(0).and_then(|token| calendar::name(token.word)) {
            Some(calendar::Name::Weekday { number, .. }) => Some(number),
            Some(calendar::Name::Month { .. }) | None => None,
        };
        if weekday.is_some() {
            self.at += 1;
            self.take_mark(".");
            self.take_mark(",");
        }
        if let Some(day) = self.iso_day().or_else(|| self.month_and_day()) {
            return Some(day);
        }
        self.at = start;
        let weekday = Weekday::from_monday_one_offset(weekday?).ok()?;
        self.at += 1;
        let date = self.published.and_then(|published| {
            if published.weekday() == weekday {
                Some(published)
            } else {
                published.nth_weekday(-1, weekday).ok()
            }
        });
        Some(Day { date, has_year: false })
    }

    fn number(&self, ahead: usize, digits: std::ops::RangeInclusive<u32>) -> Option<i16> {
        let token = self.peek(ahead).filter(|token| token.kind == TokenKind::Number)?;
        if !digits.contains(&token.span.len()) {
            return None;
        }
        token.of(self.text).parse().ok()
    }

    fn iso_day(&mut self) -> Option<Day> {
        let glued = (1..5).all(|ahead| self.peek(ahead).is_some_and(Token::is_glued));
        let year = self.number(0, 4..=4).filter(|_| glued && self.is_mark(1, "-") && self.is_mark(3, "-"))?;
        let month = i8::try_from(self.number(2, 2..=2)?).ok()?;
        let day = i8::try_from(self.number(4, 2..=2)?).ok()?;
        let date = Date::new(year, month, day).ok()?;
        self.at += 5;
        Some(Day { date: Some(date), has_year: true })
    }

    fn month(&self, ahead: usize) -> Option<i8> {
        match calendar::name(self.peek(ahead)?.word)? {
            calendar::Name::Month { number, .. } => Some(number),
            calendar::Name::Weekday { .. } => None,
        }
    }

    fn month_and_day(&mut self) -> Option<Day> {
        let stop = |at: usize| usize::from(self.is_mark(at, "."));
        let (month, day, mut len) = if let Some(month) = self.month(0) {
            let day_at = 1 + stop(1);
            (month, self.number(day_at, 1..=2)?, day_at + 1)
        } else {
            let suffix = usize::from(self.ordinal_suffix(1));
            let month = self.month(1 + suffix)?;
            (month, self.number(0, 1..=2)?, 2 + suffix + stop(2 + suffix))
        };
        len += usize::from(self.ordinal_suffix(len));
        let day = i8::try_from(day).ok().filter(|day| (1..=31).contains(day))?;
        let comma = usize::from(self.is_mark(len, ","));
        let year = self.number(len + comma, 4..=4).filter(|year| (1700..2200).contains(year));
        self.at += len + if year.is_some() { comma + 1 } else { 0 };
        let date = match (year, self.published) {
            (Some(year), _) => Some(Date::new(year, month, day).ok()?),
            (None, Some(published)) => nearest(published, month, day),
            (None, None) => None,
        };
        Some(Day { date, has_year: year.is_some() })
    }

    fn ordinal_suffix(&self, ahead: usize) -> bool {
        self.peek(ahead)
            .is_some_and(|token| token.is_glued() && matches!(token.of(self.text), "st" | "nd" | "rd" | "th"))
    }
}

/// What joins two words of a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// They are words of one name.
    Same,
    /// They are names of two places.
    Another,
    /// Nothing: the place has ended.
    End,
}

/// The day of that month nearest to `published`, at most half a year away: 29 February may be none.
fn nearest(published: Date, month: i8, day: i8) -> Option<Date> {
    let years = [0, -1, 1].map(|step| published.year() + step);
    let dates = years.into_iter().filter_map(|year| Date::new(year, month, day).ok());
    let distance = |date: &Date| published.until(*date).map_or(i32::MAX, |span| span.get_days().abs());
    dates.min_by_key(distance).filter(|date| distance(date) <= 184)
}
