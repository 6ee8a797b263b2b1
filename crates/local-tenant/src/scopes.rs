//! Scopes: what a client asks for, and what it gets.

use patcycle_entra::resource::{AZURE_DEVOPS_RESOURCE, is_azure_devops_audience};
use serde::{Deserialize, Serialize};

use crate::model::Application;

/// A delegated permission of the Azure DevOps resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// `user_impersonation`: act as the person in Azure DevOps.
    UserImpersonation,
    /// `vso.pats`: read the person's PATs.
    Pats,
    /// `vso.pats_manage`: create, change and revoke the person's PATs.
    PatsManage,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 3] = [Self::UserImpersonation, Self::Pats, Self::PatsManage];

    /// Its name in scopes and in the `scp` claim.
    pub fn name(self) -> &'static str {
        match self {
            Self::UserImpersonation => "user_impersonation",
            Self::Pats => "vso.pats",
            Self::PatsManage => "vso.pats_manage",
        }
    }

    /// The permission of this name, without regard to case.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name().eq_ignore_ascii_case(name))
    }

    /// What the consent page says of it.
    pub(crate) fn explanation(self) -> (&'static str, &'static str) {
        match self {
            Self::UserImpersonation => {
                ("Have full access to Azure DevOps as you", "The app can do whatever you can do there.")
            }
            Self::Pats => (
                "Read your personal access tokens",
                "The app sees names, scopes and ends, never the secrets.",
            ),
            Self::PatsManage => (
                "Manage your personal access tokens",
                "The app can create, renew and revoke tokens that act as you.",
            ),
        }
    }
}

/// The OpenID Connect scopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "four independent scopes")]
pub(crate) struct OpenIdScopes {
    pub(crate) openid: bool,
    pub(crate) profile: bool,
    pub(crate) email: bool,
    pub(crate) offline_access: bool,
}

impl OpenIdScopes {
    /// Those of `self` that `other` has too.
    pub(crate) fn intersection(self, other: Self) -> Self {
        Self {
            openid: self.openid && other.openid,
            profile: self.profile && other.profile,
            email: self.email && other.email,
            offline_access: self.offline_access && other.offline_access,
        }
    }

    fn set(&mut self, name: &str) -> bool {
        let flag = match name.to_ascii_lowercase().as_str() {
            "openid" => &mut self.openid,
            "profile" => &mut self.profile,
            "email" => &mut self.email,
            "offline_access" => &mut self.offline_access,
            _ => return false,
        };
        *flag = true;
        true
    }

    /// Their names. `offline_access` is among them only for consent: Entra's answers leave it out.
    fn names(self, with_offline_access: bool) -> Vec<&'static str> {
        let all = [
            (self.openid, "openid"),
            (self.profile, "profile"),
            (self.email, "email"),
            (self.offline_access && with_offline_access, "offline_access"),
        ];
        all.into_iter().filter(|(asked, _)| *asked).map(|(_, name)| name).collect()
    }
}

/// Why a scope parameter was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScopeFault {
    /// No such scope.
    #[error(
        "The provided value for the input parameter 'scope' is not valid. The scope '{0}' does not exist. \
             Scopes of Azure DevOps are written '{AZURE_DEVOPS_RESOURCE}/NAME' with user_impersonation, vso.pats, \
             vso.pats_manage or .default as NAME."
    )]
    Unknown(String),
    /// No such resource.
    #[error(
        "The resource principal named {0} was not found in the tenant. This tenant knows Azure DevOps \
             ({AZURE_DEVOPS_RESOURCE}) only."
    )]
    UnknownResource(String),
    /// The resource twice, spelled in two ways.
    #[error(
        "The provided value for the input parameter 'scope' is not valid because it names more than one \
             resource. Use one spelling of the resource in all scopes."
    )]
    Mixed,
    /// `.default`, but the registration has no permission of the resource.
    #[error(
        "Invalid resource. The client has requested access to a resource which is not listed in the \
             requested permissions in the client's application registration. Client app ID: {0}. \
             Resource value from request: {AZURE_DEVOPS_RESOURCE}. Give the application a permission first."
    )]
    NotRegistered(uuid::Uuid),
}

