//! Profile and accounts: how clients find who they are and which organizations they have (contract.md §4.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who the caller is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The name of the person.
    pub display_name: String,
    /// The id once more.
    pub public_alias: Uuid,
    /// The sign-in name.
    pub email_address: String,
    /// Profiles are not kept, so they never change.
    pub core_revision: u32,
    /// See `core_revision`.
    pub time_stamp: String,
    /// The object id: what [`Accounts`] are asked for by.
    pub id: Uuid,
    /// See `core_revision`.
    pub revision: u32,
}

/// One organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The organization's id.
    pub account_id: Uuid,
    /// Its base address.
    pub account_uri: String,
    /// Its name, the first segment of all paths.
    pub account_name: String,
    /// Nothing.
    #[serde(default)]
    pub properties: BTreeMap<String, serde_json::Value>,
}

/// The organizations that a person belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accounts {
    /// How many.
    pub count: usize,
    /// The organizations, by name.
    pub value: Vec<Account>,
}
