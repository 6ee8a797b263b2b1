//! The endpoints, one file per operation.

mod admin_consent;
mod answer;
mod authorize;
mod body_limit;
mod client_assertion;
mod client_authentication;
mod consent;
mod device_code;
mod device_page;
mod directory;
mod discovery;
mod error_page;
mod fault;
mod instance;
mod key_set;
mod logout;
mod pages;
mod parameters;
mod sign_in;
mod token;
mod trace;
mod user_information;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::tenant::Inner;

/// What every endpoint needs.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    inner: Arc<Inner>,
    /// `https://localhost:PORT`, without a slash at the end.
    base_url: Arc<str>,
}

impl Endpoint {
    /// The issuer of a tenant, as published.
    fn issuer(&self, tenant: impl std::fmt::Display) -> String {
        format!("{}/{tenant}/v2.0", self.base_url)
    }

    fn token_endpoint(&self, tenant: impl std::fmt::Display) -> String {
        format!("{}/{tenant}/oauth2/v2.0/token", self.base_url)
    }
}

/// All routes. Every one is for anybody: who is asked, and for what, is the endpoints' own matter.
pub(crate) fn router(inner: Arc<Inner>, base_url: &str) -> Router {
    let base_url = base_url.trim_end_matches('/').into();
    let endpoint = Endpoint { inner, base_url };
    Router::new()
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(discovery::handle))
        .route("/{tenant}/.well-known/openid-configuration", get(discovery::handle))
        .route("/{tenant}/discovery/instance", get(instance::handle))
        .route("/{tenant}/discovery/v2.0/keys", get(key_set::handle))
        .route("/{tenant}/discovery/keys", get(key_set::handle))
        .route("/{tenant}/oauth2/v2.0/authorize", get(authorize::handle).post(authorize::handle))
        .route("/{tenant}/oauth2/v2.0/token", post(token::handle).options(answer::preflight))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device_code::handle))
        .route("/{tenant}/oauth2/v2.0/logout", get(logout::handle).post(logout::handle))
        .route("/{tenant}/openid/userinfo", get(user_information::handle).post(user_information::handle))
        .route("/{tenant}/v2.0/adminconsent", get(admin_consent::handle).post(admin_consent::handle))
        .route("/{tenant}/adminconsent", get(admin_consent::handle).post(admin_consent::handle))
        .route("/device", get(device_page::handle).post(device_page::handle))
        .route("/error", get(error_page::handle))
        .layer(from_fn_with_state(endpoint.clone(), body_limit::read_form))
        .with_state(endpoint)
}
