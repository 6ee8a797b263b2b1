//! Writing a revocation rule: a row for each scope that it names, whatever it revokes.

use patcycle_lifecycle::revocation_rule::{CreateRevocationRule, RevocationRuleFacts, decide};
use patcycle_lifecycle::{ScopeCutoff, StorageError};
use uuid::Uuid;

use super::Transaction;
use super::rule_announcement::note;
use super::session::Session;
use crate::failure::Failure;

impl Transaction for CreateRevocationRule {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let organization = session.organization(self.organization_id).await?;
        let facts =
            RevocationRuleFacts { rules: organization.rules.clone(), audit_head: organization.audit_head };
        let Some(outcome) = decide(&self, &facts) else { return Ok(()) };
        session.open_savepoint().await?;
        for cutoff in &outcome.raised {
            write(session, self.organization_id, cutoff).await?;
        }
        if outcome.is_told {
            note(session, &self, &outcome.raised, &organization.rules).await?;
        }
        session.record(&outcome.audit, outcome.change).await?;
        session.keep().await?;
        // Rules and counts of many owners may have changed; reading them anew costs little.
        session.known.forget();
        Ok(())
    }
}

async fn write(session: &mut Session, organization_id: Uuid, cutoff: &ScopeCutoff) -> Result<(), Failure> {
    let created_before = cutoff.created_before.as_microsecond();
    sqlx::query!(
        "INSERT INTO revocation_rule (organization, scope, created_before) VALUES ($1, $2, $3)
        ON CONFLICT DO UPDATE SET created_before = excluded.created_before",
        organization_id,
        cutoff.scope,
        created_before
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
