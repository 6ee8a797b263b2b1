//! What the pages promise: headers, escaping, protection against forged requests, and that they need no script.

use axum::body::Body;
use axum::http::Request;
use patcycle_local_tenant::{NewApplication, NewTenant, NewUser};
use patcycle_primitives::Secret;
use uuid::Uuid;

use crate::support::{ADA, Answer, FABRIKAM, Form, PASSWORD, REDIRECT, ROOT, World, application};

const CORPUS: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "{{7*7}}{% raw %}",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)//",
    "&lt;b&gt; & \u{202e}<b>",
];

fn assert_clean(page: &Answer, hostile: &str) {
    if hostile.contains('<') || hostile.contains('"') || hostile.contains('\'') {
        assert!(!page.body.contains(hostile), "{hostile} stands in {} as it is", page.address);
    }
    for bad in ["<script>alert", "<img", "<svg", " onmouseover='", "onerror=alert(1)>"] {
        assert!(!page.body.contains(bad), "{bad} in {}", page.body);
    }
}

#[tokio::test]
async fn hostile_names_are_escaped_on_every_page() {
    let world = World::new().await;
    for (number, hostile) in CORPUS.into_iter().enumerate() {
        let tenant_id = Uuid::from_u128(1000 + number as u128);
        let domain = format!("hostile{number}.example");
        let tenant = NewTenant {
            id: Some(tenant_id),
            domain: domain.clone(),
            name: hostile.into(),
            users_may_consent: false,
        };
        world.tenant.create_tenant(tenant).await.unwrap();
        let new = NewApplication { tenant_id, name: hostile.into(), ..application("") };
        let app =
            world.tenant.create_application(NewApplication { name: hostile.into(), ..new }).await.unwrap();
        for (name, administrator) in [("user", false), ("admin", true)] {
            let user = NewUser {
                id: None,
                tenant_id,
                user_name: format!("{name}@{domain}"),
                display_name: hostile.into(),
                password: Secret::new(PASSWORD),
                administrator,
                totp_secret: None,
                groups: Vec::new(),
            };
            world.tenant.create_user(user).await.unwrap();
        }
        let address = world.authorize_for(&app, REDIRECT, &[("login_hint", hostile), ("state", hostile)]);
        let address = address.replacen(&FABRIKAM.to_string(), &domain, 1);
        let mut browser = world.browser();
        let page = browser.get(&address).await;
        assert_clean(&page, hostile);
        assert_eq!(page.form("sign-in").fields["username"], hostile.trim());
        let wrong = browser.sign_in(&page, hostile, "wrong").await;
        assert_clean(&wrong, hostile);
        let approval = browser.sign_in(&page, &format!("user@{domain}"), PASSWORD).await;
        assert!(approval.body.contains("Need admin approval"));
        assert_clean(&approval, hostile);
        let page = browser.submit(&approval.form("other-account")).await;
        let consent = browser.sign_in(&page, &format!("admin@{domain}"), PASSWORD).await;
        assert!(consent.has_form("accept"));
        assert_clean(&consent, hostile);
        let picker = browser.get(&address.replace("login_hint", "x")).await;
        assert!(picker.body.contains("Pick an account"));
        assert_clean(&picker, hostile);
        let posted = browser
            .get(&format!("{}&response_mode=form_post&prompt=none", address.replace("login_hint", "x")))
            .await;
        assert_clean(&posted, hostile);
        assert_eq!(posted.forms()[0].fields["state"], hostile);
    }
}

#[tokio::test]
async fn hostile_parameters_are_escaped_on_error_pages() {
    let world = World::new().await;
    for hostile in CORPUS {
        let encoded: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        let web = world.web.id;
        for address in [
            format!("/{FABRIKAM}/oauth2/v2.0/authorize?client_id={encoded}"),
            format!("/{FABRIKAM}/oauth2/v2.0/authorize?client_id={web}&redirect_uri={encoded}"),
            format!("/{FABRIKAM}/v2.0/adminconsent?client_id={web}&redirect_uri={encoded}"),
            format!("/device?user_code={encoded}"),
            format!("/error?code={encoded}"),
            format!("/{FABRIKAM}/oauth2/v2.0/logout?post_logout_redirect_uri={encoded}"),
        ] {
            assert_clean(&world.browser().get(&address).await, hostile);
        }
    }
}

#[tokio::test]
async fn pages_are_closed_to_frames_scripts_and_caches() {
    let world = World::new().await;
    let page = world.browser().get(&world.authorize(&[])).await;
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "form-action 'self' http://localhost:5000;",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "style-src 'sha256-",
    ] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(page.headers.get("strict-transport-security").is_none());
    assert!(!page.body.contains("<script"), "no script in the page");
    let handlers = [" onload=", " onclick=", " onsubmit=", " onerror="];
    assert!(handlers.iter().all(|handler| !page.body.contains(handler)));
    assert!(page.body.contains("<html lang=\"en\">") && page.body.contains("prefers-color-scheme: dark"));
    let native = world.authorize_for(&world.public, "https://app.example/cb", &[]);
    let policy = world.browser().get(&native).await.header("content-security-policy").to_owned();
    assert!(policy.contains("form-action 'self' https://app.example;"), "{policy}");
}

#[tokio::test]
async fn the_style_is_the_one_that_the_policy_names() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let world = World::new().await;
    let page = world.browser().get(&world.authorize(&[])).await;
    let style = page.body.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
    assert!(page.header("content-security-policy").contains(&format!("style-src 'sha256-{hash}'")));
}

