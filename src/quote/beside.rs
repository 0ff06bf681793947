//! Who stands beside a quotation that no act claims: `“Ready,” she snapped`, `Ana Bell began: “Well …”`. Between a comma at
//! its marks and a stop, one verb and somebody's name leave no doubt, however rare the verb; the models know verbs that
//! they have met. Of the acts that hold it only completes the verb: "chimed **in**".

use super::item::{Form, Item, narrow};
use super::page::Page;
use super::tagger::{Act, TaggerScratch};
use crate::entity::Context;
use crate::lexicon::{Word, WordSet};
use crate::text::{Checkpoint, chars};
use crate::token::{Token, TokenKind};
use std::ops::{ControlFlow, Range};

/// Pronouns of those who speak.
const PRONOUNS: &str = "i\nhe\nshe\nwe\nthey";
/// What a description may begin with.
const ARTICLES: &str = "a\nan\nthe\none\nhis\nher\ntheir\nmy\nour";

/// What may stand behind a verb: "chimed in".
const PARTICLES: &str = "in\non\nout\nup\nback\noff";

/// A word between marks is too little: "The chosen name, “Shinnaway”".
const FEWEST_WORDS: usize = 2;

/// Most words of a name or description.
const MOST_WORDS: usize = 5;

/// Finds who stands beside.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    pronouns: WordSet,
    articles: WordSet,
    particles: WordSet,
}

impl Beside {
    pub(crate) fn new() -> Self {
        Self {
            pronouns: WordSet::compile(PRONOUNS),
            articles: WordSet::compile(ARTICLES),
            particles: WordSet::compile(PARTICLES),
        }
    }

    /// Adds an act for each stretch that none of the acts that hold claims, and that has a speaker and a verb beside it.
    pub(crate) fn find(
        &self,
        context: &Context<'_>,
        page: &Page,
        checkpoint: &mut dyn Checkpoint,
        found: &mut TaggerScratch,
    ) -> ControlFlow<()> {
        self.complete(context, page, found);
        let known = found.acts.len();
        // What was taken here.
        let mut taken = 0;
        for sentence in &page.sentences {
            checkpoint.pass()?;
            for at in sentence.clone() {
                let item = &page.items[at as usize];
                if at < taken || !item.is_quoted() || item.is_titled() || found.judge.is_taken(at) {
                    continue;
                }
                let words = context.tokens[item.first as usize..item.end as usize].iter();
                if words.filter(|token| token.kind == TokenKind::Word).take(FEWEST_WORDS).count()
                    < FEWEST_WORDS
                {
                    continue;
                }
                let reader = Reader { beside: self, context, page, sentence };
                let Some((speaker, cue)) = reader.behind(at).or_else(|| reader.before(at)) else { continue };
                if speaker.clone().chain(cue.clone()).any(|at| found.judge.is_taken(at)) {
                    continue;
                }
                let first = narrow(found.contents.len());
                found.contents.push(at..at + 1);
                taken = at + 1;
                if let Some(rest) = reader.rest(cue.end.max(speaker.end))
                    && rest > at
                    && !found.judge.is_taken(rest)
                {
                    found.contents.push(rest..rest + 1);
                    taken = rest + 1;
                }
                let last = narrow(found.contents.len());
                found.acts.push(Act::beside(cue, first..last, speaker));
            }
        }
        if found.acts.len() > known {
            found.acts.sort_by_key(|act| act.cue.start);
        }
        ControlFlow::Continue(())
    }
}

impl Beside {
    /// Gives each cue the particle that stands between it and a stop: "chimed in" is one verb, and "in" is nobody's words.
    fn complete(&self, context: &Context<'_>, page: &Page, found: &mut TaggerScratch) {
        for act in &mut found.acts {
            let at = act.cue.end;
            let Some(item) = page.items.get(at as usize) else { continue };
            let sentence = &page.sentences[item.sentence as usize];
            let reader = Reader { beside: self, context, page, sentence };
            if !reader.is_verb(at - 1) || !reader.is_particle(at) || !reader.closes(at + 1) {
                continue;
            }
            let contents = &mut found.contents[act.contents.start as usize..act.contents.end as usize];
            if let Some(own) = contents.iter().position(|content| *content == (at..at + 1)) {
                contents[own..].rotate_left(1);
                act.contents.end -= 1;
            } else if found.judge.is_taken(at) {
                continue;
            }
            act.cue.end += 1;
        }
    }
}

/// What is looked at around one stretch.
struct Reader<'a> {
    beside: &'a Beside,
    context: &'a Context<'a>,
    page: &'a Page,
    sentence: &'a Range<u32>,
}

