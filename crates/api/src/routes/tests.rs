use super::location::MAXIMUM_PARAMETERS;
use super::table::*;
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
        "POST /{organization}/_apis/graph/users Administrator(ManageGraph)",
        "DELETE /{organization}/_apis/graph/users/{subjectDescriptor} Administrator(ManageGraph)",
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
        "GET /{organization}/_apis/_patcycle/limits Person(ReadPats)",
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
