//! Announcing ends: the records and notices of a few PATs, and how far the look got, in one transaction.

use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::notice::ends::{AnnounceEnds, EndFacts, decide};
use uuid::Uuid;

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::read::ends::{Found, Look, position};
use crate::read::owned;

/// Announces what a look found, unless somebody else has announced it since.
pub(crate) struct Announce {
    pub(crate) command: AnnounceEnds,
    pub(crate) look: Look,
}

impl Transaction for Announce {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let Self { command, look } = self;
        let job = command.occasion.job();
        if position(&mut session.connection, &job).await? != look.position {
            return Ok(());
        }
        session.open_savepoint().await?;
        let mut recorded = 0;
        for (found, audit_id) in look.found.iter().zip(&command.audit_ids) {
            recorded += announce(session, &command, found, *audit_id, recorded).await?;
        }
        remember(session, &job, &look).await?;
        session.keep_many(recorded).await?;
        Ok(())
    }
}

/// How many changes were recorded: one or none. `place` counts those before it.
async fn announce(
    session: &mut Session,
    command: &AnnounceEnds,
    found: &Found,
    audit_id: Uuid,
    place: u64,
) -> Result<u64, Failure> {
    let organization = session.organization(found.organization).await?;
    let mut pats = owned::of_ids(&mut session.connection, found.organization, &[found.id]).await?;
    let Some(pat) = pats.remove(&found.id) else { return Ok(0) };
    let facts = EndFacts { pat, audit_head: organization.audit_head };
    let Some(outcome) = decide(command, &facts, audit_id) else { return Ok(0) };
    session.put_notices(&outcome.notices).await?;
    let Some((audit, change)) = outcome.records else { return Ok(0) };
    session.record_at(place, &audit, change).await?;
    // The next record of this transaction continues the chain here; if the transaction fails, all that is known is
    // forgotten.
    session.remember_audit(&audit);
    Ok(1)
}

async fn remember(session: &mut Session, job: &str, look: &Look) -> Result<(), Failure> {
    let last = if look.finished() { None } else { look.found.last() };
    let seen = match (last, &look.position) {
        (Some(_), Some(position)) => position.seen,
        _ => look.target,
    };
    let target = last.map(|_| look.target);
    let (cohort, date_key) = (last.map(|found| found.cohort), last.map(|found| found.date_key.as_slice()));
    sqlx::query!(
        "INSERT INTO job (name, seen, target, cohort, date_key) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO UPDATE SET
            seen = excluded.seen,
            target = excluded.target,
            cohort = excluded.cohort,
            date_key = excluded.date_key",
        job,
        seen,
        target,
        cohort,
        date_key
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
