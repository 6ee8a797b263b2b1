//! `GET …/tokens/pats` (contract.md §1.3, §12 #1 to #5; property 12).

use jiff::SignedDuration;
use patcycle_api::ApiSettings;
use patcycle_contract::DisplayFilterOption;
use patcycle_lifecycle::Settings;
use serde_json::{Value, json};

use crate::support::issuer::{MONA, OTTO, changed, claims, noon, signed, token};
use crate::support::{PATS, TestApp};

fn names(page: &Value) -> Vec<&str> {
    page["patTokens"].as_array().unwrap().iter().map(|pat| pat["displayName"].as_str().unwrap()).collect()
}

/// A token that is still good after the clock moved by days.
fn lasting() -> String {
    let end = noon().as_second() + 400 * 86_400;
    signed(&changed(claims(MONA, "user_impersonation"), json!({ "exp": end })))
}

/// Active `b` and `d`, expired `a`, revoked `c`.
async fn four() -> TestApp {
    let app = TestApp::start().await;
    for (name, days) in [("b", 30), ("a", 1), ("d", 20), ("c", 25)] {
        let pat = app.create(name, days).await;
        if name == "c" {
            assert_eq!(app.delete(pat["authorizationId"].as_str().unwrap()).send().await.status, 204);
        }
    }
    app.clock.advance(SignedDuration::from_hours(48));
    app
}

#[tokio::test]
async fn an_empty_list_is_exactly_this() {
    let app = TestApp::start().await;
    let reply = app.get(PATS).send().await;
    reply.ok();
    assert_eq!(reply.body, "{\"continuationToken\":\"\",\"patTokens\":[]}");
}

#[tokio::test]
async fn shows_pats_without_secrets() {
    let app = TestApp::start().await;
    let made = app.create("ci", 30).await;
    app.post(&json!({ "displayName": "otto's", "scope": "vso.code" }))
        .bearer(&token(OTTO))
        .send()
        .await
        .pat();
    let reply = app.get(PATS).send().await;
    reply.ok();
    assert_eq!(
        reply.body,
        format!(
            "{{\"continuationToken\":\"\",\"patTokens\":[{{\"displayName\":\"ci\",\"validTo\":\"2026-12-23T12:00:00Z\",\
             \"scope\":\"vso.code\",\"targetAccounts\":[\"{}\"],\"validFrom\":\"2026-11-23T12:00:00Z\",\
             \"authorizationId\":{},\"token\":null}}]}}",
            app.fabrikam.id, made["authorizationId"]
        )
    );
}

#[tokio::test]
async fn filters_and_orders_in_every_spelling() {
    let app = four().await;
    for (query, expected) in [
        ("", vec!["d", "b"]),
        ("displayFilterOption=active", vec!["d", "b"]),
        ("displayFilterOption=", vec!["d", "b"]),
        ("displayFilterOption=Expired", vec!["a"]),
        ("DISPLAYFILTEROPTION=REVOKED", vec!["c"]),
        ("displayFilterOption=1&sortByOption=1", vec!["b", "d"]),
        ("displayFilterOption=All", vec!["a", "d", "c", "b"]),
        ("displayFilterOption=all&sortByOption=DisplayDate&isSortAscending=False", vec!["b", "c", "d", "a"]),
        ("displayFilterOption=all&sortByOption=displayName&isSortAscending=True", vec!["a", "b", "c", "d"]),
        ("displayFilterOption=all&sortByOption=displayName&isSortAscending=false", vec!["d", "c", "b", "a"]),
        ("displayFilterOption=all&sortByOption=status", vec!["d", "b", "a", "c"]),
        ("displayFilterOption=all&sortByOption=Status&isSortAscending=false", vec!["c", "a", "b", "d"]),
        ("displayFilterOption=4&sortByOption=3&%24top=3", vec!["d", "b", "a"]),
        ("displayFilterOption=all&$top=100000", vec!["a", "d", "c", "b"]),
        ("unknown=1&continuationToken=", vec!["d", "b"]),
    ] {
        let page = app.get(&format!("{PATS}?{query}")).bearer(&lasting()).send().await.ok();
        assert_eq!(names(&page), expected, "{query}");
    }
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let app = TestApp::start().await;
    for (query, named) in [
        ("displayFilterOption=dead", "displayFilterOption"),
        ("displayFilterOption=0", "displayFilterOption"),
        ("sortByOption=size", "sortByOption"),
        ("isSortAscending=perhaps", "isSortAscending"),
        ("$top=0", "$top"),
        ("%24top=-1", "$top"),
        ("$top=ten", "$top"),
        ("$top=99999999999", "$top"),
        ("$top=1.5", "$top"),
    ] {
        let message = app.get(&format!("{PATS}?{query}")).send().await.error(400, "ArgumentException");
        assert!(message.contains(named), "{query}: {message}");
    }
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let app = TestApp::start().await;
    for number in 0..7 {
        app.create(&format!("pat {number}"), 30).await;
    }
    for sort in ["displayName", "displayDate", "status"] {
        for ascending in ["true", "false"] {
            let filters =
                format!("displayFilterOption=all&sortByOption={sort}&isSortAscending={ascending}&$top=3");
            let (mut seen, mut token, mut sizes) = (Vec::new(), String::new(), Vec::new());
            loop {
                let address = format!("{PATS}?{filters}&continuationToken={token}");
                let page = app.get(&address).send().await.ok();
                sizes.push(names(&page).len());
                seen.extend(names(&page).into_iter().map(str::to_owned));
                token = page["continuationToken"].as_str().unwrap().to_owned();
                if token.is_empty() {
                    break;
                }
                assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            }
            assert_eq!(sizes, [3, 3, 1]);
            let mut all = seen.clone();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), 7, "{seen:?}");
        }
    }
}

