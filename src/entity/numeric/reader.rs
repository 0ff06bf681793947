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

/// What an article names in which bare "marks" are Germany's.
const GERMAN: [&[u8]; 4] = [b"German", b"Bundesbank", b"Deutsche", b"FRANKFURT"];

impl Reader<'_> {
    pub(super) fn read(&self, at: usize) -> Reading {
        let early = self.signed(at).or_else(|| self.in_one_word(at)).or_else(|| self.multiple(at));
        if let Some(found) = early.or_else(|| self.many(at)) {
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
        if let Some(found) = self.pointed(at) {
            return Reading::Amount(found);
        }
        if !self.stands_free(at) {
            return Reading::Nothing;
        }
        let Some(number) = number::read(&self.run, at) else { return self.digits_only(at) };
        let number = self.in_millions(number).unwrap_or(number);
        let measured = self.measured(at, number).or_else(|| self.range(at, number));
        if let Some(found) = measured.or_else(|| self.one_in(at, number)) {
            return Reading::Amount(found);
        }
        if let Some(found) = self.several(at, number) {
            return Reading::Amount(found);
        }
        if let Some(end) = self.chain(at).filter(|_| !number.fraction) {
            return Reading::Other(end);
        }
        match self.cardinal(at, number) {
            Some(found) => Reading::Amount(found),
            None => Reading::Other(number.end),
        }
    }

    /// ".5%", ".25 inches": a number that begins with its point; near miss: "v.5".
    fn pointed(&self, at: usize) -> Option<Found> {
        let point = at.checked_sub(1)?;
        let led = self.run.glued(at) && !self.run.glued(point) && self.run.str(point) == ".";
        let number = self.behind_point(point).filter(|_| led)?;
        self.measured(point, number)
    }

    /// The number whose point stands at `at`, with figures glued to it.
    fn behind_point(&self, at: usize) -> Option<Number> {
        let figures = self.run.get(at + 1).filter(|_| self.run.glued(at + 1) && self.run.str(at) == ".")?;
        let value = Decimal::parse(figures.span.bytes_of(self.run.text))?;
        let places = i8::try_from(figures.span.len()).ok()?;
        value.as_whole()?;
        Some(Number {
            value: value.shift(places.checked_neg()?)?,
            end: at + 2,
            scaled: false,
            fraction: false,
        })
    }

    /// "3m people", "1.2m barrels", "25k fans": letters that scale a count; near misses: "100m hurdles", "5k
    /// run".
    fn in_millions(&self, number: Number) -> Option<Number> {
        let run = self.run;
        let (letter, end) = (number.end, number.end + 1);
        if number.scaled || !run.glued(letter) || run.glued(end) || !run.is(letter, &["m", "k"]) {
            return None;
        }
        let counted = run.is(end, &super::counts::COUNTED_IN_MILLIONS);
        let point = number.value.as_whole().is_none() && run.is(letter, &["m"]);
        let plural = run.case(end) == Case::Lower && matches!(run.str(end).as_bytes(), [_, _, _, .., b's']);
        let known = |(measure, _)| !matches!(measure, Measure::Money { code: None, .. });
        let measured = run.is(letter, &["m"]) && measure::name(&run, end).is_some_and(known);
        let power = number::suffix(run.str(letter))?;
        (counted || measured || (point && plural)).then_some(())?;
        Some(Number { value: number.value.shift(power)?, end, scaled: true, ..number })
    }

    /// Whether a number at `at` is not the tail of a word: "(5", "-5" and "—5" are free, "COVID-19", "F-16" and
    /// "#5" are not.
    pub(super) fn stands_free(&self, at: usize) -> bool {
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
            // "P5+1" is a group.
            Some(TokenKind::Symbol) => {
                !self.run.glued(before) && matches!(self.run.str(before), "~" | "+" | "<" | ">" | "≈" | "±")
            }
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
        let run = self.run;
        let (mut measure, mut start, number_at) =
            measure::sign(&run, at).or_else(|| Some((measure::code(&run, at)?, at, at + 1)))?;
        if run.kind(number_at) != Some(TokenKind::Number) && run.str(number_at) != "." {
            return None;
        }
        let first = self.money_number(number_at)?;
        // "US $5"
        let before = start.wrapping_sub(1);
        if run.str(start) == "$" && !run.glued(start) && matches!(run.str(before), "US" | "U.S.") {
            start = before;
        }
        // "CAD $20"
        if run.str(start) == "$"
            && !run.glued(start)
            && let Some(code) = measure::code(&run, before)
        {
            (measure, start) = (code, before);
        }
        let range = self.range_end(first.end, |at| {
            let sign_end = measure::sign(&run, at).map_or(at, |(_, _, end)| end);
            self.money_number(sign_end)
        });
        // "$5-10 million", "$5-$10"; near miss: "from $5 to $10" are two sums.
        let one = |second: &Number| {
            let joined = run.hyphen(first.end) && second.value.as_f64() > first.value.as_f64();
            joined || (second.scaled && !first.scaled)
        };
        if let Some(second) = range.filter(one) {
            return Some(Found { start, end: second.end, kind: EntityKind::Money, value: None });
        }
        // "$5 dollars"
        let end = first.end + usize::from(run.str(start) == "$" && run.is(first.end, &["dollar", "dollars"]));
        // "$5 USD", "$5 CAD"
        let (measure, end) = measure::code(&run, end).map_or((measure, end), |code| (code, end + 1));
        // "-$5 million"
        let dash = start.wrapping_sub(1);
        let negative = run.glued(start) && matches!(run.str(dash), "-" | "−") && !run.glued(dash);
        Some(money(start, end, measure, first.value).negated(negative))
    }

    /// "Rs200 crore", "RM5m", "EUR1.2bn".
    fn in_one_word(&self, at: usize) -> Option<Found> {
        let word = self.run.kind(at)? == TokenKind::Word && self.run.case(at) != Case::Lower;
        if !(word || self.run.str(at) == "$") || self.run.glued(at) {
            return None;
        }
        let (measure, value, power, end) = measure::joined(&self.run, at)?;
        let (value, end) = number::powers(&self.run, value.shift(power)?, end)?;
        Some(money(at, end, measure, value))
    }

    /// "multi-million-dollar", "multibillion-euro": money without an amount.
    fn multiple(&self, at: usize) -> Option<Found> {
        let run = self.run;
        let scale = run.past_hyphen(at + 1);
        let end = if run.is(at, &["multimillion", "multibillion", "multitrillion"]) {
            at + 1
        } else if run.is(at, &["multi"]) && matches!(number::numeral(&run, scale), Some(Numeral::Scale(_))) {
            scale + 1
        } else {
            return None;
        };
        let (measure, end) = measure::name(&run, run.past_hyphen(end))?;
        let money = matches!(measure, Measure::Money { .. })
            || (measure == Measure::Unit("[lb_av]") && run.is(end - 1, &["pound", "pounds"]));
        money.then_some(Found { start: at, end, kind: EntityKind::Money, value: None })
    }

    /// A number in which one letter right behind may scale it: "3m", "1.5B".
    fn money_number(&self, at: usize) -> Option<Number> {
        let number = number::read(&self.run, at).or_else(|| self.behind_point(at))?;
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
        // "-5 percent", "−3°C": a minus touches the number and nothing before; or it is spelled.
        let before = at.wrapping_sub(1);
        let sign = run.glued(at)
            && run.dash(before)
            && !run.glued(before)
            && run.kind(at) == Some(TokenKind::Number);
        let minus = sign || run.is(before, &["minus"]);
        let (measure, end) = self.measure_behind(number)?;
        // "a million-dollar home": the article is the home's.
        let at = at + usize::from(run.hyphen(number.end) && run.is(at, &["a", "an"]));
        match measure {
            Measure::Money { code, hundredths } => {
                let found = money(at, end, measure, number.value);
                let cents = code.filter(|_| !hundredths && run.is(end, &["and"]));
                Some(cents.and_then(|code| self.with_cents(found, number.value, code)).unwrap_or(found))
            }
            Measure::Unit(code) => {
                if let Some((inches, end)) = self.feet_and_inches(code, number, end) {
                    return Some(counted(at, end, EntityKind::Quantity, inches, "[in_i]"));
                }
                let negative = minus && matches!(code, "Cel" | "[degF]" | "deg");
                Some(signed_number(at, end, EntityKind::Quantity, number.value, code, negative))
            }
            Measure::Percent { power } => {
                // "3%-5%"
                let second = number::read(&run, end + 1).filter(|_| run.hyphen(end));
                let second = second.and_then(|second| measure::name(&run, second.end));
                if let Some((Measure::Percent { .. }, end)) = second {
                    return Some(Found { start: at, end, kind: EntityKind::Percent, value: None });
                }
                let value = number.value.shift(power)?;
                Some(signed_number(at, end, EntityKind::Percent, value, "%", minus))
            }
        }
    }

    /// "three dollars and fifty cents"
    fn with_cents(&self, whole: Found, value: Decimal, code: &str) -> Option<Found> {
        let cents = number::read(&self.run, whole.end + 1)?;
        let (measure, end) = measure::name(&self.run, cents.end)?;
        match measure {
            Measure::Money { code: Some(of), hundredths: true } if of == code => {
                let value = value.plus(cents.value.shift(-2)?)?;
                let measure = Measure::Money { code: Some(of), hundredths: false };
                Some(money(whole.start, end, measure, value))
            }
            _ => None,
        }
    }

    /// "6ft 2in", "six feet two inches", "5-foot-11": the whole in inches.
    fn feet_and_inches(&self, code: &str, feet: Number, end: usize) -> Option<(Decimal, usize)> {
        let run = self.run;
        if code != "[ft_i]" {
            return None;
        }
        let hyphen = run.hyphen(end);
        let inches = number::read(&run, run.past_hyphen(end))?;
        let few = inches.value.as_f64() < 12.0 && feet.value.as_whole().is_some();
        let named = match measure::name(&run, inches.end) {
            Some((Measure::Unit("[in_i]"), end)) => Some(end),
            _ if run.glued(inches.end) && run.is(inches.end, &["in", "ins"]) => Some(inches.end + 1),
            _ => (hyphen && run.kind(inches.end) != Some(TokenKind::Word)).then_some(inches.end),
        };
        Some((feet.value.times(12)?.plus(inches.value)?, named.filter(|_| few)?))
    }

    /// What the number counts, and the index behind it.
    fn measure_behind(&self, number: Number) -> Option<(Measure, usize)> {
        let run = self.run;
        let digits = run.kind(number.end - 1) == Some(TokenKind::Number);
        let hyphen = run.hyphen(number.end);
        let at = run.past_hyphen(number.end);
        if digits && run.glued(number.end) && run.str(number.end) == "p" && is_pence(number) {
            return Some((Measure::Money { code: Some("GBP"), hundredths: true }, number.end + 1));
        }
        // "quarter-point", "half-point" cuts of a rate
        if number.fraction && hyphen && run.is(at, &["point"]) {
            return Some((Measure::Percent { power: 0 }, at + 1));
        }
        if number.fraction && run.is(number.end - 1, &["quarter"]) && run.is(at, &["point"]) {
            return Some((Measure::Percent { power: 0 }, at + 1));
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
        if (digits || number.scaled)
            && let Some((code, end)) = measure::short(&run, at)
        {
            return Some((Measure::Unit(code), end));
        }
        // "40 C in the shade"; near misses: "40 C students", "40 F. Scott".
        let degrees = digits && number.value.as_f64() < 150.0 && run.kind(at + 1) != Some(TokenKind::Word);
        let degrees =
            degrees || (digits && run.is(at + 1, &["in", "on", "at", "and", "or", "to", "by", "with"]));
        match run.str(at) {
            "C" if degrees => return Some((Measure::Unit("Cel"), at + 1)),
            "F" if degrees => return Some((Measure::Unit("[degF]"), at + 1)),
            _ => {}
        }
        // "10 €"
        if let Some(measure) = measure::sign_behind(&run, at) {
            return Some((measure, at + 1));
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
            // "11 stone 4", "11 stone."; near miss: "two stone houses"
            Measure::Unit("[stone_av]") => {
                let ends = run.kind(at + 1) != Some(TokenKind::Word) || run.is(at + 1, &["in", "and", "at"]);
                ends.then_some(measure)
            }
            // "10 PC games"
            Measure::Percent { .. } if run.is(at, &["pc", "bp"]) && run.case(at) != Case::Lower => None,
            // "Three Mile Island"
            Measure::Unit(_) if run.case(at) == Case::Title && run.case(at + 1) == Case::Title => None,
            // "one foot in the door", "5 won the race", "two crowns"
            Measure::Unit("[ft_i]") if run.is(at, &["foot"]) && !hyphen && number.value == Decimal::ONE => {
                None
            }
            Measure::Money { code: Some("KRW"), .. } if run.is(at, &["won"]) && !much => None,
            // "5 mln marks", "1.83 marks"; near misses: "80 marks" of a school, "the 5,000 mark"
            Measure::Money { code: Some("DEM"), .. } if run.is(at, &["mark", "marks"]) => {
                let sum = number.scaled || (run.is(at, &["marks"]) && number.value.as_whole().is_none());
                let of_germany =
                    || GERMAN.iter().any(|word| memchr::memmem::find(run.text.as_bytes(), word).is_some());
                (sum || (run.is(at, &["marks"]) && of_germany())).then_some(measure)
            }
            Measure::Money { code: None, .. } if run.is(at, &["crown", "crowns", "crowned"]) && !much => None,
            // "he has 10 rand votes" cannot be told; "one lei" may be a garland.
            Measure::Money { code: Some("RON"), .. } if !much => None,
            Measure::Money { .. } | Measure::Unit(_) | Measure::Percent { .. } => Some(measure),
        }
    }

    /// "5-10 percent", "10 to 15 miles": one expression without a single value.
    fn range(&self, at: usize, first: Number) -> Option<Found> {
        let second = self.range_end(first.end, |at| number::read(&self.run, at))?;
        // "two thirds - 65% - of them"
        if first.fraction && !second.fraction && self.run.dash(first.end) && !self.run.hyphen(first.end) {
            return None;
        }
        let (measure, end) = self.measure_behind(second)?;
        // "from 5 to 10 percent" is two readings of one; "2 or one percent" too.
        let kind = match measure {
            Measure::Money { .. } => EntityKind::Money,
            Measure::Unit(_) => EntityKind::Quantity,
            Measure::Percent { .. } => EntityKind::Percent,
        };
        Some(Found { start: at, end, kind, value: None })
    }
}

/// Whether "p" behind the figures is of pence: "50p", "323p"; near miss: "1080p", a picture's lines.
fn is_pence(number: Number) -> bool {
    let pence = number.value.as_f64();
    pence < 10_000.0 && ![240.0, 360.0, 480.0, 576.0, 720.0, 1080.0, 1440.0, 2160.0, 4320.0].contains(&pence)
}

pub(super) fn counted(
    start: usize,
    end: usize,
    kind: EntityKind,
    value: Decimal,
    unit: &'static str,
) -> Found {
    signed_number(start, end, kind, value, unit, false)
}

/// A number, with the minus before it where it has one.
pub(super) fn signed_number(
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

impl Found {
    /// The same amount below zero, with the sign before it.
    fn negated(self, negative: bool) -> Self {
        let value = match self.value {
            Some(Value::Money(money)) => Some(Value::Money(MoneyValue { amount: -money.amount, ..money })),
            other => other,
        };
        if negative { Self { start: self.start - 1, value, ..self } } else { self }
    }
}

pub(super) fn money(start: usize, end: usize, measure: Measure, amount: Decimal) -> Found {
    let (currency, hundredths) = match measure {
        Measure::Money { code, hundredths } => (code, hundredths),
        Measure::Unit(_) | Measure::Percent { .. } => (None, false),
    };
    let amount = if hundredths { amount.shift(-2) } else { Some(amount) };
    let value = amount.map(|amount| Value::Money(MoneyValue { currency, amount: amount.as_f64() }));
    Found { start, end, kind: EntityKind::Money, value }
}
