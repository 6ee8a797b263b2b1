//! Which requests are answered, and who may send them.
//!
//! Paths match like this: literal segments without regard to case, parameters byte for byte. Nothing is decoded
//! before matching, so `%2f` never separates and `%5fapis` is not `_apis`. Repeated slashes count as one in front
//! of and inside `/{organization}/_apis/…`, because a client of the service sends them; elsewhere an empty segment
//! matches nothing. One slash at the end is ignored everywhere.

use http::Method;
use patcycle_contract::{PolicyLevel, ResourceVersions, query};

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

const APIS: &str = "/{organization}/_apis";
const AREA: &str = "/{organization}/_apis/{area}";
const CONNECTION_DATA: &str = "/{organization}/_apis/connectiondata";
const RESOURCE_AREAS: &str = "/{organization}/_apis/resourceareas";
const RESOURCE_AREA: &str = "/{organization}/_apis/resourceareas/{areaId}";
const SERVICE_DEFINITION: &str = "/{organization}/_apis/servicedefinitions/{serviceType}/{identifier}";
impl Route {
    fn answers(&self, method: &Method) -> bool {
        self.method == *method || self.access == Access::Verification
    }
}

const VERIFY: &str = "/_patcycle/verify";
const VERIFY_BY_RULE: &str = "/_patcycle/verify/{rule}/{*}";
const PATS: &str = "/{organization}/_apis/tokens/pats";
const HISTORY: &str = "/{organization}/_apis/tokens/pats/{authorizationId}/history";
const ROTATE: &str = "/{organization}/_apis/tokens/pats/{authorizationId}/rotate";
const ROTATE_FINISH: &str = "/{organization}/_apis/tokens/pats/{authorizationId}/rotate/finish";
const ROTATE_UNDO: &str = "/{organization}/_apis/tokens/pats/{authorizationId}/rotate/undo";
const TENANT_POLICY: &str = "/{organization}/_apis/TenantPolicy/Policies/{policy}";
const ORGANIZATION_POLICY: &str = "/{organization}/_apis/OrganizationPolicy/Policies/{policy}";
const SESSION_TOKENS: &str = "/{organization}/_apis/token/sessiontokens";
const REVOCATION_RULES: &str = "/{organization}/_apis/tokenadmin/revocationrules";
pub(crate) const ANY_SUFFIX: &str = "{*}";
/// No path of the table has more parameters.
const MAXIMUM_PARAMETERS: usize = 3;

