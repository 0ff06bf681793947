//! Flags of `glossator serve` and their twins in the environment.

use super::ConfigError;
use super::assets::AssetArgs;
use crate::annotate::Limits;
use crate::grpc::{AdmissionLimits, ServiceLimits};
use crate::server::{Config, ConnectionLimits, DrainPlan, TlsFiles};
use crate::telemetry::LogFormat;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// Flags of `glossator serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Address of the gRPC service; port 0 picks a free one and logs it
    #[arg(long, env = "GLOSSATOR_ADDR", default_value = "127.0.0.1:50051")]
    addr: SocketAddr,

    /// Address of the admin port with /metrics, /livez and /readyz by HTTP; none without this
    #[arg(long, env = "GLOSSATOR_ADMIN_ADDR")]
    admin_addr: Option<SocketAddr>,

    /// Certificate of the gRPC service with those that lead from it to an authority, in PEM; plain without
    /// this. Read again at SIGHUP and when it changes
    #[arg(long, env = "GLOSSATOR_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// Private key of that certificate, in PEM
    #[arg(long, env = "GLOSSATOR_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Authorities of clients, in PEM: a client must show a certificate of theirs
    #[arg(long, env = "GLOSSATOR_TLS_CLIENT_CA", requires = "tls_cert")]
    tls_client_ca: Option<PathBuf>,

    #[command(flatten)]
    assets: AssetArgs,

    /// Threads that annotate [default: one a core]
    #[arg(long, env = "GLOSSATOR_WORKERS")]
    workers: Option<NonZeroUsize>,

    /// Longest text, in characters
    #[arg(long, env = "GLOSSATOR_MAX_TEXT_CHARS", default_value_t = Limits::default().max_text_chars)]
    max_text_chars: usize,

    /// Longest title, in characters
    #[arg(long, env = "GLOSSATOR_MAX_TITLE_CHARS", default_value_t = Limits::default().max_title_chars)]
    max_title_chars: usize,

    /// Most bytes of articles that are queued, worked on or not yet read by their clients
    #[arg(long, env = "GLOSSATOR_MAX_ADMITTED_BYTES", default_value_t = 256 << 20)]
    max_admitted_bytes: usize,

    /// Most bytes of request messages that are not whole yet, of all calls together
    #[arg(long, env = "GLOSSATOR_MAX_UNFINISHED_BYTES", default_value_t = ServiceLimits::default().max_unfinished_bytes)]
    max_unfinished_bytes: usize,

    /// How late the queue may be before calls are shed
    #[arg(long, env = "GLOSSATOR_MAX_QUEUE_DELAY", default_value = "50ms", value_parser = duration)]
    max_queue_delay: Duration,

    /// Longest that one article may take
    #[arg(long, env = "GLOSSATOR_MAX_ARTICLE_DURATION", default_value = "30s", value_parser = duration)]
    max_article_duration: Duration,

    /// Longest that one AnnotateStream call may last
    #[arg(long, env = "GLOSSATOR_MAX_CALL_DURATION", default_value = "20m", value_parser = duration)]
    max_call_duration: Duration,

    /// Most articles of one AnnotateStream call that are read ahead
    #[arg(long, env = "GLOSSATOR_MAX_STREAM_WINDOW", default_value_t = ServiceLimits::default().max_stream_window)]
    max_stream_window: usize,

    /// Most connections at a time; one more is closed at once
    #[arg(long, env = "GLOSSATOR_MAX_CONNECTIONS", default_value_t = ConnectionLimits::default().max_connections)]
    max_connections: usize,

    /// Age at which a connection is told to go, a tenth more or less; 0: never
    #[arg(long, env = "GLOSSATOR_MAX_CONNECTION_AGE", default_value = "30m", value_parser = duration)]
    max_connection_age: Duration,

    /// How long to serve on after a signal to stop, with health NOT_SERVING
    #[arg(long, env = "GLOSSATOR_DRAIN_DELAY", default_value = "5s", value_parser = duration)]
    drain_delay: Duration,

    /// How long stopping may take, the delay included; calls still open then are cut
    #[arg(long, env = "GLOSSATOR_DRAIN_LIMIT", default_value = "25s", value_parser = duration)]
    drain_limit: Duration,

    /// What log lines look like
    #[arg(long, env = "GLOSSATOR_LOG_FORMAT", value_enum, default_value_t)]
    log_format: LogStyle,

    /// What is logged: a level, or levels by module such as glossator=debug,h2=warn
    #[arg(long, env = "GLOSSATOR_LOG", default_value = "info")]
    log: String,

    /// Collector that traces are exported to, by OTLP over gRPC, such as http://127.0.0.1:4317; none without.
    /// OTEL_TRACES_SAMPLER, OTEL_BSP_*, OTEL_EXPORTER_OTLP_HEADERS, _TIMEOUT and OTEL_RESOURCE_ATTRIBUTES hold
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_parser = collector)]
    otlp_endpoint: Option<String>,

    /// What this service is called in traces
    #[arg(long, env = "OTEL_SERVICE_NAME", default_value = "glossator")]
    service_name: String,
}

