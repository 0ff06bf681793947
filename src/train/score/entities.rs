//! Named entities by exact match of span and type, as the reference scorer of the workplace counts them. It
//! must not know where predictions come from.

use super::Counts;
use crate::train::corpus::{GoldDocument, GoldEntity};
use std::collections::{BTreeMap, BTreeSet};

/// The types that are scored unless others are asked for.
pub const DEFAULT_TYPES: [&str; 3] = ["PERSON", "ORGANIZATION", "LOCATION"];

/// Counts over all scored types, of each type, and without looking at types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityScores {
    /// Span and type right, all types together.
    pub overall: Counts,
    /// Span and type right, of each type.
    pub by_type: BTreeMap<String, Counts>,
    /// Span right, whatever the type.
    pub untyped: Counts,
}

impl EntityScores {
    /// Adds the counts of one document. `gold` and `predicted` are the same article.
    ///
    /// Gold entities that are optional count neither way, and a prediction of exactly their span is no error.
    pub fn add(&mut self, gold: &GoldDocument, predicted: &GoldDocument, types: &[&str]) {
        let optional: BTreeSet<(u32, u32)> =
            gold.entities.iter().filter(|e| e.optional).map(|e| (e.start, e.end)).collect();
        let wanted = scored(&gold.entities, types);
        let mut found = scored(&predicted.entities, types);
        found.retain(|&(start, end, _)| !optional.contains(&(start, end)));
        self.overall += counts(&wanted, &found);
        for &kind in types {
            let of_kind = |set: &BTreeSet<(u32, u32, String)>| -> BTreeSet<(u32, u32, String)> {
                set.iter().filter(|entity| entity.2 == kind).cloned().collect()
            };
            *self.by_type.entry(kind.to_owned()).or_default() += counts(&of_kind(&wanted), &of_kind(&found));
        }
        let spans = |set: &BTreeSet<(u32, u32, String)>| -> BTreeSet<(u32, u32)> {
            set.iter().map(|&(start, end, _)| (start, end)).collect()
        };
        self.untyped += counts(&spans(&wanted), &spans(&found));
    }
}

/// The type as it is scored: other schemes' names sent to ours.
#[must_use]
pub fn scored_type(name: &str) -> String {
    let upper = name.to_uppercase();
    let mapped = match upper.as_str() {
        "PER" | "PEOPLE" => "PERSON",
        "ORG" | "ORGANISATION" | "COMPANY" => "ORGANIZATION",
        "LOC" | "GPE" | "FAC" | "FACILITY" | "PLACE" | "CITY" | "COUNTRY" | "REGION" | "ADDRESS" => {
            "LOCATION"
        }
        "NORP" | "NATIONALITY" | "DEMONYM" | "LANGUAGE" | "EVENT" | "PRODUCT" | "WORK" | "WORK_OF_ART"
        | "LAW" => "MISC",
        _ => return upper,
    };
    mapped.to_owned()
}

/// The entities of the scored types, each once, the optional ones left out.
fn scored(entities: &[GoldEntity], types: &[&str]) -> BTreeSet<(u32, u32, String)> {
    entities
        .iter()
        .filter(|entity| !entity.optional)
        .map(|entity| (entity.start, entity.end, scored_type(&entity.kind)))
        .filter(|(_, _, kind)| types.contains(&kind.as_str()))
        .collect()
}

fn counts<T: Ord>(wanted: &BTreeSet<T>, found: &BTreeSet<T>) -> Counts {
    Counts {
        right: wanted.intersection(found).count() as u64,
        predicted: found.len() as u64,
        gold: wanted.len() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_TYPES, EntityScores};
    use crate::train::corpus::{GoldDocument, GoldEntity};
    use crate::train::score::Counts;

    fn document(entities: &[(u32, u32, &str, bool)]) -> GoldDocument {
        let entities = entities
            .iter()
            .map(|&(start, end, kind, optional)| GoldEntity {
                start,
                end,
                kind: kind.to_owned(),
                optional,
                name: String::new(),
                value: String::new(),
            })
            .collect();
        GoldDocument { entities, ..GoldDocument::default() }
    }

    #[test]
    fn counts_as_the_reference_does() {
        let gold = document(&[
            (0, 4, "PERSON", false),
            (5, 9, "GPE", false),
            (10, 14, "ORG", true),
            (20, 24, "DATE", false),
        ]);
        let predicted = document(&[
            (0, 4, "ORGANIZATION", false),
            (5, 9, "LOCATION", false),
            (10, 14, "PERSON", false),
            (30, 31, "FACILITY", false),
        ]);
        let mut scores = EntityScores::default();
        scores.add(&gold, &predicted, &DEFAULT_TYPES);
        assert_eq!(scores.overall, Counts { right: 1, predicted: 3, gold: 2 });
        assert_eq!(scores.untyped, Counts { right: 2, predicted: 3, gold: 2 });
        assert_eq!(scores.by_type["LOCATION"], Counts { right: 1, predicted: 2, gold: 1 });
        assert_eq!(scores.by_type["PERSON"], Counts { right: 0, predicted: 0, gold: 1 });
    }
}
