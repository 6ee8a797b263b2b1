//! `GET /{tenant}/v2.0/adminconsent` and `/{tenant}/adminconsent`: an administrator consents for everybody.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};

use super::consent::{self, Question};
use super::directory::Directory;
use super::fault::{Fault, Place};
use super::parameters::Parameters;
use super::sign_in::{self, Demands, SignIn};
use super::trace::Trace;
use super::visit::{Action, Visit};
use super::{Endpoint, answer, pages};
use crate::error::LocalTenantError;
use crate::model::Application;
use crate::redirect::{find, form_action_source, with_query};
use crate::scopes::{GrantedScopes, RequestedScopes};
use crate::store::ConsentOf;

pub(super) async fn handle(
    State(endpoint): State<Endpoint>,
    Path(tenant): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let query = Parameters::parse(uri.query().unwrap_or_default().as_bytes());
    let trace = match Trace::of(&endpoint.inner, &headers, &[&query]) {
        Ok(trace) => trace,
        Err(error) => return answer::broken(&error),
    };
    let form = (method == Method::POST).then_some(body.as_ref());
    let visit = match Visit::open(&endpoint, &uri, &headers, form) {
        Ok(visit) => visit,
        Err(error) => return answer::broken(&error),
    };
    match admin_consent(&endpoint, &tenant, visit, &query, &trace).await {
        Ok(answer) => answer,
        Err(fault) => pages::refuse(&trace, &fault, Place::Authorize),
    }
}

/// Faults of this function stay on a page, as at the authorize endpoint.
async fn admin_consent(
    endpoint: &Endpoint,
    tenant: &str,
    mut visit: Visit,
    query: &Parameters,
    trace: &Trace,
) -> Result<Response<Body>, Fault> {
    let directory = Directory::find(endpoint, tenant).await?;
    let application = directory.application(endpoint, query.required("client_id")?).await?;
    let uri = query.one("redirect_uri")?.ok_or(Fault::NoRedirect)?;
    if find(&application.redirect_uris, uri).is_none() {
        return Err(Fault::RedirectMismatch { requested: uri.to_owned(), application: application.id });
    }
    let state = query.one("state")?.map(str::to_owned);
    let scope = query.one("scope")?;
    let parameters = match proceed(endpoint, &directory, &application, &mut visit, scope, uri, trace).await {
        Ok(Outcome::Page(answer)) => return Ok(answer),
        Ok(Outcome::Consented(mut parameters)) => {
            parameters.extend(scope.map(|scope| ("scope", scope.to_owned())));
            parameters
        }
        Err(fault @ Fault::Internal(_)) => return Err(fault),
        Err(fault) => {
            let mut parameters = vec![
                ("error", fault.terms(Place::Authorize).error.to_owned()),
                ("error_description", trace.describe(&fault, Place::Authorize)),
            ];
            if matches!(fault, Fault::Declined) {
                parameters.push(("error_subcode", "cancel".to_owned()));
            }
            parameters
        }
    };
    let state = state.map(|state| ("state", state));
    let parameters: Vec<_> = parameters.into_iter().chain(state).collect();
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::FOUND;
    if let Ok(location) = HeaderValue::try_from(with_query(uri, &parameters)) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(visit.finish(endpoint, answer))
}

enum Outcome {
    Page(Response<Body>),
    Consented(Vec<(&'static str, String)>),
}

/// Faults of this function go back to the application.
async fn proceed(
    endpoint: &Endpoint,
    directory: &Directory,
    application: &Application,
    visit: &mut Visit,
    scope: Option<&str>,
    uri: &str,
    trace: &Trace,
) -> Result<Outcome, Fault> {
    let scopes = match scope {
        Some(scope) => RequestedScopes::parse(scope)?.grant_to(application)?,
        None => GrantedScopes::registered(application),
    };
    if matches!(visit.action, Some(Action::Decline | Action::Leave)) {
        return Err(Fault::Declined);
    }
    let form_action = form_action_source(uri);
    let form_action = form_action.as_deref();
    let account = match sign_in::advance(endpoint, visit, directory, Demands::default()).await? {
        SignIn::Done(account) => account,
        SignIn::Ask(question) => {
            let page = sign_in::show(endpoint, visit, directory, &application.name, &question, form_action)?;
            return Ok(Outcome::Page(page));
        }
        SignIn::CodeRefused(_) => return Err(Fault::MultiFactorNeeded(application.id)),
    };
    let tenant = endpoint.inner.store.tenant(account.user.tenant_id).await?;
    let tenant = tenant.ok_or(LocalTenantError::Corrupt("a person without a tenant"))?;
    let question =
        Question { tenant: &tenant, application, account: &account, scopes: &scopes, for_tenant: true };
    if !account.user.administrator {
        let page = consent::show_approval(endpoint, visit, question, trace, form_action)?;
        return Ok(Outcome::Page(page));
    }
    if visit.action != Some(Action::Accept) {
        return Ok(Outcome::Page(consent::show(endpoint, visit, question, form_action)?));
    }
    let store = &endpoint.inner.store;
    store.add_consents(tenant.id, application.id, ConsentOf::Tenant, &scopes.to_consent()).await?;
    Ok(Outcome::Consented(vec![("admin_consent", "True".to_owned()), ("tenant", tenant.id.to_string())]))
}
