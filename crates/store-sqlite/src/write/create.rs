//! Writing a new PAT: as a rule one text for the database.

use std::sync::Arc;

use patcycle_lifecycle::create::{Create, CreateFacts, CreateOutcome, decide};
use patcycle_lifecycle::model::StoredSecret;
use patcycle_lifecycle::{Authorization, Epochs, TransactionError};

use super::Transaction;
use super::known::{ActiveBound, KnownOrganization, KnownOwner};
use super::session::Session;
use crate::failure::Failure;
use crate::read::active_pats::active_pats;
use crate::rows::number;

impl Transaction for Create {
    type Answer = Authorization;
    type Error = TransactionError;

    async fn run(self, session: &mut Session) -> Result<Authorization, TransactionError> {
        let organization = session.organization(self.authorization.organization_id).await?;
        let mut owner = session.owner(&organization, self.authorization.owner).await?;
        let cutoffs = organization.cutoffs(owner.epoch);
        owner.active = active_bound(session, &self, &owner, cutoffs.epochs).await?;
        let facts = CreateFacts {
            policies: Arc::clone(&organization.policies),
            person: owner.person.clone(),
            active_pats: owner.active.map_or(0, |active| active.count),
            cutoffs,
            audit_head: organization.audit_head,
        };
        let outcome = decide(&self, &facts)?;
        let cohort = prepare_owner(session, &outcome, &owner).await?;
        if !outcome.notices.is_empty() {
            session.open_savepoint().await?;
            session.put_notices(&outcome.notices).await?;
        }
        write(session, cohort, &outcome, &self.secret).await?;
        session.keep().await?;
        remember(session, &organization, cohort, owner, &outcome);
        Ok(outcome.authorization)
    }
}

/// How many active PATs the owner holds at most. Rows are counted only when the remembered bound does not
/// settle the question; the count stops at the maximum. `None`: there is no maximum.
async fn active_bound(
    session: &mut Session,
    command: &Create,
    owner: &KnownOwner,
    current: Epochs,
) -> Result<Option<ActiveBound>, Failure> {
    let maximum = command.maximum_active;
    if maximum == 0 {
        return Ok(None);
    }
    if let Some(bound) = owner.active
        && bound.count < maximum
        && bound.at <= command.at
    {
        return Ok(Some(bound));
    }
    let Authorization { organization_id, owner, .. } = command.authorization;
    let count =
        active_pats(&mut session.connection, organization_id, owner, current, command.at, maximum).await?;
    Ok(Some(ActiveBound { at: command.at, count }))
}

/// Writes the person and the cohort where they are new, and gives the cohort's number.
async fn prepare_owner(
    session: &mut Session,
    outcome: &CreateOutcome,
    owner: &KnownOwner,
) -> Result<i64, Failure> {
    if let (None, Some(cohort)) = (&outcome.person, owner.cohort) {
        return Ok(cohort);
    }
    session.open_savepoint().await?;
    if let Some(person) = &outcome.person {
        session.put_person(person).await?;
    }
    let authorization = &outcome.authorization;
    session.cohort(authorization.organization_id, authorization.owner, false, authorization.epochs).await
}

/// Savepoint, row, secret, audit record and change record in one text: each text that is sent costs two changes
/// of threads.
async fn write(
    session: &mut Session,
    cohort: i64,
    outcome: &CreateOutcome,
    secret: &StoredSecret,
) -> Result<(), Failure> {
    let (authorization, audit, change) = (&outcome.authorization, &outcome.audit, outcome.change);
    let (valid_from, valid_to) =
        (authorization.valid_from.as_microsecond(), authorization.valid_to.as_microsecond());
    let (date_key, name_key) = (authorization.date_key(), authorization.name_key());
    let digest = secret.digest.as_bytes().as_slice();
    let dies_at = secret.dies_at.map(jiff::Timestamp::as_microsecond);
    let (audit_sequence, at) = (number(audit.sequence), audit.at.as_microsecond());
    let address = audit.actor.address.map(|address| address.to_string());
    let (previous_hash, audit_hash) = (audit.previous_hash.as_slice(), audit.hash.as_slice());
    let sequence = number(session.next_sequence());
    let kind = change.kind.as_str();
    session.enter_savepoint();
    // A returned row ends the waiting for the connection's thread; without one, its hanging up would have to be
    // waited for as well.
    sqlx::query_scalar!(
        r#"SAVEPOINT command;
        INSERT INTO creation (
            id, cohort, display_name, scope, all_organizations, valid_from, valid_to, date_key, name_key,
            digest, pepper_number, generation, dies_at, organization, audit_sequence, audit_id, at, action,
            object_id, user_name, application_id, address, user_agent, activity_id, data, previous_hash, hash,
            change_sequence, kind, subject, pat_id
        ) VALUES (
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26, $27, $28, $29, $30, $31
        );
        RELEASE command;
        SELECT 1 AS "written!: i64""#,
        authorization.id,
        cohort,
        authorization.display_name,
        authorization.scope,
        authorization.all_organizations,
        valid_from,
        valid_to,
        date_key,
        name_key,
        digest,
        secret.pepper_number,
        secret.generation,
        dies_at,
        authorization.organization_id,
        audit_sequence,
        audit.id,
        at,
        audit.action,
        audit.actor.object_id,
        audit.actor.user_name,
        audit.actor.application_id,
        address,
        audit.actor.user_agent,
        audit.actor.activity_id,
        audit.data,
        previous_hash,
        audit_hash,
        sequence,
        kind,
        change.subject,
        audit.actor.pat_id
    )
    .fetch_one(&mut session.connection)
    .await?;
    session.leave_savepoint();
    Ok(())
}

fn remember(
    session: &mut Session,
    organization: &KnownOrganization,
    cohort: i64,
    mut owner: KnownOwner,
    outcome: &CreateOutcome,
) {
    session.remember_audit(&outcome.audit);
    if let Some(person) = &outcome.person {
        owner.person = Some(person.clone());
    }
    owner.cohort = Some(cohort);
    owner.active = owner.active.map(|bound| ActiveBound { count: bound.count + 1, ..bound });
    session.known.put_owner(organization.organization.id, outcome.authorization.owner, owner);
}
