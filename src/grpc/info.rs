//! What the server says of itself.

use super::convert::entity_type;
use super::engine::Engine;
use super::pb;
use super::service::ServiceLimits;
use crate::entity::EntityKind;
use crate::language;
use std::time::Duration;

/// What a program with this engine and these limits is, can do and allows.
#[must_use]
pub fn server_info(engine: &dyn Engine, limits: &ServiceLimits) -> pb::ServerInfo {
    let figure = |figure: usize| i32::try_from(figure).unwrap_or(i32::MAX);
    let article = engine.limits();
    pb::ServerInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        source_revision: option_env!("GLOSSATOR_SOURCE_REVISION").unwrap_or_default().to_owned(),
        engine_revision: engine.revision().to_owned(),
        language_codes: vec![language::ENGLISH.to_owned()],
        kinds: [pb::AnnotationKind::Sentence, pb::AnnotationKind::Quote, pb::AnnotationKind::Entity]
            .map(i32::from)
            .to_vec(),
        entity_types: EntityKind::ALL.map(|kind| entity_type(kind).into()).to_vec(),
        max_text_chars: figure(article.max_text_chars),
        max_title_chars: figure(article.max_title_chars),
        max_custom_terms: figure(article.max_custom_terms),
        max_stream_window: figure(limits.max_stream_window),
        max_article_duration: Some(duration(limits.max_article_duration)),
        max_call_duration: Some(duration(limits.max_call_duration)),
        max_request_bytes: figure(limits.max_request_bytes),
    }
}

fn duration(duration: Duration) -> pbjson_types::Duration {
    pbjson_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or_default(),
    }
}
