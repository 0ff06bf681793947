//! The tense of the clause around an expression of time, from the nearest verb: "said Monday" looks back, "on
//! Monday will" looks ahead. It knows no calendar.

use crate::entity::numeric::run::Run;
use crate::lexicon::WordSet;
use crate::token::{Case, TokenKind};
use std::sync::LazyLock;

/// Which way an expression without a year or week looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tense {
    Past,
    Future,
    /// No cue: news tells of what has been.
    Unknown,
}

static FUTURE: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::compile(include_str!("../../../data/tense-future.txt")));
static PAST: LazyLock<WordSet> =
    LazyLock::new(|| WordSet::compile(include_str!("../../../data/tense-past.txt")));

static MODAL: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::compile("will\n'll\nwon't\nshall\nwould\n'd\nmay\nmight\ncan\ncan't\ncould\nmust\nshould")
});

/// How far a verb is looked for, in tokens.
const BEFORE: usize = 14;
const AFTER: usize = 10;

/// The tense of the clause around the tokens `start..end`.
///
/// The verb right behind decides first ("on Monday will"), then the nearest before ("said Monday that it
/// will"), then the nearest behind ("On Monday, ministers will").
pub(super) fn of(run: &Run<'_>, start: usize, end: usize) -> Tense {
    if let Some(tense) = cue(run, end) {
        return tense;
    }
    // "postponed until Friday", "adjourned to 3 July"
    let until = start.wrapping_sub(1);
    if run.is(until, &["until", "till", "to"]) && run.is(start.wrapping_sub(2), &DEFERRED) {
        return Tense::Future;
    }
    let earliest = start.saturating_sub(BEFORE);
    for at in (earliest..start).rev() {
        if ends_clause(run, at) {
            break;
        }
        if let Some(tense) = cue(run, at) {
            return tense;
        }
    }
    // "by Friday", "until Friday" look ahead; "since Friday" looks back.
    let before = start.wrapping_sub(1);
    for at in end..end + AFTER {
        if run.get(at).is_none() || ends_clause(run, at) {
            break;
        }
        if let Some(tense) = cue(run, at) {
            // "In October they agreed to talk": what the verb looks ahead to is not the time before it.
            let done = run.is(at + 1, &["to"]) && run.is(at, &FORWARD) && run.str(at).ends_with("ed");
            return if done { Tense::Past } else { tense };
        }
    }
    if run.is(before, &["by", "until", "from"]) { Tense::Future } else { Tense::Unknown }
}

/// What was done to something until a day that is still to come.
const DEFERRED: [&str; 13] = [
    "postponed",
    "delayed",
    "adjourned",
    "extended",
    "suspended",
    "deferred",
    "remanded",
    "detained",
    "closed",
    "banned",
    "moved",
    "rescheduled",
    "custody",
];

/// Verbs that look ahead with the infinitive behind them: "agreed to meet on Friday".
const FORWARD: [&str; 32] = [
    "agreed",
    "agree",
    "agrees",
    "promised",
    "promises",
    "promise",
    "vowed",
    "vows",
    "pledged",
    "pledges",
    "ready",
    "likely",
    "preparing",
    "prepares",
    "prepared",
    "poised",
    "ordered",
    "invited",
    "bound",
    "about",
    "threatened",
    "threatens",
    "seeks",
    "seeking",
    "needs",
    "need",
    "has",
    "have",
    "is",
    "are",
    "was",
    "were",
];

fn ends_clause(run: &Run<'_>, at: usize) -> bool {
    matches!(run.str(at), ";" | ":") || (run.dash(at) && !run.hyphen(at))
}

fn cue(run: &Run<'_>, at: usize) -> Option<Tense> {
    let token = run.get(at)?;
    if token.kind != TokenKind::Word || !matches!(token.case, Case::Lower) {
        return None;
    }
    let before = at.wrapping_sub(1);
    // "is to rule", "agreed to meet"; "has until Friday".
    let ahead = run.is(at + 1, &["to"]) && run.is(at, &FORWARD);
    if ahead || (run.is(at, &["has", "have", "had"]) && run.is(at + 1, &["until"])) {
        return Some(Tense::Future);
    }
    // "had come", "has set": participles of what has been.
    let perfect = run.is(before, &["has", "have", "had"]) && run.is(at, &["come", "set"]);
    // "a record set on 10 November", "hopes of growth"
    let noun = run.is(at, &["hope", "hopes"]) && run.is(at + 1, &["of"]);
    let record = run.is(at, &["set"])
        && run.is(
            before,
            &["record", "level", "high", "low", "mark", "records", "levels", "highs", "lows", "peak"],
        );
    if noun || record {
        return record.then_some(Tense::Past);
    }
    if FUTURE.contains(token.word) && !perfect {
        // "was set to", "had planned": still to come when it was said. "takes"/"plans" as nouns are rare.
        return Some(Tense::Future);
    }
    // "will be held", "to be extended", "the proposed": participles, which follow the verb before them.
    let participle =
        run.is(before, &["be", "being", "a", "an", "the", "its", "his", "her", "their", "of", "to"]);
    // "will shut", "could hit": the base form of verbs that have one form for all.
    let base = run.get(before).is_some_and(|token| MODAL.contains(token.word)) || run.is(before, &["not"]);
    if participle || base {
        return None;
    }
    if PAST.contains(token.word) {
        return Some(Tense::Past);
    }
    let written = token.of(run.text).as_bytes();
    (written.len() > 4 && written.ends_with(b"ed") && !written.ends_with(b"eed")).then_some(Tense::Past)
}
