//! What is logged: one line for each request, and never a secret.

use std::io::Write;
use std::sync::{Arc, Mutex};

use http::Method;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::issuer::{MONA, token};
use crate::support::{PATS, TestApp};

/// A log that is kept.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn one_line_with_the_route_and_no_secret_at_any_level() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    // For all threads: a runner may run other tests beside this one, and their lines do no harm here.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let app = TestApp::start().await;

    let made = app.post(&json!({ "displayName": "ci", "scope": "vso.code" })).send().await;
    let pat = made.pat()["token"].as_str().unwrap().to_owned();
    let access_token = token(MONA);
    for address in
        [format!("{PATS}?access_token={access_token}"), format!("{PATS}?x={pat}"), format!("/a/{pat}")]
    {
        assert_eq!(app.get(&address).send().await.status, 400);
    }
    app.get(PATS).bearer(&pat).send().await.error(401, "InvalidAccessException");
    app.post(&json!({ "displayName": pat, "scope": pat, "validTo": pat })).send().await.refusal();
    app.request(Method::POST, PATS).body(pat.clone()).send().await.error(400, "JsonReaderException");
    app.request(pat.parse().unwrap(), PATS).send().await.error(405, "VssServiceException");
    app.get("/nobody-knows-this").send().await;
    let mut tampered = access_token.clone();
    tampered.pop();
    app.get(PATS).bearer(&tampered).send().await.error(401, "UnauthorizedRequestException");

    let text = lines.text();
    let line =
        "http.method=\"POST\" http.route=\"/{organization}/_apis/tokens/pats\" http.status=200 duration.us=";
    let activity = format!("activity.id={}", made.header("activityid").unwrap());
    assert!(text.lines().any(|one| one.contains(line) && one.contains(&activity)), "no line of the create");
    assert!(text.contains("http.route=\"none\" http.status=400"));
    assert!(text.contains("http.method=\"other\""));
    assert!(!text.contains("nobody-knows-this"));
    let (random, signature) = (&pat[..52], access_token.rsplit('.').next().unwrap());
    for secret in [random, &signature[..340]] {
        for start in 0..=secret.len() - 8 {
            assert!(!text.contains(&secret[start..start + 8]), "{}", &secret[start..start + 8]);
        }
    }
}
