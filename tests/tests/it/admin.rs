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
