//! Policies: reading and changing them, and what they do.

mod access;
mod address;
mod effect;
mod rehearse;
mod sign_in_age;
mod update;

use http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::Call;
use crate::support::issuer::{ADA, changed, claims, noon, signed};
use uuid::Uuid;

const GLOBAL: &str = "TenantPolicy.RestrictGlobalPersonalAccessToken";
const FULL_SCOPE: &str = "TenantPolicy.RestrictFullScopePersonalAccessToken";
const LIFESPAN: &str = "TenantPolicy.RestrictPersonalAccessTokenLifespan";
const LEAKED: &str = "TenantPolicy.EnableLeakedPersonalAccessTokenAutoRevocation";
const CREATION: &str = "Policy.DisablePATCreation";
pub(crate) const BLOCK: &str = "Policy.BlockGlobalPATCreation";
const SIGN_IN_AGE: &str = "Policy.MaximumSignInAge";
const RETIRE: &str = "Policy.RetireGlobalPATs";

fn address(name: &str) -> String {
    let area = if name.starts_with("Tenant") { "TenantPolicy" } else { "OrganizationPolicy" };
    format!("/fabrikam/_apis/{area}/Policies/{name}")
}

/// A token that outlives every test.
fn lasting(person: Uuid) -> String {
    let year = noon().as_second() + 366 * 24 * 3600;
    signed(&changed(claims(person, "user_impersonation"), json!({ "exp": year })))
}

/// A request of the administrator's, as the known clients send it.
fn read<'a>(app: &'a TestApp, name: &str) -> Call<'a> {
    app.get(&address(name)).bearer(&lasting(ADA)).version(None)
}

fn change<'a>(app: &'a TestApp, name: &str, patch: &Value) -> Call<'a> {
    app.request(Method::PATCH, &address(name))
        .bearer(&lasting(ADA))
        .version(Some("5.0-preview.1"))
        .header("content-type", "application/json-patch+json")
        .body(patch.to_string())
}

/// One operation, as the web page of the service sends it.
fn replace(path: &str, value: &Value) -> Value {
    json!([{ "from": "", "op": 2, "path": path, "value": value }])
}

pub(crate) async fn set(app: &TestApp, name: &str, path: &str, value: Value) {
    let reply = change(app, name, &replace(path, &value)).send().await;
    assert_eq!(reply.status, 204, "{reply:?}");
}

/// Switches a policy on.
async fn switch_on(app: &TestApp, name: &str) {
    set(app, name, "/Value", json!("true")).await;
}
