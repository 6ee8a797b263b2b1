//! The browser, and its way back.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use patcycle_entra::error::SignInErrorKind;
use patcycle_entra::flows::{Grant, loopback};
use patcycle_entra::http::{HttpClient, Trust};
use patcycle_entra::{Authority, SignInError};
use serde_json::json;
use url::Url;

use crate::service::{SignInService, request};
use crate::tokens::{OTHER_TENANT, PERSON};

const LIMIT: Duration = Duration::from_secs(20);

struct Page {
    status: u16,
    text: String,
    headers: reqwest::header::HeaderMap,
}

async fn visit(url: Url) -> Page {
    let here = ([127, 0, 0, 1], url.port().unwrap()).into();
    let client = reqwest::Client::builder().no_proxy().resolve("rebound.example", here).build().unwrap();
    let response = client.get(url).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Page { status, headers, text: response.text().await.unwrap() }
}

/// Signs in with a browser that visits what `route` makes of the address it was given.
async fn sign_in_by(
    service: &SignInService,
    route: impl Fn(&Url) -> Vec<Url> + Send + Sync,
) -> (Result<Grant, SignInError>, Vec<Page>) {
    let browser = Arc::new(Mutex::new(None));
    let opened = Arc::clone(&browser);
    let open = move |url: &Url| {
        let visits = route(url);
        *opened.lock().unwrap() = Some(tokio::spawn(async move {
            let mut pages = Vec::new();
            for address in visits {
                pages.push(visit(address).await);
            }
            pages
        }));
        Ok(())
    };
    let outcome = loopback::sign_in(&service.client(), &request(), &open, LIMIT).await;
    let visiting = browser.lock().unwrap().take().unwrap();
    let pages = visiting.await.unwrap();
    (outcome, pages)
}

#[tokio::test]
async fn signs_in_and_says_so_on_a_page_without_script() {
    let service = SignInService::start().await;
    let (outcome, pages) = sign_in_by(&service, |url| vec![service.browse(url)]).await;
    let grant = outcome.unwrap();
    assert_eq!(grant.access_token.expose(), "access-1");
    assert_eq!(grant.refresh_token.unwrap().expose(), "refresh-1");
    let identity = grant.identity.unwrap();
    assert_eq!(identity.object_id.to_string(), PERSON);
    assert_eq!(identity.user_name.as_deref(), Some("mona@fabrikam.example"));
    let page = &pages[0];
    assert_eq!(page.status, 200);
    assert!(page.text.contains("You are signed in as mona@fabrikam.example."), "{}", page.text);
    assert!(!page.text.contains("<script") && !page.text.contains("code-number"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
}

#[tokio::test]
async fn strangers_at_the_door_neither_end_nor_steal_the_sign_in() {
    let service = SignInService::start().await;
    let (outcome, pages) = sign_in_by(&service, |url| {
        let back = service.browse(url);
        let with = |change: &dyn Fn(&mut Url)| {
            let mut changed = back.clone();
            change(&mut changed);
            changed
        };
        vec![
            with(&|url| url.set_query(Some("code=theirs&state=theirs"))),
            with(&|url| url.set_query(Some("code=theirs"))),
            with(&|url| url.set_query(Some("error=access_denied&state="))),
            with(&|url| url.set_query(None)),
            with(&|url| url.set_path("/favicon.ico")),
            back.clone(),
        ]
    })
    .await;
    let statuses: Vec<u16> = pages.iter().map(|page| page.status).collect();
    assert_eq!(statuses, [400, 400, 400, 404, 404, 200]);
    assert_eq!(outcome.unwrap().access_token.expose(), "access-1");
    assert_eq!(service.asked("authorization_code"), 1, "a stranger's code is never redeemed");
}

#[tokio::test]
async fn another_name_for_this_machine_is_turned_away() {
    let service = SignInService::start().await;
    let (outcome, pages) = sign_in_by(&service, |url| {
        let back = service.browse(url);
        let mut rebound = back.clone();
        // `visit` reaches this name at 127.0.0.1, as a browser would after DNS rebinding.
        rebound.set_host(Some("rebound.example")).unwrap();
        vec![rebound, back]
    })
    .await;
    assert_eq!((pages[0].status, pages[1].status), (421, 200));
    assert!(outcome.is_ok());
}

#[tokio::test]
async fn a_declined_consent_is_shown_on_both_sides() {
    let service = SignInService::start().await;
    let (outcome, pages) = sign_in_by(&service, |url| {
        let mut back = service.browse(url);
        let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        back.query_pairs_mut()
            .clear()
            .append_pair("error", "access_denied")
            .append_pair("state", &state)
            .append_pair(
                "error_description",
                "AADSTS65004: <b>User declined to consent</b> to access the app.",
            );
        vec![back]
    })
    .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::Refused);
    assert_eq!(error.codes(), [65004]);
    assert!(error.to_string().contains("declined"), "{error}");
    assert!(pages[0].text.contains("AADSTS65004") && !pages[0].text.contains("<b>"), "{}", pages[0].text);
    assert_eq!(service.asked("authorization_code"), 0);
}

#[tokio::test]
async fn an_identity_that_does_not_fit_is_refused() {
    for changes in [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "iss": "https://login.microsoftonline.com/x/v2.0" }),
        json!({ "aud": "another-application" }),
        json!({ "tid": OTHER_TENANT }),
        json!({ "exp": 1000 }),
        json!({ "oid": null }),
    ] {
        let service = SignInService::start().await;
        service.plan.lock().unwrap().identity = Some(changes.clone());
        let (outcome, pages) = sign_in_by(&service, |url| vec![service.browse(url)]).await;
        assert!(matches!(outcome, Err(SignInError::Identity(_))), "{changes}");
        assert!(pages[0].text.contains("Not signed in"));
    }
}

#[tokio::test]
async fn says_when_nobody_comes_back_and_when_there_is_no_browser() {
    let service = SignInService::start().await;
    let client = service.client();
    let short = Duration::from_millis(100);
    let nobody = loopback::sign_in(&client, &request(), &|_| Ok(()), short).await.unwrap_err();
    assert!(matches!(nobody, SignInError::TimedOut));
    let none = |_: &Url| Err("no display".to_owned());
    let error = loopback::sign_in(&client, &request(), &none, LIMIT).await.unwrap_err();
    assert_eq!(error.to_string(), "could not open a browser: no display");
    assert!(error.next_step().unwrap().contains("--device"));
}

#[tokio::test]
async fn an_unknown_authority_is_named() {
    let service = SignInService::start().await;
    let unknown = service.client_for("contoso.example").authority().clone();
    let body = json!({ "error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found." });
    let document = wiremock::matchers::path("/contoso.example/v2.0/.well-known/openid-configuration");
    let answer = wiremock::ResponseTemplate::new(400).set_body_json(body);
    wiremock::Mock::given(document).respond_with(answer).mount(&service.server).await;
    let error = unknown.discover(&HttpClient::new(Trust::System)).await.unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::Configuration);
    assert!(error.to_string().contains("knows no tenant `contoso.example`"), "{error}");

    let client = service.client_for("nowhere");
    let error = loopback::sign_in(&client, &request(), &|_| Ok(()), LIMIT).await.unwrap_err();
    assert!(matches!(error, SignInError::Answer { status: 404, .. }), "{error}");
    let closed = Authority::parse("http://127.0.0.1:1/t").unwrap();
    let error = closed.discover(&HttpClient::new(Trust::System)).await.unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::Unavailable);
    assert!(error.to_string().starts_with("cannot reach 127.0.0.1:1"), "{error}");
}
