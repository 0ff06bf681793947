//! Texts for tests whose names stand in brackets with the letter of their kind: `[P Ann Lee] left [L Hale].`

use super::{EntityKind, Proposal, Source};
use crate::text::Span;

/// The kinds by their letters.
pub(super) const KINDS: [(&str, EntityKind); 7] = [
    ("P", EntityKind::Person),
    ("O", EntityKind::Organization),
    ("L", EntityKind::Location),
    ("G", EntityKind::Group),
    ("E", EntityKind::Event),
    ("D", EntityKind::Date),
    ("X", EntityKind::Other),
];

/// The text without its brackets, and what they propose.
pub(super) fn unmark(marked: &str) -> (String, Vec<Proposal>) {
    let mut text = String::new();
    let mut proposals = Vec::new();
    for (at, piece) in marked.split('[').enumerate() {
        let (name, rest) = if at == 0 { ("", piece) } else { piece.split_once(']').unwrap() };
        if let Some((letter, name)) = name.split_once(' ') {
            proposals.push(Proposal {
                span: Span::of_bytes(text.len(), text.len() + name.len()),
                kind: KINDS.iter().find(|(known, _)| *known == letter).unwrap().1,
                subtype: None,
                value: None,
                confidence: None,
                source: Source::Tagger,
            });
            text.push_str(name);
        }
        text.push_str(rest);
    }
    (text, proposals)
}
