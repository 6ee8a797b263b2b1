//! `GET` and `POST /{tenant}/oauth2/v2.0/authorize`: a person signs in, consents, and goes back with a code.

mod request;
mod return_address;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use jiff::SignedDuration;

use self::request::AuthorizeRequest;
use self::return_address::ReturnAddress;
use super::consent::{self, Consent, Question};
use super::directory::Directory;
use super::fault::{Fault, Place};
use super::parameters::Parameters;
use super::sign_in::{self, Account, Demands, SignIn};
use super::trace::Trace;
use super::visit::{Action, Visit};
use super::{Endpoint, answer, pages};
use crate::digest::{new_handle, sha256};
use crate::error::LocalTenantError;
use crate::grant::{CodeContent, Grant};
use crate::model::Application;
use crate::tokens::client_info;

/// How long a code can be redeemed.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);

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
    if method == Method::POST && !visit.is_form() {
        return to_query(&uri, &body);
    }
    match authorize(&endpoint, &tenant, visit, &query, &trace).await {
        Ok(answer) => answer,
        Err(fault) => pages::refuse(&trace, &fault, Place::Authorize),
    }
}

/// A request may come as a form, from another site: browsers keep our cookie back then. Sent again as a query
/// it is a request like any other.
fn to_query(uri: &Uri, body: &[u8]) -> Response<Body> {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let pairs = pairs.chain(url::form_urlencoded::parse(body));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    redirect(&format!("{}?{query}", uri.path()))
}

fn redirect(address: &str) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::FOUND;
    if let Ok(value) = HeaderValue::try_from(address) {
        answer.headers_mut().insert(header::LOCATION, value);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Faults of this function stay on a page: until the redirect URI is known to be the application's, nothing
/// may be sent there.
async fn authorize(
    endpoint: &Endpoint,
    tenant: &str,
    visit: Visit,
    query: &Parameters,
    trace: &Trace,
) -> Result<Response<Body>, Fault> {
    let directory = Directory::find(endpoint, tenant).await?;
    let application = directory.application(endpoint, query.required("client_id")?).await?;
    let address = ReturnAddress::find(&application, query)?;
    let mut visit = visit;
    match proceed(endpoint, &directory, &application, &address, &mut visit, query, trace).await {
        Ok(answer) => Ok(answer),
        Err(fault @ Fault::Internal(_)) => Err(fault),
        Err(fault) => {
            answer::log(&fault, Place::Authorize, trace);
            let parameters = address.error_parameters(&fault, trace, &endpoint.base_url);
            Ok(address.send(endpoint, &visit, &parameters))
        }
    }
}

/// Faults of this function go back to the application.
async fn proceed(
    endpoint: &Endpoint,
    directory: &Directory,
    application: &Application,
    address: &ReturnAddress,
    visit: &mut Visit,
    query: &Parameters,
    trace: &Trace,
) -> Result<Response<Body>, Fault> {
    let request = AuthorizeRequest::read(query, application, address.platform)?;
    match visit.action {
        Some(Action::Decline) => return Err(Fault::Declined),
        Some(Action::Leave) => return Err(Fault::ApprovalRefused(application.id)),
        _ => {}
    }
    let demands = Demands {
        fresh: request.prompt.login,
        choose: request.prompt.select_account,
        max_age: request.max_age,
        user_name: request.user_name.as_deref(),
        session_id: request.session_id,
        without_code: false,
    };
    let account = if request.prompt.none {
        sign_in::silent(endpoint, visit, directory, demands, application.id).await?
    } else {
        match sign_in::advance(endpoint, visit, directory, demands).await? {
            SignIn::Done(account) => account,
            SignIn::Ask(question) => {
                let form_action = address.form_action();
                return sign_in::show(endpoint, visit, directory, &application.name, &question, form_action);
            }
            SignIn::CodeRefused(_) => return Err(Fault::MultiFactorNeeded(application.id)),
        }
    };
    let tenant = endpoint.inner.store.tenant(account.user.tenant_id).await?;
    let tenant = tenant.ok_or(LocalTenantError::Corrupt("a person without a tenant"))?;
    let accepted = visit.action == Some(Action::Accept);
    let mut standing =
        consent::standing(endpoint, &tenant, application, &account.user, &request.scopes).await?;
    if accepted && standing != Consent::NeedsApproval {
        consent::accept(endpoint, visit, application, &account.user, &request.scopes).await?;
        standing = Consent::Given;
    } else if request.prompt.consent && standing == Consent::Given {
        standing = Consent::Ask;
    }
    let form_action = address.form_action();
    let question = Question {
        tenant: &tenant,
        application,
        account: &account,
        scopes: &request.scopes,
        for_tenant: false,
    };
    match standing {
        Consent::Given => finish(endpoint, application, address, visit, &request, &account).await,
        Consent::Ask if request.prompt.none => Err(Fault::ConsentNeeded(application.id)),
        Consent::NeedsApproval if request.prompt.none => Err(Fault::ApprovalNeeded(application.id)),
        Consent::Ask => consent::show(endpoint, visit, question, form_action),
        Consent::NeedsApproval => consent::show_approval(endpoint, visit, question, trace, form_action),
    }
}

/// Issues the code.
async fn finish(
    endpoint: &Endpoint,
    application: &Application,
    address: &ReturnAddress,
    visit: &Visit,
    request: &AuthorizeRequest,
    account: &Account,
) -> Result<Response<Body>, Fault> {
    let code = new_handle(endpoint.inner.random.as_ref())?;
    let content = CodeContent {
        grant: Grant {
            tenant_id: account.user.tenant_id,
            application_id: application.id,
            user_id: account.user.id,
            scopes: request.scopes.clone(),
            authenticated_at: account.signed_in_at,
            multi_factor: account.multi_factor,
            session_id: account.session_id,
            claims: request.claims,
        },
        issued_at: visit.now,
        redirect_uri: address.uri.clone(),
        platform: address.platform,
        nonce: request.nonce.clone(),
        challenge: request.challenge.clone(),
    };
    let expires_at = visit.now.checked_add(CODE_LIFETIME).unwrap_or(jiff::Timestamp::MAX);
    endpoint.inner.store.insert_code(sha256(code.expose()), &content, expires_at).await?;
    let mut parameters = vec![("code", code.expose().to_owned())];
    if request.client_info {
        parameters.push(("client_info", client_info(account.user.id, account.user.tenant_id)));
    }
    if let Some(state) = &address.state {
        parameters.push(("state", state.clone()));
    }
    parameters.push(("session_state", account.session_id.to_string()));
    Ok(address.send(endpoint, visit, &parameters))
}
