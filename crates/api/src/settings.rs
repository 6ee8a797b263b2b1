//! What an operator may set.

use std::time::Duration;

use ipnet::IpNet;
use patcycle_contract::scope::Scope;

/// A question about PATs under a name of its own, for gateways that cannot write a whole address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyRule {
    /// The last segment of its address: `/_patcycle/verify/{name}`, byte for byte.
    pub name: String,
    /// What a PAT must grant.
    pub scope: &'static Scope,
    /// The name of the organization that it must be good in.
    pub organization: String,
}

/// Settings of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "switches that an operator sets one by one")]
pub struct ApiSettings {
    /// Networks whose `X-Forwarded-For` is believed. From anybody else the peer's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether the listener speaks https. Addresses of this service in its own answers begin with it.
    pub https: bool,
    /// Answers refusals of the domain with status 400 in place of 200. The body is the same.
    pub domain_errors_as_400: bool,
    /// Answers the revocation of an unknown or foreign id with 204 in place of 404.
    pub revoke_unknown_is_204: bool,
    /// Imitates what clients of Azure DevOps see who follow its redirect to the sign-in page: status 203 with
    /// HTML in place of 401, for GET, HEAD and POST without `X-TFS-FedAuthRedirect: Suppress`.
    pub sign_in_page_203: bool,
    /// Demands `vso.pats` and `vso.pats_manage` together for every operation. `user_impersonation` stays good.
    pub require_both_pat_scopes: bool,
    /// Sends `Strict-Transport-Security`. Only for a service whose TLS ends here, never on a loopback listener:
    /// it would hold for every port of localhost.
    pub strict_transport_security: bool,
    /// The rules of `/_patcycle/verify/{name}`; of two of one name the first counts.
    pub verify_rules: Vec<VerifyRule>,
    /// How long a request's body may take to arrive.
    pub body_timeout: Duration,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            https: true,
            domain_errors_as_400: false,
            revoke_unknown_is_204: false,
            sign_in_page_203: false,
            require_both_pat_scopes: false,
            strict_transport_security: false,
            verify_rules: Vec::new(),
            body_timeout: Duration::from_secs(10),
        }
    }
}
