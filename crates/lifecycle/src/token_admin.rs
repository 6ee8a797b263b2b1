//! Listing the PATs of any owner, for administrators (contract.md §4.1).
//!
//! The order is that in which the PATs were made: each has a row number in its owner's list that never changes, so
//! a page costs the same however deep it lies, and nothing is skipped or shown twice.

use patcycle_contract::{PagedSessionTokens, SessionToken, TokenAdminQuery};
use uuid::Uuid;

use crate::continuation::BadContinuationToken;
use crate::cutoffs::Cutoffs;
use crate::model::{Authorization, Person, State};
use crate::{Caller, Lifecycle, Organization, StorageError};

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum TokenAdminError {
    /// The subject descriptor names nobody who is known in the organization.
    #[error(
        "Nobody of this organization has this subject descriptor. graph/users lists those who are known."
    )]
    UnknownOwner,
    /// The continuation token is not one of this list.
    #[error(transparent)]
    BadContinuationToken(#[from] BadContinuationToken),
    /// The store could not read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// One read of the list: PATs of one owner in the order of their row numbers.
#[derive(Debug, Clone, Copy)]
pub struct OwnerRowsRequest {
    /// Where.
    pub organization_id: Uuid,
    /// Whose.
    pub owner: Uuid,
    /// The row number of the last PAT of the page before; 0 at the start.
    pub after: u64,
    /// At most so many rows.
    pub limit: u32,
}

/// A PAT with what decides about it, all read at one instant.
#[derive(Debug, Clone)]
pub struct OwnerRow {
    /// Its place in its owner's list, from 1. Never changes and is never used again while a later one exists.
    pub number: u64,
    /// The PAT.
    pub authorization: Authorization,
    /// Its owner.
    pub owner: Person,
    /// What it is measured by.
    pub cutoffs: Cutoffs,
}

impl Lifecycle {
    /// One page of an owner's PATs in this organization, in whatever state they are.
    pub async fn tokens_of(
        &self,
        caller: &Caller,
        organization: &Organization,
        owner: Uuid,
        query: TokenAdminQuery,
    ) -> Result<PagedSessionTokens, TokenAdminError> {
        let now = self.clock.now();
        let binding = binding(caller, organization, owner, query.is_public);
        let after = match query.continuation_token {
            None => 0,
            Some(token) => self.continuation.open_row(&binding, token, now)?,
        };
        let limit = u32::from(query.page_size) + 1;
        let request = OwnerRowsRequest { organization_id: organization.id, owner, after, limit };
        let mut rows = self.storage.owner_rows(request).await?;
        if rows.is_empty() && !self.is_known(organization, owner).await? {
            return Err(TokenAdminError::UnknownOwner);
        }
        if query.is_public {
            // SSH keys are not kept here.
            return Ok(PagedSessionTokens { value: Vec::new(), continuation_token: None });
        }
        let is_last = rows.len() <= usize::from(query.page_size);
        rows.truncate(usize::from(query.page_size));
        let next = rows.last().filter(|_| !is_last).map(|row| row.number);
        Ok(PagedSessionTokens {
            value: rows.iter().map(|row| row.to_session_token(now)).collect(),
            continuation_token: next.map(|row| self.continuation.seal_row(&binding, row, now)),
        })
    }

    /// Whether the configuration or an earlier call named this person.
    async fn is_known(&self, organization: &Organization, person: Uuid) -> Result<bool, StorageError> {
        Ok(organization.names(person)
            || (organization.has_member(person)
                && self.storage.person(organization.id, person).await?.is_some()))
    }
}

impl OwnerRow {
    pub(crate) fn to_session_token(&self, now: jiff::Timestamp) -> SessionToken {
        let state = self.authorization.state(now, &self.cutoffs);
        self.authorization.to_session_token(state == State::Active && !self.owner.disabled)
    }
}

/// What a continuation token belongs to.
fn binding(caller: &Caller, organization: &Organization, owner: Uuid, is_public: bool) -> Vec<u8> {
    [
        b"token admin".as_slice(),
        organization.id.as_bytes(),
        caller.tenant_id.as_bytes(),
        caller.object_id.as_bytes(),
        owner.as_bytes(),
        &[u8::from(is_public)],
    ]
    .concat()
}
