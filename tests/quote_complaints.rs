//! What users of other quote finders complained about, and what the contract promises of marks, nested quotations
//! and continuations: a text, and all that is found in it. The texts are our own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{Annotation, Annotator, Article, Collector, Finding, Options, Scratch, Warning};
use glossator::quote::QuoteKind;
use std::sync::LazyLock;

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| Annotator::builtin().unwrap());

/// Every quote as `kind speaker: "words between marks" | …`, with `in N` inside of the N-th and `after N` carrying
/// it on, and whether a mark was left alone.
fn read(text: &str) -> (Vec<String>, bool) {
    let mut found = Vec::new();
    let mut ids = Vec::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        let Finding::Quote(quote) = &annotation.finding else { return };
        ids.push(annotation.id);
        let place = |id: u32| ids.iter().position(|&other| other == id).unwrap() + 1;
        let kind = match quote.kind() {
            QuoteKind::Direct => "direct",
            QuoteKind::Mixed => "mixed",
            // Plain reports are the model's opinion, and not what these texts are about.
            QuoteKind::Indirect => return,
            QuoteKind::Term => "term",
        };
        let names: Vec<&str> = quote.speakers().map(|speaker| speaker.name).collect();
        let words: Vec<&str> = quote.quoted().map(|at| at.text).collect();
        let mut line = format!("{kind} {}: {}", names.join(" and "), words.join(" | "));
        if quote.parent_id() > 0 {
            line.push_str(&format!(" in {}", place(quote.parent_id())));
        }
        if quote.continues_id() > 0 {
            line.push_str(&format!(" after {}", place(quote.continues_id())));
        }
        found.push(line);
    });
    let article = Article { text, language: Some("en"), ..Article::default() };
    let summary =
        ANNOTATOR.annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink).unwrap();
    (found, summary.warnings.contains(&Warning::UnbalancedQuotes))
}

#[track_caller]
fn check(text: &str, expect: &[&str]) {
    let (found, unbalanced) = read(text);
    assert_eq!(found, expect, "{text}");
    assert!(!unbalanced, "no mark is alone in {text}");
}

#[test]
fn an_appositive_does_not_lose_the_speaker() {
    check(
        "“The bridge will hold,” Nora Whitfield, an engineer, said on Tuesday.",
        &["direct Nora Whitfield: The bridge will hold,"],
    );
}

#[test]
fn a_quotation_over_paragraphs_is_carried_on() {
    check(
        "“The bridge will hold,” said Nora Whitfield.\n\n“We tested every bolt of it twice, and then again at night.”",
        &[
            "direct Nora Whitfield: The bridge will hold,",
            "direct Nora Whitfield: We tested every bolt of it twice, and then again at night. after 1",
        ],
    );
}

#[test]
fn she_added_is_the_one_who_spoke() {
    check(
        "“The bridge will hold,” said Nora Whitfield. “It is new,” she added.",
        &["direct Nora Whitfield: The bridge will hold,", "direct Nora Whitfield: It is new,"],
    );
}

#[test]
fn marks_of_every_sort_are_paired() {
    for (open, close) in
        [("\"", "\""), ("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’"), ("``", "''"), ("''", "''")]
    {
        check(
            &format!("{open}The bridge will hold for years,{close} said Nora Whitfield."),
            &["direct Nora Whitfield: The bridge will hold for years,"],
        );
    }
}

#[test]
fn a_curly_mark_typed_the_wrong_way_round_is_read_by_its_place() {
    check(
        "”The bridge will hold for years,” said Nora Whitfield.",
        &["direct Nora Whitfield: The bridge will hold for years,"],
    );
    // Nothing stands before it that it could close.
    check(
        "The bridge will hold.\n\n” … it will hold for years,” said Nora Whitfield.",
        &["direct Nora Whitfield: … it will hold for years,"],
    );
}

#[test]
fn feet_and_inches_are_no_marks() {
    check("The keeper, who is 6'2\" tall, broke the 5'11\" bar.", &[]);
}

#[test]
fn the_damage_of_a_lonely_mark_ends_with_its_paragraph() {
    // A next paragraph that began with a mark would carry the quotation on, and then there is no warning.
    let (found, unbalanced) = read(
        "The mayor said the “plan was late.\n\nNora Whitfield disagreed: “The bridge will hold for years.”",
    );
    assert!(unbalanced);
    assert_eq!(found.last().unwrap(), "direct Nora Whitfield: The bridge will hold for years.");
    assert!(found.len() <= 2, "{found:?}");
}

#[test]
fn a_quotation_opened_anew_goes_on_where_paragraphs_were_lost() {
    // As scraped text has it: a long quotation opens each of its paragraphs, and a blank is all that is left of their breaks.
    check(
        "Nora Whitfield said: \"The bridge is old. It needs new bolts. \"The council knows that. \"We will close it.\" \
         Nobody objected.",
        &[
            "direct Nora Whitfield: The bridge is old. It needs new bolts. | The council knows that. | We will close it.",
        ],
    );
    check(
        "“The bridge is old. It needs new bolts. “The council knows that,” said Nora Whitfield.",
        &["direct Nora Whitfield: The bridge is old. It needs new bolts. | The council knows that,"],
    );
    // Nothing is opened anew in the middle of a sentence: there the first mark is the one that was forgotten.
    let (found, unbalanced) =
        read("The clerk has the \"old plan on his desk and \"Nobody reads it,\" said Nora Whitfield.");
    assert!(unbalanced);
    assert_eq!(found, ["direct Nora Whitfield: Nobody reads it,"]);
    // Nor inside of a quotation that is closed twice.
    check(
        "\"He came in. \"Go home,\" he said, and we went,\" said Nora Whitfield.",
        &["direct Nora Whitfield: He came in. \"Go home,\" he said, and we went,", "direct : Go home, in 1"],
    );
}

