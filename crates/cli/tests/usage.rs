//! The real binary where no server is needed: help, wrong usage, settings, and what it refuses before any call.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use patcycle_evidence::Scratch;

/// A home directory and a working directory of its own, and nothing of this process's environment.
struct Place {
    home: Scratch,
    work: Scratch,
    variables: Vec<(&'static str, String)>,
}

impl Place {
    fn new() -> Self {
        Self { home: Scratch::new("cli-home"), work: Scratch::new("cli-work"), variables: Vec::new() }
    }

    /// Settings that are complete, of a service that nobody runs.
    fn complete() -> Self {
        let mut place = Self::new();
        let store = format!("file:{}", place.home.path().join("store").display());
        for (name, value) in [
            ("PATCYCLE_BASE_URL", "https://127.0.0.1:1"),
            ("PATCYCLE_AUTHORITY", "https://127.0.0.1:1/tenant"),
            ("PATCYCLE_PUBLIC_CLIENT_ID", "11111111-2222-3333-4444-555555555555"),
            ("PATCYCLE_ORGANIZATION", "fabrikam"),
            ("PATCYCLE_TOKEN_STORE", &store),
        ] {
            place.variables.push((name, value.to_owned()));
        }
        place
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    fn user_file(&self, text: &str) {
        let directory = self.home.path().join(".config/patcycle");
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("config.toml"), text).unwrap();
    }

