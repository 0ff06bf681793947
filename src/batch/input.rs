//! Articles out of files, folders and standard input: plain text, one article a file, or JSON lines. One
//! that cannot be read is an error in its place, and the next one follows.

use crate::grpc::client::SentArticle;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use std::collections::VecDeque;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Most bytes of one article: far over any limit of a server, and far under what would hurt.
const MAX_ARTICLE_BYTES: u64 = 16 << 20;

/// How articles are written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// By the file's name (`.jsonl`, `.ndjson`), or for standard input by its first character.
    #[default]
    Auto,
    /// The whole input is the text of one article.
    Text,
    /// Every line is an article, as a JSON object.
    JsonLines,
}

/// Where an article came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, or `None` for standard input.
    pub path: Option<PathBuf>,
    /// The line, from 1, if it is one of several articles of the file.
    pub line: Option<u64>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}", path.display())?,
            None => f.write_str("<stdin>")?,
        }
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// Why an article could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum InputError {
    /// The file or folder could not be opened or read.
    Io(io::Error),
    /// The article is longer than is read at all.
    TooLong,
    /// A text that is not UTF-8.
    NotUtf8 {
        /// How many bytes are good.
        valid_up_to: usize,
    },
    /// A line that is not the JSON object of an article.
    Json {
        /// The article's id, if that much could be read.
        id: Option<String>,
        /// What is wrong.
        source: serde_json::Error,
    },
}

impl InputError {
    /// Whether not even the file could be opened or read.
    #[must_use]
    pub const fn is_unopened(&self) -> bool {
        matches!(self, Self::Io(_))
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(source) => write!(f, "cannot be read: {source}"),
            Self::TooLong => write!(f, "is longer than {MAX_ARTICLE_BYTES} bytes"),
            Self::NotUtf8 { valid_up_to } => write!(f, "is not UTF-8 from byte {valid_up_to} on"),
            Self::Json { id: Some(id), source } => write!(f, "article {id:?} is not usable: {source}"),
            Self::Json { id: None, source } => write!(f, "is not an article: {source}"),
        }
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(source) => Some(source),
            Self::Json { source, .. } => Some(source),
            Self::TooLong | Self::NotUtf8 { .. } => None,
        }
    }
}

/// One article as read, or why it could not be.
#[derive(Debug)]
pub struct Input {
    /// Where it came from.
    pub origin: Origin,
    /// How many bytes of input have been read up to and including it.
    pub read: u64,
    /// The article.
    pub article: Result<SentArticle, InputError>,
}

/// Reads the articles of files, folders and standard input one after the other, never more than one at a
/// time.
#[derive(Debug)]
pub struct Inputs {
    paths: VecDeque<Result<PathBuf, (PathBuf, io::Error)>>,
    format: Format,
    open: Option<Lines>,
    read: u64,
    bytes: Option<u64>,
}

/// A file of JSON lines that is being read.
#[derive(Debug)]
struct Lines {
    path: Option<PathBuf>,
    reader: Box<dyn ReadDebug>,
    line: u64,
}

/// What a file and standard input have in common.
trait ReadDebug: BufRead + fmt::Debug + Send {}
impl<T: BufRead + fmt::Debug + Send> ReadDebug for T {}

/// The name that stands for standard input.
const STDIN: &str = "-";

impl Inputs {
    /// Inputs in the order given. A folder stands for its `.txt`, `.jsonl` and `.ndjson` files and those of
    /// its folders, by name; `-` for standard input.
    #[must_use]
    pub fn new(paths: &[PathBuf], format: Format) -> Self {
        let mut all = VecDeque::new();
        for path in paths {
            expand(path, true, &mut all);
        }
        let bytes = all
            .iter()
            .map(|path| match path {
                Ok(path) if path.as_os_str() != STDIN => Some(fs::metadata(path).map_or(0, |it| it.len())),
                Ok(_) => None,
                Err(_) => Some(0),
            })
            .sum();
        Self { paths: all, format, open: None, read: 0, bytes }
    }

    /// How many bytes there are to read; `None` where standard input is among them.
    #[must_use]
    pub const fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// How many files there are to read.
    #[must_use]
    pub fn files(&self) -> usize {
        self.paths.len()
    }

