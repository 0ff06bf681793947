//! Flags of `glossator train`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Flags of `glossator train`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Gold data are JSON lines with \"text\" and \"sentences\" ([[start, end], ...]), \
    \"entities\" ([{\"start\", \"end\", \"type\"}, ...]) or \"quotes\" ([{\"kind\", \"content\", \"cue\", \
    \"speaker\"}, ...]); offsets are UTF-8 bytes, the end is the first byte after. The entity trainer also takes \
    lists of names (.tsv), word vectors (.vec) and plain articles (JSON lines without entities).\n\nThe same data give the same model, \
    byte for byte.\n\nExit codes: 0 done, 64 bad flag, 65 bad line in the data, 66 data cannot be opened, 74 model \
    cannot be written.")]
pub struct TrainArgs {
    /// Which model
    #[arg(value_enum)]
    pub model: Model,

    /// Gold files or folders of them
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    pub data: Vec<PathBuf>,

    /// What comes of it
    #[command(flatten)]
    pub aim: Aim,
}

/// What comes of it.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Aim {
    /// Where the model goes
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Instead of a model, its scores on documents held out, by so many models that each learn from the others
    /// [sentence only]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=20))]
    pub folds: Option<u8>,
}

/// A model that can be learned.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Model {
    /// Where sentences end
    Sentence,
    /// Names of persons, organizations, places and the like
    Entity,
    /// Who said what: cues, content and speakers
    Quote,
}