#[tokio::test]
async fn a_continuation_token_belongs_to_its_list() {
    let app = TestApp::start().await;
    for number in 0..3 {
        app.create(&format!("pat {number}"), 30).await;
    }
    let first = app.get(&format!("{PATS}?$top=1")).send().await.ok();
    let good = first["continuationToken"].as_str().unwrap();
    let next = |query: &str| app.get(&format!("{PATS}?$top=1&continuationToken={query}"));
    next(good).send().await.ok();

    let mut bad =
        vec!["x".to_owned(), "!".to_owned(), "AAAA".repeat(40), format!("{good}A"), "%00".to_owned()];
    for filter in ["displayFilterOption=all", "sortByOption=displayName", "isSortAscending=false"] {
        bad.push(format!("{good}&{filter}"));
    }
    for position in 0..good.len() {
        let other = if &good[position..=position] == "A" { "B" } else { "A" };
        bad.push(format!("{}{other}{}", &good[..position], &good[position + 1..]));
    }
    for token in bad {
        let message = next(&token).send().await.error(400, "ArgumentException");
        assert!(message.contains("continuationToken"), "{token}");
    }
    next(good).bearer(&token(OTTO)).send().await.error(400, "ArgumentException");
    let elsewhere = app.get(&format!("/few/_apis/tokens/pats?$top=1&continuationToken={good}"));
    elsewhere.send().await.error(400, "ArgumentException");
    app.clock.advance(SignedDuration::from_hours(25));
    next(good).bearer(&lasting()).send().await.error(400, "ArgumentException");
}

#[tokio::test]
async fn the_default_filter_is_the_operators() {
    let settings = Settings { default_filter: DisplayFilterOption::All, ..Settings::default() };
    let app = TestApp::start_with(ApiSettings::default(), settings).await;
    let pat = app.create("ci", 30).await;
    app.delete(pat["authorizationId"].as_str().unwrap()).send().await;
    assert_eq!(names(&app.get(PATS).send().await.ok()), ["ci"]);
}

#[tokio::test]
async fn recorded_requests_of_real_clients_work() {
    let app = TestApp::start().await;
    app.create("ci", 30).await;
    let rust = "//fabrikam/_apis/tokens/pats?api-version=7.1-preview&displayFilterOption=active&sortByOption=\
                displayDate&isSortAscending=false&%24top=100";
    let call = app.get(rust).version(None).header("accept", "*/*").header("x-ms-client-request-id", "x");
    assert_eq!(names(&call.send().await.ok()), ["ci"]);
    let node = app.get("/fabrikam/_apis/Tokens/Pats?displayFilterOption=All").version(None);
    let node = node.header("accept", "application/json;api-version=7.2-preview.1");
    assert_eq!(names(&node.header("x-tfs-fedauthredirect", "Suppress").send().await.ok()), ["ci"]);
    let dotnet = app
        .get(&format!("{PATS}?displayFilterOption=Active&sortByOption=DisplayDate&isSortAscending=True&continuationToken="))
        .version(None)
        .header("accept", "application/json; api-version=7.2-preview.1; excludeUrls=true")
        .header("content-type", "application/json; charset=utf-8; api-version=7.2-preview.1");
    assert_eq!(names(&dotnet.send().await.ok()), ["ci"]);
    let pattrick = app.get(PATS).version(Some("7.1-preview.1")).header("content-type", "application/json");
    assert_eq!(names(&pattrick.body("{}").send().await.ok()), ["ci"]);
}
