//! An article as a page for a browser. (being written)
use crate::grpc::client::SentArticle;
use crate::grpc::reading::Reading;
/// Head
pub const HEAD: &str = "";
/// Tail
pub const TAIL: &str = "";
/// Article
#[must_use]
pub fn article(_: &SentArticle, _: &Reading, _: usize) -> String { String::new() }
