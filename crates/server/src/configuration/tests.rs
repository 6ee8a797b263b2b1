use std::path::Path;

use patcycle_lifecycle::{Membership, PolicySettings};

use super::*;
use crate::console::credential::CredentialSource;
use crate::console::sessions::SessionType;

const ISSUER: &str = "http://localhost:9/11111111-2222-4333-8444-555555555555/v2.0";

/// Enough to start with.
fn least() -> String {
    format!(
        "listen = \"http://127.0.0.1:0\"\ndatabase = \"sqlite:/tmp/db\"\npepper_file = \"/tmp/pepper\"\n\
         [[organization]]\nname = \"fabrikam\"\n[[organization.issuer]]\nissuer = \"{ISSUER}\"\naudiences = [\"api://x\"]\n"
    )
}

fn parse(text: &str) -> Result<Configuration, String> {
    parse_with(text, &[])
}

fn parse_with(text: &str, overrides: &[Override]) -> Result<Configuration, String> {
    Configuration::parse(Path::new("/etc/patcycle.toml"), text, overrides)
        .map_err(|error| format!("{error}. {}", error.remedy))
}

/// The message for the least configuration with `from` replaced.
fn refused(from: &str, to: &str) -> String {
    let text = least();
    assert!(text.contains(from), "{from}");
    parse(&text.replace(from, to)).unwrap_err()
}

fn overriding(key: &'static str, value: &str) -> Override {
    Override { key, value: value.to_owned(), origin: format!("--{key}") }
}

#[test]
fn the_least_configuration_has_the_documented_defaults() {
    let configuration = parse(&least()).unwrap();
    assert_eq!(configuration.listen.to_string(), "127.0.0.1:0");
    assert_eq!(configuration.maximum_active_pats_per_owner, 1000);
    assert_eq!(configuration.rotation_key_file, Path::new("/tmp/pepper.rotation"));
    assert_eq!(configuration.audit_key_file, Path::new("/tmp/pepper.audit"));
    assert_eq!(configuration.audit_checkpoint_file, Path::new("/tmp/pepper.checkpoints"));
    assert_eq!(configuration.emulation.token_signature, Signature::Patcycle);
    assert_eq!(configuration.log, LogSettings::default());
    assert!(!configuration.accept_azure_devops_audience && !configuration.strict_transport_security);
    let organization = &configuration.organizations[0];
    assert_eq!(organization.specification.membership, Membership::Tenant);
    assert_eq!(organization.specification.policies, PolicySettings::default());
    assert_eq!(organization.specification.tenant_id, organization.issuers[0].tenant_id);
}

/// The least configuration with a console in it.
fn with_console(lines: &str) -> Result<Configuration, String> {
    parse(&format!("{}[console]\nclient_id = \"id\"\n{lines}", least()))
}

#[test]
fn a_console_takes_over_what_the_configuration_says_already() {
    assert!(parse(&least()).unwrap().console.is_none());
    let console = with_console("").unwrap().console.unwrap();
    assert_eq!((console.client_id.as_str(), console.organization.as_str()), ("id", "fabrikam"));
    assert_eq!(console.authority.as_str(), ISSUER.trim_end_matches("/v2.0"));
    assert_eq!(console.scopes, ["api://x/.default"]);
    assert_eq!(console.redirect_path, "/getAToken");
    assert_eq!(console.session_key_file, Path::new("/tmp/pepper.console"));
    assert_eq!(console.session_type, SessionType::Sqlite);
    assert!(console.public_url.is_none() && matches!(console.credential, CredentialSource::Public));
}

#[test]
fn a_console_must_make_sense() {
    let refused = |lines: &str| with_console(lines).unwrap_err();
    let two = "client_secret_file = \"a\"\nclient_certificate_file = \"b\"";
    assert!(refused(two).contains("console.client_secret_file"));
    assert!(refused("organization = \"contoso\"").contains("no organization `contoso`"));
    assert!(refused("public_url = \"http://pats.example\"").contains("plain http"));
    assert!(refused("redirect_path = \"/console\"").contains("another page"));
    assert!(refused("session_type = \"filesystem\"").contains("console.session_folder"));
    assert!(refused("session_folder = \"sessions\"").contains("no effect"));
    assert!(refused("fresh_sign_in_hours = 0").contains("from 1 to 720"));
    let on_a_network = least().replace("127.0.0.1:0", "0.0.0.0:0");
    let said = parse(&format!("{on_a_network}[console]\nclient_id = \"id\"\n")).unwrap_err();
    assert!(said.contains("console.public_url") && said.contains("it is missing"), "{said}");
    assert!(parse(&format!("{}[console]\n", least())).unwrap_err().contains("console.client_id"));
}

