//! What survives a restart, and what is not kept in plain text.

use std::fs;

use crate::support::{ADA, ADO, FABRIKAM, PASSWORD, ROOT, SECRET, World, assert_aadsts, decode_part, verify};

#[tokio::test]
async fn everything_but_open_pages_survives() {
    let world = World::new().await;
    let mut browser = world.browser();
    let open_page = browser.get(&world.authorize(&[])).await;
    let before = world.tokens().await;
    let code = world.code(&[]).await;
    let cookies = {
        let mut browser = world.browser();
        browser.pass(&world.authorize(&[]), ADA, PASSWORD).await;
        browser.cookies
    };
    let next_key = world.tenant.rotate_keys().await.unwrap();

    let world = world.restart().await;
    verify(before["access_token"].as_str().unwrap(), &world.key_set().await);
    assert_eq!(world.tenant.rotate_keys().await.unwrap(), next_key);
    assert_eq!(world.key_set().await["keys"].as_array().unwrap().len(), 2);
    assert_eq!(world.refresh(before["refresh_token"].as_str().unwrap()).await.status, 200);
    assert_eq!(world.redeem(&code, &[]).await.status, 200);
    let mut returning = world.browser();
    returning.cookies = cookies;
    assert!(returning.get(&world.authorize(&[("prompt", "none")])).await.returned().contains_key("code"));
    assert_eq!(world.tenant.applications(FABRIKAM).await.unwrap().len(), 3);
    assert_eq!(world.tenant.users(FABRIKAM).await.unwrap().len(), 3);
    assert_eq!(world.tenant.find_application(world.web.id).await.unwrap(), Some(world.web.clone()));
    assert_eq!(world.tenant.find_tenant("FABRIKAM.example").await.unwrap().unwrap().id, FABRIKAM);

    let mut browser = world.browser();
    let page = browser.sign_in(&open_page, ROOT, PASSWORD).await;
    assert!(page.body.contains("open for too long"), "a page of before must be loaded again");
    assert!(browser.sign_in(&page, ROOT, PASSWORD).await.has_form("accept"));
}

#[tokio::test]
async fn a_second_process_administers_while_the_first_serves() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let keys = world.key_set().await;
    world.clock.advance(jiff::SignedDuration::from_hours(24 * 80));
    let second = world.open_again().await;
    second.disable_user(world.user(ADA).await.id).await.unwrap();
    second.close().await;
    assert_aadsts(
        &world.refresh(tokens["refresh_token"].as_str().unwrap()).await,
        axum::http::StatusCode::BAD_REQUEST,
        50_057,
        "invalid_grant",
        None,
    );
    let after = world.key_set().await;
    assert_eq!(after["keys"].as_array().unwrap().len(), 2, "one successor, made by who serves");
    assert_eq!(after["keys"][0], keys["keys"][0]);
    let world = world.restart().await;
    assert_eq!(world.key_set().await, after, "and no more of them in the database");
}

#[tokio::test]
async fn no_secret_is_in_the_files() {
    let world = World::new().await;
    let tokens = world.tokens().await;
    let code = world.code(&[]).await;
    let id = world.public.id.to_string();
    let form = [("client_id", id.as_str()), ("scope", "openid")];
    let device = world.post(&format!("/{FABRIKAM}/oauth2/v2.0/devicecode"), &form).await.json();
    let mut browser = world.browser();
    browser.pass(&world.authorize(&[]), ADA, PASSWORD).await;
    let mut secrets = vec![PASSWORD.to_owned(), SECRET.to_owned(), code];
    for (body, names) in [
        (&tokens, ["access_token", "refresh_token", "id_token"].as_slice()),
        (&device, ["device_code", "user_code"].as_slice()),
    ] {
        secrets.extend(names.iter().map(|name| body[*name].as_str().unwrap().to_owned()));
    }
    secrets.extend(browser.cookies.values().cloned());
    let directory = world.directory.path().to_owned();
    let look = |when: &str| {
        let mut files = 0;
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            let content = fs::read(&path).unwrap();
            files += 1;
            for secret in &secrets {
                // The beginning of a token is the same for all; its end is what counts.
                let end = &secret.as_bytes()[secret.len().saturating_sub(16)..];
                assert!(!content.windows(end.len()).any(|part| part == end), "{secret} in {path:?} {when}");
            }
        }
        assert!(files >= 2);
    };
    look("while open");
    world.tenant.close().await;
    look("after closing");
}

#[tokio::test]
async fn a_renewal_after_the_restart_has_the_same_person_and_scope() {
    let world = World::new().await;
    let before = world.tokens().await;
    let world = world.restart().await;
    let after = world.refresh(before["refresh_token"].as_str().unwrap()).await.json();
    let claims = |body: &serde_json::Value| decode_part(body["access_token"].as_str().unwrap(), 1);
    assert_eq!(claims(&before)["oid"], claims(&after)["oid"]);
    assert_eq!(claims(&before)["sub"], claims(&after)["sub"]);
    assert_eq!(after["scope"], format!("{ADO}/user_impersonation"));
    assert_ne!(claims(&before)["uti"], claims(&after)["uti"]);
}
