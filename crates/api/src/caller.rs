//! Who asks.

use http::HeaderMap;
use patcycle_entra::validation::{AccessToken, CallerKind, TokenFault};
use patcycle_lifecycle::person_access::PersonAccess;
use patcycle_lifecycle::verify::{Grant, Question, Reason, Verdict};
use patcycle_lifecycle::{Caller, CallerCredential, StorageError};
use uuid::Uuid;

use crate::ApiState;
use crate::credential::{Credential, Wrapped};
use crate::directory::Place;
use crate::exchange::Exchange;
use crate::routes::{Access, PatScope, Permission};

/// Why a caller is turned away.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Denial {
    /// No credentials.
    #[error("there are no credentials")]
    Anonymous,
    /// A PAT where none is taken. A PAT cannot manage PATs, whether it is good or not; so it is not even looked up.
    #[error("the credential is a personal access token")]
    PersonalAccessToken,
    /// A PAT where one could be taken, but not this one.
    #[error("the personal access token is not good: {0}")]
    PatNotGood(Reason),
    /// No single readable `Bearer` token.
    #[error("the Authorization header is not one readable Bearer token")]
    Unusable,
    /// The access token is not believed.
    #[error("{0}")]
    NotBelieved(TokenFault),
    /// The keys that would tell are not at hand.
    #[error("{0}")]
    KeysUnavailable(TokenFault),
    /// A revocation rule of the organization ended it: it was issued before the rule's instant with a scope of it.
    #[error("a revocation rule ended the token")]
    RevokedByRule,
    /// The store that would tell is not at hand.
    #[error("{0}")]
    StoreUnavailable(StorageError),
    /// Someone of another tenant than the organization's.
    #[error("the caller is from another tenant")]
    OtherTenant(Uuid),
    /// A token that another organization's issuer accepted, and so for an audience that is not this one's.
    #[error("the token is from an issuer that is not the organization's")]
    OtherIssuer,
    /// An application in its own name.
    #[error("the caller is an application")]
    ServicePrincipal,
    /// A person of the tenant who does not belong to the organization.
    #[error("the caller is not a member of the organization")]
    NotMember(Uuid),
    /// A member whose access an administrator took away.
    #[error("the caller is disabled in the organization")]
    Disabled(Uuid),
    /// The application that the person uses was not permitted this.
    #[error("the token's scopes do not permit this")]
    MissingScope(Uuid),
    /// A member of the organization who is none of its administrators.
    #[error("the caller is not an administrator of the organization")]
    NotAdministrator(Uuid),
}

/// The person who sent the request, if they may do this in this organization.
pub(crate) async fn authenticate(
    state: &ApiState,
    place: &Place,
    access: Access,
    headers: &HeaderMap,
    exchange: &Exchange,
) -> Result<Caller, Denial> {
    let (permission, administrators_only) = match access {
        Access::Person(permission) => (permission, false),
        Access::Administrator(permission) => (permission, true),
        Access::Anyone | Access::Challenge | Access::SignedIn(_) | Access::Verification => {
            return Err(Denial::Unusable);
        }
    };
    let caller = match Credential::of(headers) {
        Credential::None => return Err(Denial::Anonymous),
        Credential::Unusable => return Err(Denial::Unusable),
        Credential::AccessToken(token) => by_access_token(state, place, permission, token, exchange).await?,
        Credential::PersonalAccessToken(pat) => by_pat(state, place, permission, pat, exchange).await?,
    };
    if administrators_only && !place.organization.administrators.contains(&caller.object_id) {
        return Err(Denial::NotAdministrator(caller.object_id));
    }
    Ok(caller)
}

async fn by_access_token(
    state: &ApiState,
    place: &Place,
    permission: Permission,
    token: &str,
    exchange: &Exchange,
) -> Result<Caller, Denial> {
    let token = state.validator.validate(token).await.map_err(|fault| {
        if fault.is_unavailable() { Denial::KeysUnavailable(fault) } else { Denial::NotBelieved(fault) }
    })?;
    if token.tenant_id != place.organization.tenant_id {
        return Err(Denial::OtherTenant(token.object_id));
    }
    if !place.issuers.contains(&token.issuer) {
        return Err(Denial::OtherIssuer);
    }
    match token.kind {
        CallerKind::Application => return Err(Denial::ServicePrincipal),
        CallerKind::User => {}
    }
    if !place.organization.has_member(token.object_id) {
        return Err(Denial::NotMember(token.object_id));
    }
    if !permission.is_granted(&token.scopes, state.settings.require_both_pat_scopes) {
        return Err(Denial::MissingScope(token.object_id));
    }
    let standing = state.lifecycle.standing(&place.organization, token.object_id).await;
    let standing = standing.map_err(Denial::StoreUnavailable)?;
    // The rules of making and changing PATs refuse a disabled owner by themselves, and say why.
    if standing.access == PersonAccess::Disabled && permission != Permission::ManagePats {
        return Err(Denial::Disabled(token.object_id));
    }
    if standing.rules.revoke(token.scopes.iter().map(String::as_str), token.issued_at) {
        return Err(Denial::RevokedByRule);
    }
    Ok(token_caller(&token, exchange))
}

/// The owner of a good PAT, on a route that some PATs open.
async fn by_pat(
    state: &ApiState,
    place: &Place,
    permission: Permission,
    pat: Wrapped<'_>,
    exchange: &Exchange,
) -> Result<Caller, Denial> {
    let scope = match permission.pat_scope() {
        PatScope::None => return Err(Denial::PersonalAccessToken),
        PatScope::Any => None,
        PatScope::Granting(scope) => Some(scope),
    };
    let pat = pat.unwrap().ok_or(Denial::PatNotGood(Reason::Malformed))?;
    let question = Question { organization: &place.organization, scope, address: exchange.address };
    match state.lifecycle.verify(pat.as_str(), &question).await {
        Ok(Verdict::Good(grant)) => Ok(pat_caller(grant, exchange)),
        Ok(Verdict::Refused(reason)) => Err(Denial::PatNotGood(reason)),
        Err(error) => Err(Denial::StoreUnavailable(error)),
    }
}

fn pat_caller(grant: Grant, exchange: &Exchange) -> Caller {
    Caller {
        tenant_id: grant.owner.tenant_id,
        object_id: grant.owner.id,
        display_name: grant.owner.display_name,
        user_name: grant.owner.user_name,
        groups: grant.owner.groups,
        signed_in_at: None,
        credential: CallerCredential::PersonalAccessToken(grant.authorization.id),
        application_id: None,
        address: exchange.address,
        user_agent: exchange.user_agent.clone(),
        activity_id: exchange.activity_id,
    }
}

pub(crate) fn token_caller(token: &AccessToken, exchange: &Exchange) -> Caller {
    let user_name = token.user_name.clone().unwrap_or_else(|| token.object_id.to_string());
    Caller {
        tenant_id: token.tenant_id,
        object_id: token.object_id,
        display_name: token.display_name.clone().unwrap_or_else(|| user_name.clone()),
        user_name,
        groups: token.groups.clone(),
        signed_in_at: Some(token.signed_in_at),
        credential: CallerCredential::AccessToken,
        application_id: token.application_id,
        address: exchange.address,
        user_agent: exchange.user_agent.clone(),
        activity_id: exchange.activity_id,
    }
}
