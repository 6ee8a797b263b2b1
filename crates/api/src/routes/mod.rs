//! Which requests are answered, and who may send them.
//!
//! Paths match like this: literal segments without regard to case, parameters byte for byte. Nothing is decoded
//! before matching, so `%2f` never separates and `%5fapis` is not `_apis`. Repeated slashes count as one in front
//! of and inside `/{organization}/_apis/…`, because a client of the service sends them; elsewhere an empty segment
//! matches nothing. One slash at the end is ignored everywhere.

mod location;
mod table;

use http::Method;
use patcycle_contract::{PolicyLevel, ResourceVersions, query};

pub(crate) use location::{ANY_SUFFIX, Location, Parameters};
pub use table::ROUTES;

/// What a caller must be to use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without credentials.
    Anyone,
    /// Nobody: the answer is always where to sign in. Client tools find an organization's tenant by it.
    Challenge,
    /// A person of any tenant that an organization is of. No organization is named.
    SignedIn(Permission),
    /// A person of the organization, through an application that was permitted this.
    Person(Permission),
    /// The same, who is one of the organization's administrators.
    Administrator(Permission),
    /// Anybody who wants to know whether the PAT that the request carries is good. Every verb is answered:
    /// gateways repeat the one of the request that they ask about.
    Verification,
}

/// What the scopes of an access token must permit (contract.md §12 #23). `user_impersonation` permits all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Any scope, or none: to ask who one is takes no permission.
    Connect,
    /// `vso.pats` or `vso.pats_manage`.
    ReadPats,
    /// `vso.pats_manage`.
    ManagePats,
    /// `vso.tokenadministration`.
    AdministerTokens,
    /// `vso.tokenadministration` too: no scope for policies is published. A PAT never opens them.
    AdministerPolicies,
    /// `vso.auditlog`.
    ReadAuditLog,
    /// `vso.graph` or `vso.graph_manage`.
    ReadGraph,
    /// `vso.graph_manage`.
    ManageGraph,
    /// `vso.profile` or `vso.profile_write`.
    ReadProfile,
}

impl Access {
    /// Whether some PATs open the route.
    pub fn takes_pats(self) -> bool {
        match self {
            Self::Anyone | Self::Challenge | Self::SignedIn(_) => false,
            Self::Person(permission) | Self::Administrator(permission) => {
                permission.pat_scope() != PatScope::None
            }
            Self::Verification => true,
        }
    }
}

/// What a PAT must grant to be as good as an access token on a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatScope {
    /// No PAT opens it: a PAT cannot manage PATs.
    None,
    /// Any good PAT opens it.
    Any,
    /// A PAT with this scope, by name or by inclusion.
    Granting(&'static str),
}

impl Permission {
    /// Which PATs open a route that needs this.
    pub fn pat_scope(self) -> PatScope {
        match self {
            Self::Connect => PatScope::Any,
            Self::ReadPats
            | Self::ManagePats
            | Self::AdministerPolicies
            | Self::ReadAuditLog
            | Self::ReadProfile => PatScope::None,
            Self::ReadGraph => PatScope::Granting("vso.graph"),
            Self::ManageGraph => PatScope::Granting("vso.graph_manage"),
            Self::AdministerTokens => PatScope::Granting("vso.tokenadministration"),
        }
    }

    /// Whether these scopes permit it. `both`: the two scopes for PATs count only together.
    pub fn is_granted(self, scopes: &[String], both: bool) -> bool {
        let has = |scope: &str| scopes.iter().any(|held| held == scope);
        has("user_impersonation")
            || match self {
                Self::Connect => true,
                Self::ReadPats | Self::ManagePats if both => has("vso.pats") && has("vso.pats_manage"),
                Self::ReadPats => has("vso.pats") || has("vso.pats_manage"),
                Self::ManagePats => has("vso.pats_manage"),
                Self::AdministerTokens | Self::AdministerPolicies => has("vso.tokenadministration"),
                Self::ReadAuditLog => has("vso.auditlog"),
                Self::ReadGraph => has("vso.graph") || has("vso.graph_manage"),
                Self::ManageGraph => has("vso.graph_manage"),
                Self::ReadProfile => has("vso.profile") || has("vso.profile_write"),
            }
    }
}

