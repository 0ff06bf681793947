//! Datelines: a table of forms and of near misses, every text our own.

use glossator::dateline::find;
use glossator::text::DocumentBuffer;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const PUBLISHED: Date = date(2023, 6, 20);

/// Stretch, place and date of the dateline in `text`; "" for what it does not give.
#[track_caller]
fn check(text: &str, expected: Option<(&str, &str, &str)>) {
    let mut buffer = DocumentBuffer::default();
    let document = buffer.fill("", text);
    let found = find(document, Some(PUBLISHED)).map(|dateline| {
        let place = dateline.place.map_or("", |place| place.of(document.text()));
        (dateline.span.of(document.text()), place, dateline.date.map_or(String::new(), |d| d.to_string()))
    });
    let found = found.as_ref().map(|(span, place, date)| (*span, *place, date.as_str()));
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn places_with_date_and_agency() {
    for (text, span, place, date) in [
        (" date 2023-06-18 MADRID: Rain fell.", "date 2023-06-18 MADRID:", "MADRID", "2023-06-18"),
        ("2023-06-18 KOLLAM: Rain fell.", "2023-06-18 KOLLAM:", "KOLLAM", "2023-06-18"),
        ("LONDON, June 20 (Reuters) - Rain fell.", "LONDON, June 20 (Reuters) -", "LONDON", "2023-06-20"),
        ("PARIS, Aug 3 (AFP) - Rain fell.", "PARIS, Aug 3 (AFP) -", "PARIS", "2023-08-03"),
        ("PARIS, Aug. 3, 2021 (AFP) — Rain", "PARIS, Aug. 3, 2021 (AFP) —", "PARIS", "2021-08-03"),
        (
            "BEIJING/SHANGHAI, June 2 (Reuters) - Rain",
            "BEIJING/SHANGHAI, June 2 (Reuters) -",
            "BEIJING/SHANGHAI",
            "2023-06-02",
        ),
        ("Brussels, 5 May 2023 – Rain fell.", "Brussels, 5 May 2023 –", "Brussels", "2023-05-05"),
        ("GENEVA, 5th May - Rain fell.", "GENEVA, 5th May -", "GENEVA", "2023-05-05"),
        ("OSLO, Tuesday, June 20 - Rain", "OSLO, Tuesday, June 20 -", "OSLO", "2023-06-20"),
        ("OSLO, Monday (AP) - Rain", "OSLO, Monday (AP) -", "OSLO", "2023-06-19"),
        ("OSLO, June 20, Reuters - Rain", "OSLO, June 20, Reuters -", "OSLO", "2023-06-20"),
        ("LITTLETON, Pa., Oct 20 - Sales", "LITTLETON, Pa., Oct 20 -", "LITTLETON, Pa.", "2023-10-20"),
        ("NITRO, W.Va., March 2 - Sales", "NITRO, W.Va., March 2 -", "NITRO, W.Va.", "2023-03-02"),
        ("KHARTOUM, Dec 30 (Xinhua) -- Rain", "KHARTOUM, Dec 30 (Xinhua) --", "KHARTOUM", "2022-12-30"),
        (
            "NEW YORK, June 1, 2023 /PRNewswire/ -- A",
            "NEW YORK, June 1, 2023 /PRNewswire/ --",
            "NEW YORK",
            "2023-06-01",
        ),
    ] {
        check(text, Some((span, place, date)));
    }
}

#[test]
fn places_without_a_date() {
    for (text, span, place) in [
        ("WASHINGTON (AP) — The rain fell.", "WASHINGTON (AP) —", "WASHINGTON"),
        ("WASHINGTON (AP)--The rain fell.", "WASHINGTON (AP)--", "WASHINGTON"),
        ("WASHINGTON (AP) The rain fell.", "WASHINGTON (AP)", "WASHINGTON"),
        ("Tokyo (AFP) - The rain fell.", "Tokyo (AFP) -", "Tokyo"),
        ("NEW DELHI: The rain fell all night.", "NEW DELHI:", "NEW DELHI"),
        ("SAN FRANCISCO, Calif. -- The rain fell.", "SAN FRANCISCO, Calif. --", "SAN FRANCISCO, Calif."),
        ("PLUMVILLE, Ill. — The rain fell all night.", "PLUMVILLE, Ill. —", "PLUMVILLE, Ill."),
        ("SEOUL, South Korea (AP) — The rain fell.", "SEOUL, South Korea (AP) —", "SEOUL, South Korea"),
        ("ST. LOUIS — The rain fell all night.", "ST. LOUIS —", "ST. LOUIS"),
        ("PORT-AU-PRINCE — The rain fell all night.", "PORT-AU-PRINCE —", "PORT-AU-PRINCE"),
        ("WASHINGTON—The rain fell all night.", "WASHINGTON—", "WASHINGTON"),
        ("LONDON (BBC Monitoring) - The rain fell.", "LONDON (BBC Monitoring) -", "LONDON"),
        ("ABOARD THE USS PLUM (AP) — The rain fell.", "ABOARD THE USS PLUM (AP) —", "ABOARD THE USS PLUM"),
        ("(Reuters) - The rain fell.", "(Reuters) -", ""),
    ] {
        check(text, Some((span, place, "")));
    }
}

#[test]
fn lines_before_it() {
    check(
        "Rain falls again\n\nBy Jane Doe\n\nROME, June 19 (AP) - Rain.",
        Some(("ROME, June 19 (AP) -", "ROME", "2023-06-19")),
    );
    check("Rain falls again\nROME 2023-06-19\nRain fell.", Some(("ROME 2023-06-19", "ROME", "2023-06-19")));
    check("date 2023-06-19\n\nRain fell.", Some(("date 2023-06-19", "", "2023-06-19")));
    let paragraph = "Rain fell over the hills and the river rose. ".repeat(5);
    check(&format!("{paragraph}\n\nROME, June 19 (AP) - Rain."), None);
}

#[test]
fn years_come_from_publication() {
    let mut buffer = DocumentBuffer::default();
    let document = buffer.fill("A title", "OSLO, Feb 29 (AP) - Snow.");
    let day = |published| find(document, published).unwrap().date;
    assert_eq!(day(None), None);
    assert_eq!(day(Some(date(2024, 3, 1))), Some(date(2024, 2, 29)));
    assert_eq!(day(Some(date(2023, 3, 1))), None);
    assert_eq!(day(Some(date(2023, 12, 1))), Some(date(2024, 2, 29)));
}

#[test]
fn near_misses() {
    for text in [
        "",
        "Rain fell.",
        "NATO: The alliance met on Monday in the hills.",
        "UPDATE: The rain has stopped falling now.",
        "EXCLUSIVE - The rain has stopped falling now.",
        "Q: How much rain fell in the night?",
        "WATCH: Rain falls over the hills of the north.",
        "COVID-19: What we know of the new variant",
        "UPDATE 1-Rain falls again in the north",
        "SOCCER - ROVERS BEAT UNITED 2-1 IN LONDON",
        "LONDON - MAN HELD AFTER FIRE AT MILL",
        "LONDON-based bankers said that rain fell.",
        "LONDON: 14 C",
        "London is wet: the rain has not stopped.",
        "BEIJING, the capital, was wet on Monday.",
        "NATO (North Atlantic Treaty Organization) - a short history of it",
        "By Jane Doe, 5 May 2023 - The rain fell.",
        "CNN - The network said rain fell in the hills.",
        "In May 2023 - the wettest month - rain fell.",
        "Paris: The rain fell all night in the city.",
        "WASHINGTON said on Monday that rain fell.",
        "2023-06-20",
        "MARCH 3, 2021 PRESS RELEASE",
        "\"LONDON: a history of the city in the rain\"",
    ] {
        check(text, None);
    }
}

proptest! {
    #[test]
    fn stays_in_its_line(text in "\\PC{0,60}|[A-Z]{2,9}(, (June|May|Feb) [0-9]{1,2})?( \\((AP|Reuters)\\))?( - |: |--)[a-z .\\n]{0,40}") {
        let mut buffer = DocumentBuffer::default();
        let document = buffer.fill("", &text);
        if let Some(found) = find(document, Some(PUBLISHED)) {
            prop_assert!(document.body().contains(found.span));
            prop_assert!(!found.span.of(document.text()).contains('\n'));
            prop_assert!(found.place.is_none_or(|place| found.span.contains(place)));
            prop_assert!(document.paragraphs().iter().any(|p| p.span.contains(found.span)));
        }
    }
}
