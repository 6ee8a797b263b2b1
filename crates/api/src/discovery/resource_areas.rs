//! `GET …/_apis/ResourceAreas` and `…/ResourceAreas/{areaId}`: which host serves an area.

use http::StatusCode;
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;
use uuid::{Uuid, uuid};

use super::Collection;
use crate::answer::Answer;
use crate::openapi::Documentation;

/// Areas by the ids that are built into clients (contract.md §1.1, §4).
const AREAS: &[(Uuid, &str)] = &[
    (uuid!("55967393-20ef-45c6-a96c-b5d5d5986a9a"), "Tokens"),
    (uuid!("af68438b-ed04-4407-9eb6-f1dbae3f922e"), "TokenAdmin"),
    (uuid!("bb1e7ec9-e901-4b68-999a-de7012b920f8"), "Graph"),
];

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ResourceArea {
    id: Uuid,
    name: &'static str,
    location_url: String,
}

/// None has a host of its own. Clients then stay at the address that they have; from a list that lacks an area
/// they would conclude that it is served elsewhere.
pub(crate) fn list() -> Answer {
    Answer::json(StatusCode::OK, &Collection::<ResourceArea>::from(Vec::new()))
}

/// Whoever asks for one area is told that it is here.
pub(crate) fn get(id: Option<&str>, base: &Url) -> Result<Answer, Answer> {
    let id = id.and_then(|id| Uuid::try_parse(id).ok()).ok_or_else(|| {
        Answer::bad_argument("The id of the resource area is not a UUID. Client libraries have it built in.")
    })?;
    let (id, name) = AREAS.iter().find(|(known, _)| *known == id).ok_or_else(|| {
        Answer::service_error(
            StatusCode::NOT_FOUND,
            format!(
                "The resource area {id} is not served here. This service has tokens and their administration."
            ),
        )
    })?;
    Ok(Answer::json(StatusCode::OK, &ResourceArea { id: *id, name, location_url: base.to_string() }))
}

/// What is said of it.
pub(crate) fn list_documentation() -> Documentation {
    Documentation::new("Discovery", "Areas that another host serves")
        .mentions::<ResourceArea>()
        .answers::<Collection<ResourceArea>>(200, "None: all are here.")
}

/// What is said of it.
pub(crate) fn get_documentation() -> Documentation {
    Documentation::new("Discovery", "Which host serves an area")
        .answers::<ResourceArea>(200, "The base address as the client reached it.")
}
