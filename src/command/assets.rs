//! The annotator made from what is built in and from the files that take its place or come on top, and made
//! anew while a service runs.

use super::Fault;
use crate::annotate::{Annotator, Limits};
use crate::config::assets::AssetArgs;
use crate::config::{ConfigError, exit};
use crate::entity::Recognizer;
use crate::entity::tagger::{self, Tagger};
use crate::grpc::EngineSlot;
use crate::grpc::terms::{BadLine, compile_lines};
use crate::model::{Container, ModelError};
use crate::quote::Attributor;
use crate::sentence::Segmenter;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{error, fmt};

/// Most bytes of a file of terms: some hundred thousand of them, and over that memory is the limit.
const MAX_TERMS_BYTES: u64 = 16 << 20;

/// Most bytes of a model: over thirty times the built-in one.
const MAX_MODEL_BYTES: u64 = 128 << 20;

/// What models are of.
const KINDS: [([u8; 4], &str); 3] =
    [(Segmenter::KIND, "sentences"), (tagger::KIND, "entities"), (Attributor::KIND, "quotes")];

/// Why there is no annotator as asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum AssetError {
    /// A file cannot be read.
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file is longer than is read.
    TooLong {
        /// Which.
        path: PathBuf,
        /// The limit, in bytes.
        max: u64,
    },
    /// A file is no model that this program can use.
    Model {
        /// Which.
        path: PathBuf,
        /// Why.
        error: ModelError,
    },
    /// A file is a model of something that this program knows nothing of.
    Kind {
        /// Which.
        path: PathBuf,
        /// Its kind.
        found: String,
    },
    /// Two files are models of the same.
    Twice {
        /// The second of them.
        path: PathBuf,
    },
    /// A line of a file is no term.
    Terms {
        /// Which file.
        path: PathBuf,
        /// Which line, and why.
        error: BadLine,
    },
    /// A built-in model is unusable: a defect.
    Builtin(ModelError),
}

impl fmt::Display for AssetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, error } => write!(f, "cannot read {}: {error}", path.display()),
            Self::TooLong { path, max } => write!(f, "{} is longer than {max} bytes", path.display()),
            Self::Model { path, error } => write!(f, "cannot use {}: {error}", path.display()),
            Self::Kind { path, found } => {
                let known = KINDS.map(|(kind, of)| format!("\"{}\" ({of})", kind.escape_ascii())).join(", ");
                write!(f, "cannot use {}: its kind is {found:?}, and known are {known}", path.display())
            }
            Self::Twice { path } => {
                write!(f, "{} is of the same kind as a model before it", path.display())
            }
            Self::Terms { path, error } => {
                write!(f, "{}:{}: {}", path.display(), error.line, error.error)
            }
            Self::Builtin(error) => write!(f, "a built-in model is unusable: {error}"),
        }
    }
}

impl error::Error for AssetError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Read { error, .. } => Some(error),
            Self::Model { error, .. } | Self::Builtin(error) => Some(error),
            Self::Terms { error, .. } => Some(error),
            Self::TooLong { .. } | Self::Kind { .. } | Self::Twice { .. } => None,
        }
    }
}

impl From<AssetError> for Fault {
    fn from(error: AssetError) -> Self {
        let (key, path) = match &error {
            AssetError::Builtin(_) => return (exit::SOFTWARE, error.into()),
            AssetError::Terms { path, .. } => (TERMS, path),
            AssetError::Model { path, .. } | AssetError::Kind { path, .. } | AssetError::Twice { path } => {
                (MODEL, path)
            }
            AssetError::Read { path, .. } | AssetError::TooLong { path, .. } => (EITHER, path),
        };
        (
            exit::USAGE,
            ConfigError { key, value: path.display().to_string(), reason: error.to_string() }.into(),
        )
    }
}

const TERMS: &str = "--terms (GLOSSATOR_TERMS)";
const MODEL: &str = "--model (GLOSSATOR_MODEL)";
const EITHER: &str = "--terms (GLOSSATOR_TERMS) or --model (GLOSSATOR_MODEL)";

