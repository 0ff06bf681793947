//! Cues of more than one word: which words report, who speaks by them, and what is reported. The texts are our own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use glossator::annotate::{Annotation, Annotator, Article, Collector, Finding, Options, Scratch};

/// Every quote as `speaker | cue | content`.
fn read(annotator: &Annotator, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut sink = Collector(|annotation: &Annotation<'_>| {
        let Finding::Quote(quote) = &annotation.finding else { return };
        let names: Vec<&str> = quote.speakers().map(|speaker| speaker.name).collect();
        let content: Vec<&str> = quote.content().map(|at| at.text).collect();
        let cue = quote.cue().map_or("", |at| at.text);
        found.push(format!("{} | {cue} | {}", names.join(" and "), content.join(" … ")));
    });
    let article = Article { text, language: Some("en"), ..Article::default() };
    annotator.annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink).unwrap();
    found
}

#[test]
fn a_verb_and_a_noun_report_together() {
    let annotator = Annotator::builtin().unwrap();
    let table = [
        (
            "Norway has gone public with claims that Russia is buying old tankers.",
            "Norway | has gone public with claims | that Russia is buying old tankers",
        ),
        (
            "Nora Whitfield went public with suspicions that the bridge was never tested.",
            "Nora Whitfield | went public with suspicions | that the bridge was never tested",
        ),
        (
            "Ana Bell has aired suspicions that the vote was bought.",
            "Ana Bell | has aired suspicions | that the vote was bought",
        ),
        (
            "The Harbour Trust spread rumours that the council was planning to close the port.",
            "Harbour Trust | spread rumours | that the council was planning to close the port",
        ),
        (
            "Omar Haddad responded with a warning that nobody had read the report.",
            "Omar Haddad | responded with a warning | that nobody had read the report",
        ),
        (
            "Nora Whitfield repeated her old claim that the council was planning to close the port.",
            "Nora Whitfield | repeated her old claim | that the council was planning to close the port",
        ),
    ];
    for (text, expect) in table {
        assert_eq!(read(&annotator, text), [expect], "{text}");
    }
}

#[test]
fn a_noun_that_is_only_described_reports_nothing() {
    let annotator = Annotator::builtin().unwrap();
    let table = [
        "Ana Bell made claims that were false.",
        "The council issued warnings that had no effect.",
        "Nora Whitfield raised doubts that were never answered.",
        "Omar Haddad came back with complaints that could not be heard.",
        "The clerk spread rumours that would cost him his post.",
    ];
    for text in table {
        assert_eq!(read(&annotator, text), [""; 0], "{text}");
    }
}

#[test]
fn a_particle_belongs_to_its_verb() {
    let annotator = Annotator::builtin().unwrap();
    for verb in ["chimed in", "shot back", "blurted out", "hit back", "piped up", "wrote back"] {
        for speaker in ["Nora Whitfield", "the mayor"] {
            let text =
                format!("“The bridge will hold for a hundred years,” {speaker} {verb}. They left at noon.");
            let expect = format!("{speaker} | {verb} | “The bridge will hold for a hundred years,”");
            assert_eq!(read(&annotator, &text), [expect], "{text}");
        }
    }
    // Another half, and a particle that begins what is said in plain words.
    assert_eq!(
        read(&annotator, "“The bridge will hold,” Nora Whitfield chimed in, “for a hundred years.”"),
        ["Nora Whitfield | chimed in | “The bridge will hold,” … “for a hundred years.”"]
    );
    assert_eq!(
        read(&annotator, "Nora Whitfield said on Monday that the bridge would hold."),
        ["Nora Whitfield | said | that the bridge would hold"]
    );
}

#[test]
fn the_speaker_is_named_behind_words_that_only_end_between_marks() {
    let annotator = Annotator::builtin().unwrap();
    let table = [
        (
            "The pump “keeps the old harbour dry in winter”, says Dr Karim Haddad of the Harbour Institute.",
            "Karim Haddad | says | The pump “keeps the old harbour dry in winter”",
        ),
        (
            "The pump “keeps the old harbour dry in winter,” said the chief engineer, Nora Whitfield.",
            "Nora Whitfield | said | The pump “keeps the old harbour dry in winter,”",
        ),
    ];
    for (text, expect) in table {
        assert_eq!(read(&annotator, text), [expect], "{text}");
    }
    // Whoever stands before the marks speaks where a whole clause follows the verb.
    let found = read(
        &annotator,
        "Nora Whitfield, who called the plan “a mess”, said Ana Holm would leave the board.",
    );
    assert!(
        found.iter().any(|quote| quote.starts_with("Nora Whitfield | said | Ana Holm would")),
        "{found:?}"
    );
}

