//! `patcycle console` as a process of its own, in front of a service that it shares nothing with but HTTP.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use patcycle_tests::browser::{Browser, Form, Page};
use patcycle_tests::{Dev, Patcycle, Server, evidence};

/// Settings for a console in front of the twin, as variables.
pub(crate) fn patcycle(twin: &Dev) -> Patcycle {
    let endpoint = format!("{}/fabrikam/_apis/Tokens/Pats?api-version=7.1-preview.1", twin.var("BASE_URL"));
    Patcycle::new(twin.directory())
        .env("CLIENT_ID", twin.var("CLIENT_ID"))
        .env("AUTHORITY", twin.var("AUTHORITY"))
        .env("ENDPOINT", endpoint)
        .env("PATCYCLE_CA_FILE", twin.var("CA_FILE"))
}

/// On a port of its own.
const CONSOLE: [&str; 3] = ["console", "--listen", "http://127.0.0.1:0"];

pub(crate) fn start(patcycle: &Patcycle, twin: &Dev) -> Server {
    Server::start(patcycle, twin.directory(), &CONSOLE)
}

/// A browser at a console and at the tenant. Cookies of the two are kept apart, as their hosts' ports are here.
pub(crate) struct Person<'a> {
    twin: &'a Dev,
    tenant: Browser,
    pub(crate) console: Browser,
}

impl<'a> Person<'a> {
    pub(crate) fn new(twin: &'a Dev, console: &str) -> Self {
        Self { twin, tenant: twin.browser(), console: Browser::new(twin.http(), console) }
    }

    /// Opens a page of the console, and signs in as `person` where that is asked.
    pub(crate) async fn open(&mut self, path: &str, person: &str) -> Page {
        let arrival = self.console.open(path).await;
        let patcycle_tests::browser::Arrival::Elsewhere(tenant) = arrival else { return arrival.page() };
        let back = self.twin.sign_in(&mut self.tenant, tenant.as_str(), person).await.elsewhere();
        self.console.open(back.as_str()).await.page()
    }

    pub(crate) async fn submit(&mut self, form: Form) -> Page {
        self.console.submit(form).await.page()
    }

    /// Creates a PAT and gives the page with its secret.
    pub(crate) async fn create(&mut self, name: &str) -> Page {
        let page = self.console.open("/console/pats/new").await.page();
        let mut form = form_to(&page, "/console/pats/new").fill("name", name);
        form.fields.insert("scope".to_owned(), "vso.code".to_owned());
        let made = self.submit(form).await;
        evidence::note_all_in(&made.text);
        assert_eq!(made.status, 200, "{}", made.text);
        made
    }
}

/// The form of a page that is sent there.
#[track_caller]
pub(crate) fn form_to(page: &Page, path: &str) -> Form {
    let found = page
        .forms()
        .into_iter()
        .find(|form| form.action.path() == path && form.method == reqwest::Method::POST);
    found.unwrap_or_else(|| panic!("no form to {path} at {}: {}", page.url, page.text))
}

