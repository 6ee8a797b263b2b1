//! Why a request is refused, in the protocol's words.

use uuid::Uuid;

use crate::error::LocalTenantError;
use crate::scopes::ScopeFault;

/// Where a fault is answered: the same fact has other names at other endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The discovery documents.
    Discovery,
    /// The authorize endpoint, a page or a redirect.
    Authorize,
    /// The token and the device code endpoint.
    Token,
}

/// The protocol's terms for a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terms {
    /// The number behind `AADSTS`.
    pub(super) code: u32,
    /// OAuth's error.
    pub(super) error: &'static str,
    /// Microsoft's refinement.
    pub(super) suberror: Option<&'static str>,
}

/// A refusal.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(
        "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
    )]
    UnknownTenant(String),
    #[error("The request to '{0}' needs one tenant: use the tenant's ID in the address instead.")]
    TenantNeeded(String),
    #[error("The form is longer than {maximum_bytes} bytes. Send a shorter one.")]
    FormTooLong { maximum_bytes: usize },
    #[error("The request body must contain the following parameter: '{0}'.")]
    Missing(&'static str),
    #[error("The request is not properly formatted. The parameter '{0}' is duplicated.")]
    Duplicate(&'static str),
    #[error("Invalid value for the parameter '{name}': {why}.")]
    BadParameter { name: &'static str, why: &'static str },
    #[error(
        "Application with identifier '{application}' was not found in the directory '{directory}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
    )]
    UnknownApplication { application: String, directory: String },
    #[error(
        "Application '{0}' is not configured as a multi-tenant application. Use a tenant-specific endpoint or configure the application to be multi-tenant."
    )]
    NotMultiTenant(Uuid),
    #[error(
        "The redirect URI '{requested}' specified in the request does not match the redirect URIs configured for the application '{application}'."
    )]
    RedirectMismatch { requested: String, application: Uuid },
    #[error("No reply address provided: the parameter 'redirect_uri' is missing.")]
    NoRedirect,
    #[error("response_type '{0}' is not enabled for the application. Use 'code'.")]
    ResponseType(String),
    #[error("Unsupported 'prompt' value '{0}'.")]
    Prompt(String),
    #[error("Proof Key for Code Exchange is required for cross-origin authorization code redemption.")]
    ChallengeNeeded,
    #[error("{0}")]
    Scope(#[from] ScopeFault),
    #[error(
        "The provided value for scope '{0}' is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
    )]
    ScopeNotDefault(String),
    #[error("Session information is not sufficient for single-sign-on.")]
    SignInNeeded,
    #[error(
        "Either multiple user identities are available for the current request or selected account is not supported for the scenario."
    )]
    AccountChoiceNeeded,
    #[error(
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{0}'."
    )]
    MultiFactorNeeded(Uuid),
    #[error(
        "The user or administrator has not consented to use the application with ID '{0}'. Send an interactive authorization request for this user and resource."
    )]
    ConsentNeeded(Uuid),
    #[error(
        "The application '{0}' needs permission to access resources in your organization that only an admin can grant. Ask an admin to grant permission to this app before you can use it."
    )]
    ApprovalNeeded(Uuid),
    #[error("The application '{0}' needs an administrator's approval, and the user went back without it.")]
    ApprovalRefused(Uuid),
    #[error("User declined to consent to access the app.")]
    Declined,
    #[error("Error validating credentials due to invalid username or password.")]
    WrongPassword,
    #[error("The user account is disabled.")]
    UserDisabled,
    #[error("The user account does not exist in the '{0}' directory.")]
    UnknownUser(String),
    #[error(
        "The grant was revoked: the password was changed or reset after it was issued. The user must sign in again."
    )]
    GrantRevoked,
    #[error("The refresh token has expired due to inactivity.")]
    RefreshTokenInactive,
    #[error(
        "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page."
    )]
    RefreshTokenEnded,
    #[error("The provided authorization code has expired. Send a new interactive authorization request.")]
    CodeExpired,
    #[error("The provided {0} is not valid: it was not issued here, or not to this application and tenant.")]
    UnknownGrant(&'static str),
    #[error("Invalid request. The {0} is malformed.")]
    MalformedGrant(&'static str),
    #[error(
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."
    )]
    CodeRedeemed,
    #[error("The Code_Verifier does not match the code_challenge supplied in the authorization request.")]
    VerifierMismatch,
    #[error("The code_verifier is missing: the authorization request had a code_challenge.")]
    VerifierMissing,
    #[error(
        "The reply address '{0}' does not match the reply address used when requesting the authorization code."
    )]
    RedirectChanged(String),
    #[error(
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'."
    )]
    WrongSecret(Uuid),
    #[error("The provided client secret keys for app '{0}' are expired. Create new keys for your app.")]
    SecretExpired(Uuid),
    #[error("The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")]
    CredentialsMissing,
    #[error(
        "Client authentication was sent in more than one way. Use one of: the parameter client_secret, HTTP Basic, the parameter client_assertion."
    )]
    CredentialsTwice,
    #[error("Client assertion failed signature validation: {0}.")]
    AssertionUntrusted(&'static str),
    #[error(
        "Client assertion is not within its valid time range. Review the clock of the client and the assertion's 'nbf' and 'exp' (at most 10 minutes ahead)."
    )]
    AssertionTime,
    #[error("Client assertion audience claim does not match Realm issuer. The expected audience is '{0}'.")]
    AssertionAudience(String),
    #[error("Client assertion application identifier doesn't match 'client_id' parameter.")]
    AssertionSubject,
    #[error("Client is public so neither 'client_assertion' nor 'client_secret' should be presented.")]
    PublicWithSecret,
    #[error(
        "The app returned an unsupported grant type '{0}'. Use authorization_code, refresh_token, device_code or client_credentials."
    )]
    GrantType(String),
    #[error("OAuth 2.0 device flow error. Authorization is pending. Continue polling.")]
    DevicePending,
    #[error("OAuth 2.0 device flow error. The device code has expired. Start again.")]
    DeviceExpired,
    #[error("The end user declined the device's request.")]
    DeviceDeclined,
    #[error("The access token is missing, malformed, expired or not of this tenant.")]
    BadAccessToken,
    #[error("The requested instance is not known: '{0}' is not an authorization endpoint of this service.")]
    UnknownInstance(String),
    #[error("The service failed. Look into its log; try again.")]
    Internal(#[from] LocalTenantError),
}

