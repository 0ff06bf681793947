//! Flags of what an annotator is made from besides what is built in, for every command that annotates.

use clap::Args;
use std::path::PathBuf;

/// The files, none of which is needed.
#[derive(Clone, Debug, Default, Args)]
pub struct AssetArgs {
    /// Model of names in place of the built-in one, as `glossator train entity` writes it
    #[arg(long, env = "GLOSSATOR_MODEL", value_name = "FILE")]
    pub model: Option<PathBuf>,

    /// Names that every article is searched for and that win over the model's: JSON lines of the contract's
    /// CustomTerm, such as {"text": "Harbour Trust", "type": "ENTITY_TYPE_ORGANIZATION"}
    #[arg(long, env = "GLOSSATOR_TERMS", value_name = "FILE")]
    pub terms: Option<PathBuf>,
}

impl AssetArgs {
    /// Whether no file is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        let Self { model, terms } = self;
        model.is_none() && terms.is_none()
    }
}
