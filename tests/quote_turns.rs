//! Turns of transcripts: who speaks, and all that they say, by layout. The texts are our own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{Annotation, Annotator, Article, Collector, Finding, Options, Scratch};
use std::sync::LazyLock;

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| Annotator::builtin().unwrap());

/// Every quote that a colon reports, as `speaker mention: content`.
fn turns(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        let Finding::Quote(quote) = &annotation.finding else { return };
        if quote.cue().is_none_or(|cue| cue.text != ":") {
            return;
        }
        let who: Vec<&str> =
            quote.speakers().filter_map(|speaker| speaker.mention).map(|at| at.text).collect();
        let content: Vec<&str> = quote.content().map(|at| at.text).collect();
        found.push(format!("{}: {}", who.join(" and "), content.join(" | ")));
    });
    let article = Article { text, language: Some("en"), ..Article::default() };
    ANNOTATOR.annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink).unwrap();
    found
}

#[test]
fn a_turn_is_all_that_is_said_in_it() {
    let text = "Will the ferry run this winter? Here is what was said on air.\n\n\
                WHITFIELD: Good evening. You have said twice that it will run. Is that so?\n\n\
                BELL: It is. I believe that the dock will hold. “We tested every bolt,” the yard told me.\n\n\
                WHITFIELD: And the fares?\n\n\
                Ana Bell: They stay.\n\nNora Whitfield and Ana Bell met again on Friday.";
    assert_eq!(
        turns(text),
        [
            "WHITFIELD: Good evening. You have said twice that it will run. Is that so?",
            "BELL: It is. I believe that the dock will hold. “We tested every bolt,” the yard told me.",
            "WHITFIELD: And the fares?",
            "Ana Bell: They stay.",
        ]
    );
}

#[test]
fn questions_and_answers_are_turns() {
    let text = "Q: What do you build?\n\nA: Boats. Small ones.\n\nQ: For whom?\n\nA: For whoever asks.";
    assert_eq!(
        turns(text),
        ["Q: What do you build?", "A: Boats. Small ones.", "Q: For whom?", "A: For whoever asks."]
    );
}

#[test]
fn a_mark_that_nothing_closes_opens_no_turn_of_its_own() {
    let text = "\"HOST: Will it run?\n\n\"MINISTER: It will. It must.\n\n\"HOST: And the fares?";
    assert_eq!(turns(text), ["HOST: Will it run?", "MINISTER: It will. It must.", "HOST: And the fares?"]);
}

#[test]
fn a_quotation_before_a_label_opens_no_turn() {
    let text = "“Good evening” HOST: Will it run? Or not.\n\n“Well” MINISTER: It will. It must.\n\n\
                “So” HOST: And the fares? They are high.";
    let whole = ["Will it run? Or not.", "It will. It must.", "And the fares? They are high."];
    assert!(
        turns(text).iter().all(|turn| whole.iter().all(|said| !turn.contains(said))),
        "{:?}",
        turns(text)
    );
}

#[test]
fn labels_that_mean_nobody_open_no_turn() {
    let text =
        "Time: 7 p.m. on Friday.\n\nPlace: The old dock.\n\nTime: 8 p.m. on Sunday.\n\nPlace: The new dock.";
    assert_eq!(turns(text), [""; 0]);
    let text = "Director: Ana Bell. Her third film.\n\nWriter: Tom Moore.\n\nDirector: Nora Whitfield.\n\nWriter: Ana Bell.";
    assert!(turns(text).iter().all(|turn| !turn.contains("Her third film")), "{:?}", turns(text));
    // Each label once is a list.
    let text = "Whitfield: five boats. All of them small.\n\nBell: two boats.\n\nMoore: no boat.\n\nNora Whitfield, Ana Bell and \
                Tom Moore raced on Sunday.";
    assert!(turns(text).iter().all(|turn| !turn.contains("All of them small")), "{:?}", turns(text));
}