#[test]
fn every_key_is_understood() {
    let configuration = parse(
        r#"
        listen = "https://0.0.0.0:8443"
        tls = { certificate_file = "c.pem", key_file = "k.pem" }
        metrics_listen = "127.0.0.1:9090"
        database = "sqlite:/var/lib/patcycle/patcycle.sqlite"
        pepper_file = "/var/lib/patcycle-secrets/pepper"
        rotation_key_file = "/var/lib/patcycle-secrets/rotation-key"
        trusted_proxies = ["10.0.0.0/8", "::1"]
        maximum_active_pats_per_owner = 0
        accept_azure_devops_audience = true
        strict_transport_security = true
        log = { level = "debug", format = "json" }
        [emulation]
        token_signature = "AZDO"
        default_display_filter = "all"
        domain_errors_as_400 = true
        revoke_unknown_is_204 = true
        sign_in_page_203 = true
        require_both_pat_scopes = true
        [[organization]]
        name = "fabrikam"
        members = "listed"
        listed = ["aaaaaaaa-2222-4333-8444-555555555555"]
        administrators = ["bbbbbbbb-2222-4333-8444-555555555555"]
        permit_global_pats = true
        [[organization.issuer]]
        issuer = "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0"
        audiences = ["499b84ac-1321-427f-aa17-267ca6975798"]
        ca_file = ""
        [[organization.issuer]]
        issuer = "https://idp.example/"
        tenant_id = "11111111-2222-4333-8444-555555555555"
        audiences = ["api://patcycle"]
        ca_file = "/etc/ca.pem"
        accept_v1_issuer = false
        [[verify_rule]]
        name = "code"
        scope = "VSO.Code"
        organization = "fabrikam"
        "#,
    )
    .unwrap();
    let [rule] = configuration.verify_rules.as_slice() else { panic!("one rule") };
    assert_eq!(
        (rule.name.as_str(), rule.scope.name, rule.organization.as_str()),
        ("code", "vso.code", "fabrikam")
    );
    assert!(configuration.tls.is_some() && configuration.strict_transport_security);
    assert_eq!(configuration.rotation_key_file, Path::new("/var/lib/patcycle-secrets/rotation-key"));
    assert_eq!(configuration.trusted_proxies[1].to_string(), "::1/128");
    assert_eq!(configuration.maximum_active_pats_per_owner, 0);
    assert_eq!(configuration.emulation.token_signature, Signature::AzureDevOps);
    assert_eq!(configuration.emulation.default_display_filter, DisplayFilterOption::All);
    let organization = &configuration.organizations[0];
    assert!(
        matches!(&organization.specification.membership, Membership::Listed(members) if members.len() == 1)
    );
    assert_eq!(organization.specification.administrators.len(), 1);
    assert_eq!(organization.issuers[0].ca_file, None);
    assert!(organization.issuers[0].accept_v1_issuer && !organization.issuers[1].accept_v1_issuer);
}

