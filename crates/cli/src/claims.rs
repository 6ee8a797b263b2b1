//! What an access token says of itself. Nobody here has checked it: the service will.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use patcycle_primitives::Secret;
use serde::Deserialize;
use uuid::Uuid;

/// The claims that are shown or compared; all of them may be absent.
#[derive(Debug, Deserialize, Default)]
pub(crate) struct Claims {
    /// The tenant.
    pub(crate) tid: Option<Uuid>,
    /// The person in it.
    pub(crate) oid: Option<Uuid>,
    /// The issuer.
    pub(crate) iss: Option<String>,
    /// The application, in v1 tokens.
    pub(crate) appid: Option<String>,
    /// The application, in v2 tokens.
    pub(crate) azp: Option<String>,
    /// The sign-in name.
    pub(crate) upn: Option<String>,
    /// The sign-in name, in v1 tokens of guests.
    pub(crate) unique_name: Option<String>,
    /// The sign-in name, in v2 tokens.
    pub(crate) preferred_username: Option<String>,
    /// The person's name.
    pub(crate) name: Option<String>,
    exp: Option<f64>,
}

impl Claims {
    /// Reads the payload; `None` where there is none that can be read.
    pub(crate) fn read(token: &Secret) -> Option<Self> {
        let payload = token.expose().split('.').nth(1)?;
        let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// When the token ends.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast from a float stays within the limits of the integer"
    )]
    pub(crate) fn end(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.exp? as i64).ok()
    }
}
