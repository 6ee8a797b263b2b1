//! The authorize endpoint.

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_local_tenant::NewApplication;
use serde_json::json;

use crate::support::{ADA, BOB, CONTOSO, FABRIKAM, PASSWORD, REDIRECT, ROOT, World, application, query_of};

#[tokio::test]
async fn a_person_signs_in_consents_and_goes_back_with_a_code() {
    let world = World::new().await;
    let mut browser = world.browser();
    let address = world.authorize(&[("state", "a b+c&d=é"), ("client_info", "1")]);
    let page = browser.get(&address).await;
    assert_eq!(page.status, 200);
    let form = page.form("sign-in");
    let input = |name: &str| form.inputs.iter().find(|input| input["name"] == name).unwrap().clone();
    assert_eq!(input("username")["autocomplete"], "username");
    assert_eq!(input("password")["autocomplete"], "current-password");
    assert_eq!(input("password")["type"], "password");
    let page = browser.sign_in(&page, ADA, PASSWORD).await;
    assert!(page.body.contains("Web app") && page.body.contains("Have full access to Azure DevOps as you"));
    let back = browser.submit(&page.form("accept")).await;
    assert_eq!(back.status, 302);
    assert!(back.location().starts_with(&format!("{REDIRECT}?code=")), "{}", back.location());
    let returned = back.returned();
    assert_eq!(returned["state"], "a b+c&d=é");
    assert!(returned.contains_key("session_state"));
    let info = URL_SAFE_NO_PAD.decode(&returned["client_info"]).unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info, json!({"uid": world.user(ADA).await.id, "utid": FABRIKAM}));
}

#[tokio::test]
async fn a_second_application_is_quick_and_consent_is_asked_once() {
    let world = World::new().await;
    let mut browser = world.browser();
    assert_eq!(browser.pass(&world.authorize(&[]), ADA, PASSWORD).await.status, 302);
    let again = browser.get(&world.authorize(&[])).await;
    assert!(again.returned().contains_key("code"));
    let other = browser.get(&world.authorize_for(&world.public, "http://localhost:9999", &[])).await;
    assert!(other.has_form("accept"), "the other application asks for consent, not for the password");
}

#[tokio::test]
async fn answers_travel_in_the_fragment_or_by_form_where_asked() {
    let world = World::new().await;
    let fragment = world.authorize(&[("response_mode", "fragment"), ("state", "s")]);
    let back = world.browser().pass(&fragment, ADA, PASSWORD).await;
    assert!(back.location().starts_with(&format!("{REDIRECT}#code=")));
    assert!(back.location().contains("&state=s"));
    let page = world
        .browser()
        .pass(&world.authorize(&[("response_mode", "form_post"), ("state", "\"<s>")]), ADA, PASSWORD)
        .await;
    assert_eq!(page.status, 200);
    let form = page.forms().remove(0);
    assert_eq!(form.action, REDIRECT);
    assert_eq!(form.fields["state"], "\"<s>");
    assert!(form.fields.contains_key("code"));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("form-action http://localhost:5000;") && policy.contains("script-src 'sha256-"),
        "{policy}"
    );
}

#[tokio::test]
async fn wrong_passwords_unknown_and_foreign_and_disabled_people_stay_on_the_page() {
    let world = World::new().await;
    world.tenant.disable_user(world.user(ROOT).await.id).await.unwrap();
    for (name, password, code) in [
        (ADA, "wrong password", "AADSTS50126"),
        ("nobody@fabrikam.example", PASSWORD, "AADSTS50034"),
        (BOB, PASSWORD, "AADSTS50034"),
        (ROOT, PASSWORD, "AADSTS50057"),
        (ROOT, "wrong password", "AADSTS50126"),
        ("", "", "AADSTS50034"),
    ] {
        let mut browser = world.browser();
        let page = browser.get(&world.authorize(&[])).await;
        let page = browser.sign_in(&page, name, password).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains(code) && page.body.contains("role=\"alert\""), "{name}: {}", page.body);
        assert!(page.has_form("sign-in"));
        assert!(!page.body.contains("wrong password"));
    }
    let mut browser = world.browser();
    let page = browser.get(&world.authorize(&[])).await;
    let page = browser.sign_in(&page, "ADA@Fabrikam.example ", PASSWORD).await;
    assert!(page.has_form("accept"), "user names have no case");
}

