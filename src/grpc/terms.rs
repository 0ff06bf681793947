//! Custom terms as JSON lines: each the contract's `CustomTerm` in proto3 JSON, under the bounds of a
//! request's terms. It knows no file.
//!
//! ```json
//! {"text": "Harbour Trust", "type": "ENTITY_TYPE_ORGANIZATION", "links": [{"catalog": "acme", "id": "7"}]}
//! ```

use super::pb;
use super::request::parse_term;
use crate::entity::{CustomTerm, Terms};
use serde_json::{Map, Value};
use std::fmt;

/// The fields of `CustomTerm`, by both of the names that proto3 JSON allows.
const FIELDS: [&str; 7] =
    ["text", "type", "canonicalName", "canonical_name", "links", "caseSensitive", "case_sensitive"];

/// What is wrong with a line.
#[derive(Debug)]
#[non_exhaustive]
pub enum TermError {
    /// It is not the JSON of a term.
    Json(serde_json::Error),
    /// A field is unknown, or has a value that no term can have.
    Field {
        /// Which field, and what is wrong with it.
        problem: String,
    },
}

/// A line that cannot be used.
#[derive(Debug)]
pub struct BadLine {
    /// Which, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub error: TermError,
}

impl fmt::Display for TermError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "is not a term: {error}"),
            Self::Field { problem } => f.write_str(problem),
        }
    }
}

impl std::error::Error for TermError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            Self::Field { .. } => None,
        }
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.error)
    }
}

impl std::error::Error for BadLine {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Compiles the terms of all lines; blank lines are none.
///
/// # Errors
/// [`BadLine`] with the first line that cannot be used.
pub fn compile_lines(lines: &str) -> Result<Terms, BadLine> {
    let mut terms = Vec::new();
    let mut numbers = Vec::new();
    let lines = lines.strip_prefix('\u{feff}').unwrap_or(lines);
    for (line, json) in (1..).zip(lines.lines()).filter(|(_, json)| !json.trim().is_empty()) {
        terms.push(parse_line(json).map_err(|error| BadLine { line, error })?);
        numbers.push(line);
    }
    Terms::compile(terms).map_err(|invalid| BadLine {
        line: numbers[invalid.index],
        error: TermError::Field { problem: format!("term {}", invalid.reason) },
    })
}

fn parse_line(json: &str) -> Result<CustomTerm, TermError> {
    // Requests may come from newer clients, so fields that are not known pass there; in a file they are typing
    // errors.
    let fields: Map<String, Value> = serde_json::from_str(json).map_err(TermError::Json)?;
    if let Some(unknown) = fields.keys().find(|field| !FIELDS.contains(&field.as_str())) {
        return Err(TermError::Field { problem: format!("{unknown:?} is no field of a term") });
    }
    let term: pb::CustomTerm = serde_json::from_str(json).map_err(TermError::Json)?;
    parse_term("term", term).map_err(|invalid| TermError::Field { problem: invalid.to_string() })
}

#[cfg(test)]
mod tests {
    use super::compile_lines;

    #[test]
    fn reads_terms_and_skips_blank_lines() {
        let lines = "\u{feff}{\"text\": \"Harbour Trust\", \"type\": \"ENTITY_TYPE_ORGANIZATION\"}\r\n\n\
            {\"text\":\"K2\",\"type\":3,\"caseSensitive\":true,\"links\":[{\"catalog\":\"a\",\"id\":\"1\"}]}";
        assert_eq!(compile_lines(lines).unwrap().len(), 2);
        assert!(compile_lines("").unwrap().is_empty());
    }

    #[test]
    fn the_first_bad_line_is_told_with_its_number() {
        let check = |bad: &str, told: &str| {
            let lines = format!("{{\"text\":\"Acme\",\"type\":\"ENTITY_TYPE_ORGANIZATION\"}}\n\n{bad}\n");
            let error = compile_lines(&lines).unwrap_err();
            assert_eq!(error.line, 3, "{bad}");
            assert!(error.to_string().contains(told), "{bad}: {error}");
        };
        check("Acme", "is not a term: expected value");
        check("[]", "is not a term");
        check(r#"{"text":"Acme","type":"COMPANY"}"#, "is not a term");
        check(r#"{"text":"Acme","type":"ENTITY_TYPE_ORGANIZATION","case":true}"#, "\"case\" is no field");
        check(r#"{"text":"Acme"}"#, "term.type is 0, which is no entity type");
        check(r#"{"text":" ","type":"ENTITY_TYPE_PERSON"}"#, "term has a blank text");
        let long = format!(r#"{{"text":"A","type":1,"canonical_name":"{}"}}"#, "é".repeat(257));
        check(&long, "term.canonical_name has more than 256 characters");
    }
}
