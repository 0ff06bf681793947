//! Flags of `glossator train`.

use crate::train::Job;
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

    /// Where the model goes
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
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

impl TrainArgs {
    /// What the trainer is told.
    #[must_use]
    pub fn job(&self) -> Job {
        Job { data: self.data.clone(), out: self.out.clone() }
    }
}
