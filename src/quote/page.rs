//! An article as the models of this floor read it: words and marks one by one, but each stretch between
//! quotation marks as a single item, because whoever reports it stands outside. It knows no model.

use super::item::{BODY, DAY, Form, GROUP, Item, PERSON, PLACE, narrow, quoted_item, token_item, work_item};
use super::lexicon::Lexicon;
use super::marks::Stretch;
use super::works;
use crate::entity::{Context, Entities, EntityKind};
use crate::text::Part;
use std::ops::Range;

/// The items of an article and its sentences as ranges of items.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    pub(crate) sentences: Vec<Range<u32>>,
    /// How many paragraphs are the title's.
    title_paragraphs: u32,
    /// Kind of entity per token, while items are made.
    names: Vec<u8>,
}

impl Page {
    /// Reads an article.
    pub(crate) fn fill(
        &mut self,
        lexicon: &Lexicon,
        context: &Context<'_>,
        entities: &Entities,
        stretches: &[Stretch],
    ) {
        let Self { items, sentences, title_paragraphs, names } = self;
        items.clear();
        sentences.clear();
        mark_names(context, entities, names);
        let paragraphs = context.document.paragraphs();
        *title_paragraphs = narrow(paragraphs.partition_point(|paragraph| paragraph.part == Part::Title));
        let text = context.document.text();
        let mut stretches = stretches.iter().peekable();
        let mut starts = context.sentences.iter().peekable();
        let mut at = 0;
        let mut paragraph = 0;
        let mut place = 0;
        let mut end_of_sentence = 0;
        let mut report = Item::NONE;
        while at < context.tokens.len() {
            let token = &context.tokens[at];
            let mut fresh = items.is_empty();
            while let Some(sentence) = starts.next_if(|s| s.span.start() <= token.span.start()) {
                fresh = true;
                paragraph = sentence.paragraph;
                end_of_sentence = sentence.span.end();
            }
            if !fresh && token.span.start() >= end_of_sentence {
                // A dateline is in no sentence: it stands alone, and does not carry the headline on.
                fresh = true;
                paragraph = starts.peek().map_or(paragraph, |next| next.paragraph);
                end_of_sentence = starts.peek().map_or(u32::MAX, |next| next.span.start());
            }
            if fresh {
                place = narrow(sentences.len());
                let start = narrow(items.len());
                sentences.push(start..start);
                report = Item::NONE;
            }
            let mut item = if let Some(stretch) = stretches.next_if(|s| s.first as usize <= at) {
                let end = (stretch.end as usize).max(at + 1);
                let headed = !sentences.is_empty() && paragraph > 0;
                if headed && stretch.closed && works::is_named(&lexicon.works, context, names, at, end) {
                    work_item(at, end)
                } else {
                    quoted_item(text, context.tokens, at, end)
                }
            } else {
                token_item(lexicon, text, token, at, fresh)
            };
            item.name = names[at];
            item.sentence = place;
            item.paragraph = paragraph;
            item.report = report;
            if item.form == Form::Stop {
                report = Item::NONE;
            } else if item.reports {
                report = narrow(items.len());
            }
            at = item.end as usize;
            // A sentence that begins between the marks goes on behind them: "“Go. Now,” she said."
            let inside = context.tokens[at - 1].span.start();
            while let Some(sentence) = starts.next_if(|s| s.span.start() <= inside) {
                end_of_sentence = sentence.span.end();
            }
            items.push(item);
            if let Some(sentence) = sentences.last_mut() {
                sentence.end = narrow(items.len());
            }
        }
    }

    /// Whether two items stand in one part, title or text. What a headline reports ends with it.
    pub(crate) fn same_part(&self, one: &Item, other: &Item) -> bool {
        (one.paragraph < self.title_paragraphs) == (other.paragraph < self.title_paragraphs)
    }

    /// Index of the item that holds the token.
    #[cfg(feature = "train")]
    pub(crate) fn item_of(&self, token: usize) -> usize {
        self.items.partition_point(|item| item.end as usize <= token)
    }
}

fn mark_names(context: &Context<'_>, entities: &Entities, names: &mut Vec<u8>) {
    names.clear();
    names.resize(context.tokens.len(), 0);
    let mut from = 0;
    for &index in &entities.by_position {
        let mention = &entities.mentions[index as usize];
        let kind = entities.entities[mention.entity as usize].kind;
        let code = match kind {
            EntityKind::Person => PERSON,
            EntityKind::Organization => BODY,
            EntityKind::Location | EntityKind::Facility => PLACE,
            EntityKind::Group => GROUP,
            EntityKind::Date | EntityKind::Time | EntityKind::Duration => DAY,
            EntityKind::Work | EntityKind::Law | EntityKind::Event => 6,
            EntityKind::Product
            | EntityKind::Language
            | EntityKind::Money
            | EntityKind::Percent
            | EntityKind::Quantity
            | EntityKind::Ordinal
            | EntityKind::Cardinal
            | EntityKind::Contact
            | EntityKind::Other => 0,
        };
        if code == 0 || mention.kind != crate::entity::MentionKind::Name {
            continue;
        }
        // Mentions come in order of their start, so the search begins where the last one stood.
        while from < context.tokens.len() && context.tokens[from].span.end() <= mention.span.start() {
            from += 1;
        }
        let mut at = from;
        while at < context.tokens.len() && context.tokens[at].span.start() < mention.span.end() {
            if names[at] == 0 {
                names[at] = code * 2 + u8::from(at > from);
            }
            at += 1;
        }
    }
}
