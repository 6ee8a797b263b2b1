//! One request for each route, and who may send it: written from contract.md §3, §4, §12 #22, #23 and design.md §6, not
//! from the table of the code.

use http::Method;

/// Names of scopes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scopes {
    /// Whatever the scopes.
    Any,
    /// Each of these is enough.
    These(&'static [&'static str]),
}

impl Scopes {
    pub(super) fn hold(self, scope: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(scopes) => scopes.contains(&scope),
        }
    }
}

/// Who may use a route.
#[derive(Debug, Clone, Copy)]
pub(super) enum Audience {
    /// Anybody, without credentials.
    Anyone,
    /// Nobody: the answer is where to sign in.
    Nobody,
    /// A person of any tenant that is served, by an access token with one of these.
    SignedIn(Scopes),
    /// A person of the organization, by an access token with one of the first, or a PAT with one of the second.
    Member(Scopes, Scopes),
    /// The same, who is an administrator.
    Administrator(Scopes, Scopes),
    /// Whoever has a good PAT; 403 where its scope is none of these.
    PatHolder(Scopes),
}

/// A request that its rightful caller gets `status` for.
#[derive(Debug)]
pub(super) struct Sample {
    /// Verb, path and selector, as the table has them.
    pub(super) route: &'static str,
    /// Names in braces are those of [`super::world::World`].
    pub(super) address: &'static str,
    /// The same for the body; empty: none.
    pub(super) body: &'static str,
    pub(super) audience: Audience,
    pub(super) status: u16,
}

impl Sample {
    pub(super) fn method(&self) -> Method {
        self.route.split(' ').next().unwrap().parse().unwrap()
    }
}

const NO_PAT: Scopes = Scopes::These(&[]);
const READ_PATS: Scopes = Scopes::These(&["user_impersonation", "vso.pats", "vso.pats_manage"]);
const MANAGE_PATS: Scopes = Scopes::These(&["user_impersonation", "vso.pats_manage"]);
const PROFILE: Scopes = Scopes::These(&["user_impersonation", "vso.profile", "vso.profile_write"]);

const READER: Audience = Audience::Member(READ_PATS, NO_PAT);
const MANAGER: Audience = Audience::Member(MANAGE_PATS, NO_PAT);
const GRAPH: Audience = Audience::Administrator(
    Scopes::These(&["user_impersonation", "vso.graph", "vso.graph_manage"]),
    Scopes::These(&["app_token", "vso.graph", "vso.graph_manage"]),
);
const MANAGE_GRAPH: Audience = Audience::Administrator(
    Scopes::These(&["user_impersonation", "vso.graph_manage"]),
    Scopes::These(&["app_token", "vso.graph_manage"]),
);
const TOKEN_ADMIN: Audience = Audience::Administrator(
    Scopes::These(&["user_impersonation", "vso.tokenadministration"]),
    Scopes::These(&["app_token", "vso.tokenadministration"]),
);
const POLICIES: Audience =
    Audience::Administrator(Scopes::These(&["user_impersonation", "vso.tokenadministration"]), NO_PAT);
const AUDIT: Audience =
    Audience::Administrator(Scopes::These(&["user_impersonation", "vso.auditlog"]), NO_PAT);
const CODE: Audience = Audience::PatHolder(Scopes::These(&[
    "app_token",
    "vso.code",
    "vso.code_write",
    "vso.code_manage",
    "vso.code_full",
]));

const fn sample(
    route: &'static str,
    address: &'static str,
    body: &'static str,
    audience: Audience,
    status: u16,
) -> Sample {
    Sample { route, address, body, audience, status }
}

/// A change of a policy to what it is already.
const PATCH: &str = r#"[{"from":"","op":2,"path":"/Value","value":"false"}]"#;

