//! What a person granted to an application: the content of codes, device codes and refresh tokens.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::Platform;
use crate::scopes::GrantedScopes;

/// A person's grant to an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) tenant_id: Uuid,
    pub(crate) application_id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) scopes: GrantedScopes,
    /// When the person last proved who they are.
    pub(crate) authenticated_at: Timestamp,
    /// Whether a one-time code was part of it.
    pub(crate) multi_factor: bool,
    /// The sign-in session.
    pub(crate) session_id: Uuid,
    /// Claims of the ID token that were asked for.
    pub(crate) claims: OptionalClaims,
}

/// Claims that an ID token has only on request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OptionalClaims {
    pub(crate) auth_time: bool,
    pub(crate) login_hint: bool,
    pub(crate) sid: bool,
}

/// What stands behind an authorization code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CodeContent {
    pub(crate) grant: Grant,
    pub(crate) issued_at: Timestamp,
    pub(crate) redirect_uri: String,
    pub(crate) platform: Platform,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<CodeChallenge>,
}

/// A PKCE challenge (RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CodeChallenge {
    /// The verifier itself.
    Plain(String),
    /// base64url of the verifier's SHA-256.
    S256(String),
}

/// What stands behind a refresh token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefreshContent {
    pub(crate) grant: Grant,
    /// The end that no renewal moves, for single-page applications.
    pub(crate) ends_at: Option<Timestamp>,
}

/// What a device asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeviceRequest {
    pub(crate) application_id: Uuid,
    /// The tenant's segment of the address: an id, a domain, `common` or `organizations`.
    pub(crate) tenant: String,
    pub(crate) scopes: GrantedScopes,
}

/// How the person answered a device's request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DeviceOutcome {
    /// They let it in.
    Granted {
        /// What was granted.
        grant: Box<Grant>,
        /// When.
        granted_at: Timestamp,
    },
    /// They did not.
    Declined,
    /// They need a one-time code, which this flow does not take.
    MultiFactorNeeded,
}
