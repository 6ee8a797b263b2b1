//! The validator: finds the issuer and its key, checks the signature, then the claims.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use patcycle_primitives::Clock;
use sha2::{Digest as _, Sha256};

use super::fault::TokenFault;
use super::issuer::{IssuerError, TrustedIssuer};
use super::jwt::{self, UnverifiedToken};
use super::keys::{Key, KeySource};
use super::token::AccessToken;

/// The longest token that is looked at, in bytes. Entra's stay below half of it, groups included.
pub const MAXIMUM_TOKEN_BYTES: usize = 32 * 1024;

/// How many verified tokens are remembered. An entry takes well under a kilobyte.
const REMEMBERED_TOKENS: u64 = 10_000;

/// How long a token is remembered after its last use, by the wall clock: only to give memory back.
const REMEMBERED_IDLE: Duration = Duration::from_mins(15);

/// Validates access tokens of the configured issuers. Cheap to share; keep one per process, because it holds
/// the keys and the verified tokens.
#[derive(Debug)]
pub struct TokenValidator {
    clock: Arc<dyn Clock>,
    issuers: Vec<Issuer>,
    verified: Cache<[u8; 32], Verified>,
}

#[derive(Debug)]
struct Issuer {
    trusted: TrustedIssuer,
    audiences: Vec<String>,
    keys: Arc<KeySource>,
}

/// A token that was verified: its claims, and the key, which must still be published at the next use.
#[derive(Debug, Clone)]
struct Verified {
    issuer: usize,
    key_id: Arc<str>,
    token: Arc<AccessToken>,
}

impl TokenValidator {
    /// A validator for `issuers`. Does no I/O: keys are fetched when the first token comes.
    pub fn new(issuers: Vec<TrustedIssuer>, clock: Arc<dyn Clock>) -> Result<Self, IssuerError> {
        if issuers.is_empty() {
            return Err(IssuerError::None);
        }
        let mut checked: Vec<Issuer> = Vec::with_capacity(issuers.len());
        for trusted in issuers {
            let url = trusted.check()?;
            if checked.iter().any(|known| known.trusted.issuer == trusted.issuer) {
                return Err(IssuerError::Twice(trusted.issuer));
            }
            let keys = Arc::new(KeySource::new(&trusted, url, Arc::clone(&clock)));
            checked.push(Issuer { audiences: trusted.all_audiences(), trusted, keys });
        }
        let verified = Cache::builder().max_capacity(REMEMBERED_TOKENS).time_to_idle(REMEMBERED_IDLE).build();
        Ok(Self { clock, issuers: checked, verified })
    }

    /// Validates a token and says whose it is. Never sends the token anywhere.
    pub async fn validate(&self, token: &str) -> Result<Arc<AccessToken>, TokenFault> {
        if token.len() > MAXIMUM_TOKEN_BYTES {
            return Err(TokenFault::Malformed("too long"));
        }
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(known) = self.verified.get(&digest).await
            && self.issuers[known.issuer].keys.publishes(&known.key_id)
        {
            return if known.token.expires_at > self.clock.now() {
                Ok(known.token)
            } else {
                Err(TokenFault::Expired)
            };
        }
        let verified = self.verify(jwt::parse(token)?).await?;
        let token = Arc::clone(&verified.token);
        self.verified.insert(digest, verified).await;
        Ok(token)
    }

    async fn verify(&self, unverified: UnverifiedToken<'_>) -> Result<Verified, TokenFault> {
        let (index, key) = self.key_of(&unverified).await?;
        if !key.verifies(unverified.signed, unverified.signature) {
            return Err(TokenFault::BadSignature);
        }
        let issuer = &self.issuers[index];
        let token = unverified.claims.accept(&issuer.trusted.issuer, &issuer.audiences, self.clock.now())?;
        Ok(Verified { issuer: index, key_id: unverified.key_id.into(), token: Arc::new(token) })
    }

    /// The issuer that the token claims, and that issuer's key of the id in the header. More than one issuer
    /// can stand for a tenant; the first that publishes the key is taken.
    async fn key_of(&self, unverified: &UnverifiedToken<'_>) -> Result<(usize, Arc<Key>), TokenFault> {
        let tenant = unverified.claims.tenant_id()?;
        let named = unverified.claims.iss.as_deref().ok_or(TokenFault::Claim("iss"))?;
        let mut fault = TokenFault::WrongTenant;
        for (index, issuer) in self.issuers.iter().enumerate() {
            if issuer.trusted.tenant_id != tenant {
                continue;
            }
            if !issuer.trusted.issues(named) {
                if fault == TokenFault::WrongTenant {
                    fault = TokenFault::UnknownIssuer;
                }
                continue;
            }
            match issuer.keys.key(&unverified.key_id).await {
                Ok(key) => return Ok((index, key)),
                Err(found) if fault.is_unavailable() => tracing::debug!(reason = %found, "no key"),
                Err(found) => fault = found,
            }
        }
        Err(fault)
    }
}
