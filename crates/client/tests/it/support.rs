use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use patcycle_client::{
    AccessTokenSource, BearerToken, ClientSettings, CreatePat, PatClient, Sleeper, TokenIssuer,
    TokenSourceError,
};
use patcycle_primitives::{FixedClock, Secret, SeededRandom};
use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::{MockServer, ResponseTemplate};

/// The access tokens that [`Tokens`] gives, in order; the last one again and again.
pub(crate) const TOKENS: [&str; 2] = ["first-access-token", "second-access-token"];

pub(crate) const PATH: &str = "/fabrikam/_apis/tokens/pats";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-11-23T10:00:00Z")
}

/// A source that notes whether it was asked to refresh.
pub(crate) struct Tokens {
    pub(crate) issuer: TokenIssuer,
    pub(crate) azure_devops_audience: bool,
    given: AtomicUsize,
    pub(crate) forced: Mutex<Vec<bool>>,
}

impl Tokens {
    pub(crate) fn from(issuer: TokenIssuer) -> Arc<Self> {
        Arc::new(Self {
            issuer,
            azure_devops_audience: true,
            given: AtomicUsize::new(0),
            forced: Mutex::default(),
        })
    }
}

#[async_trait]
impl AccessTokenSource for Tokens {
    async fn access_token(&self, force_refresh: bool) -> Result<BearerToken, TokenSourceError> {
        self.forced.lock().unwrap().push(force_refresh);
        if force_refresh {
            self.given.fetch_add(1, Ordering::SeqCst);
        }
        let token = TOKENS[self.given.load(Ordering::SeqCst).min(TOKENS.len() - 1)];
        Ok(BearerToken {
            secret: Secret::new(token),
            issuer: self.issuer,
            azure_devops_audience: self.azure_devops_audience,
        })
    }
}

/// Notes how long it was asked to wait, and does not.
#[derive(Debug, Default)]
pub(crate) struct Waits(pub(crate) Mutex<Vec<Duration>>);

#[async_trait]
impl Sleeper for Waits {
    async fn sleep(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

impl Waits {
    pub(crate) fn all(&self) -> Vec<Duration> {
        self.0.lock().unwrap().clone()
    }
}

/// A client with everything that a test wants to look at.
pub(crate) struct Bench {
    pub(crate) server: MockServer,
    pub(crate) client: PatClient,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) waits: Arc<Waits>,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(TokenIssuer::Other, |_| ()).await
    }

    pub(crate) async fn with(issuer: TokenIssuer, change: impl FnOnce(&mut ClientSettings)) -> Self {
        let server = MockServer::start().await;
        let mut settings = ClientSettings::new(server.uri().parse().unwrap(), "fabrikam");
        change(&mut settings);
        let (tokens, waits) = (Tokens::from(issuer), Arc::new(Waits::default()));
        let client = client(settings, tokens.clone()).with_sleeper(waits.clone());
        Self { server, client, tokens, waits }
    }

    pub(crate) async fn requests(&self) -> Vec<wiremock::Request> {
        self.server.received_requests().await.unwrap()
    }
}

pub(crate) fn client(settings: ClientSettings, tokens: Arc<dyn AccessTokenSource>) -> PatClient {
    patcycle_evidence::keep_log();
    let clock = Arc::new(FixedClock(now()));
    PatClient::new(settings, tokens, clock, Arc::new(SeededRandom::new(1))).unwrap()
}

pub(crate) fn wanted() -> CreatePat {
    CreatePat {
        display_name: "ci".to_owned(),
        scope: "vso.code".to_owned(),
        valid_to: at("2026-12-23T10:00:00Z"),
        all_orgs: false,
    }
}

pub(crate) fn pat(number: u128, name: &str) -> Value {
    json!({
        "displayName": name, "validTo": "2026-12-23T10:00:00Z", "scope": "vso.code",
        "targetAccounts": ["38aaa865-2c70-4bf7-a308-0c6539c38c1a"], "validFrom": "2026-11-23T10:00:00Z",
        "authorizationId": Uuid::from_u128(number), "token": null
    })
}

pub(crate) fn page(pats: &[Value], next: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "continuationToken": next, "patTokens": pats }))
}

pub(crate) fn result(pat: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "patToken": pat, "patTokenError": "none" }))
}

pub(crate) fn html(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.as_bytes(), "text/html; charset=utf-8")
}

pub(crate) fn authorization(request: &wiremock::Request) -> &str {
    request.headers.get("authorization").unwrap().to_str().unwrap()
}
