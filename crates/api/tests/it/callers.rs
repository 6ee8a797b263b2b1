//! Who may call (contract.md §3, §12 #22, #23).

use http::Method;
use patcycle_api::ApiSettings;
use patcycle_lifecycle::Settings;
use serde_json::{Value, json};

use crate::support::issuer::{
    APART, MONA, OTHER_TENANT, OTTO, TENANT, changed, claims, forged, noon, signed, token, unsigned,
};
use crate::support::{PATS, TestApp};

const NOT_BELIEVED: &str = "TF400813: The user '' is not authorized to access this resource.";

fn body() -> Value {
    json!({ "displayName": "ci", "scope": "vso.code" })
}

/// One call of each operation.
async fn all(app: &TestApp, path: &str, header: &[&str]) -> Vec<crate::support::reply::Reply> {
    let id = crate::support::app::unknown_id();
    let mut replies = Vec::new();
    for (method, query) in [
        (Method::GET, String::new()),
        (Method::HEAD, String::new()),
        (Method::GET, format!("?authorizationId={id}")),
        (Method::POST, String::new()),
        (Method::PUT, String::new()),
        (Method::DELETE, format!("?authorizationId={id}")),
        (Method::POST, format!("/{id}/rotate")),
        (Method::POST, format!("/{id}/rotate/finish")),
        (Method::POST, format!("/{id}/rotate/undo")),
    ] {
        let mut call = app.request(method, &format!("{path}{query}")).json(&body()).anonymous();
        for value in header {
            call = call.header("authorization", value);
        }
        replies.push(call.send().await);
    }
    replies
}

