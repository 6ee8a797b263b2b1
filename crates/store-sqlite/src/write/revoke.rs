//! Writing a revocation: the PAT moves to the revoked cohort of its epochs.

use patcycle_lifecycle::revoke::{Revoke, RevokeFacts, RevokeOutcome, decide};
use patcycle_lifecycle::{Authorization, TransactionError};

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::read::find::find;

impl Transaction for Revoke {
    type Answer = ();
    type Error = TransactionError;

    async fn run(self, session: &mut Session) -> Result<(), TransactionError> {
        let organization = session.organization(self.organization_id).await?;
        let owner = session.owner(&organization, self.owner).await?;
        let facts = RevokeFacts {
            authorization: find(&mut session.connection, self.organization_id, self.owner, self.id).await?,
            person: owner.person,
            cutoffs: organization.cutoffs(owner.epoch),
            audit_head: organization.audit_head,
        };
        let (authorization, audit, change, notices) = match decide(&self, &facts)? {
            RevokeOutcome::Unchanged => return Ok(()),
            RevokeOutcome::Revoked { authorization, audit, change, notices } => {
                (authorization, audit, change, notices)
            }
        };
        session.open_savepoint().await?;
        write(session, &authorization).await?;
        session.record(&audit, change).await?;
        session.put_notices(&notices).await?;
        session.keep().await?;
        session.remember_audit(&audit);
        // The remembered count of active PATs stays: it is an upper bound.
        Ok(())
    }
}

/// Moves the PAT to the cohort that its epochs and its revocation give.
pub(super) async fn write(session: &mut Session, authorization: &Authorization) -> Result<(), Failure> {
    let cohort = session
        .cohort(
            authorization.organization_id,
            authorization.owner,
            authorization.revoked.is_some(),
            authorization.epochs,
        )
        .await?;
    let at = authorization.revoked.map(|revocation| revocation.at.as_microsecond());
    let reason = authorization.revoked.map(|revocation| revocation.reason.as_str());
    sqlx::query!(
        "UPDATE authorization SET cohort = $1, revoked_at = $2, revocation_reason = $3 WHERE id = $4",
        cohort,
        at,
        reason,
        authorization.id
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
