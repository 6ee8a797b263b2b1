//! `GET /common/discovery/instance`: whether a host may be believed, and by which names it is known.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Response};
use serde_json::json;
use url::Url;

use super::discovery::host;
use super::fault::{Fault, Place};
use super::parameters::Parameters;
use super::trace::Trace;
use super::{Endpoint, answer};
use crate::keys::CACHE_AGE;

pub(super) async fn handle(
    State(endpoint): State<Endpoint>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let query = Parameters::parse(query.unwrap_or_default().as_bytes());
    let trace = match Trace::of(&endpoint.inner, &headers, &[&query]) {
        Ok(trace) => trace,
        Err(error) => return answer::broken(&error),
    };
    let found = query.required("authorization_endpoint").and_then(|address| tenant_of(&endpoint, address));
    let tenant = match found {
        Ok(tenant) => tenant,
        Err(fault) => return answer::refusal(&endpoint, &trace, &fault, Place::Discovery),
    };
    let own_host = host(&endpoint.base_url);
    // Some clients look themselves up with the port, some without.
    let bare_host = own_host.rsplit_once(':').map_or(own_host, |(bare, _)| bare);
    let document = json!({
        "tenant_discovery_endpoint":
            format!("{}/{tenant}/v2.0/.well-known/openid-configuration", endpoint.base_url),
        "api-version": query.first("api-version").filter(|version| *version == "1.0").unwrap_or("1.1"),
        "metadata": [{
            "preferred_network": own_host,
            "preferred_cache": own_host,
            "aliases": [own_host, bare_host],
        }],
    });
    answer::document(&document, CACHE_AGE)
}

/// The tenant's segment of an authorization endpoint of ours.
fn tenant_of(endpoint: &Endpoint, address: &str) -> Result<String, Fault> {
    let unknown = || Fault::UnknownInstance(address.to_owned());
    let asked = Url::parse(address).map_err(|_| unknown())?;
    let own = Url::parse(&endpoint.base_url).map_err(|_| unknown())?;
    let mut segments = asked.path_segments().ok_or_else(unknown)?;
    let tenant = segments.next().unwrap_or_default();
    let is_authorize = segments.next() == Some("oauth2") && segments.next_back() == Some("authorize");
    // MSAL Python leaves the port out.
    let same_port = asked.port().is_none() || asked.port() == own.port();
    let same_host = asked.scheme() == own.scheme() && asked.host() == own.host() && same_port;
    if same_host && !tenant.is_empty() && is_authorize { Ok(tenant.to_owned()) } else { Err(unknown()) }
}
