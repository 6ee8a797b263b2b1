//! What an answer means. Services refuse in many shapes: a status with an envelope, a status with the result of
//! the operation, HTTP 200 with an error in it, a sign-in page, a redirect to one, plain text, nothing.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use patcycle_contract::{PatToken, PatTokenResult, SessionTokenError};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, WWW_AUTHENTICATE};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::error::{ClientError, Domain, HtmlAnswer, ServiceFault, SignIn, SignInReason};
use crate::text::clean;
use crate::transport::Answer;

/// Lets through what may be read as the result of the operation; everything else is an error.
pub(crate) fn judge(answer: Answer) -> Result<Answer, ClientError> {
    let status = answer.status;
    match status {
        StatusCode::FOUND | StatusCode::SEE_OTHER => Err(sign_in(&answer, SignInReason::Redirect)),
        StatusCode::NON_AUTHORITATIVE_INFORMATION => Err(sign_in(&answer, SignInReason::NonAuthoritative)),
        _ if status.is_redirection() => Err(redirected(&answer)),
        _ if is_html(&answer) => Err(page(&answer)),
        _ if status.is_success() => Ok(answer),
        _ => Err(refusal(&answer)),
    }
}

/// Reads the body of a success. The problem is told by its place only: the text may hold a secret.
pub(crate) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, ClientError> {
    let status = answer.status.as_u16();
    let unexpected = |problem: String| ClientError::Unexpected { status, problem };
    if answer.body.is_empty() {
        return Err(unexpected("it is empty".to_owned()));
    }
    if !is_json(&answer.headers) {
        let shown = clean(&content_type(&answer.headers));
        return Err(unexpected(format!("its content type is `{shown}` and not JSON")));
    }
    serde_json::from_slice(&answer.body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        unexpected(format!("its JSON is not understood at line {line}, column {column}"))
    })
}

/// The PAT in the answer to get, create and update, or the reason why there is none.
pub(crate) fn read_pat(answer: &Answer) -> Result<PatToken, ClientError> {
    let status = answer.status.as_u16();
    let result: PatTokenResult = read(answer)?;
    match (result.pat_token, result.pat_token_error) {
        (Some(pat), SessionTokenError::None) => Ok(pat),
        (None, SessionTokenError::None) => {
            let problem = "it reports success and holds no PAT".to_owned();
            Err(ClientError::Unexpected { status, problem })
        }
        (_, error) => Err(domain(status, error, result.pat_token_error_message.as_deref())),
    }
}

/// The answer to revoke: empty, or the result of the operation with an error in it.
pub(crate) fn read_nothing(answer: &Answer) -> Result<(), ClientError> {
    if answer.body.is_empty() || !is_json(&answer.headers) {
        return Ok(());
    }
    let body: Value = read(answer)?;
    refusal_in(answer.status.as_u16(), &body).map_or(Ok(()), Err)
}

fn domain(status: u16, error: SessionTokenError, message: Option<&str>) -> ClientError {
    let error = match error {
        SessionTokenError::Unknown(name) => SessionTokenError::Unknown(clean(&name)),
        known => known,
    };
    let message = message.map(clean).filter(|message| !message.is_empty());
    ClientError::Domain(Box::new(Domain { error, message, status }))
}

/// `patTokenError` in a body, whatever the status.
fn refusal_in(status: u16, body: &Value) -> Option<ClientError> {
    let Ok(error) = body.get("patTokenError")?.as_str()?.parse::<SessionTokenError>();
    let message = body.get("patTokenErrorMessage").and_then(Value::as_str);
    (error != SessionTokenError::None).then(|| domain(status, error, message))
}

fn refusal(answer: &Answer) -> ClientError {
    let status = answer.status.as_u16();
    let body: Value = if is_json(&answer.headers) {
        serde_json::from_slice(&answer.body).unwrap_or_default()
    } else {
        Value::Null
    };
    if let Some(error) = refusal_in(status, &body) {
        return error;
    }
    let fault = fault(answer, &body);
    if let Some(error) = legacy_refusal(&fault) {
        return error;
    }
    // Neither of the two is a matter of the credential's age, whatever status comes with it.
    if fault.code.as_deref() == Some("TF401444") {
        return ClientError::SignInNeeded(Box::new(SignIn {
            reason: SignInReason::FirstVisit,
            fault,
            claims: None,
        }));
    }
    if fault.message.starts_with("Service principals are not allowed") {
        return ClientError::Refused(Box::new(fault));
    }
    if fault.code.as_deref() == Some("TF400733") || status == 429 {
        return ClientError::Throttled { fault: Box::new(fault), retry_after: None };
    }
    match status {
        401 => sign_in_with(answer, SignInReason::Unauthorized, fault),
        403 => ClientError::Refused(Box::new(fault)),
        404 => ClientError::NotFound(Box::new(fault)),
        409 | 412 => ClientError::Conflict(Box::new(fault)),
        400..=499 => ClientError::Rejected(Box::new(fault)),
        500..=599 => ClientError::Unavailable(Box::new(fault)),
        _ => ClientError::Unexpected { status, problem: "the API has no such status".to_owned() },
    }
}

