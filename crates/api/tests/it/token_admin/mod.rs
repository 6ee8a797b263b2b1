//! Token Admin (contract.md §4.1, §12 #34, #35, #38, #45).

mod callers;
mod list;
mod revoke;
mod rules;

use http::Method;
use patcycle_contract::SubjectDescriptor;
use serde_json::Value;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::app::Call;
use crate::support::issuer::{ADA, token};

const REVOCATIONS: &str = "/fabrikam/_apis/tokenadmin/revocations";
const RULES: &str = "/fabrikam/_apis/tokenadmin/revocationrules";

/// Where somebody's PATs are listed.
fn tokens_of(person: Uuid) -> String {
    format!("/fabrikam/_apis/tokenadmin/personalaccesstokens/{}", SubjectDescriptor(person))
}

/// A request by the administrator, in the released version.
fn by_ada<'a>(app: &'a TestApp, method: Method, address: &str) -> Call<'a> {
    app.request(method, address).bearer(&token(ADA)).version(Some("7.1"))
}

async fn listed(app: &TestApp, person: Uuid) -> Vec<Value> {
    let mut page = by_ada(app, Method::GET, &tokens_of(person)).send().await.ok();
    match page["value"].take() {
        Value::Array(tokens) => tokens,
        other => panic!("no array: {other}"),
    }
}

fn valid(tokens: &[Value]) -> Vec<bool> {
    tokens.iter().map(|token| token["isValid"].as_bool().unwrap()).collect()
}
