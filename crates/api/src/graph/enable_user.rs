//! `POST …/graph/users`: gives a person access to the organization again.

use axum::body::Body;
use http::StatusCode;
use patcycle_contract::SubjectDescriptor;
use patcycle_contract::graph::{GraphUser, GraphUserCreateRequest};
use patcycle_contract::requests::RequestedId;
use patcycle_lifecycle::person_access::PersonAccess;

use super::disable_user::refused;
use super::users::shown;
use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::openapi::Documentation;
use crate::origin::Origin;

pub(crate) async fn handle(call: &Call<'_>, origin: &Origin, body: Body) -> Result<Answer, Answer> {
    let bytes = body::read(call.parts, body, call.state.settings.body_timeout).await;
    let bytes = bytes.map_err(|error| error.answer())?;
    let request = GraphUserCreateRequest::parse(&bytes).map_err(|error| call.unreadable(&error))?;
    let person = whom(call, &request).await?;
    let lifecycle = &call.state.lifecycle;
    let set = lifecycle.set_person_access(call.caller, call.organization, person, PersonAccess::Enabled);
    let person = set.await.map_err(|error| refused(call, error))?;
    let user = shown(&person, &origin.base_of(call.organization));
    Ok(Answer::json(StatusCode::CREATED, &user))
}

/// The person by id, or else by name.
async fn whom(call: &Call<'_>, request: &GraphUserCreateRequest) -> Result<SubjectDescriptor, Answer> {
    match request.origin_id {
        RequestedId::Of(id) => return Ok(SubjectDescriptor(id)),
        RequestedId::Missing => {}
        RequestedId::Malformed => {
            return Err(Answer::bad_argument(
                "originId is not a UUID. Send the object id of a person of the tenant.",
            ));
        }
    }
    let name = request.principal_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| {
        Answer::bad_argument(
            "Send originId, the object id of a person, or principalName, their sign-in name.",
        )
    })?;
    let person = call.state.lifecycle.person_named(call.organization, name).await;
    person.map_err(|error| refused(call, error))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Graph", "Gives a person access to the organization again")
        .text(
            "By originId, or else by principalName. Their PATs that have not ended work again. Nobody is made known by \
             it: people become known by what they do here.",
        )
        .takes::<GraphUserCreateRequest>()
        .answers::<GraphUser>(201, "The person.")
}
