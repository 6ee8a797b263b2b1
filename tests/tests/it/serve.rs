//! `patcycle serve` as a process, with another tenant's sign-in.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use patcycle_tests::{Dev, Patcycle, Server, tokens};
use serde_json::json;

use crate::console_alone::Person;

fn configuration(twin: &Dev, directory: &Path) -> String {
    format!(
        r#"
        listen = "http://127.0.0.1:0"
        database = "sqlite:{directory}/service.sqlite"
        pepper_file = "{directory}/pepper"

        [[organization]]
        name = "tailspin"
        members = "tenant"

        [[organization.issuer]]
        issuer = "{authority}/v2.0"
        audiences = ["499b84ac-1321-427f-aa17-267ca6975798"]
        ca_file = "{ca}"
        "#,
        directory = directory.display(),
        authority = twin.var("AUTHORITY"),
        ca = twin.var("CA_FILE"),
    )
}

fn start(directory: &Path) -> (Server, String) {
    let server = Server::start(&Patcycle::new(directory), directory, &["serve", "--config", "patcycle.toml"]);
    let address = server.url("listen").to_owned();
    (server, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organization_of_ones_own_is_served() {
    let twin = Dev::start("serve");
    let directory = twin.directory();
    fs::write(directory.join("patcycle.toml"), configuration(&twin, directory)).unwrap();
    let (service, address) = start(directory);
    let token = twin.tokens_of("USER").await.access;

    let url = format!("{address}/tailspin/_apis/tokens/pats?api-version=7.1-preview.1");
    let body = json!({ "displayName": "served", "scope": "vso.code" });
    let answer = twin.http().post(&url).bearer_auth(&token).json(&body).send().await.unwrap();
    tokens::created(&answer.json().await.unwrap());
    let foreign = twin.tokens_of("OTHER_USER").await.access;
    assert_eq!(twin.http().get(&url).bearer_auth(foreign).send().await.unwrap().status(), 401);

    let cli = twin
        .cli()
        .env("PATCYCLE_BASE_URL", &address)
        .env("PATCYCLE_ORGANIZATION", "tailspin")
        .env("PATCYCLE_ACCESS_TOKEN", token);
    assert_eq!(cli.run(&["list", "-o", "json"]).json()[0]["displayName"], "served");

    for path in ["healthz", "readyz"] {
        let answer = twin.http().get(format!("{address}/{path}")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    for file in ["service.sqlite", "pepper"] {
        let mode = fs::metadata(directory.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert_eq!(service.stop(), Some(0), "a drained server ends with 0");

    let (_service, address) = start(directory);
    let cli = cli.env("PATCYCLE_BASE_URL", &address);
    assert_eq!(cli.run(&["list", "-o", "json"]).json()[0]["displayName"], "served", "kept over a restart");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_is_served_beside_the_api() {
    let twin = Dev::start("serve-console");
    let directory = twin.directory();
    fs::write(directory.join("client-secret"), twin.var("CLIENT_SECRET")).unwrap();
    let console = format!(
        "[console]\nclient_id = \"{}\"\nclient_secret_file = \"client-secret\"\n",
        twin.var("CLIENT_ID")
    );
    let configuration = configuration(&twin, directory);
    fs::write(directory.join("patcycle.toml"), format!("{configuration}\n{console}")).unwrap();
    let (_server, address) = start(directory);
    let console = address.replace("127.0.0.1", "localhost");
    let mut person = Person::new(&twin, &console);
    let list = person.open("/console/pats", "USER").await;
    assert_eq!((list.status.as_u16(), list.url.path()), (200, "/console/pats"), "{}", list.text);
    assert!(list.text.contains("tailspin"), "{}", list.text);
    person.create("beside the API").await;

    let token = twin.tokens_of("USER").await.access;
    let url = format!("{address}/tailspin/_apis/tokens/pats?api-version=7.1-preview.1");
    let answer = twin.http().get(&url).bearer_auth(&token).send().await.unwrap();
    let pats: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(pats["patTokens"][0]["displayName"], "beside the API");
    let key = fs::metadata(directory.join("pepper.console")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_pepper_is_refused_at_the_start() {
    let twin = Dev::start("serve-pepper");
    let directory = twin.directory();
    fs::write(directory.join("patcycle.toml"), configuration(&twin, directory)).unwrap();
    let (service, address) = start(directory);
    let url = format!("{address}/tailspin/_apis/tokens/pats?api-version=7.1-preview.1");
    let body = json!({ "displayName": "served", "scope": "vso.code" });
    let token = twin.tokens_of("USER").await.access;
    let answer = twin.http().post(&url).bearer_auth(&token).json(&body).send().await.unwrap();
    let (_, pat) = tokens::created(&answer.json().await.unwrap());
    assert_eq!(service.stop(), Some(0));

    let pepper = directory.join("pepper");
    let right = fs::read(&pepper).unwrap();
    fs::copy(twin.data().join("pepper"), &pepper).unwrap();
    let refused = Patcycle::new(directory).run(&["serve", "--config", "patcycle.toml"]);
    let said = refused.fails_with(1);
    assert!(said.contains("pepper") && said.contains("Restore the file from its backup"), "{said}");

    fs::write(&pepper, right).unwrap();
    let (_service, address) = start(directory);
    let url = format!("{address}/_patcycle/verify?scope=vso.code&organization=tailspin");
    assert_eq!(twin.http().get(url).bearer_auth(pat).send().await.unwrap().status(), 200);
}

#[test]
fn the_twins_directory_is_refused() {
    let twin = Dev::start("serve-refused");
    let directory = twin.directory();
    let text = configuration(&twin, directory).replace("service.sqlite", "data/patcycle.sqlite");
    fs::write(directory.join("patcycle.toml"), text).unwrap();
    let said = Patcycle::new(directory).run(&["serve", "--config", "patcycle.toml"]);
    assert!(said.code != 0 && said.stderr.contains("patcycle dev"), "{}: {}", said.code, said.stderr);
}
