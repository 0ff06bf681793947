//! Who signs a quotation: a dash and a name that close the line, as under a reader's letter. It is layout rather than
//! language, and so it is a rule; it must not know any model.
//!
//! `“We will miss it.” ― Ana Sol, Leeds` is signed, and so is the same with the dash on the line below. Not
//! `“Unfit” – that was her word`, which goes on in small letters, nor a dash in the middle of a line.

use super::item::{Form, Item, narrow};
use super::page::Page;
use super::tagger::{Act, TaggerScratch};
use crate::entity::Context;
use crate::text::chars;
use std::ops::Range;

/// Most items of a signature, and of the name in it.
const MOST_ITEMS: usize = 14;
const MOST_NAMES: usize = 6;

/// Reads signed quotations into acts that no other act can claim words from.
pub(crate) fn find(context: &Context<'_>, page: &Page, found: &mut TaggerScratch) {
    let mut any = false;
    for at in 1..page.items.len() {
        let dash = &page.items[at];
        if !matches!(dash.form, Form::Aside | Form::Mark) || !page.items[at - 1].is_quoted() {
            continue;
        }
        let Some(speaker) = signature(context, page, at) else { continue };
        let cue = narrow(at)..narrow(at + 1);
        any = true;
        found.acts.retain(|act| !overlaps(&act.cue, &cue) && !overlaps(&act.cue, &speaker));
        let first = narrow(found.contents.len());
        found.contents.push(narrow(at - 1)..narrow(at));
        found.acts.push(Act::certain(cue, first..first + 1, speaker));
    }
    if any {
        found.acts.sort_by_key(|act| act.cue.start);
    }
}

/// The items of the name behind the dash at `at`, if that is a signature.
fn signature(context: &Context<'_>, page: &Page, at: usize) -> Option<Range<u32>> {
    let tokens = context.tokens;
    let text = context.document.text();
    let starts_line = |item: &Item| tokens[item.first as usize].starts_line();
    let dash = &page.items[at];
    let quote = &page.items[at - 1];
    if !tokens[dash.first as usize].of(text).chars().all(chars::is_dash) {
        return None;
    }
    // The quotation opens its line, and the dash closes it or opens the next one.
    if !starts_line(quote)
        || !page.same_part(quote, dash)
        || dash.paragraph - quote.paragraph.min(dash.paragraph) > 1
    {
        return None;
    }
    let rest = page.items.get(at + 1..)?;
    let end = rest.iter().take(MOST_ITEMS + 1).position(starts_line).unwrap_or(rest.len());
    let line = rest.get(..end).filter(|line| line.len() <= MOST_ITEMS)?;
    let names = line.iter().position(|item| !item.is_bare_word() && !is_point(item)).unwrap_or(line.len());
    let names = line.get(..names).filter(|names| (1..=MOST_NAMES).contains(&names.len()))?;
    let proper = names.iter().all(|item| item.form == Form::Capital || is_point(item));
    let quiet = line.iter().all(|item| !item.is_quoted() && !item.reports);
    if !proper || !quiet || names.first().is_none_or(is_point) {
        return None;
    }
    // The stop behind the last name belongs to nobody.
    let mut count = names.len();
    while count > 1 && is_point(&names[count - 1]) {
        count -= 1;
    }
    Some(narrow(at + 1)..narrow(at + 1 + count))
}

fn is_point(item: &Item) -> bool {
    item.form == Form::Stop
}

fn overlaps(one: &Range<u32>, other: &Range<u32>) -> bool {
    one.start < other.end && other.start < one.end
}
