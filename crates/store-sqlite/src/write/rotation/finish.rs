//! Writing the early end of an old secret.

use patcycle_lifecycle::Authorization;
use patcycle_lifecycle::rotation::{
    FinishOutcome, FinishRotation, RotationError, RotationState, decide_finish,
};

use super::{put_state, settle_facts};
use crate::failure::Failure;
use crate::write::Transaction;
use crate::write::session::Session;

impl Transaction for FinishRotation {
    type Answer = Authorization;
    type Error = RotationError;

    async fn run(self, session: &mut Session) -> Result<Authorization, RotationError> {
        let facts = settle_facts(session, self.organization_id, self.owner, self.id).await?;
        let (authorization, generation, dies_at, audit, change) = match decide_finish(&self, &facts)? {
            FinishOutcome::Unchanged(authorization) => return Ok(authorization),
            FinishOutcome::Finished { authorization, generation, dies_at, audit, change } => {
                (authorization, generation, dies_at, audit, change)
            }
        };
        session.open_savepoint().await?;
        if let Some(dies_at) = dies_at {
            let dies_at = dies_at.as_microsecond();
            sqlx::query!(
                "UPDATE secret SET dies_at = $1 WHERE authorization = $2 AND place = 1",
                dies_at,
                self.id
            )
            .execute(&mut session.connection)
            .await
            .map_err(Failure::from)?;
        }
        put_state(session, self.id, generation, RotationState::Finished).await?;
        session.record(&audit, change).await?;
        session.keep().await?;
        session.remember_audit(&audit);
        Ok(authorization)
    }
}
