//! `patcycle admin`, against a real service.

use patcycle_tests::{Dev, Patcycle, evidence};
use serde_json::Value;

/// A service, the command line of a person, and that of an administrator.
pub(crate) async fn place(name: &str) -> (Dev, Patcycle, Patcycle) {
    let dev = Dev::start(name);
    let person = dev.cli().env("PATCYCLE_ACCESS_TOKEN", dev.tokens_of("USER").await.access);
    let administrator = dev.cli().env("PATCYCLE_ACCESS_TOKEN", dev.tokens_of("ADMIN_USER").await.access);
    (dev, person, administrator)
}

pub(crate) fn create(cli: &Patcycle, name: &str, scope: &str) -> Value {
    let pat = cli.run(&["create", "--name", name, "--scope", scope, "-o", "json"]).json();
    evidence::note_pat(pat["token"].as_str().unwrap());
    pat
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_audit_is_listed() {
    let (dev, person, administrator) = place("audit-list").await;
    create(&person, "ci", "vso.code");
    create(&administrator, "own", "vso.code");
    person.run(&["revoke", "ci", "--yes"]).ok();

    let all = administrator.run(&["admin", "audit", "list", "-o", "json"]).json();
    let details: Vec<&str> =
        all.as_array().unwrap().iter().map(|entry| entry["details"].as_str().unwrap()).collect();
    assert_eq!(
        details,
        [
            "Personal Access Token \"ci\" was revoked.",
            "Personal Access Token \"own\" was created.",
            "Personal Access Token \"ci\" was created.",
        ]
    );
    let count = |arguments: &[&str]| {
        let command = [&["admin", "audit", "list", "-o", "json"], arguments].concat();
        administrator.run(&command).json().as_array().unwrap().len()
    };
    assert_eq!(count(&["--actor", &dev.var("USER").to_uppercase()]), 2);
    assert_eq!(count(&["--action", "token.patrevokeevent"]), 1);
    assert_eq!(count(&["--since", "1h"]), 3);
    assert_eq!(count(&["--until", "1h"]), 0);
    let limited = administrator.run(&["admin", "audit", "list", "--limit", "1", "-o", "tsv"]);
    assert!(limited.stderr.contains("--all"), "{}", limited.stderr);
    assert_eq!(limited.ok().lines().count(), 1);

    person.run(&["admin", "audit", "list"]).fails_with(3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybodys_pats_are_counted_and_revoked() {
    let (dev, person, administrator) = place("admin-revoke").await;
    for number in 0..12 {
        create(&person, &format!("pat {number}"), if number < 2 { "app_token" } else { "vso.code" });
    }
    create(&administrator, "own", "vso.code");
    let count = |arguments: &[&str]| {
        let command = [&["admin", "pats", "--count", "-o", "json"], arguments].concat();
        administrator.run(&command).json()["count"].as_u64().unwrap()
    };
    assert_eq!((count(&[]), count(&["--full-scope"]), count(&["--never-used"])), (13, 2, 13));
    assert_eq!(count(&["--violates", "restrict-full-scope"]), 2);
    let listed = administrator.run(&["admin", "pats", "--limit", "3", "-o", "json"]);
    assert!(listed.stderr.contains("13 PATs") && listed.stderr.contains("--all"), "{}", listed.stderr);
    assert_eq!(listed.json().as_array().unwrap().len(), 3);

    let reason = ["--reason", "clean-up"];
    let revoke = |arguments: &[&str]| {
        administrator.run(&[&["admin", "revoke", "-o", "json"], &reason[..], arguments].concat())
    };
    // A dry run changes nothing; a yes is not enough for many; a wrong number revokes nothing.
    let dry = revoke(&["--never-used", "--dry-run"]).json();
    assert_eq!((&dry["dryRun"], &dry["count"]), (&true.into(), &13.into()));
    let said = revoke(&["--never-used", "--yes"]).fails_with(4);
    assert!(said.contains("--confirm 13"), "{said}");
    revoke(&["--never-used", "--confirm", "12"]).fails_with(4);
    revoke(&[]).fails_with(2);
    assert_eq!(count(&[]), 13);

    let receipt = revoke(&["--full-scope"]).json();
    assert_eq!((&receipt["count"], receipt["revoked"].as_array().unwrap().len()), (&2.into(), 2));
    assert_eq!((&receipt["reason"], &receipt["organization"]), (&"clean-up".into(), &"fabrikam".into()));
    assert_eq!(count(&["--full-scope"]), 0);

    let all = administrator.run(&["admin", "pats", "--all", "-o", "json"]).json();
    let one = all.as_array().unwrap().iter().find(|pat| pat["displayName"] != "own").unwrap();
    revoke(&[one["authorizationId"].as_str().unwrap()]).ok();
    revoke(&["00000000-0000-4000-8000-00000000abcd"]).fails_with(1);
    assert_eq!(count(&[]), 10);

    let owner = one["owner"]["descriptor"].as_str().unwrap();
    revoke(&["--everything-of", owner, "--confirm", "8"]).fails_with(4);
    assert_eq!(revoke(&["--everything-of", owner, "--confirm", "9"]).json()["count"], 9);
    assert_eq!(count(&[]), 1);
    person.run(&["admin", "pats"]).fails_with(3);
    drop(dev);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_refuse_what_was_issued_before() {
    let (_dev, person, administrator) = place("admin-rules").await;
    create(&person, "writer", "vso.code_write");
    create(&person, "reader", "vso.code");
    let rule = ["admin", "rules", "create", "--scope", "vso.code_write", "-o", "json"];
    assert_eq!(administrator.run(&rule).json()["scopes"], serde_json::json!(["vso.code_write"]));
    let rules = administrator.run(&["admin", "rules", "list", "-o", "json"]).json();
    assert_eq!(rules[0]["scope"], "vso.code_write");
    let left = person.run(&["list", "-o", "json"]).json();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["displayName"]), (1, &"reader".into()));
    administrator.run(&["admin", "rules", "create", "--scope", "vso.nonsense"]).fails_with(1);
    person.run(&["admin", "rules", "list"]).fails_with(3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_found_by_their_names() {
    let (dev, person, administrator) = place("admin-users").await;
    create(&person, "hers", "vso.code");
    create(&administrator, "own", "vso.code");
    let name = dev.var("USER");
    let users = |arguments: &[&str]| {
        let command = [&["admin", "users", "-o", "json"], arguments].concat();
        administrator.run(&command).json().as_array().unwrap().clone()
    };
    assert_eq!(users(&[]).len(), 2);
    let found = users(&["--name", name]);
    assert_eq!((found.len(), &found[0]["principalName"]), (1, &Value::from(name)));

    // The name leads to the PATs of that person alone, in any case.
    let pats = |owner: &str| administrator.run(&["admin", "pats", "--owner", owner, "-o", "json"]);
    let listed = pats(&name.to_uppercase()).json();
    let names: Vec<&Value> = listed.as_array().unwrap().iter().map(|pat| &pat["displayName"]).collect();
    assert_eq!(names, ["hers"]);
    assert_eq!(listed[0]["owner"]["descriptor"], found[0]["descriptor"]);
    pats(found[0]["descriptor"].as_str().unwrap()).ok();
    let said = pats("nobody@fabrikam.example").fails_with(5);
    assert!(said.contains("patcycle admin users"), "{said}");

    person.run(&["admin", "users"]).fails_with(3);
}
