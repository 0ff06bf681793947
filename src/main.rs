//! The program: parse, configure, run.

use glossator::config::{self, Command};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match config::parse() {
        Ok(command) => run(command),
        Err(code) => code,
    }
}

fn run(command: Command) -> ExitCode {
    match command {
        Command::Serve(_) | Command::Info(_) => ExitCode::from(config::exit::SOFTWARE),
        Command::Completions(args) => {
            args.write(&mut std::io::stdout());
            ExitCode::from(config::exit::OK)
        }
    }
}
