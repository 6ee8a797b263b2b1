//! Native rotation, from the command line and through crashes.

use std::fs;
use std::time::Duration;

use patcycle_tests::{Dev, Patcycle, evidence, tokens};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

async fn signed_in(name: &str) -> (Dev, Patcycle) {
    let dev = Dev::start(name);
    let token = dev.tokens_of("USER").await.access;
    let cli = dev.cli().env("PATCYCLE_ACCESS_TOKEN", token);
    (dev, cli)
}

fn create(cli: &Patcycle, name: &str) -> Value {
    let pat = cli.run(&["create", "--name", name, "--scope", "vso.code", "-o", "json"]).json();
    evidence::note_pat(pat["token"].as_str().unwrap());
    pat
}

/// Rotates and gives the new secret.
#[track_caller]
fn rotated(cli: &Patcycle, arguments: &[&str]) -> String {
    let secret = cli.run(&[&["rotate"], arguments, &["--secret-only"]].concat()).ok();
    evidence::note_pat(secret.trim());
    secret.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_id_stays_and_the_secret_goes_to_its_place() {
    let (dev, cli) = signed_in("native").await;
    let old = create(&cli, "deploy");
    let file = dev.directory().join("kept-secret");
    let to = format!("dotenv:{}#TOKEN", file.display());
    for _ in 0..2 {
        let new = cli.run(&["rotate", "deploy", "--to", &to, "-o", "json"]).json();
        assert_eq!(new["authorizationId"], old["authorizationId"]);
        assert_eq!((new["scope"].as_str(), new["state"].as_str()), (Some("vso.code"), Some("active")));
        let text = fs::read_to_string(&file).unwrap();
        let secret = text.trim().strip_prefix("TOKEN=").unwrap().trim_matches(['"', '\'']);
        evidence::note_pat(secret);
        assert_ne!(Some(secret), old["token"].as_str());
    }
    assert_eq!(cli.run(&["list", "-o", "json"]).json().as_array().unwrap().len(), 1);
    assert_eq!(cli.run(&["list", "--state", "revoked", "-o", "json"]).json(), json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overlap_is_finished_or_undone() {
    let (dev, cli) = signed_in("overlap").await;
    let old = create(&cli, "deploy");
    let said = cli.run(&["rotate", "deploy", "--undo"]).fails_with(6);
    assert!(said.contains("no rotation"), "{said}");
    let first = rotated(&cli, &["deploy", "--overlap", "1h"]);
    let said = cli.run(&["rotate", "deploy", "--overlap", "1h", "--secret-only"]).fails_with(6);
    assert!(said.contains("rotated already") && said.contains("--finish"), "{said}");
    for _ in 0..2 {
        let back = cli.run(&["rotate", "deploy", "--undo", "-o", "json"]).json();
        assert_eq!((&back["validTo"], &back["token"]), (&old["validTo"], &Value::Null));
    }
    cli.run(&["rotate", "deploy", "--finish"]).fails_with(6);
    let second = rotated(&cli, &["deploy", "--overlap", "1h", "--valid-for", "9d"]);
    assert_ne!(first, second);
    for _ in 0..2 {
        cli.run(&["rotate", "deploy", "--finish"]).ok();
    }
    let said = cli.run(&["rotate", "deploy", "--undo"]).fails_with(6);
    assert!(said.contains("old secret has ended"), "{said}");
    rotated(&cli, &["deploy", "--overlap", "7d"]);
    dev.advance("7d").await;
    let token = dev.tokens_of("USER").await.access;
    let cli = dev.cli().env("PATCYCLE_ACCESS_TOKEN", token);
    cli.run(&["rotate", "deploy", "--undo"]).fails_with(6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_secret_cannot_go_the_old_one_stays() {
    let (dev, cli) = signed_in("native-fails").await;
    let old = create(&cli, "deploy");
    // The place is tried before; only then it goes away, so the failure comes after the new secret was made.
    let mut child = cli
        .command(&["rotate", "deploy", "--secret-only"])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(9), "{said}");
    assert!(said.contains("has its old secret again"), "{said}");
    let shown = cli.run(&["show", "deploy", "-o", "json"]).json();
    for field in ["authorizationId", "validFrom", "validTo"] {
        assert_eq!(shown[field], old[field]);
    }
    drop(dev);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn arguments_that_do_not_go_together_do_nothing() {
    let (_dev, cli) = signed_in("native-usage").await;
    create(&cli, "deploy");
    for arguments in [
        &["--finish", "--undo"][..],
        &["--finish", "--overlap", "1h"],
        &["--undo", "--secret-only"],
        &["--undo", "--valid-for", "9d"],
        &["--overlap", "8d", "--secret-only"],
        &["--overlap", "1m", "--secret-only"],
    ] {
        cli.run(&[&["rotate", "deploy"], arguments].concat()).fails_with(2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_without_rotation_gets_three_calls() {
    let (dev, cli) = signed_in("three-calls").await;
    let old = create(&cli, "deploy");
    let absent = json!([{ "path": "/_patcycle", "answer": { "status": 404 } }]);
    dev.control(reqwest::Method::POST, "/_dev/faults", Some(absent)).await;
    for arguments in [&["--overlap", "1h", "--secret-only"][..], &["--finish"], &["--undo"]] {
        let said = cli.run(&[&["rotate", "deploy"], arguments].concat()).fails_with(2);
        assert!(said.to_lowercase().contains("this service"), "{said}");
    }
    rotated(&cli, &["deploy"]);
    let revoked = cli.run(&["list", "--state", "revoked", "-o", "json"]).json();
    assert_eq!(revoked[0]["authorizationId"], old["authorizationId"]);
    assert_eq!(cli.run(&["list", "-o", "json"]).json().as_array().unwrap().len(), 1);
}

/// What a client that rotates over HTTP needs.
#[derive(Clone)]
struct Rotating {
    client: Client,
    base: String,
    token: String,
    id: String,
}

impl Rotating {
    fn of(dev: &Dev, token: &str, id: &str) -> Self {
        let base = format!("{}/{}/_apis/tokens/pats", dev.var("BASE_URL"), dev.var("ORGANIZATION"));
        Self { client: dev.http(), base, token: token.to_owned(), id: id.to_owned() }
    }

    /// Status and body of a rotation; the same key for the same number.
    async fn rotate(&self, number: usize) -> Result<(StatusCode, String), reqwest::Error> {
        let url = format!("{}/{}/rotate?api-version=7.2-preview.1", self.base, self.id);
        let key = format!("{number:043}");
        let call = self.client.post(url).bearer_auth(&self.token).header("Idempotency-Key", key);
        let answer = call.json(&json!({})).send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    async fn finish(&self) {
        let url = format!("{}/{}/rotate/finish?api-version=7.2-preview.1", self.base, self.id);
        assert_eq!(self.client.post(url).bearer_auth(&self.token).send().await.unwrap().status(), 200);
    }

    /// When the present secret was made.
    async fn valid_from(&self) -> String {
        let url = format!("{}?authorizationId={}&api-version=7.2-preview.1", self.base, self.id);
        let answer = self.client.get(url).bearer_auth(&self.token).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["patToken"]["validFrom"].as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_whose_answer_died_with_the_process_is_recovered_by_its_key() {
    let directory = evidence::directory("rotate-crash");
    let lasting = ["--access-token-lifetime", "86400"];
    let mut dev = Dev::start_with(&directory, &lasting);
    let token = dev.tokens_of("USER").await.access;
    let cli = dev.cli().env("PATCYCLE_ACCESS_TOKEN", &token);
    let id = create(&cli, "deploy")["authorizationId"].as_str().unwrap().to_owned();
    let mut seen = Vec::new();
    for kill in 0..16 {
        let rotating = Rotating::of(&dev, &token, &id);
        let before = rotating.valid_from().await;
        let asked = tokio::spawn({
            let rotating = rotating.clone();
            async move { rotating.rotate(kill).await }
        });
        if kill % 2 == 0 {
            // As soon as the rotation is seen by others it is committed; its answer may be on its way or not.
            let seen = async { while rotating.valid_from().await == before {} };
            tokio::time::timeout(Duration::from_secs(30), seen).await.expect("the rotation is committed");
        } else {
            // The moment of the kill wanders over the whole of a rotation: it is the variable of this test.
            tokio::time::sleep(Duration::from_micros(500 + (kill as u64 * 4_877) % 40_000)).await;
        }
        dev.kill();
        let first = asked.await.unwrap();
        dev = Dev::start_with(&directory, &lasting);
        let rotating = Rotating::of(&dev, &token, &id);
        let after = rotating.valid_from().await;
        let (status, again) = rotating.rotate(kill).await.unwrap();
        assert_eq!(status, 200, "{again}");
        let (_, secret) = tokens::created(&serde_json::from_str(&again).unwrap());
        if let Ok((status, first)) = first {
            assert_eq!(
                (status, first == again),
                (StatusCode::OK, true),
                "another answer than before the crash"
            );
        }
        if kill % 2 == 0 {
            assert_eq!(rotating.valid_from().await, after, "it was made before the crash, and once");
        }
        assert_eq!(rotating.rotate(kill).await.unwrap().1, again);
        assert!(!seen.contains(&secret));
        seen.push(secret);
        rotating.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_callers_one_makes_the_successor() {
    let (dev, cli) = signed_in("rotate-64").await;
    let id = create(&cli, "deploy")["authorizationId"].as_str().unwrap().to_owned();
    let token = dev.tokens_of("USER").await.access;
    let rotating = Rotating::of(&dev, &token, &id);
    let answers = futures::future::join_all((0..64).map(|number| rotating.rotate(number))).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().map(Result::unwrap).partition(|(status, _)| *status == 200);
    assert_eq!((won.len(), lost.len()), (1, 63));
    tokens::created(&serde_json::from_str(&won[0].1).unwrap());
    assert!(lost.iter().all(|(status, _)| *status == StatusCode::CONFLICT));
}