/// All routes. Of two paths that fit, the one with fewer parameters counts; of two rows, the first.
pub static ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/_patcycle",
        selected_by: None,
        versions: None,
        access: Access::Anyone,
        operation: Operation::About,
    },
    Route {
        method: Method::GET,
        path: VERIFY,
        selected_by: None,
        versions: None,
        access: Access::Verification,
        operation: Operation::Verify,
    },
    Route {
        method: Method::GET,
        path: VERIFY_BY_RULE,
        selected_by: None,
        versions: None,
        access: Access::Verification,
        operation: Operation::VerifyByRule,
    },
    Route {
        method: Method::GET,
        path: "/openapi.json",
        selected_by: None,
        versions: None,
        access: Access::Anyone,
        operation: Operation::OpenApi,
    },
    Route {
        method: Method::GET,
        path: "/_patcycle/api",
        selected_by: None,
        versions: None,
        access: Access::Anyone,
        operation: Operation::OpenApiPage,
    },
    Route {
        method: Method::GET,
        path: "/{organization}",
        selected_by: None,
        versions: None,
        access: Access::Challenge,
        operation: Operation::Challenge,
    },
    Route {
        method: Method::GET,
        path: "/_apis/profile/profiles/me",
        selected_by: None,
        versions: Some(&ResourceVersions::PROFILES),
        access: Access::SignedIn(Permission::ReadProfile),
        operation: Operation::GetProfile,
    },
    Route {
        method: Method::GET,
        path: "/_apis/accounts",
        selected_by: None,
        versions: Some(&ResourceVersions::ACCOUNTS),
        access: Access::SignedIn(Permission::ReadProfile),
        operation: Operation::ListAccounts,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/profile/profiles/me",
        selected_by: None,
        versions: Some(&ResourceVersions::PROFILES),
        access: Access::Person(Permission::ReadProfile),
        operation: Operation::GetProfile,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/accounts",
        selected_by: None,
        versions: Some(&ResourceVersions::ACCOUNTS),
        access: Access::Person(Permission::ReadProfile),
        operation: Operation::ListAccounts,
    },
    Route {
        method: Method::POST,
        path: SESSION_TOKENS,
        selected_by: None,
        versions: Some(&ResourceVersions::SESSION_TOKENS),
        access: Access::Person(Permission::ManagePats),
        operation: Operation::CreateSessionToken,
    },
    Route {
        method: Method::GET,
        path: SESSION_TOKENS,
        selected_by: None,
        versions: Some(&ResourceVersions::SESSION_TOKENS),
        access: Access::Person(Permission::ReadPats),
        operation: Operation::ListSessionTokens,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/graph/users",
        selected_by: None,
        versions: Some(&ResourceVersions::GRAPH_USERS),
        access: Access::Administrator(Permission::ReadGraph),
        operation: Operation::ListPeople,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/graph/descriptors/{storageKey}",
        selected_by: None,
        versions: Some(&ResourceVersions::GRAPH_DESCRIPTORS),
        access: Access::Administrator(Permission::ReadGraph),
        operation: Operation::GetDescriptor,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/graph/storagekeys/{subjectDescriptor}",
        selected_by: None,
        versions: Some(&ResourceVersions::GRAPH_STORAGE_KEYS),
        access: Access::Administrator(Permission::ReadGraph),
        operation: Operation::GetStorageKey,
    },
    Route {
        method: Method::GET,
        path: CONNECTION_DATA,
        selected_by: None,
        versions: Some(&ResourceVersions::CONNECTION_DATA),
        access: Access::Person(Permission::Connect),
        operation: Operation::ConnectionData,
    },
    Route {
        method: Method::GET,
        path: RESOURCE_AREAS,
        selected_by: None,
        versions: Some(&ResourceVersions::RESOURCE_AREAS),
        access: Access::Anyone,
        operation: Operation::ListResourceAreas,
    },
    Route {
        method: Method::GET,
        path: RESOURCE_AREA,
        selected_by: None,
        versions: Some(&ResourceVersions::RESOURCE_AREAS),
        access: Access::Anyone,
        operation: Operation::GetResourceArea,
    },
    Route {
        method: Method::GET,
        path: SERVICE_DEFINITION,
        selected_by: None,
        versions: Some(&ResourceVersions::SERVICE_DEFINITIONS),
        access: Access::Anyone,
        operation: Operation::GetServiceDefinition,
    },
    Route {
        method: Method::OPTIONS,
        path: APIS,
        selected_by: None,
        versions: None,
        access: Access::Anyone,
        operation: Operation::ListLocations,
    },
    Route {
        method: Method::OPTIONS,
        path: AREA,
        selected_by: None,
        versions: None,
        access: Access::Anyone,
        operation: Operation::ListAreaLocations,
    },
    Route {
        method: Method::GET,
        path: PATS,
        selected_by: Some("authorizationId"),
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ReadPats),
        operation: Operation::GetPat,
    },
    Route {
        method: Method::GET,
        path: PATS,
        selected_by: None,
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ReadPats),
        operation: Operation::ListPats,
    },
    Route {
        method: Method::POST,
        path: PATS,
        selected_by: None,
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ManagePats),
        operation: Operation::CreatePat,
    },
    Route {
        method: Method::PUT,
        path: PATS,
        selected_by: None,
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ManagePats),
        operation: Operation::UpdatePat,
    },
    Route {
        method: Method::DELETE,
        path: PATS,
        selected_by: None,
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ManagePats),
        operation: Operation::RevokePat,
    },
    Route {
        method: Method::GET,
        path: HISTORY,
        selected_by: None,
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ReadPats),
        operation: Operation::PatHistory,
    },
    Route {
        method: Method::POST,
        path: ROTATE,
        selected_by: None,
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ManagePats),
        operation: Operation::RotatePat,
    },
    Route {
        method: Method::POST,
        path: ROTATE_FINISH,
        selected_by: None,
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ManagePats),
        operation: Operation::FinishRotation,
    },
    Route {
        method: Method::POST,
        path: ROTATE_UNDO,
        selected_by: None,
        versions: Some(&ResourceVersions::PATS),
        access: Access::Person(Permission::ManagePats),
        operation: Operation::UndoRotation,
    },
    Route {
        method: Method::GET,
        path: TENANT_POLICY,
        selected_by: None,
        versions: Some(&ResourceVersions::POLICIES),
        access: Access::Administrator(Permission::AdministerPolicies),
        operation: Operation::GetPolicy(PolicyLevel::Tenant),
    },
    Route {
        method: Method::PATCH,
        path: TENANT_POLICY,
        selected_by: None,
        versions: Some(&ResourceVersions::POLICIES),
        access: Access::Administrator(Permission::AdministerPolicies),
        operation: Operation::ChangePolicy(PolicyLevel::Tenant),
    },
    Route {
        method: Method::GET,
        path: ORGANIZATION_POLICY,
        selected_by: None,
        versions: Some(&ResourceVersions::POLICIES),
        access: Access::Administrator(Permission::AdministerPolicies),
        operation: Operation::GetPolicy(PolicyLevel::Organization),
    },
    Route {
        method: Method::PATCH,
        path: ORGANIZATION_POLICY,
        selected_by: None,
        versions: Some(&ResourceVersions::POLICIES),
        access: Access::Administrator(Permission::AdministerPolicies),
        operation: Operation::ChangePolicy(PolicyLevel::Organization),
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/_patcycle/policies",
        selected_by: None,
        versions: None,
        access: Access::Administrator(Permission::AdministerPolicies),
        operation: Operation::ListPolicies,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/audit/auditlog",
        selected_by: None,
        versions: Some(&ResourceVersions::AUDIT_LOG),
        access: Access::Administrator(Permission::ReadAuditLog),
        operation: Operation::ReadAuditLog,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/_patcycle/audit",
        selected_by: None,
        versions: None,
        access: Access::Administrator(Permission::ReadAuditLog),
        operation: Operation::ExportAudit,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/_patcycle/inventory",
        selected_by: None,
        versions: None,
        access: Access::Administrator(Permission::AdministerTokens),
        operation: Operation::Inventory,
    },
    Route {
        method: Method::POST,
        path: "/{organization}/_apis/_patcycle/owners/{subjectDescriptor}/revoke",
        selected_by: None,
        versions: None,
        access: Access::Administrator(Permission::AdministerTokens),
        operation: Operation::RevokeOwner,
    },
    Route {
        method: Method::GET,
        path: "/{organization}/_apis/tokenadmin/personalaccesstokens/{subjectDescriptor}",
        selected_by: None,
        versions: Some(&ResourceVersions::TOKEN_ADMIN_LIST),
        access: Access::Administrator(Permission::AdministerTokens),
        operation: Operation::ListTokensOf,
    },
    Route {
        method: Method::POST,
        path: "/{organization}/_apis/tokenadmin/revocations",
        selected_by: None,
        versions: Some(&ResourceVersions::TOKEN_ADMIN),
        access: Access::Administrator(Permission::AdministerTokens),
        operation: Operation::RevokeMany,
    },
    Route {
        method: Method::POST,
        path: REVOCATION_RULES,
        selected_by: None,
        versions: Some(&ResourceVersions::TOKEN_ADMIN),
        access: Access::Administrator(Permission::AdministerTokens),
        operation: Operation::CreateRevocationRule,
    },
    Route {
        method: Method::GET,
        path: REVOCATION_RULES,
        selected_by: None,
        versions: Some(&ResourceVersions::TOKEN_ADMIN),
        access: Access::Administrator(Permission::AdministerTokens),
        operation: Operation::ListRevocationRules,
    },
    Route {
        method: Method::POST,
        path: "/{organization}/_apis/_patcycle/policies/{policy}/rehearse",
        selected_by: None,
        versions: None,
        access: Access::Administrator(Permission::AdministerPolicies),
        operation: Operation::RehearsePolicy,
    },
    Route {
        method: Method::POST,
        path: "/_patcycle/leaks",
        selected_by: None,
        versions: None,
        access: Access::Anyone,
        operation: Operation::ReportLeaks,
    },
    Route {
        method: Method::POST,
        path: "/_patcycle/leaks/reports",
        selected_by: None,
        versions: None,
        access: Access::Anyone,
        operation: Operation::ReceiveLeakReport,
    },
    Route {
        method: Method::POST,
        path: "/{organization}/_apis/_patcycle/leaks/lookup",
        selected_by: None,
        versions: None,
        access: Access::Administrator(Permission::AdministerTokens),
        operation: Operation::LookUpLeaks,
    },
];

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Location<'a> {
    /// The path of the table that it matches. Logs show this one: the real path may hold anything.
    pub(crate) path: Option<&'static str>,
    /// What stands where the table has a parameter, byte for byte.
    pub(crate) parameters: Parameters<'a>,
    /// Whether it lies under `/{organization}/_apis`, where pages of other origins may call.
    pub(crate) under_apis: bool,
}

