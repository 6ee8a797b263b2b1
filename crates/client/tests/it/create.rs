//! A create is never repeated blindly.

use patcycle_client::{ClientError, ErrorKind, TokenIssuer, UnconfirmedCreate};
use uuid::Uuid;
use wiremock::matchers::method;
use wiremock::{Mock, ResponseTemplate};

use crate::support::{Bench, html, page, pat, wanted};

async fn unconfirmed(bench: &Bench) -> Box<UnconfirmedCreate> {
    match bench.client.create(&wanted()).await.unwrap_err() {
        ClientError::UnconfirmedCreate(unconfirmed) => unconfirmed,
        other => panic!("{other}"),
    }
}

async fn posts(bench: &Bench) -> usize {
    bench.requests().await.iter().filter(|request| request.method.as_str() == "POST").count()
}

fn found(unconfirmed: &UnconfirmedCreate) -> Option<Vec<u128>> {
    let found = unconfirmed.found.as_ref()?;
    Some(found.iter().map(|candidate| candidate.authorization_id.as_u128()).collect())
}

async fn mount_list(bench: &Bench) {
    let mut earlier = pat(1, "ci");
    earlier["validFrom"] = "2026-11-23T09:00:00Z".into();
    let mut other_scope = pat(2, "ci");
    other_scope["scope"] = "vso.build".into();
    let list = [earlier, other_scope, pat(3, "ci-2"), pat(4, "ci")];
    Mock::given(method("GET")).respond_with(page(&list, "")).mount(&bench.server).await;
}

#[tokio::test]
async fn after_an_unknown_outcome_the_list_is_looked_up() {
    let unreadable =
        ResponseTemplate::new(200).set_body_raw(r#"{"patToken":{"token":"n3w-s3"#, "application/json");
    for answer in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(503).insert_header("retry-after", "1"),
        html(502, "<html>bad gateway"),
        html(200, "<html>a proxy"),
        unreadable,
    ] {
        let bench = Bench::new().await;
        mount_list(&bench).await;
        Mock::given(method("POST")).respond_with(answer).mount(&bench.server).await;
        let unconfirmed = unconfirmed(&bench).await;
        assert_eq!(posts(&bench).await, 1);
        assert_eq!(found(&unconfirmed), Some(vec![4]), "{}", unconfirmed.cause);
        let error = ClientError::UnconfirmedCreate(unconfirmed);
        let explained = error.explain();
        assert!(
            explained.next.contains(&format!("`patcycle revoke {}`", Uuid::from_u128(4))),
            "{explained:?}"
        );
        assert!(!format!("{error:?}{explained:?}").contains("n3w-s3"));
    }
}

#[tokio::test]
async fn a_time_limit_is_an_unknown_outcome() {
    let limit = std::time::Duration::from_millis(300);
    let bench = Bench::with(TokenIssuer::Other, |settings| settings.call_timeout = limit).await;
    mount_list(&bench).await;
    let late = ResponseTemplate::new(200).set_delay(std::time::Duration::from_secs(5));
    Mock::given(method("POST")).respond_with(late).mount(&bench.server).await;
    let unconfirmed = unconfirmed(&bench).await;
    assert_eq!((posts(&bench).await, found(&unconfirmed)), (1, Some(vec![4])));
    assert_eq!(ClientError::UnconfirmedCreate(unconfirmed).kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn when_the_list_fails_too_the_error_says_so() {
    let bench = Bench::new().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(500)).mount(&bench.server).await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(500)).mount(&bench.server).await;
    let unconfirmed = unconfirmed(&bench).await;
    assert_eq!((posts(&bench).await, found(&unconfirmed)), (1, None));
}

#[tokio::test]
async fn a_known_refusal_is_no_unknown_outcome() {
    let bench = Bench::new().await;
    let refused = serde_json::json!({ "patToken": null, "patTokenError": "invalidScope" });
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(refused))
        .expect(1)
        .mount(&bench.server)
        .await;
    let error = bench.client.create(&wanted()).await.unwrap_err();
    assert!(matches!(error, ClientError::Domain(_)), "{error}");
    assert_eq!(bench.requests().await.len(), 1);
}
