//! Which of the currencies that share a name an amount is in: "$5 million" in a story from Sydney, "500 crowns" in one
//! about Norway. It knows the amounts, the dateline and the places that the article names, and no grammar of amounts.
//!
//! A bare sign is the home currency's: the dateline's, unless the article writes that one with its country ("A$5m").
//! A bare name repeats what the amounts before it said ("20 million Canadian dollars … 5 million dollars"). Without a
//! dateline the places tell, if the article names those of one such country alone; else the name means what news in
//! English means by it.

use super::gazetteer::{alternatives, rows};
use super::identity::Knowledge;
use super::{Context, EntityKind, MoneyValue, Proposal, Value};
use crate::lexicon::{FastMap, Word};
use crate::token::{self, Token};
use std::cell::OnceCell;
use std::sync::LazyLock;

/// A name of several currencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Family {
    name: &'static str,
    /// Its words and signs, in small letters.
    words: &'static [&'static str],
    /// What marks the currency that the name means where nothing tells.
    marked: &'static [&'static str],
}

const FAMILIES: [Family; 10] = [
    Family { name: "rupee", words: &["rupee", "rupees", "rs"], marked: &["indian", "inr", "₹"] },
    Family { name: "lira", words: &["lira", "liras", "lire"], marked: &["turkish", "try", "₺"] },
    Family { name: "pound", words: &["pound", "pounds"], marked: &["british", "sterling", "gbp", "£"] },
    Family { name: "peso", words: &["peso", "pesos"], marked: &[] },
    Family { name: "franc", words: &["franc", "francs"], marked: &[] },
    Family { name: "crown", words: &["crown", "crowns", "krone", "kroner"], marked: &[] },
    Family { name: "dinar", words: &["dinar", "dinars"], marked: &[] },
    Family { name: "riyal", words: &["riyal", "riyals", "rial", "rials"], marked: &[] },
    Family { name: "shilling", words: &["shilling", "shillings"], marked: &[] },
    // Last, since cents follow what was settled of others.
    Family {
        name: "dollar",
        words: &["$", "dollar", "dollars", "dlr", "dlrs", "cent", "cents", "ct", "cts"],
        marked: &["us", "u.s.", "u.s", "usd", "american"],
    },
];

/// A currency of a family.
#[derive(Clone, Copy, Debug)]
struct Home {
    family: &'static str,
    country: &'static str,
    code: &'static str,
    /// Of datelines alone.
    weak: bool,
}

struct Homes {
    all: Vec<Home>,
    /// Countries of towns.
    towns: FastMap<Word, &'static str>,
}

static HOMES: LazyLock<Homes> = LazyLock::new(|| {
    let mut homes = Homes { all: Vec::new(), towns: FastMap::default() };
    for [family, country, code, towns] in rows(include_str!("../../data/home-currencies.txt")) {
        let (family, weak) = family.strip_prefix('~').map_or((family, false), |family| (family, true));
        homes.all.push(Home { family, country, code, weak });
        homes
            .towns
            .extend(alternatives(towns).filter(|town| *town != "-").map(|town| (Word::new(town), country)));
    }
    homes
});

impl Homes {
    fn of<'h>(&'h self, family: &'h str) -> impl Iterator<Item = &'h Home> {
        self.all.iter().filter(move |home| home.family == family)
    }

    /// What the family's name means where nothing tells.
    fn plain(&self, family: &str) -> Option<&'static str> {
        self.of(family).next().map(|home| home.code).filter(|code| *code != "-")
    }
}

/// An amount in a currency that shares its name.
#[derive(Clone, Copy, Debug)]
struct Amount {
    family: Family,
    /// Whether a sign stands for the name.
    sign: bool,
    /// Whether it is in cents, which other currencies have as well.
    cents: bool,
    /// Whether the words say whose currency it is.
    told: bool,
    code: Option<&'static str>,
}

/// Most countries that are counted: an article that names more says little by it.
const MOST_COUNTRIES: usize = 16;

/// So many mentions of a country's places make it the article's.
const ENOUGH: u32 = 2;

