use futures::TryStreamExt as _;
use patcycle_client::{ClientError, ListPats, PatState};
use patcycle_contract::{DisplayFilterOption, SortByOption};
use uuid::Uuid;
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, ResponseTemplate};

use crate::support::{Bench, PATH, page, pat};

fn ids(pats: &[patcycle_contract::PatToken]) -> Vec<u128> {
    pats.iter().map(|pat| pat.authorization_id.as_u128()).collect()
}

#[tokio::test]
async fn reads_every_page_with_the_same_filters_and_gives_each_pat_once() {
    let bench = Bench::new().await;
    let first = Mock::given(method("GET")).and(path(PATH)).and(query_param_is_missing("continuationToken"));
    first.respond_with(page(&[pat(1, "a"), pat(2, "b")], "p2/+ =&")).expect(1).mount(&bench.server).await;
    let second = Mock::given(method("GET")).and(query_param("continuationToken", "p2/+ =&"));
    second.respond_with(page(&[pat(2, "b"), pat(3, "c")], "p3")).expect(1).mount(&bench.server).await;
    // The end may be an absent or null token as well as an empty one.
    let third = Mock::given(method("GET")).and(query_param("continuationToken", "p3"));
    let end = serde_json::json!({ "continuationToken": null, "patTokens": [pat(4, "d")] });
    third.respond_with(ResponseTemplate::new(200).set_body_json(end)).expect(1).mount(&bench.server).await;

    let query = ListPats {
        filter: DisplayFilterOption::All,
        sort: SortByOption::DisplayName,
        ascending: false,
        page_size: 1000,
    };
    assert_eq!(ids(&bench.client.list(&query).await.unwrap()), [1, 2, 3, 4]);
    for request in bench.requests().await {
        let parameters: std::collections::HashMap<_, _> = request.url.query_pairs().into_owned().collect();
        assert_eq!(parameters["displayFilterOption"], "all");
        assert_eq!(parameters["sortByOption"], "displayName");
        assert_eq!(parameters["isSortAscending"], "false");
        assert_eq!(parameters["$top"], "100");
        assert_eq!(parameters["api-version"], "7.2-preview.1");
    }
}

#[tokio::test]
async fn the_stream_reads_a_page_only_when_it_is_needed() {
    let bench = Bench::new().await;
    Mock::given(method("GET"))
        .respond_with(page(&[pat(1, "a"), pat(2, "b")], "more"))
        .mount(&bench.server)
        .await;
    let query = ListPats::default();
    let mut stream = std::pin::pin!(bench.client.stream(&query));
    for _ in 0..2 {
        assert!(stream.try_next().await.unwrap().is_some());
    }
    assert_eq!(bench.requests().await.len(), 1);
}

#[tokio::test]
async fn a_repeated_token_ends_the_list_with_an_error() {
    let bench = Bench::new().await;
    Mock::given(method("GET")).respond_with(page(&[pat(1, "a")], "again")).mount(&bench.server).await;
    let error = bench.client.list(&ListPats::default()).await.unwrap_err();
    assert!(
        matches!(&error, ClientError::Unexpected { problem, .. } if problem.contains("repeats")),
        "{error}"
    );
    assert_eq!(bench.requests().await.len(), 2);
}

#[tokio::test]
async fn all_with_states_asks_for_the_revoked_ones_too() {
    let bench = Bench::new().await;
    let mut ended = pat(2, "ended");
    ended["validTo"] = "2026-11-23T10:00:00Z".into();
    let all = Mock::given(query_param("displayFilterOption", "all"));
    all.respond_with(page(&[pat(1, "a"), ended, pat(3, "r")], "")).mount(&bench.server).await;
    let revoked = Mock::given(query_param("displayFilterOption", "revoked"));
    revoked.respond_with(page(&[pat(3, "r"), pat(9, "not in all")], "")).mount(&bench.server).await;
    let query = ListPats { filter: DisplayFilterOption::All, ..ListPats::default() };
    let listed = bench.client.list_with_state(&query).await.unwrap();
    let states: Vec<_> = listed.iter().map(|one| (one.pat.authorization_id.as_u128(), one.state)).collect();
    assert_eq!(states, [(1, PatState::Active), (2, PatState::Expired), (3, PatState::Revoked)]);
}

#[tokio::test]
async fn tolerates_what_real_services_leave_out() {
    let bench = Bench::new().await;
    let body = r#"{"patTokens":[{"displayName":"global","validTo":"2026-12-23T10:00:00.1033333Z","scope":"app_token",
        "validFrom":"2026-11-23T10:00:00","authorizationId":"00000000-0000-0000-0000-000000000007","new":{"field":1}}]}"#;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(body, "application/json; charset=utf-8"))
        .mount(&bench.server)
        .await;
    let pats = bench.client.list(&ListPats::default()).await.unwrap();
    assert_eq!(pats[0].authorization_id, Uuid::from_u128(7));
    assert!(pats[0].target_accounts.is_none() && pats[0].token.is_none());
}
