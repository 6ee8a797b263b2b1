//! `GET` and `POST /device`: a person types a device's code, signs in, and lets the device in or not.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};

use super::consent::{self, Consent, Question};
use super::directory::Directory;
use super::fault::{Fault, Place};
use super::pages::{self, DeviceCodePage, DeviceConfirmPage, MessagePage};
use super::parameters::Parameters;
use super::sign_in::{self, Account, Demands, SignIn};
use super::trace::Trace;
use super::visit::{Action, Visit};
use super::{Endpoint, answer};
use crate::digest::{normalise_user_code, sha256};
use crate::error::LocalTenantError;
use crate::grant::{DeviceOutcome, Grant, OptionalClaims};
use crate::model::Application;
use crate::store::StoredDeviceGrant;

pub(super) async fn handle(
    State(endpoint): State<Endpoint>,
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
    match device(&endpoint, visit, &query, &trace).await {
        Ok(answer) => answer,
        Err(fault) => pages::refuse(&trace, &fault, Place::Authorize),
    }
}

async fn device(
    endpoint: &Endpoint,
    mut visit: Visit,
    query: &Parameters,
    trace: &Trace,
) -> Result<Response<Body>, Fault> {
    // The code itself is no secret of the person: its form needs no seal. It becomes part of the page's address.
    if let Some(typed) = visit.form.first("user_code") {
        return Ok(to_code(&normalise_user_code(typed)));
    }
    let Some(user_code) = query.first("user_code").map(normalise_user_code) else {
        return Ok(ask_code("", ""));
    };
    let digest = sha256(&user_code);
    let store = &endpoint.inner.store;
    let open = store.device_grant_of_user_code(digest).await?;
    let open = open.filter(|grant| visit.now < grant.expires_at && grant.outcome.is_none());
    let Some(StoredDeviceGrant { request, .. }) = open else {
        return Ok(ask_code(
            "That code is not right, was used already, or is too old. Check it, or start again on the device.",
            &user_code,
        ));
    };
    let directory = Directory::find(endpoint, &request.tenant).await?;
    let application = store.application(request.application_id).await?;
    let application = application.ok_or(LocalTenantError::Corrupt("a device's application"))?;
    if matches!(visit.action, Some(Action::Decline | Action::Leave)) {
        store.answer_device(digest, &DeviceOutcome::Declined).await?;
        return Ok(done("You declined", "The device gets no access. You can close this window."));
    }
    let demands = Demands { without_code: true, ..Demands::default() };
    let account = match sign_in::advance(endpoint, &mut visit, &directory, demands).await? {
        SignIn::Done(account) => account,
        SignIn::Ask(question) => {
            return sign_in::show(endpoint, &visit, &directory, &application.name, &question, None);
        }
        SignIn::CodeRefused(user) => {
            store.answer_device(digest, &DeviceOutcome::MultiFactorNeeded).await?;
            tracing::info!(user.id = %user.id, "refused a device sign-in: a one-time code is needed");
            return Ok(visit.finish(endpoint, refuse_multi_factor(&application, trace)));
        }
    };
    if visit.action == Some(Action::Confirm) {
        visit.progress.confirmed = true;
    }
    if !visit.progress.confirmed {
        return confirm(endpoint, &mut visit, &application, &account, &user_code);
    }
    let tenant = store.tenant(account.user.tenant_id).await?;
    let tenant = tenant.ok_or(LocalTenantError::Corrupt("a person without a tenant"))?;
    let mut standing =
        consent::standing(endpoint, &tenant, &application, &account.user, &request.scopes).await?;
    if visit.action == Some(Action::Accept) && standing == Consent::Ask {
        consent::accept(endpoint, &visit, &application, &account.user, &request.scopes).await?;
        standing = Consent::Given;
    }
    let question = Question {
        tenant: &tenant,
        application: &application,
        account: &account,
        scopes: &request.scopes,
        for_tenant: false,
    };
    match standing {
        Consent::Ask => consent::show(endpoint, &mut visit, question, None),
        Consent::NeedsApproval => consent::show_approval(endpoint, &mut visit, question, trace, None),
        Consent::Given => {
            let grant = Grant {
                tenant_id: account.user.tenant_id,
                application_id: application.id,
                user_id: account.user.id,
                scopes: request.scopes,
                authenticated_at: account.signed_in_at,
                multi_factor: account.multi_factor,
                session_id: account.session_id,
                claims: OptionalClaims::default(),
            };
            let outcome = DeviceOutcome::Granted { grant: Box::new(grant), granted_at: visit.now };
            store.answer_device(digest, &outcome).await?;
            let text = format!(
                "You have signed in to {} on your device. You can close this window.",
                application.name
            );
            Ok(visit.finish(endpoint, done("You’re signed in", &text)))
        }
    }
}

fn to_code(user_code: &str) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(location) = HeaderValue::try_from(format!("/device?user_code={user_code}")) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}

fn ask_code(error: &str, user_code: &str) -> Response<Body> {
    pages::show(StatusCode::OK, &DeviceCodePage { error, user_code }, None)
}

fn confirm(
    endpoint: &Endpoint,
    visit: &mut Visit,
    application: &Application,
    account: &Account,
    user_code: &str,
) -> Result<Response<Body>, Fault> {
    visit.progress.account = Some(account.user.id);
    let flow = visit.seal(endpoint)?;
    let page = DeviceConfirmPage {
        application: &application.name,
        user_name: &account.user.user_name,
        user_code,
        page: &visit.page,
        flow: &flow,
    };
    Ok(visit.finish(endpoint, pages::show(StatusCode::OK, &page, None)))
}

fn done(title: &str, text: &str) -> Response<Body> {
    pages::show(StatusCode::OK, &MessagePage { title, text, detail: "", alert: false }, None)
}

fn refuse_multi_factor(application: &Application, trace: &Trace) -> Response<Body> {
    let detail = trace.describe(&Fault::MultiFactorNeeded(application.id), Place::Token);
    let page = MessagePage {
        title: "More information is needed",
        text: "Your organization asks you for a one-time code, and signing in by device code cannot take one. \
               Sign in through the browser on the device itself instead.",
        detail: &detail,
        alert: true,
    };
    pages::show(StatusCode::OK, &page, None)
}
