//! `GET …/graph/descriptors/{storageKey}`: how Token Admin names the person with this object id.

use http::StatusCode;
use patcycle_contract::SubjectDescriptor;
use patcycle_contract::graph::{GraphValue, GraphValueLinks};
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::openapi::Documentation;
use crate::origin::Origin;

/// Nothing is looked up: the one is a spelling of the other, and says nothing about whether somebody exists.
pub(crate) fn handle(call: &Call<'_>, origin: &Origin) -> Result<Answer, Answer> {
    let given = call.parameters.get("storageKey").unwrap_or_default();
    let id = Uuid::try_parse(given).ok().filter(|id| !id.is_nil());
    let id = id.ok_or_else(|| {
        Answer::bad_argument("The storage key is not a UUID. Send the object id of a person of the tenant.")
    })?;
    let value = SubjectDescriptor(id);
    let links =
        GraphValueLinks::new(&origin.base_of(call.organization), "Descriptors", &id.to_string(), value);
    Ok(Answer::json(StatusCode::OK, &GraphValue { value, links }))
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Graph", "Tells how Token Admin names a person")
        .answers::<GraphValue<String>>(200, "The subject descriptor.")
}
