//! `/_patcycle/verify` and `/_patcycle/verify/{rule}`.

mod asked;
mod rotations;
mod uses;
mod verdicts;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use jiff::SignedDuration;
use patcycle_lifecycle::audit::Actor;
use patcycle_lifecycle::import::Import;
use patcycle_lifecycle::model::StoredSecret;
use patcycle_lifecycle::{Authorization, Epochs, Person, Storage as _};
use patcycle_token::Signature;
use serde_json::json;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::issuer::{TENANT, noon};
use crate::support::reply::Reply;

/// Asks for `vso.code` in fabrikam.
const CODE: &str = "/_patcycle/verify?scope=vso.code&organization=fabrikam";

fn basic(user: &str, pat: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{pat}")))
}

fn bearer(pat: &str) -> String {
    format!("Bearer {pat}")
}

/// GET with these `Authorization` headers.
async fn verify(app: &TestApp, address: &str, authorization: &[&str]) -> Reply {
    let mut call = app.request(Method::GET, address).anonymous().version(None);
    for value in authorization {
        call = call.header("authorization", value);
    }
    call.send().await
}

/// The status for `Bearer`.
async fn status(app: &TestApp, address: &str, pat: &str) -> u16 {
    verify(app, address, &[&bearer(pat)]).await.status.as_u16()
}

/// A new PAT of Mona's in fabrikam: id and secret.
async fn created(app: &TestApp, scope: &str) -> (String, String) {
    let body =
        json!({ "displayName": "ci", "scope": scope, "validTo": noon() + SignedDuration::from_hours(240) });
    let pat = app.post(&body).send().await.pat();
    (pat["authorizationId"].as_str().unwrap().to_owned(), pat["token"].as_str().unwrap().to_owned())
}

/// The secret of a PAT that was written past the rules: it and its owner after a change.
async fn imported(app: &TestApp, change: impl FnOnce(&mut Authorization, &mut Person)) -> String {
    let mut owner = Person {
        id: app.random.uuid().unwrap(),
        tenant_id: TENANT,
        user_name: "ines@fabrikam.example".to_owned(),
        display_name: "Ines".to_owned(),
        disabled: false,
        groups: Vec::new(),
    };
    let mut pat = Authorization {
        id: app.random.uuid().unwrap(),
        organization_id: app.fabrikam.id,
        owner: owner.id,
        display_name: "imported".to_owned(),
        scope: "vso.code".to_owned(),
        all_organizations: false,
        valid_from: noon(),
        valid_to: noon() + SignedDuration::from_hours(240),
        revoked: None,
        epochs: Epochs::default(),
    };
    change(&mut pat, &mut owner);
    let secret = patcycle_token::mint(&*app.random, noon(), Signature::Patcycle).unwrap();
    let (pepper_number, digest) = app.peppers.digest(&secret);
    let import = Import {
        organization_id: pat.organization_id,
        owners: vec![owner],
        pats: vec![(pat, StoredSecret { digest, pepper_number, generation: 1, dies_at: None })],
        actor: Actor::default(),
        at: noon(),
        audit_id: Uuid::from_u128(1),
    };
    app.store.import(import).await.unwrap();
    secret.expose().to_owned()
}
