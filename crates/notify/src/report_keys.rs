//! The keys of a secret-scanning service: fetched from where it publishes them, kept for a day, fetched again when a
//! report names one that is not there.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use patcycle_lifecycle::leak::{ReportKeyError, ReportKeys};
use patcycle_primitives::Clock;
use reqwest::{Certificate, Client, redirect};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::SubjectPublicKeyInfo;

/// How long a list is used before it is fetched anew. A key that was taken off it is refused from then on.
const LIST_AGE: SignedDuration = SignedDuration::from_hours(24);
/// The least time between two fetches.
const REFETCH_PAUSE: SignedDuration = SignedDuration::from_mins(1);
/// How long a fetch may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest list.
const MAXIMUM_LIST_BYTES: usize = 256 * 1024;
/// id-ecPublicKey and prime256v1.
const ELLIPTIC_CURVE: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";

/// Where the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportKeySettings {
    /// `https://…`; plain http on this machine only.
    pub url: Url,
    /// A PEM file of the only authorities to trust; `None`: the system's.
    pub ca_file: Option<PathBuf>,
}

/// The list, fetched when it is needed.
#[derive(Debug)]
pub struct ReportKeyList {
    url: Url,
    client: Client,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    keys: HashMap<String, Vec<u8>>,
    fetched_at: Option<Timestamp>,
    attempted_at: Option<Timestamp>,
    fault: Option<ReportKeyError>,
}

#[derive(Deserialize)]
struct List {
    public_keys: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    key_identifier: String,
    key: String,
}

impl ReportKeyList {
    /// Makes no connection yet.
    pub fn new(settings: ReportKeySettings, clock: Arc<dyn Clock>) -> Result<Self, ReportKeyError> {
        let failed = |reason: String| ReportKeyError(reason);
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            .user_agent(concat!("patcycle/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = &settings.ca_file {
            let pem =
                std::fs::read(path).map_err(|error| failed(format!("`{}`: {error}", path.display())))?;
            let authorities = Certificate::from_pem_bundle(&pem)
                .map_err(|_| failed(format!("`{}` is not valid PEM", path.display())))?;
            builder = builder.tls_certs_only(authorities);
        }
        let client = builder.build().map_err(|error| failed(error.to_string()))?;
        Ok(Self { url: settings.url, client, clock, state: Mutex::default() })
    }

    async fn fetch(&self) -> Result<HashMap<String, Vec<u8>>, ReportKeyError> {
        let failed = |error: reqwest::Error| ReportKeyError(error.without_url().to_string());
        let mut answer = self.client.get(self.url.clone()).send().await.map_err(failed)?;
        if answer.status() != 200 {
            return Err(ReportKeyError(format!("its address answered {}", answer.status().as_u16())));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAXIMUM_LIST_BYTES {
                return Err(ReportKeyError(format!("it is longer than {MAXIMUM_LIST_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        let list: List = serde_json::from_slice(&body)
            .map_err(|_| ReportKeyError("it is not JSON of the expected form".to_owned()))?;
        let keys = list.public_keys.into_iter();
        Ok(keys.filter_map(|entry| Some((entry.key_identifier, point(&entry.key)?))).collect())
    }
}

#[async_trait]
impl ReportKeys for ReportKeyList {
    async fn key(&self, identifier: &str) -> Result<Option<Vec<u8>>, ReportKeyError> {
        // Held while fetching: whoever comes meanwhile waits for the same list.
        let mut state = self.state.lock().await;
        if state.should_fetch(identifier, self.clock.now()) {
            let fetched = self.fetch().await;
            let now = self.clock.now();
            state.attempted_at = Some(now);
            match fetched {
                Ok(keys) => {
                    tracing::info!(keys = keys.len(), "fetched the keys of leak reports");
                    *state = State { keys, fetched_at: Some(now), attempted_at: Some(now), fault: None };
                }
                Err(fault) => {
                    tracing::warn!(%fault, "could not fetch the keys of leak reports");
                    state.fault = Some(fault);
                }
            }
        }
        state.find(identifier, self.clock.now())
    }
}

impl State {
    fn should_fetch(&self, identifier: &str, now: Timestamp) -> bool {
        let has_paused = self.attempted_at.is_none_or(|at| now.duration_since(at) >= REFETCH_PAUSE);
        has_paused && (!self.is_fresh(now) || !self.keys.contains_key(identifier))
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        self.fetched_at.is_some_and(|at| now.duration_since(at) < LIST_AGE)
    }

    /// A list that is old and cannot be had anew tells nothing: a key may have been taken off it.
    fn find(&self, identifier: &str, now: Timestamp) -> Result<Option<Vec<u8>>, ReportKeyError> {
        if self.is_fresh(now) {
            return Ok(self.keys.get(identifier).cloned());
        }
        Err(self.fault.clone().unwrap_or_else(|| ReportKeyError("it was never fetched".to_owned())))
    }
}

/// The uncompressed point of a P-256 public key in PEM; `None`: it is another kind of key.
fn point(pem: &str) -> Option<Vec<u8>> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).ok()?;
    let (_, key) = SubjectPublicKeyInfo::from_der(&pem.contents).ok()?;
    let curve = key.algorithm.parameters.as_ref()?.as_oid().ok()?;
    let is_p256 = key.algorithm.algorithm.to_id_string() == ELLIPTIC_CURVE && curve.to_id_string() == P256;
    let point = key.subject_public_key.data.to_vec();
    (is_p256 && point.len() == 65).then_some(point)
}
