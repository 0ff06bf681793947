//! Flags of `glossator serve` and their twins in the environment.

use clap::Args;
use std::net::SocketAddr;

/// Flags of `glossator serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Address of the gRPC service; port 0 picks a free one and logs it
    #[arg(long, env = "GLOSSATOR_ADDR", default_value = "127.0.0.1:50051")]
    pub addr: SocketAddr,
}
