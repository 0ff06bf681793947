//! From acts to quotes: stretches that nobody claims are terms or carry on what was said before, and every quote gets
//! its speakers. It must not know how acts are found, nor why they hold.

use super::item::{Item, narrow};
use super::judge::LONG;
use super::marks::Stretch;
use super::nested::{self, Nested};
use super::page::Page;
use super::speaker::Resolver;
use super::tagger::{Act, Tagger, TaggerScratch};
use super::{Method, Quote, QuoteKind, Quotes, Speaker};
use crate::entity::{Context, Entities};
use crate::text::{Checkpoint, Confidence, Span};
use crate::token::TokenKind;
use std::ops::{ControlFlow, Range};

/// Everything that was found in an article.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Findings<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) entities: &'a Entities,
    pub(crate) page: &'a Page,
    pub(crate) stretches: &'a [Stretch],
    pub(crate) nested: &'a [Nested],
    pub(crate) found: &'a TaggerScratch,
    pub(crate) tagger: &'a Tagger,
}

/// Buffers of assembling.
#[derive(Clone, Debug, Default)]
pub(crate) struct AssembleScratch {
    /// For each item, the act that claims it, from 1.
    owner: Vec<u32>,
    order: Vec<u32>,
    drafts: Vec<Draft>,
    items: Vec<Range<u32>>,
    speakers: Vec<Speaker>,
    ranks: Vec<u32>,
    /// The last draft that has a speaker.
    spoken: Option<u32>,
    /// The last draft that is no term.
    said: Option<u32>,
    /// Names of works that stand in what an act reports.
    works: Vec<u32>,
}

/// A quote whose place among the others is not known yet.
#[derive(Clone, Debug)]
struct Draft {
    kind: QuoteKind,
    /// Content, in [`AssembleScratch::items`].
    items: Range<u32>,
    cue: Option<Span>,
    speakers: Range<u32>,
    continues: Option<u32>,
    confidence: Option<Confidence>,
    span: Span,
    /// For a quotation inside of another: whose words it stands in, and its own without the marks.
    within: Option<(u32, Span)>,
}

/// Fills `quotes` from the findings, until the checkpoint breaks it off.
pub(crate) fn assemble(
    findings: &Findings<'_>,
    resolver: &Resolver,
    checkpoint: &mut dyn Checkpoint,
    scratch: &mut AssembleScratch,
    quotes: &mut Quotes,
) -> ControlFlow<()> {
    claim(findings, &mut scratch.owner);
    scratch.drafts.clear();
    scratch.items.clear();
    scratch.speakers.clear();
    scratch.spoken = None;
    scratch.said = None;
    scratch.works.clear();
    let acts = &findings.found.acts;
    let mut next_act = 0;
    // In order of the text, so that whoever is "he" can be told from who spoke before.
    for sentence in &findings.page.sentences {
        checkpoint.pass()?;
        while next_act < acts.len() && acts[next_act].cue.start < sentence.end {
            draft_act(findings, resolver, scratch, next_act);
            next_act += 1;
        }
        draft_unclaimed(findings, scratch, sentence);
    }
    draft_nested(findings, resolver, scratch);
    emit(findings, scratch, quotes);
    ControlFlow::Continue(())
}

/// Notes which act claims which item; those that hold never claim the same.
fn claim(findings: &Findings<'_>, owner: &mut Vec<u32>) {
    let TaggerScratch { acts, contents, .. } = findings.found;
    owner.clear();
    owner.resize(findings.page.items.len(), 0);
    for (at, act) in (1..).zip(acts) {
        for range in &contents[act.contents.start as usize..act.contents.end as usize] {
            owner[range.start as usize..range.end as usize].fill(at);
        }
    }
}

