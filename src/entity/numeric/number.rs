//! Numbers in digits and in words: "1.5bn", "twenty-three", "half a million". It knows nothing of what is
//! counted.

use super::decimal::Decimal;
use super::run::Run;
use super::wordmap::WordMap;
use crate::lexicon::Word;
use crate::token::TokenKind;
use std::sync::LazyLock;

/// A number and the index of the first token behind it.
#[derive(Clone, Copy, Debug)]
pub(in crate::entity) struct Number {
    pub(in crate::entity) value: Decimal,
    pub(in crate::entity) end: usize,
    /// Whether a word such as "million" scales it.
    pub(in crate::entity) scaled: bool,
    /// Whether it is a part of one: "two-thirds", "half".
    pub(in crate::entity) fraction: bool,
}

/// What a word is to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::entity) enum Numeral {
    /// "zero" to "nineteen".
    Unit(u8),
    /// "twenty" to "ninety".
    Ten(u8),
    /// "hundred", "thousand", "lakh", "million": a power of ten.
    Scale(i8),
    /// "mln", "bn", "m", "k": a power of ten behind digits only.
    Suffix(i8),
    /// "dozen".
    Dozen,
    /// "first" to "nineteenth", "twentieth" to "ninetieth", "hundredth", "thousandth", "millionth".
    Ordinal(u32),
    /// "third(s)", "fifths": what parts are called where they differ from ordinals.
    Part(u8),
    /// "half", "halves".
    Half,
    /// "½", "¾": over and under.
    Vulgar(u8, u8),
    /// "dozens", "hundreds", "thousands": many.
    Many(i8),
}

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const SCALES: [(&str, i8); 7] = [
    ("hundred", 2),
    ("thousand", 3),
    ("lakh", 5),
    ("million", 6),
    ("crore", 7),
    ("billion", 9),
    ("trillion", 12),
];

/// Short forms stand behind digits alone: "5 mln", "1.5bn", "10k"; near miss: "Mr K", "M".
const SUFFIXES: [(&str, i8); 11] = [
    ("k", 3),
    ("m", 6),
    ("mn", 6),
    ("mln", 6),
    ("mil", 6),
    ("b", 9),
    ("bn", 9),
    ("bln", 9),
    ("tn", 12),
    ("trn", 12),
    ("cr", 7),
];

const ORDINALS: [&str; 20] = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];

const ORDINAL_TENS: [&str; 8] =
    ["twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"];

/// Parts in the plural; the singular is the ordinal ("a fifth") or stands in [`SINGULAR_PARTS`].
const PARTS: [(&str, u8); 10] = [
    ("thirds", 3),
    ("quarters", 4),
    ("fourths", 4),
    ("fifths", 5),
    ("sixths", 6),
    ("sevenths", 7),
    ("eighths", 8),
    ("ninths", 9),
    ("tenths", 10),
    ("twentieths", 20),
];

const SINGULAR_PARTS: [(&str, u8); 1] = [("quarter", 4)];

/// Fractions of one character.
const VULGAR: [(&str, u8, u8); 12] = [
    ("½", 1, 2),
    ("⅓", 1, 3),
    ("⅔", 2, 3),
    ("¼", 1, 4),
    ("¾", 3, 4),
    ("⅕", 1, 5),
    ("⅖", 2, 5),
    ("⅗", 3, 5),
    ("⅘", 4, 5),
    ("⅛", 1, 8),
    ("⅜", 3, 8),
    ("⅞", 7, 8),
];

static NUMERALS: LazyLock<WordMap<Numeral>> = LazyLock::new(|| {
    let units = (0..).zip(UNITS).map(|(value, name)| (name.to_owned(), Numeral::Unit(value)));
    let tens = (2..).zip(TENS).map(|(value, name)| (name.to_owned(), Numeral::Ten(10 * value)));
    let scales = SCALES.into_iter().map(|(name, power)| (name.to_owned(), Numeral::Scale(power)));
    let many = SCALES.into_iter().map(|(name, power)| (format!("{name}s"), Numeral::Many(power)));
    let suffixes = SUFFIXES.into_iter().map(|(name, power)| (name.to_owned(), Numeral::Suffix(power)));
    let ordinals = (0..).zip(ORDINALS).map(|(value, name)| (name.to_owned(), Numeral::Ordinal(value)));
    let ordinal_tens =
        (2..).zip(ORDINAL_TENS).map(|(value, name)| (name.to_owned(), Numeral::Ordinal(10 * value)));
    let parts =
        PARTS.into_iter().chain(SINGULAR_PARTS).map(|(name, under)| (name.to_owned(), Numeral::Part(under)));
    let rest = [
        ("dozen", Numeral::Dozen),
        ("dozens", Numeral::Many(1)),
        ("hundredth", Numeral::Ordinal(100)),
        ("thousandth", Numeral::Ordinal(1000)),
        ("millionth", Numeral::Ordinal(1_000_000)),
        ("half", Numeral::Half),
    ];
    let rest = rest.into_iter().map(|(name, numeral)| (name.to_owned(), numeral));
    let vulgar =
        VULGAR.into_iter().map(|(name, over, under)| (name.to_owned(), Numeral::Vulgar(over, under)));
    let rest = rest.chain(vulgar);
    let all = units.chain(tens).chain(scales).chain(many).chain(suffixes);
    let all = all.chain(ordinals).chain(ordinal_tens).chain(parts).chain(rest);
    WordMap::new(all.map(|(name, numeral)| (Word::new(&name), numeral)))
});

