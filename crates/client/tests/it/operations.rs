use patcycle_client::{ClientError, TokenIssuer, UpdatePat};
use serde_json::json;
use uuid::Uuid;
use wiremock::matchers::{body_json, header, method, path, query_param};
use wiremock::{Mock, ResponseTemplate};

use crate::support::{Bench, PATH, at, authorization, pat, result, wanted};

#[tokio::test]
async fn every_call_carries_the_headers_and_the_version() {
    let bench =
        Bench::with(TokenIssuer::Other, |settings| settings.api_version = "6.1-preview.1".to_owned()).await;
    Mock::given(method("GET"))
        .and(path(PATH))
        .and(header("accept", "application/json"))
        .and(header("x-tfs-fedauthredirect", "Suppress"))
        .and(header("user-agent", concat!("patcycle/", env!("CARGO_PKG_VERSION"))))
        .and(query_param("api-version", "6.1-preview.1"))
        .and(query_param("authorizationId", "00000000-0000-0000-0000-000000000005"))
        .respond_with(result(&pat(5, "ci")))
        .expect(1)
        .mount(&bench.server)
        .await;
    let pat = bench.client.get(Uuid::from_u128(5)).await.unwrap();
    assert_eq!((pat.display_name.as_str(), pat.valid_to), ("ci", at("2026-12-23T10:00:00Z")));
    assert_eq!(authorization(&bench.requests().await[0]), "Bearer first-access-token");
}

#[tokio::test]
async fn create_sends_what_is_wanted_and_gives_the_secret() {
    let bench = Bench::new().await;
    let body = json!({
        "displayName": "ci", "scope": "vso.code", "validTo": "2026-12-23T10:00:00Z", "allOrgs": false
    });
    let mut made = pat(6, "ci");
    made["token"] = "n3w-s3cret".into();
    Mock::given(method("POST"))
        .and(path(PATH))
        .and(body_json(body))
        .and(header("content-type", "application/json; charset=utf-8"))
        .respond_with(result(&made))
        .expect(1)
        .mount(&bench.server)
        .await;
    let pat = bench.client.create(&wanted()).await.unwrap();
    assert_eq!(pat.token.unwrap().expose(), "n3w-s3cret");
}

#[tokio::test]
async fn update_sends_only_what_changes() {
    let bench = Bench::new().await;
    let id = Uuid::from_u128(7);
    let body = json!({ "authorizationId": id, "validTo": "2027-01-01T00:00:00Z" });
    Mock::given(method("PUT"))
        .and(path(PATH))
        .and(body_json(body))
        .respond_with(result(&pat(7, "ci")))
        .expect(1)
        .mount(&bench.server)
        .await;
    let change = UpdatePat { valid_to: Some(at("2027-01-01T00:00:00Z")), ..UpdatePat::new(id) };
    assert_eq!(bench.client.update(&change).await.unwrap().authorization_id, id);
}

#[tokio::test]
async fn revoke_takes_200_and_204() {
    for answer in [ResponseTemplate::new(204), ResponseTemplate::new(200)] {
        let bench = Bench::new().await;
        Mock::given(method("DELETE"))
            .and(path(PATH))
            .and(query_param("authorizationId", "00000000-0000-0000-0000-000000000008"))
            .respond_with(answer)
            .expect(1)
            .mount(&bench.server)
            .await;
        bench.client.revoke(Uuid::from_u128(8)).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read() {
    let bench = Bench::new().await;
    let body = vec![b' '; 5 * 1024 * 1024];
    let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
    Mock::given(method("GET")).respond_with(answer).expect(1).mount(&bench.server).await;
    let error = bench.client.get(Uuid::from_u128(1)).await.unwrap_err();
    assert!(matches!(&error, ClientError::Unreachable(why) if why.detail.contains("4 MiB")), "{error}");
}
