//! Writing rotations, and the rows that their rules read.

mod finish;
mod reuse;
mod rotate;
mod undo;

use patcycle_lifecycle::Authorization;
use patcycle_lifecycle::model::StoredSecret;
use patcycle_lifecycle::rotation::{Rotation, RotationState, Secrets, SettleFacts};
use patcycle_token::Digest;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::session::Session;
use crate::failure::Failure;
use crate::read::find::find;
use crate::rows::{hash, instant};

/// What finishing and undoing read.
async fn settle_facts(
    session: &mut Session,
    organization_id: Uuid,
    owner_id: Uuid,
    id: Uuid,
) -> Result<SettleFacts, Failure> {
    let organization = session.organization(organization_id).await?;
    let owner = session.owner(&organization, owner_id).await?;
    Ok(SettleFacts {
        authorization: authorization(session, organization_id, owner_id, id).await?,
        last: last(&mut session.connection, id).await?,
        person: owner.person,
        cutoffs: organization.cutoffs(owner.epoch),
        audit_head: organization.audit_head,
    })
}

/// A PAT with its secrets.
async fn authorization(
    session: &mut Session,
    organization_id: Uuid,
    owner: Uuid,
    id: Uuid,
) -> Result<Option<(Authorization, Secrets)>, Failure> {
    let Some(found) = find(&mut session.connection, organization_id, owner, id).await? else {
        return Ok(None);
    };
    let rows = sqlx::query_as!(
        SecretRow,
        r#"SELECT
            digest AS "digest!",
            pepper_number AS "pepper_number!: u16",
            generation AS "generation!: u32",
            dies_at
        FROM secret
        WHERE authorization = $1 AND place IS NOT NULL
        ORDER BY place"#,
        id
    )
    .fetch_all(&mut session.connection)
    .await?;
    let mut secrets = rows.into_iter().map(SecretRow::into_secret);
    let current =
        secrets.next().ok_or_else(|| Failure::unreadable(format!("the PAT {id} has no secret")))??;
    Ok(Some((found, Secrets { current, previous: secrets.next().transpose()? })))
}

/// The PAT's last rotation.
async fn last(connection: &mut SqliteConnection, id: Uuid) -> Result<Option<Rotation>, Failure> {
    sqlx::query_as!(
        RotationRow,
        r#"SELECT
            generation AS "generation!: u32", key_digest, request_digest, at, old_valid_from, old_valid_to,
            valid_to, answer, state
        FROM rotation
        WHERE authorization = $1
        ORDER BY generation DESC
        LIMIT 1"#,
        id
    )
    .fetch_optional(connection)
    .await?
    .map(RotationRow::into_rotation)
    .transpose()
}

/// Writes how a rotation stands now.
async fn put_state(
    session: &mut Session,
    id: Uuid,
    generation: u32,
    state: RotationState,
) -> Result<(), Failure> {
    let state = state.as_str();
    sqlx::query!(
        "UPDATE rotation SET state = $1 WHERE authorization = $2 AND generation = $3",
        state,
        id,
        generation
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

/// Writes the beginning and the end of a PAT.
async fn put_life(session: &mut Session, authorization: &Authorization) -> Result<(), Failure> {
    let (valid_from, valid_to) =
        (authorization.valid_from.as_microsecond(), authorization.valid_to.as_microsecond());
    let date_key = authorization.date_key();
    sqlx::query!(
        "UPDATE authorization SET valid_from = $1, valid_to = $2, date_key = $3 WHERE id = $4",
        valid_from,
        valid_to,
        date_key,
        authorization.id
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

/// A row of `secret`.
struct SecretRow {
    digest: Vec<u8>,
    pepper_number: u16,
    generation: u32,
    dies_at: Option<i64>,
}

impl SecretRow {
    fn into_secret(self) -> Result<StoredSecret, Failure> {
        Ok(StoredSecret {
            digest: Digest::from_bytes(hash(&self.digest)?),
            pepper_number: self.pepper_number,
            generation: self.generation,
            dies_at: self.dies_at.map(instant).transpose()?,
        })
    }
}

/// A row of `rotation`.
struct RotationRow {
    generation: u32,
    key_digest: Vec<u8>,
    request_digest: Vec<u8>,
    at: i64,
    old_valid_from: i64,
    old_valid_to: i64,
    valid_to: i64,
    answer: String,
    state: String,
}

impl RotationRow {
    fn into_rotation(self) -> Result<Rotation, Failure> {
        Ok(Rotation {
            generation: self.generation,
            key_digest: Digest::from_bytes(hash(&self.key_digest)?),
            request_digest: Digest::from_bytes(hash(&self.request_digest)?),
            at: instant(self.at)?,
            old_valid_from: instant(self.old_valid_from)?,
            old_valid_to: instant(self.old_valid_to)?,
            valid_to: instant(self.valid_to)?,
            answer: self.answer,
            state: RotationState::from_name(&self.state)
                .ok_or_else(|| Failure::unreadable(format!("`{}` is no state of a rotation", self.state)))?,
        })
    }
}
