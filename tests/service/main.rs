//! How the service behaves, sentence by sentence of `docs/service-behaviour.md`, against a server in this
//! process on a free port. Nothing here sleeps: a test waits for events, and a puppet in the annotator's place
//! works, waits or panics when the article's text says so.
#![cfg(feature = "server")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod connections;
mod drain;
mod frames;
mod limits;
mod logs;
mod metrics;
mod pages;
mod probes;
mod program;
mod puppet;
mod receiving;
mod requests;
mod server;
mod tls;
mod traces;
mod wire;
mod work;

use std::time::Duration;

/// Longest that a test may take. Without it a behaviour that is gone would show as a test that never ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a test.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, test).await.expect("the test ends") });
    runtime.shutdown_background();
}
