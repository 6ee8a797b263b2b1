//! Writing many PATs at once.

use std::collections::HashMap;

use patcycle_lifecycle::import::{Import, decide};
use patcycle_lifecycle::model::StoredSecret;
use patcycle_lifecycle::{Authorization, Person, StorageError};
use uuid::Uuid;

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;

/// What tells cohorts of one organization apart: owner, revoked or not, epochs.
type CohortKey = (Uuid, bool, u64, u64);

impl Transaction for Import {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let organization = session.organization(self.organization_id).await?;
        let (audit, change) = decide(&self, organization.audit_head);
        session.open_savepoint().await?;
        if let Some((stray, _)) =
            self.pats.iter().find(|(pat, _)| pat.organization_id != self.organization_id)
        {
            return Err(StorageError::Unavailable(format!(
                "the authorization {} belongs to another organization than its import",
                stray.id
            )));
        }
        for owner in &self.owners {
            add_person(session, owner).await?;
        }
        let mut cohorts: HashMap<CohortKey, i64> = HashMap::new();
        for (authorization, secret) in &self.pats {
            let (owner, revoked, epochs) =
                (authorization.owner, authorization.revoked.is_some(), authorization.epochs);
            let key = (owner, revoked, epochs.organization, epochs.owner);
            let cohort = if let Some(cohort) = cohorts.get(&key) {
                *cohort
            } else {
                let cohort = session.cohort(self.organization_id, owner, revoked, epochs).await?;
                cohorts.insert(key, cohort);
                cohort
            };
            add_pat(session, cohort, authorization, secret).await?;
        }
        session.record(&audit, change).await?;
        session.keep().await?;
        session.known.forget();
        Ok(())
    }
}

async fn add_person(session: &mut Session, person: &Person) -> Result<(), Failure> {
    sqlx::query!(
        "INSERT INTO person (id, tenant_id, user_name, display_name, disabled) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING",
        person.id,
        person.tenant_id,
        person.user_name,
        person.display_name,
        person.disabled
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

async fn add_pat(
    session: &mut Session,
    cohort: i64,
    authorization: &Authorization,
    secret: &StoredSecret,
) -> Result<(), Failure> {
    let (valid_from, valid_to) =
        (authorization.valid_from.as_microsecond(), authorization.valid_to.as_microsecond());
    let revoked_at = authorization.revoked.map(|revocation| revocation.at.as_microsecond());
    let reason = authorization.revoked.map(|revocation| revocation.reason.as_str());
    let (date_key, name_key) = (authorization.date_key(), authorization.name_key());
    let digest = secret.digest.as_bytes().as_slice();
    let dies_at = secret.dies_at.map(jiff::Timestamp::as_microsecond);
    sqlx::query!(
        "INSERT INTO authorization (
            id, cohort, display_name, scope, all_organizations, valid_from, valid_to, revoked_at,
            revocation_reason, date_key, name_key
        ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
        INSERT INTO secret (digest, authorization, pepper_number, generation, dies_at)
        VALUES ($12, $13, $14, $15, $16)",
        authorization.id,
        cohort,
        authorization.display_name,
        authorization.scope,
        authorization.all_organizations,
        valid_from,
        valid_to,
        revoked_at,
        reason,
        date_key,
        name_key,
        digest,
        authorization.id,
        secret.pepper_number,
        secret.generation,
        dies_at
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
