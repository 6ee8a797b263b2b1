//! The people of an organization, for administrators to find (contract.md §4.3).

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::continuation::BadContinuationToken;
use crate::{Caller, Lifecycle, Membership, Organization, Person, StorageError};

/// The most people on a page.
const PAGE_SIZE: usize = 500;
/// How long a list may be paged.
const CONTINUATION_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The continuation token is not one of this list.
    #[error(transparent)]
    BadContinuationToken(#[from] BadContinuationToken),
    /// The store could not read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// One read of people, in the order of their ids.
#[derive(Debug, Clone)]
pub struct PeopleRequest {
    /// Of which organization's tenant.
    pub organization_id: Uuid,
    /// These only; `None`: all.
    pub only: Option<Vec<Uuid>>,
    /// The id of the last person of the page before.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: u32,
}

impl Lifecycle {
    /// One page of the people who belong to the organization and made a PAT in its tenant, with a token for the next
    /// page.
    pub async fn people(
        &self,
        caller: &Caller,
        organization: &Organization,
        continuation_token: Option<&str>,
    ) -> Result<(Vec<Person>, Option<String>), PeopleError> {
        let now = self.clock.now();
        let binding = [
            b"people".as_slice(),
            organization.id.as_bytes(),
            caller.tenant_id.as_bytes(),
            caller.object_id.as_bytes(),
        ]
        .concat();
        let after = match continuation_token {
            None => None,
            Some(token) => Some(self.position(&binding, token, now)?),
        };
        let only = match &organization.membership {
            Membership::Tenant => None,
            Membership::Listed(members) => Some([members.as_slice(), &organization.administrators].concat()),
        };
        let limit = u32::try_from(PAGE_SIZE + 1).unwrap_or(u32::MAX);
        let request = PeopleRequest { organization_id: organization.id, only, after, limit };
        let mut people = self.storage.people(request).await?;
        let is_last = people.len() <= PAGE_SIZE;
        people.truncate(PAGE_SIZE);
        let last = people.last().filter(|_| !is_last).map(|person| person.id);
        let next = last.map(|last| {
            let position = [&now.as_second().to_be_bytes(), last.as_bytes().as_slice()].concat();
            self.continuation.seal(&binding, &position)
        });
        Ok((people, next))
    }

    /// The person whom a page ended with.
    fn position(&self, binding: &[u8], token: &str, now: Timestamp) -> Result<Uuid, BadContinuationToken> {
        let payload = self.continuation.open(binding, token)?;
        let (second, id) = payload.split_first_chunk::<8>().ok_or(BadContinuationToken)?;
        let sealed = Timestamp::from_second(i64::from_be_bytes(*second)).map_err(|_| BadContinuationToken)?;
        if now.duration_since(sealed) > CONTINUATION_LIFETIME {
            return Err(BadContinuationToken);
        }
        Uuid::from_slice(id).map_err(|_| BadContinuationToken)
    }
}
