//! Managing PATs on the command line, against a real service.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use patcycle_tests::{Dev, Patcycle, evidence};
use serde_json::Value;

async fn signed_in(name: &str) -> (Dev, Patcycle) {
    let dev = Dev::start(name);
    let token = dev.tokens_of("USER").await.access;
    let cli = dev.cli().env("PATCYCLE_ACCESS_TOKEN", token);
    (dev, cli)
}

fn create(cli: &Patcycle, name: &str, arguments: &[&str]) -> Value {
    let pat = cli.run(&[&["create", "--name", name, "-o", "json"], arguments].concat()).json();
    evidence::note_pat(pat["token"].as_str().unwrap());
    pat
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pat_lives_from_create_to_revoke() {
    let (_dev, cli) = signed_in("life").await;
    let pat = create(&cli, "ci", &["--scope", "vso.code", "--valid-for", "30d"]);
    assert_eq!(
        (pat["displayName"].as_str(), pat["scope"].as_str(), pat["state"].as_str()),
        (Some("ci"), Some("vso.code"), Some("active"))
    );
    assert_eq!(pat["organization"], "fabrikam");

    let shown = cli.run(&["show", "ci", "-o", "json"]).json();
    assert_eq!(shown["authorizationId"], pat["authorizationId"]);
    assert!(shown["token"].is_null());

    let renewed = cli.run(&["renew", "ci", "--valid-for", "60d", "-o", "json"]).json();
    assert!(renewed["validTo"].as_str() > pat["validTo"].as_str());
    let updated = cli.run(&["update", "ci", "--name", "build", "--scope", "vso.build", "-o", "json"]).json();
    assert_eq!(
        (updated["displayName"].as_str(), updated["scope"].as_str()),
        (Some("build"), Some("vso.build"))
    );
    cli.run(&["show", "ci"]).fails_with(5);

    cli.run(&["revoke", "build", "--yes"]).ok();
    assert_eq!(cli.run(&["list", "-o", "json"]).json(), serde_json::json!([]));
    let revoked = cli.run(&["list", "--state", "revoked", "-o", "json"]).json();
    assert_eq!(
        (revoked[0]["displayName"].as_str(), revoked[0]["state"].as_str()),
        (Some("build"), Some("revoked"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotation_delivers_the_new_secret_before_it_revokes_the_old_one() {
    let (dev, cli) = signed_in("rotate").await;
    // As Azure DevOps is: without a rotation of its own.
    let absent = serde_json::json!([{ "path": "/_patcycle", "answer": { "status": 404 } }]);
    dev.control(reqwest::Method::POST, "/_dev/faults", Some(absent)).await;
    let old = create(&cli, "deploy", &["--scope", "vso.packaging", "--valid-for", "10d"]);
    let file = dev.directory().join("kept-secret");
    fs::write(&file, "# settings\nOTHER=1\nTOKEN=\"\" # the PAT\r\nLAST='x y'").unwrap();

    let rotated = cli
        .run(&["rotate", "deploy", "--to", &format!("dotenv:{}#TOKEN", file.display()), "-o", "json"])
        .json();
    assert_ne!(rotated["authorizationId"], old["authorizationId"]);
    assert_eq!(
        (rotated["scope"].as_str(), rotated["displayName"].as_str()),
        (Some("vso.packaging"), Some("deploy"))
    );
    let text = fs::read_to_string(&file).unwrap();
    let secret = text.split("TOKEN=").nth(1).unwrap().trim_start_matches(['"', '\'']).get(..84).unwrap();
    evidence::note_pat(secret);
    assert!(
        text.starts_with("# settings\nOTHER=1\nTOKEN=") && text.ends_with("# the PAT\r\nLAST='x y'"),
        "lossless"
    );
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let revoked = cli.run(&["list", "--state", "revoked", "-o", "json"]).json();
    assert_eq!(revoked[0]["authorizationId"], old["authorizationId"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_cannot_deliver_keeps_the_old_pat() {
    let (_dev, cli) = signed_in("rotate-fails").await;
    let old = create(&cli, "deploy", &["--scope", "vso.packaging"]);
    let said = cli.run(&["rotate", "deploy", "--to", "dotenv:/proc/nowhere/.env#TOKEN"]).fails_with(9);
    assert!(said.contains("deploy"), "{said}");
    let active = cli.run(&["list", "-o", "json"]).json();
    assert_eq!(active.as_array().unwrap().len(), 1, "the new one was revoked again");
    assert_eq!(active[0]["authorizationId"], old["authorizationId"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_stdout_any_more() {
    let (_dev, cli) = signed_in("pipe").await;
    let run = |arguments: &[&str]| {
        let mut child = cli
            .command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        child.wait_with_output().unwrap().status.code()
    };
    assert_eq!(run(&["create", "--name", "lost", "--scope", "vso.code"]), Some(9));
    assert_eq!(
        cli.run(&["list", "-o", "json"]).json(),
        serde_json::json!([]),
        "a secret that nobody has is revoked"
    );

    let old = create(&cli, "kept", &["--scope", "vso.code"]);
    assert_eq!(run(&["rotate", "kept", "--secret-only"]), Some(9));
    let active = cli.run(&["list", "-o", "json"]).json();
    assert!(active.as_array().unwrap().iter().any(|pat| pat["authorizationId"] == old["authorizationId"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_select_if_they_are_clear() {
    let (_dev, cli) = signed_in("names").await;
    let first = create(&cli, "twin", &["--scope", "vso.code"]);
    let second = create(&cli, "twin", &["--scope", "vso.build"]);
    let said = cli.run(&["show", "twin"]).fails_with(6);
    for pat in [&first, &second] {
        assert!(said.contains(pat["authorizationId"].as_str().unwrap()), "{said}");
    }
    cli.run(&["revoke", first["authorizationId"].as_str().unwrap(), "--yes"]).ok();
    cli.run(&["show", "twin"]).ok();
    let said = cli.run(&["-o", "json", "show", "nobody"]).fails_with(5);
    let error: Value = serde_json::from_str(&said).unwrap();
    assert!(
        error["error"]["message"].as_str().unwrap().contains("nobody") && error["error"]["next"].is_string()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_page_to_the_end_and_filter() {
    let (_dev, cli) = signed_in("pages").await;
    for number in 0..120 {
        let name = format!("pat-{number:03}");
        create(
            &cli,
            &name,
            &[
                "--scope",
                if number % 2 == 0 { "vso.code" } else { "vso.build" },
                "--valid-for",
                if number < 5 { "5d" } else { "60d" },
            ],
        );
    }
    let count = |arguments: &[&str]| {
        cli.run(&[&["list", "-o", "json"], arguments].concat()).json().as_array().unwrap().len()
    };
    assert_eq!(count(&[]), 120);
    assert_eq!(count(&["--scope", "vso.code"]), 60);
    assert_eq!(count(&["--name", "pat-01*"]), 10);
    assert_eq!(count(&["--expiring-within", "14d"]), 5);
    assert_eq!(count(&["--state", "expired"]), 0);
    let rows = cli.run(&["list", "-o", "tsv"]).ok();
    assert_eq!(rows.lines().filter(|line| line.contains("pat-")).count(), 120);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ends_are_reckoned_by_the_services_clock() {
    let dev = Dev::start("clocks");
    dev.advance("40d").await;
    let token = dev.tokens_of("USER").await.access;
    let cli = dev.cli().env("PATCYCLE_ACCESS_TOKEN", token);
    create(&cli, "short", &["--scope", "vso.code", "--valid-for", "12h"]);
    create(&cli, "month", &["--scope", "vso.code", "--valid-for", "30d"]);
    let file = dev.directory().join("kept-secret");
    let rotated =
        cli.run(&["rotate", "month", "--to", &format!("dotenv:{}#PAT", file.display()), "-o", "json"]).json();
    evidence::note_pat(
        fs::read_to_string(&file).unwrap().trim().strip_prefix("PAT=").unwrap().trim_matches(['"', '\'']),
    );
    let day = |name: &str| rotated[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let hours = day("validTo").duration_since(day("validFrom")).as_hours();
    assert!((30 * 24 - 1..=30 * 24).contains(&hours), "{hours} hours");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_revoked_is_not_brought_back() {
    let (dev, cli) = signed_in("gone").await;
    create(&cli, "gone", &["--scope", "vso.code"]);
    cli.run(&["revoke", "gone", "--yes"]).ok();
    let to = format!("dotenv:{}#PAT", dev.directory().join("kept-secret").display());
    for arguments in [
        &["rotate", "gone", "--to", &to][..],
        &["renew", "gone", "--valid-for", "9d"],
        &["update", "gone", "--name", "x"],
    ] {
        let said = cli.run(arguments).fails_with(5);
        assert!(said.contains("revoked"), "{said}");
    }
    assert_eq!(cli.run(&["list", "-o", "json"]).json(), serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trace_tells_of_our_own_crates_and_libraries_stay_quiet() {
    let (dev, cli) = signed_in("trace").await;
    create(&cli, "traced", &["--scope", "vso.code"]);
    let said = cli.clone().env("PATCYCLE_LOG", "trace").run(&["list"]).stderr;
    let served = fs::read_to_string(dev.directory().join("server.log")).unwrap();
    for (log, own) in [
        (&said, "patcycle_client"),
        (&served, "patcycle_api"),
        (&served, "patcycle_local_tenant"),
        (&served, "patcycle_store_sqlite"),
    ] {
        let traced = log.lines().any(|line| line.contains(&format!(" TRACE {own}::")));
        assert!(traced, "nothing of {own} at trace in {log}");
    }
    for line in said.lines().chain(served.lines()) {
        let is_low = line.contains(" TRACE ") || line.contains(" DEBUG ");
        assert!(!is_low || line.contains(" patcycle_"), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoked_pats_do_not_make_a_name_ambiguous() {
    let (_dev, cli) = signed_in("names").await;
    let first = create(&cli, "twice", &["--scope", "vso.code"]);
    let second = create(&cli, "twice", &["--scope", "vso.code"]);
    let said = cli.run(&["revoke", "twice", "--yes"]).fails_with(6);
    for pat in [&first, &second] {
        assert!(said.contains(pat["authorizationId"].as_str().unwrap()), "{said}");
    }
    cli.run(&["revoke", first["authorizationId"].as_str().unwrap(), "--yes"]).ok();
    cli.run(&["revoke", "twice", "--yes"]).ok();
    cli.run(&["revoke", "twice", "--yes"]).ok();
    assert!(cli.run(&["rotate", "twice", "--to", "dotenv:.env#A"]).fails_with(5).contains("revoked"));
    assert!(cli.run(&["show", "twice"]).fails_with(6).contains("called `twice`"));
    cli.run(&["revoke", "thrice", "--yes"]).fails_with(5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_seen_never_reaches_the_terminal_raw() {
    let (_dev, cli) = signed_in("invisible").await;
    let name = "a\u{e0041}\u{e007f}b\u{202e}c\u{200d}d";
    create(&cli, name, &["--scope", "vso.code"]);
    for arguments in [&["list", "-o", "table"][..], &["list", "-o", "tsv"], &["show", name, "-o", "table"]] {
        let shown = cli.run(arguments).ok();
        assert!(shown.contains(r"a\u{e0041}\u{e007f}b\u{202e}c\u{200d}d"), "{arguments:?}: {shown}");
    }
    let json = cli.run(&["list", "-o", "json"]).ok();
    assert!(json.contains(r"a\udb40\udc41\udb40\udc7fb\u202ec\u200dd"), "{json}");
    let outcome = cli.run(&["revoke", name, "--yes"]);
    assert_eq!(outcome.code, 0);
    assert!(outcome.stderr.contains(r"a\u{e0041}"), "{}", outcome.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_base_url_is_suspected_by_name() {
    let (dev, cli) = signed_in("base-url").await;
    let (base, console) = (dev.var("BASE_URL"), dev.var("CONSOLE_URL"));
    let wrong = [
        (format!("{base}/fabrikam"), 5),
        (console.to_owned(), 5),
        (console.replace("http:", "https:"), 7),
        (base.replace("https:", "http:"), 7),
        ("https://localhost:1".to_owned(), 7),
    ];
    for (address, code) in wrong {
        let said = cli.run(&["list", "--base-url", &address]).fails_with(code);
        assert!(said.contains("base URL"), "{address}: {said}");
    }
    let said = cli.run(&["list", "--organization", "nobody"]).fails_with(5);
    assert!(said.contains("organization") && said.contains("base URL"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_become_sentences_with_a_next_step() {
    let (dev, cli) = signed_in("refusals").await;
    cli.run(&["create", "--name", "x", "--scope", "vso.nonsense"]).fails_with(2);
    let said =
        cli.run(&["create", "--name", "x", "--scope", "vso.code", "--valid-for", "400d"]).fails_with(2);
    assert!(said.contains("366"), "{said}");
    let past = ["create", "--name", "x", "--scope", "vso.code", "--valid-to", "2020-01-01"];
    assert!(cli.run(&past).fails_with(2).contains("past"));
    let service = service_token(&dev).await;
    let said = dev.cli().env("PATCYCLE_ACCESS_TOKEN", service).run(&["list"]).fails_with(4);
    assert!(said.to_lowercase().contains("service principal"), "{said}");
    let pat = create(&cli, "a pat", &["--scope", "vso.code"]);
    let said = dev.cli().env("PATCYCLE_ACCESS_TOKEN", pat["token"].as_str().unwrap()).run(&["list"]);
    assert!(
        [2, 3, 4].contains(&said.code) && said.stderr.contains("personal access token"),
        "{}",
        said.stderr
    );
}

async fn service_token(dev: &Dev) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", dev.var("SERVICE_CLIENT_ID")),
        ("client_secret", dev.var("SERVICE_CLIENT_SECRET")),
        ("scope", "499b84ac-1321-427f-aa17-267ca6975798/.default"),
    ];
    let url = format!("{}/oauth2/v2.0/token", dev.var("AUTHORITY"));
    let answer: Value = dev.http().post(url).form(&form).send().await.unwrap().json().await.unwrap();
    let token = answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer["error_description"]))
        .to_owned();
    evidence::note_token(&token);
    token
}
