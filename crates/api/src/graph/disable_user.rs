//! `DELETE …/graph/users/{subjectDescriptor}`: takes a person's access to the organization away.

use http::StatusCode;
use patcycle_lifecycle::person_access::{PersonAccess, PersonAccessError};

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;
use crate::token_admin::list::subject;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let person = subject(call.parameters.get("subjectDescriptor").unwrap_or_default())?;
    let lifecycle = &call.state.lifecycle;
    let set = lifecycle.set_person_access(call.caller, call.organization, person, PersonAccess::Disabled);
    match set.await {
        Ok(_) => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        Err(error) => Err(refused(call, error)),
    }
}

/// The answer where access stays as it is.
pub(super) fn refused(call: &Call<'_>, error: PersonAccessError) -> Answer {
    match error {
        PersonAccessError::Unknown => Answer::service_error(StatusCode::NOT_FOUND, error.to_string()),
        PersonAccessError::Ambiguous => Answer::service_error(StatusCode::CONFLICT, error.to_string()),
        PersonAccessError::Oneself => Answer::bad_argument(error.to_string()),
        PersonAccessError::ActorDisabled => Answer::service_error(StatusCode::FORBIDDEN, error.to_string()),
        PersonAccessError::Storage(error) => failure::storage(&error, call.caller.activity_id),
        PersonAccessError::Random(error) => failure::random(error, call.caller.activity_id),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Graph", "Takes a person's access to the organization away")
        .text(
            "Nothing of theirs works here from then on, and they manage nothing. Nothing is revoked: given access again, \
             they have what has not ended meanwhile. Doing it again changes nothing.",
        )
        .answers_empty(204, "Access is taken away.")
}
