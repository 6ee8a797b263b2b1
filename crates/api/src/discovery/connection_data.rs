//! `GET …/_apis/connectionData`: who the caller is, and where the services are (contract.md §10.5).

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::openapi::Documentation;
use crate::origin::Origin;

const MONIKER: &str = "PublicAccessMapping";
/// Seconds for which a client may keep the answer.
const TIME_TO_LIVE: u32 = 3600;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConnectionData {
    authenticated_user: Identity,
    authorized_user: Identity,
    instance_id: Uuid,
    deployment_id: Uuid,
    deployment_type: &'static str,
    location_service_data: LocationServiceData,
}

#[derive(Serialize, Clone, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Identity {
    id: Uuid,
    descriptor: String,
    provider_display_name: String,
    is_active: bool,
    is_container: bool,
    properties: Value,
}

/// It names no `serviceOwner`: a client that finds one looks for other hosts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LocationServiceData {
    default_access_mapping_moniker: &'static str,
    access_mappings: [AccessMapping; 1],
    service_definitions: [Value; 0],
    last_change_id: i32,
    last_change_id64: i64,
    client_cache_fresh: bool,
    client_cache_time_to_live: u32,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccessMapping {
    moniker: &'static str,
    display_name: &'static str,
    access_point: String,
}

pub(crate) fn handle(call: &Call<'_>, origin: &Origin) -> Answer {
    let identity = identity(call);
    let data = ConnectionData {
        authenticated_user: identity.clone(),
        authorized_user: identity,
        instance_id: call.organization.id,
        // To a client, each organization is an installation of its own.
        deployment_id: call.organization.id,
        deployment_type: "onPremises",
        location_service_data: LocationServiceData {
            default_access_mapping_moniker: MONIKER,
            access_mappings: [AccessMapping {
                moniker: MONIKER,
                display_name: "Public Access Mapping",
                access_point: origin.base_of(call.organization).to_string(),
            }],
            service_definitions: [],
            last_change_id: 1,
            last_change_id64: 1,
            client_cache_fresh: false,
            client_cache_time_to_live: TIME_TO_LIVE,
        },
    };
    Answer::json(StatusCode::OK, &data)
}

fn identity(call: &Call<'_>) -> Identity {
    let caller = call.caller;
    Identity {
        id: caller.object_id,
        descriptor: format!(
            "Microsoft.IdentityModel.Claims.ClaimsIdentity;{}\\{}",
            caller.tenant_id, caller.user_name
        ),
        provider_display_name: caller.display_name.clone(),
        is_active: true,
        is_container: false,
        properties: json!({ "Account": { "$type": "System.String", "$value": caller.user_name } }),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Discovery", "Who the caller is, and where the services are")
        .answers::<ConnectionData>(200, "The caller, and the base address as the client reached it.")
}
