//! The bodies of Token Admin's revocations and revocation rules (contract.md §4.1).

use jiff::Timestamp;
use serde::ser::{SerializeSeq as _, SerializeStruct as _};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::date;
use crate::json::{BodyError, Fields};
use crate::requests::{RequestedDate, RequestedId};

/// Which PATs an administrator revokes: `[{"authorizationId":uuid},…]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RevocationsRequest(pub Vec<RequestedId>);

impl RevocationsRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let revocations = Fields::parse_array(body)?;
        let id = |fields: &Fields| Ok(RequestedId::parse(fields.string("authorizationId")?));
        revocations.iter().map(id).collect::<Result<_, _>>().map(Self)
    }
}

impl FromIterator<Uuid> for RevocationsRequest {
    fn from_iter<I: IntoIterator<Item = Uuid>>(ids: I) -> Self {
        Self(ids.into_iter().map(RequestedId::Of).collect())
    }
}

/// One entry of [`RevocationsRequest`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct Revocation {
    /// Which PAT.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    authorization_id: RequestedId,
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for RevocationsRequest {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        <Vec<Revocation> as utoipa::PartialSchema>::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for RevocationsRequest {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        schemas.push((
            <Revocation as utoipa::ToSchema>::name().into_owned(),
            <Revocation as utoipa::PartialSchema>::schema(),
        ));
    }
}

impl Serialize for RevocationsRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(Some(self.0.len()))?;
        for id in &self.0 {
            array.serialize_element(&Revocation { authorization_id: *id })?;
        }
        array.end()
    }
}

/// A rule that ends everything issued before an instant that carries one of these scopes. Nothing in it is checked
/// but the types.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevocationRuleRequest {
    /// Blank-separated scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<String>,
    /// The instant; absent: now.
    #[serde(skip_serializing_if = "RequestedDate::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub created_before: RequestedDate,
}

impl RevocationRuleRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let fields = Fields::parse(body)?;
        Ok(Self {
            scopes: fields.string("scopes")?.map(str::to_owned),
            created_before: RequestedDate::parse(fields.string("createdBefore")?),
        })
    }
}

/// What the revocation rules come to for one scope.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevocationRule {
    /// The scope.
    pub scope: String,
    /// What carries it and was issued before this instant is refused.
    #[serde(deserialize_with = "date::deserialize")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_before: Timestamp,
}

impl Serialize for RevocationRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("RevocationRule", 2)?;
        fields.serialize_field("scope", &self.scope)?;
        fields.serialize_field("createdBefore", &date::format(self.created_before))?;
        fields.end()
    }
}

/// All of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevocationRules {
    /// How many.
    pub count: usize,
    /// Each scope once, in the order of their names.
    pub value: Vec<RevocationRule>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_BATCH_BODY_BYTES;

    #[test]
    fn reads_what_tools_send() {
        let id = Uuid::from_u128(7);
        let body =
            format!("[\r\n  {{ \"AuthorizationID\":  \"{id}\" }},{{\"authorizationId\":\"x\"}},{{}}\r\n]");
        let request = RevocationsRequest::parse(body.as_bytes()).unwrap();
        assert_eq!(request.0, [RequestedId::Of(id), RequestedId::Malformed, RequestedId::Missing]);
        assert_eq!(RevocationsRequest::parse(b"[]").unwrap().0, []);
    }

    #[test]
    fn what_it_writes_it_reads() {
        let request: RevocationsRequest = (1..=990).map(Uuid::from_u128).collect();
        let body = serde_json::to_vec_pretty(&request).unwrap();
        assert!(body.len() > crate::MAX_BODY_BYTES, "this test shall need the larger limit");
        assert_eq!(RevocationsRequest::parse(&body), Ok(request));
    }

    #[test]
    fn other_shapes_are_refused() {
        assert_eq!(RevocationsRequest::parse(b"{}"), Err(BodyError::NotAnArray));
        assert_eq!(RevocationsRequest::parse(b"[1]"), Err(BodyError::NotAnArray));
        assert_eq!(RevocationsRequest::parse(b" "), Err(BodyError::Empty));
        assert!(matches!(RevocationsRequest::parse(b"[{}"), Err(BodyError::Malformed { .. })));
        assert!(matches!(
            RevocationsRequest::parse(br#"[{"authorizationId":7}]"#),
            Err(BodyError::WrongType { field: "authorizationId", .. })
        ));
        let long = vec![b' '; MAX_BATCH_BODY_BYTES + 1];
        assert_eq!(RevocationsRequest::parse(&long), Err(BodyError::TooLong));
    }
}
