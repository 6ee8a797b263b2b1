//! Logout.

use crate::support::{ADA, FABRIKAM, PASSWORD, World};

fn address(to: &str) -> String {
    let to: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
    format!("/{FABRIKAM}/oauth2/v2.0/logout?post_logout_redirect_uri={to}&state=bye")
}

#[tokio::test]
async fn the_session_ends_and_loopback_or_registered_addresses_follow() {
    let world = World::new().await;
    for to in ["http://localhost:5000/", "https://app.example/cb"] {
        let mut browser = world.browser();
        browser.pass(&world.authorize(&[]), ADA, PASSWORD).await;
        let old = browser.clone();
        let answer = browser.get(&address(to)).await;
        assert_eq!(answer.location(), format!("{to}?state=bye"));
        assert!(browser.cookies.is_empty());
        let silent = browser.get(&world.authorize(&[("prompt", "none")])).await;
        assert_eq!(silent.returned()["error"], "login_required");
        let silent = old.clone().get(&world.authorize(&[("prompt", "none")])).await;
        assert_eq!(silent.returned()["error"], "login_required", "the old cookie is worth nothing");
    }
}

#[tokio::test]
async fn other_addresses_are_not_opened() {
    let world = World::new().await;
    for to in
        ["https://evil.example/", "//evil.example", "http://localhost@evil.example/", "javascript:alert(1)"]
    {
        let answer = world.browser().get(&address(to)).await;
        assert_eq!(answer.status, 200, "{to}");
        assert!(answer.body.contains("signed out") && answer.body.contains("not registered"));
    }
    let bare = world.browser().get(&format!("/{FABRIKAM}/oauth2/v2.0/logout")).await;
    assert_eq!(bare.status, 200);
}