    fn project_file(&self, text: &str) {
        std::fs::write(self.work.path().join(".patcycle.toml"), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        let output = Command::new(env!("CARGO_BIN_EXE_patcycle"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .envs(self.variables.iter().map(|(name, value)| (*name, value.as_str())))
            .current_dir(self.work.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Outcome(output)
    }
}

struct Outcome(Output);

impl Outcome {
    #[track_caller]
    fn fails_with(self, code: i32) -> String {
        let said = String::from_utf8(self.0.stderr).unwrap();
        assert_eq!(self.0.status.code(), Some(code), "{said}");
        assert_eq!(String::from_utf8(self.0.stdout).unwrap(), "", "a failure writes no data");
        said
    }

    #[track_caller]
    fn ok(self) -> String {
        let said = String::from_utf8_lossy(&self.0.stderr).into_owned();
        assert_eq!(self.0.status.code(), Some(0), "{said}");
        String::from_utf8(self.0.stdout).unwrap()
    }
}

#[test]
fn version_and_help_are_answers() {
    let place = Place::new();
    assert_eq!(place.run(&["--version"]).ok(), format!("patcycle {}\n", env!("CARGO_PKG_VERSION")));
    assert!(place.run(&["--help"]).ok().contains("Examples:"));
    assert!(place.run(&["help", "rotate"]).ok().contains("the old secret ends last"));
    assert!(place.run(&["delete", "--help"]).ok().contains("patcycle revoke"));
    place.run(&[]).fails_with(2);
}

#[test]
fn help_works_where_the_settings_are_broken() {
    let place = Place::new();
    place.user_file("nonsense = [");
    place.project_file("base_url = 'https://evil.example'");
    place.run(&["list", "--help"]).ok();
    assert!(place.run(&["completions", "bash"]).ok().contains("patcycle"));
    assert!(place.run(&["man"]).ok().contains(".TH"));
    place.run(&["config"]).fails_with(2);
}

#[test]
fn wrong_arguments_exit_2_in_both_forms() {
    let place = Place::complete();
    for arguments in [
        &["lst"][..],
        &["list", "--state", "dead"],
        &["list", "--expiring-within", "14"],
        &["create", "--scope", "vso.code"],
        &["create", "--name", "x", "--scope", "vso.code", "--valid-for", "1d", "--valid-to", "2026-12-31"],
        &["create", "--name", "x", "--scope", "vso.code", "--to", "keychain:x"],
        &["revoke"],
        &["login", "--device", "--paste"],
        &["--token-store", "plain:/x", "list"],
    ] {
        place.run(arguments).fails_with(2);
    }
    let said = place.run(&["list", "-o", "json", "--state", "dead"]).fails_with(2);
    let error: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(error["error"]["code"], "usage");
    assert!(error["error"]["message"].as_str().unwrap().contains("dead"), "{said}");
}

#[test]
fn nothing_to_change_and_nothing_to_renew_to_exit_2() {
    let place = Place::complete();
    assert!(place.run(&["renew", "ci"]).fails_with(2).contains("--valid-for"));
    assert!(place.run(&["update", "ci"]).fails_with(2).contains("--scope"));
    assert!(place.run(&["create", "--name", "ci"]).fails_with(2).contains("--scope"));
}

#[test]
fn a_project_file_cannot_redirect_a_token() {
    for key in ["base_url", "authority", "client_id", "ca_file", "token_store", "scope"] {
        let place = Place::complete();
        place.project_file(&format!("{key} = 'https://evil.example/x'"));
        let said = place.run(&["list"]).fails_with(2);
        assert!(said.contains(&format!("`{key}`")) && said.contains(".patcycle.toml"), "{said}");
    }
    let place = Place::complete();
    place.project_file("[profile.default]\nbase_url = 'https://evil.example'");
    place.run(&["list"]).fails_with(2);
}

#[test]
fn config_shows_what_wins_and_why() {
    let place = Place::new().with("PATCYCLE_ORGANIZATION", "of-variable");
    place.user_file("[profile.work]\norganization = 'of-user'\nbase_url = 'https://pats.example'\n");
    place.project_file("profile = 'work'\norganization = 'of-project'\n");
    let config: serde_json::Value = serde_json::from_str(&place.run(&["config"]).ok()).unwrap();
    let line = |name: &str| {
        let lines = config.as_array().unwrap();
        lines.iter().find(|line| line["name"] == name).unwrap().clone()
    };
    assert_eq!(line("profile")["value"], "work");
    assert_eq!(line("organization")["value"], "of-variable");
    assert_eq!(line("organization")["source"], "variable PATCYCLE_ORGANIZATION");
    assert_eq!(line("base_url")["value"], "https://pats.example/");
    let flag = place.run(&["config", "--collection", "of-flag", "-o", "tsv"]).ok();
    assert!(flag.contains("organization\tof-flag\toption --organization\n"), "{flag}");
    assert_eq!(place.run(&["config", "-o", "none"]).ok(), "");
}

#[test]
fn a_profile_that_nobody_wrote_down_is_named_with_those_that_are_there() {
    let place = Place::complete();
    place.user_file("[profile.work]\norganization = 'contoso'\n[profile.home]\n");
    let said = place.run(&["--profile", "nope", "list"]).fails_with(2);
    for part in ["there is no profile `nope`", "`home`, `work`", "config.toml"] {
        assert!(said.contains(part), "{said}");
    }
    place.run(&["--profile", "work", "config"]).ok();
    place.run(&["--profile", "default", "config"]).ok();
    // A variable comes with others that describe the profile, as in `dev.env`.
    let place = place.with("PATCYCLE_PROFILE", "dev");
    place.run(&["config"]).ok();
    place.run(&["--profile", "dev", "config"]).ok();
    place.user_file("default_profile = 'gone'");
    assert!(place.run(&["--profile", "nope", "config"]).fails_with(2).contains("Profiles there: none"));
}

#[test]
fn a_server_that_cannot_start_says_what_to_do_next() {
    let place = Place::new();
    for arguments in [
        &["serve", "--config", "absent.toml", "-o", "json"][..],
        &["dev", "app", "create", "x", "--data-dir", "absent", "-o", "json"],
        &["dev", "--http", "0.0.0.0:0", "--data-dir", "data", "-o", "json"],
    ] {
        let said = place.run(arguments);
        let error: serde_json::Value = serde_json::from_slice(&said.0.stderr).unwrap();
        let next = error["error"]["next"].as_str().unwrap_or_default();
        assert!(next.ends_with('.'), "{arguments:?}: {error}");
        let message = error["error"]["message"].as_str().unwrap();
        assert!(!message.contains(next), "{arguments:?}: {error}");
    }
}

#[test]
fn without_a_client_id_the_registration_is_explained() {
    let place = Place::new().with("PATCYCLE_TOKEN_STORE", "memory");
    for command in ["login", "whoami"] {
        let said = place.run(&[command]).fails_with(2);
        for step in
            ["App registrations", "http://localhost", "user_impersonation", "PATCYCLE_PUBLIC_CLIENT_ID"]
        {
            assert!(said.contains(step), "{said}");
        }
    }
}

#[test]
fn nobody_signed_in_exits_3() {
    let place = Place::complete();
    for arguments in [&["whoami"][..], &["list"], &["show", "x"], &["revoke", "x"]] {
        let said = place.run(arguments).fails_with(3);
        assert!(said.contains("patcycle login"), "{said}");
    }
    let said = place.run(&["list", "-o", "json"]).fails_with(3);
    let error: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(error["error"]["code"], "signInNeeded");
    place.run(&["logout"]).ok();
}

#[test]
fn no_keychain_is_said_and_no_file_is_made_instead() {
    let place = Place::new()
        .with("PATCYCLE_PUBLIC_CLIENT_ID", "11111111-2222-3333-4444-555555555555")
        .with("PATCYCLE_ORGANIZATION", "fabrikam");
    let said = place.run(&["login", "--device"]).fails_with(2);
    for option in ["age:FILE", "file:DIR", "memory"] {
        assert!(said.contains(option), "{said}");
    }
    assert_eq!(std::fs::read_dir(place.home.path()).unwrap().count(), 0);
}

#[test]
fn a_microsoft_sign_in_is_not_for_other_hosts() {
    let place = Place::new()
        .with("PATCYCLE_PUBLIC_CLIENT_ID", "11111111-2222-3333-4444-555555555555")
        .with("PATCYCLE_ORGANIZATION", "fabrikam")
        .with("PATCYCLE_TOKEN_STORE", "memory")
        .with("PATCYCLE_BASE_URL", "https://pats.example");
    for command in ["list", "login"] {
        let said = place.run(&[command]).fails_with(4);
        assert!(said.contains("scope") && said.contains("pats.example"), "{said}");
    }
    place.user_file("[profile.default]\nscope = 'api://patcycle/.default'\n");
    place.run(&["list"]).fails_with(3);
    // Saying Azure DevOps' own scope does not help: the token itself is looked at before it is sent.
    let token = format!(
        "e30.{}.c2ln",
        "eyJpc3MiOiJodHRwczovL3N0cy53aW5kb3dzLm5ldC90LyIsImF1ZCI6IjQ5OWI4NGFjLTEzMjEtNDI3Zi1hYTE3LTI2N2NhNjk3NTc5OCJ9"
    );
    let place = place.with("PATCYCLE_ACCESS_TOKEN", &token);
    let said = place.run(&["list"]).fails_with(4);
    assert!(said.contains("pats.example") && !said.contains(&token), "{said}");
}

#[test]
fn a_pat_is_no_access_token() {
    let pat = "dip55dwf4vpitomw63jzvomefmi2jluguprzwwqwuc6xq4fhocwq";
    let place = Place::complete().with("PATCYCLE_ACCESS_TOKEN", pat);
    let said = place.run(&["list"]).fails_with(2);
    assert!(said.contains("personal access token") && !said.contains(pat), "{said}");
}

#[test]
fn a_secret_without_a_place_is_not_made() {
    let place = Place::complete();
    let create = ["create", "--name", "x", "--scope", "vso.code"];
    let said = place.run(&[&create[..], &["-o", "none"]].concat()).fails_with(2);
    assert!(said.contains("--to"), "{said}");
    for sink in ["dotenv:no/such/directory/.env#A", "dotenv:/#A"] {
        let said = place.run(&[&create[..], &["--to", sink]].concat()).fails_with(9);
        assert!(said.contains("no PAT was made"), "{said}");
    }
    std::fs::write(place.work.path().join(".env"), "A=1\nA=2\n").unwrap();
    let said = place.run(&["rotate", "ci", "--to", "dotenv:.env#A"]).fails_with(9);
    assert!(said.contains("`ci`") && said.contains("2 times"), "{said}");
    // The place is found before anybody is asked to sign in, and left as it was.
    place.run(&[&create[..], &["--to", "dotenv:.env#B"]].concat()).fails_with(3);
    assert_eq!(std::fs::read_to_string(place.work.path().join(".env")).unwrap(), "A=1\nA=2\n");
}

#[test]
fn nobody_answers_exits_7() {
    let place = Place::complete()
        .with("PATCYCLE_ACCESS_TOKEN", "e30.eyJpc3MiOiJodHRwczovLzEyNy4wLjAuMS90IiwiYXVkIjoiYSJ9.c2ln");
    let said = place.run(&["revoke", "4ab5405d-1a43-4e5c-a1a0-8e2c1f0c8b3d"]).fails_with(7);
    assert!(said.contains("127.0.0.1:1"), "{said}");
}

#[test]
fn scopes_need_no_settings_and_no_network() {
    let place = Place::new();
    let list: serde_json::Value = serde_json::from_str(&place.run(&["scopes", "list"]).ok()).unwrap();
    assert!(list.as_array().unwrap().iter().any(|scope| scope["scope"] == "vso.code_write"));
    let table = place.run(&["scopes", "explain", "vso.code_write", "-o", "table"]).ok();
    assert!(table.contains("vso.code") && !table.contains('\u{1b}'), "{table}");
    assert!(place.run(&["scopes", "explain", "vso.nonsense"]).fails_with(5).contains("vso.nonsense"));
    assert!(place.run(&["scopes", "explain", "vso.cde"]).fails_with(5).contains("Did you mean `vso.code`"));
}

#[test]
fn doctor_names_each_failing_part() {
    let place = Place::complete();
    let outcome = place.run(&["doctor", "-o", "json"]);
    assert_eq!(outcome.0.status.code(), Some(1));
    let checks: serde_json::Value = serde_json::from_slice(&outcome.0.stdout).unwrap();
    let verdict = |name: &str| {
        let checks = checks.as_array().unwrap();
        checks.iter().find(|check| check["name"] == name).unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict("settings"), "ok");
    assert_eq!(verdict("token store"), "ok");
    assert_eq!(verdict("authority"), "fail");
    assert_eq!(verdict("base URL"), "fail");
    assert_eq!(verdict("sign-in"), "warn");
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let place = Place::new();
    place.run(&["man", "--to", "pages"]).ok();
    let has = |name: &str| place.work.path().join("pages").join(name).exists();
    assert!(has("patcycle.1") && has("patcycle-create.1") && has("patcycle-dev-app-create.1"));
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_patcycle"))
        .args(["scopes", "list"])
        .env_clear()
        .current_dir(Path::new("/"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn serve_names_the_wrong_key() {
    let place = Place::new();
    let said = place.run(&["serve", "--config", "absent.toml"]).fails_with(2);
    assert!(said.contains("absent.toml"), "{said}");
    std::fs::write(place.work.path().join("p.toml"), "listen = 'http://127.0.0.1:0'\nnonsense = 1\n")
        .unwrap();
    assert!(place.run(&["serve", "--config", "p.toml"]).fails_with(2).contains("nonsense"));
    std::fs::write(place.work.path().join("p.toml"), "listen = 'http://127.0.0.1:0'\n").unwrap();
    let said = place.run(&["serve", "--config", "p.toml", "--listen", "here"]).fails_with(2);
    assert!(said.contains("--listen"), "{said}");
}
