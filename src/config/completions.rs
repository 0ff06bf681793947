//! Flags of `glossator completions`.

use clap::Args;
use clap_complete::Shell;

/// Flags of `glossator completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

impl CompletionsArgs {
    /// Writes the script.
    pub fn write(&self, out: &mut dyn std::io::Write) {
        clap_complete::generate(self.shell, &mut super::command(), "glossator", out);
    }
}
