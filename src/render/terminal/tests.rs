//! The picture without its colours.

use super::render;
use crate::entity::{EntityKind, MentionKind};
use crate::grpc::client::SentArticle;
use crate::grpc::reading::{EntityReading, Place, QuoteReading, Reading, SentenceReading, SpeakerReading};
use crate::quote::{Method, QuoteKind};
use crate::text::{Part, Span};

fn place(text: &str, words: &str) -> Place {
    let start = text.find(words).unwrap();
    Place { part: Part::Text, span: Span::of_bytes(start, start + words.len()) }
}

#[test]
fn who_said_what_stands_beside_the_text() {
    let text = "“Rain is coming,” Anna Kovács said. Nobody minded.";
    let article = SentArticle { id: "a-1".into(), text: text.into(), ..SentArticle::default() };
    let sentence = |words| SentenceReading { at: place(text, words), paragraph: 0 };
    let name = place(text, "Anna Kovács");
    let reading = Reading {
        language: "en".into(),
        sentences: vec![sentence("“Rain is coming,” Anna Kovács said."), sentence("Nobody minded.")],
        quotes: vec![QuoteReading {
            id: 4,
            kind: QuoteKind::Direct,
            at: place(text, "“Rain is coming,”"),
            content: vec![place(text, "“Rain is coming,”")],
            cue: Some(place(text, "said")),
            speakers: vec![SpeakerReading {
                mention: Some(name),
                entity: 3,
                name: "Anna Kovács".into(),
                method: Method::Named,
            }],
            continues: 0,
        }],
        entities: vec![EntityReading {
            id: 3,
            kind: EntityKind::Person,
            subtype: String::new(),
            name: "Anna Kovács".into(),
            mentions: vec![(name, MentionKind::Name)],
            links: Vec::new(),
            titles: Vec::new(),
            value: String::new(),
        }],
        ..Reading::default()
    };
    let picture = anstream::adapter::strip_str(&render(&article, &reading, 60)).to_string();
    let expected = "\
── a-1 ─────────────────────────────────────────────────────
   en · no date · 2 sentences, 1 quotes, 1 entities

   1        Anna Kovács ▌“Rain is coming,” Anna Kovács said.
   2                     Nobody minded.

   direct  mixed  indirect  cue  PERSON

   Quotes
   who          found by  kind    words
   Anna Kovács  named     direct  “Rain is coming,”

   Entities
   type    name         ×  means
   PERSON  Anna Kovács  1
";
    assert_eq!(picture, expected);
}
