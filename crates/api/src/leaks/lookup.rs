//! `POST /{organization}/_apis/_patcycle/leaks/lookup`: whose are these strings? For administrators who were handed one.
//!
//! Nothing is changed, and no token is repeated: the answers stand in the order of the question.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::leaks::{FoundPat, LeakFinding, LeakFindings};
use patcycle_lifecycle::State;
use patcycle_lifecycle::leak::KnownPat;

use super::{Find, MAXIMUM_TOKENS, too_many};
use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::openapi::Documentation;

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Leaks", "Tells whose tokens are that were found")
        .text("Nothing is changed, and no token is repeated: the answers stand in the order of the question.")
        .takes::<Find>()
        .answers::<LeakFindings>(
            200,
            "For each token whether it is known, and of which PAT it is the secret.",
        )
}

pub(crate) async fn handle(call: &Call<'_>, body: Body) -> Result<Answer, Answer> {
    let timeout = call.state.settings.body_timeout;
    let body = body::read(call.parts, body, timeout).await.map_err(|error| error.answer())?;
    let body = zeroize::Zeroizing::new(body);
    let find: Find = serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        call.unreadable(&patcycle_contract::BodyError::Malformed { line, column })
    })?;
    if find.tokens.len() > MAXIMUM_TOKENS {
        return Err(too_many(find.tokens.len(), MAXIMUM_TOKENS));
    }
    let mut value = Vec::with_capacity(find.tokens.len());
    for token in &find.tokens {
        let known = call.state.lifecycle.look_up_leaked(call.organization, token).await;
        let known = known.map_err(|error| call.failed(error))?;
        value.push(LeakFinding { known: known.is_some(), pat: known.map(found) });
    }
    Ok(Answer::json(StatusCode::OK, &LeakFindings { count: value.len(), value }))
}

fn found(known: KnownPat) -> FoundPat {
    let pat = known.authorization;
    FoundPat {
        authorization_id: pat.id,
        display_name: pat.display_name,
        scope: pat.scope,
        valid_from: pat.valid_from,
        valid_to: pat.valid_to,
        state: match known.state {
            State::Active => "active",
            State::Expired => "expired",
            State::Revoked => "revoked",
        }
        .to_owned(),
        works: known.secret_works,
        owner_id: known.owner.id,
        owner_name: known.owner.user_name,
        owner_display_name: known.owner.display_name,
    }
}
