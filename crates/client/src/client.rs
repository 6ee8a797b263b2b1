//! The client: one loop around each call, which gets the token, checks where it may go, waits its turn, and
//! repeats what may be repeated.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use patcycle_contract::IdempotencyKey;
use patcycle_primitives::{Clock, Random, RandomError};
use reqwest::{Method, StatusCode};
use url::Url;

use crate::answer::judge;
use crate::destination::{is_azure_devops, may_send};
use crate::error::{ClientError, SignInReason};
use crate::pace::Pace;
use crate::retry::{Failure, may_repeat, rate_limit_delay, retry_after, wait_before};
use crate::service_clock::ServiceClock;
use crate::settings::{ClientSettings, SettingsError};
use crate::token_source::AccessTokenSource;
use crate::transport::{Answer, Request, build, exchange};

/// Waits. A parameter, so that tests see how long and do not.
#[async_trait]
pub trait Sleeper: std::fmt::Debug + Send + Sync {
    /// Returns after `duration`.
    async fn sleep(&self, duration: Duration);
}

/// Waits by the runtime's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSleeper;

#[async_trait]
impl Sleeper for TokioSleeper {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The API of one organization, for one person.
///
/// Cheap to share behind an [`Arc`]; all calls share one pace.
pub struct PatClient {
    settings: ClientSettings,
    /// `{base}/{organization}/_apis`.
    organization_url: Url,
    http: reqwest::Client,
    tokens: Arc<dyn AccessTokenSource>,
    clock: Arc<dyn Clock>,
    service_clock: ServiceClock,
    random: Arc<dyn Random>,
    sleeper: Arc<dyn Sleeper>,
    pace: Pace,
}

impl std::fmt::Debug for PatClient {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("PatClient")
            .field("organization_url", &self.organization_url.as_str())
            .finish_non_exhaustive()
    }
}

/// A failed attempt, with what decides about the next one.
struct Failed {
    error: ClientError,
    status: Option<StatusCode>,
    retry_after: Option<Duration>,
}

impl Failed {
    fn before_sending(error: impl Into<ClientError>) -> Self {
        Self { error: error.into(), status: None, retry_after: None }
    }
}

