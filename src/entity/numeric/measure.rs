//! What numbers count: currencies, units, percentages, by their names and signs. It knows no number.

use super::decimal::Decimal;
use super::run::Run;
use crate::lexicon::{self, FastMap, Sieve, Word};
use crate::text::Span;
use crate::token::{self, Case, TokenKind};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// A currency by its ISO 4217 code; none where the name leaves it open.
    Money { code: Option<&'static str>, hundredths: bool },
    /// A unit by its UCUM code.
    Unit(&'static str),
    /// Hundredths; basis points are hundredths of them.
    Percent { power: i8 },
}

const PERCENT: [(&str, i8); 12] = [
    ("%", 0),
    ("percent", 0),
    ("per cent", 0),
    ("pct", 0),
    ("percentage point(s)", 0),
    ("basis point(s)", -2),
    ("per-cent", 0),
    ("pc", 0),
    ("percentage-point(s)", 0),
    ("basis-point(s)", -2),
    ("bps", -2),
    ("bp", -2),
];

/// Most tokens of a name: "New Zealand dollars", "mile-per-hour".
const MAX_NAME: usize = 5;

struct Names {
    names: Phrases,
    /// Exactly as written.
    shorts: BTreeMap<&'static str, &'static str>,
    signs: BTreeMap<&'static str, Measure>,
    codes: BTreeMap<&'static str, Measure>,
}

/// What names of several words mean.
#[derive(Default)]
struct Phrases {
    /// By the hash of all tokens.
    meanings: FastMap<u64, Measure>,
    /// Lets the first words pass.
    beginnings: Sieve,
}

impl Phrases {
    /// The names of a list, parted by commas.
    fn add(&mut self, names: &str, measure: Measure) {
        let mut tokens = Vec::new();
        for name in names.split(',').map(str::trim).filter(|name| *name != "-") {
            // "(s)" may stand in the middle: "barrel(s) per day".
            for ending in ["", "s"] {
                let name = name.replace("(s)", ending);
                tokens.clear();
                token::tokenize(&name, Span::of_bytes(0, name.len()), &mut tokens);
                tokens.first().into_iter().for_each(|first| self.beginnings.add(first.word));
                let hash = tokens.iter().fold(0, |hash, token| lexicon::combine(hash, token.word.bits()));
                self.meanings.insert(hash, measure);
            }
        }
    }
}

static NAMES: LazyLock<Names> = LazyLock::new(Names::compile);

impl Names {
    fn compile() -> Self {
        let mut names = Phrases::default();
        let mut shorts = BTreeMap::new();
        let mut signs = BTreeMap::new();
        let mut codes = BTreeMap::new();
        for (code, short, phrases) in rows(include_str!("../../../data/units.txt"), false) {
            shorts.extend(short.split(' ').filter(|short| *short != "-").map(|short| (short, code)));
            names.add(phrases, Measure::Unit(code));
        }
        // Currencies come last, yet leave "pound(s)" to the weight: which is meant is told by the context.
        for (code, sign, phrases) in rows(include_str!("../../../data/currencies.txt"), true) {
            let hundredths = code.ends_with("/100");
            let code = code.trim_end_matches("/100");
            let measure = Measure::Money { code: (code != "?").then_some(code), hundredths };
            signs.extend(sign.split(' ').filter(|sign| *sign != "-").map(|sign| (sign, measure)));
            if code.len() == 3 && !hundredths {
                codes.insert(code, measure);
            }
            names.add(phrases, measure);
        }
        for (phrase, power) in PERCENT {
            names.add(phrase, Measure::Percent { power });
        }
        Self { names, shorts, signs, codes }
    }
}

/// The lines of a list as code, signs or short forms, and names.
fn rows(
    list: &'static str,
    signs_first: bool,
) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    lexicon::entries(list).map(move |line| {
        let mut columns = line.split('|').map(str::trim);
        let mut column = || columns.next().expect("a list of measures has three columns: this is a bug");
        let (code, second, third) = (column(), column(), column());
        if signs_first { (code, second, third) } else { (code, third, second) }
    })
}

/// The longest name of a currency, unit or percentage at `at`, and the index behind it.
pub(super) fn name(run: &Run<'_>, at: usize) -> Option<(Measure, usize)> {
    let names = &NAMES.names;
    if !names.beginnings.passes(run.get(at)?.word) {
        return None;
    }
    let mut hash = 0;
    let mut found = None;
    for end in at..at + MAX_NAME {
        let Some(token) = run.get(end) else { break };
        hash = lexicon::combine(hash, token.word.bits());
        if let Some(&measure) = names.meanings.get(&hash) {
            found = Some((measure, end + 1));
        }
    }
    found
}

/// The unit of a short form that stands behind digits: "km", "kg"; of one letter only where nothing stands
/// between ("5m", "30C").
pub(super) fn short(run: &Run<'_>, at: usize) -> Option<(&'static str, usize)> {
    let written = run.str(at);
    if matches!(written, "°" | "˚" | "º") {
        return match run.str(at + 1) {
            "C" => Some(("Cel", at + 2)),
            "F" => Some(("[degF]", at + 2)),
            _ => Some(("deg", at + 1)),
        };
    }
    let code = NAMES.shorts.get(written).copied()?;
    (run.glued(at) || written.chars().count() > 1).then_some((code, at + 1))
}