/// The older endpoint reports the same reasons as an exception whose message is the bare name.
fn legacy_refusal(fault: &ServiceFault) -> Option<ClientError> {
    let is_create = fault.type_key.as_deref().is_some_and(|key| key.starts_with("SessionToken"));
    let Ok(error) = fault.message.parse::<SessionTokenError>();
    let known = !matches!(error, SessionTokenError::Unknown(_) | SessionTokenError::None);
    (is_create && known).then(|| domain(fault.status, error, None))
}

/// What the service said: in an envelope, in an "improper" one, as plain text, or in a header.
fn fault(answer: &Answer, body: &Value) -> ServiceFault {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let improper = body.get("value").unwrap_or(&Value::Null);
    let message = text(body, "message")
        .or_else(|| text(body, "Message"))
        .or_else(|| text(improper, "Message"))
        .or_else(|| text(improper, "message"))
        .or_else(|| plain_text(answer))
        .or_else(|| header_message(&answer.headers))
        .unwrap_or_default();
    let message = clean(&message);
    let type_key = text(body, "typeKey").map(|key| clean(&key)).filter(|key| !key.is_empty());
    let activity_id = ["activityid", "x-vss-e2eid"].iter().find_map(|name| {
        answer.headers.get(*name).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok())
    });
    ServiceFault { status: answer.status.as_u16(), code: code(&message), type_key, message, activity_id }
}

fn plain_text(answer: &Answer) -> Option<String> {
    let is_text = content_type(&answer.headers).starts_with("text/plain");
    is_text.then(|| String::from_utf8_lossy(&answer.body).into_owned())
}

/// `X-TFS-ServiceError`, which is URL-encoded.
fn header_message(headers: &HeaderMap) -> Option<String> {
    let encoded = headers.get("x-tfs-serviceerror")?.to_str().ok()?;
    let pair = format!("message={encoded}");
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, message)| message.into_owned())
}

/// `TF400813` of `TF400813: The user …`.
fn code(message: &str) -> Option<String> {
    let (code, _) = message.split_once(':')?;
    let digits = code.strip_prefix("TF").or_else(|| code.strip_prefix("VS"))?;
    let well_formed = (4..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then(|| code.to_owned())
}

fn sign_in(answer: &Answer, reason: SignInReason) -> ClientError {
    sign_in_with(answer, reason, fault(answer, &Value::Null))
}

fn sign_in_with(answer: &Answer, reason: SignInReason, fault: ServiceFault) -> ClientError {
    let claims = claims_challenge(&answer.headers);
    let reason = if claims.is_some() { SignInReason::ClaimsChallenge } else { reason };
    ClientError::SignInNeeded(Box::new(SignIn { reason, fault, claims }))
}

/// `claims="…"` of a Bearer challenge: base64 of a JSON object.
fn claims_challenge(headers: &HeaderMap) -> Option<String> {
    let encoded = headers.get_all(WWW_AUTHENTICATE).iter().find_map(|value| {
        let (_, after) = value.to_str().ok()?.split_once("claims=\"")?;
        after.split_once('"').map(|(encoded, _)| encoded.trim_end_matches('=').to_owned())
    })?;
    let json = URL_SAFE_NO_PAD.decode(&encoded).or_else(|_| STANDARD_NO_PAD.decode(&encoded)).ok()?;
    let claims: Value = serde_json::from_slice(&json).ok()?;
    claims.is_object().then(|| claims.to_string())
}

fn redirected(answer: &Answer) -> ClientError {
    let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let to = match location.parse::<Url>() {
        Ok(mut url) => {
            url.set_query(None);
            url.set_fragment(None);
            // Neither can fail for an address that has a host, and one without has neither.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        Err(_) => location.split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    ClientError::Redirected { status: answer.status.as_u16(), to: clean(&to) }
}

/// A page is a matter of signing in when it says so, or when it comes with 401.
fn page(answer: &Answer) -> ClientError {
    let status = answer.status.as_u16();
    if status == 401 {
        return sign_in(answer, SignInReason::Unauthorized);
    }
    if status == 429 {
        let fault = Box::new(fault(answer, &Value::Null));
        return ClientError::Throttled { fault, retry_after: None };
    }
    let beginning = answer.body.get(..64 * 1024).unwrap_or(&answer.body);
    let text = String::from_utf8_lossy(beginning).to_ascii_lowercase();
    let speaks_of_it = ["_signin", "sign in", "sign-in", "login.microsoftonline.com"];
    if (answer.status.is_success() || status == 403) && speaks_of_it.iter().any(|word| text.contains(word)) {
        return sign_in(answer, SignInReason::Page);
    }
    ClientError::Html(HtmlAnswer { status, host: answer.host.clone() })
}

fn is_html(answer: &Answer) -> bool {
    let content_type = content_type(&answer.headers);
    if !content_type.is_empty() {
        return content_type.starts_with("text/html") || content_type.starts_with("application/xhtml");
    }
    let body = answer.body.trim_ascii_start();
    let begins_with =
        |start: &[u8]| body.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    begins_with(b"<!doctype html") || begins_with(b"<html")
}

/// An answer without a content type is tried as JSON: some proxies drop the header.
fn is_json(headers: &HeaderMap) -> bool {
    let content_type = content_type(headers);
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.is_empty()
        || media_type == "application/json"
        || media_type == "text/json"
        || media_type.ends_with("+json")
}

fn content_type(headers: &HeaderMap) -> String {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
