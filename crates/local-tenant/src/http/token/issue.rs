//! What all grants of people have in common: is the grant still good, and the answer with its tokens.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Request;
use crate::digest::{new_handle, sha256};
use crate::grant::{Grant, RefreshContent};
use crate::http::consent::{self, Consent};
use crate::http::fault::Fault;
use crate::model::User;
use crate::scopes::RequestedScopes;
use crate::store::StoredRefreshToken;
use crate::tokens::{Validity, access_token, client_info, id_token};

/// How long a refresh token is good without use.
const REFRESH_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What is issued.
pub(super) struct Issue<'a> {
    pub(super) grant: Grant,
    pub(super) user: User,
    pub(super) nonce: Option<&'a str>,
    /// The end that no renewal moves, for single-page applications.
    pub(super) refresh_ends_at: Option<Timestamp>,
}

/// The person behind a grant of `issued_at`, when the grant may be used now.
pub(super) async fn holder(
    request: &Request<'_>,
    grant: &Grant,
    issued_at: Timestamp,
    what: &'static str,
) -> Result<User, Fault> {
    if grant.application_id != request.client.application.id || !request.directory.covers(grant.tenant_id) {
        return Err(Fault::UnknownGrant(what));
    }
    let user = request.endpoint.inner.store.person(grant.user_id).await?.ok_or(Fault::GrantRevoked)?;
    if user.disabled {
        return Err(Fault::UserDisabled);
    }
    if issued_at < user.grants_valid_from {
        return Err(Fault::GrantRevoked);
    }
    if user.multi_factor && !grant.multi_factor {
        return Err(Fault::MultiFactorNeeded(grant.application_id));
    }
    Ok(user)
}

/// Narrows or moves a grant to the scopes of this request, if it names any. Grants are for a person and an
/// application, not for a resource: whatever was consented to can be had.
pub(super) async fn rescope(request: &Request<'_>, grant: &mut Grant, user: &User) -> Result<(), Fault> {
    let application = &request.client.application;
    if let Some(scope) = request.form.one("scope")? {
        let requested = RequestedScopes::parse(scope)?;
        let granted = grant.scopes.openid;
        if !requested.is_empty() {
            let mut scopes = requested.clone().grant_to(application)?;
            // Without a resource, the one that was granted stays.
            if !requested.has_resource() {
                scopes.resource = grant.scopes.resource.take();
            }
            scopes.openid = scopes.openid.intersection(granted);
            // Whoever may stay signed in keeps that, asked for again or not.
            scopes.openid.offline_access = granted.offline_access;
            grant.scopes = scopes;
        }
    }
    let tenant = request.endpoint.inner.store.tenant(grant.tenant_id).await?.ok_or(Fault::GrantRevoked)?;
    match consent::standing(request.endpoint, &tenant, application, user, &grant.scopes).await? {
        Consent::Given => Ok(()),
        Consent::Ask => Err(Fault::ConsentNeeded(application.id)),
        Consent::NeedsApproval => Err(Fault::ApprovalNeeded(application.id)),
    }
}

/// The answer: an access token, an ID token and a refresh token as far as they were granted.
pub(super) async fn issue(request: &Request<'_>, issue: Issue<'_>) -> Result<Value, Fault> {
    let Issue { grant, user, nonce, refresh_ends_at } = issue;
    let inner = &request.endpoint.inner;
    let random = inner.random.as_ref();
    let validity = Validity { now: inner.clock.now(), lifetime: inner.access_token_lifetime };
    let key = inner.keys.current().await?;
    let claims = access_token(&grant, &user, request.client.proof, validity, random)?;
    let mut answer = json!({
        "token_type": "Bearer",
        "scope": grant.scopes.answer(),
        "expires_in": validity.lifetime.as_secs(),
        "ext_expires_in": validity.lifetime.as_secs(),
        "access_token": key.sign(true, &claims)?,
    });
    let Some(fields) = answer.as_object_mut() else { return Ok(answer) };
    if grant.scopes.openid.openid {
        let issuer = request.endpoint.issuer(grant.tenant_id);
        let claims = id_token(&issuer, &grant, &user, nonce, validity, random)?;
        fields.insert("id_token".to_owned(), key.sign(false, &claims)?.into());
    }
    if request.form.wants_client_info() {
        fields.insert("client_info".to_owned(), client_info(user.id, grant.tenant_id).into());
    }
    if grant.scopes.openid.offline_access {
        let usual_end = validity.now.checked_add(REFRESH_LIFETIME).unwrap_or(Timestamp::MAX);
        let expires_at = refresh_ends_at.unwrap_or(usual_end);
        if refresh_ends_at.is_some() {
            let left = expires_at.duration_since(validity.now).as_secs();
            fields.insert("refresh_token_expires_in".to_owned(), left.into());
        }
        let token = new_handle(random)?;
        let content = RefreshContent { grant, ends_at: refresh_ends_at };
        let row = StoredRefreshToken { issued_at: validity.now, expires_at, content };
        inner.store.insert_refresh_token(sha256(token.expose()), &row).await?;
        fields.insert("refresh_token".to_owned(), token.expose().into());
    }
    Ok(answer)
}
