//! The file format of every model: magic, version, kind, template, checksum, named sections. It must not
//! know what the sections mean.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | magic `GLOSSMDL` |
//! | 4 | format version, little endian like every number here |
//! | 4 | kind, four ASCII letters such as `sent` |
//! | 8 | hash of the feature template that the weights were trained with |
//! | 8 | checksum of all that follows |
//! | 4 | number of sections |
//! | then for each | name, four ASCII letters; length, 4 bytes; the bytes |

use crate::lexicon::combine;
use std::fmt;

const MAGIC: [u8; 8] = *b"GLOSSMDL";

/// The format version that this crate writes, and the newest that it reads.
pub const TRAINED_BY_FORMAT: u32 = 1;

const HEADER_LEN: usize = 32;

/// A four-letter name of a model kind or a section.
type Name = [u8; 4];

/// What a model says of itself before its sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What it is a model of, such as `*b"sent"`.
    pub kind: [u8; 4],
    /// Hash of the feature template.
    pub template: u64,
}

/// A stored model, checked and divided into sections.
#[derive(Clone, Debug)]
pub struct Container<'a> {
    checksum: u64,
    sections: Vec<(Name, &'a [u8])>,
}

/// Why bytes are not a usable model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// The bytes do not begin like a model.
    NotAModel,
    /// The file ends too early.
    Truncated {
        /// Bytes that are there.
        found: usize,
        /// Bytes that there should be, at least.
        expected: usize,
    },
    /// Written by a newer release.
    Newer {
        /// Format version of the file.
        found: u32,
    },
    /// A model of something else.
    WrongKind {
        /// Kind of the file.
        found: String,
        /// Kind that was asked for.
        expected: String,
    },
    /// Trained with other features than this program extracts.
    OtherTemplate {
        /// Template of the file.
        found: u64,
        /// Template of this program.
        expected: u64,
    },
    /// The checksum does not match.
    Damaged,
    /// A section is missing or has an impossible size.
    BadSection {
        /// Its name.
        name: String,
    },
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => write!(f, "not a glossator model: the magic bytes are missing"),
            Self::Truncated { found, expected } => {
                write!(f, "model is cut off: {found} bytes where at least {expected} are needed")
            }
            Self::Newer { found } => {
                write!(f, "model has format version {found}; this program reads up to {TRAINED_BY_FORMAT}")
            }
            Self::WrongKind { found, expected } => {
                write!(f, "model is of kind {found:?} where {expected:?} is needed")
            }
            Self::OtherTemplate { found, expected } => write!(
                f,
                "model was trained with feature template {found:016x}, this program uses {expected:016x}"
            ),
            Self::Damaged => write!(f, "model is damaged: the checksum does not match"),
            Self::BadSection { name } => write!(f, "model section {name:?} is missing or malformed"),
        }
    }
}

impl std::error::Error for ModelError {}

impl<'a> Container<'a> {
    /// What the bytes are a model of, such as `*b"sent"`; nothing else of them is looked at.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`], [`ModelError::Newer`] or [`ModelError::Truncated`].
    pub fn kind_of(bytes: &[u8]) -> Result<[u8; 4], ModelError> {
        open(bytes).map(|(kind, _)| kind)
    }

    /// Checks the bytes of a model and divides them.
    ///
    /// # Errors
    /// One of [`ModelError`] for bytes that are cut, foreign, newer, damaged, or of another kind or
    /// template than `expected`.
    pub fn parse(bytes: &'a [u8], expected: Header) -> Result<Self, ModelError> {
        let (kind, mut reader) = open(bytes)?;
        if kind != expected.kind {
            return Err(ModelError::WrongKind { found: readable(kind), expected: readable(expected.kind) });
        }
        let template = reader.u64()?;
        if template != expected.template {
            return Err(ModelError::OtherTemplate { found: template, expected: expected.template });
        }
        let checksum = reader.u64()?;
        let sections = reader.sections()?;
        if checksum != checksum_of(&bytes[HEADER_LEN..]) {
            return Err(ModelError::Damaged);
        }
        Ok(Self { checksum, sections })
    }

    /// The bytes of a section.
    ///
    /// # Errors
    /// [`ModelError::BadSection`] when there is none of that name.
    pub fn section(&self, name: [u8; 4]) -> Result<&'a [u8], ModelError> {
        self.sections
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, bytes)| *bytes)
            .ok_or_else(|| bad_section(name))
    }

    /// Identifies this very model: equal for equal contents.
    #[must_use]
    pub const fn checksum(&self) -> u64 {
        self.checksum
    }
}

/// The kind of a model, and a reader of what follows.
fn open(bytes: &[u8]) -> Result<(Name, Reader<'_>), ModelError> {
    if bytes.get(..MAGIC.len()).is_none_or(|magic| magic != MAGIC) {
        return Err(ModelError::NotAModel);
    }
    let mut reader = Reader { bytes, at: MAGIC.len() };
    let version = reader.u32()?;
    if version > TRAINED_BY_FORMAT {
        return Err(ModelError::Newer { found: version });
    }
    Ok((reader.name()?, reader))
}

