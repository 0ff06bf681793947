//! Signals that ask the process to stop, or to read its files anew.

use std::io;
use std::sync::Arc;
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

/// Calls `reload` at each SIGHUP, for as long as the service runs; without it SIGHUP would end the process.
/// It runs on a thread of its own, since reading files and compiling lists would hold up calls.
///
/// # Errors
/// When the system refuses a handler.
pub fn reload_signal(reload: impl Fn() + Send + Sync + 'static) -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    let reload = Arc::new(reload);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let reload = Arc::clone(&reload);
            let thread = std::thread::Builder::new().name("reload".to_owned()).spawn(move || reload());
            if let Err(error) = thread {
                tracing::error!(%error, "nothing was reloaded");
            }
        }
    });
    Ok(())
}
