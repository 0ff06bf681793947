//! What training and evaluating have in common: a bar on the terminal, and exit codes for their errors.

use super::{Fault, chain};
use crate::config::exit;
use crate::train::{Progress, TrainError};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::RefCell;
use std::io::{self, IsTerminal as _};

/// A bar for each stage on a terminal; else nothing.
pub(super) struct Bar {
    bar: ProgressBar,
    stage: RefCell<String>,
}

impl Bar {
    pub(super) fn new() -> Self {
        let bar = if io::stderr().is_terminal() {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let style =
            ProgressStyle::with_template("{elapsed_precise} {msg:24} {wide_bar} {pos}/{len} eta {eta}");
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, stage: RefCell::new(String::new()) }
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn report(&self, stage: &str, done: u64, of: u64) {
        let mut current = self.stage.borrow_mut();
        if *current != stage {
            stage.clone_into(&mut current);
            self.bar.set_message(stage.to_owned());
            self.bar.reset_eta();
        }
        self.bar.set_length(of);
        self.bar.set_position(done);
    }
}

/// The error in one line, with the exit code for it.
pub(super) fn fault(error: &TrainError) -> Fault {
    let code = match error {
        TrainError::Io { .. } => exit::NO_INPUT,
        TrainError::Line { .. } | TrainError::Data(_) => exit::DATA_ERROR,
    };
    (code, chain(error).into())
}