/// Words that begin a number only before another word of numbers: "a million".
pub(in crate::entity) const ARTICLES: [&str; 2] = ["a", "an"];

/// Every word that a number may begin with, articles aside.
pub(in crate::entity) fn words() -> impl Iterator<Item = Word> {
    let names = UNITS.into_iter().chain(TENS).chain(ORDINALS).chain(ORDINAL_TENS);
    let vulgar = VULGAR.into_iter().map(|(name, ..)| name);
    names.chain(["half", "hundredth"]).chain(vulgar).map(Word::new)
}

/// What the word at an index is to a number.
pub(in crate::entity) fn numeral(run: &Run<'_>, at: usize) -> Option<Numeral> {
    NUMERALS.get(run.word(at)?)
}

/// The power of ten that letters behind figures mean: "m", "bn".
pub(super) fn suffix(written: &str) -> Option<i8> {
    let lower = written.to_ascii_lowercase();
    SUFFIXES.iter().find(|(name, _)| *name == lower).map(|&(_, power)| power)
}

/// Whole powers of ten behind a value at `at`: "200" + " lakh crore".
pub(super) fn powers(run: &Run<'_>, value: Decimal, at: usize) -> Option<(Decimal, usize)> {
    more_scales(run, value, at)
}

/// Reads the number that begins at `at`.
///
/// "a" and "an" begin one only before a scale or a part: "a million", "a dozen", "a third of".
pub(in crate::entity) fn read(run: &Run<'_>, at: usize) -> Option<Number> {
    let found = match run.kind(at)? {
        TokenKind::Number => in_digits(run, at),
        TokenKind::Word => in_words(run, at),
        TokenKind::Quote | TokenKind::Punctuation | TokenKind::Symbol => None,
    }?;
    Some(and_a_half(run, found).unwrap_or(found))
}

/// "5", "1,000", "3 million", "1.5bn", "1/2", "2 1/2".
fn in_digits(run: &Run<'_>, at: usize) -> Option<Number> {
    let value = Decimal::parse(run.get(at)?.span.bytes_of(run.text))?;
    let plain = Number { value, end: at + 1, scaled: false, fraction: false };
    if let Some(fraction) = slashed(run, at) {
        return Some(fraction);
    }
    // "2 1/2", "1½"
    let part = slashed(run, at + 1).filter(|_| !run.glued(at + 1));
    let vulgar = || vulgar(run, at + 1).filter(|_| run.glued(at + 1));
    if let Some(part) = part.or_else(vulgar).or_else(|| hyphened(run, at + 1)) {
        return Some(Number { value: value.plus(part.value)?, fraction: false, ..part });
    }
    let next = run.past_hyphen(at + 1);
    let power = match numeral(run, next) {
        Some(Numeral::Scale(power)) => power,
        // "3 m" are metres, "3m" may be millions: whoever knows what is counted decides.
        Some(Numeral::Suffix(power)) if run.str(next).len() > 1 => power,
        Some(Numeral::Dozen) => {
            return Some(Number { value: value.times(12)?, end: next + 1, scaled: true, fraction: false });
        }
        _ => return Some(plain),
    };
    let (value, end) = more_scales(run, value.shift(power)?, next + 1)?;
    Some(Number { value, end, scaled: true, fraction: false })
}

/// Further powers right behind one: "2 lakh crore", "5 hundred thousand", "a million million".
fn more_scales(run: &Run<'_>, mut value: Decimal, mut end: usize) -> Option<(Decimal, usize)> {
    while let Some(Numeral::Scale(power)) = numeral(run, end) {
        value = value.shift(power)?;
        end += 1;
    }
    Some((value, end))
}

