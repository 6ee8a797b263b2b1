//! The certificate of the https listener, read again when its files change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_util::sync::CancellationToken;

use crate::configuration::TlsFiles;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is missing, or is not PEM of the right kind.
    #[error("cannot read the {what} in `{path}`: {reason}")]
    File {
        /// Certificate or key.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system or the parser said. Never a piece of the file.
        reason: String,
    },
    /// The two do not belong together, or are of a kind that TLS does not know.
    #[error("the certificate `{certificate}` and the key `{key}` cannot be used together: {source}")]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What the TLS library said.
        source: rustls::Error,
    },
}

/// Reads certificate and key. TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
pub(crate) fn load(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let bad = |what: &'static str, path: &Path| {
        let path = path.to_owned();
        move |reason: String| TlsError::File { what, path, reason }
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| bad("certificate", &files.certificate)(pem_reason(&error)))?;
    if chain.is_empty() {
        return Err(bad("certificate", &files.certificate)("there is no certificate in it".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| bad("key", &files.key)(pem_reason(&error)))?;
    let pair =
        |source| TlsError::Pair { certificate: files.certificate.clone(), key: files.key.clone(), source };
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(pair)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(pair)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Looks at the files until it is told to stop. A pair that cannot be used leaves the one before in place.
pub(crate) async fn reload_on_change(files: TlsFiles, config: RustlsConfig, stop: CancellationToken) {
    let mut seen = Stamp::of(&files);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        // Read before the files are: a change in between is then seen at the next look.
        let now = Stamp::of(&files);
        if now == seen {
            continue;
        }
        seen = now;
        match load(&files) {
            Ok(new) => {
                config.reload_from_config(new);
                tracing::info!(certificate = %files.certificate.display(), "took the new certificate");
            }
            Err(error) => tracing::warn!(%error, "the changed certificate cannot be used; the old one stays"),
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn pem_reason(error: &rustls::pki_types::pem::Error) -> String {
    use rustls::pki_types::pem::Error;
    match error {
        Error::Io(error) => error.to_string(),
        Error::NoItemsFound => "there is none in it".to_owned(),
        _ => "it is not valid PEM".to_owned(),
    }
}

/// What tells one version of the files from the next.
#[derive(Debug, PartialEq, Eq)]
struct Stamp([Option<(SystemTime, u64, u64)>; 2]);

impl Stamp {
    fn of(files: &TlsFiles) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let stamp = |path: &Path| -> io::Result<_> {
            let metadata = std::fs::metadata(path)?;
            Ok((metadata.modified()?, metadata.len(), metadata.ino()))
        };
        Self([stamp(&files.certificate).ok(), stamp(&files.key).ok()])
    }
}
