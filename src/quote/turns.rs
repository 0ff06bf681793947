//! Turns of a transcript: who speaks and a colon open a line, again and again. It is layout rather than language, and so
//! it is a rule; it must not know any model.
//!
//! `HOST: Will it run?` and `Ana Sol: It will.` are turns where labels come back and mean somebody. Not `Time: 7 p.m.`,
//! which means nobody, nor the one colon of an article, which the model reads.

use super::item::{Form, narrow};
use super::lexicon::Lexicon;
use super::page::Page;
use super::tagger::{Act, TaggerScratch};
use crate::entity::Context;
use crate::lexicon::{FastMap, Word, WordSet};
use crate::token::{Case, Token};
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

/// How many words the label has that the tokens begin with, if a colon follows it: capitalised ones.
pub(super) fn label(text: &str, tokens: &[Token]) -> Option<usize> {
    let words = tokens.iter().take(MOST_WORDS + 1).take_while(|token| token.is_capitalized(text)).count();
    let colon = tokens.get(words).is_some_and(|token| token.of(text) == ":");
    (colon && (1..=MOST_WORDS).contains(&words)).then_some(words)
}

/// The lines of a page that open with a label, each up to the next or to the end of its paragraph.
fn turns(context: &Context<'_>, page: &Page) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for sentence in page.sentences.iter().filter(|sentence| !sentence.is_empty()) {
        let tokens = |at: u32| page.items.get(at as usize).map(|item| &context.tokens[item.first as usize..]);
        let first = &page.items[sentence.start as usize];
        if !context.tokens[first.first as usize].starts_line() {
            continue;
        }
        // An opening mark that nothing closes.
        let start = sentence.start + u32::from(first.form == Form::Mark);
        let Some(line) = tokens(start) else { continue };
        let Some(words) = label(context.document.text(), line) else { continue };
        if let Some(before) = turns.last_mut() {
            before.said.end = before.said.end.min(start);
        }
        let last = &line[words - 1];
        let said = start + narrow(words) + 1;
        let end = page.items.partition_point(|item| item.paragraph <= first.paragraph);
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
