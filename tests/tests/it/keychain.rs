//! Sign-ins in the keychain of a desktop.

use patcycle_tests::secret_service::SecretService;
use patcycle_tests::{Dev, evidence};
use serde_json::Value;

use crate::sign_in::sign_in_by_device;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_is_kept_read_and_removed() {
    let dev = Dev::start("keychain");
    let keychain = SecretService::start(dev.directory());
    // Nobody names a store: the keychain is taken because there is one.
    let cli = keychain.desktop(dev.cli());
    let profile = dev.var("PROFILE");
    assert_eq!(keychain.held_for(profile), None);

    sign_in_by_device(&dev, &cli).await;
    let kept: Value = serde_json::from_slice(&keychain.held_for(profile).unwrap()).unwrap();
    let account = &kept["accounts"][0];
    evidence::note_token(account["refreshToken"].as_str().unwrap());
    evidence::note_token(account["accessTokens"][0]["token"].as_str().unwrap());
    assert!(!dev.data().join("cli").exists(), "no file beside it");

    let who = cli.run(&["whoami", "-o", "json"]).json();
    assert_eq!((&who["userName"], &who["keptIn"]), (&dev.var("USER").into(), &"keychain".into()));
    assert_eq!(cli.run(&["list", "-o", "json"]).json(), serde_json::json!([]));
    let named = cli.clone().env("PATCYCLE_TOKEN_STORE", "keychain");
    named.run(&["list"]).ok();

    named.run(&["logout"]).ok();
    assert_eq!(keychain.held_for(profile), None);
    assert!(cli.run(&["list"]).fails_with(3).contains("patcycle login"));
    // Once more: nothing is there, and that is no failure.
    cli.run(&["logout"]).ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keychain_that_is_named_and_absent_is_told() {
    let dev = Dev::start("keychain-absent");
    let bus = format!("unix:path={}", dev.directory().join("no-bus").display());
    let cli = dev.cli().env("DBUS_SESSION_BUS_ADDRESS", bus).env("PATCYCLE_TOKEN_STORE", "keychain");
    for command in ["login", "list", "logout"] {
        let said = cli.run(&[command]).fails_with(2);
        assert!(said.contains("the keychain cannot be used") && said.contains("file:DIR"), "{said}");
    }
}