/// What a client asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RequestedScopes {
    pub(crate) openid: OpenIdScopes,
    resource: Option<RequestedResource>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct RequestedResource {
    /// As the client spelled it: the answer must repeat the spelling, for clients look their cache up by it.
    prefix: String,
    permissions: Vec<Permission>,
    default: bool,
}

impl RequestedScopes {
    /// Reads a scope parameter. It may hold nothing at all: whether that is a fault, the caller knows.
    pub(crate) fn parse(text: &str) -> Result<Self, ScopeFault> {
        let mut scopes = Self::default();
        for scope in text.split_ascii_whitespace() {
            if !scopes.openid.set(scope) {
                scopes.add_resource_scope(scope)?;
            }
        }
        Ok(scopes)
    }

    fn add_resource_scope(&mut self, scope: &str) -> Result<(), ScopeFault> {
        let unknown = || ScopeFault::Unknown(scope.to_owned());
        let (prefix, name) = scope.rsplit_once('/').ok_or_else(unknown)?;
        if !is_azure_devops_audience(prefix) {
            return Err(ScopeFault::UnknownResource(prefix.to_owned()));
        }
        let resource = self.resource.get_or_insert_with(|| RequestedResource {
            prefix: prefix.to_owned(),
            permissions: Vec::new(),
            default: false,
        });
        if resource.prefix != prefix {
            return Err(ScopeFault::Mixed);
        }
        if name.eq_ignore_ascii_case(".default") {
            resource.default = true;
        } else {
            let permission = Permission::find(name).ok_or_else(unknown)?;
            if !resource.permissions.contains(&permission) {
                resource.permissions.push(permission);
            }
        }
        Ok(())
    }

    /// Whether nothing was asked for.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether this asks for one thing: all that the application may do at a resource by itself.
    pub(crate) fn is_only_default(&self) -> bool {
        self.openid == OpenIdScopes::default()
            && self
                .resource
                .as_ref()
                .is_some_and(|resource| resource.default && resource.permissions.is_empty())
    }

    /// Whether a resource was named.
    pub(crate) fn has_resource(&self) -> bool {
        self.resource.is_some()
    }

    /// What the application gets when everybody consents: `.default` becomes the registered permissions.
    pub(crate) fn grant_to(self, application: &Application) -> Result<GrantedScopes, ScopeFault> {
        let Some(mut resource) = self.resource else {
            return Ok(GrantedScopes { openid: self.openid, resource: None });
        };
        if resource.default {
            if application.permissions.is_empty() {
                return Err(ScopeFault::NotRegistered(application.id));
            }
            for permission in &application.permissions {
                if !resource.permissions.contains(permission) {
                    resource.permissions.push(*permission);
                }
            }
        }
        let RequestedResource { prefix, permissions, default } = resource;
        Ok(GrantedScopes {
            openid: self.openid,
            resource: Some(GrantedResource { prefix, permissions, default }),
        })
    }
}

/// What a client got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GrantedScopes {
    pub(crate) openid: OpenIdScopes,
    pub(crate) resource: Option<GrantedResource>,
}

/// The permissions at the resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GrantedResource {
    prefix: String,
    permissions: Vec<Permission>,
    default: bool,
}

impl GrantedScopes {
    /// Everything that the registration names, for an administrator's consent without a list.
    pub(crate) fn registered(application: &Application) -> Self {
        let openid = OpenIdScopes { openid: true, profile: true, email: true, offline_access: true };
        let resource = GrantedResource {
            prefix: AZURE_DEVOPS_RESOURCE.to_owned(),
            permissions: application.permissions.clone(),
            default: true,
        };
        Self { openid, resource: (!application.permissions.is_empty()).then_some(resource) }
    }

    /// The permissions at the resource.
    pub(crate) fn permissions(&self) -> &[Permission] {
        self.resource.as_ref().map_or(&[], |resource| &resource.permissions)
    }