    fn open(&mut self, path: PathBuf) -> Option<Input> {
        let (path, mut reader): (_, Box<dyn ReadDebug>) = if path.as_os_str() == STDIN {
            (None, Box::new(BufReader::new(io::stdin())))
        } else {
            match File::open(&path) {
                Ok(file) => (Some(path), Box::new(BufReader::new(file))),
                Err(error) => return Some(self.failed(Some(path), InputError::Io(error))),
            }
        };
        let lines = match (self.format, &path) {
            (Format::Text, _) => Ok(false),
            (Format::JsonLines, _) => Ok(true),
            (Format::Auto, Some(path)) => Ok(is_json_lines(path)),
            (Format::Auto, None) => reader.fill_buf().map(looks_like_json),
        };
        match lines {
            Ok(true) => {
                self.open = Some(Lines { path, reader, line: 0 });
                None
            }
            Ok(false) => Some(self.whole(path, reader)),
            Err(error) => Some(self.failed(path, InputError::Io(error))),
        }
    }

    /// The article that is a whole file.
    fn whole(&mut self, path: Option<PathBuf>, reader: Box<dyn ReadDebug>) -> Input {
        let mut bytes = Vec::new();
        let article = match reader.take(MAX_ARTICLE_BYTES + 1).read_to_end(&mut bytes) {
            Err(error) => Err(InputError::Io(error)),
            Ok(read) if read as u64 > MAX_ARTICLE_BYTES => Err(InputError::TooLong),
            Ok(_) => text(bytes),
        };
        let origin = Origin { path, line: None };
        let article = article.map(|text| SentArticle { id: id_of(&origin), text, ..SentArticle::default() });
        if let Ok(article) = &article {
            self.read += article.text.len() as u64;
        }
        Input { origin, read: self.read, article }
    }

    fn failed(&self, path: Option<PathBuf>, error: InputError) -> Input {
        Input { origin: Origin { path, line: None }, read: self.read, article: Err(error) }
    }

    /// The next article of the file that is open, and `None` at its end.
    fn next_line(&mut self) -> Option<Input> {
        let lines = self.open.as_mut()?;
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            lines.line += 1;
            let result = (&mut lines.reader).take(MAX_ARTICLE_BYTES + 1).read_until(b'\n', &mut bytes);
            let origin = Origin { path: lines.path.clone(), line: Some(lines.line) };
            let read = match result {
                Ok(0) => break,
                Ok(read) => read as u64,
                Err(error) => {
                    self.open = None;
                    return Some(Input { origin, read: self.read, article: Err(InputError::Io(error)) });
                }
            };
            self.read += read;
            if read > MAX_ARTICLE_BYTES {
                self.read += skip_line(&mut *lines.reader).unwrap_or_default();
                return Some(Input { origin, read: self.read, article: Err(InputError::TooLong) });
            }
            let line = bytes.trim_ascii();
            if !line.is_empty() {
                let article = article(line, &origin);
                return Some(Input { origin, read: self.read, article });
            }
        }
        self.open = None;
        None
    }
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            if let Some(input) = self.next_line() {
                return Some(input);
            }
            let input = match self.paths.pop_front()? {
                Ok(path) => self.open(path),
                Err((path, error)) => Some(self.failed(Some(path), InputError::Io(error))),
            };
            if input.is_some() {
                return input;
            }
        }
    }
}

/// Appends the files that a path stands for. What a caller names is read whatever its name; what lies in a
/// folder only if its name says that it holds articles.
fn expand(path: &Path, named: bool, all: &mut VecDeque<Result<PathBuf, (PathBuf, io::Error)>>) {
    if !path.is_dir() {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if named || matches!(extension, Some("txt" | "jsonl" | "ndjson")) {
            all.push_back(Ok(path.to_owned()));
        }
        return;
    }
    let entries = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| entry.map(|it| it.path())).collect::<io::Result<Vec<_>>>());
    match entries {
        Ok(mut entries) => {
            entries.sort();
            for entry in entries {
                expand(&entry, false, all);
            }
        }
        Err(error) => all.push_back(Err((path.to_owned(), error))),
    }
}

fn is_json_lines(path: &Path) -> bool {
    matches!(path.extension().and_then(|extension| extension.to_str()), Some("jsonl" | "ndjson"))
}

