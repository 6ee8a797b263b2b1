//! Revoking everything of one owner: `POST …/_patcycle/owners/{subjectDescriptor}/revoke`. Azure DevOps has no such call.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::SubjectDescriptor;
use crate::json::{BodyError, Fields};

/// The longest reason, in characters.
pub const MAX_REASON_CHARACTERS: usize = 256;

/// Why an administrator revokes, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenReason(String);

/// Words that are no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The reason must have 1 to {MAX_REASON_CHARACTERS} characters and no control characters.")]
pub struct ReasonError;

impl GivenReason {
    /// A reason, without blanks around it.
    pub fn parse(text: &str) -> Result<Self, ReasonError> {
        let text = text.trim();
        let is_good = !text.is_empty()
            && text.chars().count() <= MAX_REASON_CHARACTERS
            && !text.chars().any(char::is_control);
        is_good.then(|| Self(text.to_owned())).ok_or(ReasonError)
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is asked for. The reason is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerRevocationRequest {
    /// Why.
    pub reason: Option<String>,
}

impl OwnerRevocationRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let fields = Fields::parse(body)?;
        Ok(Self { reason: fields.string("reason")?.map(str::to_owned) })
    }
}

/// What was done: everything that the owner was given here before this instant is dead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerRevocation {
    /// Whose.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub descriptor: SubjectDescriptor,
    /// The object id.
    pub object_id: Uuid,
    /// How often everything of this owner was revoked so far, this time included.
    pub epoch: u64,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub revoked_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_words() {
        assert_eq!(GivenReason::parse(" left the company ").unwrap().as_str(), "left the company");
        for wrong in ["", "  ", "a\nb", "\u{1b}[31m", &"x".repeat(257)] {
            assert!(GivenReason::parse(wrong).is_err(), "{wrong}");
        }
        assert!(GivenReason::parse(&"ż".repeat(256)).is_ok());
    }
}
