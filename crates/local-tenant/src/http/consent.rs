//! Consent: what is missing, and the page that asks for it.

use axum::body::Body;
use axum::http::{Response, StatusCode};

use super::Endpoint;
use super::fault::{Fault, Place};
use super::pages::{self, ApprovalPage, ConsentPage};
use super::sign_in::Account;
use super::trace::Trace;
use super::visit::Visit;
use crate::model::{Application, Tenant, User};
use crate::scopes::GrantedScopes;
use crate::store::ConsentOf;

/// How a person's use of an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    /// Everything is consented to.
    Given,
    /// The person must be asked.
    Ask,
    /// Only an administrator may consent.
    NeedsApproval,
}

/// How the person's consent to these scopes stands.
pub(super) async fn standing(
    endpoint: &Endpoint,
    tenant: &Tenant,
    application: &Application,
    user: &User,
    scopes: &GrantedScopes,
) -> Result<Consent, Fault> {
    let store = &endpoint.inner.store;
    let own = store.consents(tenant.id, application.id, ConsentOf::Person(user.id)).await?;
    let of_tenant = store.consents(tenant.id, application.id, ConsentOf::Tenant).await?;
    // Who may use the application for all may sign in to it: an administrator's consent covers that.
    let covers = |scope: &String| {
        own.contains(scope) || of_tenant.contains(scope) || (!of_tenant.is_empty() && !scope.contains('/'))
    };
    if scopes.to_consent().iter().all(covers) && !(own.is_empty() && of_tenant.is_empty()) {
        return Ok(Consent::Given);
    }
    let for_administrators = application.needs_approval || !tenant.users_may_consent;
    if for_administrators && !user.administrator { Ok(Consent::NeedsApproval) } else { Ok(Consent::Ask) }
}

/// Writes the person's acceptance; an administrator's for the tenant where they said so.
pub(super) async fn accept(
    endpoint: &Endpoint,
    visit: &Visit,
    application: &Application,
    user: &User,
    scopes: &GrantedScopes,
) -> Result<(), Fault> {
    let widened = user.administrator && visit.form.first("whole_tenant") == Some("1");
    let of = if widened { ConsentOf::Tenant } else { ConsentOf::Person(user.id) };
    endpoint.inner.store.add_consents(user.tenant_id, application.id, of, &scopes.to_consent()).await?;
    Ok(())
}

/// What is asked of whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) application: &'a Application,
    pub(super) account: &'a Account,
    pub(super) scopes: &'a GrantedScopes,
    /// Whether the answer is for everybody of the tenant.
    pub(super) for_tenant: bool,
}

/// Shows the page that asks.
pub(super) fn show(
    endpoint: &Endpoint,
    visit: &mut Visit,
    question: Question<'_>,
    form_action: Option<&str>,
) -> Result<Response<Body>, Fault> {
    let Question { tenant, application, account, scopes, for_tenant } = question;
    // The answer counts for the person who saw the question.
    visit.progress.account = Some(account.user.id);
    let flow = visit.seal(endpoint)?;
    let page = ConsentPage {
        application: &application.name,
        client_id: application.id.to_string(),
        user_name: &account.user.user_name,
        directory: &tenant.name,
        permissions: permissions(scopes),
        for_tenant,
        may_widen: account.user.administrator && !for_tenant,
        page: &visit.page,
        flow: &flow,
    };
    Ok(visit.finish(endpoint, pages::show(StatusCode::OK, &page, form_action)))
}

/// Shows the page that says that an administrator is needed.
pub(super) fn show_approval(
    endpoint: &Endpoint,
    visit: &mut Visit,
    question: Question<'_>,
    trace: &Trace,
    form_action: Option<&str>,
) -> Result<Response<Body>, Fault> {
    let Question { tenant, application, account, .. } = question;
    visit.progress.account = Some(account.user.id);
    let flow = visit.seal(endpoint)?;
    let detail = trace.describe(&Fault::ApprovalNeeded(application.id), Place::Authorize);
    let page = ApprovalPage {
        application: &application.name,
        user_name: &account.user.user_name,
        directory: &tenant.name,
        detail: &detail,
        page: &visit.page,
        flow: &flow,
    };
    Ok(visit.finish(endpoint, pages::show(StatusCode::OK, &page, form_action)))
}

fn permissions(scopes: &GrantedScopes) -> Vec<(&'static str, &'static str)> {
    let mut list: Vec<_> = scopes.permissions().iter().map(|permission| permission.explanation()).collect();
    let openid = scopes.openid;
    if openid.openid || openid.profile {
        list.push(("View your basic profile", "The app sees your name and your user name."));
    }
    if openid.email {
        list.push(("View your email address", "The app sees your primary email address."));
    }
    if openid.offline_access {
        let text =
            "The app keeps its access while you are not using it, until you or an administrator end it.";
        list.push(("Maintain access to data you have given it access to", text));
    }
    list
}
