//! The bodies of create and update.
//!
//! A body that is no readable JSON object, or that holds a value of the wrong JSON type, is a [`BodyError`]. A
//! string that is merely no date or no id is kept as such: the rules refuse it in their own order, after the
//! checks that come first (contract.md §12 #20).

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::date::{self, DateError};
use crate::json::{BodyError, Fields};

/// A requested end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RequestedDate {
    /// None was given.
    #[default]
    Absent,
    /// A string that is no date.
    Unreadable(DateError),
    /// This instant.
    At(Timestamp),
}

impl RequestedDate {
    /// A date as a client wrote it. An empty string counts as none.
    pub fn parse(text: Option<&str>) -> Self {
        match text.map(str::trim) {
            None | Some("") => Self::Absent,
            Some(text) => date::parse(text).map_or_else(Self::Unreadable, Self::At),
        }
    }

    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl Serialize for RequestedDate {
    /// A readable date in the form of the service; anything else as `null`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(instant) => serializer.serialize_str(&date::format(*instant)),
            Self::Absent | Self::Unreadable(_) => serializer.serialize_none(),
        }
    }
}

/// The `authorizationId` of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RequestedId {
    /// None was given.
    #[default]
    Missing,
    /// Not a UUID, or the one that is all zero.
    Malformed,
    /// This one.
    Of(Uuid),
}

impl RequestedId {
    /// An id as a client wrote it.
    pub fn parse(text: Option<&str>) -> Self {
        match text.map(|text| Uuid::parse_str(text.trim())) {
            None => Self::Missing,
            Some(Ok(id)) if !id.is_nil() => Self::Of(id),
            Some(_) => Self::Malformed,
        }
    }

    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl Serialize for RequestedId {
    /// A usable id as the service writes it; anything else as `null`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Of(id) => id.serialize(serializer),
            Self::Missing | Self::Malformed => serializer.serialize_none(),
        }
    }
}

/// The body of create. Nothing in it is checked but the types; absent fields have defaults or are refused by
/// the rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PatTokenCreateRequest {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Blank-separated scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The end.
    #[serde(skip_serializing_if = "RequestedDate::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub valid_to: RequestedDate,
    /// Whether it shall be good in all organizations of its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_orgs: Option<bool>,
}

impl PatTokenCreateRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let fields = Fields::parse(body)?;
        Ok(Self {
            display_name: fields.string("displayName")?.map(str::to_owned),
            scope: fields.string("scope")?.map(str::to_owned),
            valid_to: RequestedDate::parse(fields.string("validTo")?),
            all_orgs: fields.boolean("allOrgs")?,
        })
    }
}

/// The body of update. Absent fields keep what is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PatTokenUpdateRequest {
    /// Which PAT.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub authorization_id: RequestedId,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The new blank-separated scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The new end.
    #[serde(skip_serializing_if = "RequestedDate::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub valid_to: RequestedDate,
    /// The new targets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_orgs: Option<bool>,
}

impl PatTokenUpdateRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let fields = Fields::parse(body)?;
        Ok(Self {
            authorization_id: RequestedId::parse(fields.string("authorizationId")?),
            display_name: fields.string("displayName")?.map(str::to_owned),
            scope: fields.string("scope")?.map(str::to_owned),
            valid_to: RequestedDate::parse(fields.string("validTo")?),
            all_orgs: fields.boolean("allOrgs")?,
        })
    }
}

#[cfg(test)]
mod tests;
