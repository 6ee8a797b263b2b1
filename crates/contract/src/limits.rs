//! What the policies leave to the caller, so that a page can say it before anything is asked for:
//! `GET …/_patcycle/limits`. Azure DevOps has no such call.

use serde::{Deserialize, Serialize};

/// Whether the caller may make PATs at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PatCreation {
    /// Yes.
    Allowed,
    /// Only PATs with packaging scopes alone.
    PackagingOnly,
    /// No.
    Refused,
}

/// What the policies of the organization and its tenant leave to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PatLimits {
    /// Whether PATs may be made and renewed.
    pub creation: PatCreation,
    /// Whether with full access.
    pub full_scope: bool,
    /// Whether for all organizations of the caller.
    pub global: bool,
    /// The days after which a PAT that is made now ends at the latest; `None`: no policy limits that.
    pub maximum_lifespan_days: Option<u32>,
}
