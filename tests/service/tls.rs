//! TLS of our own: who is let in, and certificates replaced while connections are open.

use super::run;
use super::server::{Server, config};
use super::wire::{INFO, Wire};
use glossator::grpc::pb;
use glossator::server::{Config, Tls, TlsFiles};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for `localhost` and its key, in PEM.
fn certificate(authority: &Authority) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    (params.signed_by(&key, authority).unwrap().pem(), key.serialize_pem())
}

/// A folder with the files of a server, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("tls-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Files of a server that `by` has signed, and that knows clients of `clients` if there are such.
    fn server(&self, by: &Authority, clients: Option<&Authority>) -> TlsFiles {
        let (certificate, key) = certificate(by);
        TlsFiles {
            certificate: self.write("server.crt", &certificate),
            key: self.write("server.key", &key),
            client_authorities: clients.map(|authority| self.write("clients.crt", &authority.pem())),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Config with nothing to wait for; the files are looked at often if a test asks for it.
async fn start(files: TlsFiles, change: impl FnOnce(&mut Config)) -> (Server, Arc<Tls>) {
    let tls = Tls::load(files).unwrap();
    let mut config = Config { certificate_period: Duration::from_secs(3600), ..config() };
    change(&mut config);
    (Server::start_all(config, Some(Arc::clone(&tls)), None).await, tls)
}

/// Connects as a client that trusts `trusted` and shows `own`, if it has one.
async fn connect(
    addr: SocketAddr,
    trusted: &Authority,
    own: Option<&(String, String)>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.pem().as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut config = match own {
        Some((certificate, key)) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
            builder
                .with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap())
                .unwrap()
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(addr).await?;
    TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await
}

fn shown(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

/// Whether a call is answered over the connection.
async fn answers(wire: &mut Wire) -> bool {
    let answer = wire.call(INFO, &[], &pb::GetServerInfoRequest {}).await;
    answer.is_ok_and(|answer| answer.status() == 0)
}

/// With TLS 1.3 a client hears only after its own handshake that it was not let in.
async fn lets_in(addr: SocketAddr, trusted: &Authority, own: Option<&(String, String)>) -> bool {
    match connect(addr, trusted, own).await {
        Ok(mut stream) => {
            // Nothing was sent, so a server that let us in says something first: its settings.
            matches!(stream.read(&mut [0; 9]).await, Ok(read) if read > 0)
        }
        Err(_) => false,
    }
}

#[test]
fn calls_are_answered_over_tls_and_nowhere_else() {
    run(async {
        let (folder, ours, others) = (Folder::new(), authority("ours"), authority("others"));
        let (server, _) = start(folder.server(&ours, None), |_| {}).await;
        let stream = connect(server.addr, &ours, None).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        assert!(answers(&mut Wire::over(stream).await).await);
        assert!(connect(server.addr, &others, None).await.is_err(), "a client that trusts others");
        let mut plain = Wire::over(TcpStream::connect(server.addr).await.unwrap()).await;
        assert!(!answers(&mut plain).await);
    });
}

#[test]
fn a_client_must_show_a_certificate_of_the_authority_where_there_is_one() {
    run(async {
        let (folder, ours, clients) = (Folder::new(), authority("ours"), authority("clients"));
        let (server, _) = start(folder.server(&ours, Some(&clients)), |_| {}).await;
        let (known, unknown) = (certificate(&clients), certificate(&ours));
        let stream = connect(server.addr, &ours, Some(&known)).await.unwrap();
        assert!(answers(&mut Wire::over(stream).await).await);
        assert!(lets_in(server.addr, &ours, Some(&known)).await);
        assert!(!lets_in(server.addr, &ours, None).await, "without a certificate");
        assert!(!lets_in(server.addr, &ours, Some(&unknown)).await, "with another's");
    });
}

#[test]
fn a_new_certificate_holds_from_the_next_connection_on_and_a_bad_one_not_at_all() {
    run(async {
        let (folder, ours) = (Folder::new(), authority("ours"));
        let (server, tls) = start(folder.server(&ours, None), |_| {}).await;
        let first = connect(server.addr, &ours, None).await.unwrap();
        let old = shown(&first);
        let mut first = Wire::over(first).await;
        assert!(!tls.reload().unwrap(), "nothing has changed");

        folder.server(&ours, None);
        assert!(tls.reload().unwrap());
        let second = connect(server.addr, &ours, None).await.unwrap();
        let new = shown(&second);
        assert_ne!(old, new);
        assert!(answers(&mut first).await, "who is connected stays so");

        for (name, content) in [("server.crt", "rubbish"), ("server.key", &certificate(&ours).1)] {
            let good = std::fs::read_to_string(folder.0.join(name)).unwrap();
            let path = folder.write(name, content);
            let error = tls.reload().unwrap_err();
            assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
            assert_eq!(shown(&connect(server.addr, &ours, None).await.unwrap()), new, "{name}");
            folder.write(name, &good);
        }
        std::fs::remove_file(folder.0.join("server.key")).unwrap();
        assert!(tls.reload().is_err());
        assert!(answers(&mut Wire::over(connect(server.addr, &ours, None).await.unwrap()).await).await);
    });
}

#[test]
fn authorities_of_clients_are_read_again_too() {
    run(async {
        let (folder, ours, clients) = (Folder::new(), authority("ours"), authority("clients"));
        let (server, tls) = start(folder.server(&ours, Some(&ours)), |_| {}).await;
        let client = certificate(&clients);
        assert!(!lets_in(server.addr, &ours, Some(&client)).await);
        folder.write("clients.crt", &clients.pem());
        assert!(tls.reload().unwrap());
        assert!(lets_in(server.addr, &ours, Some(&client)).await);
    });
}

#[test]
fn files_are_looked_at_without_a_signal() {
    run(async {
        let (folder, ours) = (Folder::new(), authority("ours"));
        let often = |config: &mut Config| config.certificate_period = Duration::from_millis(20);
        let (server, _tls) = start(folder.server(&ours, None), often).await;
        let old = shown(&connect(server.addr, &ours, None).await.unwrap());
        // For a moment the new certificate lies beside the old key: that changes nothing, as it must not.
        folder.server(&ours, None);
        loop {
            if shown(&connect(server.addr, &ours, None).await.unwrap()) != old {
                break;
            }
        }
    });
}

#[test]
fn who_does_not_agree_on_tls_in_time_is_dropped_and_holds_up_nobody() {
    run(async {
        let (folder, ours) = (Folder::new(), authority("ours"));
        let quick = |config: &mut Config| {
            config.connections.handshake_timeout = Duration::from_millis(500);
            config.connections.max_connections = 2;
        };
        let (server, _tls) = start(folder.server(&ours, None), quick).await;
        let mut silent = TcpStream::connect(server.addr).await.unwrap();
        let mut wire = Wire::over(connect(server.addr, &ours, None).await.unwrap()).await;
        assert!(answers(&mut wire).await);
        // Who has not agreed yet has a place like everyone.
        let mut third = TcpStream::connect(server.addr).await.unwrap();
        assert_eq!(third.read(&mut [0; 1]).await.unwrap(), 0, "closed");
        assert!(server.admin("/metrics").await.1.contains("connections_refused_total 1\n"));
        assert_eq!(silent.read(&mut [0; 1]).await.unwrap(), 0, "closed");
        assert!(answers(&mut Wire::over(connect(server.addr, &ours, None).await.unwrap()).await).await);
    });
}
