//! The 37 reasons of the API (`patTokenError`), each as a sentence, a next step and a kind.

use patcycle_contract::SessionTokenError;

use super::Explanation;
use crate::error::ErrorKind;

/// What a reason means for the person, and what to do.
pub fn explain_reason(reason: &SessionTokenError) -> Explanation {
    let (_, message, next) = row(reason);
    match reason {
        SessionTokenError::Unknown(name) => Explanation::new(
            format!("The service refused for a reason that is new to this program: `{name}`."),
            next,
        ),
        _ => Explanation::new(message, next),
    }
}

/// What the caller does about a reason.
pub fn kind_of(reason: &SessionTokenError) -> ErrorKind {
    let (kind, _, _) = row(reason);
    kind
}

const ASK: &str = "Ask an administrator of the tenant or the organization.";
const AGAIN: &str = "Try again in a few minutes; `patcycle list` shows whether anything was changed.";
const NOT_HERE: &str = "This should not happen with PATs: check with `patcycle doctor`, and report it.";

fn row(reason: &SessionTokenError) -> (ErrorKind, &'static str, &'static str) {
    use ErrorKind::{Conflict, Failed, NotFound, Refused, SignIn, Unavailable};
    use SessionTokenError as E;
    match reason {
        E::None => (Failed, "The service reports success and sent no PAT.", AGAIN),
        E::DisplayNameRequired => (Failed, "The PAT has no name.", "Give it one with `--name`."),
        E::InvalidDisplayName => (
            Failed,
            "The service does not accept the name: it is too long or holds characters that cannot be shown.",
            "Choose a name of at most 256 visible characters.",
        ),
        E::InvalidValidTo => (
            Failed,
            "The end is in the past, unreadable, or more than a year away.",
            "Choose another one, for instance `--valid-for 90d`.",
        ),
        E::InvalidScope => (
            Failed,
            "The scope is missing, unknown, or not for PATs.",
            "`patcycle scopes list` shows the scopes; `patcycle scopes explain` says what one permits.",
        ),
        E::UserIdRequired => (SignIn, "The service does not know who is asking.", "Run `patcycle login`."),
        E::InvalidUserId => (
            Refused,
            "The service does not know this account, or it is disabled.",
            "Check with `patcycle whoami` that it is the right account; an administrator can enable it.",
        ),
        E::InvalidUserType => (
            Refused,
            "Accounts of this kind (service accounts, managed identities) may not own PATs.",
            "Sign in as a person with `patcycle login`.",
        ),
        E::AccessDenied => (
            Refused,
            "You may not do this. The PAT is another person's, or a policy forbids it.",
            "Check the id with `patcycle list --state all`, and ask an administrator about the policies.",
        ),
        E::FailedToIssueAccessToken => (
            Failed,
            "The service could not, or would not, issue another PAT.",
            "If you own very many PATs, revoke those that nobody uses; otherwise try again in a few minutes.",
        ),
        E::InvalidClient | E::InvalidClientType | E::InvalidClientId => (
            Refused,
            "The service does not accept the application that you signed in with.",
            "Check the client id and that the application has the Azure DevOps permissions, then run `patcycle login`.",
        ),
        E::InvalidTargetAccounts => (
            Refused,
            "The PAT is meant for an organization that you cannot reach.",
            "Check the organization's name, and that your account is a member of it.",
        ),
        E::HostAuthorizationNotFound => (
            NotFound,
            "The organization has no authorization for this.",
            "Check the organization's name, and sign in to it once in a web browser.",
        ),
        E::AuthorizationNotFound => (
            NotFound,
            "You have no PAT with this id, or it has been revoked.",
            "`patcycle list --state all` shows your PATs.",
        ),
        E::FailedToUpdateAccessToken => (Unavailable, "The service could not change the PAT.", AGAIN),
        E::SourceNotSupported | E::InvalidSourceIp | E::InvalidSource => {
            (Failed, "The service does not accept the restriction by network address.", NOT_HERE)
        }
        E::DuplicateHash => (
            Conflict,
            "The same key is registered already.",
            "Use the one that is there, or register another key.",
        ),
        E::SshPolicyDisabled => (Refused, "A policy of the organization switches SSH keys off.", ASK),
        E::InvalidToken => (Failed, "The service takes the token for malformed.", NOT_HERE),
        E::TokenNotFound => {
            (NotFound, "The service does not find the token.", "`patcycle list --state all` shows your PATs.")
        }
        E::InvalidAuthorizationId => {
            (Failed, "The id is missing, malformed or all zeros.", "Copy the id from `patcycle list`.")
        }
        E::FailedToReadTenantPolicy => {
            (Unavailable, "The service could not read the policies of your tenant, and so refused.", AGAIN)
        }
        E::GlobalPatPolicyViolation => (
            Refused,
            "A policy of your tenant forbids PATs that are good in all organizations.",
            "Make one for this organization only, or ask an administrator for an exemption.",
        ),
        E::FullScopePatPolicyViolation => (
            Refused,
            "A policy of your tenant forbids PATs with full access.",
            "Choose the scopes that you need; `patcycle scopes list` shows them. An administrator can exempt you.",
        ),
        E::PatLifespanPolicyViolation => (
            Refused,
            "The life is longer than a policy of your tenant permits.",
            "Choose a shorter one, for instance `--valid-for 30d`.",
        ),
        E::InvalidTokenType => (Failed, "The service does not support this kind of token.", NOT_HERE),
        E::InvalidAudience => (
            Refused,
            "The sign-in is for another service.",
            "Check the `scope` of the profile, then run `patcycle login`.",
        ),
        E::InvalidSubject => (
            Refused,
            "The service does not accept the account of the sign-in.",
            "Check with `patcycle whoami` that it is the right account, then run `patcycle login`.",
        ),
        E::DeploymentHostNotSupported => (
            Failed,
            "The call named no organization.",
            "Give the organization with `--organization`, and check the base URL.",
        ),
        E::DisablePatCreationPolicyViolation => (
            Refused,
            "A policy of the organization restricts who may create PATs.",
            "Ask an administrator of the organization to put you on its list, or do without a PAT.",
        ),
        E::FailedToReadOrgPolicy => (
            Unavailable,
            "The service could not read the policies of the organization, and so refused.",
            AGAIN,
        ),
        E::GlobalPatCreationBlocked => (
            Refused,
            "PATs that are good in all organizations can no longer be created or replaced.",
            "Make one PAT for each organization that needs one.",
        ),
        E::ExpiredPatCannotBeExtended => (
            Failed,
            "The PAT has expired, and an expired PAT cannot be changed.",
            "Make a new one in its place with `patcycle rotate`.",
        ),
        E::Unknown(_) => (
            Failed,
            "The service refused for a reason that is new to this program.",
            "Look at what the service says; a newer patcycle may know more.",
        ),
    }
}
