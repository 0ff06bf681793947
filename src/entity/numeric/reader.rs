//! The grammar of amounts: money, percentages, quantities, ordinals, cardinals. It knows the run and not what
//! other finders found in it.

use super::decimal::Decimal;
use super::measure::{self, Measure};
use super::number::{self, Number, Numeral};
use super::run::Run;
use crate::entity::{EntityKind, MoneyValue, NumberValue, Value};
use crate::token::{Case, TokenKind};

/// An amount, as a range of tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: EntityKind,
    pub(super) value: Option<Value>,
}

/// What a reader says of the tokens at an index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    Amount(Found),
    /// Digits that are no amount, such as a score, up to this index.
    Other(usize),
    Nothing,
}

/// Reads amounts from one run.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) run: Run<'a>,
    /// Whether the article writes "£": then "pounds" are money.
    pub(super) in_sterling: bool,
}

/// Words before a number that make it a name: "page 5", "Article 5", "No. 10", "Flight 370".
const NAMING: [&str; 42] = [
    "page",
    "pages",
    "p",
    "pp",
    "no",
    "nos",
    "number",
    "article",
    "articles",
    "chapter",
    "section",
    "sections",
    "room",
    "flight",
    "route",
    "channel",
    "grade",
    "level",
    "phase",
    "type",
    "group",
    "gate",
    "line",
    "highway",
    "interstate",
    "rule",
    "resolution",
    "paragraph",
    "verse",
    "psalm",
    "unit",
    "block",
    "stage",
    "apartment",
    "figure",
    "table",
    "version",
    "formula",
    "title",
    "class",
    "area",
    "studio",
];

/// What "3m" counts in millions; else it measures metres.
const COUNTED_IN_MILLIONS: [&str; 20] = [
    "people",
    "jobs",
    "users",
    "customers",
    "viewers",
    "voters",
    "homes",
    "households",
    "shares",
    "copies",
    "passengers",
    "barrels",
    "tonnes",
    "votes",
    "members",
    "workers",
    "children",
    "visitors",
    "tourists",
    "refugees",
];

/// Words before "first" and "second" that make them a position: "the first", "her second"; near misses:
/// "first, he said", "he first met her".
const BEFORE_ORDINAL: [&str; 16] = [
    "the", "a", "an", "his", "her", "its", "their", "my", "our", "your", "this", "that", "every", "no", "'s",
    "’s",
];

/// Fixed words behind an ordinal: "first lady", "first aid", "second amendment".
const AFTER_FIXED: [&str; 10] =
    ["lady", "aid", "minister", "hand", "name", "names", "amendment", "gentleman", "cousin", "thing"];

/// Words behind "one" that make it a pronoun: "one of", "one must".
const AFTER_PRONOUN: [&str; 24] = [
    "of", "another", "who", "that", "which", "is", "was", "must", "can", "could", "may", "might", "should",
    "would", "will", "has", "had", "and", "or", "to", "in", "day", "thing", "by",
];

/// Words before "one" that do: "no one", "this one".
const BEFORE_PRONOUN: [&str; 14] = [
    "no", "any", "every", "each", "some", "this", "that", "which", "the", "another", "square", "day", "'s",
    "is",
];

