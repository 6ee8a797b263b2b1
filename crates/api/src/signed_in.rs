//! Callers of addresses without an organization: any person whom a tenant of one of the organizations signed in.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue, StatusCode};
use patcycle_contract::WrappedException;
use patcycle_entra::validation::CallerKind;
use patcycle_lifecycle::Caller;

use crate::ApiState;
use crate::answer::Answer;
use crate::caller::{Denial, token_caller};
use crate::challenge::KEYS_RETRY_AFTER;
use crate::credential::Credential;
use crate::exchange::Exchange;
use crate::routes::Permission;

/// The person who sent the request. PATs do not count: each belongs to an organization, and none is named.
pub(crate) async fn authenticate_anywhere(
    state: &ApiState,
    permission: Permission,
    headers: &HeaderMap,
    exchange: &Exchange,
) -> Result<Caller, Denial> {
    let token = match Credential::of(headers) {
        Credential::None => return Err(Denial::Anonymous),
        Credential::PersonalAccessToken(_) => return Err(Denial::PersonalAccessToken),
        Credential::Unusable => return Err(Denial::Unusable),
        Credential::AccessToken(token) => token,
    };
    let token = state.validator.validate(token).await.map_err(|fault| {
        if fault.is_unavailable() { Denial::KeysUnavailable(fault) } else { Denial::NotBelieved(fault) }
    })?;
    match token.kind {
        CallerKind::Application => return Err(Denial::ServicePrincipal),
        CallerKind::User => {}
    }
    if !permission.is_granted(&token.scopes, state.settings.require_both_pat_scopes) {
        return Err(Denial::MissingScope(token.object_id));
    }
    Ok(token_caller(&token, exchange))
}

/// The answer to a caller who is turned away where no organization says where to sign in.
pub(crate) fn turn_away(denial: &Denial) -> Answer {
    let exception = match denial {
        Denial::ServicePrincipal => {
            return Answer::error(StatusCode::FORBIDDEN, &WrappedException::service_principal());
        }
        Denial::KeysUnavailable(_) | Denial::StoreUnavailable(_) => {
            return Answer::unavailable(
                KEYS_RETRY_AFTER,
                "The service cannot tell now whether the credentials are good. Try again in a few seconds.",
            );
        }
        Denial::Anonymous => WrappedException::anonymous(),
        Denial::PersonalAccessToken => WrappedException::access_not_allowed(),
        Denial::MissingScope(id) => WrappedException::unauthorized(&id.to_string()),
        _ => WrappedException::unauthorized(""),
    };
    Answer::error(StatusCode::UNAUTHORIZED, &exception)
        .with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}
