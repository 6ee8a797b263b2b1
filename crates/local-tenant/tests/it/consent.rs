//! Consent, and the approval of an administrator.

use patcycle_local_tenant::NewTenant;
use uuid::Uuid;

use crate::support::{ADA, ADO, EVE, FABRIKAM, PASSWORD, REDIRECT, ROOT, World, application};

#[tokio::test]
async fn declining_goes_back_with_access_denied() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get(&world.authorize(&[("state", "s")])).await;
    let page = browser.sign_in(&page, ADA, PASSWORD).await;
    let back = browser.submit(&page.form("decline")).await;
    let returned = back.returned();
    assert_eq!(returned["error"], "access_denied");
    assert_eq!(returned["error_subcode"], "cancel");
    assert_eq!(returned["state"], "s");
    assert!(returned["error_description"].starts_with("AADSTS65004: "));
    let page = browser.get(&world.authorize(&[])).await;
    assert!(page.has_form("accept"), "nothing was remembered");
}

#[tokio::test]
async fn without_consent_a_silent_request_says_so() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get(&world.authorize(&[])).await;
    browser.sign_in(&page, ADA, PASSWORD).await;
    let back = browser.get(&world.authorize(&[("prompt", "none")])).await;
    assert_eq!(back.returned()["error"], "consent_required");
    assert!(back.returned()["error_description"].starts_with("AADSTS65001: "));
}

#[tokio::test]
async fn a_new_permission_asks_again() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.pass(&world.authorize(&[]), ADA, PASSWORD).await;
    let more = format!("{ADO}/vso.pats_manage openid profile");
    let page = browser.get(&world.authorize(&[("scope", &more)])).await;
    assert!(page.body.contains("Manage your personal access tokens"));
    assert!(browser.submit(&page.form("accept")).await.returned().contains_key("code"));
    assert!(browser.get(&world.authorize(&[("scope", &more)])).await.returned().contains_key("code"));
}

#[tokio::test]
async fn a_guarded_application_needs_an_administrator() {
    let world = World::new().await;
    let address = world.authorize_for(&world.guarded, REDIRECT, &[("state", "s")]);
    let mut browser = world.browser();
    let page = browser.get(&address).await;
    let page = browser.sign_in(&page, ADA, PASSWORD).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Need admin approval") && page.body.contains("AADSTS90094"));
    assert!(!page.has_form("accept"));
    let forged = browser.submit(&page.form("leave").with("action", "accept")).await;
    assert!(forged.body.contains("Need admin approval"), "accepting without the right changes nothing");
    let left = browser.submit(&page.form("leave")).await;
    assert_eq!(left.returned()["error"], "access_denied");
    assert!(left.returned()["error_description"].starts_with("AADSTS90094: "));
    let silent = browser.get(&format!("{address}&prompt=none")).await;
    assert_eq!(silent.returned()["error"], "consent_required");
    assert!(silent.returned()["error_description"].starts_with("AADSTS90094: "));

    let page = browser.get(&address).await;
    let page = browser.submit(&page.form("other-account")).await;
    let page = browser.sign_in(&page, ROOT, PASSWORD).await;
    assert!(page.body.contains("Consent on behalf of your organization"));
    let back = browser.submit(&page.form("accept").with("whole_tenant", "1")).await;
    assert!(back.returned().contains_key("code"));
    let back = world.browser().pass(&address, ADA, PASSWORD).await;
    assert!(back.returned().contains_key("code"), "now everybody may");
}

#[tokio::test]
async fn an_administrators_own_consent_is_for_them_alone() {
    let world = World::new().await;
    let address = world.authorize_for(&world.guarded, REDIRECT, &[]);
    assert!(world.browser().pass(&address, ROOT, PASSWORD).await.returned().contains_key("code"));
    assert!(world.browser().pass(&address, ADA, PASSWORD).await.body.contains("Need admin approval"));
}

#[tokio::test]
async fn a_person_cannot_consent_for_the_tenant() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get(&world.authorize(&[])).await;
    let page = browser.sign_in(&page, ADA, PASSWORD).await;
    assert!(!page.body.contains("whole_tenant"));
    browser.submit(&page.form("accept").with("whole_tenant", "1")).await;
    let page = world.browser().pass(&world.authorize(&[("prompt", "login")]), EVE, PASSWORD).await;
    assert!(page.has_form("one-time-code"));
    let mut other = world.browser();
    let page = other.get(&world.authorize(&[])).await;
    assert!(other.sign_in(&page, ROOT, PASSWORD).await.has_form("accept"), "the others are still asked");
}

#[tokio::test]
async fn a_tenant_can_take_consent_from_its_people() {
    let world = World::new().await;
    let strict = Uuid::from_u128(5);
    let new = NewTenant {
        id: Some(strict),
        domain: "strict.example".into(),
        name: "Strict".into(),
        users_may_consent: false,
    };
    world.tenant.create_tenant(new).await.unwrap();
    let user = patcycle_local_tenant::NewUser {
        id: None,
        tenant_id: strict,
        user_name: "kim@strict.example".into(),
        display_name: "Kim".into(),
        password: patcycle_primitives::Secret::new(PASSWORD),
        administrator: false,
        totp_secret: None,
        groups: Vec::new(),
    };
    world.tenant.create_user(user).await.unwrap();
    let address = world.authorize(&[]).replacen(&FABRIKAM.to_string(), "strict.example", 1);
    let page = world.browser().pass(&address, "kim@strict.example", PASSWORD).await;
    assert!(page.body.contains("Need admin approval"));
}

#[tokio::test]
async fn what_cannot_be_registered_is_said() {
    let world = World::new().await;
    for uri in ["http://app.example/cb", "https://app.example/*", "nonsense"] {
        let new =
            patcycle_local_tenant::NewApplication { redirect_uris: vec![uri.into()], ..application("x") };
        let error = world.tenant.create_application(new).await.unwrap_err().to_string();
        assert!(error.contains(uri), "{error}");
    }
    let again = patcycle_local_tenant::NewApplication { id: Some(world.web.id), ..application("again") };
    assert!(world.tenant.create_application(again).await.unwrap_err().to_string().contains("exists already"));
}
