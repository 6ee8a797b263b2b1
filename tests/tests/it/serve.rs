//! `patcycle serve` as a process, with another tenant's sign-in.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use patcycle_tests::{Dev, Patcycle, Server, command, tokens};
use serde_json::{Value, json};

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

/// The object id in an access token.
fn object_id(token: &str) -> String {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["oid"].as_str().unwrap().to_owned()
}

/// A mail server that keeps each mail as a file; it ends when it is dropped.
struct MailServer {
    process: Child,
    port: String,
    mails: PathBuf,
}

impl MailServer {
    fn start(mails: &Path) -> Self {
        fs::create_dir(mails).unwrap();
        let python = command::target_directory().join("test-clients/python/bin/python");
        let mut process = Command::new(python)
            .args([
                concat!(env!("CARGO_MANIFEST_DIR"), "/clients/smtp_server.py"),
                mails.to_str().unwrap(),
                "0",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { process, port: port.trim().to_owned(), mails: mails.to_owned() }
    }

    /// Waits for a mail with this subject.
    fn wait_for(&self, subject: &str) -> String {
        let deadline = Instant::now() + Duration::from_mins(1);
        let subject = format!("Subject: {subject}");
        loop {
            let files = fs::read_dir(&self.mails).unwrap().map(|entry| entry.unwrap().path());
            let mails = files.filter(|path| path.extension().is_some_and(|end| end == "eml"));
            let mut mails = mails.map(|path| fs::read_to_string(path).unwrap().replace("\r\n ", " "));
            if let Some(mail) = mails.find(|mail| mail.contains(&subject)) {
                return mail;
            }
            assert!(Instant::now() < deadline, "no mail came with {subject}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn owners_get_mail_of_what_becomes_of_their_pats() {
    let twin = Dev::start("serve-notify");
    let directory = twin.directory();
    let mail = MailServer::start(&directory.join("mails"));
    let (token, administrator) =
        (twin.tokens_of("USER").await.access, twin.tokens_of("ADMIN_USER").await.access);
    let administrators =
        format!("members = \"tenant\"\n        administrators = [\"{}\"]", object_id(&administrator));
    let text = configuration(&twin, directory).replace("members = \"tenant\"", &administrators)
        + &format!(
            "[notify.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"Patcycle <patcycle@tailspin.example>\"\n",
            mail.port
        );
    fs::write(directory.join("patcycle.toml"), text).unwrap();
    let (_service, address) = start(directory);

    let url = format!("{address}/tailspin/_apis/tokens/pats?api-version=7.1-preview.1");
    let mut ids = Vec::new();
    for name in ["first", "second", "third"] {
        let body = json!({ "displayName": name, "scope": "vso.code" });
        let answer = twin.http().post(&url).bearer_auth(&token).json(&body).send().await.unwrap();
        ids.push(tokens::created(&answer.json().await.unwrap()).0);
    }
    let made = mail.wait_for("Personal access token \"first\" was created");
    assert!(made.contains(&format!("X-Recipients: {}", twin.var("USER"))), "{made}");

    let administer = |path: &str, body: Value| {
        let url = format!("{address}/tailspin/_apis/tokenadmin/{path}?api-version=7.1");
        twin.http().post(url).bearer_auth(&administrator).json(&body).send()
    };
    let ended = administer("revocations", json!([{ "authorizationId": ids[0] }])).await.unwrap();
    assert_eq!(ended.status(), 204);
    mail.wait_for("Personal access token \"first\" was revoked by an administrator");
    let ruled = administer("revocationrules", json!({ "scopes": "vso.code" })).await.unwrap();
    assert_eq!(ruled.status(), 201);
    mail.wait_for("2 personal access tokens were revoked by an administrator");
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
