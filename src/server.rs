//! Floor 7: the service in a process. Sockets and their limits, health, reflection, the admin port, and the
//! drain that loses nothing. It knows no flag and no metric's name.

mod admin;
mod drain;
mod gather;
mod incoming;
mod limits;
mod panic;
mod places;
mod signal;
mod tls;

pub use admin::MetricsPage;
pub use drain::{DrainPlan, Ending};
pub use limits::ConnectionLimits;
pub use signal::{reload_signal, stop_signal};
pub use tls::{Tls, TlsError, TlsFiles};

use crate::annotate::Annotator;
use crate::grpc::{self, EngineSlot, Observer, Service, ServiceLimits, pb};
use crate::pool::{self, Pool};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use tonic::server::NamedService as _;
use tonic_health::ServingStatus;

/// The name under which health is asked for.
pub const SERVICE_NAME: &str = pb::annotation_service_server::AnnotationServiceServer::<Service>::NAME;

/// How often answers that nobody reads are looked for.
const SWEEP_PERIOD: Duration = Duration::from_secs(1);

/// How to serve.
#[derive(Clone, Debug)]
pub struct Config {
    /// Threads that annotate.
    pub workers: usize,
    /// How long one of them may rest before it makes way for a new one.
    pub worker_rest: Duration,
    /// Bounds on calls.
    pub service: ServiceLimits,
    /// Bounds on connections.
    pub connections: ConnectionLimits,
    /// How often the files of certificates are looked at.
    pub certificate_period: Duration,
    /// How to stop.
    pub drain: DrainPlan,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            worker_rest: pool::REST,
            service: ServiceLimits::default(),
            connections: ConnectionLimits::default(),
            // Whoever replaces a certificate does so days before it ends.
            certificate_period: Duration::from_secs(10),
            drain: DrainPlan::default(),
        }
    }
}

/// The sockets, bound.
#[derive(Debug)]
pub struct Listeners {
    /// For the gRPC service.
    pub grpc: TcpListener,
    /// For TLS on that; plain without.
    pub tls: Option<Arc<Tls>>,
    /// For metrics and probes by HTTP.
    pub admin: Option<TcpListener>,
}

/// What the service runs on.
pub struct Parts {
    /// What annotates. Whoever keeps a clone can put another engine in while the service runs.
    pub engines: Arc<EngineSlot>,
    /// Who is told how calls went.
    pub observer: Arc<dyn Observer>,
    /// The page of metrics.
    pub metrics: Arc<MetricsPage>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}

impl Parts {
    /// The annotator, and nobody who watches.
    #[must_use]
    pub fn unobserved(annotator: Annotator) -> Self {
        Self {
            engines: Arc::new(EngineSlot::new(annotator)),
            observer: Arc::new(()),
            metrics: Arc::new(|_| String::new()),
        }
    }
}

/// The runtime to serve on, where there are so many workers. They have a core each; what is left for the runtime is to
/// move bytes, a tenth of the work. More threads than it needs would wake each other in vain, and for a single call on an
/// idle machine that takes longer than anything else that the wire costs.
///
/// # Errors
/// When the system refuses a thread.
pub fn runtime(workers: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads((workers / 2).max(1)).enable_all().build()
}

/// Serves until `shutdown` is ready, then drains.
///
/// # Errors
/// When threads cannot be started or a listener fails.
pub async fn run(
    config: Config,
    listeners: Listeners,
    parts: Parts,
    shutdown: impl Future<Output = ()>,
) -> io::Result<Ending> {
    let Parts { engines, observer, metrics } = parts;
    let (leave, refuse, close) =
        (CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
    let pool = Pool::start(config.workers, config.worker_rest)?;
    let service = Service::new(engines, pool, config.service, observer, refuse.clone());
    let (health, health_service) = tonic_health::server::health_reporter();
    for name in ["", SERVICE_NAME] {
        health.set_service_status(name, ServingStatus::Serving).await;
    }

    if let Some(tls) = &listeners.tls {
        tls.watch(config.certificate_period)?;
    }
    let places = Arc::new(places::Places::new(config.connections.max_connections));
    let timeout = config.connections.handshake_timeout;
    let incoming = incoming::Incoming::new(listeners.grpc, listeners.tls, Arc::clone(&places), timeout);
    let server = config
        .connections
        .server()
        .layer(panic::CatchPanicLayer)
        .add_service(service.clone().into_server())
        .add_service(health_service)
        .add_service(reflection().build_v1().map_err(io::Error::other)?)
        .add_service(reflection().build_v1alpha().map_err(io::Error::other)?)
        .serve_with_incoming_shutdown(incoming, close.clone().cancelled_owned());
    let mut serving = tokio::spawn(server);
    let sweeping = tokio::spawn(sweep(service.clone()));
    let admin = admin::Admin { metrics, service: service.clone(), places, leave: leave.clone() };
    let admin = listeners.admin.map(|listener| tokio::spawn(admin.serve(listener)));

    let ending = tokio::select! {
        served = &mut serving => served?.map(|()| Ending::default()).map_err(io::Error::other),
        () = shutdown => {
            let drain = drain::Drain { plan: config.drain, health, leave, refuse, close };
            Ok(drain.run(serving, &service).await)
        }
    };
    sweeping.abort();
    if let Some(admin) = admin {
        admin.abort();
    }
    ending
}

/// Our contract, the health service's, and the types of error details, so that grpcurl prints those as text.
fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(grpc::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
}

async fn sweep(service: Service) {
    let mut period = tokio::time::interval(SWEEP_PERIOD);
    loop {
        period.tick().await;
        service.sweep();
        give_memory_back();
    }
}

/// mimalloc returns freed memory to the system a moment after it was freed, but only while it has something to do: a
/// server that falls silent after a storm of connections would keep all of theirs. A block that is too large for
/// any thread's own pages gives it an occasion. What threads have freed of each other's it finds when they are at work
/// again or end; those that rest the pool ends.
fn give_memory_back() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(4 << 20)));
}
