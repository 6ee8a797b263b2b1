//! `POST /_patcycle/leaks`: tells of tokens that were found, without credentials.
//!
//! The answer is always the same, and comes before anything is looked up: nobody learns whether a string is a PAT of
//! this service. The worst that can be done with it is to end a PAT whose secret one holds.

use axum::body::Body;
use http::StatusCode;
use http::header::RETRY_AFTER;
use http::{HeaderValue, request::Parts};
use patcycle_contract::WrappedException;
use patcycle_token::ParsedPat;
use serde_json::json;

use super::intake::{Full, Report};
use super::{Find, parse_find, reporter};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::openapi::Documentation;
use crate::{ApiState, body};

/// Seconds after which a source may try again.
const RETRY_SECONDS: u32 = 60;

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Leaks", "Tells of tokens that were found where secrets must not be")
        .text("No credentials. The answer is the same whatever the tokens are, and comes before they are looked up.")
        .takes::<Find>()
        .answers_json(202, "The report is taken.")
        .answers::<WrappedException>(429, "The source has reported too many for now.")
}

pub(crate) async fn handle(
    state: &ApiState,
    exchange: &Exchange,
    parts: &Parts,
    body: Body,
) -> Result<Answer, Answer> {
    // Whoever has no budget left does not get a body read either.
    state.leaks.spend(exchange.address, 1).map_err(full)?;
    let body = body::read(parts, body, state.settings.body_timeout).await.map_err(|error| error.answer())?;
    let mut find = parse_find(body, exchange)?;
    state.leaks.spend(exchange.address, find.tokens.len()).map_err(full)?;
    find.tokens
        .retain(|token| matches!(patcycle_token::parse(token.expose()), Ok(ParsedPat::Current { .. })));
    if !find.tokens.is_empty() {
        let report = Report { tokens: find.tokens, place: find.place, actor: reporter(exchange) };
        state.leaks.queue(report).map_err(full)?;
    }
    Ok(Answer::json(StatusCode::ACCEPTED, &json!({ "status": "queued" })))
}

fn full(_: Full) -> Answer {
    Answer::service_error(
        StatusCode::TOO_MANY_REQUESTS,
        "Too many tokens were reported. Nothing of this report was taken. Send it again in a minute.",
    )
    .with(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS))
}
