//! Turns of a transcript: who speaks and a colon open a line, again and again. It is layout rather than language, and so
//! it is a rule; it must not know any model.
//!
//! `HOST: Will it run?` and `Ana Sol: It will.` are turns where labels come back and mean somebody. Not `Time: 7 p.m.`,
//! which means nobody, nor the one colon of an article, which the model reads.

use super::page::{Form, Lexicon, Page, narrow};
use super::tagger::{Act, TaggerScratch};
use crate::entity::Context;
use crate::lexicon::{FastMap, Word, WordSet};
use crate::token::{Case, TokenKind};
use std::ops::Range;

/// Labels of questions and answers, and of people who speak in transcripts and are no roles elsewhere.
const LETTERS: &str = "q\na";
const HOSTS: &str = "host\nmoderator\ninterviewer\nanchor\nnarrator\ncaller\nquestion\nanswer";

/// Fewest turns of a transcript, and most words of a label.
const FEWEST: usize = 3;
const MOST_WORDS: usize = 4;

/// Tells labels that mean somebody.
#[derive(Clone, Debug)]
pub(crate) struct Labels {
    letters: WordSet,
    hosts: WordSet,
}

/// A line that opens with a label and a colon, in items.
#[derive(Clone, Debug)]
struct Turn {
    label: Range<u32>,
    /// Behind the colon.
    said: Range<u32>,
    /// The last word of the label.
    who: Word,
    /// Whether that is written in capitals alone.
    loud: bool,
}

impl Labels {
    pub(crate) fn new() -> Self {
        Self { letters: WordSet::compile(LETTERS), hosts: WordSet::compile(HOSTS) }
    }

    /// Reads the turns of a transcript into acts that no other act can claim words from.
    pub(crate) fn find(
        &self,
        lexicon: &Lexicon,
        context: &Context<'_>,
        page: &Page,
        found: &mut TaggerScratch,
    ) {
        let mut turns = turns(context, page);
        if turns.len() < FEWEST {
            return;
        }
        let mut known: FastMap<Word, u32> = FastMap::default();
        for item in page.items.iter().filter(|item| item.is_person()) {
            known.insert(context.tokens[item.first as usize].word, 0);
        }
        turns.retain(|turn| {
            let Turn { who, loud, .. } = *turn;
            let letter = turn.label.len() == 1 && self.letters.contains(who);
            // "Director: Ana Bell" is a list of the cast.
            let role = loud && (lexicon.sort(who) == Lexicon::ROLE || self.hosts.contains(who));
            let somebody = letter || role || known.contains_key(&who);
            if somebody {
                *known.entry(turn.who).or_default() += 1;
            }
            somebody
        });
        if turns.len() < FEWEST || !known.values().any(|&count| count > 1) {
            return;
        }
        let taken = |act: &Act| {
            let at = turns.partition_point(|turn| turn.said.end <= act.cue.start);
            turns.get(at).is_some_and(|turn| turn.label.start < act.cue.end)
        };
        found.acts.retain(|act| !taken(act));
        for turn in turns {
            let first = narrow(found.contents.len());
            let colon = turn.said.start - 1..turn.said.start;
            found.contents.push(turn.said);
            found.acts.push(Act::certain(colon, first..first + 1, turn.label));
        }
        found.acts.sort_by_key(|act| act.cue.start);
    }
}

/// The lines of a page that open with a label, each up to the next or to the end of its paragraph.
fn turns(context: &Context<'_>, page: &Page) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for sentence in page.sentences.iter().filter(|sentence| !sentence.is_empty()) {
        let at = sentence.start as usize;
        let first = &context.tokens[page.items[at].first as usize];
        if !first.starts_line() {
            continue;
        }
        // An opening mark that nothing closes.
        let at = at + usize::from(first.kind == TokenKind::Quote);
        let line = &page.items[at..];
        let words = line.iter().take(MOST_WORDS + 1).take_while(|item| item.form == Form::Capital).count();
        let colon = line.get(words).is_some_and(|item| item.form == Form::Colon);
        if !(1..=MOST_WORDS).contains(&words) || !colon {
            continue;
        }
        let start = narrow(at);
        if let Some(before) = turns.last_mut() {
            before.said.end = before.said.end.min(start);
        }
        let last = &context.tokens[line[words - 1].first as usize];
        let said = start + narrow(words) + 1;
        let end = page.items.partition_point(|item| item.paragraph <= line[0].paragraph);
        turns.push(Turn {
            label: start..said - 1,
            said: said..narrow(end),
            who: last.word,
            loud: last.case == Case::Upper,
        });
    }
    turns.retain(|turn| !turn.said.is_empty());
    turns
}
