//! What an item around a cue may not be, whatever the weights say: rules of the language, as caps on the scores of its
//! states. It knows items and labels, and no weight.

use super::chain::{NEVER, Topology};
use super::item::{Form, Item, narrow, words};
use super::page::Page;
use super::parts;
use crate::model::lanes::{self, Lanes};
use std::ops::Range;

/// Registers for the states of the parts.
type Caps = Lanes<{ super::tagger::PART_LANES }>;

/// Caps for the states of the parts.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    /// No part of the cue.
    cue: Caps,
    /// Not the first word of a speaker.
    first: Caps,
    /// No part of a speaker.
    speaker: Caps,
    /// Nothing that is reported.
    content: Caps,
    /// Nothing at all.
    outside: Caps,
}

impl Bars {
    pub(crate) fn new(topology: &Topology) -> Self {
        let caps = |barred: &dyn Fn(u8) -> bool| {
            let row = (0_u8..).take(parts::LABELS).map(|label| if barred(label) { NEVER } else { i16::MAX });
            topology.spread(&row.collect::<Vec<_>>())
        };
        Self {
            cue: caps(&|label| label == parts::CUE),
            first: caps(&|label| matches!(label, parts::SPEAKER | parts::ONLY_SPEAKER)),
            speaker: caps(&|label| (parts::SPEAKER..parts::CUE).contains(&label)),
            content: caps(&|label| (parts::CONTENT..parts::SPEAKER).contains(&label)),
            outside: caps(&|label| label != parts::OUTSIDE),
        }
    }
}

/// One cue and what bars the items around it.
#[derive(Clone)]
pub(crate) struct Barrier<'a> {
    bars: &'a Bars,
    page: &'a Page,
    cue: &'a Range<u32>,
    /// Items that others took, or none.
    taken: &'a [bool],
    /// Where those who may speak begin, before the cue.
    speakers: u32,
    /// Whether the speaker can only stand behind the cue.
    named_behind: bool,
    /// What is reported and by whom, where that is plain to see.
    pub(crate) inverted: Option<Inverted>,
}

/// A clause, and behind it a verb and whoever says it: "Rain was not the only cause, says the report."
#[derive(Clone, Debug)]
pub(crate) struct Inverted {
    pub(crate) content: Range<u32>,
    pub(crate) speaker: Range<u32>,
    /// Where the clause about the speaker ends.
    end: u32,
}

impl<'a> Barrier<'a> {
    pub(crate) fn new(bars: &'a Bars, page: &'a Page, cue: &'a Range<u32>, taken: &'a [bool]) -> Self {
        let clause_end = clause_end(page, cue);
        let inverted = inverted(page, cue, clause_end);
        let named_behind = inverted.is_some() || is_named_behind(page, cue);
        let speakers = if named_behind { cue.start } else { clause_end };
        Self { bars, page, cue, taken, speakers, named_behind, inverted }
    }

    /// Caps the scores of the item at `at`, which is none of the cue.
    pub(crate) fn hold(&self, at: u32, scores: &mut Caps) {
        let Self { bars, page, cue, .. } = self;
        let item = &page.items[at as usize];
        let mut cap = |caps: &Caps| *scores = lanes::cap(scores, caps);
        cap(&bars.cue);
        if item.is_long() || is_main_verb(page, at) {
            cap(&bars.speaker);
        } else if !item.may_begin_name() || at < self.speakers {
            cap(&bars.first);
        }
        let unreported =
            self.inverted.as_ref().map_or(cue.end + u32::from(self.named_behind), |inverted| inverted.end);
        if (cue.end..unreported).contains(&at) {
            cap(&bars.content);
        }
        // What another took is outside, whatever else it might be.
        if self.taken.get(at as usize).is_some_and(|&taken| taken) {
            cap(&bars.outside);
        }
    }
}

/// No clause is looked for farther before a cue, in items: time must stay linear.
const LONGEST_CLAUSE: u32 = 150;

/// Whether an item is the verb of a clause that is none within a speaker's description: "is", but not in "a man who is late".
fn is_main_verb(page: &Page, at: u32) -> bool {
    /// How far back words are looked for that put it within.
    const FAR: usize = 12;
    let item = &page.items[at as usize];
    item.finite && {
        let start = page.sentences[item.sentence as usize].start as usize;
        let before = page.items[start..at as usize].iter().rev().take(FAR);
        !before.take_while(|item| item.form != Form::Comma).any(|item| item.subordinates)
    }
}

/// Where the last clause ends, before a cue in its sentence, that has a verb of its own and is closed by a comma: it is what is
/// reported, as in "Rain was not the only cause, says the report", and nobody in it says so. But somebody in it does where the
/// cue is a participle or joined to it: "Sol was late, telling us that", "Sol was late, but said".
fn clause_end(page: &Page, cue: &Range<u32>) -> u32 {
    let verb = &page.items[cue.start as usize];
    let start = page.sentences[verb.sentence as usize].start.max(cue.start.saturating_sub(LONGEST_CLAUSE));
    let items = |range: Range<u32>| &page.items[range.start as usize..range.end as usize];
    let mut end = start;
    let (mut has_verb, mut is_within, mut follows_comma) = (false, false, false);
    for (next, pair) in (start + 1..).zip(items(start..cue.start).windows(2)) {
        let [item, behind] = pair else { break };
        // "Bell, sounding tired, said"
        is_within |= item.subordinates || follows_comma && item.is_participle();
        follows_comma = item.form == Form::Comma;
        // "They have, for example, found"
        has_verb |= item.finite && !is_within && behind.form != Form::Comma;
        if behind.form == Form::Comma {
            if has_verb {
                end = next + 1;
            }
            (has_verb, is_within) = (false, false);
        }
    }
    let behind = items(end..cue.start);
    let is_joined = behind.first().into_iter().chain(behind.iter().rev().take(2)).any(Item::joins);
    if verb.is_participle() || is_joined { start } else { end }
}

