//! `patcycle dev` as a process: what it writes, what it keeps, whom it answers.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use patcycle_tests::{Dev, evidence, tokens};
use serde_json::{Value, json};

const VARIABLES: &[&str] = &[
    "BASE_URL",
    "CONSOLE_URL",
    "AUTHORITY",
    "TENANT_ID",
    "ORGANIZATION",
    "PROFILE",
    "TOKEN_STORE",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "CLIENT_CERTIFICATE_FILE",
    "PUBLIC_CLIENT_ID",
    "SERVICE_CLIENT_ID",
    "SERVICE_CLIENT_SECRET",
    "ADMIN_CONSENT_CLIENT_ID",
    "CA_FILE",
    "SIGNING_KEY_FILE",
    "USER",
    "PASSWORD",
    "ADMIN_USER",
    "ADMIN_PASSWORD",
    "MFA_USER",
    "MFA_PASSWORD",
    "MFA_SECRET",
    "OTHER_TENANT_ID",
    "OTHER_ORGANIZATION",
    "OTHER_USER",
    "OTHER_PASSWORD",
    "CONTROL_KEY",
    "DEV_PID",
];

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dev_env_configures_everything_and_goes_away_with_the_process() {
    let dev = Dev::start("dev-env");
    for name in VARIABLES {
        assert!(!dev.var(name).is_empty(), "{name}");
    }
    assert_eq!(dev.var("ORGANIZATION"), "fabrikam");
    assert_eq!(dev.var("OTHER_ORGANIZATION"), "contoso");
    assert_eq!(dev.var("TOKEN_STORE"), format!("file:{}", dev.data().join("cli").display()));
    assert_eq!(mode(&dev.data()), 0o700);
    for file in ["dev.env", "credentials.toml"] {
        assert_eq!(mode(&dev.data().join(file)), 0o600, "{file}");
    }
    for url in [dev.var("BASE_URL"), dev.var("CONSOLE_URL")] {
        let answer = dev.http().get(format!("{url}/healthz")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text().await.unwrap(), r#"{"status":"ok"}"#);
    }
    let page = dev.http().get(dev.var("CONSOLE_URL")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("patcycle login"), "{page}");
    let data = dev.data();
    assert_eq!(dev.stop(), Some(0));
    assert!(!data.join("dev.env").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_everything() {
    let directory = evidence::directory("restart");
    let dev = Dev::start_with(&directory, &[]);
    let before = dev.environment().clone();
    let tokens = dev.tokens_of("USER").await;
    let body = json!({ "displayName": "kept", "scope": "vso.code" });
    let answer =
        dev.http().post(dev.pats_url()).bearer_auth(&tokens.access).json(&body).send().await.unwrap();
    let (id, _) = tokens::created(&answer.json().await.unwrap());
    assert_eq!(dev.stop(), Some(0));

    let dev = Dev::start_with(&directory, &[]);
    let stable = |name: &str| {
        !["BASE_URL", "CONSOLE_URL", "AUTHORITY", "DEV_PID"].contains(&name.trim_start_matches("PATCYCLE_"))
    };
    for (name, value) in before.iter().filter(|(name, _)| stable(name)) {
        assert_eq!(dev.environment().get(name), Some(value), "{name} changed");
    }
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", dev.var("CLIENT_ID")),
        ("client_secret", dev.var("CLIENT_SECRET")),
        ("refresh_token", &tokens.refresh),
    ];
    let answer = dev
        .http()
        .post(format!("{}/oauth2/v2.0/token", dev.var("AUTHORITY")))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "refresh tokens survive");
    let answer: Value = answer.json().await.unwrap();
    let access = answer["access_token"].as_str().unwrap();
    evidence::note_token(access);
    evidence::note_token(answer["refresh_token"].as_str().unwrap());
    let url = format!("{}&authorizationId={id}", dev.pats_url());
    let answer: Value = dev.http().get(url).bearer_auth(access).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["patToken"]["displayName"], "kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_dev_on_the_directory_says_who_is_there() {
    let dev = Dev::start("lock");
    let arguments = [
        "dev",
        "--data-dir",
        dev.data().to_str().unwrap(),
        "--http",
        "127.0.0.1:0",
        "--https",
        "127.0.0.1:0",
    ]
    .map(ToOwned::to_owned);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let said = dev.cli().run(&arguments).fails_with(6);
    assert!(said.contains("already") && said.contains(dev.data().to_str().unwrap()), "{said}");
    assert!(dev.data().join("dev.env").exists(), "the running one keeps its dev.env");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_host_names_are_not_answered() {
    let dev = Dev::start("host");
    for url in [dev.var("BASE_URL"), dev.var("CONSOLE_URL")] {
        for (host, expected) in [("evil.example", 421), ("localhost.evil.example", 421), ("localhost:1", 421)]
        {
            let answer = dev.http().get(format!("{url}/")).header("Host", host).send().await.unwrap();
            assert_eq!(answer.status(), expected, "{host}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_moves_tenant_and_service_together() {
    let dev = Dev::start("clock");
    let token = dev.tokens_of("USER").await.access;
    let body = json!({ "displayName": "short", "scope": "vso.code" });
    let answer = dev.http().post(dev.pats_url()).bearer_auth(&token).json(&body).send().await.unwrap();
    tokens::created(&answer.json().await.unwrap());

    dev.advance("2h").await;
    let answer = dev.http().get(dev.pats_url()).bearer_auth(&token).send().await.unwrap();
    assert_eq!(answer.status(), 401, "the access token has expired");
    dev.advance("31d").await;
    let token = dev.tokens_of("USER").await.access;
    let list = |state: &'static str| {
        let request =
            dev.http().get(format!("{}&displayFilterOption={state}", dev.pats_url())).bearer_auth(&token);
        async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    assert_eq!(list("active").await["patTokens"].as_array().unwrap().len(), 0);
    assert_eq!(list("expired").await["patTokens"][0]["displayName"], "short");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_stand_in_front_of_everything() {
    let dev = Dev::start("faults");
    let token = dev.tokens_of("USER").await.access;
    let faults = json!([
        { "path": "/fabrikam/_apis/**", "times": 1, "answer": { "status": 429, "headers": { "Retry-After": "2" } } },
        { "path": "/fabrikam/_apis/**", "times": 1, "patTokenError": "failedToReadTenantPolicy" },
        { "path": "/fabrikam/_apis/**", "times": 1, "html": true },
    ]);
    dev.control(reqwest::Method::POST, "/_dev/faults", Some(faults)).await;
    let get = || dev.http().get(dev.pats_url()).bearer_auth(&token).send();
    let answer = get().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["Retry-After"].to_str().unwrap()), (429, "2"));
    let answer: Value = get().await.unwrap().json().await.unwrap();
    assert_eq!(answer["patTokenError"], "failedToReadTenantPolicy");
    let answer = get().await.unwrap();
    assert!(answer.headers()["Content-Type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(get().await.unwrap().status(), 200, "used up");

    let unauthorized =
        dev.http().get(format!("{}/_dev/faults", dev.var("CONSOLE_URL"))).send().await.unwrap();
    assert_eq!(unauthorized.status(), 401);
}

#[test]
fn browsers_trust_the_private_authority_as_long_as_they_are_told_to() {
    let dev = Dev::start("trust");
    let database = format!("sql:{}", dev.directory().join(".pki/nssdb").display());
    let data = dev.data();
    let tell = |word: &str| dev.cli().run(&["dev", word, "--data-dir", data.to_str().unwrap()]);
    let list = || {
        let output = Command::new("certutil").args(["-L", "-d", &database]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    tell("trust").ok();
    let trusted = list();
    let line = trusted
        .lines()
        .find(|line| line.to_lowercase().contains("patcycle"))
        .expect("the authority is listed");
    assert!(line.trim_end().ends_with("C,,"), "good for servers only: {line}");
    tell("untrust").ok();
    assert!(!list().to_lowercase().contains("patcycle"));
}

/// An application without a redirect URI is rarely what somebody wants: they are told, on stderr, and it is made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_that_nobody_can_sign_in_to_is_made_with_advice() {
    let dev = Dev::start("dev-app-advice");
    let data = dev.data().display().to_string();
    let create = |name: &str, more: &[&str]| {
        let mut arguments = vec!["dev", "app", "create", name, "--data-dir", &data, "-o", "json"];
        arguments.extend(more);
        dev.cli().command(&arguments).output().unwrap()
    };
    for (name, more, advice) in [
        ("confidential", &[][..], Some("nobody can sign in to it")),
        ("public", &["--public"], Some("by device code only")),
        ("complete", &["--public", "--redirect-uri", "http://localhost"], None),
    ] {
        let made = create(name, more);
        let said = String::from_utf8(made.stderr).unwrap();
        assert!(made.status.success(), "{name}: {said}");
        let record: Value = serde_json::from_slice(&made.stdout).unwrap();
        assert!(record["clientId"].is_string(), "{name}");
        assert_eq!(said.contains("--redirect-uri"), advice.is_some(), "{name}: {said}");
        assert!(advice.is_none_or(|advice| said.contains(advice)), "{name}: {said}");
    }
}
