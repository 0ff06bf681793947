//! Turns that report whatever fills them: a verb of giving out, a noun for what is said or thought, and "that", as in "aired
//! suspicions that", "went public with claims that". Each noun and verb is common, most pairs of them are rare, and
//! no sample has them all; so the pair is proposed as a cue, and what it reports is left to the models.

use super::item::Form;
use super::page::Page;
use crate::entity::Context;
use crate::lexicon::{Word, WordSet};
use std::ops::Range;

/// Verbs that have the noun for their object.
const VERBS: &str = "make makes made making repeat repeats repeated repeating voice voices voiced voicing express expresses \
    expressed expressing raise raises raised raising air airs aired airing issue issues issued issuing float floats floated \
    floating push pushes pushed pushing spread spreads spreading peddle peddles peddled peddling level levels leveled levelled \
    leveling levelling share shares shared sharing offer offers offered offering renew renews renewed renewing";
/// Verbs that have it behind "with".
const MOVES: &str = "go goes going gone went come comes coming came respond responds responded responding react reacts reacted \
    reacting counter counters countered countering reply replies replied replying";
/// What may stand between such a verb and "with".
const WAYS: &str = "public forward out back up";
/// Nouns for what is said or thought.
const NOUNS: &str = "accusation accusations allegation allegations argument arguments assertion assertions belief beliefs charge \
    charges claim claims complaint complaints concern concerns confidence contention doubt doubts fear fears hope hopes idea ideas \
    insinuation insinuations notion opinion opinions optimism prediction predictions promise promises rumor rumors rumour \
    rumours skepticism scepticism speculation statement statements suggestion suggestions suspicion suspicions theory theories \
    threat threats view views warning warnings worry worries";
/// What says something of the noun behind "that", and not what somebody said: "statements that were false".
const VERBAL: &str =
    "am is are was were be been has have had do does did can could may might must shall should will would";

/// What helps the verb, and belongs to the turn.
const HELPERS: &str = "has have had is are was were been being be will would to";

/// Words between the verb and the noun: "repeated his old and false claim that".
const MOST_BETWEEN: usize = 4;

/// The word "that", and the word before the noun behind a verb of moving.
const THAT: Word = Word::of_ascii("that");
const WITH: Word = Word::of_ascii("with");

/// Finds such turns.
#[derive(Clone, Debug)]
pub(crate) struct Frames {
    verbs: WordSet,
    moves: WordSet,
    ways: WordSet,
    nouns: WordSet,
    verbal: WordSet,
    helpers: WordSet,
}

impl Frames {
    pub(crate) fn new() -> Self {
        let set = |list: &str| WordSet::compile(&list.replace(' ', "\n"));
        Self {
            verbs: set(VERBS),
            moves: set(MOVES),
            ways: set(WAYS),
            nouns: set(NOUNS),
            verbal: set(VERBAL),
            helpers: set(HELPERS),
        }
    }

    /// Puts the turns of a sentence among its cues, which begin at `from` in `cues`, in place of those that have but a part of
    /// one: "claims" for "went public with claims". Takes away those whose noun is only described.
    pub(crate) fn settle(
        &self,
        context: &Context<'_>,
        page: &Page,
        sentence: &Range<u32>,
        from: usize,
        cues: &mut Vec<Range<u32>>,
    ) {
        let known = cues.len();
        let mut changed = false;
        for that in sentence.clone() {
            if page.items[that as usize].word != THAT.bits() {
                continue;
            }
            let words = Words { context, page, sentence };
            let Some(noun) = that.checked_sub(1).filter(|&at| words.is_in(&self.nouns, at)) else { continue };
            let described = words.is_in(&self.verbal, that + 1);
            let start = if described { Some(noun) } else { self.start(words, noun) };
            let Some(start) = start else { continue };
            // The cues are in order and do not overlap, and the turns are no longer than a few words.
            let first = from + cues[from..known].partition_point(|cue| cue.end <= start);
            let last = from + cues[from..known].partition_point(|cue| cue.start < that);
            let touched = &mut cues[first..last];
            // What is taken away is left empty in its place. What reaches out of the turn is a cue of another make.
            let empty = |cue: &mut Range<u32>| cue.end = cue.start;
            if described {
                touched.iter_mut().filter(|cue| cue.end == that).for_each(empty);
            } else if touched.iter().all(|cue| cue.start >= start && cue.end <= that) {
                touched.iter_mut().for_each(empty);
                cues.push(start..that);
            }
            changed = true;
        }
        if changed {
            // Those of the sentences before are not touched: there may be as many of them as there is text.
            let mut kept = from;
            for at in from..cues.len() {
                if !cues[at].is_empty() {
                    cues.swap(kept, at);
                    kept += 1;
                }
            }
            cues.truncate(kept);
            cues[from..].sort_unstable_by_key(|cue| cue.start);
        }
    }

    /// Where the turn begins that ends with the noun.
    fn start(&self, words: Words<'_>, noun: u32) -> Option<u32> {
        let helped = |verb: u32| {
            let helpers = (0..verb).rev().take_while(|&at| words.is_in(&self.helpers, at));
            helpers.last().unwrap_or(verb)
        };
        for at in (0..noun).rev().take(MOST_BETWEEN) {
            let word = words.at(at)?;
            if self.verbs.contains(word) {
                return Some(helped(at));
            }
            if word == WITH {
                let moved = at.checked_sub(1)?;
                let moved = if words.is_in(&self.ways, moved) { moved.checked_sub(1)? } else { moved };
                return words.is_in(&self.moves, moved).then(|| helped(moved));
            }
        }
        None
    }
}

/// The words of a sentence without a capital.
#[derive(Clone, Copy)]
struct Words<'a> {
    context: &'a Context<'a>,
    page: &'a Page,
    sentence: &'a Range<u32>,
}

impl Words<'_> {
    fn at(self, at: u32) -> Option<Word> {
        let item = self.page.items.get(at as usize).filter(|_| self.sentence.contains(&at))?;
        (item.form == Form::Word).then(|| self.context.tokens[item.first as usize].word)
    }

    fn is_in(self, set: &WordSet, at: u32) -> bool {
        self.at(at).is_some_and(|word| set.contains(word))
    }
}
