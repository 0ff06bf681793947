//! What the members of a party are called, who name the party: "the **Greens**" of "Green Party", "the Social **Democrats**" of
//! "Social Democratic Party". It knows the words of one name.

use crate::lexicon::Word;
use crate::token::{Token, TokenKind};

/// Names of more words are not looked at.
const LONGEST: usize = 5;

/// Calls with the words of each such name, if the words are a party's: by its first word, by its last before "Party", and by all
/// of them.
pub(super) fn for_each_form(text: &str, name: &[Token], mut call: impl FnMut(&[Word])) {
    let [.., last_but_one, party] = name else { return };
    let plain = |token: &Token| token.kind == TokenKind::Word && token.is_capitalized(text);
    let own = &name[..name.len() - 1];
    let own = match own {
        [the, rest @ ..] if the.of(text).eq_ignore_ascii_case("the") => rest,
        _ => own,
    };
    let [first, ..] = own else { return };
    if !party.of(text).eq_ignore_ascii_case("party") || own.len() > LONGEST || !own.iter().all(plain) {
        return;
    }
    if let Some(first) = plural(first.of(text)) {
        call(&[first]);
    }
    let Some(members) = plural(last_but_one.of(text)).filter(|_| own.len() > 1) else { return };
    call(&[members]);
    let mut words: Vec<Word> = own.iter().map(|token| token.word).collect();
    if let Some(last) = words.last_mut() {
        *last = members;
    }
    call(&words);
}

/// "Greens", "Democrats", "Liberals"; near miss: the members of a Labour Party.
fn plural(word: &str) -> Option<Word> {
    let labour = matches!(word, "Labour" | "Labor");
    (!labour).then(|| Word::new(&format!("{}s", word.strip_suffix("ic").unwrap_or(word))))
}
