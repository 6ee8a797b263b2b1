//! Applications that act for themselves.

use axum::http::StatusCode;
use patcycle_local_tenant::NewApplication;
use patcycle_primitives::Secret;

use crate::support::{ADO, CONTOSO, FABRIKAM, SECRET, World, application, assert_aadsts, verify};

const BAD: StatusCode = StatusCode::BAD_REQUEST;

#[tokio::test]
async fn an_application_is_its_own_subject_without_scopes() {
    let world = World::new().await;
    let service = NewApplication {
        client_secret: Some(Secret::new(SECRET)),
        redirect_uris: Vec::new(),
        permissions: Vec::new(),
        ..application("Service")
    };
    let service = world.tenant.create_application(service).await.unwrap();
    let id = service.id.to_string();
    let scope = format!("{ADO}/.default");
    let form = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("scope", scope.as_str())];
    let answer = world.web_token(&form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    for absent in ["refresh_token", "id_token", "scope", "client_info"] {
        assert!(body.get(absent).is_none(), "{absent}");
    }
    let claims = verify(body["access_token"].as_str().unwrap(), &world.key_set().await);
    assert_eq!(claims["idtyp"], "app");
    assert_eq!(claims["sub"], claims["oid"]);
    assert_eq!(claims["oid"], service.service_principal_id(FABRIKAM).to_string());
    assert_eq!(claims["appid"], id);
    assert_eq!(claims["appidacr"], "1");
    assert_eq!(claims["ver"], "1.0");
    for absent in ["scp", "upn", "name", "amr", "groups"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn everything_else_is_refused() {
    let world = World::new().await;
    let default = format!("{ADO}/.default");
    let ask = |more: Vec<(&'static str, String)>| {
        let world = &world;
        async move {
            let mut form = vec![("grant_type", "client_credentials")];
            form.extend(more.iter().map(|(name, value)| (*name, value.as_str())));
            world.web_token(&form).await
        }
    };
    for scope in [format!("{ADO}/user_impersonation"), format!("{default} openid"), "openid".into()] {
        let answer = ask(vec![("scope", scope)]).await;
        assert_aadsts(&answer, BAD, 1_002_012, "invalid_scope", None);
    }
    let strange = ask(vec![("scope", "https://graph.microsoft.com/.default".into())]).await;
    assert_aadsts(&strange, BAD, 500_011, "invalid_resource", None);
    let unauthorized = StatusCode::UNAUTHORIZED;
    let bare = ask(vec![("scope", default.clone()), ("client_secret", String::new())]).await;
    assert_aadsts(&bare, unauthorized, 7_000_218, "invalid_client", None);
    let wrong =
        ask(vec![("scope", default.clone()), ("client_secret", "wrong-wrong-wrong-wrong".into())]).await;
    assert_aadsts(&wrong, unauthorized, 7_000_215, "invalid_client", None);
    let id = world.web.id.to_string();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", SECRET),
        ("scope", default.as_str()),
    ];
    let foreign = world.post(&format!("/{CONTOSO}/oauth2/v2.0/token"), &form).await;
    assert_aadsts(&foreign, BAD, 700_016, "unauthorized_client", None);
    let vague = world.post("/common/oauth2/v2.0/token", &form).await;
    assert_aadsts(&vague, BAD, 50_059, "invalid_request", None);
}