/// What log lines look like.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogStyle {
    /// Pretty on a terminal, JSON elsewhere
    #[default]
    Auto,
    /// For people
    Pretty,
    /// For machines
    Json,
}

/// What `serve` runs on, complete and checked.
#[derive(Clone, Debug)]
pub struct Serve {
    /// Address of the gRPC service.
    pub addr: SocketAddr,
    /// Address of the admin port.
    pub admin_addr: Option<SocketAddr>,
    /// Files that the annotator is made from.
    pub assets: AssetArgs,
    /// Limits of articles.
    pub limits: Limits,
    /// The server's own.
    pub server: Config,
    /// What log lines look like.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: String,
    /// Certificates; plain without.
    pub tls: Option<TlsFiles>,
    /// Collector of traces.
    pub otlp_endpoint: Option<String>,
    /// What this service is called in traces.
    pub service_name: String,
}

impl ServeArgs {
    /// Checks what one flag alone does not tell.
    ///
    /// # Errors
    /// [`ConfigError`] with the first flag at fault.
    pub fn resolve(self) -> Result<Serve, ConfigError> {
        let defaults = Config::default();
        let bad = |key, value: &dyn std::fmt::Debug, reason: &str| {
            Err(ConfigError { key, value: format!("{value:?}"), reason: reason.to_owned() })
        };
        if self.drain_limit < self.drain_delay {
            return bad(
                "--drain-limit (GLOSSATOR_DRAIN_LIMIT)",
                &self.drain_limit,
                "less than --drain-delay",
            );
        }
        if !(2..=1024).contains(&self.max_stream_window) {
            let key = "--max-stream-window (GLOSSATOR_MAX_STREAM_WINDOW)";
            return bad(key, &self.max_stream_window, "it goes from 2 to 1024");
        }
        if self.max_connections == 0 {
            let key = "--max-connections (GLOSSATOR_MAX_CONNECTIONS)";
            return bad(key, &self.max_connections, "nobody could come in");
        }
        // Four bytes a character must fit in a request with everything else.
        let longest = defaults.service.max_request_bytes / 5;
        for (key, value) in [
            ("--max-text-chars (GLOSSATOR_MAX_TEXT_CHARS)", self.max_text_chars),
            ("--max-title-chars (GLOSSATOR_MAX_TITLE_CHARS)", self.max_title_chars),
        ] {
            if !(1..=longest).contains(&value) {
                return bad(key, &value, &format!("it goes from 1 to {longest}"));
            }
        }
        for (key, value) in [
            ("--max-article-duration (GLOSSATOR_MAX_ARTICLE_DURATION)", self.max_article_duration),
            ("--max-call-duration (GLOSSATOR_MAX_CALL_DURATION)", self.max_call_duration),
        ] {
            if value.is_zero() {
                return bad(key, &value, "nothing could be done in it");
            }
        }
        if let Err(error) = self.log.parse::<tracing_subscriber::EnvFilter>() {
            let reason = error.to_string();
            return Err(ConfigError { key: "--log (GLOSSATOR_LOG)", value: self.log, reason });
        }
        let files =
            |(certificate, key)| TlsFiles { certificate, key, client_authorities: self.tls_client_ca };
        let workers = self.workers.map_or(defaults.workers, NonZeroUsize::get);
        let age = self.max_connection_age;
        Ok(Serve {
            addr: self.addr,
            admin_addr: self.admin_addr,
            assets: self.assets,
            limits: Limits {
                max_text_chars: self.max_text_chars,
                max_title_chars: self.max_title_chars,
                ..Limits::default()
            },
            server: Config {
                workers,
                worker_rest: defaults.worker_rest,
                service: ServiceLimits {
                    admission: AdmissionLimits {
                        max_admitted_bytes: self.max_admitted_bytes,
                        max_queue_delay: self.max_queue_delay,
                        max_streamed_articles: 4 * workers,
                    },
                    max_article_duration: self.max_article_duration,
                    max_call_duration: self.max_call_duration,
                    max_stream_window: self.max_stream_window,
                    max_unfinished_bytes: self.max_unfinished_bytes,
                    ..defaults.service
                },
                connections: ConnectionLimits {
                    max_connections: self.max_connections,
                    max_connection_age: (!age.is_zero()).then_some(age),
                    ..defaults.connections
                },
                certificate_period: defaults.certificate_period,
                drain: DrainPlan { delay: self.drain_delay, limit: self.drain_limit },
            },
            log_format: match self.log_format {
                LogStyle::Auto => LogFormat::Auto,
                LogStyle::Pretty => LogFormat::Pretty,
                LogStyle::Json => LogFormat::Json,
            },
            log: self.log,
            tls: self.tls_cert.zip(self.tls_key).map(files),
            otlp_endpoint: self.otlp_endpoint.filter(|endpoint| !endpoint.is_empty()),
            service_name: self.service_name,
        })
    }
}