#[tokio::test]
async fn an_unknown_client_or_redirect_uri_never_redirects() {
    let world = World::new().await;
    let other = application("Single");
    let single = NewApplication { tenant_id: CONTOSO, redirect_uris: vec![REDIRECT.into()], ..other };
    let single = world.tenant.create_application(single).await.unwrap();
    let authorize = |more: &[(&str, &str)]| world.authorize(more);
    let (web, single) = (world.web.id.to_string(), single.id.to_string());
    for (address, code) in [
        (authorize(&[("client_id", "")]), "AADSTS900144"),
        (authorize(&[("client_id", "nonsense")]), "AADSTS700016"),
        (authorize(&[("client_id", &FABRIKAM.to_string())]), "AADSTS700016"),
        (authorize(&[("client_id", &single)]), "AADSTS700016"),
        (authorize(&[("redirect_uri", "https://evil.example/")]), "AADSTS50011"),
        (authorize(&[("redirect_uri", "http://localhost:5000/getAToken/")]), "AADSTS50011"),
        (authorize(&[("redirect_uri", "http://localhost:5000@evil.example/getAToken")]), "AADSTS50011"),
        (authorize(&[("redirect_uri", "")]), "AADSTS900971"),
        (authorize(&[("response_mode", "web_message")]), "AADSTS90014"),
        (format!("{}&client_id={web}", authorize(&[])), "AADSTS9000411"),
        (format!("{}&redirect_uri=https%3A%2F%2Fevil.example", authorize(&[])), "AADSTS9000411"),
        (format!("/common/oauth2/v2.0/authorize?client_id={single}"), "AADSTS50194"),
    ] {
        let page = world.browser().get(&address).await;
        assert_eq!(page.status, 400, "{address}");
        assert!(page.headers.get("location").is_none());
        assert!(page.body.contains(code), "{address}: {}", page.body);
        assert!(page.body.contains("Trace ID"));
    }
}

#[tokio::test]
async fn loopback_redirects_take_any_port_and_https() {
    let world = World::new().await;
    for redirect in ["https://localhost:5000/getAToken", "http://localhost:61234/getAToken", REDIRECT] {
        let address = world.authorize(&[("redirect_uri", redirect)]);
        let back = world.browser().pass(&address, ADA, PASSWORD).await;
        assert!(back.location().starts_with(&format!("{redirect}?code=")), "{}", back.location());
    }
}

#[tokio::test]
async fn bad_requests_go_back_to_the_application_with_their_state() {
    let world = World::new().await;
    let short = "a".repeat(42);
    for (more, error, code) in [
        (vec![("response_type", "")], "invalid_request", 900_144),
        (vec![("response_type", "token")], "unsupported_response_type", 700_054),
        (vec![("scope", "")], "invalid_request", 900_144),
        (vec![("scope", "User.Read")], "invalid_scope", 70_011),
        (vec![("scope", "https://graph.microsoft.com/User.Read")], "invalid_resource", 500_011),
        (vec![("prompt", "perhaps")], "invalid_request", 90_023),
        (vec![("prompt", "none login")], "invalid_request", 90_023),
        (vec![("claims", "{not json")], "invalid_request", 90_014),
        (vec![("max_age", "soon")], "invalid_request", 90_014),
        (
            vec![("code_challenge", short.as_str()), ("code_challenge_method", "S256")],
            "invalid_request",
            90_014,
        ),
        (vec![("request_uri", "https://app.example/r")], "invalid_request", 90_014),
        (vec![("prompt", "none")], "login_required", 50_058),
    ] {
        let more: Vec<_> = more.into_iter().chain([("state", "xyz")]).collect();
        let answer = world.browser().get(&world.authorize(&more)).await;
        let returned = answer.returned();
        assert_eq!(returned["error"], error, "{more:?}");
        assert!(returned["error_description"].starts_with(&format!("AADSTS{code}: ")), "{returned:?}");
        assert_eq!(returned["state"], "xyz");
        assert!(!returned.contains_key("code"));
    }
}

#[tokio::test]
async fn a_permission_must_be_registered_for_default() {
    let world = World::new().await;
    let none = NewApplication { permissions: Vec::new(), ..application("Bare") };
    let none = world.tenant.create_application(none).await.unwrap();
    let scope = "499b84ac-1321-427f-aa17-267ca6975798/.default openid";
    let answer = world.browser().get(&world.authorize_for(&none, REDIRECT, &[("scope", scope)])).await;
    assert_eq!(answer.returned()["error"], "invalid_resource");
    assert!(answer.returned()["error_description"].starts_with("AADSTS650057: "));
}

#[tokio::test]
async fn prompts_are_obeyed() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.pass(&world.authorize(&[]), ADA, PASSWORD).await;
    let silent = browser.get(&world.authorize(&[("prompt", "none")])).await;
    assert!(silent.returned().contains_key("code"));
    let login = world.authorize(&[("prompt", "login"), ("login_hint", ADA)]);
    let page = browser.get(&login).await;
    let form = page.form("sign-in");
    assert_eq!(form.fields["username"], ADA);
    let back = browser.sign_in(&page, ADA, PASSWORD).await;
    assert!(back.returned().contains_key("code"), "signed in once is enough for prompt=login");
    let page = browser.get(&world.authorize(&[("prompt", "login consent")])).await;
    let page = browser.sign_in(&page, ADA, PASSWORD).await;
    assert!(browser.submit(&page.form("accept")).await.returned().contains_key("code"));
    let page = browser.get(&world.authorize(&[("prompt", "consent")])).await;
    assert!(page.has_form("accept"));
    let page = browser.get(&world.authorize(&[("prompt", "select_account")])).await;
    assert!(page.body.contains("Pick an account") && page.body.contains(ADA));
    let back = browser.submit(&page.form("pick-account")).await;
    assert!(back.returned().contains_key("code"));
    let page = browser.get(&world.authorize(&[("prompt", "create")])).await;
    assert!(page.returned().contains_key("code"), "there is no sign-up; who is signed in is used");
}

