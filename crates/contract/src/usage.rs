//! What `$expand=usage` adds: when a PAT was last used.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::excerpt::excerpt;
use crate::query::first;
use crate::{PatToken, SessionTokenError};

/// The last use of a PAT. Written in batches, so it may lag by a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PatUsage {
    /// When, to the minute; `None`: never.
    #[serde(serialize_with = "serialize_date")]
    pub last_used_at: Option<Timestamp>,
    /// From where, as far as it is known.
    pub last_used_address: Option<IpAddr>,
}

#[expect(clippy::ref_option, reason = "serde hands fields over like this")]
fn serialize_date<S: Serializer>(date: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    date.map(crate::date::format).serialize(serializer)
}

/// `$expand` has a value that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The $expand \"{given}\" is unknown. Use usage, or leave it out.")]
pub struct ExpandError {
    given: String,
}

/// Whether decoded query pairs ask for `$expand=usage`. An empty value counts as absent.
pub fn is_usage_expanded(pairs: &[(String, String)]) -> Result<bool, ExpandError> {
    match first(pairs, "$expand").map(str::trim) {
        None | Some("") => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("usage") => Ok(true),
        Some(other) => Err(ExpandError { given: excerpt(other) }),
    }
}

/// A PAT with its last use.
#[derive(Debug, Serialize)]
pub struct PatTokenWithUsage {
    /// The PAT.
    #[serde(flatten)]
    pub pat: PatToken,
    /// Its last use.
    pub usage: PatUsage,
}

/// [`crate::PatTokenResult`] of a PAT with its last use.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatTokenWithUsageResult {
    /// The PAT.
    pub pat_token: Option<PatTokenWithUsage>,
    /// Always `none`.
    pub pat_token_error: SessionTokenError,
    /// Always absent.
    pub pat_token_error_message: Option<String>,
}

/// [`crate::PagedPatTokens`] with last uses.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PagedPatTokensWithUsage {
    /// Where the next page starts; the empty string at the end.
    pub continuation_token: Option<String>,
    /// The PATs of this page.
    pub pat_tokens: Vec<PatTokenWithUsage>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::decode;

    #[test]
    fn only_usage_can_be_expanded() {
        for (raw, expected) in [
            ("", Ok(false)),
            ("$expand=", Ok(false)),
            ("%24expand=usage", Ok(true)),
            ("$Expand=%20Usage", Ok(true)),
            ("$expand=secrets", Err(ExpandError { given: "secrets".to_owned() })),
        ] {
            assert_eq!(is_usage_expanded(&decode(raw)), expected, "{raw}");
        }
    }

    #[test]
    fn what_was_never_used_says_so() {
        let json = serde_json::to_string(&PatUsage::default()).unwrap();
        assert_eq!(json, r#"{"lastUsedAt":null,"lastUsedAddress":null}"#);
    }
}
