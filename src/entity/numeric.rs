//! Money, percentages, quantities, ordinals and cardinals, found by a grammar over numbers and what they
//! count. It knows no entity and no calendar; stretches that the finder of times took are left alone.
//!
//! `number` reads numbers in digits and words as exact decimals, `measure` the names and signs of what is
//! counted, `reader` puts them together. `run` and `wordmap` serve the finder of times as well.
//!
//! Ranges ("$5-10 million", "5 to 10 percent") are one expression without a value, since they mean no single
//! one; so are "dozens" and "tens of thousands".

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a grammar asks for one sort of word and passes over all others, new ones included"
)]

mod counts;
pub(super) mod decimal;
mod measure;
pub(super) mod number;
mod reader;
pub(super) mod run;
pub(super) mod wordmap;

use super::{Context, EntityKind, MoneyValue, Proposal, Source, Value};
use crate::lexicon::Word;
use crate::text::{Checkpoint, Span};
use crate::token::{Case, Token, TokenKind};
use memchr::memmem;
use reader::{Found, Reader, Reading};
use run::{Run, each_run};
use std::ops::ControlFlow;
use std::sync::LazyLock;
use wordmap::WordMap;

/// Appends the amounts of the article, in order; none overlap, nor does any overlap an expression of time that
/// is in `out` already.
pub fn find(
    context: &Context<'_>,
    checkpoint: &mut dyn Checkpoint,
    out: &mut Vec<Proposal>,
) -> ControlFlow<()> {
    let text = context.document.text();
    let in_sterling = memmem::find(text.as_bytes(), "£".as_bytes()).is_some();
    let mut times = 0;
    let found_before = out.len();
    let beginnings = &*BEGINNINGS;
    each_run(context, checkpoint, |run| {
        let reader = Reader { run, in_sterling };
        let mut at = 0;
        let mut last: Option<(usize, MoneyValue)> = None;
        while at < run.tokens.len() {
            if !may_begin(beginnings, &run, at) {
                at += 1;
                continue;
            }
            if let Some(time) = time_at(&out[..found_before], &mut times, run.tokens[at].span) {
                // Behind the expression of time.
                at += run.tokens[at..].partition_point(|token| token.span.start() < time.end()).max(1);
                continue;
            }
            at = match reader.read(at) {
                Reading::Nothing => at + 1,
                Reading::Other(end) => end,
                Reading::Amount(found) => {
                    let found =
                        last.and_then(|(end, money)| in_money(&run, found, end, money)).unwrap_or(found);
                    if let Some(Value::Money(money)) = found.value {
                        last = Some((found.end, money));
                    }
                    let span = run.span(found.start..found.end);
                    out.push(Proposal {
                        span,
                        kind: found.kind,
                        subtype: None,
                        value: found.value,
                        confidence: None,
                        source: Source::Numeric,
                    });
                    found.end
                }
            };
        }
    })
}

/// So many tokens lie between an amount and one that leaves out what it counts.
const BETWEEN_SUMS: usize = 10;

/// What stands before a sum that leaves out its currency, and what may follow it.
const BEFORE_SUM: [&str; 8] = ["vs", "versus", "from", "against", "than", "to", "with", "and"];
const BEHIND_SUM: [&str; 16] = [
    "in",
    "last",
    "at",
    "for",
    "on",
    "a",
    "previously",
    "earlier",
    "during",
    "the",
    "this",
    "as",
    "before",
    "from",
    "while",
    "after",
];

/// "rose to 5 billion dollars from **4 billion**": a sum by the amount before it; near misses: "5 million dollars for 2
/// million people", "from 4 billion barrels".
fn in_money(run: &Run<'_>, found: Found, before: usize, money: MoneyValue) -> Option<Found> {
    let Some(Value::Number(number)) = found.value else { return None };
    let great = found.kind == EntityKind::Cardinal && number.value >= 1e6 && found.end > found.start + 1;
    let led = run.is(found.start.wrapping_sub(1), &BEFORE_SUM);
    let ends = run.kind(found.end) != Some(TokenKind::Word) || run.is(found.end, &BEHIND_SUM);
    let near = found.start < before + BETWEEN_SUMS && !run.hyphen(found.end);
    let value = Value::Money(MoneyValue { amount: number.value, ..money });
    (great && led && ends && near).then_some(Found { kind: EntityKind::Money, value: Some(value), ..found })
}

/// Whether an amount can begin at `at`.
#[inline]
fn may_begin(beginnings: &WordMap<Beginning>, run: &Run<'_>, at: usize) -> bool {
    let token = &run.tokens[at];
    match token.kind {
        TokenKind::Number | TokenKind::Symbol => true,
        TokenKind::Word => match beginnings.get(token.word) {
            Some(Beginning::Amount) => true,
            Some(Beginning::Article) => number::numeral(run, at + 1).is_some() || run.is(at + 1, &["few"]),
            None => may_join(token, run.text),
        },
        TokenKind::Quote | TokenKind::Punctuation => false,
    }
}

/// How a word begins an amount.
#[derive(Clone, Copy, Debug)]
enum Beginning {
    /// As it stands.
    Amount,
    /// Together with the word behind it: "a million", "a few dollars".
    Article,
}

static BEGINNINGS: LazyLock<WordMap<Beginning>> = LazyLock::new(|| {
    let many = [
        "tens",
        "dozens",
        "hundreds",
        "thousands",
        "lakhs",
        "crores",
        "millions",
        "billions",
        "trillions",
        "quarter",
        "scores",
        "several",
        "few",
        "multi",
        "multimillion",
        "multibillion",
        "multitrillion",
    ];
    let words = number::words().chain(measure::words_before()).chain(many.map(Word::new));
    let articles = number::ARTICLES.map(|article| (Word::new(article), Beginning::Article));
    WordMap::new(words.map(|word| (word, Beginning::Amount)).chain(articles))
});

/// Whether a word may be a currency with its amount, such as "Rs200", "RM5m".
#[inline]
fn may_join(token: &Token, text: &str) -> bool {
    let capital = matches!(token.case, Case::Title | Case::Upper | Case::Mixed);
    capital
        && token.span.bytes_of(text).get(1..).is_some_and(|rest| rest.iter().take(3).any(u8::is_ascii_digit))
}

/// The expression of time that the span lies in, if it lies in one. `next` is the first proposal that may
/// still matter; spans are asked for in order.
fn time_at(proposals: &[Proposal], next: &mut usize, span: Span) -> Option<Span> {
    while let Some(proposal) = proposals.get(*next) {
        if proposal.source == Source::Temporal && proposal.span.end() > span.start() {
            return proposal.span.overlaps(span).then_some(proposal.span);
        }
        *next += 1;
    }
    None
}