/// Gives bare amounts among the proposals, which are in order and do not overlap, the currency that they are in.
pub(super) fn settle(context: &Context<'_>, knowledge: &Knowledge, proposals: &mut [Proposal]) {
    let is_money = |proposal: &Proposal| proposal.kind == EntityKind::Money;
    if !proposals.iter().any(is_money) {
        return;
    }
    let (text, tokens) = (context.document.text(), context.tokens);
    let amounts = |proposals: &[Proposal]| {
        let mut from = 0;
        let amounts = proposals.iter().enumerate().filter(|(_, proposal)| is_money(proposal));
        let read = |(at, proposal): (usize, &Proposal)| {
            from += token::count_before(&tokens[from..], proposal.span.start());
            let len = token::count_within(&tokens[from..], proposal.span.end());
            Some((at, amount(text, &tokens[from..from + len], proposal.value?)?))
        };
        amounts.filter_map(read).collect::<Vec<_>>()
    };
    let amounts = amounts(proposals);
    let bare = |(_, amount): &(usize, Amount)| !amount.told;
    if !amounts.iter().any(bare) {
        return;
    }
    let dateline =
        context.dateline.map(|span| country_of(text, &tokens[token::within(tokens, span)], knowledge));
    let named = OnceCell::new();
    let count = |proposals: &[Proposal]| {
        named.get_or_init(|| Countries::count(text, tokens, knowledge, proposals)).clone()
    };
    for family in FAMILIES {
        let own = || amounts.iter().filter(|(_, amount)| amount.family == family);
        if own().any(bare) {
            settle_family(context, proposals, family, own, dateline, &count);
        }
    }
}

fn settle_family<'a, I: Iterator<Item = &'a (usize, Amount)>>(
    context: &Context<'_>,
    proposals: &mut [Proposal],
    family: Family,
    amounts: impl Fn() -> I,
    dateline: Option<Option<&'static str>>,
    named: &impl Fn(&[Proposal]) -> Countries,
) {
    let plain = HOMES.plain(family.name);
    let told = |code: Option<&str>| amounts().any(|(_, amount)| amount.told && amount.code == code);
    let by_dateline = dateline
        .flatten()
        .and_then(|country| HOMES.of(family.name).find(|home| home.country == country).map(|home| home.code));
    // "$US5 million" is written where a bare "$" is another.
    let foreign = plain.is_some() && told(plain);
    let any_told = amounts().any(|(_, amount)| amount.told);
    // "£10m ($19m)": who writes for readers elsewhere means what they do.
    let converted = family.name == "dollar" && {
        let others = proposals.iter().filter_map(|proposal| match proposal.value {
            Some(Value::Money(money)) => money.currency,
            _ => None,
        });
        others.into_iter().any(|code| !HOMES.of(family.name).any(|home| home.code == code))
    };
    let by_places = || {
        let trusted = foreign || plain.is_none() || !(any_told || converted);
        trusted.then(|| named(proposals).home(family.name, foreign)).flatten()
    };
    let home = match dateline {
        Some(_) if family.name == "dollar" => by_dateline,
        _ => by_dateline.or_else(by_places),
    };
    let signed = |code: Option<&str>| amounts().any(|(_, a)| a.told && a.sign && a.code == code);
    let by_sign = home.filter(|&home| !signed(Some(home))).or(plain);
    let at_home = home.is_some() && home == plain;
    // What amounts by name are in: the first of them, and the last that told.
    let mut unit = None;
    let mut last = None;
    for &(at, amount) in amounts() {
        let paragraph = paragraph_of(context, &proposals[at]);
        let parted = if amount.cents { cents_of(context, proposals, at, paragraph) } else { None };
        let proposal = &mut proposals[at];
        let code = if amount.told {
            amount.code
        } else if let Some(code) = parted {
            // "19.75 rupees, up 15 cents"
            Some(code)
        } else if amount.sign {
            by_sign
        } else if at_home {
            plain
        } else {
            let near = last.filter(|&(told, _)| told == paragraph).and_then(|(_, code)| code);
            near.or(unit).or(home).or(plain)
        };
        if !amount.sign {
            unit = unit.or(code);
            last = if amount.told { Some((paragraph, code)) } else { last };
        }
        if let Some(Value::Money(money)) = proposal.value.filter(|_| !amount.told) {
            proposal.value = Some(Value::Money(MoneyValue { currency: code.or(money.currency), ..money }));
        }
    }
}

/// An amount, if its currency shares its name with another.
fn amount(text: &str, tokens: &[Token], value: Value) -> Option<Amount> {
    let Value::Money(MoneyValue { currency: code, .. }) = value else { return None };
    let is =
        |token: &Token, words: &[&str]| words.iter().any(|word| token.of(text).eq_ignore_ascii_case(word));
    // The code tells the family at once; only where the name leaves the currency open are the words looked at.
    let by_code = |code: &str| HOMES.all.iter().find(|home| home.code == code).map(|home| home.family);
    let family = match code {
        Some(code) => {
            let name = by_code(code)?;
            FAMILIES.iter().find(|family| family.name == name)
        }
        None => FAMILIES.iter().find(|family| tokens.iter().any(|token| is(token, family.words))),
    };
    let family = *family?;
    let plain = HOMES.plain(family.name);
    let marks = |token: &Token| {
        let glued = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || c == '$');
        is(token, family.marked) || token.of(text).strip_prefix("US").is_some_and(glued)
    };
    let marked = || tokens.iter().any(marks);
    let sign = tokens.iter().any(|token| token.of(text).contains('$') || is(token, &["rs"]));
    let cents = tokens.iter().any(|token| is(token, &["cent", "cents", "ct", "cts"]));
    let told = code.is_some() && (code != plain || marked());
    Some(Amount { family, sign, cents, told, code })
}

