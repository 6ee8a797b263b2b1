//! `POST …/tokens/pats`: a new PAT. The one answer that holds a secret.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::{IssuedPatTokenResult, PatTokenCreateRequest};

use crate::answer::Answer;
use crate::body;
use crate::call::Call;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let bytes = body::read(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = PatTokenCreateRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    let pat = call.state.lifecycle.create(call.caller, call.organization, request).await;
    let pat = pat.map_err(|error| call.failed(error))?;
    Ok(Answer::json(StatusCode::OK, &IssuedPatTokenResult(pat)))
}
