//! Floor 9: the commands that are not the service: what each does with its flags, what it prints, and with
//! which exit code it ends.

pub mod annotate;
pub mod assets;
#[cfg(feature = "train")]
pub mod evaluate;
#[cfg(feature = "train")]
mod learning;
pub mod serve;
#[cfg(feature = "train")]
pub mod train;

use std::error::Error;
use std::io::{self, Write as _};

/// What ended the program, and the exit code for it.
pub type Fault = (u8, Box<dyn Error>);

/// Tells the user something on standard error. That it cannot be told, nobody could be told.
fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "glossator: {message}");
}

/// An error with its causes, on one line.
fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !message.contains(&words) {
            message = format!("{message}: {words}");
        }
        cause = error.source();
    }
    message
}
