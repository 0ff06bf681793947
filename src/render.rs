//! Floor 7: pictures of an annotated article, for a terminal and for a browser. It knows no stream, no flag
//! and no file.

pub mod html;
mod layers;
pub mod terminal;