/// The parameters of a path: name, without braces, and value, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Parameters<'a>([Option<(&'static str, &'a str)>; MAXIMUM_PARAMETERS]);

impl<'a> Parameters<'a> {
    fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// The value of a parameter; `None`: the path of the table has none of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().flatten().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

impl<'a> Location<'a> {
    /// Finds the path of the table that a raw path matches.
    pub(crate) fn of(path: &'a str) -> Self {
        let Some(relative) = path.strip_prefix('/') else { return Self::default() };
        let named: Vec<&str> = relative.split('/').filter(|segment| !segment.is_empty()).collect();
        let in_organization = |segments: &[&str]| {
            matches!(segments, [organization, apis, ..]
                if apis.eq_ignore_ascii_case("_apis") && !organization.starts_with(['_', '.']))
        };
        if in_organization(&named) {
            return Self { under_apis: true, ..Self::matching(&named) };
        }
        let exact: Vec<&str> = relative.strip_suffix('/').unwrap_or(relative).split('/').collect();
        Self::matching(&exact)
    }

    /// Whether it is where verdicts are given.
    pub(crate) fn is_for_verification(&self) -> bool {
        self.path.is_some_and(|path| path == VERIFY || path == VERIFY_BY_RULE)
    }

    fn matching(segments: &[&'a str]) -> Self {
        // An area may have any name, so the path with fewer parameters is meant; of equals, the first.
        let fitting = ROUTES.iter().filter_map(|route| Self::at(route.path, segments));
        fitting.min_by_key(|location| location.parameters.count()).unwrap_or_default()
    }

    fn at(pattern: &'static str, segments: &[&'a str]) -> Option<Self> {
        let mut parameters = Parameters::default();
        let mut free = parameters.0.iter_mut();
        let mut given = segments.iter();
        for expected in pattern.split('/').skip(1) {
            if expected == ANY_SUFFIX {
                return Some(Self { path: Some(pattern), parameters, under_apis: false });
            }
            let segment = given.next()?;
            match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) if !segment.is_empty() => *free.next()? = Some((name, segment)),
                None if expected.eq_ignore_ascii_case(segment) => {}
                Some(_) | None => return None,
            }
        }
        given.next().is_none().then_some(Self { path: Some(pattern), parameters, under_apis: false })
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
mod tests {
    use super::*;

