//! Discovery, instance discovery, the key set.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{BASE, FABRIKAM, World, assert_aadsts};

#[tokio::test]
async fn the_document_names_the_tenant_by_id_however_it_is_asked_for() {
    let world = World::new().await;
    for segment in [FABRIKAM.to_string(), FABRIKAM.to_string().to_uppercase(), "Fabrikam.Example".to_owned()]
    {
        let answer = world.browser().get(&format!("/{segment}/v2.0/.well-known/openid-configuration")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let document = answer.json();
        let base = format!("{BASE}/{FABRIKAM}");
        assert_eq!(document["issuer"], format!("{base}/v2.0"));
        assert_eq!(document["authorization_endpoint"], format!("{base}/oauth2/v2.0/authorize"));
        assert_eq!(document["token_endpoint"], format!("{base}/oauth2/v2.0/token"));
        assert_eq!(document["device_authorization_endpoint"], format!("{base}/oauth2/v2.0/devicecode"));
        assert_eq!(document["end_session_endpoint"], format!("{base}/oauth2/v2.0/logout"));
        assert_eq!(document["jwks_uri"], format!("{base}/discovery/v2.0/keys"));
        assert_eq!(document["response_modes_supported"], json!(["query", "fragment", "form_post"]));
        assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
        assert_eq!(document["request_uri_parameter_supported"], false);
        assert_eq!(document["subject_types_supported"], json!(["pairwise"]));
    }
}

#[tokio::test]
async fn words_for_many_tenants_stay_in_the_endpoints() {
    let world = World::new().await;
    for word in ["common", "organizations", "consumers"] {
        let answer = world.browser().get(&format!("/{word}/v2.0/.well-known/openid-configuration?p=1")).await;
        let document = answer.json();
        assert_eq!(document["issuer"], format!("{BASE}/{{tenantid}}/v2.0"));
        assert_eq!(document["token_endpoint"], format!("{BASE}/{word}/oauth2/v2.0/token"));
    }
}

#[tokio::test]
async fn an_unknown_tenant_is_refused_everywhere() {
    let world = World::new().await;
    let mut browser = world.browser();
    for path in ["v2.0/.well-known/openid-configuration", "discovery/v2.0/keys"] {
        let answer = browser.get(&format!("/nowhere.example/{path}")).await;
        assert_aadsts(&answer, StatusCode::BAD_REQUEST, 90_002, "invalid_tenant", None);
    }
    let answer = world.post("/nowhere.example/oauth2/v2.0/token", &[("grant_type", "refresh_token")]).await;
    assert_aadsts(&answer, StatusCode::BAD_REQUEST, 90_002, "invalid_request", None);
    let page = browser.get("/nowhere.example/oauth2/v2.0/authorize?client_id=x").await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("AADSTS90002"));
}

#[tokio::test]
async fn instance_discovery_knows_this_host_and_no_other() {
    let world = World::new().await;
    let ask = |address: String| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("api-version", "1.1")
            .append_pair("authorization_endpoint", &address)
            .finish();
        let mut browser = world.browser();
        async move { browser.get(&format!("/common/discovery/instance?{query}")).await }
    };
    let answer = ask(format!("{BASE}/{FABRIKAM}/oauth2/v2.0/authorize")).await;
    assert_eq!(answer.status, 200);
    let document = answer.json();
    let expected = format!("{BASE}/{FABRIKAM}/v2.0/.well-known/openid-configuration");
    assert_eq!(document["tenant_discovery_endpoint"], expected);
    assert_eq!(document["api-version"], "1.1");
    assert_eq!(document["metadata"][0]["preferred_network"], "localhost:7243");
    let bare = ask(format!("https://localhost/{FABRIKAM}/oauth2/v2.0/authorize")).await;
    assert_eq!(bare.json()["tenant_discovery_endpoint"], expected, "MSAL Python leaves the port out");
    for other in [
        "http://localhost/common/oauth2/v2.0/authorize".to_owned(),
        "https://localhost:7244/common/oauth2/v2.0/authorize".to_owned(),
        "https://evil.example/common/oauth2/v2.0/authorize".to_owned(),
        format!("{BASE}/common/other"),
        "nonsense".to_owned(),
    ] {
        let answer = ask(other).await;
        assert_aadsts(&answer, StatusCode::BAD_REQUEST, 50_049, "invalid_instance", None);
    }
}

#[tokio::test]
async fn keys_carry_their_issuer() {
    let world = World::new().await;
    let keys = world.key_set().await;
    let key = &keys["keys"][0];
    assert_eq!(key["kty"], "RSA");
    assert_eq!(key["use"], "sig");
    assert_eq!(key["kid"], key["x5t"]);
    assert_eq!(key["issuer"], format!("{BASE}/{FABRIKAM}/v2.0"));
    let common = world.browser().get("/common/discovery/v2.0/keys").await.json();
    assert_eq!(common["keys"][0]["issuer"], format!("{BASE}/{{tenantid}}/v2.0"));
}

#[tokio::test]
async fn the_error_uri_explains_a_number() {
    let world = World::new().await;
    let page = world.browser().get("/error?code=54005").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("AADSTS54005") && page.body.contains("one redemption"));
    assert_eq!(world.browser().get("/error?code=%3Cscript%3E").await.status, 200);
}