/// "1/2", "3/4": a small fraction; near miss: "9/11", "2022/23".
fn slashed(run: &Run<'_>, at: usize) -> Option<Number> {
    if run.str(at + 1) != "/" || !run.glued(at + 1) || !run.glued(at + 2) || run.str(at + 3) == "/" {
        return None;
    }
    let (over, under) = (run.digits(at, 1..=1)?, run.digits(at + 2, 1..=1)?);
    if over >= under || !matches!(under, 2..=5 | 8) {
        return None;
    }
    let value = Decimal::ratio(over.unsigned_abs().into(), under.unsigned_abs().into())?;
    Some(Number { value, end: at + 3, scaled: false, fraction: true })
}

/// "-3/4" of "6-3/4 pct", "-7/16"; near miss: "2-3/5/2019".
fn hyphened(run: &Run<'_>, at: usize) -> Option<Number> {
    let (over_at, slash, under_at) = (at + 1, at + 2, at + 3);
    let joined = run.hyphen(at) && run.str(slash) == "/" && run.glued(slash) && run.glued(under_at);
    let (over, under) = (run.digits(over_at, 1..=2)?, run.digits(under_at, 1..=2)?);
    let goes_on = run.glued(under_at + 1) && matches!(run.str(under_at + 1), "/" | "-");
    if !joined || goes_on || over >= under || over < 1 || !matches!(under, 2 | 4 | 8 | 16 | 32 | 64) {
        return None;
    }
    let value = Decimal::ratio(over.unsigned_abs().into(), under.unsigned_abs().into())?;
    Some(Number { value, end: under_at + 1, scaled: false, fraction: true })
}

/// "½"
fn vulgar(run: &Run<'_>, at: usize) -> Option<Number> {
    let Numeral::Vulgar(over, under) = numeral(run, at)? else { return None };
    let value = Decimal::ratio(over.into(), under.into())?;
    Some(Number { value, end: at + 1, scaled: false, fraction: true })
}

/// "twenty-three", "two hundred and five thousand", "a dozen", "half a million", "two-thirds".
fn in_words(run: &Run<'_>, at: usize) -> Option<Number> {
    if let Some(half) = half_of(run, at).or_else(|| vulgar(run, at)) {
        return Some(half);
    }
    // "quarter-point", "quarter-mile"; near miss: "quarter-final"
    let parted = ["point", "percentage", "percent", "mile", "inch", "hour", "million", "billion"];
    if run.is(at, &["quarter"]) && run.hyphen(at + 1) && run.is(at + 2, &parted) {
        return Some(Number { value: Decimal::ratio(1, 4)?, end: at + 1, scaled: false, fraction: true });
    }
    let article = run.is(at, &ARTICLES);
    if article {
        return match numeral(run, at + 1)? {
            Numeral::Scale(_) | Numeral::Dozen => scaled(run, Decimal::ONE, at + 1),
            // "a half-dozen"
            Numeral::Half => half_of(run, at + 1),
            _ => part(run, 1, at + 1).map(|part| of_scale(run, part)),
        };
    }
    let (value, end) = below_hundred(run, at)?;
    if let Some(part) = part(run, value, run.past_hyphen(end)) {
        return Some(of_scale(run, part));
    }
    let value = Decimal::whole(value);
    scaled(run, value, end).or(Some(Number { value, end, scaled: false, fraction: false }))
}

/// "seven", "twelve", "twenty", "twenty-three", "twenty three".
fn below_hundred(run: &Run<'_>, at: usize) -> Option<(u64, usize)> {
    match numeral(run, at)? {
        Numeral::Unit(value) => Some((value.into(), at + 1)),
        Numeral::Ten(tens) => {
            let next = run.past_hyphen(at + 1);
            match numeral(run, next) {
                Some(Numeral::Unit(unit @ 1..=9)) => Some((u64::from(tens + unit), next + 1)),
                _ => Some((tens.into(), at + 1)),
            }
        }
        _ => None,
    }
}

/// Most scales in one number: "two million three hundred and five thousand one hundred".
const MAX_SCALES: usize = 6;

