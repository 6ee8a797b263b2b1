use std::path::Path;

use patcycle_primitives::Secret;

use super::credential::CredentialSource;
use super::settings::{GivenSetting, Settings, load};
use super::{KEYS, addresses};

const LEAST: [(&str, &str); 3] = [
    ("CLIENT_ID", "11111111-2222-4333-8444-555555555555"),
    ("AUTHORITY", "https://login.microsoftonline.com/organizations"),
    ("ENDPOINT", "https://vssps.dev.azure.com/fabrikam/_apis/Tokens/Pats?api-version=6.1-preview"),
];

fn given(settings: &[(&str, &str)]) -> Vec<GivenSetting> {
    let find = |name: &str| KEYS.iter().find(|key| key.name == name).unwrap();
    let one = |(name, value): &(&str, &str)| GivenSetting {
        key: find(name),
        value: Secret::new(*value),
        origin: (*name).to_owned(),
    };
    settings.iter().map(one).collect()
}

/// The least settings, with these on top.
fn with(settings: &[(&str, &str)]) -> Result<Settings, String> {
    let all = [&LEAST, settings].concat();
    load(None, given(&all), Some(Path::new("/home/ana/patcycle")))
        .map_err(|error| format!("{error}. {}", error.remedy))
}

#[track_caller]
fn refused(name: &str, value: &str, expected: &str) {
    let said = with(&[(name, value)]).unwrap_err();
    assert!(said.starts_with(&format!("`{name}`: ")) && said.contains(expected), "{said}");
}

#[test]
fn the_least_settings_have_the_documented_defaults() {
    let settings = with(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:5000");
    assert_eq!(settings.redirect_path, "/getAToken");
    assert_eq!(settings.endpoint.organization, "fabrikam");
    assert_eq!(settings.endpoint.api_version.as_deref(), Some("6.1-preview"));
    assert_eq!(settings.session_folder, Path::new("/home/ana/patcycle/console/sessions"));
    assert_eq!(settings.session_key_file, Path::new("/home/ana/patcycle/console/session-key"));
    assert_eq!(settings.fresh_sign_in, patcycle_console::FRESH_SIGN_IN);
    assert!(matches!(settings.credential, CredentialSource::Public));
    assert!(settings.public_url.is_none() && settings.tls.is_none() && settings.scopes.is_empty());
}

#[test]
fn what_cannot_be_used_is_told_with_its_remedy() {
    refused("CLIENT_ID", "", "it is missing");
    refused("CLIENT_ID", "Enter_the_Application_Id_here", "App registrations");
    refused("CLIENT_SECRET", "Enter_the_Client_Secret_here", "Certificates & secrets");
    refused("AUTHORITY", "https://login.microsoftonline.com/Enter_the_Tenant_ID_Here", "Tenant ID");
    refused("AUTHORITY", "https://login.microsoftonline.com/common", "organizations");
    refused("AUTHORITY", "fabrikam", "not an authority");
    let endpoint = "https://vssps.dev.azure.com/Enter_the_Collection_Name_Here/_apis/Tokens/Pats?api-version=6.1-preview";
    refused("ENDPOINT", endpoint, "dev.azure.com/ORGANIZATION");
    refused("ENDPOINT", "https://vssps.dev.azure.com/fabrikam", "_apis/tokens/pats");
    refused("REDIRECT_PATH", "getAToken", "does not begin with");
    refused("SESSION_TYPE", "redis", "`sqlite`");
    refused("FRESH_SIGN_IN_HOURS", "0", "from 1 to 720");
    refused("LISTEN", "0.0.0.0:5000", "https://IP:PORT");
    refused("PUBLIC_URL", "http://pats.fabrikam.example", "plain http");
    refused("PUBLIC_URL", "https://pats.fabrikam.example/console", "more than scheme");
    refused("TLS_KEY_FILE", "key.pem", "no effect");
}

#[test]
fn a_credential_is_given_once() {
    let said =
        with(&[("CLIENT_SECRET", "s3cret-value"), ("CLIENT_CERTIFICATE_FILE", "client.pem")]).unwrap_err();
    assert!(said.contains("`CLIENT_CERTIFICATE_FILE` as well"), "{said}");
    assert!(!said.contains("s3cret-value"), "{said}");
}

#[test]
fn a_console_on_a_network_needs_an_https_address() {
    let listen = ("LISTEN", "http://0.0.0.0:5000");
    let said = with(&[listen]).unwrap_err();
    assert!(said.starts_with("`PUBLIC_URL`: it is missing"), "{said}");
    for wrong in ["http://pats.fabrikam.example", "http://localhost:5000", "https://127.0.0.1"] {
        assert!(with(&[listen, ("PUBLIC_URL", wrong)]).is_err(), "{wrong}");
    }
    let behind_a_proxy = with(&[listen, ("PUBLIC_URL", "https://pats.fabrikam.example")]).unwrap();
    assert_eq!(behind_a_proxy.public_url.unwrap().as_str(), "https://pats.fabrikam.example/");
}

#[test]
fn a_file_has_the_names_of_the_sample() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("console.toml");
    let text = |more: &str| {
        let least = LEAST.map(|(name, value)| format!("{name} = \"{value}\""));
        format!("{}\n{more}", least.join("\n"))
    };
    let read = |more: &str, over: &[(&str, &str)]| {
        std::fs::write(&file, text(more)).unwrap();
        load(Some(&file), given(over), None).map_err(|error| format!("{error}. {}", error.remedy))
    };
    let more = "SCOPE = [\"api://a/.default\", \"openid\"]\nFRESH_SIGN_IN_HOURS = 2\nSESSION_FOLDER = \"sessions\"\n";
    let settings = read(more, &[("REDIRECT_PATH", "/back")]).unwrap();
    assert_eq!(settings.scopes, ["api://a/.default", "openid"]);
    assert_eq!(settings.fresh_sign_in.as_hours(), 2);
    assert_eq!(settings.redirect_path, "/back");
    assert!(read("", &[]).unwrap_err().contains("SESSION_FOLDER"), "without a home directory");
    assert!(read("CLIENT_SECRETS = \"x\"\n", &[]).unwrap_err().contains("no setting `CLIENT_SECRETS`"));
    let said = read("CLIENT_SECRET = s3cret-value\n", &[]).unwrap_err();
    assert!(said.contains("console.toml:4") && !said.contains("s3cret-value"), "{said}");
}

#[test]
fn the_redirect_path_is_no_other_page() {
    for path in ["/getAToken", "/auth/callback", "/a.b_c-d"] {
        assert_eq!(addresses::check_redirect_path(path), Ok(()), "{path}");
    }
    for path in [
        "",
        "/",
        "/login",
        "/Console/pats",
        "/static/x",
        "/healthz",
        "/_patcycle",
        "/a//b",
        "/a/",
        "/{id}",
        "/a b",
    ] {
        assert!(addresses::check_redirect_path(path).is_err(), "{path}");
    }
}

#[test]
fn no_secret_is_a_flag() {
    for key in KEYS {
        assert!(key.flag().is_none() == (key.name == "CLIENT_SECRET"), "{}", key.name);
    }
}
