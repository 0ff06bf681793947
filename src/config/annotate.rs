//! Flags of `glossator annotate` and what they ask for.

use super::ConfigError;
use super::assets::AssetArgs;
use crate::annotate::AnnotationKind;
use crate::batch::Format;
use crate::grpc::client::Wanted;
use crate::text::units::Unit;
use anstream::ColorChoice;
use clap::{Args, ValueEnum};
use std::io::{self, IsTerminal as _};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Flags of `glossator annotate`.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Articles that cannot be read or annotated are reported on standard error with their id \
    and line; the rest goes on, and the exit code is 1. In JSON such an article is {}, so that the n-th \
    answer belongs to the n-th article.\n\nExit codes: 0 done, 1 done but some article failed, 64 bad flag or \
    variable, 66 no input could be opened, 69 server not available, 70 defect, 74 output cannot be written."
)]
pub struct AnnotateArgs {
    /// Files, folders (their .txt, .jsonl and .ndjson files) or - for standard input, the default in a pipe
    pub inputs: Vec<PathBuf>,

    /// How to print each article
    #[arg(long, short, value_enum, default_value_t, env = "GLOSSATOR_FORMAT")]
    pub format: Output,

    /// What the inputs are; auto goes by the name, and for standard input by the first character
    #[arg(long, value_enum, default_value_t)]
    pub input_format: InputFormat,

    /// Ask a running server, such as http://127.0.0.1:50051, instead of annotating in process
    #[arg(long, env = "GLOSSATOR_SERVER", value_name = "URL", conflicts_with_all = ["model", "terms"])]
    pub server: Option<String>,

    /// Files that the annotator is made from.
    #[command(flatten)]
    pub assets: AssetArgs,

    /// Kinds of annotation, separated by commas; all by default
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    pub kinds: Vec<Kind>,

    /// Unit of the offsets in JSON
    #[arg(long, value_enum, default_value_t)]
    pub offset_encoding: Encoding,

    /// Drop what is known to be less sure than this, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", value_parser = share)]
    pub min_confidence: f32,

    /// Copy the covered text into each span of the JSON
    #[arg(long)]
    pub include_text: bool,

    /// Annotate titles too
    #[arg(long)]
    pub include_title: bool,

    /// How many articles to annotate at once in process; by default as many as there are cores
    #[arg(long, short, env = "GLOSSATOR_JOBS", value_name = "COUNT")]
    pub jobs: Option<NonZeroUsize>,

    /// Colours in pretty output; auto has them on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Colour,
}

/// How an article is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// A picture for the terminal
    #[default]
    Pretty,
    /// Proto3 JSON of an AnnotateResponse, indented
    Json,
    /// Proto3 JSON of an AnnotateResponse, one a line
    Jsonl,
    /// One self-contained page with all articles
    Html,
}

/// How articles are written down.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum InputFormat {
    /// By the name, and for standard input by the first character
    #[default]
    Auto,
    /// A file is the text of one article
    Text,
    /// A line is an article: {"id", "title", "text", "language_code", "publish_time", "time_zone"}
    Jsonl,
}

/// Kind of annotation.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Kind {
    /// Sentences
    Sentence,
    /// Quotes with their speakers
    Quote,
    /// Entities with their mentions
    Entity,
}

/// Unit of offsets.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Encoding {
    /// Bytes: Rust, Go, C++, PHP
    #[default]
    Utf8,
    /// Java, JavaScript, C#
    Utf16,
    /// Code points: Python
    Utf32,
}

/// When output has colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

fn share(written: &str) -> Result<f32, String> {
    let share: f32 = written.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("must be from 0 to 1".to_owned()) }
}

impl AnnotateArgs {
    /// The inputs; standard input when none is named, unless somebody sits there waiting for a prompt.
    ///
    /// # Errors
    /// [`ConfigError`] when there are none.
    pub fn paths(&self) -> Result<Vec<PathBuf>, ConfigError> {
        if !self.inputs.is_empty() {
            return Ok(self.inputs.clone());
        }
        if io::stdin().is_terminal() {
            return Err(ConfigError {
                key: "INPUTS",
                value: String::new(),
                reason: "name files or folders, pipe an article in, or say - to type one".to_owned(),
            });
        }
        Ok(vec![PathBuf::from("-")])
    }

    /// What is asked of the annotator.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let kinds = self.kinds.iter().copied().map(AnnotationKind::from);
        let is_json = matches!(self.format, Output::Json | Output::Jsonl);
        let unit = match self.offset_encoding {
            Encoding::Utf16 if is_json => Unit::Utf16,
            Encoding::Utf32 if is_json => Unit::Utf32,
            // Pictures are made from bytes.
            Encoding::Utf8 | Encoding::Utf16 | Encoding::Utf32 => Unit::Utf8,
        };
        Wanted {
            kinds: kinds.collect(),
            unit,
            min_confidence: self.min_confidence,
            include_text: self.include_text && is_json,
            include_title: self.include_title,
        }
    }
}

impl From<Kind> for AnnotationKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Sentence => Self::Sentence,
            Kind::Quote => Self::Quote,
            Kind::Entity => Self::Entity,
        }
    }
}

impl From<InputFormat> for Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Auto => Self::Auto,
            InputFormat::Text => Self::Text,
            InputFormat::Jsonl => Self::JsonLines,
        }
    }
}

impl From<Colour> for ColorChoice {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Auto => Self::Auto,
            Colour::Always => Self::Always,
            Colour::Never => Self::Never,
        }
    }
}