/// The scales behind a number, each with what is added below it.
fn scaled(run: &Run<'_>, value: Decimal, at: usize) -> Option<Number> {
    let mut total = Decimal::whole(0);
    let mut current = value;
    let mut end = at;
    let mut found = false;
    let mut ceiling = i8::MAX;
    for _ in 0..MAX_SCALES {
        let next = run.past_hyphen(end);
        let power = match numeral(run, next) {
            Some(Numeral::Scale(power)) => power,
            // "two mln" of wire copy
            Some(Numeral::Suffix(power)) if run.is(next, &["mln", "bln", "mn", "bn", "trn"]) => power,
            Some(Numeral::Dozen) => {
                let value = current.times(12)?;
                return Some(Number {
                    value: total.plus(value)?,
                    end: next + 1,
                    scaled: true,
                    fraction: false,
                });
            }
            _ => break,
        };
        current = current.shift(power)?;
        found = true;
        end = next + 1;
        if power == 2 {
            // "two hundred [and five] thousand"
            if let Some((more, after)) = below_hundred(run, end + usize::from(run.is(end, &["and"]))) {
                current = current.plus(Decimal::whole(more))?;
                end = after;
            }
            continue;
        }
        if power >= ceiling {
            break;
        }
        ceiling = power;
        // "two thousand crore"
        (current, end) = more_scales(run, current, end)?;
        total = total.plus(current)?;
        current = Decimal::whole(0);
        let Some((more, after)) = below_hundred(run, end + usize::from(run.is(end, &["and"]))) else { break };
        // "two million three hundred thousand", and not "a million three people": more must be scaled, or
        // follow "and", or complete a thousand.
        let goes_on = matches!(numeral(run, run.past_hyphen(after)), Some(Numeral::Scale(_)));
        if !goes_on && !run.is(end, &["and"]) && power != 3 {
            break;
        }
        current = Decimal::whole(more);
        end = after;
    }
    let value = total.plus(current)?;
    found.then_some(Number { value, end, scaled: true, fraction: false })
}

/// "two-thirds", "a quarter of", "three quarters"; near miss: "a third man", "three quarters later".
fn part(run: &Run<'_>, over: u64, at: usize) -> Option<Number> {
    let under = match numeral(run, at)? {
        Numeral::Part(under) => u64::from(under),
        // "one third", "a fifth of": the ordinal counts parts only for one of them.
        Numeral::Ordinal(under @ 3..=20)
            if over == 1 && (run.is(at + 1, &["of"]) || run.hyphen(at.wrapping_sub(1))) =>
        {
            under.into()
        }
        _ => return None,
    };
    let of = run.is(at + 1, &["of", "the", "majority", "full", "as", "point"]);
    let joined = run.hyphen(at.wrapping_sub(1));
    // "nearly a quarter said"; near miss: "in a quarter"
    let about = ["nearly", "about", "almost", "around", "over", "than", "roughly", "only"];
    let of = of || (run.is(at.wrapping_sub(1), &["a"]) && run.is(at.wrapping_sub(2), &about));
    let plural = matches!(run.str(at).as_bytes(), [.., b's' | b'S']);
    let holds = if plural { over > 1 && (of || joined || under != 4) } else { over == 1 && (of || joined) };
    if !holds {
        return None;
    }
    Some(Number { value: Decimal::ratio(over, under)?, end: at + 1, scaled: false, fraction: true })
}

/// "a quarter of a million": the part of a scale rather than the part alone.
fn of_scale(run: &Run<'_>, part: Number) -> Number {
    let scale = part.end + 2;
    let of = run.is(part.end, &["of"]) && run.is(part.end + 1, &["a", "one"]);
    match numeral(run, scale) {
        Some(Numeral::Scale(_)) if of => scaled(run, part.value, scale).unwrap_or(part),
        _ => part,
    }
}

/// "half a million", "half a dozen", "half of".
fn half_of(run: &Run<'_>, at: usize) -> Option<Number> {
    if numeral(run, at)? != Numeral::Half {
        return None;
    }
    let next = run.past_hyphen(at + 1) + usize::from(run.is(at + 1, &["a", "an"]));
    match numeral(run, next) {
        Some(Numeral::Scale(_)) => scaled(run, Decimal::HALF, next),
        Some(Numeral::Dozen) => {
            Some(Number { value: Decimal::whole(6), end: next + 1, scaled: true, fraction: false })
        }
        _ => Some(Number { value: Decimal::HALF, end: at + 1, scaled: false, fraction: true }),
    }
}

/// "three and a half", "one and a half million", "two and a quarter".
fn and_a_half(run: &Run<'_>, number: Number) -> Option<Number> {
    let mut at = number.end;
    if number.fraction {
        return None;
    }
    at = run.past_hyphen(at);
    if !run.is(at, &["and"]) {
        return None;
    }
    at = run.past_hyphen(at + 1);
    // "two and three-quarter hours"
    let over = match numeral(run, at) {
        Some(Numeral::Unit(over @ 1..=3)) => u64::from(over),
        _ if run.is(at, &["a"]) => 1,
        _ => return None,
    };
    at = run.past_hyphen(at + 1);
    let part = match numeral(run, at)? {
        Numeral::Part(under @ (3 | 4)) if over > 1 => Decimal::ratio(over, under.into())?,
        _ if over > 1 => return None,
        Numeral::Half => Decimal::HALF,
        Numeral::Part(4) => Decimal::ratio(1, 4)?,
        _ => return None,
    };
    let value = number.value.plus(part)?;
    let plain = Number { value, end: at + 1, ..number };
    Some(scaled(run, value, at + 1).unwrap_or(plain))
}
