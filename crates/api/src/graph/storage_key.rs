//! `GET …/graph/storagekeys/{subjectDescriptor}`: the object id of the person whom a descriptor names.

use http::StatusCode;
use patcycle_contract::graph::{GraphValue, GraphValueLinks};

use crate::answer::Answer;
use crate::call::Call;
use crate::openapi::Documentation;
use crate::origin::Origin;
use crate::token_admin::list::subject;

/// Nothing is looked up, as in [`super::descriptor`].
pub(crate) fn handle(call: &Call<'_>, origin: &Origin) -> Result<Answer, Answer> {
    let descriptor = subject(call.parameters.get("subjectDescriptor").unwrap_or_default())?;
    let base = origin.base_of(call.organization);
    let links = GraphValueLinks::new(&base, "StorageKeys", &descriptor.to_string(), descriptor);
    Ok(Answer::json(StatusCode::OK, &GraphValue { value: descriptor.0, links }))
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Graph", "Tells the object id of a person")
        .answers::<GraphValue<String>>(200, "The object id.")
}