impl From<patcycle_primitives::RandomError> for Fault {
    fn from(error: patcycle_primitives::RandomError) -> Self {
        Self::Internal(error.into())
    }
}

impl Fault {
    /// The number, error and suberror of this fault at a place.
    pub(super) fn terms(&self, place: Place) -> Terms {
        let terms = |code, error| Terms { code, error, suberror: None };
        let refined = |code, error, suberror| Terms { code, error, suberror: Some(suberror) };
        let interactive = place == Place::Authorize;
        match self {
            Self::UnknownTenant(_) if place == Place::Discovery => terms(90_002, "invalid_tenant"),
            Self::UnknownTenant(_) => terms(90_002, "invalid_request"),
            Self::TenantNeeded(_) => terms(50_059, "invalid_request"),
            Self::Missing(_) => terms(900_144, "invalid_request"),
            Self::Duplicate(_) => terms(9_000_411, "invalid_request"),
            Self::BadParameter { .. } | Self::CredentialsTwice | Self::FormTooLong { .. } => {
                terms(90_014, "invalid_request")
            }
            Self::UnknownApplication { .. } => terms(700_016, "unauthorized_client"),
            Self::NotMultiTenant(_) => terms(50_194, "invalid_request"),
            Self::RedirectMismatch { .. } => terms(50_011, "invalid_request"),
            Self::NoRedirect => terms(900_971, "invalid_request"),
            Self::ResponseType(_) => terms(700_054, "unsupported_response_type"),
            Self::Prompt(_) => terms(90_023, "invalid_request"),
            Self::ChallengeNeeded => terms(9_002_325, "invalid_request"),
            Self::Scope(ScopeFault::Unknown(_) | ScopeFault::Mixed) => terms(70_011, "invalid_scope"),
            Self::Scope(ScopeFault::UnknownResource(_)) => terms(500_011, "invalid_resource"),
            Self::Scope(ScopeFault::NotRegistered(_)) => terms(650_057, "invalid_resource"),
            Self::ScopeNotDefault(_) => terms(1_002_012, "invalid_scope"),
            Self::SignInNeeded => terms(50_058, "login_required"),
            Self::AccountChoiceNeeded => terms(16_000, "interaction_required"),
            Self::MultiFactorNeeded(_) if interactive => {
                refined(50_076, "interaction_required", "basic_action")
            }
            Self::MultiFactorNeeded(_) => refined(50_076, "invalid_grant", "basic_action"),
            Self::ConsentNeeded(_) if interactive => refined(65_001, "consent_required", "consent_required"),
            Self::ConsentNeeded(_) => refined(65_001, "invalid_grant", "consent_required"),
            Self::ApprovalNeeded(_) if interactive => refined(90_094, "consent_required", "consent_required"),
            Self::ApprovalNeeded(_) => refined(90_094, "invalid_grant", "consent_required"),
            Self::ApprovalRefused(_) => terms(90_094, "access_denied"),
            Self::Declined => terms(65_004, "access_denied"),
            Self::WrongPassword => terms(50_126, "invalid_grant"),
            Self::UserDisabled => terms(50_057, "invalid_grant"),
            Self::UnknownUser(_) => terms(50_034, "invalid_grant"),
            Self::GrantRevoked => refined(50_173, "invalid_grant", "bad_token"),
            Self::RefreshTokenInactive => refined(700_082, "invalid_grant", "token_expired"),
            Self::RefreshTokenEnded => terms(700_084, "invalid_grant"),
            Self::CodeExpired => refined(70_008, "invalid_grant", "token_expired"),
            Self::UnknownGrant(_) => refined(70_000, "invalid_grant", "bad_token"),
            Self::MalformedGrant(_) => refined(9_002_313, "invalid_grant", "bad_token"),
            Self::CodeRedeemed => terms(54_005, "invalid_grant"),
            Self::VerifierMismatch => terms(501_481, "invalid_grant"),
            Self::VerifierMissing => terms(50_148, "invalid_grant"),
            Self::RedirectChanged(_) => terms(500_112, "invalid_client"),
            Self::WrongSecret(_) => terms(7_000_215, "invalid_client"),
            Self::SecretExpired(_) => terms(7_000_222, "invalid_client"),
            Self::CredentialsMissing => terms(7_000_218, "invalid_client"),
            Self::AssertionUntrusted(_) => terms(700_027, "invalid_client"),
            Self::AssertionTime => terms(700_024, "invalid_client"),
            Self::AssertionAudience(_) => terms(700_023, "invalid_client"),
            Self::AssertionSubject => terms(700_021, "invalid_client"),
            Self::PublicWithSecret => terms(700_025, "invalid_client"),
            Self::GrantType(_) => terms(70_003, "unsupported_grant_type"),
            Self::DevicePending => terms(70_016, "authorization_pending"),
            Self::DeviceExpired => terms(70_020, "expired_token"),
            Self::DeviceDeclined => terms(65_004, "authorization_declined"),
            Self::BadAccessToken => terms(50_089, "invalid_token"),
            Self::UnknownInstance(_) => terms(50_049, "invalid_instance"),
            Self::Internal(_) => terms(90_033, "server_error"),
        }
    }

    /// The HTTP status where the fault is answered as JSON.
    pub(super) fn status(&self, place: Place) -> axum::http::StatusCode {
        use axum::http::StatusCode;
        match (self, self.terms(place).error) {
            (Self::Internal(_), _) => StatusCode::INTERNAL_SERVER_ERROR,
            (_, "invalid_client" | "invalid_token") => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}
