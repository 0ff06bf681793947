//! TLS of our own, for where no mesh does it: certificate, key and the authorities of clients, from files
//! that may be replaced while the service runs. A connection keeps the certificate that it began with.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig, crypto};

/// Where certificates lie, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// Our certificate and those that lead from it to an authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Authorities of clients. With them a client must show a certificate of theirs; without, none is asked.
    pub client_authorities: Option<PathBuf>,
}

/// Why there is no TLS as asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read.
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file is no PEM, or not of what it should be.
    Pem {
        /// Which.
        path: PathBuf,
        /// Why.
        error: pem::Error,
    },
    /// The files do not make a server: a key of another certificate, or one that nobody can use.
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl TlsError {
    /// The file at fault.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Read { path, .. } | Self::Pem { path, .. } | Self::Unusable { path, .. } => path,
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path().display();
        match self {
            Self::Read { error, .. } => write!(f, "cannot read {path}: {error}"),
            Self::Pem { error, .. } => write!(f, "{path} is not the PEM it should be: {error}"),
            Self::Unusable { error, .. } => write!(f, "cannot use {path}: {error}"),
        }
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { error, .. } => Some(error),
            Self::Pem { error, .. } => Some(error),
            Self::Unusable { error, .. } => Some(&**error),
        }
    }
}

/// The certificates in force, and the files that they came from.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    current: Mutex<(Contents, Arc<ServerConfig>)>,
}

/// The files as read, to see whether they have changed. Their times do not tell: a cluster swaps links.
#[derive(PartialEq, Eq)]
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_authorities: Option<Vec<u8>>,
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contents")
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`] with the file at fault.
    pub fn load(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let contents = Contents::read(&files)?;
        let config = contents.configure(&files)?;
        Ok(Arc::new(Self { files, current: Mutex::new((contents, config)) }))
    }

    /// Reads the files again; true if they have changed and are in force from the next connection on. Files
    /// that cannot be used change nothing.
    ///
    /// # Errors
    /// [`TlsError`] with the file at fault.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let contents = Contents::read(&self.files)?;
        if self.lock().0 == contents {
            return Ok(false);
        }
        let config = contents.configure(&self.files)?;
        *self.lock() = (contents, config);
        Ok(true)
    }

    /// [`Self::reload`], with its outcome in the log.
    pub fn reload_and_tell(&self) {
        let certificate = self.files.certificate.display();
        match self.reload() {
            Ok(true) => tracing::info!(%certificate, "new certificate in force"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the certificate in force stays"),
        }
    }

    /// Watches the files on a thread of its own, since a file system may make its reader wait. The thread
    /// ends with the last holder of this.
    pub(super) fn watch(self: &Arc<Self>, period: Duration) -> io::Result<()> {
        let watched: Weak<Self> = Arc::downgrade(self);
        let thread = std::thread::Builder::new().name("certificates".to_owned());
        thread.spawn(move || {
            loop {
                std::thread::sleep(period);
                let Some(tls) = watched.upgrade() else { return };
                tls.reload_and_tell();
            }
        })?;
        Ok(())
    }

    /// What the next connection begins with.
    pub(super) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.lock().1)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Contents, Arc<ServerConfig>)> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|error| TlsError::Read { path: path.clone(), error })
        };
        Ok(Self {
            certificate: read(&files.certificate)?,
            key: read(&files.key)?,
            client_authorities: files.client_authorities.as_ref().map(read).transpose()?,
        })
    }

    fn configure(&self, files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(crypto::ring::default_provider());
        let unusable = |path: &PathBuf| {
            let path = path.clone();
            move |error: rustls::Error| TlsError::Unusable { path, error: error.into() }
        };
        let chain = certificates(&files.certificate, &self.certificate)?;
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|error| TlsError::Pem { path: files.key.clone(), error })?;
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(unusable(&files.certificate))?;
        let builder = match files.client_authorities.as_ref().zip(self.client_authorities.as_ref()) {
            Some((path, pem)) => builder.with_client_cert_verifier(verifier(path, pem, provider)?),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(chain, key).map_err(unusable(&files.key))?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Arc::new(config))
    }
}

/// At least one.
fn certificates(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let bad = |error| TlsError::Pem { path: path.to_owned(), error };
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(bad)?;
    if certificates.is_empty() { Err(bad(pem::Error::NoItemsFound)) } else { Ok(certificates) }
}

fn verifier(
    path: &Path,
    pem: &[u8],
    provider: Arc<crypto::CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let unusable =
        |error: Box<dyn std::error::Error + Send + Sync>| TlsError::Unusable { path: path.to_owned(), error };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path, pem)? {
        roots.add(certificate).map_err(|error| unusable(error.into()))?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    verifier.build().map(|verifier| verifier as _).map_err(|error| unusable(error.into()))
}
