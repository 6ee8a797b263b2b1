//! What a validated access token says.

use jiff::Timestamp;
use uuid::Uuid;

/// On whose behalf a token speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// A person, through an application (a delegated token).
    User,
    /// An application, a service principal or a managed identity, on its own.
    Application,
}

/// The claims of an access token that was validated. The token itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The configured issuer that it was accepted from ([`TrustedIssuer::issuer`](super::TrustedIssuer::issuer),
    /// also for tokens of the old shape). Each has audiences of its own, so who trusts one issuer of a tenant
    /// must not take a token that was accepted from another.
    pub issuer: String,
    /// The tenant that issued it (`tid`). One of the configured ones.
    pub tenant_id: Uuid,
    /// The person or service principal (`oid`), unique within the tenant. With the tenant it is the identity;
    /// names are for display.
    pub object_id: Uuid,
    /// A person or an application.
    pub kind: CallerKind,
    /// The delegated scopes (`scp`), in the token's order. Empty for applications.
    pub scopes: Vec<String>,
    /// The sign-in name (`upn`, else `unique_name`, else `preferred_username`). For display only.
    pub user_name: Option<String>,
    /// The person's name (`name`). For display only.
    pub display_name: Option<String>,
    /// Group object ids (`groups`); values that are not object ids are left out.
    pub groups: Vec<Uuid>,
    /// How the person proved who they are (`amr`), for instance `pwd`, `mfa`.
    pub authentication_methods: Vec<String>,
    /// The application that asked for the token (`appid`, in v2 tokens `azp`).
    pub application_id: Option<Uuid>,
    /// The token's own id (`uti`), for the audit record.
    pub token_id: Option<String>,
    /// When it was issued (`iat`, else `nbf`).
    pub issued_at: Timestamp,
    /// When the person signed in (`auth_time`, else when the token was issued).
    pub signed_in_at: Timestamp,
    /// When it ends (`exp`).
    pub expires_at: Timestamp,
}

impl AccessToken {
    /// Whether the token carries exactly this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }
}
