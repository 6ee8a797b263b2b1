//! `PUT …/tokens/pats`: another name, scope, end or target. The secret stays and is not shown.

use axum::body::Body;
use patcycle_contract::{PatTokenResult, PatTokenUpdateRequest};

use super::shown;
use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let bytes = body::read(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = PatTokenUpdateRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    let pat = call.state.lifecycle.update(call.caller, call.organization, request).await;
    let pat = pat.map_err(|error| call.failed(error))?;
    Ok(shown(pat))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Tokens", "Changes a PAT's name, scopes, end or target")
        .text("The secret stays as it is.")
        .takes::<PatTokenUpdateRequest>()
        .answers::<PatTokenResult>(200, "The PAT, without its secret; or why it was not changed.")
}
