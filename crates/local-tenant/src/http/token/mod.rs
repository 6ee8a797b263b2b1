//! `POST /{tenant}/oauth2/v2.0/token`: grants become tokens.

mod authorization_code;
mod client_credentials;
mod device_code;
mod issue;
mod refresh_token;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use serde_json::Value;

use super::client_authentication::{self, Client};
use super::directory::Directory;
use super::fault::{Fault, Place};
use super::parameters::Parameters;
use super::trace::Trace;
use super::{Endpoint, answer};

/// What a grant's file needs.
struct Request<'a> {
    endpoint: &'a Endpoint,
    directory: &'a Directory,
    client: &'a Client,
    form: &'a Parameters,
}

/// The grants of this endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GrantType {
    AuthorizationCode,
    RefreshToken,
    DeviceCode,
    ClientCredentials,
}

impl GrantType {
    fn parse(text: &str) -> Result<Self, Fault> {
        Ok(match text {
            "authorization_code" => Self::AuthorizationCode,
            "refresh_token" => Self::RefreshToken,
            // MSAL Node uses the short name, MSAL Python the one of the standard.
            "device_code" | "urn:ietf:params:oauth:grant-type:device_code" => Self::DeviceCode,
            "client_credentials" => Self::ClientCredentials,
            other => return Err(Fault::GrantType(other.to_owned())),
        })
    }
}

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
    let mut answer = match grant(&endpoint, &tenant, &headers, &form).await {
        Ok(value) => answer::json(StatusCode::OK, &value),
        Err(fault) => answer::refusal(&endpoint, &trace, &fault, Place::Token),
    };
    answer::mark(&mut answer, &trace);
    answer::allow_origin(&mut answer, &headers);
    answer
}

async fn grant(
    endpoint: &Endpoint,
    tenant: &str,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<Value, Fault> {
    let directory = Directory::find(endpoint, tenant).await?;
    let grant_type = GrantType::parse(form.required("grant_type")?)?;
    let client = client_authentication::authenticate(endpoint, &directory, headers, form).await?;
    tracing::trace!(client.id = %client.application.id, grant.kind = ?grant_type, "redeems a grant");
    let request = Request { endpoint, directory: &directory, client: &client, form };
    match grant_type {
        GrantType::AuthorizationCode => authorization_code::redeem(request).await,
        GrantType::RefreshToken => refresh_token::redeem(request).await,
        GrantType::DeviceCode => device_code::redeem(request).await,
        GrantType::ClientCredentials => client_credentials::redeem(request).await,
    }
}
