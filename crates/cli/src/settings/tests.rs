use clap::Parser as _;
use proptest::prelude::*;

use super::*;
use crate::arguments::Cli;

fn globals(arguments: &[&str]) -> Globals {
    let line = ["patcycle", "list"].into_iter().chain(arguments.iter().copied());
    Cli::try_parse_from(line).unwrap().globals
}

struct Place {
    home: tempfile::TempDir,
    work: tempfile::TempDir,
}

impl Place {
    fn new(user: &str, project: &str) -> Self {
        let place = Self { home: tempfile::tempdir().unwrap(), work: tempfile::tempdir().unwrap() };
        if !user.is_empty() {
            let directory = place.home.path().join(".config/patcycle");
            std::fs::create_dir_all(&directory).unwrap();
            std::fs::write(directory.join("config.toml"), user).unwrap();
        }
        if !project.is_empty() {
            std::fs::write(place.work.path().join(project_file::NAME), project).unwrap();
        }
        place
    }

    fn resolve(&self, flags: &[&str], variables: &[(&str, &str)]) -> CommandResult<Settings> {
        let home = self.home.path().to_str().unwrap();
        let variables: Vec<_> = variables.iter().copied().chain([("HOME", home)]).collect();
        Settings::resolve(&globals(flags), &Environment::with(&variables), self.work.path())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is said where: the strongest place that says something wins.
    #[test]
    fn the_strongest_place_wins(flag: bool, variable: bool, project: bool, user: bool) {
        let place = Place::new(
            if user { "[profile.default]\norganization = 'of-user'" } else { "" },
            if project { "organization = 'of-project'" } else { "" },
        );
        let flags: &[&str] = if flag { &["--org", "of-flag"] } else { &[] };
        let variables: &[_] = if variable { &[("PATCYCLE_ORGANIZATION", "of-variable")] } else { &[] };
        let expected = [(flag, "of-flag"), (variable, "of-variable"), (project, "of-project"), (user, "of-user")]
            .into_iter()
            .find(|(said, _)| *said)
            .map(|(_, name)| name);
        let settings = place.resolve(flags, variables).unwrap();
        prop_assert_eq!(settings.organization.as_ref().map(|name| name.value.as_str()), expected);
    }
}

#[test]
fn defaults_are_azure_devops() {
    let settings = Place::new("", "").resolve(&[], &[]).unwrap();
    assert_eq!(settings.base_url.value.as_str(), "https://vssps.dev.azure.com/");
    assert_eq!(settings.authority.value.as_str(), "https://login.microsoftonline.com/organizations");
    assert_eq!(settings.scope.value, AZURE_DEVOPS_SCOPE);
    assert_eq!(settings.profile.value, "default");
    assert!(settings.client_id.is_none());
    assert!(settings.organization().is_err());
}

#[test]
fn the_variables_of_dev_are_enough() {
    let settings = Place::new("", "")
        .resolve(
            &[],
            &[
                ("PATCYCLE_BASE_URL", "https://localhost:7243"),
                ("PATCYCLE_AUTHORITY", "https://localhost:7243/0f0f"),
                ("PATCYCLE_TENANT_ID", "0f0f"),
                ("PATCYCLE_ORGANIZATION", "fabrikam"),
                ("PATCYCLE_PROFILE", "dev"),
                ("PATCYCLE_TOKEN_STORE", "file:/x/cli"),
                ("PATCYCLE_PUBLIC_CLIENT_ID", "c"),
                ("AZURE_TENANT_ID", "elsewhere"),
            ],
        )
        .unwrap();
    assert_eq!(settings.authority.value.as_str(), "https://localhost:7243/0f0f");
    assert_eq!(settings.profile.value, "dev");
    assert_eq!(settings.token_store.unwrap().value, TokenStoreChoice::File("/x/cli".into()));
}

#[test]
fn tenants() {
    let place = Place::new("[profile.default]\nauthority = 'https://login.example/of-user/v2.0'", "");
    let authority = |flags: &[&str], variables: &[(&str, &str)]| {
        place.resolve(flags, variables).map(|settings| settings.authority.value.to_string())
    };
    assert_eq!(authority(&["--tenant-id", "t"], &[]).unwrap(), "https://login.example/t");
    assert_eq!(authority(&[], &[("AZURE_TENANT_ID", "t")]).unwrap(), "https://login.example/t");
    let host = [("AZURE_AUTHORITY_HOST", "login.microsoftonline.us"), ("AZURE_TENANT_ID", "t")];
    assert_eq!(authority(&[], &host).unwrap(), "https://login.microsoftonline.us/t");
    assert!(authority(&["--authority", "https://a.example/t", "--tenant-id", "u"], &[]).is_err());
    assert!(authority(&["--authority", "https://a.example/t", "--tenant-id", "T"], &[]).is_ok());
    assert!(authority(&["--authority", "http://a.example/t"], &[]).is_err());
    assert!(authority(&["--authority", "https://a.example/t/u"], &[]).is_err());
    assert!(authority(&["--tenant-id", "../x"], &[]).is_err());
}

#[test]
fn a_project_file_names_only_known_profiles() {
    let place = Place::new("[profile.work]\norganization = 'fabrikam'", "profile = 'wrok'");
    let error = place.resolve(&[], &[]).unwrap_err();
    assert!(error.message.contains("`wrok`"), "{}", error.message);
    assert!(error.next.unwrap().contains("`work`"));
}

#[test]
fn wrong_values_name_their_place() {
    let place = Place::new("[profile.default]\nbase_url = 'ftp://x'", "");
    let error = place.resolve(&[], &[]).unwrap_err();
    assert!(error.message.contains("config.toml"), "{}", error.message);
    let error = Place::new("", "").resolve(&["--base-url", "https://user:s3cret@x"], &[]).unwrap_err();
    assert!(!error.message.contains("s3cret"), "{}", error.message);
    let error = Place::new("", "").resolve(&["--org", "https://dev.azure.com/fabrikam"], &[]).unwrap_err();
    assert!(error.next.is_some());
    let error = Place::new("nonsense = 1", "").resolve(&[], &[]).unwrap_err();
    assert!(error.message.contains("nonsense"), "{}", error.message);
}
