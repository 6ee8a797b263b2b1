//! `POST …/tokens/pats`: a new PAT. The one answer that holds a secret.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::{IssuedPatTokenResult, PatTokenCreateRequest, PatTokenResult};

use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let bytes = body::read(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = PatTokenCreateRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    let pat = call.state.lifecycle.create(call.caller, call.organization, request).await;
    let pat = pat.map_err(|error| call.failed(error))?;
    Ok(Answer::json(StatusCode::OK, &IssuedPatTokenResult(pat)))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Tokens", "Makes a PAT").takes::<PatTokenCreateRequest>().answers::<PatTokenResult>(
        200,
        "The PAT with its secret, which is shown this once; or why there is none.",
    )
}
