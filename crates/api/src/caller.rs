//! Who asks: the one place that reads the `Authorization` header.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use patcycle_entra::validation::{AccessToken, CallerKind, TokenFault};
use patcycle_lifecycle::{Caller, StorageError};
use uuid::Uuid;

use crate::ApiState;
use crate::directory::Place;
use crate::exchange::Exchange;
use crate::routes::Access;

/// What a request brings to show who sends it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Credential<'a> {
    /// Nothing.
    None,
    /// Something in `Bearer` that is no PAT.
    AccessToken(&'a str),
    /// A PAT in `Bearer`, or anything in `Basic`, which only PATs ever use.
    PersonalAccessToken,
    /// Several headers, an unknown scheme, or nothing readable.
    Unusable,
}

impl<'a> Credential<'a> {
    fn of(headers: &'a HeaderMap) -> Self {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let Some(value) = values.next() else { return Self::None };
        if values.next().is_some() {
            // Whoever checks the first and uses the second can be fooled, so neither is used.
            return Self::Unusable;
        }
        let Ok(text) = value.to_str() else { return Self::Unusable };
        let (scheme, token) = text.trim().split_once([' ', '\t']).unwrap_or((text.trim(), ""));
        let token = token.trim();
        if scheme.eq_ignore_ascii_case("Basic") {
            Self::PersonalAccessToken
        } else if !scheme.eq_ignore_ascii_case("Bearer") || token.is_empty() {
            Self::Unusable
        } else if patcycle_token::parse(token).is_ok() {
            Self::PersonalAccessToken
        } else {
            Self::AccessToken(token)
        }
    }
}

/// Why a caller is turned away.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Denial {
    /// No credentials.
    #[error("there are no credentials")]
    Anonymous,
    /// A PAT. A PAT cannot manage PATs, whether it is good or not; so it is not even looked up.
    #[error("the credential is a personal access token")]
    PersonalAccessToken,
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
    let token = match Credential::of(headers) {
        Credential::None => return Err(Denial::Anonymous),
        Credential::PersonalAccessToken => return Err(Denial::PersonalAccessToken),
        Credential::Unusable => return Err(Denial::Unusable),
        Credential::AccessToken(token) => token,
    };
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
    let (permission, administrators_only) = match access {
        Access::Person(permission) => (permission, false),
        Access::Administrator(permission) => (permission, true),
        Access::Anyone | Access::Challenge => return Err(Denial::Unusable),
    };
    if !permission.is_granted(&token.scopes, state.settings.require_both_pat_scopes) {
        return Err(Denial::MissingScope(token.object_id));
    }
    if administrators_only && !place.organization.administrators.contains(&token.object_id) {
        return Err(Denial::NotAdministrator(token.object_id));
    }
    let rules = state.lifecycle.revocation_rules(&place.organization).await;
    let rules = rules.map_err(Denial::StoreUnavailable)?;
    if rules.revoke(token.scopes.iter().map(String::as_str), token.issued_at) {
        return Err(Denial::RevokedByRule);
    }
    Ok(caller(&token, exchange))
}

fn caller(token: &AccessToken, exchange: &Exchange) -> Caller {
    let user_name = token.user_name.clone().unwrap_or_else(|| token.object_id.to_string());
    Caller {
        tenant_id: token.tenant_id,
        object_id: token.object_id,
        display_name: token.display_name.clone().unwrap_or_else(|| user_name.clone()),
        user_name,
        groups: token.groups.clone(),
        application_id: token.application_id,
        address: exchange.address,
        user_agent: exchange.user_agent.clone(),
        activity_id: exchange.activity_id,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use patcycle_primitives::SeededRandom;
    use patcycle_token::{Signature, mint};

    use super::*;

    fn is(fields: &[&str], expected: Credential<'_>) -> bool {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(AUTHORIZATION, HeaderValue::from_str(field).unwrap());
        }
        Credential::of(&headers) == expected
    }

    #[test]
    fn reads_one_bearer_token_in_any_spelling() {
        assert!(is(&[], Credential::None));
        for field in ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c ", "Bearer\ta.b.c"] {
            assert!(is(&[field], Credential::AccessToken("a.b.c")), "{field}");
        }
        for field in ["", "Bearer", "Bearer ", "a.b.c", "Negotiate a.b.c", "Bearera.b.c"] {
            assert!(is(&[field], Credential::Unusable), "{field}");
        }
        assert!(is(&["Bearer a.b.c", "Bearer a.b.c"], Credential::Unusable));
    }

    #[test]
    fn knows_a_pat_in_any_spelling() {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let pat = mint(&SeededRandom::new(7), now, Signature::Patcycle).unwrap();
        let fields = [
            format!("Bearer {}", pat.expose()),
            format!("bearer  {}", pat.expose()),
            "Basic Zm9v".to_owned(),
        ];
        for field in fields.iter().map(String::as_str).chain(["basic", "BASIC Onh4"]) {
            assert!(is(&[field], Credential::PersonalAccessToken));
        }
    }
}
