//! Connections as they come in: plain, or with TLS, and so many at a time. What a connection says only after it is
//! open is none of this file's business.

use super::gather::Gathered;
use super::places::{Place, Places};
use super::tls::Tls;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::Stream;
use tonic::transport::server::{Connected, TcpConnectInfo};

/// Most handshakes at a time; others wait in the system's own queue.
const MAX_HANDSHAKES: usize = 256;

/// How long to wait when the system has no more sockets to give.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// An open connection, in its place.
#[derive(Debug)]
#[expect(dead_code, reason = "a place is held, and nothing is asked of it")]
pub(super) enum Connection {
    Plain(TcpStream, Place),
    Tls(Box<TlsStream<TcpStream>>, Place),
}

/// Where connections come from.
pub(super) struct Incoming(mpsc::Receiver<Connection>);

impl Incoming {
    /// Without TLS, or with it; on a TCP_NODELAY socket either way, which is worth 44 ms a call.
    pub(super) fn new(
        listener: TcpListener,
        tls: Option<Arc<Tls>>,
        places: Arc<Places>,
        handshake_timeout: Duration,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(accept(listener, tls, places, sender, handshake_timeout));
        Self(receiver)
    }
}

impl Stream for Incoming {
    type Item = io::Result<Gathered<Connection>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|next| next.map(|connection| Ok(Gathered::new(connection))))
    }
}

/// Accepts until nobody wants connections any more. tonic would try again at once when there are no sockets left, and
/// keep a core busy with that. Handshakes run beside each other, so that a client that says nothing holds up nobody.
///
/// A connection that finds no place is closed at once, as Envoy does it. Left in the system's queue it would look open to
/// its client, which would wait for an answer to its first words; closed, the client asks another server, or this one
/// later, and later each time.
async fn accept(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    places: Arc<Places>,
    sender: mpsc::Sender<Connection>,
    handshake_timeout: Duration,
) {
    let handshakes = Arc::new(Semaphore::new(MAX_HANDSHAKES));
    loop {
        let Ok(room) = Arc::clone(&handshakes).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = sender.closed() => return,
        };
        let stream = match accepted.and_then(|(stream, _)| stream.set_nodelay(true).map(|()| stream)) {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(OUT_OF_SOCKETS).await;
                continue;
            }
        };
        let Some(place) = places.take() else { continue };
        let Some(tls) = &tls else {
            // Nobody takes it once the service closes.
            let _ = sender.send(Connection::Plain(stream, place)).await;
            continue;
        };
        let handshake = TlsAcceptor::from(tls.current()).accept(stream);
        let sender = sender.clone();
        tokio::spawn(async move {
            let outcome = tokio::time::timeout(handshake_timeout, handshake).await;
            drop(room);
            match outcome {
                Ok(Ok(stream)) => drop(sender.send(Connection::Tls(Box::new(stream), place)).await),
                Ok(Err(error)) => tracing::debug!(%error, "no agreement on TLS"),
                Err(_) => tracing::debug!("no agreement on TLS in time"),
            }
        });
    }
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        match self {
            Self::Plain(stream, _) => stream.connect_info(),
            Self::Tls(stream, _) => stream.get_ref().0.connect_info(),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(stream, _) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream, _) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut *self {
            Self::Plain(stream, _) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream, _) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut *self {
            Self::Plain(stream, _) => Pin::new(stream).poll_write_vectored(context, slices),
            Self::Tls(stream, _) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream, _) => stream.is_write_vectored(),
            Self::Tls(stream, _) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(stream, _) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream, _) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Plain(stream, _) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream, _) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Connection, Incoming, Places};
    use crate::server::{Tls, TlsFiles};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
    use tokio_stream::StreamExt as _;

    /// A server's certificate in force, and a client that trusts it.
    fn both_ends() -> (Arc<Tls>, TlsConnector) {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let folder = std::env::temp_dir().join(format!("glossator-incoming-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
        std::fs::write(&certificate, own.cert.pem()).unwrap();
        std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
        let tls = Tls::load(TlsFiles { certificate, key, client_authorities: None }).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(own.cert.der().clone()).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        (tls, TlsConnector::from(Arc::new(client)))
    }

    #[tokio::test]
    async fn small_answers_are_not_held_back() {
        let (tls, connector) = both_ends();
        for tls in [None, Some(tls)] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let addr = listener.local_addr().unwrap();
            let connect = async {
                let stream = TcpStream::connect(addr).await.unwrap();
                if tls.is_some() {
                    drop(connector.connect("localhost".try_into().unwrap(), stream).await.unwrap());
                }
            };
            let places = Arc::new(Places::new(1));
            let mut incoming = Incoming::new(listener, tls.clone(), places, Duration::from_secs(5));
            let ((), connection) = tokio::join!(connect, incoming.next());
            let connection = connection.unwrap().unwrap();
            let socket = match connection.get_ref() {
                Connection::Plain(stream, _) => stream,
                Connection::Tls(stream, _) => stream.get_ref().0,
            };
            assert!(socket.nodelay().unwrap(), "with TLS: {}", tls.is_some());
        }
    }
}
