//! Writing what became of a PAT that was found where secrets must not be.

use std::sync::Arc;

use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::leak::{Leak, LeakFacts, LeakOutcome, decide};

use uuid::Uuid;

use super::Transaction;
use super::revoke;
use super::session::Session;
use crate::failure::Failure;
use crate::read::owned;

impl Transaction for Leak {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let secret = self.secret;
        let organization = session.organization(secret.organization_id).await?;
        let id = secret.authorization_id;
        let mut found = owned::of_ids(&mut session.connection, secret.organization_id, &[id]).await?;
        let Some(pat) = found.remove(&id) else { return Ok(()) };
        let facts = LeakFacts {
            pat,
            policies: Arc::clone(&organization.policies),
            is_exposed: is_exposed(session, id).await?,
            audit_head: organization.audit_head,
        };
        let LeakOutcome::Found { revoked, records, notices } = decide(&self, &facts) else { return Ok(()) };
        session.open_savepoint().await?;
        mark(session, &self).await?;
        if let Some(revoked) = &revoked {
            revoke::write(session, revoked).await?;
        }
        for (place, (audit, change)) in (0..).zip(&records) {
            session.record_at(place, audit, *change).await?;
        }
        session.put_notices(&notices).await?;
        session.keep_many(records.len() as u64).await?;
        if let Some((audit, _)) = records.last() {
            session.remember_audit(audit);
        }
        Ok(())
    }
}

async fn is_exposed(session: &mut Session, authorization: Uuid) -> Result<bool, Failure> {
    let exposed = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM exposure WHERE authorization = $1) AS "exposed!: bool""#,
        authorization
    );
    Ok(exposed.fetch_one(&mut session.connection).await?)
}

/// The first report is the one that is kept.
async fn mark(session: &mut Session, leak: &Leak) -> Result<(), Failure> {
    let at = leak.at.as_microsecond();
    sqlx::query!(
        "INSERT INTO exposure (authorization, at, place) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        leak.secret.authorization_id,
        at,
        leak.place
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
