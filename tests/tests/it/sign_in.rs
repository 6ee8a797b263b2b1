//! The ways to sign in on the command line.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use patcycle_tests::{Dev, Patcycle};
use serde_json::Value;

use crate::msal::approve_device;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_device_code() {
    let dev = Dev::start("login-device");
    sign_in_by_device(&dev, &dev.cli()).await;
    dev.note_kept_tokens();
    let who = dev.cli().run(&["whoami", "-o", "json"]).json();
    assert_eq!(who["userName"], dev.var("USER"));
    assert_eq!(dev.cli().run(&["list", "-o", "json"]).json(), serde_json::json!([]));

    dev.cli().run(&["logout"]).ok();
    let said = dev.cli().run(&["list"]).fails_with(3);
    assert!(said.contains("patcycle login"), "{said}");
}

/// `patcycle login --device`, approved in a browser.
pub(crate) async fn sign_in_by_device(dev: &Dev, cli: &Patcycle) {
    let mut child = cli
        .command(&["login", "--device", "-o", "json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    approve_printed_code(dev, &mut child).await;
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Reads the line that `login --device -o json` prints, and approves its code in a browser.
pub(crate) async fn approve_printed_code(dev: &Dev, child: &mut Child) {
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let prompt: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line:?}"));
    assert!(prompt["expiresIn"].as_u64().unwrap() > 0);
    let mut browser = dev.browser();
    let address = prompt["verificationUri"].as_str().unwrap();
    approve_device(dev, &mut browser, address, prompt["userCode"].as_str().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_system_browser() {
    let dev = Dev::start("login-browser");
    let (child, address) = login_that_opened_a_browser(&dev);
    let mut browser = dev.browser();
    let back = dev.sign_in(&mut browser, &address, "USER").await.elsewhere();
    let page = dev.http().get(back).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    dev.note_kept_tokens();
    assert_eq!(dev.cli().run(&["whoami", "-o", "json"]).json()["userName"], dev.var("USER"));
}

/// A running `patcycle login`, and the address that it opened in what it takes for the system's browser.
pub(crate) fn login_that_opened_a_browser(dev: &Dev) -> (Child, String) {
    let address_file = dev.directory().join("address");
    let script = dev.directory().join("browser");
    fs::write(
        &script,
        format!("#!/bin/sh\nprintf '%s' \"$1\" > '{0}.new'\nmv '{0}.new' '{0}'\n", address_file.display()),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();

    let mut child = dev
        .cli()
        .env("BROWSER", script.to_str().unwrap())
        .env("DISPLAY", ":99")
        .command(&["login"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while !address_file.exists() && Instant::now() < deadline {
        if child.try_wait().unwrap().is_some() {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("login ended before it opened a browser: {said}");
        }
        std::thread::yield_now();
    }
    let address = fs::read_to_string(&address_file).expect("login opens a browser");
    (child, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_pasting_the_address_on_a_machine_without_a_browser() {
    let dev = Dev::start("login-paste");
    let mut child = dev
        .cli()
        .command(&["login", "--paste"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = stderr
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_whitespace()
                .find(|word| word.contains("/oauth2/v2.0/authorize"))
                .map(ToOwned::to_owned)
        })
        .expect("login prints the address");
    let mut browser = dev.browser();
    let back = dev.sign_in(&mut browser, &address, "USER").await.elsewhere();
    writeln!(child.stdin.take().unwrap(), "{back}").unwrap();
    let said: Vec<String> = stderr.map_while(Result::ok).collect();
    assert!(child.wait().unwrap().success(), "{said:?}");
    dev.note_kept_tokens();
    assert_eq!(dev.cli().run(&["whoami", "-o", "json"]).json()["userName"], dev.var("USER"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_access_token_is_refreshed_silently_until_the_refresh_token_ends() {
    let dev = Dev::start("login-refresh");
    sign_in_by_device(&dev, &dev.cli()).await;
    dev.note_kept_tokens();
    dev.advance("3h").await;
    dev.cli().run(&["list"]).ok();
    dev.note_kept_tokens();
    dev.advance("91d").await;
    let said = dev.cli().run(&["list"]).fails_with(3);
    assert!(said.contains("patcycle login"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_keychain_and_no_named_store_is_an_error_not_a_file() {
    let dev = Dev::start("login-store");
    let said = dev.cli().without("PATCYCLE_TOKEN_STORE").run(&["login", "--device"]).fails_with(2);
    assert!(said.contains("--token-store") || said.contains("PATCYCLE_TOKEN_STORE"), "{said}");
    assert!(!dev.data().join("cli").exists());
}
