//! One RSA key: made, read, signing, published.

use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha1::{Digest as _, Sha1};
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey as ParsedKey;
use x509_parser::x509::SubjectPublicKeyInfo;
use zeroize::Zeroizing;

use super::schedule::Period;
use crate::digest::base64url;
use crate::error::LocalTenantError;
use crate::store::KeyRow;

const UNUSABLE: LocalTenantError = LocalTenantError::Key("it is not an RSA key in PKCS#8");

/// A key pair and its life. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct SigningKey {
    /// The `kid`.
    pub(crate) id: String,
    pub(crate) period: Period,
    pair: Arc<KeyPair>,
    pkcs8: Arc<Zeroizing<Vec<u8>>>,
    /// `SubjectPublicKeyInfo`, DER.
    spki: Arc<[u8]>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("id", &self.id)
            .field("period", &self.period)
            .finish_non_exhaustive()
    }
}

/// A key as the key set shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PublicKey {
    kty: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    kid: String,
    x5t: String,
    n: String,
    e: String,
    issuer: String,
}

impl SigningKey {
    /// A new key of 2048 bits. The cryptographic library draws its own randomness.
    pub(super) fn generate(period: Period) -> Result<Self, LocalTenantError> {
        let failed = |_| LocalTenantError::Key("the system could not make one");
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
        let pkcs8 = Zeroizing::new(der.as_ref().to_vec());
        Self::new(pair, pkcs8, period)
    }

    pub(super) fn read(row: &KeyRow) -> Result<Self, LocalTenantError> {
        let pair = KeyPair::from_pkcs8(&row.pkcs8).map_err(|_| UNUSABLE)?;
        let period = Period { published_at: row.published_at, signs_from: row.signs_from };
        Self::new(pair, Zeroizing::new(row.pkcs8.clone()), period)
    }

    fn new(pair: KeyPair, pkcs8: Zeroizing<Vec<u8>>, period: Period) -> Result<Self, LocalTenantError> {
        let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| UNUSABLE)?;
        let spki: Arc<[u8]> = spki.as_ref().into();
        let id = base64url(Sha1::digest(&spki));
        Ok(Self { id, period, pair: Arc::new(pair), pkcs8: Arc::new(pkcs8), spki })
    }

    pub(super) fn with_period(self, period: Period) -> Self {
        Self { period, ..self }
    }

    pub(super) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The private key, PKCS#8 in PEM.
    pub(super) fn to_pem(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(STANDARD.encode(self.pkcs8()));
        let mut pem = Zeroizing::new(String::from("-----BEGIN PRIVATE KEY-----\n"));
        let mut rest = body.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        pem
    }

    /// The key as published for an issuer.
    pub(crate) fn public(&self, issuer: &str) -> Result<PublicKey, LocalTenantError> {
        let (_, spki) = SubjectPublicKeyInfo::from_der(&self.spki).map_err(|_| UNUSABLE)?;
        let Ok(ParsedKey::RSA(key)) = spki.parsed() else { return Err(UNUSABLE) };
        Ok(PublicKey {
            kty: "RSA",
            purpose: "sig",
            kid: self.id.clone(),
            x5t: self.id.clone(),
            n: base64url(without_leading_zeros(key.modulus)),
            e: base64url(without_leading_zeros(key.exponent)),
            issuer: issuer.to_owned(),
        })
    }

    /// A compact token, RS256. Headers other than `typ`, `alg` and `kid` come from the caller.
    pub(crate) fn sign(
        &self,
        with_thumbprint: bool,
        claims: &serde_json::Value,
    ) -> Result<String, LocalTenantError> {
        let mut header = serde_json::json!({"typ": "JWT", "alg": "RS256", "kid": self.id});
        if with_thumbprint && let Some(header) = header.as_object_mut() {
            header.insert("x5t".to_owned(), self.id.clone().into());
        }
        let mut token = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &aws_lc_rs::rand::SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| LocalTenantError::Key("it does not sign"))?;
        token.push('.');
        token.push_str(&base64url(&signature));
        Ok(token)
    }

    /// Whether a signature is this key's.
    pub(crate) fn verifies(&self, signed: &str, signature: &[u8]) -> bool {
        verify_rsa(&self.spki, false, signed.as_bytes(), signature)
    }
}

/// Whether a signature is that of a public key (`SubjectPublicKeyInfo`, DER): PS256 with `pss`, else RS256.
/// Keys below 2048 bits never verify.
pub(crate) fn verify_rsa(spki: &[u8], pss: bool, signed: &[u8], signature: &[u8]) -> bool {
    let algorithm = if pss { &RSA_PSS_2048_8192_SHA256 } else { &RSA_PKCS1_2048_8192_SHA256 };
    UnparsedPublicKey::new(algorithm, spki).verify(signed, signature).is_ok()
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    number.get(first..).unwrap_or_default()
}
