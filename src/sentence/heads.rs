//! How a stretch is written that no stop ends: a heading, a date or a caption that ran into the text, or half a
//! clause. It must not know where the text is cut.

use super::lexicon::Lexicon;
use super::words::{self, Near};

/// Longer stretches are no headings.
pub(super) const LONGEST: usize = 120;

/// Whether a short stretch has capitals and no small letter.
pub(super) fn is_capitals(stretch: &[u8]) -> bool {
    stretch.len() < 64
        && stretch.iter().any(u8::is_ascii_uppercase)
        && !stretch.iter().any(u8::is_ascii_lowercase)
}

/// How what stands before a candidate without a stop is written, and how many words it has: a heading is short, and
/// "History of the Old Town" is written otherwise than "He met his wife".
pub(super) fn style(stretch: &[u8]) -> (u64, u64) {
    if stretch.len() > 80 {
        return (0, 0);
    }
    let (mut words, mut capitals, mut small, mut short) = (0_u64, 0_u32, 0_u32, 0_u32);
    for word in stretch.split(|&byte| byte == b' ').filter(|word| !word.is_empty()) {
        words += 1;
        match word[0] {
            first if first.is_ascii_lowercase() && word.len() <= 3 => short += 1,
            first if first.is_ascii_lowercase() => small += 1,
            first if first.is_ascii_alphabetic() => capitals += 1,
            _ => {}
        }
    }
    let style = match (capitals, small, short) {
        (0, 0, 0) => 1,
        (_, 0, 0) => 2,
        (1.., 0, _) => 3,
        (1, ..) => 4,
        (2.., ..) if capitals > small => 5,
        (2.., ..) => 6,
        (0, ..) => 7,
    };
    (style, words.min(9))
}

/// How many words in a row have a capital from `word` on, and the word behind them: "Modern Games | Athens hosted".
pub(super) fn capitals_on(lexicon: &Lexicon, text: &[u8], word: Near, end: usize) -> (u64, Near) {
    let (mut run, mut word) = (0, word);
    while run < 4 && text.get(word.start).is_some_and(u8::is_ascii_uppercase) {
        run += 1;
        word = words::behind(lexicon, text, words::skip_on(text, word.end, end), end);
    }
    (run, word)
}

/// How many words in a row have a capital at the end of a stretch.
pub(super) fn capitals_back(stretch: &[u8]) -> u64 {
    let words = stretch.rsplit(|&byte| byte == b' ').filter(|word| !word.is_empty());
    words.take_while(|word| word[0].is_ascii_uppercase()).take(5).count() as u64
}

/// What a stretch without a stop may be as a whole: 1 a heading by its words, 2 a date, 3 a clause.
pub(super) fn sort(lexicon: &Lexicon, stretch: &[u8]) -> u64 {
    if lexicon.is_heading(stretch) {
        return 1;
    }
    if words::is_date(stretch) {
        return 2;
    }
    let is_clause = stretch.split(|&byte| byte == b' ').any(is_bound);
    3 * u64::from(is_clause)
}

/// Whether a word is a verb that binds or a pronoun as subject: clauses have one, headings rarely.
fn is_bound(word: &[u8]) -> bool {
    // A pattern and no list: it is compared by length first, and this is asked of every word of a heading.
    matches!(
        word,
        b"I" | b"is"
            | b"be"
            | b"do"
            | b"he"
            | b"we"
            | b"it"
            | b"are"
            | b"was"
            | b"has"
            | b"had"
            | b"can"
            | b"did"
            | b"may"
            | b"she"
            | b"you"
            | b"were"
            | b"have"
            | b"will"
            | b"said"
            | b"says"
            | b"does"
            | b"must"
            | b"been"
            | b"they"
            | b"would"
            | b"could"
            | b"should"
    )
}
