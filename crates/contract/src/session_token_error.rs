//! The 37 reasons that the API gives for not handing out a PAT.

use std::convert::Infallible;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ApiVersion;

macro_rules! session_token_errors {
    ($($(#[$doc:meta])* $variant:ident = $wire:literal since $since:ident,)+) => {
        /// `patTokenError` of every answer, in the published order.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
        pub enum SessionTokenError {
            $($(#[$doc])* $variant,)+
            /// A value that a newer service knows and this program does not.
            Unknown(String),
        }

        impl SessionTokenError {
            /// All published values, in the published order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $wire,)+ Self::Unknown(name) => name }
            }

            /// The first version of the API that knows this value.
            fn since(&self) -> ApiVersion {
                match self { $(Self::$variant => ApiVersion::$since,)+ Self::Unknown(_) => ApiVersion::V7_2 }
            }
        }

        impl FromStr for SessionTokenError {
            type Err = Infallible;

            /// Any case is understood; a name that is not published becomes [`Self::Unknown`].
            fn from_str(name: &str) -> Result<Self, Infallible> {
                $(if name.eq_ignore_ascii_case($wire) { return Ok(Self::$variant); })+
                Ok(Self::Unknown(name.to_owned()))
            }
        }
    };
}

session_token_errors! {
    /// Success.
    #[default]
    None = "none" since V6_1,
    /// Name missing or blank.
    DisplayNameRequired = "displayNameRequired" since V6_1,
    /// Name too long, or with control characters.
    InvalidDisplayName = "invalidDisplayName" since V6_1,
    /// End in the past, unreadable, or beyond one year.
    InvalidValidTo = "invalidValidTo" since V6_1,
    /// Scope empty, unknown, or not for PATs.
    InvalidScope = "invalidScope" since V6_1,
    /// No user in the request.
    UserIdRequired = "userIdRequired" since V6_1,
    /// User unknown or disabled.
    InvalidUserId = "invalidUserId" since V6_1,
    /// This kind of identity may not own PATs.
    InvalidUserType = "invalidUserType" since V6_1,
    /// The caller may not do it.
    AccessDenied = "accessDenied" since V6_1,
    /// The service could not, or would not, issue another one.
    FailedToIssueAccessToken = "failedToIssueAccessToken" since V6_1,
    /// OAuth client problem.
    InvalidClient = "invalidClient" since V6_1,
    /// OAuth client problem.
    InvalidClientType = "invalidClientType" since V6_1,
    /// OAuth client problem.
    InvalidClientId = "invalidClientId" since V6_1,
    /// Target organization out of the user's reach.
    InvalidTargetAccounts = "invalidTargetAccounts" since V6_1,
    /// Authorization of the organization missing.
    HostAuthorizationNotFound = "hostAuthorizationNotFound" since V6_1,
    /// No such authorization of this user.
    AuthorizationNotFound = "authorizationNotFound" since V6_1,
    /// The service could not update it.
    FailedToUpdateAccessToken = "failedToUpdateAccessToken" since V6_1,
    /// Restriction by source not supported.
    SourceNotSupported = "sourceNotSupported" since V6_1,
    /// Source address malformed.
    InvalidSourceIp = "invalidSourceIP" since V6_1,
    /// Source malformed.
    InvalidSource = "invalidSource" since V6_1,
    /// SSH key registered already.
    DuplicateHash = "duplicateHash" since V6_1,
    /// SSH switched off by policy.
    SshPolicyDisabled = "sshPolicyDisabled" since V6_1,
    /// Malformed token.
    InvalidToken = "invalidToken" since V6_1,
    /// Token not found.
    TokenNotFound = "tokenNotFound" since V6_1,
    /// Id missing, all zero, or malformed.
    InvalidAuthorizationId = "invalidAuthorizationId" since V6_1,
    /// The tenant's policies could not be read.
    FailedToReadTenantPolicy = "failedToReadTenantPolicy" since V6_1,
    /// The tenant restricts global PATs.
    GlobalPatPolicyViolation = "globalPatPolicyViolation" since V6_1,
    /// The tenant restricts full-scope PATs.
    FullScopePatPolicyViolation = "fullScopePatPolicyViolation" since V6_1,
    /// Over the tenant's maximum lifespan (before it clamped the date).
    PatLifespanPolicyViolation = "patLifespanPolicyViolation" since V6_1,
    /// Kind of token not supported.
    InvalidTokenType = "invalidTokenType" since V7_1,
    /// Audience not accepted.
    InvalidAudience = "invalidAudience" since V7_1,
    /// Subject not accepted.
    InvalidSubject = "invalidSubject" since V7_1,
    /// Call made without an organization.
    DeploymentHostNotSupported = "deploymentHostNotSupported" since V7_1,
    /// The organization restricts the creation of PATs.
    DisablePatCreationPolicyViolation = "disablePatCreationPolicyViolation" since V7_2,
    /// The organization's policies could not be read.
    FailedToReadOrgPolicy = "failedToReadOrgPolicy" since V7_2,
    /// Global PATs can no longer be created. Note the capitals on the wire.
    GlobalPatCreationBlocked = "globalPATCreationBlocked" since V7_2,
    /// An expired PAT stays as it is.
    ExpiredPatCannotBeExtended = "expiredPatCannotBeExtended" since V7_2,
}

impl SessionTokenError {
    /// What a client that asked for `version` is told: a value that its closed list lacks becomes
    /// `accessDenied`, since some clients fail on unknown values and hide the real cause.
    #[must_use]
    pub fn for_version(self, version: ApiVersion) -> Self {
        if self.since() > version { Self::AccessDenied } else { self }
    }
}

impl Serialize for SessionTokenError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SessionTokenError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let Ok(error) = name.parse();
        Ok(error)
    }
}
