//! Flags of what an annotator is made from besides what is built in, for every command that annotates.

use clap::Args;
use std::path::PathBuf;

/// The files, none of which is needed.
#[derive(Clone, Debug, Default, Args)]
pub struct AssetArgs {
    /// Models in place of the built-in ones, as `glossator train` writes them: one of sentences, names or quotes, or
    /// several, separated by commas; which is which stands in the files
    #[arg(long, env = "GLOSSATOR_MODEL", value_delimiter = ',', value_name = "FILE")]
    pub model: Vec<PathBuf>,

    /// Names that every article is searched for and that win over the model's: JSON lines of the contract's
    /// CustomTerm, such as {"text": "Harbour Trust", "type": "ENTITY_TYPE_ORGANIZATION"}
    #[arg(long, env = "GLOSSATOR_TERMS", value_name = "FILE")]
    pub terms: Option<PathBuf>,
}

impl AssetArgs {
    /// Whether no file is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { model, terms } = self;
        model.is_empty() && terms.is_none()
    }
}