/// What is done on a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Tells that this is Patcycle.
    About,
    /// Describes the API for programs.
    OpenApi,
    /// Describes the API for people.
    OpenApiPage,
    /// Tells where to sign in.
    Challenge,
    /// Tells the addresses and versions of all resources.
    ListLocations,
    /// Tells the same of one area.
    ListAreaLocations,
    /// Tells who the caller is, and where the services are.
    ConnectionData,
    /// Tells which areas another host serves: none.
    ListResourceAreas,
    /// Tells which host serves an area.
    GetResourceArea,
    /// Tells the same in the older form.
    GetServiceDefinition,
    /// Lists the caller's PATs.
    ListPats,
    /// Shows one.
    GetPat,
    /// Makes one.
    CreatePat,
    /// Changes one.
    UpdatePat,
    /// Revokes one.
    RevokePat,
    /// Tells what happened to one.
    PatHistory,
    /// Tells what the policies leave to the caller.
    PatLimits,
    /// Gives one a new secret.
    RotatePat,
    /// Ends the old secret of a rotation.
    FinishRotation,
    /// Goes back to the old secret of a rotation.
    UndoRotation,
    /// Lists all policies.
    ListPolicies,
    /// Shows one, of this level.
    GetPolicy(PolicyLevel),
    /// Changes one, of this level.
    ChangePolicy(PolicyLevel),
    /// Shows the audit log, the newest records first.
    ReadAuditLog,
    /// Gives audit records with their hashes, in the order of the chain.
    ExportAudit,
    /// Shows everybody's PATs, with filters.
    Inventory,
    /// Revokes everything of one owner.
    RevokeOwner,
    /// Makes a session token.
    CreateSessionToken,
    /// Lists the caller's session tokens.
    ListSessionTokens,
    /// Lists the people of the organization.
    ListPeople,
    /// Takes a person's access to the organization away.
    DisablePerson,
    /// Gives it back.
    EnablePerson,
    /// Tells the descriptor of an id.
    GetDescriptor,
    /// Tells the id of a descriptor.
    GetStorageKey,
    /// Tells who the caller is.
    GetProfile,
    /// Tells which organizations the caller belongs to.
    ListAccounts,
    /// Lists the PATs of anybody.
    ListTokensOf,
    /// Revokes PATs of anybody.
    RevokeMany,
    /// Makes a revocation rule.
    CreateRevocationRule,
    /// Lists the revocation rules.
    ListRevocationRules,
    /// Tells whether the request's PAT is good for what the query names.
    Verify,
    /// Tells whether the request's PAT is good for what a configured rule names.
    VerifyByRule,
    /// Tells what one would have refused.
    RehearsePolicy,
    /// Takes a report of leaked PATs.
    ReportLeaks,
    /// Takes a signed report of leaked PATs.
    ReceiveLeakReport,
    /// Tells whose leaked PATs are.
    LookUpLeaks,
}

/// One row of the table.
#[derive(Debug)]
pub struct Route {
    /// The verb. GET stands for HEAD too, and with [`Access::Verification`] for every verb.
    pub method: Method,
    /// The path. A segment in braces is a parameter, `{*}` at the end is whatever follows, even nothing;
    /// everything else is literal.
    pub path: &'static str,
    /// The row counts only when the query has this parameter, with whatever value.
    pub selected_by: Option<&'static str>,
    /// The versions of the API in which it is answered; `None`: it has none.
    pub versions: Option<&'static ResourceVersions>,
    /// Who may.
    pub access: Access,
    /// What is done.
    pub operation: Operation,
}

impl Route {
    fn answers(&self, method: &Method) -> bool {
        self.method == *method || self.access == Access::Verification
    }
}

/// What a verb on a path of the table means.
#[derive(Debug)]
pub(crate) enum Selection {
    /// This route.
    Route(&'static Route),
    /// Which verbs there are.
    Options {
        /// The value of `Allow`.
        allow: String,
    },
    /// A verb that is not there.
    NotAllowed {
        /// The value of `Allow`.
        allow: String,
    },
}

/// Chooses among the rows of `path`. The method is taken as it is: no header overrides it.
pub(crate) fn select(path: &'static str, method: &Method, pairs: &[(String, String)]) -> Selection {
    let rows = || ROUTES.iter().filter(|route| route.path == path);
    let asked = if *method == Method::HEAD { &Method::GET } else { method };
    let chosen = rows().find(|route| {
        route.answers(asked) && route.selected_by.is_none_or(|key| query::first(pairs, key).is_some())
    });
    if let Some(route) = chosen {
        return Selection::Route(route);
    }
    let mut verbs = vec!["OPTIONS"];
    for route in rows() {
        let also = if route.method == Method::GET { &["GET", "HEAD"][..] } else { &[route.method.as_str()] };
        verbs.extend(also.iter().filter(|verb| !verbs.contains(verb)).copied().collect::<Vec<_>>());
    }
    let allow = verbs.join(", ");
    if *method == Method::OPTIONS { Selection::Options { allow } } else { Selection::NotAllowed { allow } }
}

#[cfg(test)]
mod tests;
