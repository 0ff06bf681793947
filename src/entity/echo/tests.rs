//! Tables of articles with what the tagger proposes, and what becomes of it. `[P Ann Lee]` is a proposal.

use super::{EchoScratch, find};
use crate::entity::identity::Knowledge;
use crate::entity::{Context, EntityKind, Proposal, Source};
use crate::sentence::{Segmenter, Sentence};
use crate::text::{Confidence, DocumentBuffer, Span};
use crate::token;
use std::ops::ControlFlow;

const KINDS: [(&str, EntityKind); 4] = [
    ("P", EntityKind::Person),
    ("O", EntityKind::Organization),
    ("L", EntityKind::Location),
    ("X", EntityKind::Other),
];

/// The article with its brackets as they are in the end.
fn mended(marked: &str) -> String {
    let (mut text, mut proposals) = (String::new(), Vec::new());
    for (at, piece) in marked.split('[').enumerate() {
        let (name, rest) = if at == 0 { ("", piece) } else { piece.split_once(']').unwrap() };
        if let Some((letter, name)) = name.split_once(' ') {
            proposals.push(Proposal {
                span: Span::of_bytes(text.len(), text.len() + name.len()),
                kind: KINDS.iter().find(|(known, _)| *known == letter).unwrap().1,
                subtype: None,
                value: None,
                confidence: Some(Confidence::from_permille(900)),
                source: Source::Tagger,
            });
            text.push_str(name);
        }
        text.push_str(rest);
    }
    let mut buffer = DocumentBuffer::default();
    let document = buffer.fill("", &text);
    let mut tokens = Vec::new();
    token::tokenize(&text, Span::of_bytes(0, text.len()), &mut tokens);
    let mut sentences: Vec<Sentence> = Vec::new();
    let mut go_on = || ControlFlow::Continue(());
    let segmenter = Segmenter::builtin().unwrap();
    assert!(segmenter.segment(document, None, &mut go_on, &mut sentences).is_continue());
    let context = Context {
        document,
        tokens: &tokens,
        sentences: &sentences,
        dateline: None,
        reference_date: None,
        terms: &[],
    };
    let (knowledge, mut scratch) = (Knowledge::builtin(), EchoScratch::default());
    assert!(find(&context, &knowledge, &mut proposals, &mut go_on, &mut scratch).is_continue());
    let (mut out, mut behind) = (String::new(), 0);
    for Proposal { span, kind, .. } in proposals {
        let (letter, _) = KINDS.iter().find(|(_, known)| *known == kind).unwrap();
        out.push_str(Span::new(behind, span.start()).of(&text));
        out.push_str(&format!("[{letter} {}]", span.of(&text)));
        behind = span.end();
    }
    let end = u32::try_from(text.len()).unwrap();
    out + Span::new(behind, end).of(&text)
}

#[track_caller]
fn check(marked: &str, expected: &str) {
    assert_eq!(mended(marked), expected);
}

#[test]
fn first_words_of_bodies() {
    check(
        "[O Marlowe Securities] met. Then [P Marlowe] sold.",
        "[O Marlowe Securities] met. Then [O Marlowe] sold.",
    );
    // A person of that name is in the article.
    let two = "[O Marlowe Securities] met. [P Ann Marlowe] came. Then [P Marlowe] sold.";
    check(two, two);
    let titled = "[O Marlowe Securities] met. Mr [P Marlowe] sold.";
    check(titled, titled);
    check(
        "[O Pelham Trust] met. So [L Pelham] sold. He lives in [L Pelham].",
        "[O Pelham Trust] met. So [O Pelham] sold. He lives in [L Pelham].",
    );
    // A council bears its town's name, and parties are called by other words.
    let town = "[O Pelham Council] met. So [L Pelham] sold.";
    check(town, town);
    let party = "The [O Harbour Party] met. A [X Harbour] voter left.";
    check(party, party);
}

#[test]
fn one_name_taken_for_two_sorts() {
    check(
        "So [O Lumatek] sold. Then [P Lumatek] and [O Lumatek] met.",
        "So [O Lumatek] sold. Then [O Lumatek] and [O Lumatek] met.",
    );
    let even = "So [O Brandt] sold. Then [P Brandt] left.";
    check(even, even);
}

#[test]
fn names_cut_short_or_passed_over() {
    check("They beat [L Lund] United again.", "They beat [O Lund United] again.");
    let states = "Off [L Lund] United States ships lay.";
    check(states, states);
    check("So [L Pelham Trust] was sold.", "So [O Pelham Trust] was sold.");
    let fort = "So [L Fort Trusty] was sold.";
    check(fort, fort);
    check(
        "He built the Children's Learning Fund. The Fund is poor.",
        "He built the [O Children's Learning Fund]. The [O Fund] is poor.",
    );
    let alone = "The Fund is poor. A Learning Fund is not. The Learning Fund of Hale is.";
    check(alone, alone);
}
