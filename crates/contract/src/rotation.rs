//! The body of the native rotation, which Azure DevOps does not have (design.md §6).

use serde::Serialize;

use crate::json::{BodyError, Fields};
use crate::requests::RequestedDate;

/// How long an old secret may work beside the new one, in seconds: a week.
pub const MAXIMUM_OVERLAP_SECONDS: u32 = 604_800;

/// The body of a rotation. An absent or empty body asks for nothing in particular.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PatTokenRotateRequest {
    /// The new end; absent: the PAT lives for as long again as it was given.
    #[serde(skip_serializing_if = "RequestedDate::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub valid_to: RequestedDate,
    /// For how many seconds the old secret goes on working; absent: not at all. Whether it is in the range is for
    /// the reader to check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<i64>,
}

impl PatTokenRotateRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let fields = match Fields::parse(body) {
            Err(BodyError::Empty) => return Ok(Self::default()),
            fields => fields?,
        };
        Ok(Self {
            valid_to: RequestedDate::parse(fields.string("validTo")?),
            overlap_seconds: fields.integer("overlapSeconds")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(body: &str) -> Result<Option<i64>, BodyError> {
        PatTokenRotateRequest::parse(body.as_bytes()).map(|request| request.overlap_seconds)
    }

    #[test]
    fn everything_may_be_left_out() {
        for body in ["", "{}", r#"{"validTo":null,"overlapSeconds":null}"#, r#"{"overlapSeconds":" "}"#] {
            assert_eq!(
                PatTokenRotateRequest::parse(body.as_bytes()),
                Ok(PatTokenRotateRequest::default()),
                "{body}"
            );
        }
    }

    #[test]
    fn seconds_are_whole_numbers() {
        assert_eq!(overlap(r#"{"OverlapSeconds":3600}"#), Ok(Some(3600)));
        assert_eq!(overlap(r#"{"overlapSeconds":"60"}"#), Ok(Some(60)));
        assert_eq!(overlap(r#"{"overlapSeconds":-1}"#), Ok(Some(-1)));
        for value in ["1.5", "true", "\"soon\"", "[60]", "99999999999999999999"] {
            let body = format!("{{\"overlapSeconds\":{value}}}");
            assert!(matches!(overlap(&body), Err(BodyError::WrongType { .. })), "{value}");
        }
        assert!(overlap("{").is_err());
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        let end = RequestedDate::parse(Some("2027-01-15T08:00:00Z"));
        let request = PatTokenRotateRequest { valid_to: end, overlap_seconds: Some(60) };
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(text, r#"{"validTo":"2027-01-15T08:00:00Z","overlapSeconds":60}"#);
        assert_eq!(PatTokenRotateRequest::parse(text.as_bytes()), Ok(request));
    }
}
