//! The part of Graph by which administrators find people (contract.md §4.3).

use http::Method;
use patcycle_contract::SubjectDescriptor;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::app::Call;
use crate::support::issuer::{ADA, MONA, OTTO, TENANT, claims, signed, token};

const USERS: &str = "/fabrikam/_apis/graph/users";

fn by_ada<'a>(app: &'a TestApp, address: &str) -> Call<'a> {
    app.get(address).bearer(&token(ADA)).header("host", "pats.example:8443")
}

fn descriptors(page: &Value) -> Vec<String> {
    page["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["descriptor"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn people_who_made_a_pat_are_listed() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    let page = by_ada(&app, USERS).send().await;
    assert!(page.header("x-ms-continuationtoken").is_none());
    let page = page.ok();
    assert_eq!(page["count"], 1);
    let user = &page["value"][0];
    let descriptor = SubjectDescriptor(MONA).to_string();
    let base = "https://pats.example:8443/fabrikam/_apis/Graph";
    assert_eq!(
        user,
        &json!({
            "subjectKind": "user", "metaType": "member", "directoryAlias": "mona", "domain": TENANT.to_string(),
            "principalName": "mona@fabrikam.example", "mailAddress": "mona@fabrikam.example", "origin": "aad",
            "originId": MONA, "displayName": "Mona Lisa", "isDeletedInOrigin": false,
            "_links": {
                "self": { "href": format!("{base}/Users/{descriptor}") },
                "memberships": { "href": format!("{base}/Memberships/{descriptor}") },
                "membershipState": { "href": format!("{base}/MembershipStates/{descriptor}") },
                "storageKey": { "href": format!("{base}/StorageKeys/{descriptor}") },
                "avatar": { "href": format!(
                    "https://pats.example:8443/fabrikam/_apis/GraphProfile/MemberAvatars/{descriptor}"
                ) },
            },
            "url": format!("{base}/Users/{descriptor}"), "descriptor": descriptor,
        })
    );
    // What it tells leads to the person's PATs.
    let tokens = format!("/fabrikam/_apis/tokenadmin/personalaccesstokens/{descriptor}");
    assert_eq!(by_ada(&app, &tokens).send().await.ok()["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn people_of_other_kinds_and_other_organizations_are_not() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    let otto = app.post(&json!({ "displayName": "his", "scope": "vso.code" })).bearer(&token(OTTO));
    otto.send().await.pat();
    let mut both = [MONA, OTTO].map(|person| SubjectDescriptor(person).to_string());
    both.sort_unstable();
    for (types, expected) in [("aad", 2), ("AAD,msa", 2), ("", 2), ("msa", 0), ("svc,vssgp", 0)] {
        let page = by_ada(&app, &format!("{USERS}?subjectTypes={types}")).send().await.ok();
        assert_eq!(page["count"], expected, "{types}");
    }
    let mut found = descriptors(&by_ada(&app, USERS).send().await.ok());
    found.sort_unstable();
    assert_eq!(found, both);
    // `few` does not list Otto.
    let few = by_ada(&app, "/few/_apis/graph/users").send().await.ok();
    assert_eq!(descriptors(&few), [SubjectDescriptor(MONA).to_string()]);
    by_ada(&app, &format!("{USERS}?continuationToken=x")).send().await.error(400, "ArgumentException");
}

#[tokio::test]
async fn ids_and_descriptors_are_translated_both_ways() {
    let app = TestApp::start().await;
    let descriptor = SubjectDescriptor(MONA).to_string();
    let answer = by_ada(&app, &format!("/fabrikam/_apis/Graph/Descriptors/{MONA}")).send().await.ok();
    assert_eq!(answer["value"], descriptor);
    assert!(answer["_links"]["self"]["href"].as_str().unwrap().ends_with(&format!("Descriptors/{MONA}")));
    let answer = by_ada(&app, &format!("/fabrikam/_apis/graph/storagekeys/{descriptor}/")).send().await.ok();
    assert_eq!(answer["value"], MONA.to_string());
    for (path, status) in [
        ("descriptors/x".to_owned(), 400),
        (format!("descriptors/{}", Uuid::nil()), 400),
        ("storagekeys/x".to_owned(), 400),
        ("storagekeys/vssgp.Uy0xLTk".to_owned(), 404),
    ] {
        let reply = by_ada(&app, &format!("/fabrikam/_apis/graph/{path}")).send().await;
        assert_eq!(reply.status, status, "{path}");
    }
}

#[tokio::test]
async fn is_a_preview_for_administrators_with_the_scope() {
    let app = TestApp::start().await;
    for address in [
        USERS.to_owned(),
        format!("/fabrikam/_apis/graph/descriptors/{MONA}"),
        format!("/fabrikam/_apis/graph/storagekeys/{}", SubjectDescriptor(MONA)),
    ] {
        app.assert_for_administrators_only(Method::GET, &address).await;
        by_ada(&app, &address)
            .version(Some("7.1"))
            .send()
            .await
            .error(400, "VssInvalidPreviewVersionException");
        by_ada(&app, &address).version(Some("4.1-preview.1")).send().await.ok();
        let reader = signed(&claims(ADA, "vso.graph"));
        by_ada(&app, &address).bearer(&reader).send().await.ok();
    }
}