fn secret_of(page: &Page) -> String {
    form_to(page, "/console/download").fields["secret"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_signs_in_creates_lists_and_signs_out() {
    let twin = Dev::start("console-alone");
    let server = start(&patcycle(&twin).env("CLIENT_SECRET", twin.var("CLIENT_SECRET")), &twin);
    let mut person = Person::new(&twin, server.url("public_url"));
    assert_eq!(
        twin.http().get(format!("{}/healthz", server.url("listen"))).send().await.unwrap().status(),
        200
    );
    let welcome = person.open("/", "USER").await;
    assert!(
        welcome.status == 200 && welcome.text.contains("Your personal access tokens"),
        "{}",
        welcome.text
    );

    let list = person.open("/console/pats", "USER").await;
    assert_eq!((list.status.as_u16(), list.url.path()), (200, "/console/pats"), "{}", list.text);
    let made = person.create("from the console").await;
    assert_eq!(secret_of(&made).len(), 84);
    let list = person.open("/console/pats", "USER").await;
    assert!(list.text.contains("from the console"), "{}", list.text);
    let of_the_twin = twin.tokens_of("USER").await.access;
    let cli = twin.cli().env("PATCYCLE_ACCESS_TOKEN", of_the_twin);
    assert_eq!(cli.run(&["list", "-o", "json"]).json()[0]["displayName"], "from the console");

    let left = person.console.submit(form_to(&list, "/logout")).await.elsewhere();
    assert!(left.as_str().starts_with(twin.var("BASE_URL")), "the tenant's session ends too: {left}");
    let again = person.console.open("/console/pats").await;
    assert!(again.elsewhere().as_str().starts_with(twin.var("AUTHORITY")));
    assert_eq!(server.stop(), Some(0), "a drained console ends with 0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_outlives_a_restart_and_is_kept_sealed() {
    let twin = Dev::start("console-restart");
    let secret = twin.directory().join("client-secret");
    fs::write(&secret, format!("{}\n", twin.var("CLIENT_SECRET"))).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let patcycle = patcycle(&twin).env("CLIENT_SECRET_FILE", &secret);
    let server = start(&patcycle, &twin);
    let mut person = Person::new(&twin, server.url("public_url"));
    person.open("/console/pats", "USER").await;
    let address = server.url("listen").to_owned();
    assert_eq!(server.stop(), Some(0));

    let listen = ["console", "--listen", &address];
    let _server = Server::start(&patcycle, twin.directory(), &listen);
    let list = person.console.open("/console/pats").await.page();
    assert_eq!(list.status, 200, "the cookie has the same name, and the session is there: {}", list.text);

    let folder = twin.directory().join(".local/share/patcycle/console");
    for (path, mode) in [(folder.join("session-key"), 0o600), (folder.join("sessions"), 0o700)] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode, "{}", path.display());
    }
    let kept: Vec<PathBuf> =
        fs::read_dir(folder.join("sessions")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 1, "the session of before the sign-in is gone");
    let bytes = fs::read(&kept[0]).unwrap();
    assert!(!bytes.windows(4).any(|window| window == b"eyJ0" || window == b"vso."), "sealed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_keeps_sessions_sealed_too() {
    let twin = Dev::start("console-sqlite");
    let patcycle =
        patcycle(&twin).env("CLIENT_SECRET", twin.var("CLIENT_SECRET")).env("SESSION_TYPE", "sqlite");
    let server = start(&patcycle, &twin);
    let mut person = Person::new(&twin, server.url("public_url"));
    person.open("/console/pats", "USER").await;
    let address = server.url("listen").to_owned();
    assert_eq!(server.stop(), Some(0));
    let server = Server::start(&patcycle, twin.directory(), &["console", "--listen", &address]);
    assert_eq!(person.console.open("/console/pats").await.page().status, 200, "the session is there");
    assert_eq!(server.stop(), Some(0));

    let folder = twin.directory().join(".local/share/patcycle/console/sessions");
    let database = fs::read(folder.join("sessions.sqlite")).unwrap();
    for readable in [twin.var("USER").as_bytes(), b"eyJ0", b"vso.pats"] {
        assert!(!database.windows(readable.len()).any(|window| window == readable), "sealed");
    }
}

/// The tenant is chosen by who signs in; an hour later that tenant renews the access token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_of_another_tenant_signs_in_where_the_tenant_is_chosen() {
    let twin = Dev::start("console-organizations");
    let (base, organization) = (twin.var("BASE_URL"), twin.var("OTHER_ORGANIZATION"));
    let patcycle = patcycle(&twin)
        .env("CLIENT_SECRET", twin.var("CLIENT_SECRET"))
        .env("AUTHORITY", format!("{base}/organizations"))
        .env("ENDPOINT", format!("{base}/{organization}/_apis/tokens/pats"));
    let server = start(&patcycle, &twin);
    let mut person = Person::new(&twin, server.url("public_url"));
    let list = person.open("/console/pats", "OTHER_USER").await;
    assert_eq!((list.status.as_u16(), list.url.path()), (200, "/console/pats"), "{}", list.text);
    person.create("of the other tenant").await;

    // The service takes no token of before; the console notices when it asks.
    twin.advance("2h").await;
    let faults =
        serde_json::json!([{ "path": "/organizations/**", "times": 9, "answer": { "status": 503 } }]);
    twin.control(reqwest::Method::POST, "/_dev/faults", Some(faults)).await;
    let list = person.console.open("/console/pats").await.page();
    assert!(list.status == 200 && list.text.contains("of the other tenant"), "{}", list.text);
}

/// A form that was open in another tab is believed after a second sign-in of the same person, and of nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_in_another_tab_outlives_a_second_sign_in() {
    let twin = Dev::start("console-second-sign-in");
    let server = start(&patcycle(&twin).env("CLIENT_SECRET", twin.var("CLIENT_SECRET")), &twin);
    let mut person = Person::new(&twin, server.url("public_url"));
    let page = person.open("/console/pats/new", "USER").await;
    let form = |name: &str| {
        let mut form = form_to(&page, "/console/pats/new").fill("name", name);
        form.fields.insert("scope".to_owned(), "vso.code".to_owned());
        form
    };
    person.open("/login?to=pats&fresh=1", "USER").await;
    let made = person.submit(form("from the other tab")).await;
    evidence::note_all_in(&made.text);
    assert_eq!(made.status, 200, "{}", made.text);

    person.open("/login?to=pats&fresh=1", "USER").await;
    assert_eq!(person.submit(form("sent again")).await.status, 409, "what was sent stays sent");
    // A tenant's session of nobody: it would offer the accounts that it knows.
    person.tenant = twin.browser();
    person.open("/login?to=pats&choose=1", "ADMIN_USER").await;
    let refused = person.submit(form("of somebody else")).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_proves_itself_by_certificate_and_settings_come_from_a_file() {
    let twin = Dev::start("console-certificate");
    let file = twin.directory().join("console.toml");
    let settings = format!(
        "CLIENT_CERTIFICATE_FILE = \"{}\"\nREDIRECT_PATH = \"/getAToken\"\n\
         SCOPE = [\"499b84ac-1321-427f-aa17-267ca6975798/.default\"]\nSESSION_FOLDER = \"sessions\"\n",
        twin.var("CLIENT_CERTIFICATE_FILE")
    );
    fs::write(&file, settings).unwrap();
    let arguments = [&CONSOLE[..], &["--config", file.to_str().unwrap()]].concat();
    let server = Server::start(&patcycle(&twin), twin.directory(), &arguments);
    let mut person = Person::new(&twin, server.url("public_url"));
    let list = person.open("/console/pats", "USER").await;
    assert_eq!((list.status.as_u16(), list.url.path()), (200, "/console/pats"), "{}", list.text);
}

#[test]
fn settings_that_cannot_work_end_it_at_once() {
    let directory = evidence::directory("console-wrong");
    let patcycle = Patcycle::new(&directory)
        .env("CLIENT_ID", "11111111-2222-4333-8444-555555555555")
        .env("AUTHORITY", "https://login.microsoftonline.com/organizations")
        .env("ENDPOINT", "https://vssps.dev.azure.com/fabrikam/_apis/Tokens/Pats?api-version=6.1-preview");
    let wrong = |patcycle: Patcycle, code: i32, expected: &str| {
        let said = patcycle.run(&CONSOLE).fails_with(code);
        assert!(said.contains(expected) && said.contains("next:"), "{said}");
    };
    wrong(patcycle.clone().without("CLIENT_ID"), 2, "`CLIENT_ID`: it is missing");
    wrong(patcycle.clone().env("CLIENT_ID", "Enter_the_Application_Id_here"), 2, "Application (client) ID");
    let two = patcycle.clone().env("CLIENT_SECRET", "one-secret-too-many").env("CLIENT_SECRET_FILE", "x");
    let said = two.run(&CONSOLE).fails_with(2);
    assert!(said.contains("`CLIENT_SECRET_FILE` as well") && !said.contains("one-secret"), "{said}");
    wrong(patcycle.clone().env("CLIENT_SECRET_FILE", "/nowhere/secret"), 1, "/nowhere/secret");
    wrong(patcycle.clone().env("SESSION_TYPE", "redis"), 2, "`SESSION_TYPE`");
    let elsewhere = patcycle.clone().env("ENDPOINT", "https://pats.example/fabrikam/_apis/tokens/pats");
    wrong(elsewhere, 4, "must not be sent there");
    let network = [CONSOLE[0], "--listen", "http://0.0.0.0:0"];
    assert!(patcycle.run(&network).fails_with(2).contains("`PUBLIC_URL`"));
    assert!(patcycle.run(&["console", "--client-secret", "s3cret"]).code == 2, "a secret is no argument");
    assert!(patcycle.run(&["console", "--organization", "x"]).fails_with(2).contains("--endpoint"));
}
