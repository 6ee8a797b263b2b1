//! The keys of one issuer: fetched once for all who wait, kept for a day, fetched again when a token names
//! a key that is not there.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey};
use patcycle_primitives::Clock;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::fault::{KeysFault, TokenFault};
use super::issuer::TrustedIssuer;
use crate::http::{HttpClient, Trust, host_and_port, is_secure};

/// How long a key set is used before it is fetched anew.
const KEY_SET_AGE: SignedDuration = SignedDuration::from_hours(24);

/// The least time between two fetches that an unknown key, or the age of the set, asks for.
const REFETCH_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// The least time between two attempts while there are no keys at all.
const RETRY_PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// A modulus below 2048 bits is not used.
const MINIMUM_MODULUS_BYTES: usize = 256;

/// A verification key.
#[derive(Debug)]
pub(super) struct Key(DecodingKey);

impl Key {
    /// Whether `signature` (base64url) is this key's RS256 signature of `signed`.
    pub(super) fn verifies(&self, signed: &str, signature: &str) -> bool {
        jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &self.0, Algorithm::RS256).unwrap_or(false)
    }
}

type KeySet = HashMap<String, Arc<Key>>;

/// The keys of one issuer.
#[derive(Debug)]
pub(super) struct KeySource {
    issuer: String,
    issuer_url: Url,
    http: HttpClient,
    clock: Arc<dyn Clock>,
    state: RwLock<State>,
    /// Held by the task that fetches, so that a caller who goes away neither ends the fetch nor starts a second.
    flight: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug, Default)]
struct State {
    keys: Option<KeySet>,
    fetched_at: Option<Timestamp>,
    attempted_at: Option<Timestamp>,
    fault: Option<KeysFault>,
}

impl KeySource {
    pub(super) fn new(trusted: &TrustedIssuer, issuer_url: Url, clock: Arc<dyn Clock>) -> Self {
        let trust = trusted.ca_file.clone().map_or(Trust::System, Trust::Only);
        Self {
            issuer: trusted.issuer.clone(),
            issuer_url,
            http: HttpClient::new(trust),
            clock,
            state: RwLock::default(),
            flight: Arc::default(),
        }
    }

    /// Whether the set that was fetched last has this key.
    pub(super) fn publishes(&self, key_id: &str) -> bool {
        self.with_state(|state| state.keys.as_ref().is_some_and(|keys| keys.contains_key(key_id)))
    }

    /// The key of this id. Fetches the set where there is none, where it is old, and where the key is not in it.
    pub(super) async fn key(self: &Arc<Self>, key_id: &str) -> Result<Arc<Key>, TokenFault> {
        if self.should_fetch(key_id) {
            let flight = Arc::clone(&self.flight).lock_owned().await;
            // Another caller may have fetched while this one waited.
            if self.should_fetch(key_id) {
                let source = Arc::clone(self);
                let fetch = tokio::spawn(async move {
                    source.fetch_and_store().await;
                    drop(flight);
                });
                fetch.await.map_err(|_| KeysFault::Interrupted)?;
            }
        }
        self.with_state(|state| state.key(key_id))
    }

    fn should_fetch(&self, key_id: &str) -> bool {
        let now = self.clock.now();
        self.with_state(|state| state.should_fetch(key_id, now))
    }

    async fn fetch_and_store(&self) {
        let fetched = self.fetch().await;
        // Read after the fetch: a slow one must not be followed by the next at once.
        let now = self.clock.now();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.attempted_at = Some(now);
        match fetched {
            Ok(keys) => {
                tracing::info!(issuer = %self.issuer, keys = keys.len(), "fetched the issuer's keys");
                *state =
                    State { keys: Some(keys), fetched_at: Some(now), attempted_at: Some(now), fault: None };
            }
            Err(fault) => {
                tracing::warn!(issuer = %self.issuer, reason = %fault, "could not fetch the issuer's keys");
                state.fault = Some(fault);
            }
        }
    }

