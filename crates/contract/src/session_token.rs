//! The PAT as Token Admin and the legacy endpoint show it (contract.md §4.1, §10.6).

use jiff::Timestamp;
use patcycle_primitives::Secret;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::{ApiVersion, date};

/// One PAT or compact session token. Read leniently; written by [`SessionTokenView`], which never holds a secret
/// but for the one answer that makes one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionToken {
    /// The public handle.
    pub authorization_id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// When it was made. UTC.
    #[serde(deserialize_with = "date::deserialize")]
    pub valid_from: Timestamp,
    /// The end, exclusive. UTC.
    #[serde(deserialize_with = "date::deserialize")]
    pub valid_to: Timestamp,
    /// The name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Blank-separated scopes, or `app_token` for everything.
    pub scope: String,
    /// `None`: every organization that the owner can reach. Else exactly one organization's id.
    #[serde(default)]
    pub target_accounts: Option<Vec<Uuid>>,
    /// Whether it works: neither revoked nor past its end, and its owner is not disabled (contract.md §12 #35).
    pub is_valid: bool,
}

/// A session token as a version of the API writes it: all fields of contract.md §4.1, those that are not used here
/// all zero or null, dates without `Z`.
#[derive(Debug)]
pub struct SessionTokenView<'a> {
    /// What is shown.
    pub token: &'a SessionToken,
    /// `claims` came with 6.0, `crossCompanyCorrelatingId` with 7.2.
    pub version: ApiVersion,
    /// The secret, in the one answer to its making.
    pub secret: Option<&'a Secret>,
}

impl SessionToken {
    /// Without a secret.
    pub fn view(&self, version: ApiVersion) -> SessionTokenView<'_> {
        SessionTokenView { token: self, version, secret: None }
    }
}

impl Serialize for SessionTokenView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let token = self.token;
        let has_claims = self.version >= ApiVersion::V6_0;
        let has_correlating_id = self.version >= ApiVersion::V7_2;
        let length = 16 + usize::from(has_claims) + usize::from(has_correlating_id);
        let mut fields = serializer.serialize_struct("SessionToken", length)?;
        fields.serialize_field("clientId", &Uuid::nil())?;
        fields.serialize_field("accessId", &Uuid::nil())?;
        fields.serialize_field("authorizationId", &token.authorization_id)?;
        fields.serialize_field("hostAuthorizationId", &Uuid::nil())?;
        fields.serialize_field("userId", &token.user_id)?;
        fields.serialize_field("validFrom", &date::format_without_offset(token.valid_from))?;
        fields.serialize_field("validTo", &date::format_without_offset(token.valid_to))?;
        fields.serialize_field("displayName", &token.display_name)?;
        fields.serialize_field("scope", &token.scope)?;
        fields.serialize_field("targetAccounts", &token.target_accounts)?;
        fields.serialize_field("token", &self.secret.map(Secret::expose))?;
        fields.serialize_field("alternateToken", &())?;
        fields.serialize_field("isValid", &token.is_valid)?;
        fields.serialize_field("isPublic", &false)?;
        fields.serialize_field("publicData", &())?;
        fields.serialize_field("source", &())?;
        if has_claims {
            fields.serialize_field("claims", &())?;
        }
        if has_correlating_id {
            fields.serialize_field("crossCompanyCorrelatingId", &())?;
        }
        fields.end()
    }
}

/// One page of Token Admin's list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PagedSessionTokens {
    /// The tokens of this page.
    pub value: Vec<SessionToken>,
    /// Where the next page starts; `None` at the end.
    #[serde(default)]
    pub continuation_token: Option<Uuid>,
}

/// A page as a version of the API writes it.
#[derive(Debug)]
pub struct PagedSessionTokensView<'a> {
    /// What is shown.
    pub page: &'a PagedSessionTokens,
    /// See [`SessionTokenView::version`].
    pub version: ApiVersion,
}

impl Serialize for PagedSessionTokensView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: Vec<_> = self.page.value.iter().map(|token| token.view(self.version)).collect();
        let mut fields = serializer.serialize_struct("TokenAdminPagedSessionTokens", 2)?;
        fields.serialize_field("value", &value)?;
        fields.serialize_field("continuationToken", &self.page.continuation_token)?;
        fields.end()
    }
}