#[tokio::test]
async fn two_accounts_in_one_browser_are_told_apart() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.pass(&world.authorize(&[]), ADA, PASSWORD).await;
    let page = browser.get(&world.authorize(&[("prompt", "select_account")])).await;
    let page = browser.submit(&page.form("other-account")).await;
    let page = browser.sign_in(&page, ROOT, PASSWORD).await;
    let back = browser.submit(&page.form("accept")).await;
    assert!(back.returned().contains_key("code"));
    let page = browser.get(&world.authorize(&[])).await;
    assert!(page.body.contains(ADA) && page.body.contains(ROOT), "both can be picked");
    let silent = browser.get(&world.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.returned()["error"], "interaction_required");
    let hinted = browser.get(&world.authorize(&[("prompt", "none"), ("login_hint", ADA)])).await;
    assert!(hinted.returned().contains_key("code"));
    let sid = hinted.returned()["session_state"].clone();
    let by_sid = browser.get(&world.authorize(&[("prompt", "none"), ("sid", &sid)])).await;
    assert_eq!(by_sid.returned()["session_state"], sid);
    let stranger = browser.get(&world.authorize(&[("prompt", "none"), ("login_hint", BOB)])).await;
    assert_eq!(stranger.returned()["error"], "login_required");
}

#[tokio::test]
async fn a_sign_in_gets_old() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.pass(&world.authorize(&[]), ADA, PASSWORD).await;
    world.clock.advance(jiff::SignedDuration::from_mins(10));
    let young = browser.get(&world.authorize(&[("prompt", "none"), ("max_age", "600")])).await;
    assert!(young.returned().contains_key("code"));
    let old = browser.get(&world.authorize(&[("prompt", "none"), ("max_age", "599")])).await;
    assert_eq!(old.returned()["error"], "login_required");
    let page = browser.get(&world.authorize(&[("max_age", "0")])).await;
    assert!(browser.sign_in(&page, ADA, PASSWORD).await.returned().contains_key("code"));
    world.clock.advance(jiff::SignedDuration::from_hours(24));
    assert!(browser.get(&world.authorize(&[])).await.has_form("sign-in"), "a session ends after a day");
}

#[tokio::test]
async fn disabling_a_person_ends_the_browser_session_too() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.pass(&world.authorize(&[]), ADA, PASSWORD).await;
    world.tenant.disable_user(world.user(ADA).await.id).await.unwrap();
    let silent = browser.get(&world.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.returned()["error"], "login_required");
    world.tenant.enable_user(world.user(ADA).await.id).await.unwrap();
    assert!(browser.get(&world.authorize(&[("prompt", "none")])).await.returned().contains_key("code"));
}

#[tokio::test]
async fn common_takes_people_of_every_tenant() {
    let world = World::new().await;
    for (word, name, tenant_id) in [("common", BOB, CONTOSO), ("organizations", ADA, FABRIKAM)] {
        let address = world.authorize(&[("client_info", "1")]).replacen(&FABRIKAM.to_string(), word, 1);
        let back = world.browser().pass(&address, name, PASSWORD).await;
        let info = URL_SAFE_NO_PAD.decode(&back.returned()["client_info"]).unwrap();
        let info: serde_json::Value = serde_json::from_slice(&info).unwrap();
        assert_eq!(info["utid"], tenant_id.to_string());
    }
    let address = world.authorize(&[]).replacen(&FABRIKAM.to_string(), "consumers", 1);
    let page = world.browser().pass(&address, ADA, PASSWORD).await;
    assert!(page.body.contains("AADSTS50034"));
}

#[tokio::test]
async fn a_request_by_form_is_a_request() {
    let world = World::new().await;
    let mut browser = world.browser();
    let address = world.authorize(&[("state", "posted")]);
    let (path, query) = address.split_once('?').unwrap();
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    let answer = browser.send(request.body(Body::from(query.to_owned())).unwrap()).await;
    assert_eq!(query_of(answer.location())["state"], "posted");
    let location = answer.location().to_owned();
    let back = browser.pass(&location, ADA, PASSWORD).await;
    assert_eq!(back.returned()["state"], "posted");
}
