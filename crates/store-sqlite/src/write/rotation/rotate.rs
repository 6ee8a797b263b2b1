//! Writing a new secret beside the old one, which gets its end.

use jiff::Timestamp;
use patcycle_lifecycle::model::StoredSecret;
use patcycle_lifecycle::rotation::{
    Rotate, RotateFacts, RotateOutcome, Rotation, RotationError, decide_rotate,
};
use patcycle_token::Digest;
use uuid::Uuid;

use super::{RotationRow, authorization, last, put_life};
use crate::failure::Failure;
use crate::write::Transaction;
use crate::write::session::Session;

impl Transaction for Rotate {
    type Answer = Rotation;
    type Error = RotationError;

    async fn run(self, session: &mut Session) -> Result<Rotation, RotationError> {
        let organization = session.organization(self.organization_id).await?;
        let owner = session.owner(&organization, self.owner).await?;
        let authorization = authorization(session, self.organization_id, self.owner, self.id).await?;
        let facts = RotateFacts {
            is_used: match &authorization {
                Some((_, secrets)) => is_used(session, self.id, secrets.current.generation).await?,
                None => false,
            },
            authorization,
            last: last(&mut session.connection, self.id).await?,
            same_key: same_key(session, self.id, self.key_digest).await?,
            cutoffs: organization.cutoffs(owner.epoch),
            policies: organization.policies,
            person: owner.person,
            audit_head: organization.audit_head,
        };
        let (authorization, person, secret, dies_at, rotation, audit, change) =
            match decide_rotate(&self, &facts)? {
                RotateOutcome::Repeated(rotation) => return Ok(rotation),
                RotateOutcome::Rotated {
                    authorization,
                    person,
                    secret,
                    dies_at,
                    rotation,
                    audit,
                    change,
                } => (authorization, person, secret, dies_at, rotation, audit, change),
            };
        session.open_savepoint().await?;
        if let Some(person) = &person {
            session.put_person(person).await?;
        }
        supersede(session, self.id, &secret, dies_at).await?;
        put_life(session, &authorization).await?;
        add_rotation(session, self.id, &rotation).await?;
        session.record(&audit, change).await?;
        session.keep().await?;
        session.remember_audit(&audit);
        // A PAT that had ended by the remembered count's clock may have been extended by this command's.
        session.known.forget_active(self.organization_id, self.owner);
        if person.is_some() {
            session.known.forget_owner(self.owner);
        }
        Ok(rotation)
    }
}

/// The rotation that this key has made.
async fn same_key(session: &mut Session, id: Uuid, key_digest: Digest) -> Result<Option<Rotation>, Failure> {
    let key_digest = key_digest.as_bytes().as_slice();
    sqlx::query_as!(
        RotationRow,
        r#"SELECT
            generation AS "generation!: u32", key_digest, request_digest, at, old_valid_from, old_valid_to,
            valid_to, answer, state
        FROM rotation
        WHERE authorization = $1 AND key_digest = $2"#,
        id,
        key_digest
    )
    .fetch_optional(&mut session.connection)
    .await?
    .map(RotationRow::into_rotation)
    .transpose()
}

/// Whether a use of the secret is written.
async fn is_used(session: &mut Session, id: Uuid, generation: u32) -> Result<bool, Failure> {
    let used = sqlx::query_scalar!(
        r#"SELECT EXISTS (
            SELECT 1 FROM secret_use WHERE authorization = $1 AND generation = $2
        ) AS "used!: bool""#,
        id,
        generation
    );
    Ok(used.fetch_one(&mut session.connection).await?)
}

/// Moves every secret of the PAT one place back and writes the new one.
async fn supersede(
    session: &mut Session,
    id: Uuid,
    secret: &StoredSecret,
    dies_at: Timestamp,
) -> Result<(), Failure> {
    let dies_at = dies_at.as_microsecond();
    let digest = secret.digest.as_bytes().as_slice();
    sqlx::query!(
        "UPDATE secret SET place = NULL WHERE authorization = $1 AND place = 1;
        UPDATE secret SET place = 1, dies_at = $2 WHERE authorization = $3 AND place = 0;
        INSERT INTO secret (digest, authorization, pepper_number, generation, place) VALUES ($4, $5, $6, $7, 0)",
        id,
        dies_at,
        id,
        digest,
        id,
        secret.pepper_number,
        secret.generation
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

async fn add_rotation(session: &mut Session, id: Uuid, rotation: &Rotation) -> Result<(), Failure> {
    let key_digest = rotation.key_digest.as_bytes().as_slice();
    let request_digest = rotation.request_digest.as_bytes().as_slice();
    let at = rotation.at.as_microsecond();
    let (old_valid_from, old_valid_to) =
        (rotation.old_valid_from.as_microsecond(), rotation.old_valid_to.as_microsecond());
    let valid_to = rotation.valid_to.as_microsecond();
    let state = rotation.state.as_str();
    sqlx::query!(
        "INSERT INTO rotation (
            authorization, generation, key_digest, request_digest, at, old_valid_from, old_valid_to, valid_to,
            answer, state
        ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        rotation.generation,
        key_digest,
        request_digest,
        at,
        old_valid_from,
        old_valid_to,
        valid_to,
        rotation.answer,
        state
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
