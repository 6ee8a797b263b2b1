//! The application: who asks, where, and with what.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_primitives::{Clock, Random, Secret};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use super::credential::ClientCredential;
use crate::authority::{Authority, Endpoints};
use crate::error::{Refusal, SignInError, WireRefusal};
use crate::http::{Answer, HttpClient, host_and_port};

/// An application at one authority: public, unless it has a credential. Cheap to clone; clones share the discovery document.
#[derive(Debug, Clone)]
pub struct ClientApplication {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    authority: Authority,
    client_id: String,
    http: Arc<HttpClient>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    credential: Arc<ClientCredential>,
    endpoints: OnceCell<Endpoints>,
}

impl ClientApplication {
    /// The public application `client_id` at `authority`. Does no I/O.
    pub fn new(
        authority: Authority,
        client_id: impl Into<String>,
        http: Arc<HttpClient>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self::confidential(authority, client_id, ClientCredential::None, http, clock, random)
    }

    /// The application `client_id` at `authority`, which proves by `credential` that it is itself. Does no I/O.
    pub fn confidential(
        authority: Authority,
        client_id: impl Into<String>,
        credential: ClientCredential,
        http: Arc<HttpClient>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let endpoints = OnceCell::new();
        Self {
            shared: Arc::new(Shared {
                authority,
                client_id: client_id.into(),
                http,
                clock,
                random,
                credential: Arc::new(credential),
                endpoints,
            }),
        }
    }

    /// The same application at the authority of one tenant: that of a person who signed in where the tenant is chosen
    /// (`organizations`). Itself where the authority is one tenant's already.
    #[must_use]
    pub fn at_tenant(&self, tenant: Uuid) -> Self {
        let shared = &self.shared;
        if !shared.authority.is_of_many_tenants() {
            return self.clone();
        }
        Self {
            shared: Arc::new(Shared {
                authority: shared.authority.of_tenant(tenant),
                client_id: shared.client_id.clone(),
                http: Arc::clone(&shared.http),
                clock: Arc::clone(&shared.clock),
                random: Arc::clone(&shared.random),
                credential: Arc::clone(&shared.credential),
                endpoints: OnceCell::new(),
            }),
        }
    }

    /// Where people sign in.
    pub fn authority(&self) -> &Authority {
        &self.shared.authority
    }

    /// The application's id.
    pub fn client_id(&self) -> &str {
        &self.shared.client_id
    }

    /// Where the authority answers what; asked for once.
    pub async fn endpoints(&self) -> Result<&Endpoints, SignInError> {
        let shared = &self.shared;
        shared.endpoints.get_or_try_init(|| shared.authority.discover(&shared.http)).await
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.shared.clock.as_ref()
    }

    /// 256 random bits as base64url: 43 characters, the length that a proof key needs at least.
    pub(super) fn random_text(&self) -> Result<Secret, SignInError> {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        self.shared.random.fill(bytes.as_mut_slice())?;
        Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
    }

    /// Posts a form to the token endpoint, with the application's credential.
    pub(super) async fn post_for_token<T: DeserializeOwned>(
        &self,
        form: &[(&str, &str)],
    ) -> Result<T, SignInError> {
        let endpoint = &self.endpoints().await?.token;
        let id = self.shared.random.uuid()?;
        let fields =
            self.shared.credential.fields(self.client_id(), endpoint.as_str(), self.clock().now(), id)?;
        let form: Vec<(&str, &str)> = form.iter().copied().chain(fields.pairs()).collect();
        self.post(endpoint, &form).await
    }

    /// Posts a form and reads the answer. A refusal by the service is [`SignInError::Refused`].
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        url: &Url,
        form: &[(&str, &str)],
    ) -> Result<T, SignInError> {
        let answer = self.shared.http.post_form(url, form).await?;
        if answer.status == 200 {
            return serde_json::from_slice(&answer.body).map_err(|_| not_understood(url, &answer));
        }
        match serde_json::from_slice::<WireRefusal>(&answer.body) {
            Ok(wire) => Err(SignInError::Refused(Box::new(Refusal::from(wire)))),
            Err(_) => Err(not_understood(url, &answer)),
        }
    }
}

fn not_understood(url: &Url, answer: &Answer) -> SignInError {
    let (host, status) = (host_and_port(url), answer.status.as_u16());
    if status == 429 || status >= 500 {
        return SignInError::Unavailable { host, status };
    }
    let is_page = answer.body.trim_ascii_start().first() == Some(&b'<');
    let what = match (status, is_page) {
        (300..=399, _) => "a redirect",
        (_, true) => "an HTML page",
        (_, false) => "something unreadable",
    };
    SignInError::Answer { host, status, what }
}
