//! Revoking everything of one owner, by an administrator: one raised epoch, whatever the count.

use patcycle_contract::SubjectDescriptor;
use patcycle_contract::owner_revocation::{GivenReason, OwnerRevocation};
use patcycle_primitives::RandomError;

use crate::epoch::RaiseEpoch;
use crate::{Caller, Lifecycle, Organization, StorageError};

/// Why nothing was revoked, or it is not known whether it was.
#[derive(Debug, thiserror::Error)]
pub enum RevokeOwnerError {
    /// Nobody who is known here.
    #[error(
        "Nobody of this organization has this subject descriptor. graph/users lists those who are known."
    )]
    UnknownOwner,
    /// The store could not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No random numbers.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl Lifecycle {
    /// Revokes everything that the owner was given in this organization so far. When this answers `Ok`, all of it is
    /// dead and stays dead; what is made afterwards works.
    pub async fn revoke_owner(
        &self,
        caller: &Caller,
        organization: &Organization,
        owner: SubjectDescriptor,
        reason: GivenReason,
    ) -> Result<OwnerRevocation, RevokeOwnerError> {
        let person = self.storage.person(organization.id, owner.0).await?;
        let person = person.ok_or(RevokeOwnerError::UnknownOwner)?;
        let revoked_at = self.clock.now();
        let command = RaiseEpoch {
            organization_id: organization.id,
            owner: Some(person.id),
            owner_name: Some(person.user_name),
            reason: Some(reason),
            channels: self.settings.channels.clone(),
            actor: caller.into(),
            at: revoked_at,
            audit_id: self.random.uuid()?,
        };
        let epochs = self.storage.raise_epoch(command).await?;
        Ok(OwnerRevocation { descriptor: owner, object_id: person.id, epoch: epochs.owner, revoked_at })
    }
}
