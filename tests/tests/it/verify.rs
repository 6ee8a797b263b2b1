//! A gateway's questions about PATs, asked of a real process.

use patcycle_tests::{Dev, evidence, tokens};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

async fn create(http: &Client, dev: &Dev, access_token: &str) -> (String, String) {
    let body = json!({ "displayName": "ci", "scope": "vso.code_write" });
    let call = http.post(dev.pats_url()).bearer_auth(access_token).json(&body);
    let answer: Value = call.send().await.unwrap().json().await.unwrap();
    tokens::created(&answer)
}

async fn last_used(http: &Client, dev: &Dev, access_token: &str) -> Value {
    let address = format!("{}&$expand=usage", dev.pats_url());
    let list: Value = http.get(address).bearer_auth(access_token).send().await.unwrap().json().await.unwrap();
    list["patTokens"][0]["usage"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_of_dev_lets_good_pats_in_and_a_restart_knows_their_last_use() {
    let directory = evidence::directory("verify");
    let dev = Dev::start_with(&directory, &[]);
    let http = dev.http();
    let access_token = dev.tokens_of("USER").await.access;
    let (id, pat) = create(&http, &dev, &access_token).await;
    let ask = async |dev: &Dev, path: &str| {
        let address = format!("{}/_patcycle/verify{path}", dev.var("BASE_URL"));
        dev.http().request(Method::PUT, address).basic_auth("git", Some(&pat)).send().await.unwrap()
    };
    for path in ["/code", "/code/upstream/path?x=1", "?scope=vso.code&organization=fabrikam"] {
        let answer = ask(&dev, path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()["x-patcycle-authorization-id"], id.as_str());
        assert_eq!(answer.headers()["x-patcycle-scope"], "vso.code_write");
        assert_eq!(answer.headers()["x-patcycle-days-left"], "29");
    }
    assert_eq!(ask(&dev, "/packaging").await.status(), StatusCode::FORBIDDEN);
    let used = last_used(&http, &dev, &access_token).await;
    assert_eq!(used["lastUsedAddress"], "127.0.0.1");

    assert_eq!(dev.stop(), Some(0));
    let dev = Dev::start_with(&directory, &[]);
    let access_token = dev.tokens_of("USER").await.access;
    assert_eq!(last_used(&dev.http(), &dev, &access_token).await, used, "written at the stop");
    assert_eq!(ask(&dev, "/code").await.status(), StatusCode::OK);
    let address = format!("{}&authorizationId={id}", dev.pats_url());
    let revoked = dev.http().delete(address).bearer_auth(&access_token).send().await.unwrap();
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    assert_eq!(ask(&dev, "/code").await.status(), StatusCode::UNAUTHORIZED);
}
