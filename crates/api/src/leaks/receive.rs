//! `POST /_patcycle/leaks/reports`: reports of a secret-scanning service, in the shape of GitHub's partner program.
//!
//! The body is signed (ECDSA P-256 with SHA-256 over its raw bytes) by a key that the service publishes. Who signs is
//! told whether each string was a PAT of this service; nobody else is.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use patcycle_contract::WrappedException;
use patcycle_lifecycle::OperationError;
use patcycle_primitives::Secret;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{parse, reporter, too_many};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::openapi::Documentation;
use crate::{ApiState, body, failure};

const KEY_IDENTIFIER: &str = "github-public-key-identifier";
const SIGNATURE: &str = "github-public-key-signature";
/// The most tokens of one report; the body's limit is reached at about as many.
const MAXIMUM_TOKENS: usize = 500;
/// How old a report may be that tells its time, and how far ahead its clock may be.
pub(super) const OLDEST: SignedDuration = SignedDuration::from_hours(1);
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// Seconds after which a key list that cannot be had is worth asking for again.
const KEYS_RETRY_SECONDS: u32 = 60;

/// One find of a report.
#[derive(Deserialize)]
struct Match {
    token: Secret,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    reported_at: Option<Timestamp>,
}

/// What became of it. The token is named by its hash: the answer is no second place to find it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Labelled {
    token_hash: String,
    token_type: String,
    label: &'static str,
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Leaks", "Takes a signed report of a secret-scanning service")
        .text("In the shape of GitHub's partner program: ECDSA P-256 with SHA-256 over the raw body.")
        .required_header("Github-Public-Key-Identifier", "Which of the published keys signed it.")
        .required_header("Github-Public-Key-Signature", "The signature, base64.")
        .answers_json(200, "For each token, by its hash, whether this service made it.")
        .answers::<WrappedException>(401, "The signature is not believed.")
        .answers::<WrappedException>(503, "The published keys cannot be had now.")
}

pub(crate) async fn handle(
    state: &ApiState,
    exchange: &Exchange,
    parts: &Parts,
    body: Body,
) -> Result<Answer, Answer> {
    if state.leak_reports.keys.is_none() {
        return Err(failure::not_found());
    }
    let body = body::read(parts, body, state.settings.body_timeout).await.map_err(|error| error.answer())?;
    check_signature(state, parts, &body).await?;
    let now = state.lifecycle.now();
    let digest: [u8; 32] = Sha256::digest(&body).into();
    // A repeated report gets the answer that the first one got, and does nothing.
    if let Some(labels) = state.leak_reports.seen.find(&digest, now) {
        return Ok(Answer::json(StatusCode::OK, &labels));
    }
    let matches: Vec<Match> = parse(body, exchange)?;
    if matches.len() > MAXIMUM_TOKENS {
        return Err(too_many(matches.len(), MAXIMUM_TOKENS));
    }
    check_time(&matches, now)?;
    let mut labels = Vec::with_capacity(matches.len());
    for one in matches {
        labels.push(work(state, exchange, one).await?);
    }
    state.leak_reports.seen.remember(digest, now, labels.clone());
    Ok(Answer::json(StatusCode::OK, &labels))
}

async fn check_signature(state: &ApiState, parts: &Parts, body: &[u8]) -> Result<(), Answer> {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(identifier), Some(signature), Some(keys)) =
        (header(KEY_IDENTIFIER), header(SIGNATURE), &state.leak_reports.keys)
    else {
        return Err(unsigned("it has no signature, or none that can be read"));
    };
    let signature = STANDARD.decode(signature).map_err(|_| unsigned("its signature is not base64"))?;
    let key = keys.key(identifier).await.map_err(|error| {
        tracing::warn!(%error, "a leak report cannot be checked");
        Answer::unavailable(
            KEYS_RETRY_SECONDS,
            "The keys that would tell who signed this report cannot be had now. Send it again in a minute.",
        )
    })?;
    let key = key.ok_or_else(|| unsigned("its key is not on the published list"))?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key)
        .verify(body, &signature)
        .map_err(|_| unsigned("its signature does not fit its body"))
}

fn unsigned(what: &str) -> Answer {
    tracing::info!(reason = what, "a leak report was turned away");
    Answer::service_error(
        StatusCode::UNAUTHORIZED,
        format!(
            "The report is not believed: {what}. Reports without a signature go to POST /_patcycle/leaks, which answers \
             nothing."
        ),
    )
}

/// A report that tells its time is believed for an hour.
fn check_time(matches: &[Match], now: Timestamp) -> Result<(), Answer> {
    let is_near = |at: &Timestamp| {
        let age = now.duration_since(*at);
        age <= OLDEST && age >= -AHEAD
    };
    if matches.iter().filter_map(|one| one.reported_at.as_ref()).all(is_near) {
        return Ok(());
    }
    Err(Answer::bad_argument(
        "The report is older than an hour, or from the future. Sign a new one with the time of now in reported_at.",
    ))
}

async fn work(state: &ApiState, exchange: &Exchange, one: Match) -> Result<Labelled, Answer> {
    let is_ours =
        state.lifecycle.report_leak(&one.token, one.url.as_deref(), reporter(exchange)).await.map_err(
            |error| match error {
                OperationError::Random(error) => failure::random(error, exchange.activity_id),
                OperationError::Storage(error) => failure::storage(&error, exchange.activity_id),
                OperationError::Refused(refusal) => Answer::bad_argument(refusal.to_string()),
            },
        )?;
    Ok(Labelled {
        token_hash: STANDARD.encode(Sha256::digest(one.token.expose())),
        token_type: one.kind,
        label: if is_ours { "true_positive" } else { "false_positive" },
    })
}