    /// The `scope` of a token answer. The scope asked for is in it, `.default` too: MSAL Node takes its cache key
    /// from here.
    pub(crate) fn answer(&self) -> String {
        let Some(resource) = &self.resource else { return self.openid.names(false).join(" ") };
        let names = resource.permissions.iter().map(|permission| permission.name());
        let names = names.chain(resource.default.then_some(".default"));
        names.map(|name| format!("{}/{name}", resource.prefix)).collect::<Vec<_>>().join(" ")
    }

    /// The `scp` claim of the access token.
    pub(crate) fn claim(&self) -> String {
        match &self.resource {
            Some(resource) => {
                resource.permissions.iter().map(|permission| permission.name()).collect::<Vec<_>>().join(" ")
            }
            None => self.openid.names(false).join(" "),
        }
    }

    /// What must have been consented to, one text each, whatever the spelling in the request was.
    pub(crate) fn to_consent(&self) -> Vec<String> {
        let openid = self.openid.names(true).into_iter().map(str::to_owned);
        let permissions = self.permissions().iter();
        let permissions =
            permissions.map(|permission| format!("{AZURE_DEVOPS_RESOURCE}/{}", permission.name()));
        openid.chain(permissions).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::ApplicationKind;

    fn application(permissions: &[Permission]) -> Application {
        Application {
            id: Uuid::from_u128(7),
            tenant_id: Uuid::from_u128(1),
            name: "app".to_owned(),
            kind: ApplicationKind::Public,
            multi_tenant: false,
            needs_approval: false,
            permissions: permissions.to_vec(),
            redirect_uris: Vec::new(),
        }
    }

    fn granted(text: &str) -> Result<GrantedScopes, ScopeFault> {
        RequestedScopes::parse(text)?.grant_to(&application(&[Permission::UserImpersonation]))
    }

    #[test]
    fn default_stands_for_what_is_registered_and_stays_in_the_answer() {
        let scopes = granted(&format!("{AZURE_DEVOPS_RESOURCE}/.default openid profile")).unwrap();
        assert_eq!(scopes.claim(), "user_impersonation");
        assert_eq!(
            scopes.answer(),
            format!("{AZURE_DEVOPS_RESOURCE}/user_impersonation {AZURE_DEVOPS_RESOURCE}/.default")
        );
        let nothing = RequestedScopes::parse(&format!("{AZURE_DEVOPS_RESOURCE}/.default")).unwrap();
        assert_eq!(nothing.grant_to(&application(&[])), Err(ScopeFault::NotRegistered(Uuid::from_u128(7))));
    }

    #[test]
    fn the_spelling_of_the_resource_is_kept() {
        for prefix in ["https://app.vssps.visualstudio.com", "https://app.vssps.visualstudio.com/"] {
            let scopes = granted(&format!("{prefix}/user_impersonation")).unwrap();
            assert_eq!(scopes.answer(), format!("{prefix}/user_impersonation"));
            assert_eq!(scopes.to_consent(), [format!("{AZURE_DEVOPS_RESOURCE}/user_impersonation")]);
        }
    }

    #[test]
    fn strangers_are_refused() {
        assert_eq!(granted("User.Read"), Err(ScopeFault::Unknown("User.Read".to_owned())));
        assert!(matches!(granted("user_impersonation"), Err(ScopeFault::Unknown(_))));
        let graph = "https://graph.microsoft.com/User.Read";
        assert_eq!(
            granted(graph),
            Err(ScopeFault::UnknownResource("https://graph.microsoft.com".to_owned()))
        );
        assert!(matches!(granted(&format!("{AZURE_DEVOPS_RESOURCE}/vso.code")), Err(ScopeFault::Unknown(_))));
        let mixed = format!("{AZURE_DEVOPS_RESOURCE}/vso.pats https://app.vssps.visualstudio.com/vso.pats");
        assert_eq!(granted(&mixed), Err(ScopeFault::Mixed));
    }

    #[test]
    fn openid_scopes_alone_are_answered_without_offline_access() {
        let scopes = granted("openid profile offline_access").unwrap();
        assert_eq!(scopes.answer(), "openid profile");
        assert_eq!(scopes.to_consent(), ["openid", "profile", "offline_access"]);
    }
}
