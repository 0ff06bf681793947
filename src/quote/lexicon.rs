//! Words whose sort the models of this floor are told: of speech, thought and role, and the words that bind others. It knows no
//! article.

use super::works;
use crate::lexicon::{FastMap, Word, WordSet};

const LISTS: [(&str, u8); 4] = [
    (include_str!("../../data/quote-function.txt"), Lexicon::FUNCTION),
    (include_str!("../../data/quote-speech.txt"), Lexicon::SPEECH),
    (include_str!("../../data/quote-thought.txt"), Lexicon::THOUGHT),
    (include_str!("../../data/quote-roles.txt"), Lexicon::ROLE),
];

/// Function words that nobody's name or description begins with.
const LINKS: &str = "after\nalthough\namid\nand\nas\nbecause\nbefore\nbut\ndespite\nfor\nif\nnor\nof\non\nor\nsince\nso\nthan\nthough\nto\n\
    until\nwhen\nwhile\nwith\nyet\n's\n’s";

/// Words that open a description rather than a name.
pub(super) const DETERMINERS: &str = "a\nan\nthe\nthis\nthat\nthese\nthose\nsome\nmany\nmost\nseveral\nfew\nboth\none\ntwo\nthree\nanother\nother\n\
    his\nher\nits\ntheir\nour\nmy";

/// Function words that are a clause's verb or the first of it.
const FINITE: &str = "am\nare\nis\nwas\nwere\nhad\nhas\nhave\ndid\ndo\ndoes\ncan\ncannot\ncould\nmay\nmight\nmust\nshall\nshould\n\
    will\nwould\naren't\ncan't\ncouldn't\ndidn't\ndoesn't\ndon't\nhadn't\nhasn't\nhaven't\nisn't\nwasn't\nweren't\nwon't\nwouldn't";

/// Function words that begin a clause within another.
const SUBORDINATES: &str = "after\nalthough\nas\nbecause\nbefore\nif\nsince\nthan\nthat\nthough\nuntil\nwhat\nwhen\nwhere\nwhether\n\
    which\nwhile\nwho\nwhom\nwhose";

/// Words whose sort is known; a word in several lists counts in the first.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    sorts: FastMap<Word, u8>,
    /// Function words that begin nobody's name.
    pub(super) links: WordSet,
    /// Words that open a description.
    pub(super) determiners: WordSet,
    /// Verbs that make a clause.
    pub(super) finite: WordSet,
    /// Words that begin a clause within another.
    pub(super) subordinates: WordSet,
    /// Nouns for works that have titles.
    pub(super) works: WordSet,
}

impl Lexicon {
    pub(crate) const FUNCTION: u8 = 1;
    pub(crate) const SPEECH: u8 = 2;
    pub(crate) const THOUGHT: u8 = 3;
    pub(crate) const ROLE: u8 = 4;

    pub(crate) fn new() -> Self {
        let mut sorts = FastMap::default();
        for (list, sort) in LISTS {
            for word in crate::lexicon::entries(list).flat_map(str::split_whitespace) {
                sorts.entry(Word::new(word)).or_insert(sort);
            }
        }
        Self {
            sorts,
            links: WordSet::compile(LINKS),
            determiners: WordSet::compile(DETERMINERS),
            finite: WordSet::compile(FINITE),
            subordinates: WordSet::compile(SUBORDINATES),
            works: works::nouns(),
        }
    }

    pub(crate) fn sort(&self, word: Word) -> u8 {
        self.sorts.get(&word).copied().unwrap_or(0)
    }
}
