//! What an item around a cue may not be, whatever the weights say: rules of the language, as caps on the scores of its
//! states. It knows items and labels, and no weight.

use super::chain::{NEVER, Topology};
use super::page::{Form, Item, Page};
use super::parts;
use crate::lexicon::Word;
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
#[derive(Clone, Copy)]
pub(crate) struct Barrier<'a> {
    bars: &'a Bars,
    page: &'a Page,
    cue: &'a Range<u32>,
    /// Items that others took, or none.
    taken: &'a [bool],
    /// Whether the speaker can only stand behind the cue.
    named_behind: bool,
}

impl<'a> Barrier<'a> {
    pub(crate) fn new(bars: &'a Bars, page: &'a Page, cue: &'a Range<u32>, taken: &'a [bool]) -> Self {
        Self { bars, page, cue, taken, named_behind: is_named_behind(page, cue) }
    }

    /// Caps the scores of the item at `at`, which is none of the cue.
    pub(crate) fn hold(&self, at: u32, scores: &mut Caps) {
        let Self { bars, page, cue, .. } = *self;
        let item = &page.items[at as usize];
        let mut cap = |caps: &Caps| *scores = lanes::cap(scores, caps);
        cap(&bars.cue);
        if item.is_long() {
            cap(&bars.speaker);
        } else if !item.may_begin_name() || self.named_behind && at < cue.start {
            cap(&bars.first);
        }
        if self.named_behind && at == cue.end {
            cap(&bars.content);
        }
        // What another took is outside, whatever else it might be.
        if self.taken.get(at as usize).is_some_and(|&taken| taken) {
            cap(&bars.outside);
        }
    }
}

/// Whether a cue is one verb between marked words and a name with nothing to report of it: in "The pump “keeps us
/// dry,” says Dr Ana Sol of the Trust" neither the pump speaks nor is Dr Sol what it says.
fn is_named_behind(page: &Page, cue: &Range<u32>) -> bool {
    /// Most words of titles and roles before the name, and of the name.
    const MOST_WORDS: usize = 6;
    const TIES: [u64; 6] = [
        Word::of_ascii("of").bits(),
        Word::of_ascii("at").bits(),
        Word::of_ascii("from").bits(),
        Word::of_ascii("for").bits(),
        Word::of_ascii("in").bits(),
        Word::of_ascii("who").bits(),
    ];
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