#[tokio::test]
async fn tokens_that_are_not_believed_all_get_the_same() {
    let app = TestApp::start().await;
    let good = claims(MONA, "user_impersonation");
    let expired = noon().as_second() - 1;
    let stranger = uuid::Uuid::from_u128(99);
    let mut tampered = token(MONA);
    tampered.replace_range(60..61, if &tampered[60..61] == "A" { "B" } else { "A" });
    let tokens = [
        forged(&good),
        unsigned(&good),
        tampered,
        signed(&changed(good.clone(), json!({ "exp": expired }))),
        signed(&changed(good.clone(), json!({ "nbf": noon().as_second() + 3600 }))),
        signed(&changed(good.clone(), json!({ "aud": "00000003-0000-0000-c000-000000000000" }))),
        signed(&changed(good.clone(), json!({ "tid": stranger }))),
        signed(&changed(good.clone(), json!({ "iss": "https://evil.example/" }))),
        "a.b.c".to_owned(),
        "no-token-at-all".to_owned(),
        "x".repeat(40_000),
    ];
    let mut answers = Vec::new();
    for token in &tokens {
        for reply in all(&app, PATS, &[&format!("Bearer {token}")]).await {
            assert_eq!(reply.status, 401);
            assert!(reply.header("x-vss-userdata").is_none());
        }
        let reply = app.get(PATS).bearer(token).send().await;
        assert_eq!(reply.error(401, "UnauthorizedRequestException"), NOT_BELIEVED);
        answers.push(reply.masked());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn other_schemes_and_doubled_headers_are_refused() {
    let app = TestApp::start().await;
    let good = format!("Bearer {}", token(MONA));
    for headers in [vec![good.as_str(), good.as_str()], vec!["Negotiate abc"], vec!["Bearer"], vec![""]] {
        for reply in all(&app, PATS, &headers).await {
            assert_eq!(reply.status, 401, "{headers:?}");
        }
    }
    let spelled = good.replacen("Bearer", "bEARER ", 1);
    assert_eq!(app.get(PATS).anonymous().header("authorization", &spelled).send().await.status, 200);
}

#[tokio::test]
async fn a_pat_cannot_manage_pats_in_any_spelling() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let app = TestApp::start().await;
    let made = app.post(&json!({ "displayName": "full", "scope": "app_token" })).send().await.pat();
    let pat = made["token"].as_str().unwrap();
    let headers = [
        format!("Basic {}", STANDARD.encode(format!(":{pat}"))),
        format!("Basic {}", STANDARD.encode(format!("mona:{pat}"))),
        format!("Basic {}", STANDARD.encode(format!("{pat}:"))),
        format!("Basic {}", STANDARD.encode(format!("{pat}:x"))),
        format!("basic {}", STANDARD.encode(format!(":{pat}"))),
        "Basic not-base64".to_owned(),
        format!("Bearer {pat}"),
        format!("bearer {pat}"),
        format!("BEARER   {pat}"),
    ];
    for header in &headers {
        for reply in all(&app, PATS, &[header]).await {
            assert_eq!(reply.status, 401);
        }
        let reply = app.get(PATS).anonymous().header("authorization", header).send().await;
        assert_eq!(reply.error(401, "InvalidAccessException"), "The requested operation is not allowed.");
        assert!(reply.all("www-authenticate")[0].starts_with("Bearer authorization_uri="));
    }
    for reply in all(&app, PATS, &[&format!("Bearer {pat}"), &format!("Bearer {}", token(MONA))]).await {
        assert_eq!(reply.status, 401);
    }
    assert_eq!(app.audit().await.len(), 1, "only the create above left a record");
}

#[tokio::test]
async fn applications_in_their_own_name_are_refused_with_the_exact_words() {
    let app = TestApp::start().await;
    let application = claims(MONA, "user_impersonation");
    let says_so = changed(application.clone(), json!({ "idtyp": "app", "scp": null }));
    let is_its_subject = changed(application, json!({ "scp": null, "sub": MONA }));
    for claims in [says_so, is_its_subject] {
        let token = signed(&claims);
        for reply in all(&app, PATS, &[&format!("Bearer {token}")]).await {
            assert_eq!(reply.status, 403);
        }
        let reply = app.get(PATS).bearer(&token).header("accept", "text/html").send().await;
        assert_eq!(reply.status, 403);
        assert_eq!(
            reply.body,
            "{\"$id\":\"1\",\"innerException\":null,\"message\":\"Service principals are not allowed to perform this \
             action.\",\"typeName\":\"Microsoft.TeamFoundation.Framework.Server.InvalidAccessException, \
             Microsoft.TeamFoundation.Framework.Server\",\"typeKey\":\"InvalidAccessException\",\"errorCode\":0,\
             \"eventId\":3000}"
        );
    }
}

#[tokio::test]
async fn people_of_another_tenant_and_strangers_to_the_organization_are_refused() {
    let app = TestApp::start().await;
    let foreign = signed(&changed(
        claims(OTTO, "user_impersonation"),
        json!({ "tid": OTHER_TENANT, "iss": format!("https://sts.windows.net/{OTHER_TENANT}/") }),
    ));
    let named = format!("TF400813: The user '{OTTO}' is not authorized to access this resource.");
    for (path, token) in [(PATS, &foreign), ("/few/_apis/tokens/pats", &token(OTTO))] {
        for reply in all(&app, path, &[&format!("Bearer {token}")]).await {
            assert_eq!(reply.status, 401, "{path}");
        }
        let reply = app.get(path).bearer(token).send().await;
        assert_eq!(reply.error(401, "UnauthorizedRequestException"), named);
        assert_eq!(reply.header("x-vss-resourcetenant"), Some(TENANT.to_string().as_str()));
    }
    assert_eq!(app.get("/contoso/_apis/tokens/pats").bearer(&foreign).send().await.status, 200);
    assert_eq!(app.get("/few/_apis/tokens/pats").send().await.status, 200);
    assert_eq!(app.get(PATS).bearer(&token(OTTO)).send().await.status, 200);
    // A tenant of one's own choice in body, query or header changes nothing.
    let wish = app.get(&format!("{PATS}?tenantId={TENANT}")).bearer(&foreign);
    assert_eq!(wish.header("x-vss-resourcetenant", &TENANT.to_string()).send().await.status, 401);
}

#[tokio::test]
async fn two_organizations_of_one_tenant_do_not_take_each_others_tokens() {
    let app = TestApp::start().await;
    let ours = token(MONA);
    let apart = json!({ "aud": APART, "iss": app.issuer.apart().issuer });
    let theirs = signed(&changed(claims(MONA, "user_impersonation"), apart));
    let their_path = "/apart/_apis/tokens/pats";
    assert_eq!(app.get(PATS).bearer(&ours).send().await.status, 200);
    assert_eq!(app.get(their_path).bearer(&theirs).send().await.status, 200);
    for (path, token) in [(PATS, &theirs), (their_path, &ours)] {
        for reply in all(&app, path, &[&format!("Bearer {token}")]).await {
            assert_eq!(reply.status, 401, "{path}");
        }
        let reply = app.get(path).bearer(token).send().await;
        assert_eq!(reply.error(401, "UnauthorizedRequestException"), NOT_BELIEVED);
    }
}

#[tokio::test]
async fn scopes_decide_about_reading_and_writing() {
    for (strict, scopes, read, write) in [
        (false, "user_impersonation", 200, 200),
        (false, "vso.code user_impersonation", 200, 200),
        (false, "vso.pats", 200, 401),
        (false, "vso.pats_manage", 200, 200),
        (false, "vso.pats vso.pats_manage", 200, 200),
        (false, "vso.tokens", 401, 401),
        (false, "user_impersonation_not vso.pats_manager", 401, 401),
        (true, "vso.pats", 401, 401),
        (true, "vso.pats_manage", 401, 401),
        (true, "vso.pats_manage vso.pats", 200, 200),
        (true, "user_impersonation", 200, 200),
    ] {
        let settings = ApiSettings { require_both_pat_scopes: strict, ..ApiSettings::default() };
        let app = TestApp::start_with(settings, Settings::default()).await;
        let token = signed(&claims(MONA, scopes));
        let unknown = crate::support::app::unknown_id().to_string();
        assert_eq!(app.get(PATS).bearer(&token).send().await.status, read, "{scopes}");
        let get = app.get(&format!("{PATS}?authorizationId={unknown}")).bearer(&token).send().await;
        assert_eq!(get.status, read, "{scopes}");
        let create = app.post(&body()).bearer(&token).send().await;
        assert_eq!(create.status, write, "{scopes}");
        assert_eq!(app.put(&body()).bearer(&token).send().await.status, write, "{scopes}");
        let rotate =
            app.request(Method::POST, &format!("{PATS}/{unknown}/rotate/undo")).bearer(&token).send().await;
        assert_eq!(rotate.status, write, "{scopes}");
        let revoke = app.delete(&unknown).bearer(&token).send().await;
        assert_eq!(revoke.status, if write == 200 { 404 } else { 401 }, "{scopes}");
        if write == 401 {
            let message = create.error(401, "UnauthorizedRequestException");
            assert_eq!(
                message,
                format!("TF400813: The user '{MONA}' is not authorized to access this resource.")
            );
        }
    }
}

#[tokio::test]
async fn a_token_that_expires_between_two_calls_is_refused_at_the_second() {
    let app = TestApp::start().await;
    assert_eq!(app.get(PATS).send().await.status, 200);
    app.clock.advance(jiff::SignedDuration::from_mins(61));
    assert_eq!(app.get(PATS).send().await.error(401, "UnauthorizedRequestException"), NOT_BELIEVED);
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_no_fault_of_the_caller() {
    let app = TestApp::start().await;
    app.issuer.server.reset().await;
    for reply in all(&app, PATS, &[&format!("Bearer {}", token(MONA))]).await {
        assert_eq!(reply.status, 503);
        assert_eq!(reply.header("retry-after"), Some("5"));
    }
    let reply = app.get(PATS).header("accept", "text/html").send().await;
    reply.error(503, "VssServiceException");
    assert!(!reply.body.contains("127.0.0.1"), "the issuer's address is nobody's business");
}

#[tokio::test]
async fn an_answer_tells_for_whom_the_service_takes_the_caller() {
    let app = TestApp::start().await;
    let reply = app.get(PATS).send().await;
    assert_eq!(reply.header("x-vss-userdata"), Some(format!("{MONA}:mona@fabrikam.example").as_str()));
    let odd = changed(claims(MONA, "user_impersonation"), json!({ "upn": "żółw\r\nX: y@fabrikam.example" }));
    let reply = app.get(PATS).bearer(&signed(&odd)).send().await;
    let shown = format!("{MONA}:%C5%BC%C3%B3%C5%82w%0D%0AX: y@fabrikam.example");
    assert_eq!(reply.header("x-vss-userdata"), Some(shown.as_str()));
    let nameless = changed(claims(MONA, "user_impersonation"), json!({ "upn": null, "name": null }));
    let reply = app.get(PATS).bearer(&signed(&nameless)).send().await;
    assert_eq!(reply.header("x-vss-userdata"), Some(format!("{MONA}:{MONA}").as_str()));
}