impl Reader<'_> {
    /// `“Ready,” she snapped.` and `“Ready,” snapped the mayor.`
    fn behind(&self, at: u32) -> Option<(Range<u32>, Range<u32>)> {
        let item = self.item(at)?;
        let last = self.context.tokens[item.first as usize..item.end as usize]
            .iter()
            .rev()
            .find(|token| token.kind != TokenKind::Quote)?;
        let last = last.of(self.context.document.text()).chars().next()?;
        let comma = self.item(at + 1).is_some_and(|next| next.form == Form::Comma);
        if !comma && last != ',' && !(chars::is_terminal(last) && last != '.') {
            return None;
        }
        let start = at + 1 + u32::from(comma);
        if let Some(cue) = self.verb(start) {
            let speaker = self.somebody(cue.end)?;
            return self.closes(speaker.end).then_some((speaker, cue));
        }
        let speaker = self.somebody(start)?;
        let cue = self.verb(speaker.end)?;
        self.closes(cue.end).then_some((speaker, cue))
    }

    /// `She snapped: “Ready.”` at the start of its sentence.
    fn before(&self, at: u32) -> Option<(Range<u32>, Range<u32>)> {
        let start = self.sentence.start;
        let speaker = self.somebody(start)?;
        let cue = self.verb(speaker.end)?;
        let leads = self.item(cue.end).is_some_and(|next| matches!(next.form, Form::Comma | Form::Colon));
        (leads && cue.end + 1 == at).then_some((speaker, cue))
    }

    /// The other half: `“Ready,” she snapped, “and waiting.”`
    fn rest(&self, end: u32) -> Option<u32> {
        let comma = self.item(end).is_some_and(|item| item.form == Form::Comma);
        (comma && self.item(end + 1).is_some_and(Item::is_quoted)).then_some(end + 1)
    }

    /// The pronoun, name or description that begins at an item.
    fn somebody(&self, start: u32) -> Option<Range<u32>> {
        let first = self.item(start)?;
        if self.beside.pronouns.contains(self.word(first)) {
            return Some(start..start + 1);
        }
        let is_name = |item: &Item| item.is_person() || item.is_body();
        if self.beside.articles.contains(self.word(first)) {
            let words =
                self.run(start + 1, |item| item.is_bare_word() && (item.reports || !item.is_function()));
            // The last of them may be the verb: "the old mayor snapped", "the old mayor hit back".
            let end = start + 1 + words;
            let verb = if words > 2 && self.is_particle(end - 1) { 2 } else { 1 };
            let verb = if words > verb && self.verb(end - verb).is_some_and(|verb| self.closes(verb.end)) {
                verb
            } else {
                0
            };
            return (words > verb).then_some(start..end - verb);
        }
        // "Mr. Bell", "Mayor Ana Bell".
        let words =
            self.run(start, |item| item.form == Form::Capital || is_name(item) || self.is_point(item));
        let last = words.checked_sub(1).and_then(|last| self.item(start + last));
        last.is_some_and(is_name).then(|| start..start + words)
    }

    /// The stop of an abbreviation.
    fn is_point(&self, item: &Item) -> bool {
        item.form == Form::Stop
            && self.token(item).is_glued()
            && self
                .context
                .tokens
                .get(item.end as usize)
                .is_some_and(|next| next.is_capitalized(self.context.document.text()))
    }

    /// How many items from `start` on are of a kind.
    fn run(&self, start: u32, kind: impl Fn(&Item) -> bool) -> u32 {
        let count = (start..).take(MOST_WORDS).take_while(|&at| self.item(at).is_some_and(&kind)).count();
        narrow(count)
    }

    fn closes(&self, at: u32) -> bool {
        self.item(at).is_none_or(|item| matches!(item.form, Form::Stop | Form::Comma | Form::Colon))
    }

    /// The verb at an item, with its particle.
    fn verb(&self, at: u32) -> Option<Range<u32>> {
        self.is_verb(at).then_some(at..at + 1 + u32::from(self.is_particle(at + 1)))
    }

    fn is_particle(&self, at: u32) -> bool {
        self.item(at).is_some_and(|item| self.beside.particles.contains(self.word(item)))
    }

    /// Whether the item could be a verb: a word in small letters that is no function word.
    fn is_verb(&self, at: u32) -> bool {
        self.item(at).is_some_and(|item| {
            let word = item.form == Form::Word && self.token(item).kind == TokenKind::Word;
            word && item.name == 0 && (item.reports || !item.is_function())
        })
    }

    /// An item of the sentence.
    fn item(&self, at: u32) -> Option<&Item> {
        self.sentence.contains(&at).then(|| &self.page.items[at as usize])
    }

    fn token(&self, item: &Item) -> &Token {
        &self.context.tokens[item.first as usize]
    }

    fn word(&self, item: &Item) -> Word {
        self.token(item).word
    }
}