/// Every route, with bodies that do something when the caller may. What ends PATs comes last.
pub(super) static SAMPLES: &[Sample] = &[
    sample("GET /_patcycle", "/_patcycle", "", Audience::Anyone, 200),
    sample("GET /_patcycle/api", "/_patcycle/api", "", Audience::Anyone, 200),
    sample("GET /openapi.json", "/openapi.json", "", Audience::Anyone, 200),
    sample("POST /_patcycle/leaks", "/_patcycle/leaks", r#"{"tokens":["x"]}"#, Audience::Anyone, 202),
    // Nobody's signature is believed here.
    sample("POST /_patcycle/leaks/reports", "/_patcycle/leaks/reports", "[]", Audience::Anyone, 404),
    sample("GET /_patcycle/verify", "/_patcycle/verify?scope=vso.code&organization=fabrikam", "", CODE, 200),
    sample("GET /_patcycle/verify/{rule}/{*}", "/_patcycle/verify/code/path", "", CODE, 200),
    sample("GET /{organization}", "/fabrikam", "", Audience::Nobody, 401),
    sample("OPTIONS /{organization}/_apis", "/fabrikam/_apis", "", Audience::Anyone, 200),
    sample("OPTIONS /{organization}/_apis/{area}", "/fabrikam/_apis/Tokens", "", Audience::Anyone, 200),
    sample(
        "GET /{organization}/_apis/resourceareas",
        "/fabrikam/_apis/ResourceAreas",
        "",
        Audience::Anyone,
        200,
    ),
    sample(
        "GET /{organization}/_apis/resourceareas/{areaId}",
        "/fabrikam/_apis/ResourceAreas/55967393-20ef-45c6-a96c-b5d5d5986a9a",
        "",
        Audience::Anyone,
        200,
    ),
    sample(
        "GET /{organization}/_apis/servicedefinitions/{serviceType}/{identifier}",
        "/fabrikam/_apis/ServiceDefinitions/LocationService2/951917AC-A960-4999-8464-E3F0AA25B381",
        "",
        Audience::Anyone,
        200,
    ),
    sample(
        "GET /{organization}/_apis/connectiondata",
        "/fabrikam/_apis/connectionData",
        "",
        Audience::Member(Scopes::Any, Scopes::Any),
        200,
    ),
    sample(
        "GET /_apis/profile/profiles/me",
        "/_apis/profile/profiles/me",
        "",
        Audience::SignedIn(PROFILE),
        200,
    ),
    sample("GET /_apis/accounts", "/_apis/accounts", "", Audience::SignedIn(PROFILE), 200),
    sample(
        "GET /{organization}/_apis/profile/profiles/me",
        "/fabrikam/_apis/profile/profiles/me",
        "",
        Audience::Member(PROFILE, NO_PAT),
        200,
    ),
    sample(
        "GET /{organization}/_apis/accounts",
        "/fabrikam/_apis/accounts",
        "",
        Audience::Member(PROFILE, NO_PAT),
        200,
    ),
    sample("GET /{organization}/_apis/tokens/pats", "/fabrikam/_apis/tokens/pats", "", READER, 200),
    sample(
        "GET /{organization}/_apis/tokens/pats?authorizationId",
        "/fabrikam/_apis/tokens/pats?authorizationId={kept}",
        "",
        READER,
        200,
    ),
    sample("GET /{organization}/_apis/_patcycle/limits", "/fabrikam/_apis/_patcycle/limits", "", READER, 200),
    sample(
        "GET /{organization}/_apis/tokens/pats/{authorizationId}/history",
        "/fabrikam/_apis/tokens/pats/{kept}/history",
        "",
        READER,
        200,
    ),
    sample(
        "POST /{organization}/_apis/tokens/pats",
        "/fabrikam/_apis/tokens/pats",
        r#"{"displayName":"ci","scope":"vso.code"}"#,
        MANAGER,
        200,
    ),
    sample(
        "PUT /{organization}/_apis/tokens/pats",
        "/fabrikam/_apis/tokens/pats",
        r#"{"authorizationId":"{kept}","displayName":"renamed"}"#,
        MANAGER,
        200,
    ),
    sample(
        "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate",
        "/fabrikam/_apis/tokens/pats/{kept}/rotate",
        "{}",
        MANAGER,
        200,
    ),
    sample(
        "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate/finish",
        "/fabrikam/_apis/tokens/pats/{finished}/rotate/finish",
        "",
        MANAGER,
        200,
    ),
    sample(
        "POST /{organization}/_apis/tokens/pats/{authorizationId}/rotate/undo",
        "/fabrikam/_apis/tokens/pats/{undone}/rotate/undo",
        "",
        MANAGER,
        200,
    ),
    sample(
        "GET /{organization}/_apis/token/sessiontokens",
        "/fabrikam/_apis/token/sessiontokens",
        "",
        READER,
        200,
    ),
    sample(
        "POST /{organization}/_apis/token/sessiontokens",
        "/fabrikam/_apis/token/sessiontokens?tokentype=compact",
        r#"{"displayName":"git","scope":"vso.code"}"#,
        MANAGER,
        200,
    ),
    sample("GET /{organization}/_apis/graph/users", "/fabrikam/_apis/graph/users", "", GRAPH, 200),
    sample(
        "GET /{organization}/_apis/graph/descriptors/{storageKey}",
        "/fabrikam/_apis/graph/descriptors/{person}",
        "",
        GRAPH,
        200,
    ),
    sample(
        "GET /{organization}/_apis/graph/storagekeys/{subjectDescriptor}",
        "/fabrikam/_apis/graph/storagekeys/{descriptor}",
        "",
        GRAPH,
        200,
    ),
    sample(
        "GET /{organization}/_apis/TenantPolicy/Policies/{policy}",
        "/fabrikam/_apis/TenantPolicy/Policies/TenantPolicy.RestrictFullScopePersonalAccessToken",
        "",
        POLICIES,
        200,
    ),
    sample(
        "PATCH /{organization}/_apis/TenantPolicy/Policies/{policy}",
        "/fabrikam/_apis/TenantPolicy/Policies/TenantPolicy.RestrictFullScopePersonalAccessToken",
        PATCH,
        POLICIES,
        204,
    ),
    sample(
        "GET /{organization}/_apis/OrganizationPolicy/Policies/{policy}",
        "/fabrikam/_apis/OrganizationPolicy/Policies/Policy.DisablePATCreation",
        "",
        POLICIES,
        200,
    ),
    sample(
        "PATCH /{organization}/_apis/OrganizationPolicy/Policies/{policy}",
        "/fabrikam/_apis/OrganizationPolicy/Policies/Policy.DisablePATCreation",
        PATCH,
        POLICIES,
        204,
    ),
    sample(
        "GET /{organization}/_apis/_patcycle/policies",
        "/fabrikam/_apis/_patcycle/policies",
        "",
        POLICIES,
        200,
    ),
    sample(
        "POST /{organization}/_apis/_patcycle/policies/{policy}/rehearse",
        "/fabrikam/_apis/_patcycle/policies/Policy.DisablePATCreation/rehearse",
        "{}",
        POLICIES,
        200,
    ),
    sample("GET /{organization}/_apis/audit/auditlog", "/fabrikam/_apis/audit/auditlog", "", AUDIT, 200),
    sample("GET /{organization}/_apis/_patcycle/audit", "/fabrikam/_apis/_patcycle/audit", "", AUDIT, 200),
    sample(
        "GET /{organization}/_apis/_patcycle/inventory",
        "/fabrikam/_apis/_patcycle/inventory",
        "",
        TOKEN_ADMIN,
        200,
    ),
    sample(
        "POST /{organization}/_apis/_patcycle/leaks/lookup",
        "/fabrikam/_apis/_patcycle/leaks/lookup",
        r#"{"tokens":["x"]}"#,
        TOKEN_ADMIN,
        200,
    ),
    sample(
        "GET /{organization}/_apis/tokenadmin/personalaccesstokens/{subjectDescriptor}",
        "/fabrikam/_apis/tokenadmin/personalaccesstokens/{descriptor}",
        "",
        TOKEN_ADMIN,
        200,
    ),
    sample(
        "GET /{organization}/_apis/tokenadmin/revocationrules",
        "/fabrikam/_apis/tokenadmin/revocationrules",
        "",
        TOKEN_ADMIN,
        200,
    ),
    sample(
        "DELETE /{organization}/_apis/tokens/pats",
        "/fabrikam/_apis/tokens/pats?authorizationId={revoked}",
        "",
        MANAGER,
        204,
    ),
    sample(
        "POST /{organization}/_apis/tokenadmin/revocations",
        "/fabrikam/_apis/tokenadmin/revocations",
        r#"[{"authorizationId":"{listed}"}]"#,
        TOKEN_ADMIN,
        204,
    ),
    sample(
        "POST /{organization}/_apis/tokenadmin/revocationrules",
        "/fabrikam/_apis/tokenadmin/revocationrules",
        r#"{"scopes":"vso.wiki"}"#,
        TOKEN_ADMIN,
        201,
    ),
    sample(
        "POST /{organization}/_apis/_patcycle/owners/{subjectDescriptor}/revoke",
        "/fabrikam/_apis/_patcycle/owners/{descriptor}/revoke",
        r#"{"reason":"left"}"#,
        TOKEN_ADMIN,
        200,
    ),
    sample(
        "DELETE /{organization}/_apis/graph/users/{subjectDescriptor}",
        "/fabrikam/_apis/graph/users/{descriptor}",
        "",
        MANAGE_GRAPH,
        204,
    ),
    sample(
        "POST /{organization}/_apis/graph/users",
        "/fabrikam/_apis/graph/users",
        r#"{"originId":"{person}"}"#,
        MANAGE_GRAPH,
        201,
    ),
];
