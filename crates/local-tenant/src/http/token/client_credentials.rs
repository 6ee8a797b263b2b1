//! The client credentials grant (RFC 6749, section 4.4): an application for itself.

use serde_json::{Value, json};

use super::Request;
use crate::http::client_authentication::require_proof;
use crate::http::directory::Directory;
use crate::http::fault::Fault;
use crate::scopes::RequestedScopes;
use crate::tokens::{Validity, application_token};

pub(super) async fn redeem(request: Request<'_>) -> Result<Value, Fault> {
    require_proof(request.client)?;
    let application = &request.client.application;
    let Directory::One(tenant) = request.directory else {
        return Err(Fault::TenantNeeded(request.directory.segment()));
    };
    // Others' applications would need a principal here first, which only a consent makes.
    if application.tenant_id != tenant.id {
        return Err(Fault::UnknownApplication {
            application: application.id.to_string(),
            directory: tenant.name.clone(),
        });
    }
    let scope = request.form.required("scope")?;
    if !RequestedScopes::parse(scope)?.is_only_default() {
        return Err(Fault::ScopeNotDefault(scope.to_owned()));
    }
    let inner = &request.endpoint.inner;
    let validity = Validity { now: inner.clock.now(), lifetime: inner.access_token_lifetime };
    let claims =
        application_token(application, tenant.id, request.client.proof, validity, inner.random.as_ref())?;
    let token = inner.keys.current().await?.sign(true, &claims)?;
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": validity.lifetime.as_secs(),
        "ext_expires_in": validity.lifetime.as_secs(),
        "access_token": token,
    }))
}
