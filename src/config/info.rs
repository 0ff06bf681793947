//! Flags of `glossator info`.

use clap::Args;

/// Flags of `glossator info`: there are none yet.
#[derive(Debug, Args)]
pub struct InfoArgs {}
