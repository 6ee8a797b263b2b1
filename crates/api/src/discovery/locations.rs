//! `OPTIONS …/_apis` and `OPTIONS …/_apis/{area}`: the addresses and versions of all resources.

use http::StatusCode;
use patcycle_contract::{ApiVersion, ResourceVersions};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::{Uuid, uuid};

use super::Collection;
use crate::answer::Answer;
use crate::openapi::Documentation;

/// A resource as clients look it up: by its id, which is built into them (contract.md §10.3).
#[derive(Debug)]
pub(crate) struct ResourceLocation {
    /// What a client looks for. Clients compare it as lower-case text.
    pub(crate) id: Uuid,
    pub(crate) area: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) versions: &'static ResourceVersions,
}

const fn location(
    id: Uuid,
    area: &'static str,
    resource: &'static str,
    versions: &'static ResourceVersions,
) -> ResourceLocation {
    ResourceLocation { id, area, resource, versions }
}

/// All resources that clients find by an id.
pub(crate) static LOCATIONS: &[ResourceLocation] = &[
    location(uuid!("2c1965e2-28da-4aa1-bc64-b8a58537ae9b"), "Tokens", "Pats", &ResourceVersions::PATS),
    // One client in Go looks for the id of the area in place of the resource's.
    location(uuid!("55967393-20ef-45c6-a96c-b5d5d5986a9a"), "Tokens", "Pats", &ResourceVersions::PATS),
    location(
        uuid!("af68438b-ed04-4407-9eb6-f1dbae3f922e"),
        "TokenAdmin",
        "PersonalAccessTokens",
        &ResourceVersions::TOKEN_ADMIN_LIST,
    ),
    location(
        uuid!("a9c08b2c-5466-4e22-8626-1ff304ffdf0f"),
        "TokenAdmin",
        "Revocations",
        &ResourceVersions::TOKEN_ADMIN,
    ),
    location(
        uuid!("ee4afb16-e7ab-4ed8-9d4b-4ef3e78f97e4"),
        "TokenAdmin",
        "RevocationRules",
        &ResourceVersions::TOKEN_ADMIN,
    ),
    location(uuid!("005e26ec-6b77-4e4f-a986-b3827bf241f5"), "Graph", "Users", &ResourceVersions::GRAPH_USERS),
    location(
        uuid!("048aee0a-7072-4cde-ab73-7af77b1e0b4e"),
        "Graph",
        "Descriptors",
        &ResourceVersions::GRAPH_DESCRIPTORS,
    ),
    location(
        uuid!("eb85f8cc-f0f6-4264-a5b1-ffe2e4d4801f"),
        "Graph",
        "StorageKeys",
        &ResourceVersions::GRAPH_STORAGE_KEYS,
    ),
    location(
        uuid!("f83735dc-483f-4238-a291-d45f6080a9af"),
        "Profile",
        "Profiles",
        &ResourceVersions::PROFILES,
    ),
    location(
        uuid!("229a6a53-b428-4ffb-a835-e8f36b5b4b1e"),
        "Account",
        "Accounts",
        &ResourceVersions::ACCOUNTS,
    ),
    location(
        uuid!("4e5fa14f-7097-4b73-9c85-00abc7353c61"),
        "Audit",
        "AuditLog",
        &ResourceVersions::AUDIT_LOG,
    ),
    location(
        uuid!("00d9565f-ed9c-4a06-9a50-00e7896ccab4"),
        "Location",
        "ConnectionData",
        &ResourceVersions::CONNECTION_DATA,
    ),
    location(
        uuid!("e81700f7-3be2-46de-8624-2eb35882fcaa"),
        "Location",
        "ResourceAreas",
        &ResourceVersions::RESOURCE_AREAS,
    ),
    location(
        uuid!("d810a47d-f4f4-4a62-a03f-fa1860585c4c"),
        "Location",
        "ServiceDefinitions",
        &ResourceVersions::SERVICE_DEFINITIONS,
    ),
];

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ApiResourceLocation {
    id: Uuid,
    area: &'static str,
    resource_name: &'static str,
    route_template: &'static str,
    /// No resource here was ever revised.
    resource_version: u32,
    min_version: String,
    max_version: String,
    released_version: String,
}

impl From<&ResourceLocation> for ApiResourceLocation {
    fn from(location: &ResourceLocation) -> Self {
        let ResourceLocation { id, area, resource, versions } = location;
        Self {
            id: *id,
            area,
            resource_name: resource,
            route_template: versions.route,
            resource_version: 1,
            min_version: versions.minimum.to_string(),
            max_version: ApiVersion::LATEST.to_string(),
            released_version: versions
                .released
                .map_or_else(|| "0.0".to_owned(), |version| version.to_string()),
        }
    }
}

/// The rows of `area`, in any case; of all areas where none is named. `allHostTypes` asks for what other hosts
/// have as well: there are none.
pub(crate) fn handle(area: Option<&str>) -> Answer {
    let asked =
        |location: &&ResourceLocation| area.is_none_or(|area| location.area.eq_ignore_ascii_case(area));
    let rows: Vec<ApiResourceLocation> =
        LOCATIONS.iter().filter(asked).map(ApiResourceLocation::from).collect();
    Answer::json(StatusCode::OK, &Collection::from(rows))
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Discovery", "Addresses and versions of all resources")
        .mentions::<ApiResourceLocation>()
        .answers::<Collection<ApiResourceLocation>>(200, "One row for each id that clients look for.")
}

/// What is said of it.
pub(crate) fn area_documentation() -> Documentation {
    Documentation::new("Discovery", "Addresses and versions of one area")
        .text("An unknown area has no rows.")
        .mentions::<ApiResourceLocation>()
        .answers::<Collection<ApiResourceLocation>>(200, "One row for each id that clients look for.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::ROUTES;

    /// What precedes the first parameter of a route, as in `tokens/pats`.
    fn published(location: &ResourceLocation) -> String {
        let route = location.versions.route.replace("{area}", location.area);
        let route = route.replace("{resource}", location.resource);
        let fixed: Vec<&str> = route.split('/').skip(1).take_while(|part| !part.starts_with('{')).collect();
        fixed.join("/").to_ascii_lowercase()
    }

    /// Nobody looks these up by an id: clients write their paths out.
    const WITHOUT_ID: &[&ResourceVersions] =
        &[&ResourceVersions::POLICIES, &ResourceVersions::SESSION_TOKENS];

    #[test]
    fn every_resource_that_has_versions_is_published_with_them() {
        for route in ROUTES {
            let Some(versions) = route.versions.filter(|versions| !WITHOUT_ID.contains(versions)) else {
                continue;
            };
            let (_, path) = route.path.split_once("/_apis/").unwrap();
            let found = LOCATIONS.iter().find(|location| {
                let published = published(location);
                path == published || path.starts_with(&format!("{published}/"))
            });
            assert_eq!(found.map(|location| location.versions), Some(versions), "{}", route.path);
        }
    }

    #[test]
    fn no_id_stands_for_two_resources() {
        let mut ids: Vec<Uuid> = LOCATIONS.iter().map(|location| location.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), LOCATIONS.len());
    }
}