/// Drafts the quote, or the quotes, of one act.
fn draft_act(findings: &Findings<'_>, resolver: &Resolver, scratch: &mut AssembleScratch, at: usize) {
    let Findings { context, page, found, tagger, .. } = *findings;
    let act = &found.acts[at];
    let mine = narrow(at) + 1;
    let cue = page.items[act.cue.start as usize]
        .span(context.tokens)
        .cover(page.items[act.cue.end as usize - 1].span(context.tokens));
    let first_speaker = narrow(scratch.speakers.len());
    if let Some(speaker) = &act.speaker {
        let earlier = scratch.spoken.map(|at| &scratch.drafts[at as usize]);
        let earlier = earlier.map(|draft| scratch.speakers[draft.speakers.start as usize]);
        let mention = page.items[speaker.start as usize]
            .span(context.tokens)
            .cover(page.items[speaker.end as usize - 1].span(context.tokens));
        resolver.resolve(findings, mention, earlier, &mut scratch.speakers);
        let confidence = tagger.confidence_of_speaker(act);
        for speaker in &mut scratch.speakers[first_speaker as usize..] {
            speaker.confidence = confidence;
        }
    }
    let speakers = first_speaker..narrow(scratch.speakers.len());
    let home = page.items[act.cue.start as usize].paragraph;
    let mut first = narrow(scratch.items.len());
    let mut continues = None;
    let mut last: Option<u32> = None;
    let contents = &found.contents[act.contents.start as usize..act.contents.end as usize];
    for item in contents.iter().flat_map(Clone::clone) {
        if scratch.owner[item as usize] != mine {
            continue;
        }
        let paragraph = page.items[item as usize].paragraph;
        let broken = last.is_some_and(|last| page.items[last as usize].paragraph != paragraph);
        if broken && paragraph > home {
            // A paragraph of its own without speaker carries on the quote before.
            let draft = finish(findings, scratch, first, Some(cue), speakers.clone(), continues);
            if let Some(draft) = draft {
                let draft = &mut scratch.drafts[draft as usize];
                draft.confidence = confidence(findings, act, draft.kind);
            }
            continues = draft.or(continues);
            first = narrow(scratch.items.len());
        }
        if last.is_some_and(|last| last + 1 == item) && !broken && narrow(scratch.items.len()) > first {
            if let Some(range) = scratch.items.last_mut() {
                range.end = item + 1;
            }
        } else {
            scratch.items.push(item..item + 1);
        }
        last = Some(item);
    }
    if let Some(draft) = finish(findings, scratch, first, Some(cue), speakers, continues) {
        let draft = &mut scratch.drafts[draft as usize];
        draft.confidence = confidence(findings, act, draft.kind);
    }
}

/// How sure it is that the act is one, and that somebody said or wrote it: what is reported of thought in plain words
/// counts half, so that a caller can keep to speech.
fn confidence(findings: &Findings<'_>, act: &Act, kind: QuoteKind) -> Option<Confidence> {
    let cue = &findings.page.items[act.cue.start as usize..act.cue.end as usize];
    let thought =
        cue.iter().any(Item::is_thought) && cue.iter().all(|item| !item.reports || item.is_thought());
    let halves = 1 + u16::from(thought && kind == QuoteKind::Indirect);
    let sure = findings.tagger.confidence_of_act(act)?;
    Some(Confidence::from_permille(sure.permille() / halves))
}

/// Drafts a quote of the items from `first` on; returns its index.
fn finish(
    findings: &Findings<'_>,
    scratch: &mut AssembleScratch,
    first: u32,
    cue: Option<Span>,
    speakers: Range<u32>,
    continues: Option<u32>,
) -> Option<u32> {
    let items = first..narrow(scratch.items.len());
    let ranges = &scratch.items[first as usize..];
    let page = findings.page;
    let inside = || ranges.iter().flat_map(Clone::clone).map(|at| &page.items[at as usize]);
    if !inside().any(|item| item.is_quoted() || item.is_bare_word()) {
        scratch.items.truncate(first as usize);
        return None;
    }
    let span = inside().map(|item| item.span(findings.context.tokens)).reduce(Span::cover)?;
    let kind = match (inside().any(|item| item.is_quoted()), inside().any(|item| item.is_bare_word())) {
        (true, false) => QuoteKind::Direct,
        (true, true) => QuoteKind::Mixed,
        (false, _) => QuoteKind::Indirect,
    };
    let speakers = if continues.is_some() {
        let start = narrow(scratch.speakers.len());
        for at in speakers {
            let speaker = scratch.speakers[at as usize];
            scratch.speakers.push(Speaker { method: Method::Context, ..speaker });
        }
        start..narrow(scratch.speakers.len())
    } else {
        speakers
    };
    let index = narrow(scratch.drafts.len());
    if !speakers.is_empty() {
        scratch.spoken = Some(index);
    }
    scratch.said = Some(index);
    scratch.drafts.push(Draft {
        kind,
        items,
        cue,
        speakers,
        continues,
        confidence: None,
        span,
        within: None,
    });
    Some(index)
}