/// The currency whose sign stands at `at`, with the index where the sign begins and the index behind it:
/// "$", "US$", "Rs.", "€".
pub(super) fn sign(run: &Run<'_>, at: usize) -> Option<(Measure, usize, usize)> {
    if run.kind(at) == Some(TokenKind::Number) {
        return None;
    }
    let before = at.wrapping_sub(1);
    let look = |range: std::ops::Range<usize>| NAMES.signs.get(run.span(range).of(run.text)).copied();
    if run.glued(at)
        && run.get(before).is_some()
        && let Some(measure) = look(before..at + 1)
    {
        return Some((measure, before, at + 1));
    }
    run.get(at)?;
    let measure = look(at..at + 1)?;
    let stop = run.str(at + 1) == "." && run.glued(at + 1) && run.is(at, &["rs"]);
    Some((measure, at, at + 1 + usize::from(stop)))
}

/// The currency whose sign stands behind an amount: "10 €", "5¢"; "$" stands before.
pub(super) fn sign_behind(run: &Run<'_>, at: usize) -> Option<Measure> {
    let sign = run.get(at)?.span.of(run.text);
    let alone = !sign.is_ascii() && !sign.chars().any(char::is_alphanumeric);
    let free = run.kind(at + 1) != Some(TokenKind::Number) || !run.glued(at + 1);
    if alone && free { NAMES.signs.get(sign).copied() } else { None }
}

/// Dollars whose country stands behind the sign.
const DOLLARS: [(&str, &str); 9] = [
    ("$US", "USD"),
    ("$A", "AUD"),
    ("$AU", "AUD"),
    ("$NZ", "NZD"),
    ("$C", "CAD"),
    ("$CA", "CAD"),
    ("$HK", "HKD"),
    ("$S", "SGD"),
    ("$SG", "SGD"),
];

/// A currency and its amount in one word, as some countries write them: "Rs200", "RM5m", "EUR1.2bn"; near
/// misses: "R2", "P5", "MI6". Gives the power of ten of letters behind the figures and the index behind all.
pub(super) fn joined(run: &Run<'_>, at: usize) -> Option<(Measure, Decimal, i8, usize)> {
    let first = run.get(at)?;
    let start = first.span.start() as usize;
    let bytes = run.text.as_bytes().get(start..)?;
    // "$US77", "$A 5 million", as Australians write them
    let dollar = usize::from(bytes.first() == Some(&b'$'));
    let letters = bytes[dollar..].iter().take(4).take_while(|byte| byte.is_ascii_alphabetic()).count();
    if dollar == 1 && letters == 0 {
        return None;
    }
    let letters = dollar + letters;
    let letters = letters + usize::from(dollar == 1 && bytes.get(letters) == Some(&b' '));
    let figures = bytes[letters..].iter().take(24);
    let mut len = figures.take_while(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.')).count();
    while len > 0 && !bytes[letters + len - 1].is_ascii_digit() {
        len -= 1;
    }
    if letters == 0 || len == 0 {
        return None;
    }
    let prefix = Span::of_bytes(start, start + letters).of(run.text).trim_end();
    let scaled_only = matches!(prefix, "R" | "P");
    let measure = match prefix {
        "R" => Measure::Money { code: Some("ZAR"), hundredths: false },
        "P" => Measure::Money { code: Some("PHP"), hundredths: false },
        _ if dollar == 1 => {
            let (_, code) = DOLLARS.iter().find(|(sign, _)| *sign == prefix)?;
            Measure::Money { code: Some(code), hundredths: false }
        }
        _ => *NAMES.signs.get(prefix).or_else(|| NAMES.codes.get(prefix))?,
    };
    let value = Decimal::parse(&bytes[letters..letters + len])?;
    let tail = &bytes[letters + len..];
    let suffix = tail.iter().take(4).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let written = Span::of_bytes(start + letters + len, start + letters + len + suffix).of(run.text);
    let power = if suffix == 0 { 0 } else { super::number::suffix(written)? };
    let end = start + letters + len + suffix;
    let after = at + run.tokens[at..].partition_point(|token| token.span.end() as usize <= end);
    let clean = run.get(after).is_none_or(|token| token.span.start() as usize >= end);
    let scale = matches!(super::number::numeral(run, after), Some(super::number::Numeral::Scale(3..)));
    (clean && (!scaled_only || power > 0 || scale)).then_some((measure, value, power, after))
}

/// The currency whose ISO 4217 code stands at `at`: "USD", "EUR". "TRY" is rather the verb.
pub(super) fn code(run: &Run<'_>, at: usize) -> Option<Measure> {
    let code = run.get(at).filter(|token| token.span.len() == 3 && token.case == Case::Upper)?;
    NAMES.codes.get(code.of(run.text)).copied().filter(|_| run.str(at) != "TRY")
}

/// Words that may stand before an amount: signs of letters, and codes.
pub(super) fn words_before() -> impl Iterator<Item = Word> {
    let signs = NAMES.signs.keys().filter(|sign| sign.chars().all(char::is_alphabetic));
    signs.chain(NAMES.codes.keys()).map(|word| Word::new(word))
}