/// Whether the first character that is not blank opens an object. An article may open with `{` too: nobody
/// has seen one.
fn looks_like_json(head: &[u8]) -> bool {
    head.trim_ascii_start().first() == Some(&b'{')
}

fn skip_line(reader: &mut dyn ReadDebug) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let end = memchr::memchr(b'\n', buffer);
        let used = end.map_or(buffer.len(), |at| at + 1);
        reader.consume(used);
        skipped += used as u64;
        if end.is_some() {
            return Ok(skipped);
        }
    }
}

fn text(bytes: Vec<u8>) -> Result<String, InputError> {
    String::from_utf8(bytes)
        .map_err(|error| InputError::NotUtf8 { valid_up_to: error.utf8_error().valid_up_to() })
}

/// The id of an article that brings none: where it came from.
fn id_of(origin: &Origin) -> String {
    origin.to_string()
}

/// An article as a line of JSON, by the contract's names in either spelling. Other fields are somebody
/// else's business.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: String,
    #[serde(default)]
    title: String,
    text: String,
    #[serde(default, alias = "languageCode")]
    language_code: String,
    #[serde(default, alias = "publishTime", deserialize_with = "instant")]
    publish_time: Option<Timestamp>,
    #[serde(default, alias = "timeZone")]
    time_zone: String,
}

fn article(line: &[u8], origin: &Origin) -> Result<SentArticle, InputError> {
    /// As much of a bad line as helps to find it.
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    let Line { id, title, text, language_code, publish_time, time_zone } = serde_json::from_slice(line)
        .map_err(|source| {
            let id = serde_json::from_slice(line).ok().map(|Named { id }| id);
            InputError::Json { id, source }
        })?;
    let id = if id.is_empty() { id_of(origin) } else { id };
    Ok(SentArticle { id, title, text, language_code, publish_time, time_zone })
}

/// RFC 3339 as proto3 JSON writes a time, or a bare day, which is taken for its first moment in UTC.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(written) = Option::<String>::deserialize(deserializer)?.filter(|it| !it.is_empty()) else {
        return Ok(None);
    };
    let day = || {
        let midnight = written.parse::<Date>().ok()?.to_datetime(Time::midnight());
        TimeZone::UTC.to_timestamp(midnight).ok()
    };
    let instant = written.parse::<Timestamp>().ok().or_else(day);
    instant.map(Some).ok_or_else(|| {
        serde::de::Error::custom(format!(
            "publish_time {written:?} is neither a time such as 2024-05-06T07:00:00Z nor a day"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::{Origin, article};

    fn check(line: &str, expected: Result<&str, &str>) {
        let origin = Origin { path: Some("news.jsonl".into()), line: Some(7) };
        let found = article(line.as_bytes(), &origin).map(|article| {
            format!("{} {:?} {}", article.id, article.publish_time.map(|it| it.to_string()), article.text)
        });
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{line}"),
            (Err(found), Err(expected)) => {
                assert!(found.to_string().contains(expected), "{line}: {found}");
            }
            (found, _) => panic!("{line}: {found:?}"),
        }
    }

    #[test]
    fn lines() {
        check(r#"{"text":"Rain."}"#, Ok("news.jsonl:7 None Rain."));
        check(r#"{"id":"a","text":"Rain.","publishTime":"2024-05-06T07:00:00Z"}"#, {
            Ok(r#"a Some("2024-05-06T07:00:00Z") Rain."#)
        });
        check(r#"{"id":"a","text":"","publish_time":"2024-05-06","url":"x"}"#, {
            Ok(r#"a Some("2024-05-06T00:00:00Z") "#)
        });
        check(r#"{"id":"a","text":"","publish_time":null}"#, Ok("a None "));
        check(
            r#"{"id":"a","publish_time":"2024-05-06"}"#,
            Err(r#"article "a" is not usable: missing field"#),
        );
        check(r#"{"id":"a","text":"","publish_time":"Monday"}"#, Err(r#"article "a" is not usable"#));
        check(r#"{"id":"a","text":7}"#, Err(r#"article "a""#));
        check(r#"{"id":"a","#, Err("is not an article: EOF"));
        check("[]", Err("is not an article"));
        check("rain", Err("is not an article"));
    }
}
