//! `POST /_patcycle/leaks/reports`: signed reports.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use jiff::SignedDuration;
use patcycle_api::{ApiSettings, LeakReports};
use patcycle_lifecycle::Settings;
use patcycle_lifecycle::leak::{ReportKeyError, ReportKeys};
use patcycle_primitives::Clock as _;
use serde_json::{Value, json};

use super::invented;
use crate::support::TestApp;
use crate::support::reply::Reply;
use crate::support::store::Fault;

const REPORTS: &str = "/_patcycle/leaks/reports";

/// A scanner with a key named `k1`, whose list can be made unavailable.
#[derive(Debug, Default)]
struct Published {
    key: Mutex<Option<Vec<u8>>>,
}

#[async_trait]
impl ReportKeys for Published {
    async fn key(&self, identifier: &str) -> Result<Option<Vec<u8>>, ReportKeyError> {
        let key = self.key.lock().unwrap().clone();
        let key = key.ok_or_else(|| ReportKeyError("said the test".to_owned()))?;
        Ok((identifier == "k1").then_some(key))
    }
}

struct Scanner {
    app: TestApp,
    key: EcdsaKeyPair,
    published: Arc<Published>,
}

impl Scanner {
    async fn start() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let published = Arc::new(Published::default());
        *published.key.lock().unwrap() = Some(key.public_key().as_ref().to_vec());
        let reports = LeakReports::signed_by(published.clone());
        let app = TestApp::start_believing(ApiSettings::default(), Settings::default(), reports).await;
        Self { app, key, published }
    }

    fn sign(&self, body: &str) -> String {
        STANDARD.encode(self.key.sign(&SystemRandom::new(), body.as_bytes()).unwrap())
    }

    async fn send(&self, body: &str, identifier: &str, signature: &str) -> Reply {
        let call = self.app.request(Method::POST, REPORTS).anonymous().version(None);
        call.header("github-public-key-identifier", identifier)
            .header("github-public-key-signature", signature)
            .header("content-type", "application/json")
            .body(body.to_owned())
            .send()
            .await
    }

    async fn report(&self, body: &Value) -> Reply {
        let body = body.to_string();
        self.send(&body, "k1", &self.sign(&body)).await
    }
}

fn find(token: &str) -> Value {
    json!({ "token": token, "type": "patcycle_pat", "url": "https://github.example/a/b", "source": "content" })
}

fn hash(token: &str) -> String {
    STANDARD.encode(digest(&SHA256, token.as_bytes()))
}

#[tokio::test]
async fn a_signed_report_ends_what_it_names_and_says_what_was_real() {
    let scanner = Scanner::start().await;
    let (secret, id) = scanner.app.leaky("leaked").await;
    let unknown = invented();
    let reply = scanner.report(&json!([find(&secret), find(&unknown)])).await;
    assert_eq!(
        reply.ok(),
        json!([
            { "token_hash": hash(&secret), "token_type": "patcycle_pat", "label": "true_positive" },
            { "token_hash": hash(&unknown), "token_type": "patcycle_pat", "label": "false_positive" },
        ])
    );
    assert_eq!(scanner.app.state(&id).await, "revoked", "before the answer");
    assert!(!reply.body.contains(&secret[..8]));
    let audit = scanner.app.audit().await;
    assert!(audit.last().unwrap().data.contains("https://github.example/a/b"));
}

#[tokio::test]
async fn only_the_published_key_over_the_raw_body_counts() {
    let scanner = Scanner::start().await;
    let (secret, id) = scanner.app.leaky("leaked").await;
    let body = json!([find(&secret)]).to_string();
    let signature = scanner.sign(&body);
    let other = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let foreign = STANDARD.encode(other.sign(&SystemRandom::new(), body.as_bytes()).unwrap());
    for (body, identifier, signature) in [
        (body.clone() + " ", "k1", signature.clone()),
        (body.clone(), "k2", signature.clone()),
        (body.clone(), "k1", foreign),
        (body.clone(), "k1", "????".to_owned()),
        (body.clone(), "k1", String::new()),
    ] {
        let reply = scanner.send(&body, identifier, &signature).await;
        assert_eq!(reply.status, 401);
    }
    let call = scanner.app.request(Method::POST, REPORTS).anonymous().version(None);
    assert_eq!(call.body(body.clone()).send().await.status, 401);
    assert_eq!(scanner.app.state(&id).await, "active");

    let published = scanner.published.key.lock().unwrap().take();
    let reply = scanner.send(&body, "k1", &signature).await;
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (503, Some("60")));
    *scanner.published.key.lock().unwrap() = published;
    assert_eq!(scanner.send(&body, "k1", &signature).await.status, 200);
}

#[tokio::test]
async fn a_repeated_report_gets_the_same_answer_and_does_nothing() {
    let scanner = Scanner::start().await;
    let (secret, _) = scanner.app.leaky("leaked").await;
    let report = json!([find(&secret)]);
    let first = scanner.report(&report).await.ok();
    let records = scanner.app.audit().await.len();
    scanner.app.break_store(Some(Fault::Unavailable));
    assert_eq!(scanner.report(&report).await.ok(), first);
    scanner.app.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(scanner.report(&report).await.status, 503, "later it is looked at anew");
    scanner.app.break_store(None);
    assert_eq!(scanner.report(&report).await.ok(), first);
    assert_eq!(scanner.app.audit().await.len(), records);
}

#[tokio::test]
async fn a_report_that_tells_its_time_is_believed_for_an_hour() {
    let scanner = Scanner::start().await;
    let (secret, id) = scanner.app.leaky("leaked").await;
    let now = scanner.app.clock.now();
    let at = |minutes: i64| {
        let mut find = find(&secret);
        find["reported_at"] = (now + SignedDuration::from_mins(minutes)).to_string().into();
        json!([find])
    };
    for minutes in [-61, 6, -60 * 24 * 400] {
        assert_eq!(scanner.report(&at(minutes)).await.status, 400, "{minutes}");
    }
    assert_eq!(scanner.app.state(&id).await, "active");
    assert_eq!(scanner.report(&at(-59)).await.status, 200);
    assert_eq!(scanner.app.state(&id).await, "revoked");
}

#[tokio::test]
async fn malformed_reports_are_refused() {
    let scanner = Scanner::start().await;
    for body in ["{}", "[{}]", "", "[1]", r#"[{"token":"x"}]"#] {
        assert_eq!(scanner.send(body, "k1", &scanner.sign(body)).await.status, 400, "{body}");
    }
    let many: Vec<Value> =
        (0..501).map(|number| json!({ "token": number.to_string(), "type": "t" })).collect();
    assert_eq!(scanner.report(&many.into()).await.status, 400);
}

#[tokio::test]
async fn without_a_list_of_keys_there_is_no_such_address() {
    let app = TestApp::start().await;
    let call = app.request(Method::POST, REPORTS).anonymous().version(None);
    assert_eq!(call.json(&json!([])).send().await.status, 404);
}
