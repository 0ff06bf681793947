//! The way out. Each step is there because the one after it would lose calls, or hang, without it.

use super::SERVICE_NAME;
use crate::grpc::Service;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// How to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrainPlan {
    /// How long to serve on after health says NOT_SERVING: as long as a mesh needs to notice.
    pub delay: Duration,
    /// How long all of it may take; what is open then is cut.
    pub limit: Duration,
}

impl Default for DrainPlan {
    fn default() -> Self {
        Self { delay: Duration::from_secs(5), limit: Duration::from_secs(25) }
    }
}

/// How serving ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// Calls that were still open at the limit.
    pub cut_calls: usize,
    /// Whether the limit was reached. Without a call that is a connection on which nothing happens.
    pub at_limit: bool,
}

pub(super) struct Drain {
    pub(super) plan: DrainPlan,
    pub(super) health: HealthReporter,
    /// From now on nobody should send new calls here, and `/readyz` says so as health does.
    pub(super) leave: CancellationToken,
    /// From now on new calls are refused and open streams end.
    pub(super) refuse: CancellationToken,
    /// From now on no connection is accepted, and those there are are told to go.
    pub(super) close: CancellationToken,
}

impl Drain {
    pub(super) async fn run<E>(mut self, serving: JoinHandle<Result<(), E>>, service: &Service) -> Ending {
        let end = Instant::now() + self.plan.limit;
        for name in ["", SERVICE_NAME] {
            self.health.set_service_status(name, ServingStatus::NotServing).await;
        }
        self.leave.cancel();
        tracing::info!(delay = ?self.plan.delay, limit = ?self.plan.limit, "draining");
        tokio::time::sleep_until((Instant::now() + self.plan.delay).min(end)).await;
        // Ends the watches, which would hold their connections for ever.
        for name in ["", SERVICE_NAME] {
            self.health.clear_service_status(name).await;
        }
        self.refuse.cancel();
        self.close.cancel();
        let at_limit = tokio::time::timeout_at(end, serving).await.is_err();
        Ending { cut_calls: service.open_calls(), at_limit }
    }
}