    fn found(path: &str) -> Option<(&'static str, Option<&str>)> {
        let location = Location::of(path);
        location.path.map(|pattern| (pattern, location.parameters.get("organization")))
    }

    #[test]
    fn literals_match_in_any_case_and_parameters_as_they_are() {
        for path in [
            "/fabrikam/_apis/tokens/pats",
            "/fabrikam/_apis/Tokens/Pats",
            "/fabrikam/_APIS/TOKENS/PATS/",
            "//fabrikam/_apis/tokens/pats",
            "/fabrikam//_apis///tokens//pats//",
        ] {
            assert_eq!(found(path), Some((PATS, Some("fabrikam"))), "{path}");
            assert!(Location::of(path).under_apis);
        }
        assert_eq!(found("/FabriKam/_apis/tokens/pats"), Some((PATS, Some("FabriKam"))));
        assert_eq!(found("/fabrik%61m/_apis/tokens/pats"), Some((PATS, Some("fabrik%61m"))));
    }

    #[test]
    fn nothing_is_decoded_and_slashes_count_elsewhere() {
        for path in [
            "/fabrikam%2f_apis/tokens/pats",
            "/fabrikam/%5fapis/tokens/pats",
            "/fabrikam/_apis/tokens/pats%2Fx",
            "/fabrikam/_apis/tokens/pats/x",
            "/fabrikam/_apis/./tokens/pats",
            "/fabrikam/_apis/tokens/pats/x/y",
            "//_patcycle",
            "/_patcycle//",
            "//fabrikam",
            "/",
            "//",
            "",
            "*",
            "fabrikam/_apis/tokens/pats",
        ] {
            assert_eq!(found(path), None, "{path}");
        }
    }

