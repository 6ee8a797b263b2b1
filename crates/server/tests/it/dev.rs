//! `dev`: what it writes, whom it answers, what it keeps.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use patcycle_evidence::Scratch;
use patcycle_server::dev::{DevOptions, RunningDev, start};
use patcycle_server::{Context, ErrorKind};

use crate::http::{Answer, Call};

/// A directory of its own.
pub(crate) struct Place {
    parent: Scratch,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { parent: Scratch::new("server-dev") }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.parent.path().join("it's dev")
    }

    pub(crate) fn options(&self) -> DevOptions {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        DevOptions { http: any, https: any, ..DevOptions::new(self.data()) }
    }

    pub(crate) async fn start(&self) -> RunningDev {
        start(&self.options(), &Context::system()).await.unwrap()
    }

    /// The variables of `dev.env`, as a shell reads them.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let script = "set -a; . \"$1\"; env -0";
        let file = self.data().join("dev.env");
        let shell = std::process::Command::new("sh")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .args(["-eu", "-c", script, "sh"])
            .arg(file)
            .output()
            .unwrap();
        assert!(shell.status.success());
        let text = String::from_utf8(shell.stdout).unwrap();
        let pairs = text.split('\0').filter_map(|pair| pair.strip_prefix("PATCYCLE_")?.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn ca(&self) -> PathBuf {
        self.data().join("ca.pem")
    }

    async fn get(&self, url: String) -> Answer {
        Call::get(url).trusting(self.ca()).send().await.unwrap()
    }

    async fn control(&self, method: &str, path: &str, body: &str) -> Answer {
        let environment = self.environment();
        let url = format!("{}{path}", environment["CONSOLE_URL"]);
        Call::new(method, url).bearer(&environment["CONTROL_KEY"]).body(body).send().await.unwrap()
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn both_listeners_answer_when_dev_env_is_there() {
    let place = Place::new();
    let dev = place.start().await;
    let environment = place.environment();
    assert_eq!(environment["BASE_URL"], dev.base_url);
    assert_eq!(environment["CONSOLE_URL"], dev.console_url);
    for url in [&dev.base_url, &dev.console_url] {
        for path in ["healthz", "readyz"] {
            let answer = place.get(format!("{url}/{path}")).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"ok"}"#), "{url}/{path}");
        }
        let page = place.get(format!("{url}/")).await;
        assert!(page.body.contains("patcycle login") && page.head.contains("default-src 'none'"));
    }
    let discovery =
        place.get(format!("{}/v2.0/.well-known/openid-configuration", environment["AUTHORITY"])).await;
    assert_eq!(discovery.status, 200);
    assert!(discovery.body.contains(&format!("{}/{}/v2.0", dev.base_url, environment["TENANT_ID"])));
    let pats = format!("{}/fabrikam/_apis/tokens/pats?api-version=7.1-preview.1", dev.base_url);
    let answer = place.get(pats).await;
    assert_eq!(answer.status, 401);
    assert!(
        answer.head.contains(&format!("authorization_uri={}", environment["AUTHORITY"])),
        "{}",
        answer.head
    );
    // The API is not on the http listener.
    let answer = place.get(format!("{}/fabrikam/_apis/tokens/pats", dev.console_url)).await;
    assert_eq!(answer.status, 404);
    dev.stop().await.unwrap();
    assert!(!place.data().join("dev.env").exists());
}

#[tokio::test]
async fn what_is_secret_is_for_its_owner_only() {
    let place = Place::new();
    let dev = place.start().await;
    assert_eq!(mode(&place.data()), 0o700);
    let open: Vec<_> =
        files_below(&place.data()).into_iter().filter(|path| mode(path) & 0o077 != 0).collect();
    let expected = [place.ca(), place.data().join("server.pem")];
    assert!(
        open.iter().all(|path| expected.contains(path) || path.extension().is_none_or(|end| end != "pem")),
        "{open:?}"
    );
    for name in [
        "dev.env",
        "credentials.toml",
        "ca-key.pem",
        "server-key.pem",
        "client-certificate.pem",
        "signing-key.pem",
        "pepper",
    ] {
        assert_eq!(mode(&place.data().join(name)), 0o600, "{name}");
    }
    dev.stop().await.unwrap();
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            files.extend(files_below(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}

#[tokio::test]
async fn a_restart_has_the_same_credentials_and_the_same_time() {
    let place = Place::new();
    let dev = place.start().await;
    let before = place.environment();
    let moved = place.control("POST", "/_dev/clock", r#"{"advance":"91d"}"#).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    dev.stop().await.unwrap();

    let dev = place.start().await;
    assert!(!dev.new_authority);
    let after = place.environment();
    for (name, value) in &before {
        if !["BASE_URL", "CONSOLE_URL", "AUTHORITY"].contains(&name.as_str()) {
            assert_eq!(after.get(name), Some(value), "{name}");
        }
    }
    let clock = place.control("GET", "/_dev/clock", "").await;
    assert!(clock.body.contains(&format!(r#""aheadSeconds":{}"#, 91 * 86_400)), "{}", clock.body);
    dev.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_one_on_the_directory_is_refused() {
    let place = Place::new();
    let dev = place.start().await;
    let error = start(&place.options(), &Context::system()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("already") && error.to_string().contains("it's dev"), "{error}");
    assert!(place.data().join("dev.env").exists(), "the running one keeps its file");
    dev.stop().await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_a_conflict_and_leaves_no_dev_env() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let options = DevOptions { https: taken.local_addr().unwrap(), ..place.options() };
    let error = start(&options, &Context::system()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(!place.data().join("dev.env").exists());
}

#[tokio::test]
async fn other_hosts_are_misdirected_on_both_listeners() {
    let place = Place::new();
    let dev = place.start().await;
    for url in [&dev.base_url, &dev.console_url] {
        let port = url.rsplit(':').next().unwrap();
        let hosts = [
            (format!("localhost:{port}"), 200),
            (format!("127.0.0.1:{port}"), 200),
            (format!("[::1]:{port}"), 200),
            (format!("evil.example:{port}"), 421),
            ("localhost".to_owned(), 421),
            ("localhost:1".to_owned(), 421),
        ];
        for (host, expected) in hosts {
            let answer =
                Call::get(format!("{url}/healthz")).trusting(place.ca()).host(&host).send().await.unwrap();
            assert_eq!(answer.status, expected, "{url} as {host}");
        }
        let pats =
            Call::get(format!("{url}/fabrikam/_apis/tokens/pats")).trusting(place.ca()).host("evil.example");
        assert_eq!(pats.send().await.unwrap().status, 421);
    }
    dev.stop().await.unwrap();
}

#[tokio::test]
async fn dev_needs_the_control_key() {
    let place = Place::new();
    let dev = place.start().await;
    for path in ["/_dev/clock", "/_dev/faults"] {
        let url = format!("{}{path}", dev.console_url);
        for call in [Call::get(&url), Call::get(&url).bearer("wrong"), Call::new("DELETE", &url)] {
            let answer = call.send().await.unwrap();
            assert_eq!(answer.status, 401);
            assert!(answer.head.contains("www-authenticate: bearer"));
        }
        let key = &place.environment()["CONTROL_KEY"];
        let over_https = Call::get(format!("{}{path}", dev.base_url)).trusting(place.ca()).bearer(key);
        assert_ne!(over_https.send().await.unwrap().status, 200, "on the http listener only");
    }
    for (method, path) in
        [("GET", "/_dev/faults/1"), ("POST", "/_dev/fault"), ("GET", "/_dev"), ("PUT", "/_dev/clock")]
    {
        let answer = place.control(method, path, "").await;
        assert_eq!(answer.status, 404, "{method} {path}");
        let named = answer.body.contains(&format!("there is no `{method} {path}`"));
        assert!(named && answer.body.contains("POST /_dev/faults"), "{}", answer.body);
    }
    for body in [
        "",
        "{}",
        r#"{"advance":"-1d"}"#,
        r#"{"advance":"soon"}"#,
        r#"{"advance":"40000d"}"#,
        r#"{"advance":1}"#,
    ] {
        let answer = place.control("POST", "/_dev/clock", body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body.contains(r#"{"error":""#), "{}", answer.body);
    }
    dev.stop().await.unwrap();
}

#[tokio::test]
async fn faults_stand_before_everything_on_both_listeners() {
    let place = Place::new();
    let dev = place.start().await;
    let faults = r#"[{"path":"/fabrikam/_apis/**","times":1,"answer":{"status":429,"headers":{"Retry-After":"2"}}},
                     {"path":"/healthz","times":2,"close":true}]"#;
    let set = place.control("POST", "/_dev/faults", faults).await;
    assert_eq!(set.status, 200, "{}", set.body);

    let pats = format!("{}/fabrikam/_apis/tokens/pats?api-version=7.1-preview.1", dev.base_url);
    let answer = place.get(pats.clone()).await;
    assert!(answer.status == 429 && answer.head.contains("retry-after: 2"), "{}", answer.head);
    assert_eq!(place.get(pats).await.status, 401);

    let left = place.control("GET", "/_dev/faults", "").await;
    assert_eq!(left.body, r#"[{"path":"/healthz","times":2,"answer":{"close":true}}]"#);
    for url in [&dev.base_url, &dev.console_url] {
        let call = Call::get(format!("{url}/healthz")).trusting(place.ca());
        assert!(call.clone().send().await.is_err(), "{url}: closed without an answer");
        place.control("DELETE", "/_dev/faults", "").await;
        assert_eq!(call.send().await.unwrap().status, 200);
        place.control("POST", "/_dev/faults", r#"{"path":"/healthz","times":1,"close":true}"#).await;
    }
    let wrong = place.control("POST", "/_dev/faults", r#"[{"path":"/x"}]"#).await;
    assert_eq!(wrong.status, 400);
    dev.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_for_requests_in_work() {
    let place = Place::new();
    let dev = place.start().await;
    place.control("POST", "/_dev/faults", r#"[{"path":"/healthz","delayMs":1500}]"#).await;
    let url = format!("{}/healthz", dev.base_url);
    let waiting = tokio::spawn(Call::get(url).trusting(place.ca()).send());
    // The delay of the fault is the time that the request is known to be in work.
    tokio::time::sleep(Duration::from_millis(500)).await;
    dev.stop().await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().status, 200);
}

#[tokio::test]
async fn remote_names_turn_the_controls_off() {
    let place = Place::new();
    let options = DevOptions { allow_remote: vec!["box.example".to_owned()], ..place.options() };
    let dev = start(&options, &Context::system()).await.unwrap();
    let health = Call::get(format!("{}/healthz", dev.console_url)).host("box.example");
    assert_eq!(health.send().await.unwrap().status, 200);
    assert_eq!(place.control("GET", "/_dev/clock", "").await.status, 404);
    dev.stop().await.unwrap();
}

#[tokio::test]
async fn options_that_cannot_be_are_usage_errors() {
    let place = Place::new();
    let network = SocketAddr::from(([0, 0, 0, 0], 0));
    let wrong = [
        DevOptions { http: network, ..place.options() },
        DevOptions { https: network, ..place.options() },
        DevOptions { access_token_lifetime: jiff::SignedDuration::ZERO, ..place.options() },
        DevOptions { allow_remote: vec!["https://box.example".to_owned()], ..place.options() },
    ];
    for options in wrong {
        let error = start(&options, &Context::system()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert!(error.to_string().contains("`--"), "{error}");
    }
    assert!(!place.data().exists(), "nothing was made");
}
