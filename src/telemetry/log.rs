//! Logs. Pretty on a terminal and JSON elsewhere, written by a thread of their own that drops lines rather
//! than hold up a call. Article text is never logged, not even by a panic.

use super::writer::{self, Closing};
use crate::grpc::CallReport;
use std::io::{self, IsTerminal as _};
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// What log lines look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

/// Writes what is left of the log when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct LogGuard {
    _closing: Closing,
}

/// Starts logging to standard error.
///
/// # Errors
/// When the filter, such as `info` or `glossator=debug,h2=warn`, cannot be read, or the system refuses a thread.
pub fn init(format: LogFormat, filter: &str) -> io::Result<LogGuard> {
    let filter = EnvFilter::builder().parse(filter).map_err(io::Error::other)?;
    let (writer, closing) = writer::start(io::stderr())?;
    let terminal = io::stderr().is_terminal();
    let json = match format {
        LogFormat::Auto => !terminal,
        LogFormat::Pretty => false,
        LogFormat::Json => true,
    };
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    // A second initialisation, which only a test could want, keeps the first.
    let _ = if json {
        subscriber.json().flatten_event(true).with_current_span(false).try_init()
    } else {
        subscriber.with_ansi(terminal).with_target(false).try_init()
    };
    hide_panic_messages();
    Ok(LogGuard { _closing: closing })
}

/// A panic's message may quote the text that it fell over; where it happened is enough to find it.
fn hide_panic_messages() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        tracing::error!(place, thread = thread.name().unwrap_or_default(), "panic: this is a bug");
    }));
}

/// One line for a call that has ended.
pub(super) fn call(report: &CallReport, trace: Option<u128>) {
    let trace = trace.map(|trace| format!("{trace:032x}"));
    macro_rules! line {
        ($level:ident) => {{
            let CallReport {
                method,
                code,
                reason,
                trace: _,
                ref request_id,
                articles,
                failed_articles,
                bytes,
                annotations,
                queued,
                worked,
                elapsed,
                stages: _,
            } = *report;
            tracing::$level!(
                method = method.name(),
                code,
                reason,
                articles,
                failed_articles,
                bytes,
                annotations,
                queue_ms = millis(queued),
                work_ms = millis(worked),
                elapsed_ms = millis(elapsed),
                trace_id = trace,
                request_id,
                "call"
            );
        }};
    }
    // A message that cannot be read is INTERNAL too, and no defect of ours.
    match report.reason {
        "INTERNAL" => line!(error),
        "CANCELLED" => line!(debug),
        _ => line!(info),
    }
}

/// To a thousandth of a millisecond.
#[expect(clippy::cast_precision_loss, reason = "shorter than a hundred years")]
fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
