//! The refresh token grant (RFC 6749, section 6). Each use gives a new token; the old one stays good to its
//! end, as with Entra: a client that loses an answer can ask again.

use serde_json::Value;

use super::Request;
use super::issue::{Issue, holder, issue, rescope};
use crate::digest::{is_handle, sha256};
use crate::http::client_authentication::require_proof;
use crate::http::fault::Fault;
use crate::model::ApplicationKind;

/// What refusals call it.
const WHAT: &str = "refresh token";

pub(super) async fn redeem(request: Request<'_>) -> Result<Value, Fault> {
    let inner = &request.endpoint.inner;
    let token = request.form.required("refresh_token")?;
    if !is_handle(token) {
        return Err(Fault::MalformedGrant(WHAT));
    }
    let row = inner.store.refresh_token(sha256(token)).await?.ok_or(Fault::UnknownGrant(WHAT))?;
    let mut grant = row.content.grant;
    let ends_at = row.content.ends_at;
    // Who may use it comes before how it stands: a stranger learns nothing about another's token.
    if grant.application_id != request.client.application.id {
        return Err(Fault::UnknownGrant(WHAT));
    }
    if request.client.application.kind == ApplicationKind::Confidential && ends_at.is_none() {
        require_proof(request.client)?;
    }
    if row.expires_at <= inner.clock.now() {
        return Err(if ends_at.is_some() { Fault::RefreshTokenEnded } else { Fault::RefreshTokenInactive });
    }
    let user = holder(&request, &grant, row.issued_at, WHAT).await?;
    rescope(&request, &mut grant, &user).await?;
    issue(&request, Issue { grant, user, nonce: None, refresh_ends_at: ends_at }).await
}
