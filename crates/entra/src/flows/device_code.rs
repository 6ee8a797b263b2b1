//! Signing in with a short code that is entered on another device.

use std::pin::Pin;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patcycle_primitives::Secret;
use serde::Deserialize;
use url::Url;

use super::application::ClientApplication;
use super::grant::{Grant, WireGrant, number_or_text};
use super::{SignInRequest, scope_parameter};
use crate::error::{SignInError, one_line};
use crate::http::{HttpError, host_and_port, is_secure};

/// What is added to the pause when the service says `slow_down` (RFC 8628, section 3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);

/// The longest pause between two polls, and the longest life of a code that is believed.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
const LONGEST_LIFE_SECONDS: i64 = 3600;

/// How many polls in a row may fail for want of a connection or an available service.
const TOLERATED_FAILURES: u32 = 5;

/// Waits between two polls. A parameter, so that tests need not wait: pass [`sleep`].
pub type Pause<'a> = &'a (dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync);

/// Waits by the runtime's timer.
pub fn sleep(duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(tokio::time::sleep(duration))
}

/// A code that waits to be entered. The parts that are public are for the person.
#[derive(Debug)]
pub struct DeviceCode {
    /// What to enter.
    pub user_code: String,
    /// Where to enter it.
    pub verification_uri: Url,
    /// How many seconds the code lives from now.
    pub expires_in: i64,
    /// When it ends, by this machine's clock.
    pub expires_at: Timestamp,
    secret: Secret,
    interval: Duration,
}

#[derive(Deserialize)]
struct WireDeviceCode {
    user_code: String,
    device_code: Secret,
    #[serde(alias = "verification_url")]
    verification_uri: String,
    #[serde(default, deserialize_with = "number_or_text")]
    expires_in: Option<i64>,
    #[serde(default, deserialize_with = "number_or_text")]
    interval: Option<i64>,
}

/// Asks for a code.
pub async fn begin(client: &ClientApplication, request: &SignInRequest) -> Result<DeviceCode, SignInError> {
    let endpoints = client.endpoints().await?;
    let host = host_and_port(&endpoints.token);
    let Some(endpoint) = &endpoints.device_authorization else {
        return Err(SignInError::Answer {
            host,
            status: 200,
            what: "a discovery document without device codes",
        });
    };
    let scope = scope_parameter(&request.scopes);
    let mut form = vec![("client_id", client.client_id()), ("scope", scope.as_str())];
    if let Some(claims) = &request.claims {
        form.push(("claims", claims));
    }
    let wire: WireDeviceCode = client.post(endpoint, &form).await?;
    let verification_uri = Url::parse(&wire.verification_uri).ok().filter(is_secure);
    let fault = SignInError::Answer { host, status: 200, what: "a device code for a page that is not https" };
    let verification_uri = verification_uri.ok_or(fault)?;
    let expires_in = wire.expires_in.unwrap_or(900).clamp(1, LONGEST_LIFE_SECONDS);
    let interval = u64::try_from(wire.interval.unwrap_or(5).max(1)).unwrap_or(5);
    let now = client.clock().now();
    Ok(DeviceCode {
        user_code: one_line(&wire.user_code),
        verification_uri,
        expires_in,
        expires_at: now.checked_add(SignedDuration::from_secs(expires_in)).unwrap_or(now),
        secret: wire.device_code,
        interval: Duration::from_secs(interval).min(LONGEST_PAUSE),
    })
}

impl DeviceCode {
    /// Waits until the code was entered, declined, or has ended. Asks at the pace that the service wants.
    pub async fn wait(self, client: &ClientApplication, pause: Pause<'_>) -> Result<Grant, SignInError> {
        let mut interval = self.interval;
        let mut failures = 0;
        // The clock can stand still or be set back; the number of polls can't.
        let polls = u64::try_from(self.expires_in).unwrap_or(1) / self.interval.as_secs().max(1) + 2;
        for _ in 0..polls {
            pause(interval).await;
            match self.poll(client).await {
                Ok(grant) => return Ok(grant),
                Err(error) => match step_after(&error) {
                    Step::Again => failures = 0,
                    Step::Slower => interval = (interval + SLOW_DOWN).min(LONGEST_PAUSE),
                    Step::Tolerate if failures < TOLERATED_FAILURES => {
                        failures += 1;
                        interval = (interval * 2).min(LONGEST_PAUSE);
                    }
                    Step::Expired => return Err(SignInError::DeviceCodeExpired),
                    Step::Tolerate | Step::Stop => return Err(error),
                },
            }
            if client.clock().now() >= self.expires_at {
                break;
            }
        }
        Err(SignInError::DeviceCodeExpired)
    }

    async fn poll(&self, client: &ClientApplication) -> Result<Grant, SignInError> {
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", client.client_id()),
            ("device_code", self.secret.expose()),
            ("client_info", "1"),
        ];
        let answer: WireGrant = client.post_for_token(&form).await?;
        answer.check(client, None).await
    }
}

enum Step {
    Again,
    Slower,
    Tolerate,
    Expired,
    Stop,
}

fn step_after(error: &SignInError) -> Step {
    match error {
        SignInError::Refused(refusal) => match refusal.error.as_str() {
            "authorization_pending" => Step::Again,
            "slow_down" => Step::Slower,
            "expired_token" | "code_expired" => Step::Expired,
            _ => Step::Stop,
        },
        SignInError::Unavailable { .. } | SignInError::Http(HttpError::Unreachable { .. }) => Step::Tolerate,
        _ => Step::Stop,
    }
}