/// Currencies that are no dollars and have cents.
const OF_CENTS: [&str; 8] = ["EUR", "ZAR", "LKR", "NLG", "KES", "UGX", "TZS", "MUR"];

/// Whose cents are meant right behind an amount of such a currency.
fn cents_of(
    context: &Context<'_>,
    proposals: &[Proposal],
    at: usize,
    paragraph: u32,
) -> Option<&'static str> {
    let before = proposals[..at].iter().rev().find(|proposal| proposal.kind == EntityKind::Money)?;
    let Some(Value::Money(MoneyValue { currency: Some(code), .. })) = before.value else { return None };
    let near = paragraph_of(context, before) == paragraph;
    OF_CENTS.contains(&code).then_some(code).filter(|_| near)
}

fn paragraph_of(context: &Context<'_>, proposal: &Proposal) -> u32 {
    let paragraphs = context.document.paragraphs();
    let behind = paragraphs.partition_point(|paragraph| paragraph.span.start() <= proposal.span.start());
    u32::try_from(behind).expect("paragraphs are fewer than bytes: this is a bug")
}

/// The country of the last place that a dateline names: of "LONDON, Ontario" the second.
fn country_of(text: &str, tokens: &[Token], knowledge: &Knowledge) -> Option<&'static str> {
    let place = |range: &[Token]| {
        let fact = knowledge.gazetteer.meaning(text, range).map(|meaning| meaning.fact);
        let country = fact.and_then(|fact| knowledge.gazetteer.fact(fact).country);
        country.or_else(|| town(text, range))
    };
    (1..=tokens.len())
        .rev()
        .find_map(|end| (end.saturating_sub(3)..end).find_map(|start| place(&tokens[start..end])))
}

fn town(text: &str, tokens: &[Token]) -> Option<&'static str> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    HOMES.towns.get(&Word::new(first.span.cover(last.span).of(text))).copied()
}

/// How often the article names places or people of each country.
#[derive(Clone, Debug, Default)]
struct Countries(Vec<(&'static str, u32)>);

impl Countries {
    fn count(text: &str, tokens: &[Token], knowledge: &Knowledge, proposals: &[Proposal]) -> Self {
        let mut countries = Self::default();
        let mut from = 0;
        for proposal in proposals {
            from += token::count_before(&tokens[from..], proposal.span.start());
            if !matches!(proposal.kind, EntityKind::Location | EntityKind::Group | EntityKind::Other) {
                continue;
            }
            let len = token::count_within(&tokens[from..], proposal.span.end());
            let name = &tokens[from..from + len];
            let meaning = knowledge.gazetteer.meaning(text, name).filter(|meaning| meaning.rival.is_none());
            let country = meaning.and_then(|meaning| knowledge.gazetteer.fact(meaning.fact).country);
            let Some(country) = country.or_else(|| town(text, name)) else { continue };
            match countries.0.iter().position(|&(known, _)| known == country) {
                Some(at) => countries.0[at].1 += 1,
                None if countries.0.len() < MOST_COUNTRIES => countries.0.push((country, 1)),
                None => {}
            }
        }
        countries
    }

    /// The currency of the only country of a family that the article names; `foreign` says that it is not the plain
    /// one's, so that the most named of the others counts.
    fn home(&self, family: &str, foreign: bool) -> Option<&'static str> {
        let plain = HOMES.plain(family);
        let strong = HOMES.of(family).filter(|home| !home.weak && home.country != "-");
        let counted = strong.filter_map(|home| {
            let count = self.0.iter().find(|(country, _)| *country == home.country)?.1;
            Some((home.code, count))
        });
        if foreign {
            return counted
                .filter(|&(code, _)| Some(code) != plain)
                .max_by_key(|&(_, count)| count)
                .map(|(code, _)| code);
        }
        let mut counted = counted;
        let (code, count) = counted.next()?;
        let all = self.0.iter().map(|(_, count)| count).sum::<u32>();
        let much = count >= ENOUGH && 2 * count >= all;
        (counted.next().is_none() && (much || plain.is_none())).then_some(code)
    }
}
