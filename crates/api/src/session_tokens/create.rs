//! `POST …/_apis/token/sessiontokens?tokentype=compact`: a PAT as Git Credential Manager makes it.
//!
//! Refusals of the domain have status 400 and the bare name of the reason, as that client expects (contract.md §1.7).

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::session_token::SessionTokenView;
use patcycle_contract::session_token_request::SessionTokenCreateRequest;
use patcycle_contract::{SessionToken, SessionTokenError, WrappedException, query};
use patcycle_lifecycle::OperationError;

use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let has = |key, value| {
        query::first(call.query, key).is_some_and(|given| given.trim().eq_ignore_ascii_case(value))
    };
    if has("isPublic", "true") {
        return Err(refused(&SessionTokenError::SshPolicyDisabled));
    }
    if !has("tokentype", "compact") {
        // The other type is a token that nobody could end before its time.
        return Err(refused(&SessionTokenError::InvalidTokenType));
    }
    let bytes = body::read(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = SessionTokenCreateRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    match call.state.lifecycle.create_session_token(call.caller, call.organization, request).await {
        Ok(issued) => {
            let view = SessionTokenView {
                token: &issued.token,
                version: call.version,
                secret: Some(&issued.secret),
            };
            Ok(Answer::json(StatusCode::OK, &view))
        }
        Err(OperationError::Refused(refusal)) => {
            tracing::info!(
                reason = refusal.error.as_str(),
                activity.id = %call.caller.activity_id,
                "session token refused"
            );
            Err(refused(&refusal.error))
        }
        Err(OperationError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
        Err(OperationError::Random(error)) => Err(failure::random(error, call.caller.activity_id)),
    }
}

fn refused(error: &SessionTokenError) -> Answer {
    Answer::error(StatusCode::BAD_REQUEST, &WrappedException::refused(error))
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Session tokens", "Makes a compact session token")
        .required_query("tokentype", "compact")
        .answers::<SessionToken>(200, "The token, with its secret.")
}
