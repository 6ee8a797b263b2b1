use patcycle_client::ClientError;
use patcycle_contract::inventory::InventoryFilter;
use patcycle_contract::owner_revocation::GivenReason;
use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::matchers::{body_json, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, ResponseTemplate};

use crate::support::Bench;

const USERS: &str = "/fabrikam/_apis/graph/users";
const INVENTORY: &str = "/fabrikam/_apis/_patcycle/inventory";

fn user(name: &str) -> Value {
    json!({ "subjectKind": "user", "descriptor": format!("aad.{name}"), "principalName": name, "originId": null })
}

#[tokio::test]
async fn people_are_listed_along_the_header() {
    let bench = Bench::new().await;
    let first = json!({ "count": 1, "value": [user("ana")] });
    let answer =
        ResponseTemplate::new(200).set_body_json(first).insert_header("X-MS-ContinuationToken", "next");
    let begin = Mock::given(method("GET")).and(path(USERS)).and(query_param_is_missing("continuationToken"));
    begin.respond_with(answer).mount(&bench.server).await;
    let last = ResponseTemplate::new(200).set_body_json(json!({ "count": 1, "value": [user("ben")] }));
    let end = Mock::given(method("GET")).and(path(USERS)).and(query_param("continuationToken", "next"));
    end.respond_with(last).mount(&bench.server).await;
    let users = bench.client.users().await.unwrap();
    let names: Vec<_> = users.iter().map(|user| user.principal_name.as_deref().unwrap()).collect();
    assert_eq!(names, ["ana", "ben"]);
}

#[tokio::test]
async fn a_list_that_does_not_end_is_told() {
    let bench = Bench::new().await;
    let again = json!({ "count": null, "counts": null, "pats": [], "continuationToken": "again" });
    let answer = ResponseTemplate::new(200).set_body_json(again);
    Mock::given(method("GET")).and(path(INVENTORY)).respond_with(answer).mount(&bench.server).await;
    let page = json!({ "count": 0, "value": [] });
    let answer =
        ResponseTemplate::new(200).set_body_json(page).insert_header("X-MS-ContinuationToken", "again");
    Mock::given(method("GET")).and(path(USERS)).respond_with(answer).mount(&bench.server).await;
    let error = bench.client.inventory(&InventoryFilter::default(), usize::MAX).await.unwrap_err();
    assert!(matches!(error, ClientError::Unexpected { .. }), "{error}");
    let error = bench.client.users().await.unwrap_err();
    assert!(matches!(error, ClientError::Unexpected { .. }), "{error}");
}

#[tokio::test]
async fn a_revocation_names_ids_and_reason() {
    let bench = Bench::new().await;
    let id = Uuid::from_u128(7);
    Mock::given(method("POST"))
        .and(path("/fabrikam/_apis/tokenadmin/revocations"))
        .and(query_param("reason", "found in a log"))
        .and(query_param("api-version", "7.2-preview.1"))
        .and(body_json(json!([{ "authorizationId": id }])))
        .respond_with(ResponseTemplate::new(204))
        .expect(1)
        .mount(&bench.server)
        .await;
    let reason = GivenReason::parse("found in a log").unwrap();
    bench.client.revoke_anybodys(&[id], &reason).await.unwrap();
}
