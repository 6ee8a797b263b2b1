//! Writing many revocations as one transaction: each PAT has its audit record and its place in the change feed.

use patcycle_lifecycle::TransactionError;
use patcycle_lifecycle::revoke_many::{RevokeMany, RevokeManyFacts, decide};

use super::Transaction;
use super::session::Session;
use crate::read::owned;

impl Transaction for RevokeMany {
    type Answer = ();
    type Error = TransactionError;

    async fn run(self, session: &mut Session) -> Result<(), TransactionError> {
        let organization = session.organization(self.organization_id).await?;
        let facts = RevokeManyFacts {
            pats: owned::of_ids(&mut session.connection, self.organization_id, &self.ids).await?,
            audit_head: organization.audit_head,
        };
        let revoked = decide(&self, &facts)?;
        let Some(last) = revoked.last() else { return Ok(()) };
        session.open_savepoint().await?;
        for (place, pat) in (0..).zip(&revoked) {
            super::revoke::write(session, &pat.authorization).await?;
            session.record_at(place, &pat.audit, pat.change).await?;
            session.put_notices(&pat.notices).await?;
        }
        session.keep_many(revoked.len() as u64).await?;
        session.remember_audit(&last.audit);
        // The remembered counts of active PATs stay: they are upper bounds.
        Ok(())
    }
}
