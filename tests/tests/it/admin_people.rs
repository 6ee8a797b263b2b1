//! `patcycle admin` where there are many people and PATs, and at a terminal.

use std::process::Command;

use futures::StreamExt as _;
use patcycle_tests::command::binary;
use patcycle_tests::{Patcycle, evidence, tokens};
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::admin::{create, place};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_left_is_disabled_and_comes_back() {
    let (dev, person, administrator) = place("admin-people").await;
    let pat = create(&person, "hers", "vso.code");
    create(&administrator, "own", "vso.code");
    let verify = async || {
        let url = format!("{}/_patcycle/verify?scope=vso.code&organization=fabrikam", dev.var("BASE_URL"));
        let answer = dev.http().get(url).bearer_auth(pat["token"].as_str().unwrap()).send().await;
        answer.unwrap().status().as_u16()
    };
    assert_eq!(verify().await, 200);
    let name = dev.var("USER");
    let users =
        |arguments: &[&str]| administrator.run(&[&["admin", "users"], arguments, &["-o", "json"]].concat());
    let disabled = users(&["disable", name]).json();
    assert_eq!(disabled["disabled"], true);
    assert_eq!(verify().await, 401);
    let said = person.run(&["create", "--name", "no", "--scope", "vso.code", "-o", "json"]).fails_with(4);
    assert!(said.contains("disabled in this organization"), "{said}");
    person.run(&["list"]).fails_with(3);

    let pats = |switch: &str| administrator.run(&["admin", "pats", switch, "-o", "json"]).json();
    let left = pats("--owner-disabled");
    assert_eq!((left.as_array().unwrap().len(), &left[0]["displayName"]), (1, &"hers".into()));
    let listed = users(&["list", "--name", name]).json();
    assert_eq!(listed[0]["isDeletedInOrigin"], true);

    let id = disabled["objectId"].as_str().unwrap();
    assert_eq!(users(&["enable", "--id", id]).json()["disabled"], false);
    assert_eq!(verify().await, 200);
    assert_eq!(pats("--owner-disabled"), json!([]));

    let own = users(&["disable", dev.var("ADMIN_USER")]).fails_with(1);
    assert!(own.contains("cannot disable yourself"), "{own}");
    users(&["disable", "nobody@fabrikam.example"]).fails_with(5);
    users(&["enable", "--id", "00000000-0000-4000-8000-00000000abcd"]).fails_with(5);
    users(&["disable"]).fails_with(2);
    person.run(&["admin", "users", "disable", dev.var("ADMIN_USER"), "--yes"]).fails_with(3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn global_pats_are_found_and_an_owner_is_named() {
    let (dev, person, administrator) = place("admin-global").await;
    administrator.run(&["admin", "policy", "set", "block-global-creation", "off", "--yes"]).ok();
    let body = json!({ "displayName": "everywhere", "scope": "vso.code", "allOrgs": true });
    let token = dev.tokens_of("USER").await.access;
    let answer = dev.http().post(dev.pats_url()).bearer_auth(token).json(&body).send().await.unwrap();
    tokens::created(&answer.json().await.unwrap());
    create(&person, "here", "vso.code");
    create(&administrator, "own", "vso.code");
    let global = administrator.run(&["admin", "pats", "--global", "-o", "json"]).json();
    assert_eq!((global.as_array().unwrap().len(), &global[0]["displayName"]), (1, &"everywhere".into()));

    let name = dev.var("USER").to_uppercase();
    let revoke = ["admin", "revoke", "--everything-of", &name, "--reason", "left the company", "-o", "json"];
    assert_eq!(administrator.run(&revoke).json()["count"], 2);
    let left = administrator.run(&["admin", "pats", "-o", "json"]).json();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["displayName"]), (1, &"own".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_people_than_one_page_are_listed() {
    let (dev, person, administrator) = place("admin-many-people").await;
    create(&person, "hers", "vso.code");
    let more: u32 = 1200;
    let mut database =
        SqliteConnectOptions::new().filename(dev.data().join("patcycle.sqlite")).connect().await.unwrap();
    sqlx::query(
        "WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < $1)
        INSERT INTO person (id, tenant_id, user_name, display_name)
        SELECT randomblob(16), (SELECT tenant_id FROM person), 'p' || value || '@fabrikam.example', 'P' FROM number",
    )
    .bind(more)
    .execute(&mut database)
    .await
    .unwrap();
    let users = administrator.run(&["admin", "users", "list", "-o", "json"]).json();
    let mut names: Vec<&str> =
        users.as_array().unwrap().iter().map(|user| user["principalName"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 1201);
    let last = administrator.run(&["admin", "users", "--name", "p1200@*", "-o", "json"]).json();
    assert_eq!(last.as_array().unwrap().len(), 1);
}

/// The size of the batches that Microsoft's own script sends (contract.md §4.1).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_of_990_is_revoked_at_once() {
    let (dev, _person, administrator) = place("admin-batch").await;
    let token = dev.tokens_of("USER").await.access;
    let http = dev.http();
    let make = async |number: usize| {
        let body = json!({ "displayName": format!("pat {number}"), "scope": "vso.code" });
        let answer = http.post(dev.pats_url()).bearer_auth(&token).json(&body).send().await.unwrap();
        tokens::created(&answer.json().await.unwrap()).0
    };
    let ids: Vec<String> = futures::stream::iter(0..990).map(make).buffer_unordered(16).collect().await;
    let body: Vec<Value> = ids.iter().map(|id| json!({ "authorizationId": id })).collect();
    let url = format!("{}/fabrikam/_apis/tokenadmin/revocations?api-version=7.1", dev.var("BASE_URL"));
    let ada = dev.tokens_of("ADMIN_USER").await.access;
    let answer = http.post(url).bearer_auth(ada).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let count = administrator.run(&["admin", "pats", "--count", "-o", "json"]).json();
    assert_eq!(count["count"], 0);
    let revoked = administrator.run(&["admin", "pats", "--state", "revoked", "--count", "-o", "json"]).json();
    assert_eq!(revoked["count"], 990);
}

/// Runs the command in a terminal where `typed` answers the question. Gives the exit code and what was shown.
fn at_a_terminal(cli: &Patcycle, typed: &str, arguments: &[&str]) -> (i32, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/terminal.py");
    let prepared = cli.command(&[]);
    let mut command = Command::new("python3");
    command.args([script, "There is no way back", typed]).arg(binary()).args(arguments).env_clear();
    command.envs(prepared.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_revoked_when_their_number_is_typed() {
    let (_dev, person, administrator) = place("admin-typed").await;
    for number in 0..11 {
        create(&person, &format!("pat {number}"), "vso.code");
    }
    let revoke = ["admin", "revoke", "--never-used", "--reason", "clean-up", "-o", "json"];
    let count = || administrator.run(&["admin", "pats", "--count", "-o", "json"]).json()["count"].clone();
    for wrong in ["12", "y", "", "-11"] {
        let (code, shown) = at_a_terminal(&administrator, wrong, &revoke);
        assert_eq!(code, 4, "{wrong}: {shown}");
        assert!(shown.contains("Type 11 to revoke 11 PATs") && shown.contains("declined"), "{shown}");
        assert_eq!(count(), 11, "{wrong}");
    }
    let said = administrator.run(&revoke).fails_with(4);
    assert!(said.contains("--confirm 11"), "without a terminal nobody can be asked: {said}");
    let (code, shown) = at_a_terminal(&administrator, "11", &revoke);
    assert_eq!((code, count()), (0, 0.into()), "{shown}");
    evidence::note_all_in(&shown);
}
