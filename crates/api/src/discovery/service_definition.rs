//! `GET …/_apis/ServiceDefinitions/{serviceType}/{identifier}`: where a service is, in the older form.
//!
//! Git Credential Manager asks for the root of the location services and takes the first `location` of the answer
//! for the base address of the session-token endpoint (contract.md §10.6).

use http::StatusCode;
use serde::Serialize;
use url::Url;
use utoipa::ToSchema;
use uuid::{Uuid, uuid};

use crate::answer::Answer;
use crate::openapi::Documentation;
use crate::routes::Parameters;

const SERVICE_TYPE: &str = "LocationService2";
/// The location services that clients ask for: the organization's own, the root, and the application's
/// (contract.md §10.5). All are here.
const SERVICES: [(Uuid, &str); 3] = [
    (uuid!("464ccb8d-abaf-4793-b927-cfdc107791ee"), "Self"),
    (uuid!("951917ac-a960-4999-8464-e3f0aa25b381"), "SPS"),
    (uuid!("8d299418-9467-402b-a171-9165e2f703e2"), "Application"),
];
const MONIKER: &str = "PublicAccessMapping";

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceDefinition {
    service_type: &'static str,
    identifier: Uuid,
    display_name: &'static str,
    relative_to_setting: &'static str,
    tool_id: &'static str,
    location_mappings: [LocationMapping; 1],
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LocationMapping {
    access_mapping_moniker: &'static str,
    location: String,
}

pub(crate) fn handle(parameters: &Parameters<'_>, base: &Url) -> Result<Answer, Answer> {
    let service_type = parameters.get("serviceType").unwrap_or_default();
    let identifier = parameters.get("identifier").and_then(|id| Uuid::try_parse(id).ok());
    let known = SERVICES.iter().find(|(id, _)| Some(*id) == identifier);
    let Some((identifier, display_name)) = known.filter(|_| service_type.eq_ignore_ascii_case(SERVICE_TYPE))
    else {
        return Err(Answer::service_error(
            StatusCode::NOT_FOUND,
            "There is no definition of this service. The location services are here: type LocationService2.",
        ));
    };
    let definition = ServiceDefinition {
        service_type: SERVICE_TYPE,
        identifier: *identifier,
        display_name,
        relative_to_setting: "fullyQualified",
        tool_id: "Framework",
        location_mappings: [LocationMapping { access_mapping_moniker: MONIKER, location: base.to_string() }],
    };
    Ok(Answer::json(StatusCode::OK, &definition))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Discovery", "Where a location service is")
        .text("Git Credential Manager takes the first location of the answer for the base address.")
        .answers::<ServiceDefinition>(200, "The base address as the client reached it.")
}
