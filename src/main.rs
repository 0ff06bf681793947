//! The program: parse, configure, run.

use glossator::annotate::Annotator;
use glossator::command::{self, Fault};
use glossator::config::{self, Command, exit};
use glossator::grpc::{self, ServiceLimits};
use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let ended = match config::parse() {
        Ok(command) => run(command),
        Err(code) => return code,
    };
    ended.unwrap_or_else(|(code, error)| {
        // Nothing is left to be done if even this cannot be written.
        let _ = writeln!(io::stderr(), "glossator: {error}");
        ExitCode::from(code)
    })
}

fn run(command: Command) -> Result<ExitCode, Fault> {
    match command {
        Command::Annotate(args) => return Ok(command::annotate::run(&args)),
        Command::Serve(args) => return command::serve::run(*args),
        Command::Info(_) => {
            let info = grpc::server_info(&builtin()?, &ServiceLimits::default());
            let json = serde_json::to_string_pretty(&info).map_err(defect)?;
            // A reader that has gone away has read enough.
            let _ = writeln!(io::stdout(), "{json}");
        }
        #[cfg(feature = "train")]
        Command::Train(args) => return command::train::run(&args),
        #[cfg(feature = "train")]
        Command::Evaluate(args) => return command::evaluate::run(&args),
        Command::Completions(args) => args.write(&mut io::stdout()),
    }
    Ok(ExitCode::from(exit::OK))
}

fn builtin() -> Result<Annotator, Fault> {
    Annotator::builtin().map_err(defect)
}

fn defect(error: impl Error + 'static) -> Fault {
    (exit::SOFTWARE, error.into())
}
