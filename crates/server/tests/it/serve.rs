//! `serve`: listeners, health, metrics, certificates, refusals.

use std::path::Path;
use std::time::{Duration, Instant};

use patcycle_evidence::Scratch;
use patcycle_server::configuration::Configuration;
use patcycle_server::serve::{RunningService, start};
use patcycle_server::{Context, ErrorKind, ServerError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::Value;

use crate::dev::Place;
use crate::http::Call;

const TENANT: &str = "11111111-2222-4333-8444-555555555555";
/// How long a changed certificate may take to be noticed.
const RELOAD_LIMIT: Duration = Duration::from_secs(20);

fn configuration(directory: &Path, more: &str) -> Configuration {
    let text = format!(
        "database = \"sqlite:{0}/patcycle.sqlite\"\npepper_file = \"{0}/pepper\"\n{more}\n\
         [[organization]]\nname = \"fabrikam\"\n[[organization.issuer]]\n\
         issuer = \"http://localhost:9/{TENANT}/v2.0\"\naudiences = [\"api://patcycle\"]\n",
        directory.display()
    );
    Configuration::parse(Path::new("test.toml"), &text, &[]).unwrap()
}

async fn start_plain(directory: &Path, ready_file: Option<&Path>) -> Result<RunningService, ServerError> {
    let more = "listen = \"http://127.0.0.1:0\"\nmetrics_listen = \"127.0.0.1:0\"";
    start(configuration(directory, more), ready_file, &Context::system()).await
}

#[tokio::test]
async fn it_answers_on_every_listener_when_the_ready_file_is_there() {
    let directory = Scratch::new("server-serve");
    let ready_file = directory.path().join("ready.json");
    std::fs::write(&ready_file, "of a process that was killed").unwrap();
    let service = start_plain(directory.path(), Some(&ready_file)).await.unwrap();
    let ready: Value = serde_json::from_slice(&std::fs::read(&ready_file).unwrap()).unwrap();
    let metrics_url = service.metrics_url.clone().unwrap();
    assert_eq!(
        (ready["listen"].as_str(), ready["metrics_listen"].as_str()),
        (Some(&*service.url), Some(&*metrics_url))
    );
    for url in [&service.url, &metrics_url] {
        for path in ["healthz", "readyz"] {
            let answer = Call::get(format!("{url}/{path}")).send().await.unwrap();
            assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"ok"}"#));
        }
    }
    let pats = Call::get(format!("{}/fabrikam/_apis/tokens/pats?api-version=7.1-preview.1", service.url));
    let answer = pats.send().await.unwrap();
    assert_eq!(answer.status, 401);
    assert!(
        answer.head.contains(&format!("authorization_uri=http://localhost:9/{TENANT}")),
        "{}",
        answer.head
    );
    assert!(!answer.head.contains("strict-transport-security"));

    let metrics = Call::get(format!("{metrics_url}/metrics")).send().await.unwrap().body;
    assert!(metrics.contains("patcycle_http_requests_total{method=\"GET\",status=\"401\"} 1"), "{metrics}");
    let on_the_api = Call::get(format!("{}/metrics", service.url)).send().await.unwrap();
    assert_eq!(on_the_api.status, 404);

    let url = service.url.clone();
    service.stop().await;
    assert!(!ready_file.exists());
    assert!(Call::get(format!("{url}/healthz")).send().await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn it_refuses_a_directory_that_dev_made() {
    let place = Place::new();
    place.start().await.stop().await.unwrap();
    let error = start_plain(&place.data(), None).await.unwrap_err();
    assert!(matches!(error, ServerError::DevelopmentData(_)));
    assert_eq!(error.kind(), ErrorKind::Usage);

    let elsewhere = Scratch::new("server-serve");
    let link = elsewhere.path().join("patcycle.sqlite");
    std::os::unix::fs::symlink(place.data().join("patcycle.sqlite"), &link).unwrap();
    let error = start_plain(elsewhere.path(), None).await.unwrap_err();
    assert!(matches!(error, ServerError::DevelopmentData(_)), "not through a link either: {error}");
}

#[tokio::test]
async fn a_taken_port_is_a_conflict_and_nothing_is_made() {
    let directory = Scratch::new("server-serve");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let more = format!("listen = \"http://{}\"", taken.local_addr().unwrap());
    let error = start(configuration(directory.path(), &more), None, &Context::system()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn headers_are_limited_and_others_are_not_disturbed() {
    let directory = Scratch::new("server-serve");
    let service = start_plain(directory.path(), None).await.unwrap();
    let health = Call::get(format!("{}/healthz", service.url));
    // The server may end the connection while the client still sends.
    if let Ok(answer) = health.clone().header(format!("X-Long: {}", "a".repeat(100_000))).send().await {
        assert_eq!(answer.status, 431);
    }
    let many = (0..200).fold(health.clone(), |call, number| call.header(format!("X-{number}: a")));
    if let Ok(answer) = many.send().await {
        assert_eq!(answer.status, 431);
    }
    assert_eq!(health.send().await.unwrap().status, 200);
    service.stop().await;
}

#[tokio::test]
async fn a_database_without_its_pepper_is_not_served() {
    let directory = Scratch::new("server-serve");
    start_plain(directory.path(), None).await.unwrap().stop().await;
    std::fs::remove_file(directory.path().join("pepper")).unwrap();
    let error = start_plain(directory.path(), None).await.unwrap_err();
    assert!(error.next_step().contains("Restore the file from its backup"), "{error}");
    assert!(!directory.path().join("pepper").exists());
}

/// An authority, and what it signs.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
}

impl Authority {
    fn new(directory: &Path) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        std::fs::write(directory.join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        Self { params, key }
    }

    /// Writes a new certificate with its key, and answers the certificate.
    fn sign(&self, directory: &Path) -> Vec<u8> {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &Issuer::from_params(&self.params, &self.key)).unwrap();
        std::fs::write(directory.join("key.pem"), key.serialize_pem()).unwrap();
        std::fs::write(directory.join("cert.pem"), certificate.pem()).unwrap();
        certificate.der().to_vec()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_certificate_is_taken_up_without_a_restart() {
    let directory = Scratch::new("server-serve");
    let authority = Authority::new(directory.path());
    let first = authority.sign(directory.path());
    let more = format!(
        "listen = \"https://127.0.0.1:0\"\ntls = {{ certificate_file = \"{0}/cert.pem\", key_file = \"{0}/key.pem\" }}",
        directory.path().display()
    );
    let service = start(configuration(directory.path(), &more), None, &Context::system()).await.unwrap();
    let health = Call::get(format!("{}/healthz", service.url)).trusting(directory.path().join("ca.pem"));
    assert_eq!(health.clone().send().await.unwrap().certificate, first);

    // One that cannot be used leaves the old one in place, and the next good one is taken.
    std::fs::write(directory.path().join("key.pem"), "no key").unwrap();
    let second = authority.sign(directory.path());
    let deadline = Instant::now() + RELOAD_LIMIT;
    while health.clone().send().await.unwrap().certificate != second {
        assert!(Instant::now() < deadline, "the new certificate was not taken");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    service.stop().await;
}
