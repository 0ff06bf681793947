//! Tables of texts with titles and roles around names.

use super::PersonWords;
use crate::text::Span;
use crate::token;

/// `|` marks where the name begins.
fn check(marked: &str, expected: Option<&str>) {
    let text = marked.replace('|', "");
    let at = u32::try_from(marked.find('|').unwrap()).unwrap();
    let mut tokens = Vec::new();
    token::tokenize(&text, Span::of_bytes(0, text.len()), &mut tokens);
    let found = PersonWords::builtin().title_before(&text, &tokens, 0, token::first_at(&tokens, at));
    assert_eq!(found.map(|title| title.span.of(&text)), expected, "{marked}");
}

#[track_caller]
fn check_behind(marked: &str, expected: Option<&str>) {
    let at = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    let mut tokens = Vec::new();
    token::tokenize(&text, Span::of_bytes(0, text.len()), &mut tokens);
    let found = PersonWords::builtin().title_behind(
        &text,
        &tokens,
        token::first_at(&tokens, u32::try_from(at).unwrap()),
    );
    assert_eq!(found.map(|title| title.span.of(&text)), expected, "{marked}");
}

#[test]
fn roles_behind_names() {
    check_behind("Lars Holm|, the ambassador, left", Some("ambassador"));
    check_behind("Lars Holm|, ambassador to France, left", Some("ambassador to France"));
    check_behind("Ann Lee|, a former finance minister.", Some("former finance minister"));
    check_behind(
        "Ann Lee|, president of the European Commission, left",
        Some("president of the European Commission"),
    );
    check_behind("Ann Lee|, president of the city council, left", Some("president"));
    check_behind("Ann Lee|, the company's chairwoman.", Some("chairwoman"));
    check_behind("Ann Lee|, the Harbour Alliance's leader, left", Some("leader"));
    check_behind("Ann Lee|, the coach accused of it, left", Some("coach"));
    check_behind("Ann Lee|, a lawyer who won, left", Some("lawyer"));
    check_behind("Ann Lee|, the parish priest, left", Some("parish priest"));
    check_behind("Ann Lee|, the minister said", None);
    check_behind("Ann Lee|, the priest said", None);
    check_behind("Ann Lee|, President Joe Holm and others", None);
    check_behind("Ann Lee|, 45, left", None);
    check_behind("Ann Lee|, who was minister, left", None);
    check_behind("Ann Lee| the minister, left", None);
    check_behind("Ann Lee|,", None);
    check_behind("Ann Lee|", None);
}

#[test]
fn roles_set_apart() {
    let check = |marked: &str, expected: Option<&str>| {
        let text = marked.replace('|', "");
        let mut tokens = Vec::new();
        token::tokenize(&text, Span::of_bytes(0, text.len()), &mut tokens);
        let at = |at: usize| token::first_at(&tokens, u32::try_from(at).unwrap());
        let (start, end) = (marked.find('|').unwrap(), marked.rfind('|').unwrap() - 1);
        let found = PersonWords::builtin().title_apart(&text, &tokens, 0, at(start)..at(end));
        assert_eq!(found.map(|title| title.span.of(&text)), expected, "{marked}");
    };
    check("The Danish ambassador, |Lars Holm|, left", Some("Danish ambassador"));
    check("They met the former prime minister, |Ann Lee|.", Some("former prime minister"));
    check("The bank's chief executive, |Ann Lee|, left", Some("chief executive"));
    check("Its master, |Ann Lee|, left", Some("master"));
    check("He is the son of a railway clerk, |Ann Lee|.", Some("railway clerk"));
    check("The ministry's housing adviser, |Ann Lee|, left", Some("housing adviser"));
    check("A captain of the Port Police, |Ann Lee|, left", Some("captain of the Port Police"));
    check("Oslo's envoy to Lima, |Ann Lee|, left", Some("envoy to Lima"));
    check("It fell to a teacher, |Ann Lee| of the Greens", Some("teacher"));
    check("Out of the port of Orsk, |Ann Lee|, left", None);
    check("The bank, whose chairman, |Ann Lee|, left", Some("chairman"));
    check("They met minister, |Ann Lee|, there", None);
    check("They met the minister, |Ann Lee| and others", None);
    check("They met a friend, |Ann Lee|, there", None);
    check("Danish ambassador, |Lars Holm|, left", None);
}

#[test]
fn titles_before_names() {
    check("US Secretary of State |Ann Lee", Some("US Secretary of State"));
    check("the Chancellor of the Exchequer, |Ann Lee", None);
    check("the Chancellor of the Exchequer |Ann Lee", Some("Chancellor of the Exchequer"));
    check("But Mr |Lee", Some("Mr"));
    check("But Mr. |Lee", Some("Mr."));
    check("by President |Joe Lee", Some("President"));
    check("The former deputy prime minister |Ann Lee", Some("former deputy prime minister"));
    check("When Chinese Foreign Minister |Li Po", Some("Chinese Foreign Minister"));
    check("he asked Vice-President |Ann Lee", Some("Vice-President"));
    check("said Lt. Gov. |Ann Lee", Some("Lt. Gov."));
    check("said Goldman Sachs chief executive |Ann Lee", Some("Goldman Sachs chief executive"));
    check("a general |Lee", None);
    check("the |Lee", None);
    check("|Lee", None);
    check("In May |Lee", None);
}
