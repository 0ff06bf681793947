//! Bounds on connections, each set explicitly: tonic leaves most of them open.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;
use tonic::transport::Server;

/// How much a client may send of which nobody has read a byte yet, on one connection and on one call. A stream whose window
/// of articles is full leaves as much unread; more than this would cost memory, and less would cost a call with a long
/// article a round trip for each so many bytes.
const UNREAD: u32 = 1 << 20;

/// Bounds on connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Most connections at a time, those that still agree on TLS included; one more is closed at once.
    pub max_connections: usize,
    /// Most calls that one connection may have open.
    pub max_concurrent_streams: u32,
    /// Most resets that a client may cause before its connection is closed.
    pub max_local_error_resets: usize,
    /// Most streams reset by the client before we looked at them. A sidecar that cancels for many clients
    /// causes them in bursts, so this is more than the 20 of h2.
    pub max_pending_accept_resets: usize,
    /// Most bytes of headers of one call.
    pub max_header_bytes: u32,
    /// How often a silent connection is asked whether it is there.
    pub keepalive_interval: Duration,
    /// How long the answer to that may take.
    pub keepalive_timeout: Duration,
    /// How long a client may take to agree on TLS.
    pub handshake_timeout: Duration,
    /// Age at which a connection is told to go, so that clients spread over new servers; `None`: never. It
    /// is varied by a tenth, so that a fleet that started together does not move together.
    pub max_connection_age: Option<Duration>,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            // At 30 KB a silent one they take 120 MB.
            max_connections: 4096,
            max_concurrent_streams: 256,
            max_local_error_resets: 1024,
            max_pending_accept_resets: 256,
            max_header_bytes: 16 * 1024,
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(10),
            handshake_timeout: Duration::from_secs(5),
            max_connection_age: Some(Duration::from_secs(30 * 60)),
        }
    }
}

impl ConnectionLimits {
    /// A tonic server with these limits. No grace is set for the age: with one, tonic sends no GOAWAY and
    /// cuts the calls. No limit of calls in progress either: tower's ends at the response's headers.
    pub(super) fn server(&self) -> Server {
        let server = Server::builder()
            .max_concurrent_streams(self.max_concurrent_streams)
            .http2_max_local_error_reset_streams(Some(self.max_local_error_resets))
            .http2_max_pending_accept_reset_streams(Some(self.max_pending_accept_resets))
            .http2_max_header_list_size(self.max_header_bytes)
            .http2_keepalive_interval(Some(self.keepalive_interval))
            .http2_keepalive_timeout(Some(self.keepalive_timeout))
            .initial_connection_window_size(UNREAD)
            .initial_stream_window_size(UNREAD);
        match self.max_connection_age {
            Some(age) => server.max_connection_age(vary(age, RandomState::new().build_hasher().finish())),
            None => server,
        }
    }
}

/// The age, ten per cent more or less.
fn vary(age: Duration, random: u64) -> Duration {
    let permille = 900 + u32::try_from(random % 201).unwrap_or(100);
    age * permille / 1000
}

#[cfg(test)]
mod tests {
    use super::vary;
    use std::time::Duration;

    #[test]
    fn ages_vary_by_a_tenth() {
        let age = Duration::from_secs(1000);
        let ages: Vec<u64> = (0..1000).map(|random| vary(age, random).as_secs()).collect();
        assert_eq!(ages.iter().min(), Some(&900));
        assert_eq!(ages.iter().max(), Some(&1100));
    }
}
