//! Years, decades and eras: "2019", "the 1990s", "the mid-eighties", "44 BC". They know no reference day.

use super::date::Dated;
use super::period::Period;
use super::reader::Reader;
use super::terms::Term;
use crate::entity::numeric::number::{self, Numeral};
use crate::lexicon::WordSet;
use crate::token::{Case, TokenKind};
use std::sync::LazyLock;

/// What "the 90s" and "the mid-80s" measure where it stands before them.
static MEASURED: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::compile("temperature\ntemperatures\nhighs\nlows\ndegrees\nscores\nrounds"));

impl Reader<'_> {
    /// "1990s", "'90s", "1990's"; near misses: "in his 60s", "the 90s" of a temperature.
    pub(super) fn decade(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        let quote = run.kind(at) == Some(TokenKind::Quote) && run.glued(at + 1);
        let digits = at + usize::from(quote);
        let s = digits + 1;
        let plural =
            run.glued(s) && (run.is(s, &["s"]) || self.run.word(s) == Some(crate::lexicon::Word::new("'s")));
        if !plural {
            return None;
        }
        if let Some(year) =
            run.digits(digits, 4..=4).filter(|year| year % 10 == 0 && (1000..2100).contains(year))
        {
            let period = if year % 100 == 0 && year < 1900 {
                Period::Century(year / 100)
            } else {
                Period::Decade(year / 10)
            };
            return Some(Dated::new(period, s + 1));
        }
        let tens = run.digits(digits, 2..=2).filter(|tens| tens % 10 == 0 && *tens >= 20)?;
        // "in his late 60s", "temperatures in the 90s"
        let owned = (1..=4).any(|back| run.is(at.wrapping_sub(back), &["his", "her", "their", "my", "your"]));
        let measured =
            !quote && run.tokens[at.saturating_sub(20)..at].iter().any(|token| MEASURED.contains(token.word));
        if owned || measured {
            return None;
        }
        let the = run.is(at.wrapping_sub(1), &["the", "early", "late", "mid"])
            || (run.hyphen(at.wrapping_sub(1)) && run.is(at.wrapping_sub(2), &["mid"]));
        (quote || (the && run.is(s, &["s"]))).then_some(Dated::new(Period::Decade(190 + tens / 10), s + 1))
    }

    /// "the summer of '69", "in '99"; near misses: "a '57 Chevy", "'24 hours'".
    pub(super) fn short_year(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        let apostrophe = run.glued(at + 1) && run.str(at).chars().all(crate::text::chars::is_apostrophe);
        let year = run.digits(at + 1, 2..=2).filter(|_| apostrophe)?;
        let led = self.is(at.wrapping_sub(1), &["in", "of", "since", "from", "until", "by", "early", "late"]);
        let ends = !run.glued(at + 2) || run.kind(at + 2) == Some(TokenKind::Punctuation);
        let full = if year >= 30 { 1900 + year } else { 2000 + year };
        (led && ends && !run.glued(at) && self.unit(at + 2).is_none())
            .then_some(Dated::new(Period::Year(full), at + 2))
    }

    /// "nineteen nineties"
    pub(super) fn spelled_decade(&self, at: usize) -> Option<Dated> {
        let Numeral::Unit(century @ 17..=19) = number::numeral(&self.run, at)? else { return None };
        let Some(Term::Decade(decade @ 1..)) = self.term(self.run.past_hyphen(at + 1)) else { return None };
        let end = self.run.past_hyphen(at + 1) + 1;
        Some(Dated::new(Period::Decade(i16::from(century) * 10 + i16::from(decade)), end))
    }

    /// "the sixties"; near miss: "in her sixties", "temperatures in the sixties".
    pub(super) fn decade_word(&self, decade: i8, at: usize) -> Option<Dated> {
        let the = self.is(at.wrapping_sub(1), &["the", "early", "late", "mid", "-"]);
        let before = at.wrapping_sub(2);
        let person = self.is(before, &["his", "her", "their", "my"]);
        let century = if decade == 0 { 200 } else { 190 };
        (the && !person).then_some(Dated {
            shaky: true,
            ..Dated::new(Period::Decade(century + i16::from(decade)), at + 1)
        })
    }

    /// "2016", "2010-15", "1987/88".
    pub(super) fn years(&self, at: usize) -> Option<Dated> {
        let run = self.run;
        if let Some(first) = self.year_digits(at)
            && (run.str(at + 1) == "/" || run.hyphen(at + 1))
            && run.glued(at + 1)
            && run.glued(at + 2)
            && let Some(short) = run.digits(at + 2, 2..=2)
            && !run.hyphen(at + 3)
            && (1800..2100).contains(&first)
        {
            let last = first - first % 100 + short;
            let last = if last < first { last + 100 } else { last };
            let follows = (1..=30).contains(&(last - first));
            return follows.then_some(Dated {
                last: Some(Period::Year(last)),
                ..Dated::new(Period::Year(first), at + 3)
            });
        }
        // "2010-2015": either alone would be taken for a part of a number.
        if let (Some(first), Some(last)) = (self.year_digits(at), self.year_digits(at + 2))
            && run.hyphen(at + 1)
            && !run.hyphen(at + 3)
            && (1800..2100).contains(&first)
            && first < last
        {
            return Some(Dated { last: Some(Period::Year(last)), ..Dated::new(Period::Year(first), at + 3) });
        }
        // "(1901 – 1985)"
        if let (Some(first), Some(last)) = (self.year_digits(at), self.year_digits(at + 2))
            && run.str(at.wrapping_sub(1)) == "("
            && run.dash(at + 1)
            && run.str(at + 3) == ")"
            && first < last
        {
            return Some(Dated { last: Some(Period::Year(last)), ..Dated::new(Period::Year(first), at + 3) });
        }
        // "in 1999 and 2000": the second needs no evidence of its own.
        let before = at.wrapping_sub(2);
        let listed = run.is(at.wrapping_sub(1), &["and", "or"]) || run.str(at.wrapping_sub(1)) == ",";
        let year = self.year(at).or_else(|| {
            let alike = listed && self.year_digits(before).is_some() && self.year(before).is_some();
            self.year_digits(at).filter(|_| alike)
        });
        Some(Dated::new(Period::Year(year?), at + 1))
    }

    /// "44 BC", "410 AD", "AD 476"; near misses: "5 BC Lions", "an ad".
    pub(super) fn with_era(&self, at: usize) -> Option<Dated> {
        let era = |at: usize| self.term(at) == Some(Term::Era) && self.run.case(at) == Case::Upper;
        if era(at) {
            let year = self.run.digits(at + 1, 1..=4)?;
            let holds =
                self.is(at, &["ad", "a.d."]) && year > 0 && self.run.kind(at + 2) != Some(TokenKind::Number);
            return holds.then_some(Dated::new(Period::Year(year), at + 2));
        }
        let year = self.run.digits(at, 1..=4).filter(|&year| year > 0)?;
        let end = at + 2;
        // "from 700 to 1400 AD"
        let joint = at + 1;
        let joined = self.is(joint, &["to", "until"])
            || self.run.hyphen(joint)
            || (self.is(joint, &["and"]) && self.is(at.wrapping_sub(1), &["between"]));
        if joined
            && let Some(last) =
                self.run.digits(joint + 1, 1..=4).filter(|&last| last > year && era(joint + 2))
            && self.is(joint + 2, &["ad", "a.d.", "ce", "c.e."])
        {
            let first = Dated::new(Period::Year(year), joint + 3);
            return Some(Dated { last: Some(Period::Year(last)), ..first });
        }
        if !era(at + 1) || self.run.glued(at) || self.run.case(end) == Case::Title {
            return None;
        }
        let before = self.is(at + 1, &["bc", "b.c.", "bce", "b.c.e."]);
        Some(Dated::new(if before { Period::BeforeChrist(year) } else { Period::Year(year) }, end))
    }
}
