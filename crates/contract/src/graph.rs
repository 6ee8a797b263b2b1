//! The part of Graph by which administrators find people (contract.md §4.3).

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::SubjectDescriptor;
use crate::json::{BodyError, Fields};
use crate::requests::RequestedId;

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GraphUser {
    /// Always `user`.
    pub subject_kind: String,
    /// Always `member`.
    pub meta_type: String,
    /// The sign-in name up to the `@`.
    pub directory_alias: String,
    /// The tenant.
    pub domain: String,
    /// The sign-in name.
    pub principal_name: String,
    /// The same: nothing else is known.
    pub mail_address: String,
    /// Always `aad`.
    pub origin: String,
    /// The object id in the tenant.
    pub origin_id: Uuid,
    /// The name of the person.
    pub display_name: String,
    /// Whether the person is disabled.
    #[serde(default)]
    pub is_deleted_in_origin: bool,
    /// Where more is told.
    #[serde(rename = "_links")]
    pub links: GraphLinks,
    /// The person's own address.
    pub url: String,
    /// How Token Admin names the person.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub descriptor: SubjectDescriptor,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// The address.
    pub href: String,
}

/// The addresses around a person, as Azure DevOps names them. Only `self` and `storageKey` are answered here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GraphLinks {
    /// The person.
    #[serde(rename = "self")]
    pub itself: Link,
    /// Groups.
    pub memberships: Link,
    /// Whether the memberships count.
    pub membership_state: Link,
    /// The object id.
    pub storage_key: Link,
    /// A picture.
    pub avatar: Link,
}

/// A page of people; where the next one starts is told by the header `X-MS-ContinuationToken`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphUsers {
    /// How many are on the page.
    pub count: usize,
    /// The people.
    pub value: Vec<GraphUser>,
}

/// Whom an administrator gives access: by the object id, or else by the sign-in name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphUserCreateRequest {
    /// The object id in the tenant.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Uuid>))]
    #[serde(skip_serializing_if = "RequestedId::is_missing")]
    pub origin_id: RequestedId,
    /// The sign-in name; case counts not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_name: Option<String>,
}

impl GraphUserCreateRequest {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let fields = Fields::parse(body)?;
        Ok(Self {
            origin_id: RequestedId::parse(fields.string("originId")?),
            principal_name: fields.string("principalName")?.map(str::to_owned),
        })
    }
}

/// One value with its address: the answer to a translation between ids and descriptors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphValue<T> {
    /// The value.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub value: T,
    /// Where it comes from, and whom it names.
    #[serde(rename = "_links")]
    pub links: GraphValueLinks,
}

/// The addresses around a translated value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GraphValueLinks {
    /// The answer itself.
    #[serde(rename = "self")]
    pub itself: Link,
    /// The id.
    pub storage_key: Link,
    /// The person.
    pub subject: Link,
}

/// What a [`GraphUser`] is made from.
#[derive(Debug, Clone, Copy)]
pub struct GraphPerson<'a> {
    /// The object id.
    pub id: Uuid,
    /// The tenant.
    pub tenant_id: Uuid,
    /// The sign-in name.
    pub user_name: &'a str,
    /// The name of the person.
    pub display_name: &'a str,
    /// Whether the person is disabled.
    pub disabled: bool,
}

impl GraphUser {
    /// The person, as the organization at the base address `base` (with a slash at its end) shows them.
    pub fn new(person: GraphPerson<'_>, base: &Url) -> Self {
        let descriptor = SubjectDescriptor(person.id);
        let at = |path: &str| Link { href: format!("{base}_apis/Graph/{path}/{descriptor}") };
        let itself = at("Users");
        Self {
            subject_kind: "user".to_owned(),
            meta_type: "member".to_owned(),
            directory_alias: person.user_name.split('@').next().unwrap_or_default().to_owned(),
            domain: person.tenant_id.to_string(),
            principal_name: person.user_name.to_owned(),
            mail_address: person.user_name.to_owned(),
            origin: "aad".to_owned(),
            origin_id: person.id,
            display_name: person.display_name.to_owned(),
            is_deleted_in_origin: person.disabled,
            url: itself.href.clone(),
            links: GraphLinks {
                itself,
                memberships: at("Memberships"),
                membership_state: at("MembershipStates"),
                storage_key: at("StorageKeys"),
                avatar: Link { href: format!("{base}_apis/GraphProfile/MemberAvatars/{descriptor}") },
            },
            descriptor,
        }
    }
}

impl GraphValueLinks {
    /// Around a value about this person, told by the resource `resource` under the key `key`.
    pub fn new(base: &Url, resource: &str, key: &str, descriptor: SubjectDescriptor) -> Self {
        let at = |path: &str, key: &str| Link { href: format!("{base}_apis/Graph/{path}/{key}") };
        let name = descriptor.to_string();
        Self { itself: at(resource, key), storage_key: at("StorageKeys", &name), subject: at("Users", &name) }
    }
}