#[test]
fn whoever_stands_behind_the_verb_says_the_clause_before_it() {
    let annotator = Annotator::builtin().unwrap();
    let table = [
        ("The drought was not the only cause, says the harbour report.", "the harbour report | says"),
        ("Most of the bridges are safe, says Nora Whitfield.", "Nora Whitfield | says"),
        ("The new mill could employ two hundred people, says the Harbour Trust.", "Harbour Trust | says"),
        (
            "Bees will not return to the valley before May, say researchers in Leeds.",
            "researchers in Leeds | say",
        ),
        (
            "Dredging the canal would cost more than the council has, says engineer Omar Haddad.",
            "Omar Haddad | says",
        ),
        ("The oldest boats were built before the war, says Ana Bell, a historian.", "Ana Bell | says"),
        ("Nobody should swim near the weir, warned the coastguard.", "the coastguard | warned"),
        ("Salt, sand and gravel are stored at the depot, says the council.", "the council | says"),
        ("Children who walk to school are fitter, says a study.", "a study | says"),
        ("Ferry fares doubled last year, says the union.", "the union | says"),
        ("Rare orchids grow on the cliffs, says botanist Mei Lin of Kew Gardens.", "Mei Lin | says"),
    ];
    for (text, expect) in table {
        let before = text.rsplit_once(", s").or_else(|| text.rsplit_once(", w")).unwrap().0;
        assert_eq!(read(&annotator, text), [format!("{expect} | {before}")], "{text}");
    }
}

#[test]
fn whoever_stands_before_the_comma_speaks_where_the_clause_is_theirs() {
    let annotator = Annotator::builtin().unwrap();
    let table = [
        (
            "Ana Bell, who was mayor until May, says the bridge is safe.",
            "Ana Bell | says | the bridge is safe",
        ),
        (
            "Nora Whitfield, head of the Harbour Trust, said the port would close.",
            "Nora Whitfield | said | the port would close",
        ),
        (
            "Omar Haddad was optimistic, saying that the talks would go on.",
            "Omar Haddad | saying | that the talks would go on",
        ),
        ("The Harbour Trust will appeal, but said it would wait.", "Harbour Trust | said | it would wait"),
        (
            "Theresa May, the former prime minister, said the plan would fail.",
            "Theresa May | said | the plan would fail",
        ),
        (
            "As was expected, Nora Whitfield said the port would close.",
            "Nora Whitfield | said | the port would close",
        ),
    ];
    for (text, expect) in table {
        assert_eq!(read(&annotator, text), [expect], "{text}");
    }
}

#[test]
fn nobody_is_named_but_or_when() {
    let annotator = Annotator::builtin().unwrap();
    let table = [
        (
            "But critics of the plan say that the bridge is too old.",
            "critics of the plan | say | that the bridge is too old",
        ),
        (
            "And Nora Whitfield believes the port will close.",
            "Nora Whitfield | believes | the port will close",
        ),
    ];
    for (text, expect) in table {
        assert_eq!(read(&annotator, text), [expect], "{text}");
    }
}

#[test]
fn confidence_keeps_a_caller_to_speech() {
    let annotator = Annotator::builtin().unwrap();
    let confidence = |text: &str| {
        let mut found = Vec::new();
        let mut sink = Collector(|annotation: &Annotation<'_>| {
            if matches!(annotation.finding, Finding::Quote(_)) {
                found.push(annotation.confidence.unwrap().permille());
            }
        });
        let article = Article { text, language: Some("en"), ..Article::default() };
        annotator.annotate(&article, &Options::default(), &mut Scratch::default(), &mut sink).unwrap();
        assert_eq!(found.len(), 1, "{text}");
        found[0]
    };
    let speech = [
        "Nora Whitfield said that the bridge would hold.",
        "Nora Whitfield told the council that the bridge would hold.",
        "The Harbour Trust announced that the bridge would close.",
        "According to Nora Whitfield, the bridge will hold.",
        // Of thought, and said in so many words.
        "“I think the bridge will hold,” Nora Whitfield said.",
    ];
    for text in speech {
        assert!(confidence(text) > 500, "{text}");
    }
    let thought = [
        "Nora Whitfield believes that the bridge will hold.",
        "Nora Whitfield thinks the bridge will hold.",
        "Nora Whitfield plans to close the bridge.",
        "The council wants to close the bridge.",
    ];
    for text in thought {
        assert!(confidence(text) <= 500, "{text}");
    }
}