/// Makes the annotator.
///
/// # Errors
/// [`AssetError`] with the first file at fault.
pub fn annotator(files: &AssetArgs) -> Result<Annotator, AssetError> {
    let Models { segmenter, recognizer, attributor } = Models::read(&files.model)?;
    let builtin = AssetError::Builtin;
    let segmenter = segmenter.map_or_else(Segmenter::builtin, Ok).map_err(builtin)?;
    let recognizer = recognizer.map_or_else(Recognizer::builtin, Ok).map_err(builtin)?;
    let attributor = attributor.map_or_else(Attributor::builtin, Ok).map_err(builtin)?;
    let terms = match &files.terms {
        Some(path) => {
            let lines = read(path, MAX_TERMS_BYTES)?;
            let lines = String::from_utf8(lines).map_err(|error| AssetError::Read {
                path: path.clone(),
                error: io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()),
            })?;
            let terms =
                compile_lines(&lines).map_err(|error| AssetError::Terms { path: path.clone(), error })?;
            Some(Arc::new(terms)).filter(|terms| !terms.is_empty())
        }
        None => None,
    };
    Ok(Annotator::new(segmenter, recognizer, attributor).with_terms(terms))
}

/// What takes the place of what is built in.
#[derive(Debug, Default)]
struct Models {
    segmenter: Option<Segmenter>,
    recognizer: Option<Recognizer>,
    attributor: Option<Attributor>,
}

/// What became of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// It is the first of its kind.
    Fresh,
    /// There was one of its kind.
    Twice,
    /// Nothing is known of its kind.
    Unknown,
}

impl Models {
    fn read(paths: &[PathBuf]) -> Result<Self, AssetError> {
        let mut models = Self::default();
        for path in paths {
            let bytes = read(path, MAX_MODEL_BYTES)?;
            let unusable = |error| AssetError::Model { path: path.clone(), error };
            let kind = Container::kind_of(&bytes).map_err(unusable)?;
            match models.take(kind, &bytes).map_err(unusable)? {
                Taken::Fresh => {}
                Taken::Twice => return Err(AssetError::Twice { path: path.clone() }),
                Taken::Unknown => {
                    let found = kind.escape_ascii().to_string();
                    return Err(AssetError::Kind { path: path.clone(), found });
                }
            }
        }
        Ok(models)
    }

    /// Takes a model of this kind.
    fn take(&mut self, kind: [u8; 4], bytes: &[u8]) -> Result<Taken, ModelError> {
        let is_first = match kind {
            Segmenter::KIND => self.segmenter.replace(Segmenter::parse(bytes)?).is_none(),
            tagger::KIND => self.recognizer.replace(Recognizer::with_tagger(Tagger::parse(bytes)?)).is_none(),
            Attributor::KIND => self.attributor.replace(Attributor::from_model(bytes)?).is_none(),
            _ => return Ok(Taken::Unknown),
        };
        Ok(if is_first { Taken::Fresh } else { Taken::Twice })
    }
}

fn read(path: &Path, max: u64) -> Result<Vec<u8>, AssetError> {
    let fault = |error| AssetError::Read { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    File::open(path).map_err(fault)?.take(max + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > max {
        return Err(AssetError::TooLong { path: path.to_owned(), max });
    }
    Ok(bytes)
}

/// Puts an annotator of the files as they are now into a running service.
#[derive(Debug)]
pub struct Reloader {
    files: AssetArgs,
    limits: Limits,
    /// The engine in force. Locked from the reading to the change, so that of two reloads the later reading
    /// stays.
    engines: Mutex<Arc<EngineSlot>>,
}

impl Reloader {
    /// For the slot that holds an annotator of these files.
    #[must_use]
    pub const fn new(files: AssetArgs, limits: Limits, engines: Arc<EngineSlot>) -> Self {
        Self { files, limits, engines: Mutex::new(engines) }
    }

    /// Reads the files again; true if they have changed and are in force from the next article on. Articles
    /// under way keep the annotator that they began with. Files that cannot be used change nothing.
    ///
    /// # Errors
    /// [`AssetError`] with the first file at fault.
    pub fn reload(&self) -> Result<bool, AssetError> {
        if self.files.is_empty() {
            return Ok(false);
        }
        let engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        let annotator = annotator(&self.files)?.with_limits(self.limits);
        if engines.get().revision() == annotator.revision() {
            return Ok(false);
        }
        engines.replace(annotator);
        Ok(true)
    }

    /// [`Self::reload`], with its outcome in the log.
    pub fn reload_and_tell(&self) {
        match self.reload() {
            Ok(true) => tracing::info!(files = ?self.files, "new terms or model in force"),
            Ok(false) => tracing::info!("terms and model have not changed"),
            Err(error) => tracing::error!(%error, "the terms and the model in force stay"),
        }
    }
}
