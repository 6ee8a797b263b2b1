//! `POST /{tenant}/oauth2/v2.0/devicecode`: a device asks for a code that a person types elsewhere.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::directory::Directory;
use super::fault::{Fault, Place};
use super::parameters::Parameters;
use super::trace::Trace;
use super::{Endpoint, answer};
use crate::digest::{new_handle, new_user_code, sha256};
use crate::error::LocalTenantError;
use crate::grant::DeviceRequest;
use crate::scopes::RequestedScopes;

/// How long the person has.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// How long the device waits between two polls, seconds.
const INTERVAL: u32 = 5;

/// How often a taken user code is made anew. There are 28 to the 9th of them.
const ATTEMPTS: usize = 8;

pub(super) async fn handle(
    State(endpoint): State<Endpoint>,
    Path(tenant): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let query = Parameters::parse(uri.query().unwrap_or_default().as_bytes());
    let form = Parameters::parse(&body);
    let trace = match Trace::of(&endpoint.inner, &headers, &[&query, &form]) {
        Ok(trace) => trace,
        Err(error) => return answer::broken(&error),
    };
    match begin(&endpoint, &tenant, &form).await {
        Ok(value) => {
            let mut answer = answer::json(StatusCode::OK, &value);
            answer::mark(&mut answer, &trace);
            answer
        }
        Err(fault) => answer::refusal(&endpoint, &trace, &fault, Place::Token),
    }
}

async fn begin(endpoint: &Endpoint, tenant: &str, form: &Parameters) -> Result<Value, Fault> {
    let directory = Directory::find(endpoint, tenant).await?;
    let application = directory.application(endpoint, form.required("client_id")?).await?;
    let requested = RequestedScopes::parse(form.required("scope")?)?;
    if requested.is_empty() {
        return Err(Fault::Missing("scope"));
    }
    let request = DeviceRequest {
        application_id: application.id,
        tenant: directory.segment(),
        scopes: requested.grant_to(&application)?,
    };
    let random = endpoint.inner.random.as_ref();
    let device_code = new_handle(random)?;
    let user_code = store(endpoint, sha256(device_code.expose()), &request).await?;
    let verification_uri = format!("{}/device", endpoint.base_url);
    let message = format!(
        "To sign in, use a web browser to open the page {verification_uri} and enter the code {user_code} to \
         authenticate."
    );
    Ok(json!({
        "user_code": user_code,
        "device_code": device_code.expose(),
        "verification_uri": verification_uri,
        "expires_in": LIFETIME.as_secs(),
        "interval": INTERVAL,
        "message": message,
    }))
}

async fn store(endpoint: &Endpoint, digest: [u8; 32], request: &DeviceRequest) -> Result<String, Fault> {
    let now = endpoint.inner.clock.now();
    let expires_at = now.checked_add(LIFETIME).unwrap_or(Timestamp::MAX);
    for _ in 0..ATTEMPTS {
        let user_code = new_user_code(endpoint.inner.random.as_ref())?;
        let taken = sha256(&user_code);
        if endpoint.inner.store.insert_device_grant(digest, taken, request, now, expires_at).await? {
            return Ok(user_code);
        }
    }
    Err(LocalTenantError::Corrupt("no free user code").into())
}
