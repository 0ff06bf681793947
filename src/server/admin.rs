//! The admin port: metrics for Prometheus, probes for whoever starts and stops us. Plain HTTP, and nothing
//! that changes anything.

use super::places::Places;
use crate::grpc::{Load, Service};
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The page of metrics in OpenMetrics' text format, which every Prometheus reads.
pub type MetricsPage = dyn Fn(&Load) -> String + Send + Sync;

pub(super) struct Admin {
    pub(super) metrics: Arc<MetricsPage>,
    pub(super) service: Service,
    pub(super) places: Arc<Places>,
    /// Cancelled when the service begins to leave: no new work is to be sent from then on.
    pub(super) leave: CancellationToken,
}

impl Admin {
    pub(super) async fn serve(self, listener: TcpListener) {
        let Self { metrics, service, places, leave } = self;
        let page = move || {
            let page = metrics(&Load {
                connections: places.taken(),
                max_connections: places.most(),
                refused_connections: places.refused(),
                ..service.load()
            });
            async { ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], page) }
        };
        let ready = move || {
            let leaves = leave.is_cancelled();
            async move {
                if leaves {
                    (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
                } else {
                    (StatusCode::OK, "ready\n")
                }
            }
        };
        let router = Router::new()
            .route("/metrics", get(page))
            .route("/livez", get(async || "alive\n"))
            .route("/readyz", get(ready));
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the admin port failed");
        }
    }
}