impl Reader<'_> {
    pub(super) fn read(&self, at: usize) -> Reading {
        if let Some(found) = self.signed(at) {
            return Reading::Amount(found);
        }
        if let Some(found) = self.many(at) {
            return Reading::Amount(found);
        }
        if let Some((value, end)) = self.ordinal(at) {
            let holds = self.is_position(at, end);
            return if holds {
                Reading::Amount(counted(at, end, EntityKind::Ordinal, value, ""))
            } else {
                Reading::Other(end)
            };
        }
        if !self.stands_free(at) {
            return Reading::Nothing;
        }
        let Some(number) = number::read(&self.run, at) else { return self.digits_only(at) };
        if let Some(found) = self.measured(at, number).or_else(|| self.range(at, number)) {
            return Reading::Amount(found);
        }
        if let Some(end) = self.chain(at) {
            return Reading::Other(end);
        }
        match self.cardinal(at, number) {
            Some(found) => Reading::Amount(found),
            None => Reading::Other(number.end),
        }
    }

    /// Whether a number at `at` is not the tail of a word: "(5", "-5" and "—5" are free, "COVID-19", "F-16" and
    /// "#5" are not.
    fn stands_free(&self, at: usize) -> bool {
        if !self.run.glued(at) {
            return true;
        }
        let before = at.wrapping_sub(1);
        match self.run.kind(before) {
            Some(TokenKind::Quote) => true,
            Some(TokenKind::Punctuation) => {
                let mark = self.run.str(before);
                let open = mark.chars().all(crate::text::chars::is_open_bracket);
                let dash = self.run.dash(before) && (!self.run.glued(before) || mark != "-");
                open || dash || matches!(mark, "..." | "…")
            }
            Some(TokenKind::Symbol) => matches!(self.run.str(before), "~" | "+" | "<" | ">" | "≈" | "±"),
            Some(TokenKind::Word | TokenKind::Number) | None => false,
        }
    }

    /// Digits that [`number::read`] does not take: times, versions, addresses.
    fn digits_only(&self, at: usize) -> Reading {
        if self.run.kind(at) == Some(TokenKind::Number) { Reading::Other(at + 1) } else { Reading::Nothing }
    }

    /// The end of "3-2", "6-4", "1-800-555", "2022/23", "5x4": figures joined to figures or letters.
    fn chain(&self, at: usize) -> Option<usize> {
        let mut end = at + 1;
        if self.run.kind(at) != Some(TokenKind::Number) {
            return None;
        }
        while self.run.glued(end) {
            let joint = (self.run.dash(end) || matches!(self.run.str(end), "/" | ":" | "." | "x" | "×"))
                && self.run.glued(end + 1)
                && self.run.kind(end + 1) == Some(TokenKind::Number);
            if !joint {
                break;
            }
            end += 2;
        }
        (end > at + 1).then_some(end)
    }

    /// "$5", "US$1.5bn", "Rs 200 crore", "USD 5 million", "$5-10 million", "€3m".
    fn signed(&self, at: usize) -> Option<Found> {
        let (measure, start, number_at) =
            measure::sign(&self.run, at).or_else(|| Some((measure::code(&self.run, at)?, at, at + 1)))?;
        if self.run.kind(number_at) != Some(TokenKind::Number) {
            return None;
        }
        let first = self.money_number(number_at)?;
        let range = self.range_end(first.end, |at| {
            let sign_end = measure::sign(&self.run, at).map_or(at, |(_, _, end)| end);
            self.money_number(sign_end)
        });
        if let Some(second) = range.filter(|second| second.scaled && !first.scaled) {
            return Some(Found { start, end: second.end, kind: EntityKind::Money, value: None });
        }
        let end = first.end;
        // "$5 USD", "$5 CAD"
        let (measure, end) = measure::code(&self.run, end).map_or((measure, end), |code| (code, end + 1));
        Some(money(start, end, measure, first.value))
    }

    /// A number in which one letter right behind may scale it: "3m", "1.5B".
    fn money_number(&self, at: usize) -> Option<Number> {
        let number = number::read(&self.run, at)?;
        if number.scaled || !self.run.glued(number.end) {
            return Some(number);
        }
        match number::numeral(&self.run, number.end) {
            Some(Numeral::Suffix(power)) => Some(Number {
                value: number.value.shift(power)?,
                end: number.end + 1,
                scaled: true,
                ..number
            }),
            _ => Some(number),
        }
    }

    /// The number behind "-", "to" or "or".
    fn range_end(&self, at: usize, read: impl Fn(usize) -> Option<Number>) -> Option<Number> {
        let joined =
            (self.run.dash(at) && self.run.str(at).chars().count() == 1) || self.run.is(at, &["to", "or"]);
        if joined { read(at + 1) } else { None }
    }

    /// "5%", "10 dollars", "20 miles", "five-kilometre", "-3C", "50p".
    fn measured(&self, at: usize, number: Number) -> Option<Found> {
        let run = self.run;
        // "-5 percent", "−3°C": a minus touches the number and nothing before.
        let before = at.wrapping_sub(1);
        let minus = run.glued(at)
            && run.dash(before)
            && !run.glued(before)
            && run.kind(at) == Some(TokenKind::Number);
        let (measure, end) = self.measure_behind(number)?;
        match measure {
            Measure::Money { .. } => Some(money(at, end, measure, number.value)),
            Measure::Unit(code) => {
                let negative = minus && matches!(code, "Cel" | "[degF]" | "deg");
                Some(signed_number(at, end, EntityKind::Quantity, number.value, code, negative))
            }
            Measure::Percent { power } => {
                let value = number.value.shift(power)?;
                Some(signed_number(at, end, EntityKind::Percent, value, "%", minus))
            }
        }
    }

    /// What the number counts, and the index behind it.
    fn measure_behind(&self, number: Number) -> Option<(Measure, usize)> {
        let run = self.run;
        let digits = run.kind(number.end - 1) == Some(TokenKind::Number);
        let hyphen = run.hyphen(number.end);
        let at = run.past_hyphen(number.end);
        if digits && run.glued(number.end) && run.str(number.end) == "p" && number.value.as_f64() < 100.0 {
            return Some((Measure::Money { code: Some("GBP"), hundredths: true }, number.end + 1));
        }
        if number.fraction && !hyphen {
            // "half a percentage point", "three-quarters of a mile"
            let of = at + usize::from(run.is(at, &["of"]));
            let article = of + usize::from(run.is(of, &["a", "an", "one"]));
            return measure::name(&run, article)
                .filter(|(measure, _)| article > of || matches!(measure, Measure::Percent { .. }));
        }
        if let Some((measure, end)) = measure::name(&run, at) {
            return self.fits(number, measure, at, hyphen).map(|measure| (measure, end));
        }
        if digits && let Some((code, end)) = measure::short(&run, at) {
            let millions = code == "m" && run.glued(at) && run.is(end, &COUNTED_IN_MILLIONS);
            return (!millions).then_some((Measure::Unit(code), end));
        }
        // "5 million USD"
        measure::code(&run, at).map(|code| (code, at + 1))
    }

    /// The measure that a name means behind this number, if it means one.
    fn fits(&self, number: Number, measure: Measure, at: usize, hyphen: bool) -> Option<Measure> {
        let run = self.run;
        let much = number.value.as_f64() >= 1000.0;
        match measure {
            // Money where the article counts in "£", or the sum is no weight: "10 million pounds"; near miss:
            // "a 200-pound man", "two pounds of rice".
            Measure::Unit("[lb_av]") if run.is(at, &["pound", "pounds"]) => {
                let weight = hyphen || run.is(at + 1, &["of", "in"]);
                let sum = number.value.as_f64() >= 1e6 || (self.in_sterling && !weight);
                Some(if sum { Measure::Money { code: Some("GBP"), hundredths: false } } else { measure })
            }
            // "one foot in the door", "5 won the race", "two crowns"
            Measure::Unit("[ft_i]") if run.is(at, &["foot"]) && !hyphen && number.value == Decimal::ONE => {
                None
            }
            Measure::Money { code: Some("KRW"), .. } if run.is(at, &["won"]) && !much => None,
            Measure::Money { code: None, .. } if run.is(at, &["crown", "crowns", "crowned"]) && !much => None,
            // "he has 10 rand votes" cannot be told; "one lei" may be a garland.
            Measure::Money { code: Some("RON"), .. } if !much => None,
            Measure::Money { .. } | Measure::Unit(_) | Measure::Percent { .. } => Some(measure),
        }
    }

    /// "5-10 percent", "10 to 15 miles": one expression without a single value.
    fn range(&self, at: usize, first: Number) -> Option<Found> {
        let second = self.range_end(first.end, |at| number::read(&self.run, at))?;
        let (measure, end) = self.measure_behind(second)?;
        // "from 5 to 10 percent" is two readings of one; "2 or one percent" too.
        let kind = match measure {
            Measure::Money { .. } => EntityKind::Money,
            Measure::Unit(_) => EntityKind::Quantity,
            Measure::Percent { .. } => EntityKind::Percent,
        };
        Some(Found { start: at, end, kind, value: None })
    }

    /// "third", "23rd", "twenty-first" and their value.
    fn ordinal(&self, at: usize) -> Option<(Decimal, usize)> {
        let run = self.run;
        if run.kind(at) == Some(TokenKind::Number) {
            let suffixed = run.glued(at + 1) && run.is(at + 1, &["st", "nd", "rd", "th"]);
            let value = Decimal::parse(run.get(at)?.span.bytes_of(run.text)).filter(|_| suffixed)?;
            return value.as_whole().map(|_| (value, at + 2));
        }
        match number::numeral(&run, at)? {
            Numeral::Ordinal(value) => Some((Decimal::whole(value.into()), at + 1)),
            Numeral::Ten(tens) => {
                let next = run.past_hyphen(at + 1);
                match number::numeral(&run, next)? {
                    Numeral::Ordinal(unit @ 1..=9) => {
                        Some((Decimal::whole(u64::from(tens) + u64::from(unit)), next + 1))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether an ordinal counts a position rather than names something or orders the sentence: near misses
    /// "First, ...", "Fifth Avenue", "a third of", "first lady", "in the first place" (which counts).
    fn is_position(&self, at: usize, end: usize) -> bool {
        let run = self.run;
        let before = at.wrapping_sub(1);
        if !self.stands_free(at) && !run.hyphen(before) {
            return false;
        }
        let named = run.proper(at) && matches!(run.case(end), Case::Title | Case::Upper);
        let fixed = run.is(end, &AFTER_FIXED) || (run.is(before, &["at"]) && run.is(at, &["first"]));
        if named || fixed {
            return false;
        }
        let adverb = run.is(at, &["first", "second", "third"]);
        let joined = run.hyphen(end);
        let determined = run.is(before, &BEFORE_ORDINAL);
        if run.is(at, &["first", "second"]) {
            return joined || (determined && !matches!(run.str(end), ","));
        }
        let part = run.is(before, &["a", "one"]) && run.is(end, &["of"]);
        !part && (!adverb || run.str(end) != ",")
    }

    /// "dozens of", "tens of thousands": a number without a value.
    fn many(&self, at: usize) -> Option<Found> {
        let run = self.run;
        let many = |at| matches!(number::numeral(&run, at), Some(Numeral::Many(_)));
        let mut end = at;
        if run.is(at, &["tens"]) && run.is(at + 1, &["of"]) && many(at + 2) {
            end = at + 3;
        } else if many(at) && run.case(at) != Case::Upper {
            end = at + 1;
            if run.is(end, &["of"]) && many(end + 1) {
                end += 2;
            }
            // "thousands of", "hundreds were"; near miss: "the hundreds column".
            if run.is(at.wrapping_sub(1), &["the"]) && !run.is(end, &["of"]) {
                return None;
            }
        }
        if end == at {
            return None;
        }
        // "hundreds of millions of dollars"
        let of = end + usize::from(run.is(end, &["of"]));
        if let Some((Measure::Money { .. }, after)) = measure::name(&run, of) {
            return Some(Found { start: at, end: after, kind: EntityKind::Money, value: None });
        }
        Some(Found { start: at, end, kind: EntityKind::Cardinal, value: None })
    }

    /// A bare number, unless it names something.
    fn cardinal(&self, at: usize, number: Number) -> Option<Found> {
        let run = self.run;
        let before = at.wrapping_sub(1);
        let end = number.end;
        let digits = run.kind(at) == Some(TokenKind::Number);
        // "5G", "3D", "20s", "100m hurdles" as letters go on; "3m people" are millions.
        if run.glued(end) && run.kind(end) == Some(TokenKind::Word) {
            let millions = run.str(end) == "m" && run.is(end + 1, &COUNTED_IN_MILLIONS);
            let value = number.value.shift(6).filter(|_| millions)?;
            return Some(counted(at, end + 1, EntityKind::Cardinal, value, ""));
        }
        let stop = run.str(before) == ".";
        let naming =
            run.is(before, &NAMING) || (stop && run.is(at.wrapping_sub(2), &["no", "nos", "p", "pp", "vol"]));
        if naming {
            return None;
        }
        if digits {
            // "1. First item", "Apollo 11 landed", "Boeing 737".
            let item = at == 0 && matches!(run.str(end), "." | ")");
            // "in Gaza 45 people", and not "Flight 370 and", "Boeing 737 landed".
            let noun_behind = run.kind(end) == Some(TokenKind::Word)
                && run.case(end) == Case::Lower
                && !run.is(end, &NOT_COUNTED)
                && !run.str(end).ends_with("ed");
            let named = run.proper(before) && !noun_behind && !number.scaled;
            return (!item && !named).then(|| counted(at, end, EntityKind::Cardinal, number.value, ""));
        }
        // A word with a capital inside a sentence is part of a name: "Channel Four", "One Direction".
        if run.proper(at) && run.case(at) == Case::Title {
            return None;
        }
        if number.fraction {
            // "half of", "half the", "two-thirds"; near miss: "half time", "the other half".
            let half = number.value == Decimal::HALF;
            let counts = !half || run.is(end, &["of", "the", "a", "an", "its", "their", "his", "her", "our"]);
            return counts.then(|| counted(at, end, EntityKind::Cardinal, number.value, ""));
        }
        if number.value == Decimal::ONE && end == at + 1 {
            let noun_behind = run.kind(end) == Some(TokenKind::Word) && run.case(end) == Case::Lower;
            let pronoun = !noun_behind || run.is(end, &AFTER_PRONOUN) || run.is(before, &BEFORE_PRONOUN);
            if pronoun && !run.hyphen(end) {
                return None;
            }
        }
        Some(counted(at, end, EntityKind::Cardinal, number.value, ""))
    }
}

/// Words behind a number in a name: "Boeing 737 is", "Apollo 11 and".
const NOT_COUNTED: [&str; 14] =
    ["and", "or", "to", "in", "on", "at", "for", "by", "from", "with", "was", "is", "has", "as"];

fn counted(start: usize, end: usize, kind: EntityKind, value: Decimal, unit: &'static str) -> Found {
    signed_number(start, end, kind, value, unit, false)
}

/// A number, with the minus before it where it has one.
fn signed_number(
    start: usize,
    end: usize,
    kind: EntityKind,
    value: Decimal,
    unit: &'static str,
    negative: bool,
) -> Found {
    let number = if negative { -value.as_f64() } else { value.as_f64() };
    let value = Some(Value::Number(NumberValue { value: number, unit }));
    Found { start: start - usize::from(negative), end, kind, value }
}

fn money(start: usize, end: usize, measure: Measure, amount: Decimal) -> Found {
    let (currency, hundredths) = match measure {
        Measure::Money { code, hundredths } => (code, hundredths),
        Measure::Unit(_) | Measure::Percent { .. } => (None, false),
    };
    let amount = if hundredths { amount.shift(-2) } else { Some(amount) };
    let value = amount.map(|amount| Value::Money(MoneyValue { currency, amount: amount.as_f64() }));
    Found { start, end, kind: EntityKind::Money, value }
}
