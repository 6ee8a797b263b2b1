//! `GET /{tenant}/v2.0/.well-known/openid-configuration`: where everything is.

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Response};
use serde_json::{Value, json};

use super::directory::Directory;
use super::fault::Place;
use super::parameters::Parameters;
use super::trace::Trace;
use super::{Endpoint, answer};
use crate::keys::CACHE_AGE;

pub(super) async fn handle(
    State(endpoint): State<Endpoint>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let query = Parameters::parse(query.unwrap_or_default().as_bytes());
    let trace = match Trace::of(&endpoint.inner, &headers, &[&query]) {
        Ok(trace) => trace,
        Err(error) => return answer::broken(&error),
    };
    match Directory::find(&endpoint, &tenant).await {
        Ok(directory) => answer::document(&document(&endpoint, &directory), CACHE_AGE),
        Err(fault) => answer::refusal(&endpoint, &trace, &fault, Place::Discovery),
    }
}

fn document(endpoint: &Endpoint, directory: &Directory) -> Value {
    let segment = directory.segment();
    // Tokens carry the real tenant, so that for several tenants the issuer can only be a pattern.
    let issuer = match directory {
        Directory::One(tenant) => endpoint.issuer(tenant.id),
        Directory::Any(_) | Directory::Nobody => endpoint.issuer("{tenantid}"),
    };
    let base = format!("{}/{segment}", endpoint.base_url);
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
        "token_endpoint": endpoint.token_endpoint(&segment),
        "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
        "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"),
        "jwks_uri": format!("{base}/discovery/v2.0/keys"),
        "userinfo_endpoint": format!("{base}/openid/userinfo"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic", "none"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256"],
        "code_challenge_methods_supported": ["S256", "plain"],
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "name", "given_name", "family_name",
            "preferred_username", "email", "oid", "tid", "ver", "groups", "sid", "login_hint",
        ],
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "http_logout_supported": false,
        "frontchannel_logout_supported": false,
        "tenant_region_scope": null,
        "cloud_instance_name": host(&endpoint.base_url),
        "cloud_graph_host_name": host(&endpoint.base_url),
        "msgraph_host": host(&endpoint.base_url),
    })
}

/// Host and port of the base address.
pub(super) fn host(base_url: &str) -> &str {
    base_url.split_once("://").map_or(base_url, |(_, host)| host)
}
