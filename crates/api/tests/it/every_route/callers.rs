//! Everybody who must not use a route is turned away from it, with the status and the words of contract.md §3, and changes
//! nothing (properties 1 and 5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use jiff::SignedDuration;
use patcycle_contract::scope;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::import::Import;
use patcycle_lifecycle::model::{Revocation, RevocationReason, StoredSecret};
use patcycle_lifecycle::{Authorization, Epochs, Person, Storage as _};
use patcycle_token::Signature;
use serde_json::json;
use uuid::Uuid;

use super::samples::{Audience, SAMPLES, Sample, Scopes};
use super::world::World;
use crate::support::TestApp;
use crate::support::issuer::{
    ADA, MONA, OTHER_TENANT, OTTO, TENANT, changed, claims, forged, noon, signed, token, unsigned,
};
use crate::support::reply::Reply;

/// What somebody brings. The administrator's own credentials are the strongest that there are.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Nothing,
    /// An access token that no keys vouch for, or that is over.
    NotBelieved,
    /// A good access token of a person of another tenant.
    OtherTenant,
    /// A good access token of a service principal or managed identity.
    Application,
    /// An access token of a member, good for everything.
    Member,
    /// An access token of the administrator with this scope alone.
    Administrator(&'static str),
    /// A PAT of a member with this scope.
    PatOfMember(&'static str),
    /// A PAT of the administrator with this scope.
    Pat(&'static str),
    /// A PAT that is revoked, expired, or of another organization.
    DeadPat,
}

#[derive(Debug)]
struct Caller {
    authorization: Option<String>,
    kind: Kind,
}

fn bearer(kind: Kind, credential: &str) -> Caller {
    Caller { authorization: Some(format!("Bearer {credential}")), kind }
}

/// As `Bearer` and as the password of `Basic`.
fn by_pat(kind: Kind, pat: &str) -> [Caller; 2] {
    let basic = format!("Basic {}", STANDARD.encode(format!("ada:{pat}")));
    [bearer(kind, pat), Caller { authorization: Some(basic), kind }]
}

/// The secrets of PATs of the administrator, written past the rules: one with each scope that exists, even those that
/// no PAT may carry, then a revoked and an expired one.
async fn pats_of_the_administrator(app: &TestApp) -> Vec<String> {
    let owner = Person {
        id: ADA,
        tenant_id: TENANT,
        user_name: "ada@fabrikam.example".to_owned(),
        display_name: "Ada".to_owned(),
        disabled: false,
        groups: Vec::new(),
    };
    let mut pats = Vec::new();
    let mut secrets = Vec::new();
    let over = Some(Revocation { at: noon(), reason: RevocationReason::Leaked });
    let later = noon() + SignedDuration::from_hours(24);
    let alive = scope::ALL.iter().map(|scope| (scope.name, None, later));
    for (scope, revoked, valid_to) in alive.chain([(scope::FULL, over, later), (scope::FULL, None, noon())]) {
        let secret = patcycle_token::mint(&*app.random, noon(), Signature::Patcycle).unwrap();
        let (pepper_number, digest) = app.peppers.digest(&secret);
        let pat = Authorization {
            id: app.random.uuid().unwrap(),
            organization_id: app.fabrikam.id,
            owner: ADA,
            display_name: "imported".to_owned(),
            scope: scope.to_owned(),
            all_organizations: false,
            valid_from: noon(),
            valid_to,
            revoked,
            epochs: Epochs::default(),
        };
        pats.push((pat, StoredSecret { digest, pepper_number, generation: 1, dies_at: None }));
        secrets.push(secret.expose().to_owned());
    }
    let import = Import {
        organization_id: app.fabrikam.id,
        owners: vec![owner],
        pats,
        actor: Actor::default(),
        at: noon(),
        audit_id: Uuid::from_u128(1),
    };
    app.store.import(import).await.unwrap();
    secrets
}

async fn pat_of_mona(app: &TestApp, organization: &str, scope: &str) -> String {
    let call = app.request(Method::POST, &format!("/{organization}/_apis/tokens/pats"));
    let made = call.json(&json!({ "displayName": scope, "scope": scope })).send().await.pat();
    made["token"].as_str().unwrap().to_owned()
}

async fn callers(app: &TestApp) -> Vec<Caller> {
    let good = claims(ADA, "user_impersonation");
    let over = changed(good.clone(), json!({ "exp": noon().as_second() - 1 }));
    let foreign = json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") });
    let mut callers = vec![
        Caller { authorization: None, kind: Kind::Nothing },
        bearer(Kind::NotBelieved, &signed(&over)),
        bearer(Kind::NotBelieved, &unsigned(&good)),
        bearer(Kind::NotBelieved, &forged(&good)),
        bearer(Kind::OtherTenant, &signed(&changed(good.clone(), foreign))),
        bearer(Kind::Application, &signed(&changed(good.clone(), json!({ "idtyp": "app", "scp": null })))),
        bearer(Kind::Application, &signed(&changed(good, json!({ "scp": null, "sub": ADA })))),
        bearer(Kind::Member, &token(MONA)),
    ];
    callers.extend(by_pat(Kind::PatOfMember("app_token"), &pat_of_mona(app, "fabrikam", "app_token").await));
    callers.extend(by_pat(Kind::DeadPat, &pat_of_mona(app, "few", "app_token").await));
    let secrets = pats_of_the_administrator(app).await;
    let (of_scopes, dead) = secrets.split_at(scope::ALL.len());
    for (scope, pat) in scope::ALL.iter().zip(of_scopes) {
        callers.extend(by_pat(Kind::Pat(scope.name), pat));
        callers.push(bearer(Kind::Administrator(scope.name), &signed(&claims(ADA, scope.name))));
    }
    callers.extend(dead.iter().flat_map(|pat| by_pat(Kind::DeadPat, pat)));
    callers
}

/// The status for somebody; `None`: they may.
fn expected(sample: &Sample, kind: Kind) -> Option<u16> {
    let unless = |permitted: bool, status: u16| (!permitted).then_some(status);
    match (sample.audience, kind) {
        // What is open to everybody is rationed here and there: one scope tells as much as all.
        (Audience::Anyone, Kind::Pat(scope) | Kind::Administrator(scope)) if scope != scope::FULL => None,
        (Audience::Anyone, _) => Some(sample.status),
        (Audience::PatHolder(scopes), Kind::Pat(scope) | Kind::PatOfMember(scope)) => {
            unless(scopes.hold(scope), 403)
        }
        (Audience::Nobody | Audience::PatHolder(_), _)
        | (_, Kind::Nothing | Kind::NotBelieved | Kind::DeadPat)
        | (Audience::SignedIn(_), Kind::Pat(_) | Kind::PatOfMember(_))
        | (Audience::Administrator(..), Kind::PatOfMember(_)) => Some(401),
        (_, Kind::Application) => Some(403),
        (audience, Kind::OtherTenant) => unless(matches!(audience, Audience::SignedIn(_)), 401),
        (audience, Kind::Member) => unless(!matches!(audience, Audience::Administrator(..)), 401),
        (
            Audience::SignedIn(tokens) | Audience::Member(tokens, _) | Audience::Administrator(tokens, _),
            Kind::Administrator(scope),
        ) => unless(tokens.hold(scope), 401),
        (Audience::Member(_, pats), Kind::Pat(scope) | Kind::PatOfMember(scope))
        | (Audience::Administrator(_, pats), Kind::Pat(scope)) => unless(pats.hold(scope), 401),
    }
}

/// That the answer is in the words for this caller.
#[track_caller]
fn assert_words(sample: &Sample, kind: Kind, reply: &Reply) {
    let takes_no_pat = matches!(
        sample.audience,
        Audience::SignedIn(_)
            | Audience::Member(_, Scopes::These(&[]))
            | Audience::Administrator(_, Scopes::These(&[]))
    );
    let is_pat = matches!(kind, Kind::Pat(_) | Kind::PatOfMember(_) | Kind::DeadPat);
    let type_key = match (sample.audience, kind) {
        (Audience::PatHolder(_), _) => "VssServiceException",
        (Audience::Nobody, _) => "UnauthorizedRequestException",
        (_, Kind::Application) => "InvalidAccessException",
        _ if takes_no_pat && is_pat => "InvalidAccessException",
        _ => "UnauthorizedRequestException",
    };
    reply.error(reply.status.as_u16(), type_key);
}

#[tokio::test]
async fn whoever_must_not_use_a_route_is_turned_away_and_changes_nothing() {
    let world = World::start().await;
    let callers = callers(&world.app).await;
    let written = world.written().await;
    for sample in SAMPLES {
        for Caller { authorization, kind } in &callers {
            let Some(status) = expected(sample, *kind) else { continue };
            let mut call = world.call(sample);
            if let Some(authorization) = authorization {
                call = call.header("authorization", authorization);
            }
            let reply = call.send().await;
            assert_eq!(reply.status, status, "{} by {kind:?}: {reply:?}", sample.route);
            if !matches!(sample.audience, Audience::Anyone) {
                assert_words(sample, *kind, &reply);
            }
        }
        assert_eq!(world.written().await, written, "{} wrote something", sample.route);
    }
}

#[tokio::test]
async fn nobody_gets_into_an_organization_that_is_not_theirs_or_not_there() {
    let world = World::start().await;
    let written = world.written().await;
    for sample in SAMPLES.iter().filter(|sample| sample.route.contains("{organization}")) {
        let at = |name: &str| world.address(sample).replacen("/fabrikam", &format!("/{name}"), 1);
        let open = matches!(sample.audience, Audience::Anyone);
        // Otto is of the tenant, and no member; the administrator is one of fabrikam and few alone.
        for (organization, person) in [("few", OTTO), ("contoso", ADA), ("apart", ADA), ("nowhere", ADA)] {
            let call = world.call_at(sample, &at(organization)).bearer(&token(person));
            let status = match organization {
                "nowhere" => 404,
                _ if open => sample.status,
                _ => 401,
            };
            assert_eq!(call.send().await.status, status, "{} at {organization}", sample.route);
        }
        let nobody = world.call_at(sample, &at("nowhere")).send().await;
        nobody.error(404, "VssServiceException");
    }
    assert_eq!(world.written().await, written);
}

#[tokio::test]
async fn each_scope_that_opens_a_route_does() {
    let world = World::start().await;
    let pats = pats_of_the_administrator(&world.app).await;
    for sample in SAMPLES {
        let (person, tokens, by_pats) = match sample.audience {
            Audience::Anyone | Audience::Nobody => continue,
            Audience::SignedIn(tokens) => (MONA, tokens, Scopes::These(&[])),
            Audience::Member(tokens, pats) => (MONA, tokens, pats),
            Audience::Administrator(tokens, pats) => (ADA, tokens, pats),
            Audience::PatHolder(pats) => (ADA, Scopes::These(&[]), pats),
        };
        let mut credentials = Vec::new();
        for (scope, pat) in scope::ALL.iter().map(|scope| scope.name).zip(&pats) {
            if tokens.hold(scope) {
                credentials.push(signed(&claims(person, scope)));
            }
            if by_pats.hold(scope) {
                credentials.push(pat.clone());
            }
        }
        assert!(!credentials.is_empty(), "{} opens to somebody", sample.route);
        for (number, credential) in credentials.iter().enumerate() {
            let reply = world.call(sample).bearer(credential).send().await;
            // What can be done once only is told to the others as it is, which is no refusal of theirs.
            if number == 0 {
                assert_eq!(reply.status, sample.status, "{}: {reply:?}", sample.route);
            }
            assert!(![401, 403].contains(&reply.status.as_u16()), "{}: {reply:?}", sample.route);
        }
    }
}