    #[test]
    fn a_literal_segment_counts_before_a_parameter() {
        assert_eq!(found("/fabrikam/_apis/ConnectionData"), Some((CONNECTION_DATA, Some("fabrikam"))));
        assert_eq!(found("/fabrikam/_apis/Tokens"), Some((AREA, Some("fabrikam"))));
        assert_eq!(found("/fabrikam/_apis/"), Some((APIS, Some("fabrikam"))));
    }

    #[test]
    fn the_products_own_paths_are_no_organization() {
        assert_eq!(found("/_PatCycle/"), Some(("/_patcycle", None)));
        assert!(!Location::of("/_patcycle/_apis/tokens/pats").under_apis);
        assert!(!Location::of("/fabrikam").under_apis);
        assert!(Location::of("/fabrikam/_apis/anything").under_apis);
    }

    #[test]
    fn get_and_list_share_a_path() {
        let operation = |method: Method, raw: &str| match select(PATS, &method, &query::decode(raw)) {
            Selection::Route(route) => Some(route.operation),
            Selection::Options { .. } | Selection::NotAllowed { .. } => None,
        };
        assert_eq!(operation(Method::GET, "$top=1"), Some(Operation::ListPats));
        assert_eq!(operation(Method::HEAD, ""), Some(Operation::ListPats));
        assert_eq!(operation(Method::GET, "AuthorizationID="), Some(Operation::GetPat));
        assert_eq!(operation(Method::DELETE, "authorizationId=x"), Some(Operation::RevokePat));
        assert_eq!(operation(Method::PATCH, ""), None);
    }

    #[test]
    fn says_which_verbs_there_are() {
        let Selection::NotAllowed { allow } = select(PATS, &Method::PATCH, &[]) else { panic!() };
        assert_eq!(allow, "OPTIONS, GET, HEAD, POST, PUT, DELETE");
        let Selection::Options { allow } = select("/_patcycle", &Method::OPTIONS, &[]) else { panic!() };
        assert_eq!(allow, "OPTIONS, GET, HEAD");
    }

    /// Who may use which route is decided here a second time: a route that is new or opened wider fails until
    /// somebody writes it down.
    #[test]
    fn every_route_is_declared_here_too() {
        let declared = [
            "GET /_patcycle Anyone",
            "GET /_patcycle/verify Verification",
            "GET /_patcycle/verify/{rule}/{*} Verification",
            "GET /openapi.json Anyone",
            "GET /_patcycle/api Anyone",
            "GET /{organization} Challenge",
            "GET /_apis/profile/profiles/me SignedIn(ReadProfile)",
            "GET /_apis/accounts SignedIn(ReadProfile)",
            "GET /{organization}/_apis/profile/profiles/me Person(ReadProfile)",
            "GET /{organization}/_apis/accounts Person(ReadProfile)",
            "POST /{organization}/_apis/token/sessiontokens Person(ManagePats)",
            "GET /{organization}/_apis/token/sessiontokens Person(ReadPats)",
            "GET /{organization}/_apis/graph/users Administrator(ReadGraph)",
            "GET /{organization}/_apis/graph/descriptors/{storageKey} Administrator(ReadGraph)",
            "GET /{organization}/_apis/graph/storagekeys/{subjectDescriptor} Administrator(ReadGraph)",
            "GET /{organization}/_apis/connectiondata Person(Connect)",
            "GET /{organization}/_apis/resourceareas Anyone",
            "GET /{organization}/_apis/resourceareas/{areaId} Anyone",
            "GET /{organization}/_apis/servicedefinitions/{serviceType}/{identifier} Anyone",
            "OPTIONS /{organization}/_apis Anyone",
            "OPTIONS /{organization}/_apis/{area} Anyone",
            "GET /{organization}/_apis/tokens/pats?authorizationId Person(ReadPats)",
            "GET /{organization}/_apis/tokens/pats Person(ReadPats)",
            "POST /{organization}/_apis/tokens/pats Person(ManagePats)",
            "PUT /{organization}/_apis/tokens/pats Person(ManagePats)",
            "DELETE /{organization}/_apis/tokens/pats Person(ManagePats)",
            "GET /{organization}/_apis/tokens/pats/{authorizationId}/history Person(ReadPats)",
            "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate Person(ManagePats)",
            "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate/finish Person(ManagePats)",
            "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate/undo Person(ManagePats)",
            "GET /{organization}/_apis/TenantPolicy/Policies/{policy} Administrator(AdministerPolicies)",
            "PATCH /{organization}/_apis/TenantPolicy/Policies/{policy} Administrator(AdministerPolicies)",
            "GET /{organization}/_apis/OrganizationPolicy/Policies/{policy} Administrator(AdministerPolicies)",
            "PATCH /{organization}/_apis/OrganizationPolicy/Policies/{policy} Administrator(AdministerPolicies)",
            "GET /{organization}/_apis/_patcycle/policies Administrator(AdministerPolicies)",
            "GET /{organization}/_apis/audit/auditlog Administrator(ReadAuditLog)",
            "GET /{organization}/_apis/_patcycle/audit Administrator(ReadAuditLog)",
            "GET /{organization}/_apis/_patcycle/inventory Administrator(AdministerTokens)",
            "POST /{organization}/_apis/_patcycle/owners/{subjectDescriptor}/revoke \
             Administrator(AdministerTokens)",
            "GET /{organization}/_apis/tokenadmin/personalaccesstokens/{subjectDescriptor} \
             Administrator(AdministerTokens)",
            "POST /{organization}/_apis/tokenadmin/revocations Administrator(AdministerTokens)",
            "POST /{organization}/_apis/tokenadmin/revocationrules Administrator(AdministerTokens)",
            "GET /{organization}/_apis/tokenadmin/revocationrules Administrator(AdministerTokens)",
            "POST /{organization}/_apis/_patcycle/policies/{policy}/rehearse Administrator(AdministerPolicies)",
            "POST /_patcycle/leaks Anyone",
            "POST /_patcycle/leaks/reports Anyone",
            "POST /{organization}/_apis/_patcycle/leaks/lookup Administrator(AdministerTokens)",
        ];
        let actual: Vec<String> = ROUTES
            .iter()
            .map(|route| {
                let selector = route.selected_by.map(|key| format!("?{key}")).unwrap_or_default();
                format!("{} {}{selector} {:?}", route.method, route.path, route.access)
            })
            .collect();
        assert_eq!(actual, declared);
        for route in ROUTES {
            assert!(
                matches!(route.access, Access::Anyone | Access::SignedIn(_) | Access::Verification)
                    || route.path.starts_with("/{organization}"),
                "{}",
                route.path
            );
        }
    }

