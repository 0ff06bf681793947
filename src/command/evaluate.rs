//! `glossator evaluate`: gold articles through the annotator, the scores printed by corpus. The JSON has the
//! names and the units of the reference scorers; the tables are for reading.

mod figures;
mod table;

use super::learning::{Bar, fault};
use super::{Fault, assets};
use crate::annotate::{AnnotationKind, Set};
use crate::config::evaluate::{EvaluateArgs, Scores};
use crate::config::exit;
use crate::train::corpus::{self, GoldDocument};
use crate::train::evaluate::{self, Evaluation, Gold, Pairing};
use crate::train::{Progress as _, TrainError};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// What kept the gold from being scored, with the exit code for it.
pub fn run(args: &EvaluateArgs) -> Result<ExitCode, Fault> {
    let kinds: Set<AnnotationKind> = args.kinds.iter().copied().map(AnnotationKind::from).collect();
    let types: Vec<String> = args.types.iter().map(|kind| kind.trim().to_uppercase()).collect();
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    let bar = Bar::new();
    bar.report("reading", 0, 1);
    let gold = evaluate::read_gold(&args.gold, kinds).map_err(|error| fault(&error))?;
    let annotator = || assets::annotator(&args.assets).map_err(Fault::from);
    let mut evaluation = Evaluation::default();
    match (&args.predicted, &args.save) {
        (Some(path), _) => {
            for pairing in with_predictions(path, gold).map_err(|error| fault(&error))? {
                evaluation.add(&pairing, &types);
            }
        }
        (None, Some(path)) => {
            let file = File::create(path).map_err(|error| unwritable(path, &error))?;
            let mut file = BufWriter::new(file);
            let mut written = Ok(());
            evaluate::annotate(&annotator()?, gold, &bar, |pairing| {
                evaluation.add(&pairing, &types);
                if written.is_ok() {
                    written = serde_json::to_writer(&mut file, &pairing.predicted)
                        .map_err(io::Error::from)
                        .and_then(|()| file.write_all(b"\n"));
                }
            });
            written.and_then(|()| file.flush()).map_err(|error| unwritable(path, &error))?;
        }
        (None, None) => {
            evaluate::annotate(&annotator()?, gold, &bar, |pairing| evaluation.add(&pairing, &types));
        }
    }
    bar.clear();
    let printed = match args.format {
        Scores::Json => format!("{:#}\n", figures::json(&evaluation)),
        Scores::Pretty => table::pretty(&evaluation),
    };
    match io::stdout().write_all(printed.as_bytes()) {
        // A reader that has gone away has read enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err((exit::IO_ERROR, format!("the output cannot be written: {error}").into()))
        }
        Ok(()) | Err(_) => Ok(ExitCode::from(exit::OK)),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Fault {
    (exit::IO_ERROR, format!("{} cannot be written: {error}", path.display()).into())
}

/// Each gold article with the prediction of its id, and of its corpus where predictions name one.
fn with_predictions(path: &Path, gold: Vec<Gold>) -> Result<Vec<Pairing>, TrainError> {
    let mut predictions: BTreeMap<(String, String), GoldDocument> = BTreeMap::new();
    for (_, document) in corpus::read_lines::<GoldDocument>(path)? {
        predictions.insert((document.corpus.clone(), document.id.clone()), document);
    }
    let mut pairings = Vec::with_capacity(gold.len());
    for Gold { corpus, kinds, document } in gold {
        let keys = [(document.corpus.clone(), document.id.clone()), (String::new(), document.id.clone())];
        let Some(predicted) = keys.iter().find_map(|key| predictions.get(key)).cloned() else {
            return Err(TrainError::Data(format!("{}: no prediction for {:?}", path.display(), document.id)));
        };
        pairings.push(Pairing { corpus, kinds, gold: document, predicted });
    }
    Ok(pairings)
}
