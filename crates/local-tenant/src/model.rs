//! The things that a tenant holds.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::digest::derived_id;
use crate::scopes::Permission;

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id, the `tid` of its tokens.
    pub id: Uuid,
    /// Its domain, which may stand for the id in addresses. Without regard to case.
    pub domain: String,
    /// Its name, for people.
    pub name: String,
    /// Whether a person may consent to an application on their own.
    pub users_may_consent: bool,
}

/// Whether an application can keep a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplicationKind {
    /// It cannot: a command line, a desktop application. It must not present one.
    Public,
    /// It can, and must authenticate wherever it redeems something.
    Confidential,
}

/// What kind of client waits at a redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// A web server, which authenticates with a secret or a certificate.
    Web,
    /// A single-page application: no secret, PKCE obligatory, refresh tokens of 24 hours in all.
    Spa,
    /// An application on the person's machine.
    Native,
}

impl Platform {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Spa => "spa",
            Self::Native => "native",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Web, Self::Spa, Self::Native].into_iter().find(|platform| platform.as_str() == text)
    }
}

/// A registered redirect URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectUri {
    /// The URI. It is compared exactly; on loopback hosts the port is ignored, and https is as good as http.
    pub uri: String,
    /// Who waits there.
    pub platform: Platform,
}

/// An application, registered in one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its client id.
    pub id: Uuid,
    /// The tenant that it is registered in.
    pub tenant_id: Uuid,
    /// Its name, as the consent page shows it.
    pub name: String,
    /// Whether it can keep a secret.
    pub kind: ApplicationKind,
    /// Whether people of other tenants may sign in to it.
    pub multi_tenant: bool,
    /// Whether an administrator must consent before anyone can use it.
    pub needs_approval: bool,
    /// The permissions of the Azure DevOps resource that it is registered with: what `.default` stands for.
    pub permissions: Vec<Permission>,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<RedirectUri>,
}

impl Application {
    /// Whether the application exists in this tenant, by registration or as one for all tenants.
    pub(crate) fn is_in(&self, tenant_id: Uuid) -> bool {
        self.multi_tenant || self.tenant_id == tenant_id
    }

    /// The object id of its service principal in a tenant.
    pub fn service_principal_id(&self, tenant_id: Uuid) -> Uuid {
        derived_id("service principal", [tenant_id, self.id])
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The object id: the `oid` of tokens.
    pub id: Uuid,
    /// The tenant that the person belongs to.
    pub tenant_id: Uuid,
    /// The name to sign in with, `ada@fabrikam.example`; unique without regard to case.
    pub user_name: String,
    /// The whole name.
    pub display_name: String,
    /// The given name, maybe empty.
    pub given_name: String,
    /// The family name, maybe empty.
    pub family_name: String,
    /// Whether the person is a global administrator, who may consent for the tenant.
    pub administrator: bool,
    /// Whether sign-in is refused.
    pub disabled: bool,
    /// Whether a one-time code is asked for.
    pub multi_factor: bool,
    /// The groups that tokens name; none: no `groups` claim.
    pub groups: Vec<Uuid>,
    /// Grants given before this instant are void.
    pub(crate) grants_valid_from: jiff::Timestamp,
}
