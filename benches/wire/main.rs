//! What the wire costs: processor time of the server for one article with 110 annotations, beyond
//! the annotating itself. That, and six servers side by side, each in a process of its own:
//!
//! - `annotating`: no server, but the annotating itself, by the same pool of threads in the bench's process.
//! - `bytes`: the same tonic, answering with prepared bytes; no message is read or written. Nothing is cheaper.
//! - `message`: the same tonic, reading the request and answering with a prepared message, made and encoded anew.
//! - `handed`: the same, but the message is made by a thread of the pool and handed over in a bounded channel, as by any
//!   server that keeps its work off the threads that answer health.
//! - `prepared`: Glossator whole, with log, metrics, admission, worker threads and conversion, but findings that
//!   were made before.
//! - `annotates`: the same tonic, which annotates the article there and then and answers with prepared bytes. What it takes
//!   beyond `bytes` is the annotating itself between calls that come over a wire: the caches are colder, and the driver
//!   takes its turns on the same cores. `annotating` knows nothing of either.
//! - `glossator`: Glossator whole. **What this takes beyond the annotating itself, as `annotates` tells it, is what the wire
//!   costs.** The goal is 35 µs, and no server on this tonic can take less than `bytes`.
//!
//! Run: `cargo bench --bench wire`, with `-- --rounds 40` for a busy machine. Each round measures each server for
//! the same number of calls; the least of the rounds is what the work takes when others leave the machine alone.
//! `-- --only prepared` measures that server alone, for a profiler, and `--callers 1` with so many callers alone.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints its figures")]

mod drive;
mod itself;
mod raw;
mod serve;
#[path = "../support/mod.rs"]
mod support;

use glossator::annotate::{Annotator, Article, Collector, Options, Scratch};
use glossator::grpc::pb;
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};
use support::Made;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many callers there are: one, and as many as keep two cores busy.
const CALLERS: [u32; 2] = [1, 8];

/// Set for the processes that serve: what they are.
const ROLE: &str = "GLOSSATOR_WIRE_ROLE";

/// The article: one and a half of the bench's, so that it has 110 annotations.
pub(crate) fn article() -> Made {
    let Made { title, mut text } = support::article(6);
    for paragraph in support::article(21).text.split_inclusive("\n\n").take(4) {
        text.push_str(paragraph);
    }
    Made { title, text }
}

/// The request that every call makes.
pub(crate) fn request() -> pb::AnnotateRequest {
    let Made { title, text } = article();
    let article = pb::Article {
        id: b"8".to_vec(),
        title: title.into_bytes(),
        text: text.into_bytes(),
        language_code: b"en".to_vec(),
        ..pb::Article::default()
    };
    pb::AnnotateRequest { article: Some(article), options: None }
}

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    if let Ok(role) = std::env::var(ROLE) {
        return serve::run(&role);
    }
    let figure = |name| argument(name).map(|figure| figure.parse()).transpose();
    let (rounds, calls) = (figure("--rounds")?.unwrap_or(12), figure("--calls")?.unwrap_or(500));
    let callers = figure("--callers")?.map_or(CALLERS.to_vec(), |callers| vec![callers]);
    let only = argument("--only");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(drive::all(rounds, calls, &callers, only.as_deref()))
}

/// An argument of the command line. What cargo and its tests pass to a bench is not for us.
fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.next().and_then(|_| arguments.next())
}

/// The annotating itself, in this thread, with a sink that does nothing: the least time of so many, and how many
/// annotations there were.
pub(crate) fn annotating(times: u32) -> Result<(Duration, u32), Failure> {
    let annotator = Annotator::builtin()?;
    let made = article();
    let article =
        Article { title: &made.title, text: &made.text, language: Some("en"), ..Article::default() };
    let mut scratch = Scratch::default();
    let (mut least, mut annotations) = (Duration::MAX, 0);
    for _ in 0..times {
        let began = Instant::now();
        let mut sink = Collector(|annotation: &glossator::annotate::Annotation<'_>| {
            annotations = black_box(annotation.id);
        });
        annotator.annotate(&article, &Options::default(), &mut scratch, &mut sink)?;
        least = least.min(began.elapsed());
    }
    Ok((least, annotations))
}

/// Processor time so far of the threads of a process whose names begin so, in nanoseconds; a hundredth of a second, as
/// in `stat`, would be too coarse.
pub(crate) fn processor(process: u32, name: &str) -> Result<Duration, Failure> {
    let mut sum = 0;
    for task in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let task = task?.path();
        if std::fs::read_to_string(task.join("comm"))?.starts_with(name) {
            let stat = std::fs::read_to_string(task.join("schedstat"))?;
            sum += stat.split_ascii_whitespace().next().unwrap_or_default().parse::<u64>()?;
        }
    }
    Ok(Duration::from_nanos(sum))
}
