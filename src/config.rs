//! Floor 8: flags and environment into what each command runs on. One file a command in `config/`; it
//! starts nothing.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};
use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

pub mod annotate;
pub mod assets;
pub mod completions;
#[cfg(feature = "train")]
pub mod evaluate;
pub mod info;
pub mod serve;
#[cfg(feature = "train")]
pub mod train;

/// What the program's exit codes mean. They follow `sysexits.h`, as mail systems and service managers do.
pub mod exit {
    /// Everything was done.
    pub const OK: u8 = 0;
    /// The command did its work, and something in its input was at fault.
    pub const INCOMPLETE: u8 = 1;
    /// A flag, a variable or a file that one of them names is bad. Nothing was started.
    pub const USAGE: u8 = 64;
    /// A file that must be right in every line is not.
    pub const DATA_ERROR: u8 = 65;
    /// None of the inputs could be opened.
    pub const NO_INPUT: u8 = 66;
    /// The service could not be reached or could not bind its address.
    pub const UNAVAILABLE: u8 = 69;
    /// A defect.
    pub const SOFTWARE: u8 = 70;
    /// The output could not be written.
    pub const IO_ERROR: u8 = 74;
}

/// Finds the sentences, the quotes with their speakers, and the entities of news articles.
#[derive(Debug, Parser)]
#[command(name = "glossator", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 done but some input was at fault, 64 bad flag, variable or \
    file, 65 bad training or gold data, 66 no input could be opened, 69 service or address not available, 70 defect, 74 output cannot be \
    written.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Without a command the program serves.
    #[command(flatten)]
    serve: serve::ServeArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the gRPC service; this is what the program does without a command
    Serve(Box<serve::ServeArgs>),
    /// Annotate articles of files, folders or standard input and print what was found
    Annotate(Box<annotate::AnnotateArgs>),
    /// Print what this program is, what it can do and where its limits are
    Info(info::InfoArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Learn a model from gold data
    #[cfg(feature = "train")]
    Train(train::TrainArgs),
    /// Score annotations against gold data
    #[cfg(feature = "train")]
    Evaluate(evaluate::EvaluateArgs),
}

/// A flag or variable with a value that cannot be used.
#[derive(Debug)]
pub struct ConfigError {
    /// The flag and its variable.
    pub key: &'static str,
    /// The value as given.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, value, reason } = self;
        write!(f, "invalid value {value:?} for {key}: {reason}")
    }
}

impl std::error::Error for ConfigError {}

/// Reads the command line and the environment.
///
/// # Errors
/// The exit code, after a message on standard error (or the help that was asked for on standard output).
pub fn parse() -> Result<Command, ExitCode> {
    let cli = Cli::try_parse().map_err(|error| {
        let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        // Nothing is left to be done if even this cannot be written.
        let _ = error.print();
        if let Some(variable) = variable_at_fault(&error) {
            let _ = writeln!(io::stderr(), "The value is that of the variable {variable}.");
        }
        ExitCode::from(if asked { exit::OK } else { exit::USAGE })
    })?;
    Ok(cli.command.unwrap_or_else(|| Command::Serve(Box::new(cli.serve))))
}

/// The variable that a bad value stands in: the message before names only its flag.
fn variable_at_fault(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let (flag, value) = (text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?);
    let mut program = command();
    program.build();
    let commands = program.get_subcommands().chain([&program]);
    let mut flags = commands.flat_map(clap::Command::get_arguments).filter(|it| it.to_string() == flag);
    let variable = flags.find_map(clap::Arg::get_env)?.to_str()?.to_owned();
    (std::env::var(&variable).ok()? == value).then_some(variable)
}

/// The definition of the command line, for completions.
#[must_use]
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
