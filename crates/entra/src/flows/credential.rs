//! How an application proves that it is itself: not at all, by a secret, or by a certificate.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use patcycle_primitives::Secret;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The type of assertion, from RFC 7523.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion is good for. Entra takes at most ten minutes.
const ASSERTION_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// What an application sends besides its id when it redeems or renews something.
#[derive(Debug, Default)]
pub enum ClientCredential {
    /// Nothing: a public client.
    #[default]
    None,
    /// A client secret.
    Secret(Secret),
    /// A signed statement by the key of a registered certificate.
    Certificate(ClientCertificate),
}

/// A certificate that is registered for the application, and its key.
pub struct ClientCertificate {
    key: EncodingKey,
    /// SHA-256 of the certificate, by which Entra finds it.
    thumbprint: String,
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let thumbprint = &self.thumbprint;
        formatter.debug_struct("ClientCertificate").field("thumbprint", thumbprint).finish_non_exhaustive()
    }
}

/// A PEM text is no certificate with its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No certificate in it.
    #[error("it holds no certificate")]
    NoCertificate,
    /// No RSA key in it.
    #[error("it holds no RSA private key (`BEGIN PRIVATE KEY` or `BEGIN RSA PRIVATE KEY`)")]
    NoKey,
}

/// The assertion cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client certificate's key cannot sign")]
pub struct AssertionError;

impl ClientCertificate {
    /// Reads a PEM text that holds both, in any order. Of several certificates the first counts.
    pub fn from_pem(pem: &[u8]) -> Result<Self, CertificateError> {
        let certificate = CertificateDer::from_pem_slice(pem).map_err(|_| CertificateError::NoCertificate)?;
        let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| CertificateError::NoKey)?;
        Ok(Self {
            key: signing_key(&key).ok_or(CertificateError::NoKey)?,
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate)),
        })
    }

    /// A statement that this is `client_id`, for `audience` (the token endpoint) and a few minutes.
    fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        now: Timestamp,
        id: Uuid,
    ) -> Result<Secret, AssertionError> {
        #[derive(Serialize)]
        struct Claims<'a> {
            aud: &'a str,
            iss: &'a str,
            sub: &'a str,
            jti: Uuid,
            nbf: i64,
            exp: i64,
        }
        let header = Header { x5t_s256: Some(self.thumbprint.clone()), ..Header::new(Algorithm::PS256) };
        let seconds = now.as_second();
        let claims = Claims {
            aud: audience,
            iss: client_id,
            sub: client_id,
            jti: id,
            nbf: seconds,
            exp: seconds + ASSERTION_LIFETIME.as_secs(),
        };
        jsonwebtoken::encode(&header, &claims, &self.key).map(Secret::new).map_err(|_| AssertionError)
    }
}

/// The signing library reads PKCS#8 from PEM only, and from a PEM text with nothing else in it.
fn signing_key(key: &PrivateKeyDer<'_>) -> Option<EncodingKey> {
    match key {
        PrivateKeyDer::Pkcs1(key) => Some(EncodingKey::from_rsa_der(key.secret_pkcs1_der())),
        PrivateKeyDer::Pkcs8(key) => {
            let body = zeroize::Zeroizing::new(STANDARD.encode(key.secret_pkcs8_der()));
            let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", *body);
            EncodingKey::from_rsa_pem(zeroize::Zeroizing::new(pem).as_bytes()).ok()
        }
        _ => None,
    }
}

/// The form fields of a credential.
pub(super) struct CredentialFields(Vec<(&'static str, Secret)>);

impl CredentialFields {
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.expose()))
    }
}

impl ClientCredential {
    /// The fields for one call to `audience`, the token endpoint.
    pub(super) fn fields(
        &self,
        client_id: &str,
        audience: &str,
        now: Timestamp,
        id: Uuid,
    ) -> Result<CredentialFields, AssertionError> {
        let fields = match self {
            Self::None => Vec::new(),
            Self::Secret(secret) => vec![("client_secret", Secret::new(secret.expose()))],
            Self::Certificate(certificate) => vec![
                ("client_assertion_type", Secret::new(ASSERTION_TYPE)),
                ("client_assertion", certificate.assertion(client_id, audience, now, id)?),
            ],
        };
        Ok(CredentialFields(fields))
    }
}