impl PatClient {
    /// A client. It reads the certificate files and sends nothing.
    pub fn new(
        settings: ClientSettings,
        tokens: Arc<dyn AccessTokenSource>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, SettingsError> {
        let organization_url = settings.organization_url()?;
        let http = build(&settings)?;
        let pace = Pace::new(settings.maximum_calls_at_once, settings.retry.maximum_wait);
        Ok(Self {
            settings,
            organization_url,
            http,
            tokens,
            clock,
            service_clock: ServiceClock::default(),
            random,
            sleeper: Arc::new(TokioSleeper),
            pace,
        })
    }

    /// The same service for another person: connections are shared, the pace is not.
    #[must_use]
    pub fn for_person(&self, tokens: Arc<dyn AccessTokenSource>) -> Self {
        let settings = self.settings.clone();
        let pace = Pace::new(settings.maximum_calls_at_once, settings.retry.maximum_wait);
        Self {
            organization_url: self.organization_url.clone(),
            http: self.http.clone(),
            tokens,
            clock: Arc::clone(&self.clock),
            service_clock: ServiceClock::default(),
            random: Arc::clone(&self.random),
            sleeper: Arc::clone(&self.sleeper),
            pace,
            settings,
        }
    }

    /// The same client with another way to wait.
    #[must_use]
    pub fn with_sleeper(mut self, sleeper: Arc<dyn Sleeper>) -> Self {
        self.sleeper = sleeper;
        self
    }

    /// What the client was made with.
    pub fn settings(&self) -> &ClientSettings {
        &self.settings
    }

    /// The clock that the client goes by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The service's time, by which ends of PATs are judged.
    ///
    /// Every answer tells it. Before the first one, a service other than Azure DevOps is asked what it offers
    /// (`GET /_patcycle`, without the token, but only where the token may go), and what it answers is of no
    /// matter. Azure DevOps' clock is right.
    pub async fn service_now(&self) -> Timestamp {
        if !self.service_clock.is_known() && !is_azure_devops(&self.settings.base_url) {
            self.ask_the_time().await;
        }
        self.now()
    }

    async fn ask_the_time(&self) {
        let mut url = self.settings.base_url.clone();
        url.set_path("/_patcycle");
        let Ok(token) = self.tokens.access_token(false).await else { return };
        if may_send(&token, &self.settings.base_url, &url).is_err() {
            return;
        }
        if let Ok(answer) = self.http.get(url).send().await {
            self.service_clock.learn(answer.headers(), self.clock.now());
        }
    }

    /// A new key for a call that is to be done once, however often it is asked for.
    pub fn idempotency_key(&self) -> Result<IdempotencyKey, RandomError> {
        IdempotencyKey::generate(&*self.random)
    }

    /// The service's time as far as it is known, else ours.
    pub(crate) fn now(&self) -> Timestamp {
        self.service_clock.at(self.clock.now())
    }

    /// A request for the PATs, with `api-version` and `parameters` in the query.
    pub(crate) fn request(
        &self,
        method: Method,
        parameters: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Request {
        self.request_at(method, &["tokens", "pats"], parameters, body)
    }

    /// A request for the resource at these segments below `_apis`, with `api-version` and `parameters` in the query.
    pub(crate) fn request_at(
        &self,
        method: Method,
        segments: &[&str],
        parameters: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Request {
        let mut url = self.organization_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            // An address of http or https always has a path.
            path.extend(segments);
        }
        url.query_pairs_mut()
            .append_pair("api-version", &self.settings.api_version)
            .extend_pairs(parameters.iter().copied());
        Request { method, url, body, idempotency_key: None }
    }

    /// Makes a call, again where that is safe and helps, and gives an answer that may be read.
    ///
    /// The token is renewed by force once, when the service does not accept it.
    pub(crate) async fn call(&self, request: &Request) -> Result<Answer, ClientError> {
        let _place = self.pace.place().await;
        let (mut attempt, mut refreshed, mut refresh) = (1, false, false);
        let mut wait = Duration::ZERO;
        loop {
            let wait_now = wait.max(self.pace.wait(Instant::now()));
            if !wait_now.is_zero() {
                tracing::debug!(wait.ms = wait_now.as_millis(), attempt, "waits before calling the service");
                self.sleeper.sleep(wait_now).await;
            }
            let failed = match self.attempt(request, refresh).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            refresh = !refreshed && is_about_the_token(&failed.error);
            if refresh {
                refreshed = true;
                wait = Duration::ZERO;
                continue;
            }
            attempt += 1;
            match self.wait_before(request, attempt, &failed) {
                Some(next) => wait = next,
                None => return Err(with_retry_after(failed)),
            }
        }
    }

    async fn attempt(&self, request: &Request, refresh: bool) -> Result<Answer, Failed> {
        let token = self.tokens.access_token(refresh).await;
        let token = token.map_err(|error| Failed::before_sending(ClientError::Token(error)))?;
        may_send(&token, &self.settings.base_url, &request.url).map_err(Failed::before_sending)?;
        let sent = exchange(&self.http, request, &token.secret).await;
        drop(token);
        let answer = sent.map_err(|error| Failed::before_sending(ClientError::Unreachable(error)))?;

        self.service_clock.learn(&answer.headers, self.clock.now());
        let retry_after = retry_after(&answer.headers, self.clock.now());
        if let Some(delay) = retry_after.max(rate_limit_delay(&answer.headers)) {
            self.pace.slow_down(delay, Instant::now());
        }
        let status = Some(answer.status);
        tracing::debug!(method = %request.method, status = answer.status.as_u16(), "the service answered");
        judge(answer).map_err(|error| Failed { error, status, retry_after })
    }

    fn wait_before(&self, request: &Request, attempt: u32, failed: &Failed) -> Option<Duration> {
        let failure = match (&failed.error, failed.status) {
            (ClientError::Unreachable(unreachable), _) => Failure::Unreachable(unreachable),
            (_, Some(status)) => Failure::Status(status),
            _ => return None,
        };
        if !may_repeat(request.repeats_as(), failure, failed.retry_after) {
            return None;
        }
        let mut random = [0; 4];
        // Without randomness the wait is the shortest one that the policy allows.
        let jitter = self.random.fill(&mut random).map_or(0, |()| u32::from_le_bytes(random));
        wait_before(&self.settings.retry, attempt, failed.retry_after, jitter)
    }
}

/// Whether another token may help.
fn is_about_the_token(error: &ClientError) -> bool {
    matches!(error, ClientError::SignInNeeded(sign_in) if sign_in.reason != SignInReason::FirstVisit)
}

fn with_retry_after(failed: Failed) -> ClientError {
    match failed.error {
        ClientError::Throttled { fault, .. } => {
            ClientError::Throttled { fault, retry_after: failed.retry_after }
        }
        error => error,
    }
}