    async fn fetch(&self) -> Result<KeySet, KeysFault> {
        let discovery: Discovery = self.get(&discovery_url(&self.issuer_url), discovery_fault).await?;
        if discovery.issuer != self.issuer {
            return Err(discovery_fault(&self.issuer, "it names another issuer"));
        }
        let no_address = |_| discovery_fault(&self.issuer, "its key address is not an address");
        let key_address = Url::parse(&discovery.jwks_uri).map_err(no_address)?;
        // From https there is no way down to plain http, not even on this machine.
        let secure = key_address.scheme() == "https" || self.issuer_url.scheme() == "http";
        if !secure || !is_secure(&key_address) {
            return Err(discovery_fault(&self.issuer, "its key address is not https"));
        }
        let set: JsonWebKeySet = self.get(&key_address, key_set_fault).await?;
        let keys: KeySet = set.keys.into_iter().filter_map(|key| usable_key(key, &self.issuer)).collect();
        if keys.is_empty() {
            return Err(key_set_fault(&self.issuer, "it has no RSA signing key"));
        }
        Ok(keys)
    }

    async fn get<T: DeserializeOwned>(&self, url: &Url, fault: Fault) -> Result<T, KeysFault> {
        let answer = self.http.get(url).await?;
        if answer.status != 200 {
            return Err(KeysFault::Status { host: host_and_port(url), status: answer.status.as_u16() });
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| fault(&self.issuer, "it is not JSON of the expected form"))
    }

    fn with_state<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn key(&self, key_id: &str) -> Result<Arc<Key>, TokenFault> {
        match (self.keys.as_ref().and_then(|keys| keys.get(key_id)), &self.fault) {
            (Some(key), _) => Ok(Arc::clone(key)),
            // The last fetch failed, so a key that is not there may still exist.
            (None, Some(fault)) => Err(fault.clone().into()),
            (None, None) => Err(TokenFault::UnknownKey),
        }
    }

    fn should_fetch(&self, key_id: &str, now: Timestamp) -> bool {
        let Some(keys) = &self.keys else { return elapsed(self.attempted_at, RETRY_PAUSE, now) };
        let wanted = !keys.contains_key(key_id) || elapsed(self.fetched_at, KEY_SET_AGE, now);
        wanted && elapsed(self.attempted_at, REFETCH_PAUSE, now)
    }
}

/// Whether `pause` has passed since then. A clock that was set back counts as passed: else a wrong clock at the
/// start could keep old keys for years.
fn elapsed(since: Option<Timestamp>, pause: SignedDuration, now: Timestamp) -> bool {
    since.is_none_or(|since| now < since || now.duration_since(since) >= pause)
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct JsonWebKeySet {
    keys: Vec<JsonWebKey>,
}

#[derive(Deserialize)]
struct JsonWebKey {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    /// Microsoft's addition: the issuer that the key signs for, with `{tenantid}` for any tenant.
    issuer: Option<String>,
}

/// An RSA signing key that is meant for this issuer; anything else in the set is passed over.
fn usable_key(key: JsonWebKey, issuer: &str) -> Option<(String, Arc<Key>)> {
    let meant_for_signing = key.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
    let meant_for_us = key.issuer.as_deref().is_none_or(|named| fits(named, issuer));
    let algorithm_fits = key.alg.as_deref().is_none_or(|algorithm| algorithm == "RS256");
    if key.kty != "RSA" || !meant_for_signing || !meant_for_us || !algorithm_fits {
        return None;
    }
    let modulus = decode_number(key.n.as_deref()?)?;
    let exponent = decode_number(key.e.as_deref()?)?;
    if modulus.len() < MINIMUM_MODULUS_BYTES {
        return None;
    }
    let id = key.kid.filter(|id| !id.is_empty())?;
    Some((id, Arc::new(Key(DecodingKey::from_rsa_raw_components(&modulus, &exponent)))))
}

fn fits(template: &str, issuer: &str) -> bool {
    match template.split_once("{tenantid}") {
        None => template == issuer,
        Some((before, after)) => issuer
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('/')),
    }
}

/// The bytes of a number in base64url, without leading zeros, which some issuers write.
fn decode_number(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    let first = bytes.iter().position(|byte| *byte != 0)?;
    bytes.get(first..).map(<[u8]>::to_vec)
}

fn discovery_url(issuer: &Url) -> Url {
    let mut url = issuer.clone();
    url.set_path(&format!("{}/.well-known/openid-configuration", issuer.path().trim_end_matches('/')));
    url
}

type Fault = fn(&str, &'static str) -> KeysFault;

fn discovery_fault(issuer: &str, reason: &'static str) -> KeysFault {
    KeysFault::Discovery { issuer: issuer.to_owned(), reason }
}

fn key_set_fault(issuer: &str, reason: &'static str) -> KeysFault {
    KeysFault::KeySet { issuer: issuer.to_owned(), reason }
}
