//! `glossator annotate`: inputs through the annotator or a server, outcomes printed as they come.

use super::{Fault, assets, chain, tell};
use crate::batch::{Failure, Inputs, Local, Outcome, Remote};
use crate::config::annotate::{AnnotateArgs, Output};
use crate::config::exit;
use crate::grpc::client::{Reply, SentArticle};
use crate::render::{html, terminal};
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::process::ExitCode;

/// Width of pictures where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 100;
/// Longer lines are hard to read.
const MAX_WIDTH: usize = 120;
/// From so many bytes on, a single file is worth a progress bar.
const LONG_INPUT: u64 = 1 << 20;

/// Runs the command.
#[must_use]
pub fn run(args: &AnnotateArgs) -> ExitCode {
    let paths = match args.paths() {
        Ok(paths) => paths,
        Err(error) => {
            tell(&error.to_string());
            return ExitCode::from(exit::USAGE);
        }
    };
    let inputs = Inputs::new(&paths, args.input_format.into());
    let mut report = Report::new(args, &inputs);
    report.begin();
    let ended = match &args.server {
        Some(address) => {
            let remote = Remote::new(address.clone(), args.wanted());
            let ended = remote.run(inputs, |outcome| report.take(outcome));
            ended.map_err(|error| (exit::UNAVAILABLE, format!("{address}: {}", chain(&error))))
        }
        None => in_process(args, inputs, &mut report).map_err(|(code, error)| (code, chain(&*error))),
    };
    ExitCode::from(report.end(ended))
}

fn in_process(args: &AnnotateArgs, inputs: Inputs, report: &mut Report) -> Result<(), Fault> {
    let annotator = assets::annotator(&args.assets)?;
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let jobs = args.jobs.unwrap_or_else(cores).get();
    let local = Local::new(&annotator, &args.wanted(), jobs)
        .map_err(|error| (exit::SOFTWARE, chain(&error).into()))?;
    local.run(inputs, |outcome| report.take(outcome));
    Ok(())
}

/// Prints outcomes and keeps count.
struct Report {
    output: Output,
    width: usize,
    colours: bool,
    bar: ProgressBar,
    answered: usize,
    failed: usize,
    unopened: usize,
    /// Why nothing more can be printed.
    broken: Option<io::Error>,
}

impl Report {
    fn new(args: &AnnotateArgs, inputs: &Inputs) -> Self {
        let stdout = io::stdout();
        let colours = match ColorChoice::from(args.color) {
            ColorChoice::Auto => AutoStream::choice(&stdout) != ColorChoice::Never,
            ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
            ColorChoice::Never => false,
        };
        let width = terminal_size::terminal_size_of(&stdout)
            .map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0).min(MAX_WIDTH));
        Self {
            output: args.format,
            width,
            colours,
            bar: progress_bar(inputs),
            answered: 0,
            failed: 0,
            unopened: 0,
            broken: None,
        }
    }

    fn begin(&mut self) {
        if self.output == Output::Html {
            self.print(html::HEAD);
        }
    }

    /// Prints one outcome; `false` when nobody reads any more.
    fn take(&mut self, outcome: Outcome) -> bool {
        let Outcome { origin, read, result } = outcome;
        match result {
            Ok((article, reply)) => {
                self.answered += 1;
                match self.picture(&article, &reply) {
                    Ok(picture) => self.print(&picture),
                    Err(problem) => self.fail(&format!("{origin}: article {:?}: {problem}", article.id)),
                }
            }
            Err(Failure::Input(error)) => {
                self.unopened += usize::from(error.is_unopened());
                self.fail(&format!("{origin}: {error}"));
            }
            Err(Failure::Article { id, failure }) => {
                self.fail(&format!("{origin}: article {id:?}: {failure}"));
            }
        }
        self.bar.set_position(read);
        self.broken.is_none()
    }

    fn picture(&self, article: &SentArticle, reply: &Reply) -> Result<String, String> {
        let read = || reply.read(article).map_err(|error| error.to_string());
        Ok(match self.output {
            Output::Json => reply.to_json(true) + "\n",
            Output::Jsonl => reply.to_json(false) + "\n",
            Output::Html => html::article(article, &read()?, self.answered),
            Output::Pretty => {
                let picture = terminal::render(article, &read()?, self.width) + "\n";
                if self.colours { picture } else { anstream::adapter::strip_str(&picture).to_string() }
            }
        })
    }

    fn fail(&mut self, message: &str) {
        self.failed += 1;
        self.bar.suspend(|| tell(message));
        // The n-th answer belongs to the n-th article.
        if matches!(self.output, Output::Json | Output::Jsonl) {
            self.print("{}\n");
        }
    }

    fn print(&mut self, text: &str) {
        let written = self.bar.suspend(|| {
            let mut stdout = io::stdout().lock();
            stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
        });
        self.broken = self.broken.take().or(written.err());
    }

    fn end(mut self, ended: Result<(), (u8, String)>) -> u8 {
        if self.output == Output::Html {
            self.print(html::TAIL);
        }
        self.bar.finish_and_clear();
        if let Err((code, message)) = ended {
            tell(&message);
            return code;
        }
        match self.broken {
            // Whoever read us has seen enough: `glossator annotate … | head`.
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => return exit::OK,
            Some(error) => {
                tell(&format!("the output cannot be written: {error}"));
                return exit::IO_ERROR;
            }
            None => {}
        }
        let Self { answered, failed, unopened, .. } = self;
        if failed > 0 && failed + answered > 1 {
            tell(&format!("{failed} of {} articles failed", failed + answered));
        }
        match () {
            () if answered + failed == 0 => {
                tell("there is no article in the inputs");
                exit::NO_INPUT
            }
            () if answered == 0 && failed == unopened => exit::NO_INPUT,
            () if failed > 0 => exit::INCOMPLETE,
            () => exit::OK,
        }
    }
}

/// A bar on a terminal for what takes a while; else one that draws nothing.
fn progress_bar(inputs: &Inputs) -> ProgressBar {
    let lasts = inputs.files() > 1 || inputs.bytes().is_some_and(|bytes| bytes >= LONG_INPUT);
    if !lasts || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = "{elapsed_precise} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} eta {eta}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(inputs.bytes(), ProgressDrawTarget::stderr());
    bar.with_style(style)
}