/// Whether a cue is one verb between marked words and a name with nothing to report of it: in "The pump “keeps us
/// dry,” says Dr Ana Sol of the Trust" neither the pump speaks nor is Dr Sol what it says.
fn is_named_behind(page: &Page, cue: &Range<u32>) -> bool {
    /// Most words of titles and roles before the name, and of the name.
    const MOST_WORDS: usize = 6;
    const TIES: [u64; 6] = words(["of", "at", "from", "for", "in", "who"]);
    let before = |back: u32| cue.start.checked_sub(back).map(|at| &page.items[at as usize]);
    let comma = u32::from(before(1).is_some_and(|item| item.form == Form::Comma));
    let verb = &page.items[cue.start as usize];
    if cue.len() > 1 || !verb.reports || !before(1 + comma).is_some_and(Item::is_quoted) {
        return false;
    }
    let behind = &page.items[cue.end as usize..page.sentences[verb.sentence as usize].end as usize];
    let is_name = |item: &&Item| item.is_person() || item.is_body();
    let titles =
        behind.iter().take(MOST_WORDS).take_while(|item| item.is_bare_word() && !is_name(item)).count();
    let name = behind[titles..].iter().take(MOST_WORDS).take_while(is_name).count();
    name > 0
        && behind
            .get(titles + name)
            .is_none_or(|next| matches!(next.form, Form::Comma | Form::Stop) || TIES.contains(&next.word))
}

/// The same without marks, where the verb is behind a comma and no other stands behind it.
fn inverted(page: &Page, cue: &Range<u32>, clause_end: u32) -> Option<Inverted> {
    /// Most words of a speaker.
    const MOST_WORDS: usize = 24;
    const SAY: [u64; 3] = words(["say", "says", "said"]);
    let verb = &page.items[cue.start as usize];
    let sentence = &page.sentences[verb.sentence as usize];
    if cue.start - sentence.start > LONGEST_CLAUSE {
        return None;
    }
    let comma = cue.start.checked_sub(1).filter(|&at| page.items[at as usize].form == Form::Comma)?;
    if cue.len() > 1 || !verb.reports || !is_reported_before(page, cue, clause_end) {
        return None;
    }
    let behind = &page.items[cue.end as usize..sentence.end as usize];
    let in_speaker = |item: &&Item| item.is_bare_word() && !item.finite && !item.subordinates;
    let length = behind.iter().take(MOST_WORDS).take_while(in_speaker).count();
    let ends_clause = |item: &Item| matches!(item.form, Form::Comma | Form::Stop | Form::Colon);
    // "says a man who has seen it", but not "the study, done in Leeds, suggests people who sleep late are well"
    let ends = |item: &Item| ends_clause(item) || item.subordinates && SAY.contains(&verb.word);
    let rest = behind.iter().skip(length).take(MOST_WORDS).take_while(|item| !ends_clause(item)).count();
    (behind.first().is_some_and(begins_a_subject) && behind.get(length).is_none_or(ends)).then(|| Inverted {
        content: sentence.start..comma,
        speaker: cue.end..cue.end + narrow(length),
        end: cue.end + narrow(length + rest),
    })
}

/// Whether what a verb behind a comma reports stands before it, where no marks say so: a clause with a verb of its own has
/// ended, and nobody stands behind it who may say it, as in "Rain was the cause, Ana Sol, who saw it, told Reuters". Or
/// there is no other comma; one alone parts nobody from what they say.
fn is_reported_before(page: &Page, cue: &Range<u32>, clause_end: u32) -> bool {
    const OTHERS: [u64; 9] =
        words(["told", "tells", "asked", "assured", "called", "dubbed", "named", "termed", "described"]);
    const PLAIN: [u64; 15] = words([
        "say", "says", "said", "argue", "argues", "believe", "believes", "claim", "claims", "explain",
        "explains", "suggest", "suggests", "warn", "warns",
    ]);
    let verb = &page.items[cue.start as usize];
    let start = page.sentences[verb.sentence as usize].start;
    if clause_end > start {
        let between = &page.items[clause_end as usize..cue.start as usize];
        return !verb.is_participle()
            && !OTHERS.contains(&verb.word)
            && !between.iter().any(|item| item.is_person() || item.is_body());
    }
    let front = &page.items[start as usize..cue.start as usize];
    PLAIN.contains(&verb.word)
        && front.len() > 3
        && front.iter().filter(|item| item.form == Form::Comma).count() == 1
}

/// Whether somebody's name or description begins here, and not a pronoun or another word that binds.
fn begins_a_subject(item: &Item) -> bool {
    item.may_begin_name() && !item.subordinates && (!item.is_function() || item.determines)
}