#[test]
fn a_quotation_inside_of_another_is_one_in_its_own_right() {
    check(
        "“He told me, ‘Go home,’ and I went,” said Nora Whitfield.",
        &["direct Nora Whitfield: He told me, ‘Go home,’ and I went,", "direct : Go home, in 1"],
    );
    // Whoever says "I" there is who is quoted.
    check(
        "“I said, ‘We are closed,’ and that was it,” said Nora Whitfield.",
        &[
            "direct Nora Whitfield: I said, ‘We are closed,’ and that was it,",
            "direct Nora Whitfield: We are closed, in 1",
        ],
    );
    // A word that nobody is reported to say is a term, and an apostrophe is nothing.
    check(
        "“The word ‘care’ isn't in the workers' rules,” said Nora Whitfield.",
        &["direct Nora Whitfield: The word ‘care’ isn't in the workers' rules,", "term : care in 1"],
    );
}

#[test]
fn a_dash_and_a_name_sign_a_quotation() {
    check(
        "“We will miss the library.” ― Nora Whitfield, Leeds\n“They never asked us.” - Karim Haddad",
        &["direct Nora Whitfield: We will miss the library.", "direct Karim Haddad: They never asked us."],
    );
}

#[test]
fn a_nickname_is_no_quotation() {
    check("The cook, Anna \"Shorty\" Miller, retired in May.", &["term : Shorty"]);
}

#[test]
fn a_heading_between_single_marks_carries_on_nobodys_words() {
    check(
        "“We opened the dock at noon,” Nora Whitfield said. “Nobody came, and the kettle went cold.”\n\n\
         ‘A quiet morning.’\n\nThe ferry is still tied up in the yard.",
        &[
            "direct Nora Whitfield: We opened the dock at noon, | Nobody came, and the kettle went cold.",
            "term : A quiet morning.",
        ],
    );
    // The same paragraph between the marks of the article's quotations is theirs.
    check(
        "“We opened the dock at noon,” Nora Whitfield said. “Nobody came, and the kettle went cold.”\n\n\
         “A quiet morning.”\n\nThe ferry is still tied up in the yard.",
        &[
            "direct Nora Whitfield: We opened the dock at noon, | Nobody came, and the kettle went cold.",
            "direct Nora Whitfield: A quiet morning. after 1",
        ],
    );
}

#[test]
fn the_long_title_of_a_work_is_nobodys_words() {
    check(
        "Her third novel, “The Last Winter of the Harbour Pilots and Their Wives”, is out in May.",
        &["term : The Last Winter of the Harbour Pilots and Their Wives"],
    );
}

#[test]
fn the_name_of_a_programme_is_nobodys_words() {
    let opening = "The ferry will not run this winter.\n\n";
    check(
        &format!(
            "{opening}Mayor Nora Whitfield told the BBC’s “Harbour Tonight” that the dock was “a ruin.”"
        ),
        &["term : Harbour Tonight", "mixed Nora Whitfield: a ruin."],
    );
    check(
        &format!("{opening}“The dock is a ruin,” Nora Whitfield said on “The Late Ferry.”"),
        &["direct Nora Whitfield: The dock is a ruin,", "term : The Late Ferry."],
    );
    check(
        &format!("{opening}“The dock is a ruin,” Nora Whitfield said on Sunday’s “Harbour Tonight.”"),
        &["direct Nora Whitfield: The dock is a ruin,", "term : Harbour Tonight."],
    );
    // What somebody says behind a possessive is said: a person's, or no title.
    check(
        &format!("{opening}The mayor, Nora Whitfield, repeated the council’s “not this winter” on Monday."),
        &["mixed Nora Whitfield: not this winter"],
    );
}

#[test]
fn who_stands_beside_a_quotation_with_a_rare_verb_spoke() {
    let opening =
        "The council met on Monday to talk about the bridge, and Nora Whitfield of the yard was there.\n\n";
    for (text, speaker, words) in [
        ("“We are ready,” Mr. Bell snapped.", "Bell", "We are ready,"),
        ("“We are ready,” snapped the old mayor.", "the old mayor", "We are ready,"),
        ("“Are we ready?” Nora Whitfield sighed.", "Nora Whitfield", "Are we ready?"),
        ("“We are ready,” Mr. Bell snapped, “and waiting.”", "Bell", "We are ready, | and waiting."),
        ("Nora Whitfield began, “Well, we are ready.”", "Nora Whitfield", "Well, we are ready."),
        ("Nora Whitfield began: “Well, we are ready.”", "Nora Whitfield", "Well, we are ready."),
    ] {
        check(&format!("{opening}{text}"), &[&format!("direct {speaker}: {words}")]);
    }
    // One word is no quotation, whatever stands before it; nor does who acts in a sentence of their own speak.
    check(&format!("{opening}The chosen name, “Shinnaway,” hides it."), &["term : Shinnaway,"]);
    check(
        &format!("{opening}“We are ready to go home now, all of us.” Nora Whitfield left."),
        &["direct : We are ready to go home now, all of us."],
    );
}
