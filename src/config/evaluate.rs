//! Flags of `glossator evaluate`.

use super::annotate::Kind;
use super::assets::AssetArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Flags of `glossator evaluate`.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Gold data are JSON lines with \"id\", \"text\" and any of \"sentences\", \"entities\" and \
    \"quotes\"; offsets are UTF-8 bytes. Every file is scored for the kinds that it has gold for, corpus by \
    corpus.\n\nExit codes: 0 done, 64 bad flag, 65 bad line in the data, 66 data cannot be opened, 74 output cannot \
    be written."
)]
pub struct EvaluateArgs {
    /// Gold files, or folders of .jsonl files
    #[arg(required = true, value_name = "GOLD")]
    pub gold: Vec<PathBuf>,

    /// Kinds of annotation to score, separated by commas; by default all that a file has gold for
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    pub kinds: Vec<Kind>,

    /// Entity types to score, separated by commas; FACILITY counts as LOCATION
    #[arg(long, value_delimiter = ',', value_name = "TYPE", default_value = "PERSON,ORGANIZATION,LOCATION")]
    pub types: Vec<String>,

    /// Files that the annotator is made from.
    #[command(flatten)]
    pub assets: AssetArgs,

    /// Score these predictions, JSON lines in the shape of the gold, instead of annotating the gold's texts
    #[arg(long, value_name = "FILE", conflicts_with_all = ["model", "terms"])]
    pub predicted: Option<PathBuf>,

    /// Write the predictions there, as JSON lines in the shape of the gold
    #[arg(long, value_name = "FILE", conflicts_with = "predicted")]
    pub save: Option<PathBuf>,

    /// How to print the scores
    #[arg(long, short, value_enum, default_value_t)]
    pub format: Scores,
}

/// How scores are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Scores {
    /// Tables
    #[default]
    Pretty,
    /// One JSON object: kind, corpus, score
    Json,
}
