//! All values of `patTokenError` (contract.md §1.6): each is reached in a real service, or it is written down why it
//! cannot be.

use std::collections::BTreeSet;

use patcycle_tests::{Dev, evidence};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::shapes::{SESSION_TOKEN_ERRORS, assert_shape};

/// What no request comes to, and why.
const UNREACHABLE: &[(&str, &str)] = &[
    ("userIdRequired", "a request without a user is turned away by status 401"),
    ("invalidUserType", "applications are turned away by status 403"),
    ("invalidClient", "belongs to OAuth applications, not to PATs"),
    ("invalidClientType", "belongs to OAuth applications, not to PATs"),
    ("invalidClientId", "belongs to OAuth applications, not to PATs"),
    ("invalidTargetAccounts", "a request names no organizations but the one of its path"),
    (
        "hostAuthorizationNotFound",
        "an organization is served or not: unknown ones are answered by status 404",
    ),
    ("failedToUpdateAccessToken", "a store that fails is told by status 503"),
    ("sourceNotSupported", "no request restricts the source"),
    ("invalidSourceIP", "no request restricts the source"),
    ("invalidSource", "no request restricts the source"),
    ("duplicateHash", "belongs to SSH keys, which are not kept here"),
    ("sshPolicyDisabled", "belongs to SSH keys, which are not kept here"),
    ("invalidToken", "belongs to OAuth tokens; no request holds a PAT's secret"),
    ("tokenNotFound", "belongs to OAuth tokens; no request holds a PAT's secret"),
    ("invalidTokenType", "belongs to OAuth tokens"),
    ("invalidAudience", "a token for another audience is turned away by status 401"),
    ("invalidSubject", "a token without a subject is turned away by status 401"),
    ("deploymentHostNotSupported", "a path without an organization is answered by status 404"),
];

/// Three active PATs are the most that a person may have.
const OPTIONS: &[&str] = &["--max-pats", "3"];

struct Scene {
    dev: Dev,
    user: String,
    seen: BTreeSet<String>,
}

impl Scene {
    async fn new() -> Self {
        let dev = Dev::start_with(&evidence::directory("errors"), OPTIONS);
        let user = dev.tokens_of("USER").await.access;
        Self { dev, user, seen: BTreeSet::new() }
    }

    /// Starts the service again after the store was changed behind its back.
    async fn restarted_after(self, statement: &'static str) -> Self {
        let directory = self.dev.directory().to_path_buf();
        let file = self.dev.data().join("patcycle.sqlite");
        assert_eq!(self.dev.stop(), Some(0));
        let mut database = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut database).await.unwrap();
        drop(database);
        let dev = Dev::start_with(&directory, OPTIONS);
        let user = dev.tokens_of("USER").await.access;
        Self { dev, user, seen: self.seen }
    }

    async fn ask(&mut self, method: Method, version: &str, id: Option<&str>, body: Option<Value>) -> Value {
        let base = self.dev.pats_url();
        let base = base.split('?').next().unwrap();
        let id = id.map(|id| format!("&authorizationId={id}")).unwrap_or_default();
        let url = format!("{base}?api-version={version}-preview.1{id}");
        let mut request = self.dev.http().request(method, url).bearer_auth(&self.user);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        let made = answer["patToken"]["token"].as_str();
        if let Some(secret) = made {
            evidence::note_pat(secret);
        }
        assert_shape(
            if made.is_some() { "IssuedPatTokenResult" } else { "PatTokenResult" },
            version,
            &answer,
        );
        self.seen.insert(answer["patTokenError"].as_str().unwrap().to_owned());
        answer
    }

    async fn create(&mut self, body: Value) -> Value {
        self.ask(Method::POST, "7.2", None, Some(body)).await
    }

    #[track_caller]
    fn assert_seen(&self, error: &str) {
        assert!(self.seen.contains(error), "{error} was not reached: {:?}", self.seen);
    }

    async fn set_policy(&self, name: &str, path: &str, value: Value) {
        let administrator = self.dev.tokens_of("ADMIN_USER").await.access;
        let area = if name.starts_with("Tenant") { "TenantPolicy" } else { "OrganizationPolicy" };
        let base = format!("{}/{}", self.dev.var("BASE_URL"), self.dev.var("ORGANIZATION"));
        let url = format!("{base}/_apis/{area}/Policies/{name}?api-version=5.0-preview.1");
        let patch = json!([{ "from": "", "op": 2, "path": path, "value": value }]).to_string();
        let request = self.dev.http().patch(url).bearer_auth(administrator).body(patch);
        let request = request.header("content-type", "application/json-patch+json");
        assert_eq!(request.send().await.unwrap().status(), 204, "{name}");
    }
}

