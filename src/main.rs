//! The program: parse, configure, run.

use glossator::annotate::Annotator;
use glossator::command;
use glossator::config::serve::Serve;
use glossator::config::{self, Command, exit};
use glossator::grpc::{self, EngineSlot, ServiceLimits};
use glossator::server::{self, Listeners, Parts};
use glossator::telemetry::{self, Telemetry};
use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let ended = match config::parse() {
        Ok(command) => run(command),
        Err(code) => return code,
    };
    ended.unwrap_or_else(|(code, error)| {
        // Nothing is left to be done if even this cannot be written.
        let _ = writeln!(io::stderr(), "glossator: {error}");
        ExitCode::from(code)
    })
}

/// What ended the program, and the exit code for it.
type Fault = (u8, Box<dyn Error>);

fn run(command: Command) -> Result<ExitCode, Fault> {
    match command {
        Command::Annotate(args) => return Ok(command::annotate::run(&args)),
        Command::Serve(args) => serve(args.resolve().map_err(|error| (exit::USAGE, error.into()))?)?,
        Command::Info(_) => {
            let info = grpc::server_info(&builtin()?, &ServiceLimits::default());
            let json = serde_json::to_string_pretty(&info).map_err(defect)?;
            // A reader that has gone away has read enough.
            let _ = writeln!(io::stdout(), "{json}");
        }
        Command::Completions(args) => args.write(&mut io::stdout()),
    }
    Ok(ExitCode::from(exit::OK))
}

fn builtin() -> Result<Annotator, Fault> {
    Annotator::builtin().map_err(defect)
}

fn defect(error: impl Error + 'static) -> Fault {
    (exit::SOFTWARE, error.into())
}

fn serve(config: Serve) -> Result<(), Fault> {
    let Serve { addr, admin_addr, limits, server, log_format, log } = config.clone();
    let _log = telemetry::init(log_format, &log).map_err(|error| (exit::USAGE, error.into()))?;
    let annotator = builtin()?.with_limits(limits);
    let runtime = tokio::runtime::Runtime::new().map_err(defect)?;
    let ended = runtime.block_on(async {
        let grpc = bind(addr).await?;
        let admin = match admin_addr {
            Some(addr) => Some(bind(addr).await?),
            None => None,
        };
        tracing::info!(?config, engine_revision = annotator.revision(), "configuration");
        announce(&grpc, admin.as_ref());
        let telemetry = Arc::new(Telemetry::default());
        let observer = Arc::clone(&telemetry);
        let metrics = Arc::new(move |load: server::Load| telemetry.page(load.queued));
        let engines = Arc::new(EngineSlot::new(annotator));
        let parts = Parts { engines, observer, metrics };
        let shutdown = server::stop_signal().map_err(defect)?;
        server::run(server, Listeners { grpc, admin }, parts, shutdown).await.map_err(defect)
    })?;
    // Connections that the drain gave up on die with their runtime.
    runtime.shutdown_background();
    tracing::info!(cut_calls = ended.cut_calls, at_limit = ended.at_limit, "stopped");
    Ok(())
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
