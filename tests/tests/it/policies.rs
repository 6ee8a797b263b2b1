//! Policies on the command line, against a real service.

use patcycle_tests::{Dev, Patcycle, evidence};
use serde_json::{Value, json};

/// The administrator's command line and somebody else's.
async fn two_people(name: &str) -> (Dev, Patcycle, Patcycle) {
    let dev = Dev::start(name);
    let administrator = dev.cli().env("PATCYCLE_ACCESS_TOKEN", dev.tokens_of("ADMIN_USER").await.access);
    let person = dev.cli().env("PATCYCLE_ACCESS_TOKEN", dev.tokens_of("USER").await.access);
    (dev, administrator, person)
}

fn create(cli: &Patcycle, name: &str, scope: &str) -> Value {
    let pat = cli.run(&["create", "--name", name, "--scope", scope, "-o", "json"]).json();
    evidence::note_pat(pat["token"].as_str().unwrap());
    pat
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_is_rehearsed_set_felt_and_taken_back() {
    let (_dev, administrator, person) = two_people("policies").await;
    create(&person, "everything", "app_token");
    let list = administrator.run(&["admin", "policy", "list", "-o", "json"]).json();
    let value = |name: &str| {
        list.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["value"].clone()
    };
    assert_eq!(value("TenantPolicy.RestrictFullScopePersonalAccessToken"), false);
    assert_eq!(value("Policy.RetireGlobalPATs"), false, "the twin lets global PATs live");

    let rehearsed =
        administrator.run(&["admin", "policy", "rehearse", "restrict-full-scope", "-o", "json"]).json();
    assert_eq!(rehearsed["counts"]["creations"], 1);
    assert_eq!(rehearsed["pats"][0]["displayName"], "everything");
    let said = administrator.run(&["admin", "policy", "rehearse", "restrict-full-scope", "-o", "tsv"]).ok();
    assert!(said.contains("everything") && said.contains("creation,renewal"), "{said}");

    let set = |arguments: &[&str]| administrator.run(&[&["admin", "policy", "set"], arguments].concat());
    let outcome = set(&["restrict-full-scope", "on", "--yes", "-o", "json"]);
    assert!(outcome.stderr.contains("value: its default, off -> on"), "{}", outcome.stderr);
    assert_eq!(outcome.json()["effectiveValue"], true);
    let said = person.run(&["create", "--name", "again", "--scope", "app_token", "-o", "json"]).fails_with(4);
    assert!(said.contains("fullScopePatPolicyViolation"), "{said}");

    set(&["maximum-lifespan", "on", "--days", "7", "--yes"]).ok();
    let outcome =
        person.run(&["create", "--name", "short", "--scope", "vso.code", "--valid-for", "30d", "-o", "json"]);
    assert!(outcome.stderr.contains("warning"), "says that the end was cut: {}", outcome.stderr);
    evidence::note_pat(outcome.json()["token"].as_str().unwrap());

    set(&["TenantPolicy.RestrictFullScopePersonalAccessToken", "default", "--yes"]).ok();
    create(&person, "again", "app_token");
    let log = administrator.run(&["admin", "audit", "list", "-o", "json"]).json();
    let changes =
        log.as_array().unwrap().iter().filter(|entry| entry["actionId"] == "TenantPolicy.PolicyValueUpdated");
    assert_eq!(changes.count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_those_who_are_let_off_is_kept() {
    let (mut dev, administrator, person) = two_people("policy-list").await;
    let group = "6f1e9c3a-2222-4333-8444-555555555555";
    let set = |arguments: &[&str]| {
        administrator.run(
            &[&["admin", "policy", "set", "restrict-pat-creation", "--yes", "-o", "json"], arguments]
                .concat(),
        )
    };
    let allowed = set(&["on", "--allow", &format!("{group}=Build team")]).json();
    assert_eq!(
        allowed["properties"],
        json!({
            "isAllowListEnabled": true, "isPackagingScopeEnabled": false,
            "allowedUsersAndGroupObjectIds": [{ "displayName": "Build team", "objectId": group }],
        })
    );
    let said = person.run(&["create", "--name", "no", "--scope", "vso.code", "-o", "json"]).fails_with(4);
    assert!(said.contains("disablePatCreationPolicyViolation"), "{said}");

    // A person of the group, with a token that names it.
    let data = dev.data();
    let made = dev
        .cli()
        .run(&[
            "dev",
            "user",
            "create",
            "kim@fabrikam.example",
            "--group",
            group,
            "--data-dir",
            data.to_str().unwrap(),
            "-o",
            "json",
        ])
        .json();
    dev.introduce("KIM_USER", "kim@fabrikam.example", made["password"].as_str().unwrap());
    let kim = dev.tokens_of("KIM_USER").await.access;
    create(&dev.cli().env("PATCYCLE_ACCESS_TOKEN", kim), "of the group", "vso.code");

    let said = set(&["--disallow", "6f1e9c3a-2222-4333-8444-555555555556"]).fails_with(2);
    assert!(said.contains("not on the list"), "{said}");
    let emptied = set(&["--disallow", group]).json();
    assert_eq!(emptied["properties"]["allowedUsersAndGroupObjectIds"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_told_before_anything_changes() {
    let (_dev, administrator, person) = two_people("policy-errors").await;
    let policy = |cli: &Patcycle, arguments: &[&str]| cli.run(&[&["admin", "policy"], arguments].concat());
    let said = policy(&administrator, &["show", "no-such-policy"]).fails_with(2);
    assert!(said.contains("restrict-pat-creation"), "{said}");
    policy(&administrator, &["set", "revoke-leaked", "--days", "3"]).fails_with(2);
    policy(&administrator, &["set", "maximum-lifespan", "on", "--days", "400"]).fails_with(2);
    let said = policy(&administrator, &["set", "revoke-leaked", "on", "-o", "json"]);
    assert!(said.stderr.contains("->"), "on by itself is not the same as set: {}", said.stderr);
    let again = policy(&administrator, &["set", "revoke-leaked", "on", "-o", "json"]);
    assert!(again.stderr.contains("nothing was changed"), "{}", again.stderr);
    policy(&administrator, &["set", "restrict-organization-creation", "off", "--yes"]).fails_with(1);
    policy(&person, &["list"]).fails_with(3);
    policy(&person, &["set", "restrict-pat-creation", "on", "--yes"]).fails_with(3);
}