#[tokio::test]
async fn every_field_has_a_label() {
    let world = World::new().await;
    let mut browser = world.browser();
    let sign_in = browser.get(&world.authorize(&[])).await;
    let consent = browser.sign_in(&sign_in, ROOT, PASSWORD).await;
    let device = browser.get("/device").await;
    for page in [sign_in, consent, device] {
        assert_eq!(page.body.matches("<h1>").count(), 1);
        for input in page.forms().iter().flat_map(|form| form.inputs.clone()) {
            if input["type"] != "hidden" {
                assert!(page.body.contains(&format!("<label for=\"{}\">", input["id"])), "{input:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_cookie_is_named_by_role_and_installation_and_kept_from_scripts() {
    let world = World::new().await;
    let page = world.browser().get(&world.authorize(&[])).await;
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Host-patcycle-tenant-1a2b3c4d="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
}

#[tokio::test]
async fn signing_in_changes_the_cookie() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get(&world.authorize(&[])).await;
    let before = browser.cookies.clone();
    browser.sign_in(&page, ADA, PASSWORD).await;
    assert_ne!(browser.cookies, before);
    let mut fixed = world.browser();
    fixed.cookies = before;
    let silent = fixed.get(&world.authorize(&[("prompt", "none")])).await;
    assert_eq!(silent.returned()["error"], "login_required", "a cookie planted before is worth nothing");
}

#[tokio::test]
async fn forged_forms_do_nothing() {
    let world = World::new().await;
    let mut victim = world.browser();
    let page = victim.get(&world.authorize(&[])).await;
    let form = page.form("sign-in").with("username", ADA).with("password", PASSWORD);

    let attacker_page = world.browser().get(&world.authorize(&[])).await;
    let attackers = attacker_page.form("sign-in").with("username", ROOT).with("password", PASSWORD);
    let answer = victim.submit(&attackers).await;
    assert!(
        answer.has_form("sign-in") && answer.body.contains("open for too long"),
        "another browser's form"
    );

    let mut without = form.clone();
    without.fields.insert("flow".into(), "x.y".into());
    assert!(victim.submit(&without).await.has_form("sign-in"));

    let mut elsewhere = form.clone();
    elsewhere.action = world.authorize(&[("state", "other")]);
    assert!(victim.submit(&elsewhere).await.has_form("sign-in"), "a form of another page");

    let cross_site = Request::post(&form.action)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let answer = victim.send(cross_site.body(Body::from(form.encode())).unwrap()).await;
    assert!(answer.has_form("sign-in"));
    for origin in ["https://evil.example", "https://localhost:1", "http://localhost:7243", "null"] {
        let answer = victim.send(from_origin(&form, origin, None)).await;
        assert!(answer.has_form("sign-in") && answer.body.contains("open for too long"), "{origin}");
    }

    world.clock.advance(jiff::SignedDuration::from_mins(31));
    assert!(victim.submit(&form).await.has_form("sign-in"), "a page of half an hour ago");
    let page = victim.get(&world.authorize(&[])).await;
    let answer = victim.sign_in(&page, ADA, PASSWORD).await;
    assert!(answer.has_form("accept"), "and the real one works");
}

/// The form as a browser sends it that knows no fetch metadata; `host` is the name in the address bar.
fn from_origin(form: &Form, origin: &str, host: Option<&str>) -> Request<Body> {
    let request = Request::post(&form.action)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", origin);
    let request = host.into_iter().fold(request, |request, host| request.header("host", host));
    request.body(Body::from(form.encode())).unwrap()
}

#[tokio::test]
async fn the_own_origin_has_the_name_that_the_browser_used() {
    let world = World::new().await;
    for (origin, host) in [
        ("https://localhost:7243", None),
        ("https://localhost:7243", Some("localhost:7243")),
        ("https://127.0.0.1:7243", Some("127.0.0.1:7243")),
        ("https://box.example:7243", Some("Box.example:7243")),
    ] {
        let mut browser = world.browser();
        let page = browser.get(&world.authorize(&[])).await;
        let form = page.form("sign-in").with("username", ADA).with("password", PASSWORD);
        let answer = browser.send(from_origin(&form, origin, host)).await;
        assert!(answer.has_form("accept"), "{origin} at {host:?}: {}", answer.body);
    }
    let mut browser = world.browser();
    let page = browser.get(&world.authorize(&[])).await;
    let form = page.form("sign-in").with("username", ADA).with("password", PASSWORD);
    let answer = browser.send(from_origin(&form, "https://localhost:7243", Some("127.0.0.1:7243"))).await;
    assert!(answer.has_form("sign-in"), "the same machine by another name is another origin");
}

#[tokio::test]
async fn a_form_that_is_too_long_is_answered_readably() {
    let world = World::new().await;
    let long = format!("user_code=A&padding={}", "x".repeat(200_000));
    for (path, kind) in [
        ("/device".to_owned(), "text/html"),
        (world.authorize(&[]), "text/html"),
        (format!("/{FABRIKAM}/oauth2/v2.0/token"), "application/json"),
        (format!("/{FABRIKAM}/oauth2/v2.0/devicecode"), "application/json"),
    ] {
        let request = Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
        let answer = world.browser().send(request.body(Body::from(long.clone())).unwrap()).await;
        assert_eq!(answer.status, 413, "{path}");
        assert!(answer.header("content-type").starts_with(kind), "{path}: {answer:?}");
        assert!(answer.body.contains("longer than 65536 bytes"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn consent_counts_for_who_saw_it_only() {
    let world = World::new().await;
    let mut ada = world.browser();
    let page = ada.get(&world.authorize(&[])).await;
    let consent = ada.sign_in(&page, ADA, PASSWORD).await;
    let mut stranger = world.browser();
    let answer = stranger.submit(&consent.form("accept")).await;
    assert!(answer.has_form("sign-in"));
    assert!(ada.get(&world.authorize(&[("prompt", "none")])).await.returned()["error"] == "consent_required");
}
