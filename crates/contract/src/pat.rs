//! The PAT as its owner sees it, and the answers that carry it.

use jiff::Timestamp;
use patcycle_primitives::Secret;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::SessionTokenError;
use crate::date;

/// One personal access token, as the API shows it.
///
/// Serialising it writes `"token": null`, whatever it holds: the one answer that carries the secret is
/// [`IssuedPatTokenResult`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PatToken {
    /// The name its owner gave it. Not unique.
    pub display_name: String,
    /// The end, exclusive. UTC.
    #[serde(deserialize_with = "date::deserialize")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_to: Timestamp,
    /// Blank-separated scopes, or `app_token` for everything.
    pub scope: String,
    /// `None`: every organization that the owner can reach (a global PAT). Else exactly one organization's id.
    #[serde(default)]
    pub target_accounts: Option<Vec<Uuid>>,
    /// When its present secret was made: at its creation, or its last native rotation. UTC.
    #[serde(deserialize_with = "date::deserialize")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_from: Timestamp,
    /// The public handle. It cannot authenticate.
    pub authorization_id: Uuid,
    /// The secret: only in the answer to create (and to the native rotate).
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub token: Option<Secret>,
}

impl PatToken {
    fn serialize_with_token<S: Serializer>(
        &self,
        serializer: S,
        token: Option<&Secret>,
    ) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("PatToken", 7)?;
        fields.serialize_field("displayName", &self.display_name)?;
        fields.serialize_field("validTo", &date::format(self.valid_to))?;
        fields.serialize_field("scope", &self.scope)?;
        fields.serialize_field("targetAccounts", &self.target_accounts)?;
        fields.serialize_field("validFrom", &date::format(self.valid_from))?;
        fields.serialize_field("authorizationId", &self.authorization_id)?;
        fields.serialize_field("token", &token.map(Secret::expose))?;
        fields.end()
    }
}

impl Serialize for PatToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_with_token(serializer, None)
    }
}

/// A PAT that was just made: the one view whose serialisation holds the secret.
#[derive(Debug)]
pub struct IssuedPatToken<'a>(pub &'a PatToken);

impl Serialize for IssuedPatToken<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_with_token(serializer, self.0.token.as_ref())
    }
}

/// The answer to get, create and update.
///
/// A refusal of the domain is HTTP 200 with `patToken: null` and the reason in `patTokenError`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PatTokenResult {
    /// The PAT; `None` exactly when `pat_token_error` is not `none`.
    pub pat_token: Option<PatToken>,
    /// Why there is none.
    #[serde(default)]
    pub pat_token_error: SessionTokenError,
    /// The reason in words, with what to do. Part of the contract from 7.2, sent in every version.
    #[serde(default)]
    pub pat_token_error_message: Option<String>,
}

/// [`PatTokenResult`] of a PAT that was just made, with its secret.
#[derive(Debug)]
pub struct IssuedPatTokenResult(pub PatToken);

impl Serialize for IssuedPatTokenResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("PatTokenResult", 3)?;
        fields.serialize_field("patToken", &IssuedPatToken(&self.0))?;
        fields.serialize_field("patTokenError", &SessionTokenError::None)?;
        fields.serialize_field("patTokenErrorMessage", &None::<String>)?;
        fields.end()
    }
}

/// One page of the list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PagedPatTokens {
    /// Where the next page starts; the empty string at the end.
    #[serde(default)]
    pub continuation_token: Option<String>,
    /// The PATs of this page.
    pub pat_tokens: Vec<PatToken>,
}
