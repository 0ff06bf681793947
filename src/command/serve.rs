//! `glossator serve`: everything that a configuration names is made or refused before a port is bound; then
//! the service runs until it is told to stop.

use super::Fault;
use super::assets::{self, Reloader};
use crate::annotate::{Annotation, Annotator, Article, Collector, Options, Scratch};
use crate::config::serve::{Serve, ServeArgs};
use crate::config::{ConfigError, exit};
use crate::grpc::{EngineSlot, Load};
use crate::server::{self, Listeners, Parts, Tls};
use crate::telemetry::{self, Telemetry, Traces};
use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpListener;

/// An article with something in it for every list and pattern.
const FIRST_ARTICLE: &str = "LISBON, May 6 (Reuters) – “The harbour is open,” Mayor Ana Sol told the Harbour \
    Trust on Monday at 5 p.m. She had said that 3 percent of the $5 million, or 12 kilometres of quay, would be \
    ready next week. Write to ana@example.org or see https://example.org/harbour.";

/// Runs the command.
///
/// # Errors
/// What kept it from serving, with the exit code for it.
pub fn run(args: ServeArgs) -> Result<ExitCode, Fault> {
    let config = args.resolve().map_err(usage)?;
    // The filter was checked before.
    let _log = telemetry::init(config.log_format, &config.log).map_err(defect)?;
    let tls = config.tls.clone().map(Tls::load).transpose().map_err(|error| bad_tls(&error))?;
    let annotator = assets::annotator(&config.assets)?.with_limits(config.limits);
    warm_up(&annotator)?;
    let runtime = server::runtime(config.server.workers).map_err(defect)?;
    let served = runtime.block_on(serve(config, annotator, tls));
    // Connections that the drain gave up on die with their runtime.
    runtime.shutdown_background();
    served.map(|()| ExitCode::from(exit::OK))
}

async fn serve(config: Serve, annotator: Annotator, tls: Option<Arc<Tls>>) -> Result<(), Fault> {
    let traces = config.otlp_endpoint.as_deref().map(|endpoint| {
        Traces::start(endpoint, &config.service_name).map_err(|error| bad_collector(endpoint, &error))
    });
    let telemetry = Arc::new(Telemetry::new(traces.transpose()?));
    let grpc = bind(config.addr).await?;
    let admin = match config.admin_addr {
        Some(addr) => Some(bind(addr).await?),
        None => None,
    };
    tracing::info!(?config, engine_revision = annotator.revision(), "configuration");
    announce(&grpc, admin.as_ref());

    let engines = Arc::new(EngineSlot::new(annotator));
    let (observer, certificates) = (Arc::clone(&telemetry), tls.clone());
    let reloader = Reloader::new(config.assets, config.limits, Arc::clone(&engines));
    let page = Arc::clone(&telemetry);
    let metrics = Arc::new(move |load: &Load| page.page(load));
    // SIGHUP means: read again whatever lies in files.
    server::reload_signal(move || {
        if let Some(tls) = &certificates {
            tls.reload_and_tell();
        }
        reloader.reload_and_tell();
    })
    .map_err(defect)?;
    let shutdown = server::stop_signal().map_err(defect)?;
    let parts = Parts { engines, observer, metrics };
    let ended = server::run(config.server, Listeners { grpc, tls, admin }, parts, shutdown).await;
    telemetry.stop();
    let ended = ended.map_err(defect)?;
    tracing::info!(cut_calls = ended.cut_calls, at_limit = ended.at_limit, "stopped");
    Ok(())
}

/// Lists and patterns are compiled when they are first used, which takes half a second. Here they are, before
/// there is a port to call at: the first calls would wait for it, and be shed.
fn warm_up(annotator: &Annotator) -> Result<(), Fault> {
    let began = Instant::now();
    let article = Article { text: FIRST_ARTICLE, ..Article::default() };
    let (mut scratch, mut count) = (Scratch::default(), 0_u32);
    let mut sink = Collector(|_: &Annotation<'_>| count += 1);
    // A limit of the operator's may be shorter than this article; then what is long is not served either.
    if annotator.check(&article).is_ok() {
        annotator.annotate(&article, &Options::default(), &mut scratch, &mut sink).map_err(defect)?;
    }
    let elapsed_ms = began.elapsed().as_secs_f64() * 1000.0;
    tracing::debug!(annotations = count, elapsed_ms, "warm");
    Ok(())
}

fn usage(error: impl Error + 'static) -> Fault {
    (exit::USAGE, error.into())
}

fn defect(error: impl Error + 'static) -> Fault {
    (exit::SOFTWARE, error.into())
}

fn bad_tls(error: &server::TlsError) -> Fault {
    let key = "--tls-cert (GLOSSATOR_TLS_CERT), --tls-key (GLOSSATOR_TLS_KEY) or --tls-client-ca \
               (GLOSSATOR_TLS_CLIENT_CA)";
    usage(ConfigError { key, value: error.path().display().to_string(), reason: error.to_string() })
}

fn bad_collector(endpoint: &str, error: &dyn Error) -> Fault {
    let key = "--otlp-endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) or another variable of OpenTelemetry";
    usage(ConfigError { key, value: endpoint.to_owned(), reason: error.to_string() })
}

async fn bind(addr: SocketAddr) -> Result<TcpListener, Fault> {
    let bound = TcpListener::bind(addr).await;
    bound.map_err(|error| (exit::UNAVAILABLE, format!("cannot listen on {addr}: {error}").into()))
}

/// Says where the service is and what to try next.
fn announce(grpc: &TcpListener, admin: Option<&TcpListener>) {
    let of = |listener: &TcpListener| listener.local_addr().map(|addr| addr.to_string()).unwrap_or_default();
    let addr = of(grpc);
    let method = format!("{}/Annotate", server::SERVICE_NAME);
    let article = r#"{"article": {"text": "\"It rained,\" said Ada Lovelace."}}"#;
    tracing::info!(addr, admin = admin.map(of), "serving");
    tracing::info!("try: grpcurl -plaintext -d '{article}' {addr} {method}");
}
