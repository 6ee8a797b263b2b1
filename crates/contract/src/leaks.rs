//! Strings that were found where secrets must not be, and whose they are: `POST …/_patcycle/leaks/lookup`. Azure DevOps
//! has no such call.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::date;

/// The most strings of one question.
pub const MAX_LEAKED_TOKENS: usize = 100;

/// The answer, in the order of the question. No string is repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeakFindings {
    /// How many.
    pub count: usize,
    /// They.
    pub value: Vec<LeakFinding>,
}

/// What is known of one string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeakFinding {
    /// Whether it is the secret of a PAT of this organization.
    pub known: bool,
    /// Of which.
    #[serde(flatten)]
    pub pat: Option<FoundPat>,
}

/// A PAT whose secret was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundPat {
    /// Its handle.
    pub authorization_id: Uuid,
    /// Its name.
    pub display_name: String,
    /// Its scopes.
    pub scope: String,
    /// When its present secret was made.
    #[serde(serialize_with = "write_date", deserialize_with = "date::deserialize")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_from: Timestamp,
    /// Its end.
    #[serde(serialize_with = "write_date", deserialize_with = "date::deserialize")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_to: Timestamp,
    /// `active`, `expired` or `revoked`.
    pub state: String,
    /// Whether this very secret works; a superseded one does not.
    pub works: bool,
    /// The object id of its owner.
    pub owner_id: Uuid,
    /// The sign-in name of its owner.
    pub owner_name: String,
    /// The name of its owner.
    pub owner_display_name: String,
}

fn write_date<S: Serializer>(date: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&date::format(*date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_says_nothing_more() {
        let unknown = LeakFinding { known: false, pat: None };
        let text = serde_json::to_string(&unknown).unwrap();
        assert_eq!(text, r#"{"known":false}"#);
        assert_eq!(serde_json::from_str::<LeakFinding>(&text).unwrap(), unknown);
    }
}
