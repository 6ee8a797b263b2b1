//! The admin consent endpoint.

use crate::support::{ADA, ADO, FABRIKAM, PASSWORD, REDIRECT, ROOT, World};

fn address(world: &World, more: &str) -> String {
    let redirect: String = url::form_urlencoded::byte_serialize(REDIRECT.as_bytes()).collect();
    format!(
        "/{FABRIKAM}/v2.0/adminconsent?client_id={}&redirect_uri={redirect}&state=12345{more}",
        world.guarded.id
    )
}

#[tokio::test]
async fn an_administrator_consents_for_everybody() {
    let world = World::new().await;
    let scope = format!("{ADO}/.default");
    let address = address(&world, &format!("&scope={}", scope.replace('/', "%2F")));
    let mut browser = world.browser();
    let page = browser.get(&address).await;
    let page = browser.sign_in(&page, ROOT, PASSWORD).await;
    assert!(page.body.contains("Permissions requested for your organization"));
    let back = browser.submit(&page.form("accept")).await.returned();
    assert_eq!(back["admin_consent"], "True");
    assert_eq!(back["tenant"], FABRIKAM.to_string());
    assert_eq!(back["state"], "12345");
    assert_eq!(back["scope"], scope);
    let guarded = world.authorize_for(&world.guarded, REDIRECT, &[]);
    let mut browser = world.browser();
    let page = browser.get(&guarded).await;
    let back = browser.sign_in(&page, ADA, PASSWORD).await;
    assert!(back.returned().contains_key("code"), "nobody is asked any more");
}

#[tokio::test]
async fn the_first_form_of_the_address_takes_what_is_registered() {
    let world = World::new().await;
    let address = address(&world, "").replacen("/v2.0/adminconsent", "/adminconsent", 1);
    let mut browser = world.browser();
    let page = browser.get(&address).await;
    let page = browser.sign_in(&page, ROOT, PASSWORD).await;
    assert!(page.body.contains("Have full access to Azure DevOps as you"));
    assert_eq!(browser.submit(&page.form("accept")).await.returned()["admin_consent"], "True");
}

#[tokio::test]
async fn declining_and_lacking_the_right_grant_nothing() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get(&address(&world, "")).await;
    let page = browser.sign_in(&page, ADA, PASSWORD).await;
    assert!(page.body.contains("Need admin approval") && !page.has_form("accept"));
    let forged = browser.submit(&page.form("leave").with("action", "accept")).await;
    assert!(forged.body.contains("Need admin approval"));
    let page = browser.submit(&page.form("other-account")).await;
    let page = browser.sign_in(&page, ROOT, PASSWORD).await;
    let back = browser.submit(&page.form("decline")).await.returned();
    assert_eq!(back["error"], "access_denied");
    assert_eq!(back["error_subcode"], "cancel");
    assert_eq!(back["state"], "12345");
    assert!(!back.contains_key("admin_consent"));
    let guarded = world.authorize_for(&world.guarded, REDIRECT, &[]);
    assert!(world.browser().pass(&guarded, ADA, PASSWORD).await.body.contains("Need admin approval"));
}

#[tokio::test]
async fn an_unregistered_redirect_uri_stays_on_a_page() {
    let world = World::new().await;
    let bad = address(&world, "").replace("localhost", "evil.example");
    let page = world.browser().get(&bad).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("AADSTS50011"));
}
