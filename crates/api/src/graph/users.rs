//! `GET …/graph/users`: the people who belong to the organization and made a PAT.

use http::{HeaderName, HeaderValue, StatusCode};
use patcycle_contract::graph::{GraphPerson, GraphUser, GraphUsers};
use patcycle_contract::query;
use patcycle_lifecycle::Person;
use patcycle_lifecycle::people::PeopleError;
use url::Url;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;
use crate::origin::Origin;

pub(crate) async fn handle(call: &Call<'_>, origin: &Origin) -> Result<Answer, Answer> {
    let value = |key| query::first(call.query, key).map(str::trim).filter(|value| !value.is_empty());
    let types = value("subjectTypes");
    let asks_for_ours = |types: &str| types.split(',').any(|kind| kind.trim().eq_ignore_ascii_case("aad"));
    if !types.is_none_or(asks_for_ours) {
        // Everybody here is a person of an Entra tenant.
        return Ok(Answer::json(StatusCode::OK, &GraphUsers { count: 0, value: Vec::new() }));
    }
    let page = call.state.lifecycle.people(call.caller, call.organization, value("continuationToken")).await;
    let (people, next) = match page {
        Ok(page) => page,
        Err(PeopleError::BadContinuationToken(error)) => return Err(Answer::bad_argument(error.to_string())),
        Err(PeopleError::Storage(error)) => return Err(failure::storage(&error, call.caller.activity_id)),
    };
    let base = origin.base_of(call.organization);
    let value: Vec<GraphUser> = people.iter().map(|person| shown(person, &base)).collect();
    let answer = Answer::json(StatusCode::OK, &GraphUsers { count: value.len(), value });
    // A sealed token is base64url, so it is always a header value.
    let next = next.and_then(|next| HeaderValue::from_str(&next).ok());
    Ok(match next {
        Some(next) => answer.with(HeaderName::from_static("x-ms-continuationtoken"), next),
        None => answer,
    })
}

/// A person as the organization at this base address shows them.
pub(super) fn shown(person: &Person, base: &Url) -> GraphUser {
    let person = GraphPerson {
        id: person.id,
        tenant_id: person.tenant_id,
        user_name: &person.user_name,
        display_name: &person.display_name,
        disabled: person.disabled,
    };
    GraphUser::new(person, base)
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Graph", "Lists the people of the organization")
        .query("subjectTypes", "Kinds of subjects; everybody here is of the kind aad.")
        .query(
            "continuationToken",
            "Where the page starts: the header X-MS-ContinuationToken of the page before.",
        )
        .answers::<GraphUsers>(200, "One page.")
}
