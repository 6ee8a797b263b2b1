//! The device code grant (RFC 8628): the device's polls.

use serde_json::Value;

use super::Request;
use super::issue::{Issue, holder, issue, rescope};
use crate::digest::{is_handle, sha256};
use crate::grant::DeviceOutcome;
use crate::http::client_authentication::require_proof;
use crate::http::fault::Fault;
use crate::model::ApplicationKind;

/// What refusals call it.
const WHAT: &str = "device code";

pub(super) async fn redeem(request: Request<'_>) -> Result<Value, Fault> {
    let inner = &request.endpoint.inner;
    let code = request.form.required("device_code")?;
    if !is_handle(code) {
        return Err(Fault::MalformedGrant(WHAT));
    }
    if request.client.application.kind == ApplicationKind::Confidential {
        require_proof(request.client)?;
    }
    let digest = sha256(code);
    let now = inner.clock.now();
    let row = inner.store.device_grant(digest).await?.ok_or(Fault::UnknownGrant(WHAT))?;
    if row.request.application_id != request.client.application.id {
        return Err(Fault::UnknownGrant(WHAT));
    }
    let (mut grant, granted_at) = match row.outcome {
        _ if row.redeemed => return Err(Fault::UnknownGrant(WHAT)),
        Some(DeviceOutcome::Declined) => return Err(Fault::DeviceDeclined),
        Some(DeviceOutcome::MultiFactorNeeded) => {
            return Err(Fault::MultiFactorNeeded(request.client.application.id));
        }
        _ if row.expires_at <= now => return Err(Fault::DeviceExpired),
        None => return Err(Fault::DevicePending),
        Some(DeviceOutcome::Granted { grant, granted_at }) => (*grant, granted_at),
    };
    let user = holder(&request, &grant, granted_at, WHAT).await?;
    // MSAL Python sends no scope here, MSAL Node does.
    rescope(&request, &mut grant, &user).await?;
    if !inner.store.redeem_device(digest, now).await? {
        return Err(Fault::UnknownGrant(WHAT));
    }
    issue(&request, Issue { grant, user, nonce: None, refresh_ends_at: None }).await
}
