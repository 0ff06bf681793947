//! Signals that ask the process to stop.

use std::io;
use tokio::signal::unix::{SignalKind, signal};

/// Exit code of a process that a second signal ends at once.
const IMPATIENT: i32 = 130;

/// Ready at the first SIGTERM or SIGINT. The second ends the process at once.
///
/// # Errors
/// When the system refuses a handler.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        let mut next = async move || {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        next().await;
        tokio::spawn(async move {
            next().await;
            std::process::exit(IMPATIENT);
        });
    })
}
