//! `glossator train`: gold data in, a model out.

use super::learning::{Bar, fault};
use super::{Fault, tell};
use crate::config::exit;
use crate::config::train::{Model, TrainArgs};
use crate::train::{self, TrainError};
use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// What kept the model from being made, with the exit code for it.
pub fn run(args: &TrainArgs) -> Result<ExitCode, Fault> {
    let fresh = touch(&args.out)?;
    let bar = Bar::new();
    let job = args.job();
    let trained = match args.model {
        Model::Sentence => train::sentence::train(&job, &bar).map(|_| ()),
        Model::Entity => train::entity::train(&job, &bar),
        Model::Quote => train::quote::train(&job, &bar),
    };
    bar.clear();
    if let Err(error) = trained {
        if fresh {
            // The empty file that showed that it can be written; that it stays is no second error.
            let _ = fs::remove_file(&args.out);
        }
        return Err(match &error {
            TrainError::Io { path, .. } if *path == args.out => (exit::IO_ERROR, fault(&error).1),
            TrainError::Io { .. } | TrainError::Line { .. } | TrainError::Data(_) => fault(&error),
        });
    }
    let size = fs::metadata(&args.out).map_or(0, |it| it.len());
    tell(&format!("{}: {size} bytes", args.out.display()));
    Ok(ExitCode::from(exit::OK))
}

/// Shows that the model can be written before an hour is spent on it; whether there was no such file before.
fn touch(out: &Path) -> Result<bool, Fault> {
    let fresh = !out.exists();
    match OpenOptions::new().append(true).create(true).open(out) {
        Ok(_) => Ok(fresh),
        Err(error) => {
            Err((exit::IO_ERROR, format!("the model cannot be written to {}: {error}", out.display()).into()))
        }
    }
}
