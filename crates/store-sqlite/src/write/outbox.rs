//! The outbox: filled by the transactions that have something to tell, drained by whoever tells it.

use jiff::{SignedDuration, Timestamp};
use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::notice::{Concern, DueNotice, Notice, NoticeSubject, Stage};
use uuid::Uuid;

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::read::owned;
use crate::rows::instant;

/// How long the key of a notice stays taken after it was told.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// At most so many old rows are removed each time one is told: the table shrinks faster than it grows.
const REMOVED_AT_ONCE: i64 = 4;

impl Session {
    /// Puts notices into the outbox, due at once. A key that is taken stays as it is.
    pub(super) async fn put_notices(&mut self, notices: &[Notice]) -> Result<(), Failure> {
        for notice in notices {
            let (stage, at) = (notice.stage.as_str(), notice.at.as_microsecond());
            let (authorization, pats) = match notice.subject {
                NoticeSubject::Pat(id) => (id, None),
                NoticeSubject::Several(count) => (Uuid::nil(), Some(count)),
            };
            sqlx::query!(
                "INSERT INTO outbox (key, channel, stage, organization, owner, authorization, at, due_at, pats)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT DO NOTHING",
                notice.key,
                notice.channel,
                stage,
                notice.organization_id,
                notice.owner,
                authorization,
                at,
                pats
            )
            .execute(&mut self.connection)
            .await?;
        }
        Ok(())
    }
}

/// Takes notices that are due.
pub(crate) struct Take {
    pub(crate) now: Timestamp,
    pub(crate) leased_until: Timestamp,
    pub(crate) limit: u32,
}

struct Taken {
    key: String,
    channel: String,
    stage: String,
    organization: Uuid,
    owner: Uuid,
    authorization: Uuid,
    at: i64,
    attempts: u32,
    pats: Option<u32>,
}

impl Transaction for Take {
    type Answer = Vec<DueNotice>;
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<Vec<DueNotice>, StorageError> {
        session.open_savepoint().await?;
        let mut due = Vec::new();
        for taken in take(session, &self).await? {
            let key = taken.key.clone();
            match complete(session, taken).await? {
                Some(notice) => due.push(notice),
                // What it is about is gone, and so is the reason to tell it.
                None => close(session, &Done { key, at: self.now }).await?,
            }
        }
        session.keep_many(0).await?;
        Ok(due)
    }
}

async fn take(session: &mut Session, command: &Take) -> Result<Vec<Taken>, Failure> {
    let (now, leased_until) = (command.now.as_microsecond(), command.leased_until.as_microsecond());
    let mut taken = sqlx::query_as!(
        Taken,
        r#"UPDATE outbox SET due_at = $1, attempts = attempts + 1
        WHERE key IN (SELECT key FROM outbox WHERE due_at <= $2 ORDER BY due_at LIMIT $3)
        RETURNING
            key AS "key!",
            channel AS "channel!",
            stage AS "stage!",
            organization AS "organization!: Uuid",
            owner AS "owner!: Uuid",
            authorization AS "authorization!: Uuid",
            at AS "at!",
            attempts AS "attempts!: u32",
            pats AS "pats?: u32""#,
        leased_until,
        now,
        command.limit
    )
    .fetch_all(&mut session.connection)
    .await?;
    taken.sort_by_key(|notice| notice.at);
    Ok(taken)
}

async fn complete(session: &mut Session, taken: Taken) -> Result<Option<DueNotice>, Failure> {
    let Some(stage) = Stage::from_name(&taken.stage) else { return Ok(None) };
    let organization = session.organization(taken.organization).await?;
    let concern = if let Some(count) = taken.pats {
        let owner = session.owner(&organization, taken.owner).await?.person;
        owner.map(|owner| Concern::Several { count, owner })
    } else {
        let ids = [taken.authorization];
        let mut found = owned::of_ids(&mut session.connection, taken.organization, &ids).await?;
        found.remove(&taken.authorization).map(|pat| Concern::Pat(Box::new(pat)))
    };
    let Some(concern) = concern else { return Ok(None) };
    Ok(Some(DueNotice {
        attempts: taken.attempts,
        concern,
        organization: organization.organization.name.clone(),
        notice: Notice {
            at: instant(taken.at)?,
            key: taken.key,
            channel: taken.channel,
            stage,
            organization_id: taken.organization,
            owner: taken.owner,
            subject: taken.pats.map_or(NoticeSubject::Pat(taken.authorization), NoticeSubject::Several),
        },
    }))
}

/// Closes a notice, and removes a few that were closed long ago.
pub(crate) struct Done {
    pub(crate) key: String,
    pub(crate) at: Timestamp,
}

impl Transaction for Done {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        session.open_savepoint().await?;
        close(session, &self).await?;
        session.keep_many(0).await?;
        Ok(())
    }
}

async fn close(session: &mut Session, command: &Done) -> Result<(), Failure> {
    let at = command.at.as_microsecond();
    let old = (command.at - KEPT).as_microsecond();
    sqlx::query!("UPDATE outbox SET due_at = NULL, done_at = $1 WHERE key = $2", at, command.key)
        .execute(&mut session.connection)
        .await?;
    sqlx::query!(
        "DELETE FROM outbox WHERE key IN (SELECT key FROM outbox WHERE done_at < $1 LIMIT $2)",
        old,
        REMOVED_AT_ONCE
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

/// Puts a notice back.
pub(crate) struct Retry {
    pub(crate) key: String,
    pub(crate) due_at: Timestamp,
}

impl Transaction for Retry {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        session.open_savepoint().await?;
        put_back(session, &self).await?;
        session.keep_many(0).await?;
        Ok(())
    }
}

async fn put_back(session: &mut Session, command: &Retry) -> Result<(), Failure> {
    let due_at = command.due_at.as_microsecond();
    sqlx::query!("UPDATE outbox SET due_at = $1 WHERE key = $2 AND done_at IS NULL", due_at, command.key)
        .execute(&mut session.connection)
        .await?;
    Ok(())
}