/// The empty address stands for none, as everywhere in OpenTelemetry.
fn collector(address: &str) -> Result<String, String> {
    if address.is_empty() || address.starts_with("http://") {
        return Ok(address.to_owned());
    }
    Err("an address that begins with http://; a collector behind TLS is reached through a sidecar".to_owned())
}

/// A length of time such as `250ms`, `30s` or `20m`; at most a day.
fn duration(text: &str) -> Result<Duration, String> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (count, unit) = text.split_at(split);
    let count: u64 = count.parse().map_err(|_| "a number and a unit such as 250ms, 30s or 20m".to_owned())?;
    let duration = match unit {
        "ms" => Some(Duration::from_millis(count)),
        "s" => Some(Duration::from_secs(count)),
        "m" => count.checked_mul(60).map(Duration::from_secs),
        "h" => count.checked_mul(3600).map(Duration::from_secs),
        "" if count == 0 => Some(Duration::ZERO),
        _ => return Err(format!("{unit:?} is no unit; ms, s, m and h are")),
    };
    duration.filter(|duration| *duration <= DAY).ok_or_else(|| "more than a day".to_owned())
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn reads_durations() {
        let check = |text: &str, expect: Option<u64>| {
            assert_eq!(duration(text).ok(), expect.map(Duration::from_millis), "{text:?}");
        };
        check("250ms", Some(250));
        check("30s", Some(30_000));
        check("20m", Some(1_200_000));
        check("24h", Some(86_400_000));
        check("0", Some(0));
        for bad in ["", "s", "5", "-1s", "1.5s", "25h", "99999999999999999999s", "3 s", "1d"] {
            check(bad, None);
        }
    }
}