#[test]
fn every_documented_key_can_be_written_in_the_file_and_outside_it() {
    for key in KEYS {
        let line = match key.name.split_once('.') {
            Some((table, name)) => format!("{table} = {{ {name} = {} }}", key.example),
            None => format!("{} = {}", key.name, key.example),
        };
        raw::merge(Path::new("x"), &line, &[]).unwrap_or_else(|error| panic!("{error}"));
        let value = key.example.trim_matches('"');
        raw::merge(Path::new("x"), "", &[overriding(key.name, value)])
            .unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn flags_and_variables_lie_over_the_file_and_the_later_one_wins() {
    let overrides = [
        overriding("maximum_active_pats_per_owner", "5"),
        overriding("trusted_proxies", "10.0.0.0/8, 192.168.0.1"),
        overriding("log.level", "warn"),
        overriding("maximum_active_pats_per_owner", "7"),
    ];
    let configuration = parse_with(&least(), &overrides).unwrap();
    assert_eq!(configuration.maximum_active_pats_per_owner, 7);
    assert_eq!(configuration.trusted_proxies.len(), 2);
    assert_eq!(configuration.log.level, LogLevel::Warn);

    let organizations =
        format!("[{{ name = \"contoso\", issuer = [{{ issuer = \"{ISSUER}\", audiences = [\"x\"] }}] }}]");
    let configuration = parse_with(&least(), &[overriding("organization", &organizations)]).unwrap();
    assert_eq!(configuration.organizations.len(), 1);
    assert_eq!(configuration.organizations[0].specification.name, "contoso");
}

#[test]
fn an_error_names_the_place_and_what_to_write() {
    let error = parse(&format!("listne = \"x\"\n{}", least())).unwrap_err();
    assert!(error.starts_with("/etc/patcycle.toml:1:1: unknown field `listne`"), "{error}");

    let error = refused("\"http://127.0.0.1:0\"", "\"127.0.0.1:8080\"");
    assert!(error.starts_with("/etc/patcycle.toml: `listen`: "), "{error}");
    assert!(error.contains("listen = \"https://0.0.0.0:8443\""), "{error}");

    let error = parse_with(&least(), &[overriding("maximum_active_pats_per_owner", "many")]).unwrap_err();
    assert!(error.starts_with("`--maximum_active_pats_per_owner`: `many` is not a number"), "{error}");
    let error = parse_with(&least(), &[overriding("listen", "ftp://127.0.0.1:1")]).unwrap_err();
    assert!(error.starts_with("`--listen`: it begins with neither"), "{error}");
    let error = parse_with(&least(), &[overriding("maximum_active_pats_per_owner", "-1")]).unwrap_err();
    assert!(error.starts_with("`--maximum_active_pats_per_owner`: "), "{error}");
}

#[test]
fn a_syntax_error_does_not_show_the_line() {
    let error = parse("pepper = \"hunter2hunter2\"\n").unwrap_err();
    assert!(!error.contains("hunter2"), "{error}");
    let error = parse("database = \"postgres://patcycle:hunter2@db/patcycle\"\nx = [\n").unwrap_err();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn postgres_is_not_there_yet_and_its_password_is_not_repeated() {
    let error = refused("sqlite:/tmp/db", "postgres://patcycle:hunter2@db/patcycle");
    assert!(error.contains("not in this build yet") && !error.contains("hunter2"), "{error}");
    let error = refused("database = \"sqlite:/tmp/db\"", "database_url_file = \"/etc/url\"");
    assert!(error.contains("`database_url_file`: PostgreSQL is not in this build yet"), "{error}");
}

#[test]
fn tls_goes_with_https_and_only_with_it() {
    let error = refused("http://127.0.0.1:0", "https://127.0.0.1:0");
    assert!(error.contains("`tls.certificate_file`: it is missing"), "{error}");
    let error = parse(&format!("tls = {{ key_file = \"k\" }}\n{}", least())).unwrap_err();
    assert!(error.contains("`tls.key_file`: it has no effect"), "{error}");
}

#[test]
fn organization_names_must_not_hide_other_paths() {
    for name in ["fabrikam", "a", "0-9", "a-b-c", &"a".repeat(50)] {
        assert_eq!(check_name(name), Ok(()), "{name}");
    }
    let reserved = [
        "common",
        "Organizations",
        "CONSUMERS",
        "login",
        "logout",
        "device",
        "getAToken",
        "console",
        "static",
        "healthz",
        "readyz",
        "metrics",
        "openapi.json",
        "_apis",
        ".well-known",
        "11111111-2222-4333-8444-555555555555",
        "11111111222243338444555555555555",
    ];
    for name in reserved {
        assert_eq!(check_name(name), Err(NameError::Reserved), "{name}");
    }
    for name in ["", "-a", "Fabrikam", "a b", "a/b", "ä", "a.b", &"a".repeat(51)] {
        assert_eq!(check_name(name), Err(NameError::Form), "{name}");
    }
    let error = refused("\"fabrikam\"", "\"login\"");
    assert!(error.contains("`organization.name`: `login`: the name is reserved"), "{error}");
}

#[test]
fn organizations_must_make_sense() {
    let error =
        refused("name = \"fabrikam\"", "name = \"fabrikam\"\nmembers = \"listed\"\nlisted = [\"ana\"]");
    assert!(error.contains("`ana` is not an object id"), "{error}");
    let error = refused("name = \"fabrikam\"", "name = \"fabrikam\"\nmembers = \"all\"");
    assert!(error.contains("`all` is neither `tenant` nor `listed`"), "{error}");
    let error = refused(ISSUER, "http://localhost:9/tenant/v2.0");
    assert!(error.contains("no tenant id can be read"), "{error}");
    let error =
        parse(&format!("{}{}", least(), least().split_once("[[").unwrap().1.replacen("organ", "[[organ", 1)));
    assert!(error.unwrap_err().contains("`fabrikam` is there twice"));
    let second = format!(
        "[[organization]]\nname = \"contoso\"\n[[organization.issuer]]\nissuer = \"{ISSUER}\"\naudiences = [\"y\"]\n"
    );
    let error = parse(&format!("{}{second}", least())).unwrap_err();
    assert!(error.contains("two organizations describe"), "{error}");
}

#[test]
fn azure_devops_audience_of_a_microsoft_issuer_needs_a_decision() {
    let text = least()
        .replace("http://localhost:9", "https://login.microsoftonline.com")
        .replace("api://x", "499B84AC-1321-427f-aa17-267ca6975798");
    let error = parse(&text).unwrap_err();
    assert!(error.contains("`organization.issuer.audiences`") && error.contains("replayed"), "{error}");
    assert!(error.contains("accept_azure_devops_audience = true"), "{error}");
    assert!(parse(&format!("accept_azure_devops_audience = true\n{text}")).is_ok());
    assert!(parse(&text.replace("login.microsoftonline.com", "localhost:9")).is_ok(), "not Microsoft's");
}

#[test]
fn the_reference_page_has_every_key_with_flag_and_variable() {
    let page = reference();
    for key in KEYS {
        assert!(page.contains(&format!("## `{}`\n", key.name)), "{}", key.name);
        assert!(page.contains(&key.flag()) && page.contains(&key.variable()));
    }
    let names: std::collections::BTreeSet<_> = KEYS.iter().map(Key::variable).collect();
    assert_eq!(names.len(), KEYS.len());
    // Those that the client commands read.
    for taken in ["PATCYCLE_ORGANIZATION", "PATCYCLE_BASE_URL", "PATCYCLE_PROFILE", "PATCYCLE_TOKEN_STORE"] {
        assert!(!names.contains(taken), "{taken}");
    }
    assert_eq!(KEYS[1].flag(), "--tls-certificate-file");
    assert_eq!(KEYS[1].variable(), "PATCYCLE_TLS_CERTIFICATE_FILE");
}

#[test]
fn a_verify_rule_names_what_there_is() {
    let with = |rules: &str| parse(&format!("{}{rules}", least()));
    let rule = |name: &str, scope: &str, organization: &str| {
        format!(
            "[[verify_rule]]\nname = \"{name}\"\nscope = \"{scope}\"\norganization = \"{organization}\"\n"
        )
    };
    let good = rule("code", "vso.code", "fabrikam");
    assert_eq!(with(&good).unwrap().verify_rules.len(), 1);
    for (rules, place) in [
        (rule("", "vso.code", "fabrikam"), "verify_rule.name"),
        (rule("a/b", "vso.code", "fabrikam"), "verify_rule.name"),
        (rule("code", "", "fabrikam"), "verify_rule.scope"),
        (rule("code", "vso.codex", "fabrikam"), "verify_rule.scope"),
        (rule("code", "vso.code vso.work", "fabrikam"), "verify_rule.scope"),
        (rule("code", "vso.pats", "fabrikam"), "verify_rule.scope"),
        (rule("code", "vso.code", "contoso"), "verify_rule.organization"),
        (format!("{good}{good}"), "verify_rule.name"),
        ("[[verify_rule]]\n".to_owned(), "verify_rule.name"),
    ] {
        let error = with(&rules).unwrap_err();
        assert!(error.contains(&format!("`{place}`")), "{error}");
    }
}