/// The error for a section whose bytes make no sense.
pub(crate) fn bad_section(name: [u8; 4]) -> ModelError {
    ModelError::BadSection { name: readable(name) }
}

/// Writes a model.
#[derive(Clone, Debug)]
pub struct Builder {
    header: Header,
    count: u32,
    sections: Vec<u8>,
}

impl Builder {
    /// An empty model.
    #[must_use]
    pub const fn new(header: Header) -> Self {
        Self { header, count: 0, sections: Vec::new() }
    }

    /// Adds a section.
    ///
    /// # Panics
    /// If the section is longer than 4 GiB.
    pub fn section(&mut self, name: [u8; 4], bytes: &[u8]) -> &mut Self {
        let len = u32::try_from(bytes.len()).expect("a section is shorter than 4 GiB: this is a bug");
        self.count += 1;
        self.sections.extend(name);
        self.sections.extend(len.to_le_bytes());
        self.sections.extend(bytes);
        self
    }

    /// The whole file.
    #[must_use]
    pub fn finish(&self) -> Vec<u8> {
        let mut tail = self.count.to_le_bytes().to_vec();
        tail.extend(&self.sections);
        let mut file = MAGIC.to_vec();
        file.extend(TRAINED_BY_FORMAT.to_le_bytes());
        file.extend(self.header.kind);
        file.extend(self.header.template.to_le_bytes());
        file.extend(checksum_of(&tail).to_le_bytes());
        file.extend(tail);
        file
    }
}

/// Eight bytes a step; finds accidents, not malice.
/// Tells contents apart; no defence against anybody.
pub(crate) fn checksum_of(bytes: &[u8]) -> u64 {
    let mut chunks = bytes.chunks_exact(8);
    let mut sum = 0_u64;
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        sum = combine(sum, u64::from_le_bytes(word));
    }
    for &byte in chunks.remainder() {
        sum = combine(sum, u64::from(byte));
    }
    combine(sum, bytes.len() as u64)
}

fn readable(name: Name) -> String {
    name.escape_ascii().to_string()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], ModelError> {
        let expected = self.at.saturating_add(len);
        let taken = self
            .bytes
            .get(self.at..expected)
            .ok_or(ModelError::Truncated { found: self.bytes.len(), expected })?;
        self.at = expected;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u32(&mut self) -> Result<u32, ModelError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, ModelError> {
        self.array().map(u64::from_le_bytes)
    }

    fn name(&mut self) -> Result<Name, ModelError> {
        self.array()
    }

    fn sections(&mut self) -> Result<Vec<(Name, &'a [u8])>, ModelError> {
        let count = self.u32()?;
        let mut sections = Vec::new();
        for _ in 0..count {
            let name = self.name()?;
            let len = self.u32()? as usize;
            sections.push((name, self.take(len)?));
        }
        Ok(sections)
    }
}

#[cfg(test)]
mod tests {
    use super::{Builder, Container, Header, ModelError};

    const HEADER: Header = Header { kind: *b"test", template: 7 };

    fn file() -> Vec<u8> {
        Builder::new(HEADER).section(*b"wght", &[1, 2, 3]).section(*b"none", &[]).finish()
    }

    #[test]
    fn reads_what_it_wrote() {
        let file = file();
        let container = Container::parse(&file, HEADER).unwrap();
        assert_eq!(container.section(*b"wght").unwrap(), [1, 2, 3]);
        assert_eq!(container.section(*b"none").unwrap(), [0_u8; 0]);
        assert_eq!(container.section(*b"lost"), Err(ModelError::BadSection { name: "lost".into() }));
    }

    #[test]
    fn every_kind_of_bad_file_has_its_own_error() {
        let good = file();
        let parse = |bytes: &[u8]| Container::parse(bytes, HEADER).map(|_| ()).unwrap_err();
        assert_eq!(parse(b""), ModelError::NotAModel);
        assert_eq!(parse(b"PK\x03\x04 some other file"), ModelError::NotAModel);
        for len in 8..good.len() {
            let error = parse(&good[..len]);
            assert!(matches!(error, ModelError::Truncated { .. }), "{len}: {error}");
        }
        let mut newer = good.clone();
        newer[8] = 2;
        assert_eq!(parse(&newer), ModelError::Newer { found: 2 });
        let mut damaged = good.clone();
        let weight = damaged.len() - 9;
        damaged[weight] ^= 1;
        assert_eq!(parse(&damaged), ModelError::Damaged);
        let other = Header { kind: *b"ents", template: 7 };
        assert!(matches!(Container::parse(&good, other).unwrap_err(), ModelError::WrongKind { .. }));
        let other = Header { kind: *b"test", template: 8 };
        assert!(matches!(Container::parse(&good, other).unwrap_err(), ModelError::OtherTemplate { .. }));
    }
}
