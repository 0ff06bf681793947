//! `glossator train`: gold data in, a model out, or what it is worth.

use super::learning::{Bar, fault};
use super::{Fault, tell};
use crate::config::exit;
use crate::config::train::{Model, TrainArgs};
use crate::train::score::Counts;
use crate::train::sentence::HeldOut;
use crate::train::{self, Job, TrainError};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// What kept the model from being made, with the exit code for it.
pub fn run(args: &TrainArgs) -> Result<ExitCode, Fault> {
    match (&args.aim.out, args.aim.folds) {
        (Some(out), _) => write(args.model, Job { data: args.data.clone(), out: out.clone() }),
        (None, Some(folds)) => validate(args.model, &args.data, folds),
        (None, None) => Err((exit::USAGE, "--out or --folds is needed".into())),
    }
}

/// Trains the model and writes it.
fn write(model: Model, job: Job) -> Result<ExitCode, Fault> {
    let fresh = touch(&job.out)?;
    let bar = Bar::new();
    let trained = match model {
        Model::Sentence => train::sentence::train(&job, &bar).map(|_| ()),
        Model::Entity => train::entity::train(&job, &bar),
        Model::Quote => train::quote::train(&job, &bar),
    };
    bar.clear();
    if let Err(error) = trained {
        if fresh {
            // The empty file that showed that it can be written; that it stays is no second error.
            let _ = fs::remove_file(&job.out);
        }
        return Err(match &error {
            TrainError::Io { path, .. } if *path == job.out => (exit::IO_ERROR, fault(&error).1),
            TrainError::Io { .. } | TrainError::Line { .. } | TrainError::Data(_) => fault(&error),
        });
    }
    let size = fs::metadata(&job.out).map_or(0, |it| it.len());
    tell(&format!("{}: {size} bytes", job.out.display()));
    Ok(ExitCode::from(exit::OK))
}

/// Prints what the model is worth on documents held out: F1 of boundaries, of those inside paragraphs, and of all where
/// the paragraphs run on after one blank and after two.
fn validate(model: Model, data: &[PathBuf], folds: u8) -> Result<ExitCode, Fault> {
    if !matches!(model, Model::Sentence) {
        return Err((exit::USAGE, "--folds is for the sentence model".into()));
    }
    let bar = Bar::new();
    let scores = train::sentence::cross_validate(data, usize::from(folds), &bar);
    bar.clear();
    let share = |counts: Counts| counts.f1().map_or("-".into(), |f1| format!("{:.2}", 100.0 * f1));
    let mut table = format!(
        "{:<12}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n",
        "held out", "sentences", "F1", "inside", "wrong", "run on", "2 blanks"
    );
    for (set, HeldOut { plain, flat, flat_wide }) in &scores.map_err(|error| fault(&error))? {
        let Counts { right, predicted, gold } = plain.inline;
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{set:<12}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
            plain.spans.gold,
            share(plain.boundaries),
            share(plain.inline),
            predicted + gold - 2 * right,
            share(flat.boundaries),
            share(flat_wide.boundaries),
        );
    }
    match io::stdout().write_all(table.as_bytes()) {
        // A reader that has gone away has read enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err((exit::IO_ERROR, format!("the scores cannot be written: {error}").into()))
        }
        Ok(()) | Err(_) => Ok(ExitCode::from(exit::OK)),
    }
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
