//! The console put together, and the background work it needs.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use http::HeaderValue;
use patcycle_client::destination::is_azure_devops;
use patcycle_client::{
    AccessTokenSource, BearerToken, ClientSettings, PatClient, SettingsError, TokenSourceError,
    TokenSourceErrorKind,
};
use patcycle_entra::flows::ClientApplication;
use patcycle_primitives::{Clock, Random};

use crate::api::SessionTokens;
use crate::browser::{Cookies, headers};
use crate::runs::Runs;
use crate::sessions::{Keeper, Opened, SealingKey, SessionKey, Sessions};
use crate::settings::ConsoleSettings;

/// Sign-ins of browsers without a session that may begin in a second, and at once.
const NEW_SIGN_INS: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);
const NEW_SIGN_INS_AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);

/// What a console is made from.
#[derive(Debug)]
pub struct ConsoleParts {
    /// Its settings.
    pub settings: ConsoleSettings,
    /// The application that people sign in to.
    pub application: ClientApplication,
    /// How to reach the API of the organization.
    pub api: ClientSettings,
    /// Where sessions are kept.
    pub sessions: Arc<dyn Sessions>,
    /// What they are sealed with.
    pub sealing_key: SealingKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

/// A console.
#[derive(Debug)]
pub struct Console {
    pub(crate) settings: ConsoleSettings,
    pub(crate) application: ClientApplication,
    pub(crate) sessions: Keeper,
    pub(crate) cookies: Cookies,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) page_policy: HeaderValue,
    pub(crate) runs: Runs,
    /// How many browsers without a session may begin to sign in: each leaves a session for ten minutes.
    pub(crate) new_sign_ins: DefaultDirectRateLimiter,
    client: PatClient,
}

/// A console cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The address of the authority cannot stand in a header.
    #[error("the authority's address cannot stand in a header")]
    Authority,
    /// The API cannot be reached as configured.
    #[error(transparent)]
    Api(#[from] SettingsError),
}

/// For the client that stands for all sessions: calls are made by those of a session.
#[derive(Debug)]
struct Nobody;

#[async_trait]
impl AccessTokenSource for Nobody {
    async fn access_token(&self, _force_refresh: bool) -> Result<BearerToken, TokenSourceError> {
        Err(TokenSourceError {
            kind: TokenSourceErrorKind::SignInNeeded,
            message: "nobody is signed in".to_owned(),
            next: String::new(),
        })
    }
}

impl Console {
    /// Puts a console together. It reads the certificate files and sends nothing.
    pub fn new(parts: ConsoleParts) -> Result<Self, ConsoleError> {
        let ConsoleParts { settings, application, api, sessions, sealing_key, clock, random } = parts;
        let client = PatClient::new(api, Arc::new(Nobody), Arc::clone(&clock), Arc::clone(&random))?;
        let policy = headers::content_security_policy(application.authority().url());
        Ok(Self {
            page_policy: HeaderValue::from_str(&policy).map_err(|_| ConsoleError::Authority)?,
            runs: Runs::default(),
            new_sign_ins: RateLimiter::direct(
                Quota::per_second(NEW_SIGN_INS).allow_burst(NEW_SIGN_INS_AT_ONCE),
            ),
            cookies: Cookies::new(&settings.installation, settings.is_secure()),
            sessions: Keeper::new(sessions, sealing_key, Arc::clone(&clock), Arc::clone(&random)),
            settings,
            application,
            clock,
            random,
            client,
        })
    }

    /// The API, for the person of a session.
    pub(crate) fn client_of(self: &Arc<Self>, opened: &Opened) -> PatClient {
        self.client.for_person(Arc::new(SessionTokens::new(Arc::clone(self), opened)))
    }

    /// The same for work that goes on after the answer: it ends with the session.
    pub(crate) fn client_for_long(self: &Arc<Self>, key: SessionKey) -> PatClient {
        self.client.for_person(Arc::new(SessionTokens::looked_up(Arc::clone(self), key)))
    }

    /// The organization that it shows.
    pub(crate) fn organization(&self) -> &str {
        &self.client.settings().organization
    }

    /// The address of the organization, for examples.
    pub(crate) fn organization_url(&self) -> String {
        let settings = self.client.settings();
        let base = if is_azure_devops(&settings.base_url) {
            "https://dev.azure.com"
        } else {
            settings.base_url.as_str()
        };
        format!("{}/{}", base.trim_end_matches('/'), settings.organization)
    }

    /// The host that git asks with a PAT.
    pub(crate) fn git_host(&self) -> String {
        let base = &self.client.settings().base_url;
        if is_azure_devops(base) { "dev.azure.com".to_owned() } else { base.authority().to_owned() }
    }

    /// Where the sign-in service signs a browser out, and sends it back to the start page; the start page itself
    /// where the service has no such place, or cannot be asked.
    pub(crate) async fn sign_out_url(&self) -> String {
        let home = self.settings.public_url.origin().ascii_serialization();
        let Ok(endpoints) = self.application.endpoints().await else { return "/".to_owned() };
        let Some(mut url) = endpoints.end_session.clone() else { return "/".to_owned() };
        url.query_pairs_mut().append_pair("post_logout_redirect_uri", &format!("{home}/"));
        url.into()
    }

    /// Where an administrator approves the application for the whole tenant.
    pub(crate) fn admin_consent_url(&self) -> String {
        let mut url = self.application.authority().url().clone();
        let tenant = self.application.authority().tenant().to_owned();
        url.set_path(&format!("{tenant}/adminconsent"));
        url.query_pairs_mut()
            .append_pair("client_id", self.application.client_id())
            .append_pair("redirect_uri", &self.settings.redirect_uri());
        url.into()
    }

    /// Deletes sessions that are over. Call it now and then; `pause` is how long to wait between two times.
    pub async fn sweep(&self) {
        match self.sessions.sweep().await {
            Ok(0) => {}
            Ok(swept) => tracing::debug!(swept, "deleted sessions that were over"),
            Err(error) => tracing::warn!(%error, "sessions that are over could not be deleted"),
        }
    }

    /// How often [`Console::sweep`] is worth calling.
    pub const SWEEP_EVERY: Duration = Duration::from_mins(1);
}