/// Drafts the stretches of a sentence that no act claims.
fn draft_unclaimed(findings: &Findings<'_>, scratch: &mut AssembleScratch, sentence: &Range<u32>) {
    let Findings { context, page, .. } = *findings;
    for at in sentence.clone() {
        let item = &page.items[at as usize];
        let claimed = scratch.owner[at as usize] != 0;
        if claimed && item.is_work() {
            scratch.works.push(at);
        }
        if claimed || !(item.is_quoted() || item.is_work()) {
            continue;
        }
        let words = context.tokens[item.first as usize..item.end as usize]
            .iter()
            .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Number))
            .take(LONG)
            .count();
        let alone = sentence.len() == 1;
        let said = scratch.said.map(|at| {
            let end = scratch.drafts[at as usize].items.end;
            (at as usize, page.items[scratch.items[end as usize - 1].end as usize - 1])
        });
        // 'Pretty cool.' on a line of its own, where people are quoted between double marks.
        let is_heading =
            alone && item.is_single() && said.is_some_and(|(_, last)| last.is_quoted() && !last.is_single());
        let first = narrow(scratch.items.len());
        scratch.items.push(at..at + 1);
        let is_somebodys = (words >= LONG && !item.is_titled()) || (alone && words >= 3 && !is_heading);
        if is_somebodys && !item.is_work() {
            let before = said.filter(|&(before, last)| {
                alone
                    && scratch.drafts[before].kind == QuoteKind::Direct
                    && page.same_part(&last, item)
                    && item.paragraph - last.paragraph.min(item.paragraph) <= 1
            });
            let before = before.map(|(draft, _)| draft);
            let (cue, speakers) = before.map_or((None, 0..0), |before| {
                (scratch.drafts[before].cue, scratch.drafts[before].speakers.clone())
            });
            finish(findings, scratch, first, cue, speakers, before.map(narrow));
        } else if words > 0 {
            let before = scratch.said;
            let index = finish(findings, scratch, first, None, 0..0, None);
            if let Some(index) = index {
                scratch.drafts[index as usize].kind = QuoteKind::Term;
            }
            scratch.said = before;
        } else {
            scratch.items.pop();
        }
    }
}

