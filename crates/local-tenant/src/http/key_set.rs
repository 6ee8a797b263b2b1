//! `GET /{tenant}/discovery/v2.0/keys`: the public keys.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use serde_json::json;

use super::directory::Directory;
use super::fault::{Fault, Place};
use super::trace::Trace;
use super::{Endpoint, answer};
use crate::keys::{CACHE_AGE, PublicKey};

pub(super) async fn handle(
    State(endpoint): State<Endpoint>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    let trace = match Trace::of(&endpoint.inner, &headers, &[]) {
        Ok(trace) => trace,
        Err(error) => return answer::broken(&error),
    };
    match keys(&endpoint, &tenant).await {
        Ok(keys) => answer::document(&json!({"keys": keys}), CACHE_AGE),
        Err(fault) => answer::refusal(&endpoint, &trace, &fault, Place::Discovery),
    }
}

async fn keys(endpoint: &Endpoint, tenant: &str) -> Result<Vec<PublicKey>, Fault> {
    let issuer = match Directory::find(endpoint, tenant).await? {
        Directory::One(tenant) => endpoint.issuer(tenant.id),
        Directory::Any(_) | Directory::Nobody => endpoint.issuer("{tenantid}"),
    };
    let keys = endpoint.inner.keys.published().await?;
    Ok(keys.iter().map(|key| key.public(&issuer)).collect::<Result<_, _>>()?)
}
