//! What was acknowledged is there after a crash, always.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use patcycle_tests::{Dev, evidence, tokens};
use reqwest::Client;
use serde_json::{Value, json};

/// How often the process is killed.
const KILLS: usize = 200;
/// How many clients write at the same time.
const WRITERS: usize = 4;

/// What the service acknowledged.
#[derive(Debug, Default)]
struct Acknowledged {
    created: BTreeSet<String>,
    revoked: BTreeSet<String>,
    /// A revoke was sent and not answered: either outcome is right.
    unanswered: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_creates_and_revokes_survive_200_kills() {
    let directory = evidence::directory("crash");
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let mut dev = Dev::start_with(&directory, &["--max-pats", "0", "--access-token-lifetime", "86400"]);
    let access_token = dev.tokens_of("USER").await.access;

    for kill in 0..KILLS {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (client, url, token) = (dev.http(), dev.pats_url(), access_token.clone());
                tokio::spawn(write(client, url, token, format!("{kill}-{writer}"), Arc::clone(&acknowledged)))
            })
            .collect();
        // However busy the machine is, each round has something to lose.
        let before = acknowledged.lock().unwrap().created.len();
        for _ in 0..10_000 {
            if acknowledged.lock().unwrap().created.len() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // The moment of the kill wanders over the whole of a write: it is the variable of this test.
        tokio::time::sleep(Duration::from_micros(300 + (kill as u64 * 4_877) % 120_000)).await;
        dev.kill();
        for writer in writers {
            writer.await.unwrap();
        }
        dev = Dev::start_with(&directory, &["--max-pats", "0", "--access-token-lifetime", "86400"]);
        if kill % 20 == 19 {
            check(&dev, &access_token, &acknowledged).await;
        }
    }
    let counts = acknowledged.lock().unwrap();
    let (created, revoked) = (counts.created.len(), counts.revoked.len());
    assert!(
        created > KILLS && revoked > KILLS / 2,
        "{created} creates and {revoked} revokes prove too little"
    );
}

/// Creates, and revokes every other PAT, until the process is gone.
async fn write(
    client: Client,
    url: String,
    token: String,
    name: String,
    acknowledged: Arc<Mutex<Acknowledged>>,
) {
    for number in 0_u32.. {
        let body = json!({ "displayName": format!("{name}-{number}"), "scope": "vso.code" });
        let Ok(answer) = client.post(&url).bearer_auth(&token).json(&body).send().await else { return };
        let Ok(answer) = answer.json::<Value>().await else { return };
        let (id, _) = tokens::created(&answer);
        acknowledged.lock().unwrap().created.insert(id.clone());
        if number % 2 == 1 {
            continue;
        }
        acknowledged.lock().unwrap().unanswered.insert(id.clone());
        let revoke = client.delete(format!("{url}&authorizationId={id}")).bearer_auth(&token).send().await;
        let Ok(answer) = revoke else { return };
        assert_eq!(answer.status(), 204);
        let mut acknowledged = acknowledged.lock().unwrap();
        acknowledged.unanswered.remove(&id);
        acknowledged.revoked.insert(id);
    }
}

async fn check(dev: &Dev, token: &str, acknowledged: &Mutex<Acknowledged>) {
    let states = states(dev, token).await;
    let acknowledged = acknowledged.lock().unwrap();
    for id in &acknowledged.created {
        let state = states.get(id).unwrap_or_else(|| panic!("{id} was acknowledged and is gone"));
        let expected = if acknowledged.revoked.contains(id) { "revoked" } else { "active" };
        assert!(*state == expected || acknowledged.unanswered.contains(id), "{id} is {state}");
    }
}

async fn states(dev: &Dev, token: &str) -> BTreeMap<String, &'static str> {
    let mut states = BTreeMap::new();
    for state in ["active", "revoked"] {
        let mut continuation = String::new();
        loop {
            let url =
                format!("{}&displayFilterOption={state}&continuationToken={continuation}", dev.pats_url());
            let page: Value =
                dev.http().get(url).bearer_auth(token).send().await.unwrap().json().await.unwrap();
            for pat in page["patTokens"].as_array().unwrap() {
                states.insert(pat["authorizationId"].as_str().unwrap().to_owned(), state);
            }
            page["continuationToken"].as_str().unwrap().clone_into(&mut continuation);
            if continuation.is_empty() {
                break;
            }
        }
    }
    states
}
