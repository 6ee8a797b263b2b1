//! How the console's application proves that it is itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use patcycle_entra::flows::{CertificateError, ClientCertificate, ClientCredential};
use patcycle_primitives::Secret;

use crate::files::{self, FileError};

/// Where the credential is.
#[derive(Debug, Clone)]
pub(crate) enum CredentialSource {
    /// There is none: a public client.
    Public,
    /// The client secret itself.
    Secret(Arc<Secret>),
    /// A file with the client secret.
    SecretFile(PathBuf),
    /// A PEM file with certificate and key.
    CertificateFile(PathBuf),
}

/// The credential cannot be had. The texts never hold a piece of it.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The file system said no.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file holds nothing.
    #[error("`{0}` is empty; it should hold the client secret")]
    Empty(PathBuf),
    /// The file holds no certificate with its key.
    #[error("`{path}` cannot be used as the client certificate: {source}")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CertificateError,
    },
}

impl CredentialError {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::File(error) => error.next_step(),
            Self::Empty(_) => {
                "Write the secret's value into it: Certificates & secrets shows it once, when it is made."
            }
            Self::Certificate { .. } => {
                "Write one PEM file of the RSA key and the certificate that is registered."
            }
        }
    }
}

impl CredentialSource {
    /// Reads the credential.
    pub(crate) fn load(self) -> Result<ClientCredential, CredentialError> {
        match self {
            Self::Public => Ok(ClientCredential::None),
            Self::Secret(secret) => Ok(ClientCredential::Secret(Secret::new(secret.expose()))),
            Self::SecretFile(path) => secret_file(&path).map(ClientCredential::Secret),
            Self::CertificateFile(path) => certificate_file(&path).map(ClientCredential::Certificate),
        }
    }
}

fn secret_file(path: &Path) -> Result<Secret, CredentialError> {
    let text = files::read(path)?;
    files::warn_when_open_to_others(path, "the client secret");
    let secret = text.trim();
    if secret.is_empty() { Err(CredentialError::Empty(path.to_owned())) } else { Ok(Secret::new(secret)) }
}

fn certificate_file(path: &Path) -> Result<ClientCertificate, CredentialError> {
    let pem = files::read(path)?;
    files::warn_when_open_to_others(path, "the key of the client certificate");
    ClientCertificate::from_pem(pem.as_bytes())
        .map_err(|source| CredentialError::Certificate { path: path.to_owned(), source })
}
