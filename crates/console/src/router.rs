//! Every path of the console. Changes are made by `POST` only.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};

use crate::administration::{self, audit, inventory, leaks, policies};
use crate::assets;
use crate::browser::headers;
use crate::console::Console;
use crate::failure::{self, Refused};
use crate::pages::{bulk, create, detail, download, language, list, renew, revoke, rotate, update, welcome};
use crate::sign_in;
use crate::visit::Visit;

/// The routes: `/`, `/login`, `/logout`, the redirect path, and all below `/console/` and `/static/`.
pub fn router(console: Arc<Console>) -> Router {
    let pages = Router::new()
        .route("/", get(welcome::welcome))
        .route("/login", get(sign_in::begin))
        .route("/logout", post(sign_in::sign_out))
        .route(&console.settings.redirect_path, get(sign_in::callback))
        .route("/console/language", post(language::language))
        .route("/console/pats", get(list::list))
        .route("/console/pats/new", get(create::form).post(create::create))
        .route("/console/pats/{id}", get(detail::detail))
        .route("/console/pats/{id}/edit", get(update::form).post(update::update))
        .route("/console/pats/{id}/renew", post(renew::renew))
        .route("/console/pats/{id}/rotate", post(rotate::rotate))
        .route("/console/pats/{id}/rotate/finish", post(rotate::finish))
        .route("/console/pats/{id}/rotate/undo", post(rotate::undo))
        .route("/console/pats/{id}/revoke", get(revoke::ask).post(revoke::revoke))
        .route("/console/download", post(download::download))
        .route("/console/bulk", post(bulk::preview))
        .route("/console/bulk/run", post(bulk::begin))
        .route("/console/runs/{id}", get(bulk::run))
        .route("/console/runs/{id}/secrets", post(bulk::secrets))
        .route("/console/inventory", get(inventory::inventory))
        .route("/console/inventory/revoke", post(administration::revoke::preview))
        .route("/console/inventory/revoke/run", post(administration::revoke::run))
        .route("/console/policies", get(policies::policies))
        .route("/console/policies/{name}", get(policies::policy).post(policies::change))
        .route("/console/audit", get(audit::audit))
        .route("/console/leaks", get(leaks::form).post(leaks::look_up))
        .route("/console/leaks/revoke", post(leaks::revoke))
        .route("/console", get(nothing_here))
        .route("/console/{*rest}", get(nothing_here))
        .layer(from_fn_with_state(Arc::clone(&console), protected))
        .with_state(console);
    pages.merge(assets::router())
}

/// A path of the console that leads nowhere.
async fn nothing_here(visit: Visit) -> Refused {
    failure::no_page(&visit)
}

async fn protected(
    State(console): State<Arc<Console>>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    headers::protect(&mut response, &console.page_policy);
    response
}