    #[test]
    fn every_parameter_has_its_place() {
        for route in ROUTES {
            let parameters = route.path.matches('{').count() - route.path.matches(ANY_SUFFIX).count();
            assert!(parameters <= MAXIMUM_PARAMETERS, "{}", route.path);
            assert!(route.path.find(ANY_SUFFIX).is_none_or(|at| at + ANY_SUFFIX.len() == route.path.len()));
        }
    }

    #[test]
    fn a_suffix_is_whatever_follows() {
        let found = |pattern, segments: &[&'static str]| {
            Location::at(pattern, segments).map(|location| location.parameters.get("rule"))
        };
        for segments in [&["verify", "r"][..], &["verify", "r", "x", "", "y"], &["VERIFY", "r", ""]] {
            assert_eq!(found("/verify/{rule}/{*}", segments), Some(Some("r")), "{segments:?}");
        }
        for segments in [&["verify"][..], &["verify", ""], &["other", "r"]] {
            assert_eq!(found("/verify/{rule}/{*}", segments), None, "{segments:?}");
        }
    }

    #[test]
    fn scopes_count_as_whole_words() {
        let granted = |permission: Permission, scopes: &str, both| {
            let scopes: Vec<String> = scopes.split(' ').map(str::to_owned).collect();
            permission.is_granted(&scopes, both)
        };
        for (scopes, read, manage, both) in [
            ("user_impersonation", true, true, true),
            ("vso.pats", true, false, false),
            ("vso.pats_manage", true, true, false),
            ("vso.pats vso.pats_manage", true, true, true),
            ("vso.tokens", false, false, false),
            ("vso.pats_manager vso.pat user_impersonation2 User_Impersonation", false, false, false),
            ("", false, false, false),
        ] {
            assert_eq!(granted(Permission::ReadPats, scopes, false), read, "{scopes}");
            assert_eq!(granted(Permission::ManagePats, scopes, false), manage, "{scopes}");
            assert_eq!(granted(Permission::ReadPats, scopes, true), both, "{scopes}");
            assert_eq!(granted(Permission::ManagePats, scopes, true), both, "{scopes}");
        }
    }
}
