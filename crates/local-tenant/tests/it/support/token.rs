//! Looking into tokens and error envelopes.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use uuid::Uuid;

use super::browser::Answer;

pub(crate) fn decode_part(token: &str, part: usize) -> Value {
    let part = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The claims of a token whose signature is one of the key set's.
pub(crate) fn verify(token: &str, key_set: &Value) -> Value {
    let header = decode_part(token, 0);
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["typ"], "JWT");
    let keys = key_set["keys"].as_array().unwrap();
    let key = keys.iter().find(|key| key["kid"] == header["kid"]).expect("the key is published");
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    RsaPublicKeyComponents { n: number("n"), e: number("e") }
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
        .expect("the signature fits");
    decode_part(token, 1)
}

/// Asserts the whole form of an error envelope.
pub(crate) fn assert_aadsts(
    answer: &Answer,
    status: StatusCode,
    code: u32,
    error: &str,
    suberror: Option<&str>,
) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert!(answer.header("cache-control").contains("no-store"));
    assert!(answer.headers.get("retry-after").is_none());
    let body = answer.json();
    assert_eq!(body["error"], error, "{body}");
    assert_eq!(body["error_codes"], serde_json::json!([code]), "{body}");
    assert_eq!(body.get("suberror").and_then(Value::as_str), suberror, "{body}");
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    let description = text("error_description");
    assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
    for part in ["Trace ID: ", "Correlation ID: ", "Timestamp: "] {
        assert!(description.contains(part), "{description}");
    }
    let timestamp = text("timestamp");
    assert!(
        timestamp.len() == 20 && timestamp.ends_with('Z') && timestamp.as_bytes()[10] == b' ',
        "{timestamp}"
    );
    assert!(Uuid::try_parse(&text("trace_id")).is_ok());
    assert_eq!(answer.header("x-ms-request-id"), text("trace_id"));
    assert!(Uuid::try_parse(&text("correlation_id")).is_ok());
    assert!(text("error_uri").ends_with(&format!("/error?code={code}")));
}
