//! Writing the return of an old secret.

use jiff::Timestamp;
use patcycle_lifecycle::Authorization;
use patcycle_lifecycle::rotation::{RotationError, RotationState, UndoOutcome, UndoRotation, decide_undo};
use uuid::Uuid;

use super::{put_life, put_state, settle_facts};
use crate::failure::Failure;
use crate::write::Transaction;
use crate::write::session::Session;

impl Transaction for UndoRotation {
    type Answer = Authorization;
    type Error = RotationError;

    async fn run(self, session: &mut Session) -> Result<Authorization, RotationError> {
        let facts = settle_facts(session, self.organization_id, self.owner, self.id).await?;
        let (authorization, generation, audit, change) = match decide_undo(&self, &facts)? {
            UndoOutcome::Unchanged(authorization) => return Ok(authorization),
            UndoOutcome::Undone { authorization, generation, audit, change } => {
                (authorization, generation, audit, change)
            }
        };
        session.open_savepoint().await?;
        reinstate(session, self.id, self.at).await?;
        put_life(session, &authorization).await?;
        put_state(session, self.id, generation, RotationState::Undone).await?;
        session.record(&audit, change).await?;
        session.keep().await?;
        session.remember_audit(&audit);
        // A PAT that had ended by the remembered count's clock may live longer again.
        session.known.forget_active(self.organization_id, self.owner);
        Ok(authorization)
    }
}

/// Ends the present secret and gives its place back to the one before it.
async fn reinstate(session: &mut Session, id: Uuid, at: Timestamp) -> Result<(), Failure> {
    let at = at.as_microsecond();
    sqlx::query!(
        "UPDATE secret SET place = NULL, dies_at = $1 WHERE authorization = $2 AND place = 0;
        UPDATE secret SET place = 0, dies_at = NULL WHERE authorization = $3 AND place = 1",
        at,
        id,
        id
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