fn named(name: &str, scope: &str) -> Value {
    json!({ "displayName": name, "scope": scope })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_error_is_reached_or_cannot_be() {
    let mut scene = Scene::new().await;
    let lasting = scene.create(named("ci", "vso.code")).await["patToken"].take();
    let end: jiff::Timestamp = lasting["validTo"].as_str().unwrap().parse().unwrap();
    let extended = |days: i64| {
        let end = end + jiff::SignedDuration::from_hours(24 * days);
        json!({ "authorizationId": lasting["authorizationId"], "validTo": end.to_string() })
    };
    for (body, error) in [
        (named(" ", "vso.code"), "displayNameRequired"),
        (named("a\u{7}b", "vso.code"), "invalidDisplayName"),
        (
            json!({ "displayName": "ci", "scope": "vso.code", "validTo": "2020-01-01T00:00:00Z" }),
            "invalidValidTo",
        ),
        (named("ci", "vso.nonsense"), "invalidScope"),
        (json!({ "displayName": "ci", "scope": "vso.code", "allOrgs": true }), "globalPATCreationBlocked"),
    ] {
        scene.create(body).await;
        scene.assert_seen(error);
    }
    let global = json!({ "displayName": "ci", "scope": "vso.code", "allOrgs": true });
    scene.ask(Method::POST, "7.1", None, Some(global.clone())).await;
    scene.assert_seen("accessDenied");
    scene.ask(Method::GET, "7.2", Some("01234567-89ab-4def-8123-456789abcdef"), None).await;
    scene.assert_seen("authorizationNotFound");
    scene.ask(Method::GET, "7.2", Some("00000000-0000-0000-0000-000000000000"), None).await;
    scene.assert_seen("invalidAuthorizationId");

    scene.set_policy("TenantPolicy.RestrictGlobalPersonalAccessToken", "/Value", json!("true")).await;
    scene.create(global).await;
    scene.assert_seen("globalPatPolicyViolation");
    scene.set_policy("TenantPolicy.RestrictFullScopePersonalAccessToken", "/Value", json!("true")).await;
    scene.create(named("ci", "app_token")).await;
    scene.assert_seen("fullScopePatPolicyViolation");
    scene.set_policy("Policy.DisablePATCreation", "/Value", json!("true")).await;
    scene.create(named("ci", "vso.code")).await;
    scene.assert_seen("disablePatCreationPolicyViolation");
    scene.set_policy("Policy.DisablePATCreation", "/Value", json!("false")).await;

    for name in ["two", "three", "four"] {
        scene.create(named(name, "vso.code")).await;
    }
    scene.assert_seen("failedToIssueAccessToken");

    let lifespan = "TenantPolicy.RestrictPersonalAccessTokenLifespan";
    scene.set_policy(lifespan, "/Value", json!("true")).await;
    scene.set_policy(lifespan, "/Properties/maxPatLifespanInDays", json!(3)).await;
    scene.dev.advance("4d").await;
    scene.user = scene.dev.tokens_of("USER").await.access;
    scene.ask(Method::PUT, "7.2", None, Some(extended(30))).await;
    scene.assert_seen("patLifespanPolicyViolation");
    scene.dev.advance("40d").await;
    scene.user = scene.dev.tokens_of("USER").await.access;
    scene.ask(Method::PUT, "7.2", None, Some(extended(90))).await;
    scene.assert_seen("expiredPatCannotBeExtended");

    let disabled = "INSERT INTO disabled_person (organization, person)
        SELECT o.id, p.id FROM person AS p JOIN organization AS o ON o.tenant_id = p.tenant_id";
    let mut scene = scene.restarted_after(disabled).await;
    scene.create(named("ci", "vso.code")).await;
    scene.assert_seen("invalidUserId");
    let damage = "DELETE FROM disabled_person; UPDATE tenant SET policies = 'damaged'";
    let mut scene = scene.restarted_after(damage).await;
    scene.create(named("ci", "vso.code")).await;
    scene.assert_seen("failedToReadTenantPolicy");
    let mut scene = scene.restarted_after("UPDATE organization SET policies = 'damaged'").await;
    scene.create(named("ci", "vso.code")).await;
    scene.assert_seen("failedToReadOrgPolicy");

    let reached = scene.seen.iter().map(String::as_str);
    let accounted: Vec<&str> = reached.chain(UNREACHABLE.iter().map(|(error, _)| *error)).collect();
    for (error, _) in SESSION_TOKEN_ERRORS {
        let times = accounted.iter().filter(|known| *known == &error).count();
        assert_eq!(times, 1, "{error} is reached, or it is said why not");
    }
    assert_eq!(accounted.len(), SESSION_TOKEN_ERRORS.len());
}
