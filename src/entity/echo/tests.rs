//! Tables of articles with what the tagger proposes, and what becomes of it. `[P Ann Lee]` is a proposal.

use super::{EchoScratch, find};
use crate::entity::identity::Knowledge;
use crate::entity::marked::{KINDS, unmark};
use crate::entity::{Context, Proposal};
use crate::sentence::{Segmenter, Sentence};
use crate::text::{Confidence, DocumentBuffer, Span};
use crate::token;
use std::ops::ControlFlow;

/// The article with its brackets as they are in the end.
fn mended(marked: &str) -> String {
    let (text, mut proposals) = unmark(marked);
    for proposal in &mut proposals {
        proposal.confidence = Some(Confidence::from_permille(900));
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

#[test]
fn names_run_together_or_cut_off() {
    check(
        "The [O Pelham Council] and [O Hale Homes] met. The [O Council and Hale Homes] agreed.",
        "The [O Pelham Council] and [O Hale Homes] met. The [O Council] and [O Hale Homes] agreed.",
    );
    let one = "The [O Pelham Council] met the [O Council and Guild of Hale].";
    check(one, one);
    check(
        "At [O Vander Group of the Netherlands] today.",
        "At [O Vander Group] of the [L Netherlands] today.",
    );
    check("At [O Halden Foods Inc of France] today.", "At [O Halden Foods Inc] of [L France] today.");
    check("At [O Ink and Dyes Inc of France] today.", "At [O Ink and Dyes Inc] of [L France] today.");
    let bank = "At [O National Bank of France], [O Power Corp of France], [O Group of Hale] and [O Hale Oil Company of France].";
    check(bank, bank);
    check("So [O Halden Foods] plc fell.", "So [O Halden Foods plc] fell.");
    check("So [O Pelham Trust Co]. of Hale fell.", "So [O Pelham Trust Co.] of Hale fell.");
    let joined = "So said [X Tory] co-chairman and [O Lund Tory] co-chairman.";
    check(joined, joined);
    check("He left [O Pelham Trust Co]. It fell.", "He left [O Pelham Trust Co]. It fell.");
    check(
        "At [P Corley], [O Dunn & Co] they met. [O Corley Dunn] fell.",
        "At [O Corley, Dunn & Co] they met. [O Corley Dunn] fell.",
    );
    let firm = "So [O Boesky] sold. [O Boesky and Co] met [O Co Lund].";
    check(firm, firm);
    let two = "So said [P Corley], [O Dunn & Co] boss.";
    check(two, two);
}

#[test]
fn names_of_several_words_again() {
    check(
        "[O Vander Group] met. It lent Vander Group 5.",
        "[O Vander Group] met. It lent [O Vander Group] 5.",
    );
    check("[P Mieke Claes] came. So did Mieke Claes.", "[P Mieke Claes] came. So did [P Mieke Claes].");
    check("In [L Dome Argus] once. To Dome Argus.", "In [L Dome Argus] once. To [L Dome Argus].");
    let longer = "[O Vander Group] met. So did New Vander Group and Vander Group Hale.";
    check(longer, longer);
}

#[test]
fn heads_and_letters_of_bodies() {
    check(
        "The [O Royal College of Nurses] met. The College is poor, a college is not.",
        "The [O Royal College of Nurses] met. The [O College] is poor, a college is not.",
    );
    check("The Friends of [O Hale Libraries] met.", "The [O Friends of Hale Libraries] met.");
    let parts = "The Board of [O Hale Libraries] met the friends of [O Hale Libraries].";
    check(parts, parts);
    check(
        "The [O Royal Lund Opera] met. He sang for the [L Opera].",
        "The [O Royal Lund Opera] met. He sang for the [O Opera].",
    );
    check(
        "[X Shelter Now and Prosper] (SNAP) met. Then SNAP left.",
        "[X Shelter Now and Prosper] ([X SNAP]) met. Then [X SNAP] left.",
    );
    let snap = "[X Shelter Now and Prosper] met. Then SNAP left.";
    check(snap, snap);
    check("[L UFO] met. [O United Farmers' Order].", "[O UFO] met. [O United Farmers' Order].");
    let places = "[L USA] met. [O Union of Steel Assemblers].";
    check(places, places);
    check(
        "The [O Hale Royal Infirmary] met. At the [L Royal Infirmary].",
        "The [O Hale Royal Infirmary] met. At the [O Royal Infirmary].",
    );
    let bare = "He told [O Parliament] so. Then [O Norland Parliament] met. He asked Parliament.";
    check(bare, "He told [O Parliament] so. Then [O Norland Parliament] met. He asked [O Parliament].");
    let york = "The [O Bank of New Hale] and [O FC New Hale] met in [L New Hale].";
    check(york, york);
}

#[test]
fn towns_and_firms_of_one_name() {
    check(
        "[O Pelham Trust] met. He owns 8% of [L Pelham] and a stake in [L Pelham], and worked at [L Pelham].",
        "[O Pelham Trust] met. He owns 8% of [O Pelham] and a stake in [O Pelham], and worked at [O Pelham].",
    );
    let town = "[O Pelham Trust] met the mayor of [L Pelham] at [L Pelham].";
    check(town, town);
    check("In [L Hale] they met. All of [O Hale] came.", "In [L Hale] they met. All of [L Hale] came.");
    let firm = "In [L Hale] they met. They own 5 pct of [O Hale].";
    check(firm, firm);
    let sport = "In [L Hale] they met. The striker of [O Hale] scored.";
    check(sport, sport);
    check(
        "[O FC Lund] won. He came through the youth side of [L Lund].",
        "[O FC Lund] won. He came through the youth side of [O Lund].",
    );
    let mayor = "[O FC Lund] won. He met the mayor of [L Lund].";
    check(mayor, mayor);
}

#[test]
fn officers_by_their_rank() {
    check("[P Ann Birt] came. [O DS Birt] left.", "[P Ann Birt] came. [P DS Birt] left.");
    let motors = "[P Ann Birt] came. [O General Motors] left.";
    check(motors, motors);
}

#[test]
fn towns_behind_a_score() {
    check(
        "[O East Lund Town] lost. [O Moss] won 2-0 at [L East Lund].",
        "[O East Lund Town] lost. [O Moss] won 2-0 at [O East Lund].",
    );
    check(
        "[O Lund City] lost. A 3–1 win at [L Lund] is rare.",
        "[O Lund City] lost. A 3–1 win at [O Lund] is rare.",
    );
    check("[O Lund City] lost. The crowd met at [L Lund].", "[O Lund City] lost. The crowd met at [L Lund].");
    check(
        "[O Lund Council] met. [O Moss] won 2-0 at [L Lund].",
        "[O Lund Council] met. [O Moss] won 2-0 at [L Lund].",
    );
    check("[O Lund City] won 2-0 in [L Lund].", "[O Lund City] won 2-0 in [L Lund].");
}
