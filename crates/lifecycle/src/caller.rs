//! Who asks.

use std::net::IpAddr;

use jiff::Timestamp;
use uuid::Uuid;

use crate::Person;

/// What the caller brought to show who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerCredential {
    /// A delegated access token of a person.
    AccessToken,
    /// A PAT, by its id.
    PersonalAccessToken(Uuid),
}

/// A person whose access token or PAT was found good, and what the audit keeps of the request.
///
/// Owner and tenant of everything that follows come from here, never from a body, a query or a header.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The tenant that signed the person in.
    pub tenant_id: Uuid,
    /// The person's object id in that tenant.
    pub object_id: Uuid,
    /// The sign-in name, for display only.
    pub user_name: String,
    /// The name of the person, for display only.
    pub display_name: String,
    /// The groups that the access token names, or named when it was kept.
    pub groups: Vec<Uuid>,
    /// When they signed in, by their access token; none with a PAT.
    pub signed_in_at: Option<Timestamp>,
    /// What they brought.
    pub credential: CallerCredential,
    /// The application that the person used; none with a PAT.
    pub application_id: Option<Uuid>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// The request's `User-Agent`, cut to 256 characters by whoever fills it in.
    pub user_agent: Option<String>,
    /// The id that ties the request's log lines, audit record and answer together.
    pub activity_id: Uuid,
}

impl From<&Caller> for Person {
    fn from(caller: &Caller) -> Self {
        Self {
            id: caller.object_id,
            tenant_id: caller.tenant_id,
            user_name: caller.user_name.clone(),
            display_name: caller.display_name.clone(),
            disabled: false,
            groups: caller.groups.clone(),
        }
    }
}
