//! Readers of gold data as JSON lines; predictions have the same shape. Offsets in the files are UTF-8 bytes, half-open; a span that cuts a
//! character or leaves the text is an error of that line.

use super::TrainError;
use crate::text::Span;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// A half-open pair of byte offsets, as the files write it.
pub type Pair = (u32, u32);

/// A document of any of the gold formats: fields that a format lacks are empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GoldDocument {
    /// Unique within its file.
    pub id: String,
    /// Which corpus.
    pub corpus: String,
    /// Which genre, if the corpus has genres.
    pub genre: String,
    /// Publication date, if given.
    #[serde(alias = "reference_date")]
    pub date: String,
    /// Which publisher, if given.
    pub publisher: String,
    /// The text.
    pub text: String,
    /// Sentences.
    pub sentences: Vec<Pair>,
    /// Named entities.
    pub entities: Vec<GoldEntity>,
    /// Stretches between quotation marks, marks included, outermost only.
    pub quoted: Vec<Pair>,
    /// Attributions.
    pub quotes: Vec<GoldQuote>,
}

/// A named entity.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct GoldEntity {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// Type, such as "PERSON".
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it counts neither way.
    #[serde(default)]
    pub optional: bool,
    /// Canonical name, if given.
    #[serde(default)]
    pub name: String,
    /// TIMEX3 value, if given.
    #[serde(default)]
    pub value: String,
}

/// An attribution.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GoldQuote {
    /// Id, if given.
    pub id: String,
    /// "direct", "mixed" or "indirect".
    pub kind: String,
    /// What is reported, one stretch each.
    pub content: Vec<Pair>,
    /// Its stretches between marks, marks included, if they are not simply those of the document inside it.
    pub quoted: Vec<Pair>,
    /// The words that report it.
    pub cue: Vec<Pair>,
    /// Who is quoted, as mentioned.
    pub speaker: Vec<Pair>,
    /// The resolved speaker, if given.
    pub speaker_name: String,
    /// Id of the quote that this one carries on.
    pub continues: String,
    /// Whether it may be missing.
    pub optional: bool,
}

/// The span of a pair.
#[must_use]
pub fn span((start, end): Pair) -> Span {
    Span::new(start, end)
}

/// Reads every document of the given files, in order; a folder stands for its `.jsonl` files by name, and a
/// `.json` file holds one document.
///
/// # Errors
/// [`TrainError::Io`] and [`TrainError::Line`].
pub fn read(paths: &[PathBuf]) -> Result<Vec<GoldDocument>, TrainError> {
    let mut documents = Vec::new();
    for path in files(paths)? {
        for (line, document) in read_documents(&path)? {
            check(&document).map_err(|problem| TrainError::Line {
                path: path.clone(),
                line,
                source: problem.into(),
            })?;
            documents.push(document);
        }
    }
    Ok(documents)
}

fn read_documents(path: &Path) -> Result<Vec<(usize, GoldDocument)>, TrainError> {
    if path.extension().is_none_or(|extension| extension != "json") {
        return read_lines(path);
    }
    let io = |source| TrainError::Io { path: path.to_owned(), source };
    let document = serde_json::from_str(&fs::read_to_string(path).map_err(io)?);
    document.map(|document| vec![(1, document)]).map_err(|error| TrainError::Line {
        path: path.to_owned(),
        line: error.line(),
        source: error.into(),
    })
}

/// The files that the paths stand for.
///
/// # Errors
/// [`TrainError::Io`] for a folder that cannot be listed.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, TrainError> {
    let mut all = Vec::new();
    for path in paths {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let io = |source| TrainError::Io { path: path.clone(), source };
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(io)? {
            inside.push(entry.map_err(io)?.path());
        }
        inside.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
        inside.sort();
        all.extend(inside);
    }
    Ok(all)
}

/// Reads a file of JSON lines with the number of each line, from 1; blank lines do not count.
///
/// # Errors
/// [`TrainError::Io`] and [`TrainError::Line`].
pub fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<(usize, T)>, TrainError> {
    let text = fs::read_to_string(path).map_err(|source| TrainError::Io { path: path.to_owned(), source })?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            let line_number = index + 1;
            serde_json::from_str(line).map(|value| (line_number, value)).map_err(|error| TrainError::Line {
                path: path.to_owned(),
                line: line_number,
                source: error.into(),
            })
        })
        .collect()
}

/// Every offset on a character boundary inside the text.
fn check(document: &GoldDocument) -> Result<(), String> {
    let quotes = document.quotes.iter().flat_map(|q| [&q.content, &q.quoted, &q.cue, &q.speaker]).flatten();
    let entities = document.entities.iter().map(|e| (e.start, e.end));
    let pairs = document.sentences.iter().chain(&document.quoted).chain(quotes).copied().chain(entities);
    for (start, end) in pairs {
        if document.text.get(start as usize..end as usize).is_none() {
            return Err(format!("span {start}..{end} does not lie on characters of the text"));
        }
    }
    Ok(())
}
