//! Where the names of laws and events begin and end: what the tagger cuts off them or adds to them. It knows the words
//! around a name and no other mention.

use super::View;
use crate::entity::EntityKind;
use crate::lexicon::calendar;
use crate::token::{Token, TokenKind};
use std::ops::Range;

/// So many words are looked at before a name.
const REACH: usize = 8;

/// Last words of laws: "the Hunting **Act** and Parliament Act" are two.
const OF_LAWS: [&str; 8] = ["Act", "Bill", "Law", "Treaty", "Code", "Protocol", "Directive", "Accord"];

/// Countries that stand before a law's name, as months do, and are none of it.
const BESIDE_LAWS: [&str; 5] = ["U.S.", "US", "U.K.", "UK", "EU"];

/// The name with what belongs to it; it begins at `from` at the earliest.
pub(super) fn mend(view: View<'_>, kind: EntityKind, range: Range<usize>, from: usize) -> Range<usize> {
    let (text, tokens) = (view.text(), view.context.tokens);
    if !matches!(kind, EntityKind::Law | EntityKind::Event) || range.is_empty() {
        return range;
    }
    let mut range = range;
    // "[new Licensing Act]", "[post-World War II] low"
    let small = |token: &Token| {
        let dash = token.of(text).chars().all(crate::text::chars::is_dash);
        dash || (token.kind == TokenKind::Word && !token.is_capitalized(text))
    };
    // "[U.S. Glass-Steagall Act]", "[February Louvre Accord]"
    let month = |token: &Token| {
        matches!(calendar::name(token.word), Some(calendar::Name::Month { short: false, .. }))
    };
    let beside =
        |token: &Token| kind == EntityKind::Law && (BESIDE_LAWS.contains(&token.of(text)) || month(token));
    while range.len() > 2 && (small(&tokens[range.start]) || beside(&tokens[range.start])) {
        range.start += 1;
    }
    let from = from.max(range.start.saturating_sub(REACH)).min(range.start);
    let start = if kind == EntityKind::Law {
        let listing = tokens[range.clone()].iter().any(|token| token.of(text) == "and");
        enumerated(view, &tokens[from..range.start], listing)
            .or_else(|| owned(view, &tokens[from..range.start]))
    } else {
        let bare = tokens[range.clone()].iter().map(|token| token.of(text)).eq(["Grand", "Prix"]);
        bare.then(|| run_before(view, &tokens[from..range.start])).filter(|&len| len > 0)
    };
    range.start -= start.unwrap_or(0);
    range
}

/// How many words of an enumeration stand before the rest of a law's name: "the **Food, Drug and** Cosmetic Act"; near
/// misses: "the Hunting Act and Parliament Act", "Ann Lee and Parliament Acts".
fn enumerated(view: View<'_>, before: &[Token], listing: bool) -> Option<usize> {
    let text = view.text();
    let joint = |at: usize| before[at].of(text) == "and" || (listing && before[at].of(text) == ",");
    let last = before.len().checked_sub(1).filter(|&at| joint(at))?;
    let part = |token: &Token| {
        let written = token.of(text);
        let joint = written == "," || (token.is_glued() && written.chars().all(crate::text::chars::is_dash));
        joint || (token.kind == TokenKind::Word && token.is_capitalized(text) && !OF_LAWS.contains(&written))
    };
    let len = before[..last].iter().rev().take_while(|token| part(token)).count();
    let led = (last - len).checked_sub(1).is_some_and(|at| before[at].of(text).eq_ignore_ascii_case("the"));
    (len > 0 && led).then_some(len + 1)
}

/// "**Workers'** Compensation Act"; near miss: "Germany's Securities Act".
fn owned(view: View<'_>, before: &[Token]) -> Option<usize> {
    let text = view.text();
    let [.., owner, mark] = before else { return None };
    let plural = mark.is_glued()
        && mark.of(text).chars().all(crate::text::chars::is_apostrophe)
        && owner.is_capitalized(text)
        && owner.of(text).ends_with('s');
    plural.then_some(2)
}

/// How many words with a capital stand right before: "**Norwich Union** Grand Prix"; near miss: "The Grand Prix".
fn run_before(view: View<'_>, before: &[Token]) -> usize {
    let text = view.text();
    let named = |token: &&Token| {
        token.kind == TokenKind::Word
            && token.is_capitalized(text)
            && !view.knowledge.persons.stands_beside_names(token.word)
            && !token.of(text).starts_with(['\'', '’'])
    };
    before.iter().rev().take_while(named).count()
}
