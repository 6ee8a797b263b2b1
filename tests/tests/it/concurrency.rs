//! Many writers at once.

use std::collections::BTreeSet;

use futures::future::join_all;
use patcycle_tests::{Dev, evidence, tokens};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_get_what_they_asked_for() {
    let dev = Dev::start("writers");
    let token = dev.tokens_of("USER").await.access;
    let (client, url) = (dev.http(), dev.pats_url());
    let writer = |writer: usize| {
        let (client, url, token) = (client.clone(), url.clone(), token.clone());
        async move {
            for round in 0..5 {
                let name = format!("writer {writer} round {round}");
                let body = json!({ "displayName": name, "scope": "vso.code" });
                let answer = client.post(&url).bearer_auth(&token).json(&body).send().await.unwrap();
                assert_eq!(answer.status(), 200);
                let answer: Value = answer.json().await.unwrap();
                let (id, _) = tokens::created(&answer);
                assert_eq!(answer["patToken"]["displayName"], name.as_str());
                let body = json!({ "authorizationId": id, "displayName": format!("{name}, renamed") });
                let answer = client.put(&url).bearer_auth(&token).json(&body).send().await.unwrap();
                let answer: Value = answer.json().await.unwrap();
                assert_eq!(answer["patToken"]["displayName"], format!("{name}, renamed").as_str());
                if round % 2 == 0 {
                    let url = format!("{url}&authorizationId={id}");
                    assert_eq!(client.delete(url).bearer_auth(&token).send().await.unwrap().status(), 204);
                }
            }
        }
    };
    join_all((0..64).map(writer)).await;

    let list = |state: &'static str| {
        let cli = dev.cli().env("PATCYCLE_ACCESS_TOKEN", &token);
        let list = cli.run(&["list", "--state", state, "-o", "json"]).json();
        let names =
            list.as_array().unwrap().iter().map(|pat| pat["displayName"].as_str().unwrap().to_owned());
        names.collect::<BTreeSet<_>>()
    };
    assert_eq!(list("revoked").len(), 64 * 3);
    assert_eq!(list("active").len(), 64 * 2);
    assert!(list("active").iter().all(|name| name.ends_with(", renamed")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_of_active_pats_holds_against_64_writers() {
    let directory = evidence::directory("limit");
    let dev = Dev::start_with(&directory, &["--max-pats", "10"]);
    let token = dev.tokens_of("USER").await.access;
    let (client, url) = (dev.http(), dev.pats_url());
    let answers = join_all((0..64).map(|number| {
        let (client, url, token) = (&client, &url, &token);
        async move {
            let body = json!({ "displayName": format!("pat {number}"), "scope": "vso.code" });
            let answer = client.post(url).bearer_auth(token).json(&body).send().await.unwrap();
            answer.json::<Value>().await.unwrap()
        }
    }))
    .await;
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer["patTokenError"] == "none");
    assert_eq!(made.len(), 10);
    for answer in &made {
        tokens::created(answer);
    }
    for answer in refused {
        assert_eq!(answer["patTokenError"], "failedToIssueAccessToken");
        assert!(answer["patTokenErrorMessage"].as_str().unwrap().contains("Revoke"));
    }
}