/// Drafts the quotations inside of quoted stretches, and the names of works inside of what is reported.
fn draft_nested(findings: &Findings<'_>, resolver: &Resolver, scratch: &mut AssembleScratch) {
    let Findings { context, page, stretches, .. } = *findings;
    let tokens = context.tokens;
    let outers = narrow(scratch.drafts.len());
    // Stretches and drafts are both in order enough: each nested one asks for the draft that holds its outer stretch.
    let any = !findings.nested.is_empty() || !scratch.works.is_empty();
    let mut holder = vec![None; if any { page.items.len() } else { 0 }];
    if any {
        for at in 0..outers {
            let items = scratch.drafts[at as usize].items.clone();
            for item in scratch.items[items.start as usize..items.end as usize].iter().flat_map(Clone::clone)
            {
                holder[item as usize] = Some(at);
            }
        }
    }
    for found in findings.nested {
        let outer = stretches[found.outer as usize];
        let item = page.items.partition_point(|item| item.end <= outer.first);
        let Some(&Some(parent)) = holder.get(item) else { continue };
        let Some((span, inner)) = nested::spans(tokens, found.stretch) else { continue };
        let first = narrow(scratch.speakers.len());
        let word = |at: u32| tokens[at as usize].span;
        if let Some(speaker) = found.speaker {
            // Whoever says "I" inside of a quotation is who is quoted.
            let own = scratch.drafts[parent as usize].speakers.clone();
            let own = own.into_iter().next().and_then(|at| scratch.speakers[at as usize].entity);
            resolver.resolve_within(findings, word(speaker), own, &mut scratch.speakers);
        }
        scratch.drafts.push(Draft {
            kind: if found.cue.is_some() { QuoteKind::Direct } else { QuoteKind::Term },
            items: 0..0,
            cue: found.cue.map(word),
            speakers: first..narrow(scratch.speakers.len()),
            continues: None,
            confidence: None,
            span,
            within: Some((parent, inner)),
        });
    }
    for &at in &scratch.works {
        let item = &page.items[at as usize];
        let inner = inner(findings, item.first, item.end);
        let Some((parent, inner)) = holder.get(at as usize).copied().flatten().zip(inner) else { continue };
        let none = narrow(scratch.speakers.len());
        scratch.drafts.push(Draft {
            kind: QuoteKind::Term,
            items: 0..0,
            cue: None,
            speakers: none..none,
            continues: None,
            confidence: None,
            span: item.span(tokens),
            within: Some((parent, inner)),
        });
    }
}

/// Puts the drafts in order of the text.
fn emit(findings: &Findings<'_>, scratch: &mut AssembleScratch, quotes: &mut Quotes) {
    let AssembleScratch { order, drafts, items, speakers, ranks, .. } = scratch;
    order.clear();
    order.extend(0..narrow(drafts.len()));
    order.sort_by_key(|&at| {
        let span = drafts[at as usize].span;
        (span.start(), std::cmp::Reverse(span.end()), at)
    });
    ranks.clear();
    ranks.resize(drafts.len(), 0);
    for (rank, &at) in (0..).zip(&*order) {
        ranks[at as usize] = rank;
    }
    for (rank, &at) in (0_u32..).zip(&*order) {
        let draft = &drafts[at as usize];
        let content = narrow(quotes.spans.len());
        let ranges = &items[draft.items.start as usize..draft.items.end as usize];
        let page_items = &findings.page.items;
        let tokens = findings.context.tokens;
        for range in ranges {
            let first = page_items[range.start as usize].span(tokens);
            quotes.spans.push(first.cover(page_items[range.end as usize - 1].span(tokens)));
        }
        if draft.within.is_some() {
            quotes.spans.push(draft.span);
        }
        let quoted = narrow(quotes.spans.len());
        quotes.spans.extend(draft.within.map(|(_, inner)| inner));
        for item in ranges.iter().flat_map(Clone::clone).map(|at| &page_items[at as usize]) {
            if item.is_quoted() || item.is_work() && draft.kind == QuoteKind::Term {
                quotes.spans.extend(inner(findings, item.first, item.end));
            }
        }
        let first_speaker = narrow(quotes.speakers.len());
        quotes.speakers.extend(&speakers[draft.speakers.start as usize..draft.speakers.end as usize]);
        quotes.quotes.push(Quote {
            kind: draft.kind,
            span: draft.span,
            content: content..quoted,
            quoted: quoted..narrow(quotes.spans.len()),
            speakers: first_speaker..narrow(quotes.speakers.len()),
            cue: draft.cue,
            parent: draft.within.map(|(parent, _)| ranks[parent as usize]).filter(|&parent| parent < rank),
            continues: draft.continues.map(|before| ranks[before as usize]).filter(|&before| before < rank),
            confidence: draft.confidence,
        });
    }
}

/// The words of a stretch without its marks.
fn inner(findings: &Findings<'_>, first: u32, end: u32) -> Option<Span> {
    let at = findings.stretches.partition_point(|stretch| stretch.first < first);
    let closed = findings.stretches.get(at).is_some_and(|stretch| stretch.closed);
    let tokens = findings.context.tokens.get(first as usize + 1..end as usize - usize::from(closed))?;
    Some(tokens.first()?.span.cover(tokens.last()?.span))
}
