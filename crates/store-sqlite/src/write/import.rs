//! Writing many PATs at once, in a group of their own and many rows a statement.

use std::collections::HashMap;
use std::fmt::Write as _;

use patcycle_lifecycle::import::{Import, decide};
use patcycle_lifecycle::model::StoredSecret;
use patcycle_lifecycle::{Authorization, Person, StorageError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::rows::groups_text;

/// Rows that one statement gets. More gains nothing and holds their text in memory for longer.
const ROWS: usize = 1000;

/// What tells cohorts of one organization apart: owner, revoked or not, epochs.
type CohortKey = (Uuid, bool, u64, u64);

impl Transaction for Import {
    type Answer = ();
    type Error = StorageError;

    /// Inside a savepoint, SQLite would keep a copy of every page that the import changes. Alone, the import is
    /// undone with the group.
    const ALONE: bool = true;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        if let Some((stray, _)) =
            self.pats.iter().find(|(pat, _)| pat.organization_id != self.organization_id)
        {
            return Err(StorageError::Unavailable(format!(
                "the authorization {} belongs to another organization than its import",
                stray.id
            )));
        }
        let organization = session.organization(self.organization_id).await?;
        let (audit, change) = decide(&self, organization.audit_head);
        for owner in &self.owners {
            add_person(session, owner).await?;
        }
        let mut cohorts = HashMap::new();
        for pats in self.pats.chunks(ROWS) {
            add_pats(session, &mut cohorts, pats).await?;
        }
        session.record(&audit, change).await?;
        session.keep().await?;
        session.known.forget();
        Ok(())
    }
}

async fn add_person(session: &mut Session, person: &Person) -> Result<(), Failure> {
    let member_of = groups_text(&person.groups);
    sqlx::query!(
        "INSERT INTO person (id, tenant_id, user_name, display_name, member_of)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING",
        person.id,
        person.tenant_id,
        person.user_name,
        person.display_name,
        member_of
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

async fn add_pats(
    session: &mut Session,
    cohorts: &mut HashMap<CohortKey, i64>,
    pats: &[(Authorization, StoredSecret)],
) -> Result<(), Failure> {
    let mut authorizations = Vec::with_capacity(pats.len());
    let mut secrets = Vec::with_capacity(pats.len());
    for (authorization, secret) in pats {
        let cohort = cohort(session, cohorts, authorization).await?;
        authorizations.push(authorization_row(cohort, authorization));
        secrets.push(json!([
            hex(secret.digest.as_bytes()),
            hex(authorization.id.as_bytes()),
            secret.pepper_number,
            secret.generation,
            secret.dies_at.map(jiff::Timestamp::as_microsecond),
        ]));
    }
    let (authorizations, secrets) =
        (Value::from(authorizations).to_string(), Value::from(secrets).to_string());
    sqlx::query!(
        "INSERT INTO authorization (
            id, cohort, display_name, scope, all_organizations, valid_from, valid_to, revoked_at,
            revocation_reason, date_key, name_key
        ) SELECT
            unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
            value ->> 7, value ->> 8, unhex(value ->> 9), unhex(value ->> 10)
        FROM json_each($1);
        INSERT INTO secret (digest, authorization, pepper_number, generation, dies_at)
        SELECT unhex(value ->> 0), unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4
        FROM json_each($2)",
        authorizations,
        secrets
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

async fn cohort(
    session: &mut Session,
    cohorts: &mut HashMap<CohortKey, i64>,
    authorization: &Authorization,
) -> Result<i64, Failure> {
    let (owner, revoked, epochs) =
        (authorization.owner, authorization.revoked.is_some(), authorization.epochs);
    let key = (owner, revoked, epochs.organization, epochs.owner);
    if let Some(cohort) = cohorts.get(&key) {
        return Ok(*cohort);
    }
    let cohort = session.cohort(authorization.organization_id, owner, revoked, epochs).await?;
    cohorts.insert(key, cohort);
    Ok(cohort)
}

/// A row as JSON has it. Bytes go as hexadecimal digits.
fn authorization_row(cohort: i64, authorization: &Authorization) -> Value {
    json!([
        hex(authorization.id.as_bytes()),
        cohort,
        authorization.display_name,
        authorization.scope,
        i64::from(authorization.all_organizations),
        authorization.valid_from.as_microsecond(),
        authorization.valid_to.as_microsecond(),
        authorization.revoked.map(|revocation| revocation.at.as_microsecond()),
        authorization.revoked.map(|revocation| revocation.reason.as_str()),
        hex(&authorization.date_key()),
        hex(&authorization.name_key()),
    ])
}

fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
