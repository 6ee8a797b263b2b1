//! Access tokens of a session, renewed silently.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use patcycle_client::{AccessTokenSource, BearerToken, TokenIssuer, TokenSourceError, TokenSourceErrorKind};
use patcycle_entra::error::{SignInError, SignInErrorKind};
use patcycle_entra::flows::refresh::refresh;
use patcycle_primitives::Secret;

use crate::console::Console;
use crate::sessions::{Opened, SessionKey};

/// A token with less than this left is renewed. Microsoft's own libraries use the same.
const RENEW_BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// The tokens of one session.
#[derive(Debug)]
pub(crate) struct SessionTokens {
    console: Arc<Console>,
    key: SessionKey,
    /// The token of the session as it was opened, and its end: mostly good enough, and at hand.
    opened: Option<(Secret, Timestamp)>,
}

impl SessionTokens {
    /// Those of a session that may end meanwhile: it is asked for at each call.
    pub(crate) fn looked_up(console: Arc<Console>, key: SessionKey) -> Self {
        Self { console, key, opened: None }
    }

    /// Those of a session that was just opened, for one page.
    pub(crate) fn new(console: Arc<Console>, opened: &Opened) -> Self {
        let person = opened.session.person.as_ref();
        let token =
            person.map(|person| (Secret::new(person.access_token.expose()), person.access_token_ends));
        Self { console, key: opened.key, opened: token }
    }

    /// The token, renewed where that is needed: under the session's turn, so that two tabs renew once.
    async fn token(&self, force_refresh: bool) -> Result<Secret, SignInError> {
        let console = &self.console;
        let renewed_from = after(console.clock.now(), RENEW_BEFORE);
        if let Some((token, ends)) = &self.opened
            && !force_refresh
            && *ends > renewed_from
        {
            return Ok(Secret::new(token.expose()));
        }
        let failed = |error: crate::sessions::KeeperError| {
            tracing::error!(%error, "a session could not be read or written");
            SignInError::Unavailable { host: "the session store".to_owned(), status: 503 }
        };
        let held = console.sessions.hold(self.key).await.map_err(failed)?;
        let mut held = held.ok_or(SignInError::NotSignedIn)?;
        let now = console.clock.now();
        let person = held.session().person.as_ref().ok_or(SignInError::NotSignedIn)?;
        let kept = |at_least| {
            (person.access_token_ends > after(now, at_least))
                .then(|| Secret::new(person.access_token.expose()))
        };
        if let Some(token) = kept(RENEW_BEFORE).filter(|_| !force_refresh) {
            return Ok(token);
        }
        let refresh_token = person.refresh_token.as_ref().ok_or(SignInError::NotSignedIn)?;
        // Where the tenant is chosen at the sign-in, the person's own renews it.
        let application = console.application.at_tenant(person.tenant_id);
        let grant = match refresh(&application, refresh_token, &console.settings.scopes, None).await {
            Err(error) if error.kind() == SignInErrorKind::Unavailable && !force_refresh => {
                // The sign-in service is away, but a token that is good for some seconds does the job.
                return kept(SignedDuration::from_secs(10)).ok_or(error);
            }
            outcome => outcome?,
        };
        let token = Secret::new(grant.access_token.expose());
        if let Some(person) = &mut held.session_mut().person {
            person.access_token = grant.access_token;
            person.access_token_ends = grant.expires_at;
            if grant.refresh_token.is_some() {
                person.refresh_token = grant.refresh_token;
            }
        }
        if held.save().await.map_err(failed)? { Ok(token) } else { Err(SignInError::NotSignedIn) }
    }
}

fn after(now: Timestamp, duration: SignedDuration) -> Timestamp {
    now.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[async_trait]
impl AccessTokenSource for SessionTokens {
    async fn access_token(&self, force_refresh: bool) -> Result<BearerToken, TokenSourceError> {
        let token = self.token(force_refresh).await.map_err(|error| TokenSourceError {
            kind: match error.kind() {
                SignInErrorKind::SignInNeeded => TokenSourceErrorKind::SignInNeeded,
                SignInErrorKind::Refused => TokenSourceErrorKind::Refused,
                SignInErrorKind::Unavailable => TokenSourceErrorKind::Unavailable,
                SignInErrorKind::Configuration | SignInErrorKind::Failed => TokenSourceErrorKind::Failed,
            },
            message: error.to_string(),
            next: error.next_step().unwrap_or_default().to_owned(),
        })?;
        // Who issued it is known from where it came from: a local tenant writes the issuer that Entra writes.
        let issuer = if self.console.application.authority().is_microsoft() {
            TokenIssuer::Microsoft
        } else {
            TokenIssuer::Other
        };
        Ok(BearerToken { issuer, ..BearerToken::inspect(token) })
    }
}
