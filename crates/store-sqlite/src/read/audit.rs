//! Reading the audit chain.

use std::net::IpAddr;

use patcycle_lifecycle::audit::{Actor, AuditAction, AuditHead, AuditRecord};
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::{counter, hash, instant, number};

/// A row of `audit`, with the actor's name where it was asked for.
pub(super) struct AuditRow {
    pub(super) sequence: i64,
    pub(super) id: Uuid,
    pub(super) at: i64,
    pub(super) action: String,
    pub(super) object_id: Option<Uuid>,
    pub(super) user_name: Option<String>,
    pub(super) application_id: Option<Uuid>,
    pub(super) pat_id: Option<Uuid>,
    pub(super) address: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) activity_id: Option<Uuid>,
    pub(super) data: String,
    pub(super) previous_hash: Vec<u8>,
    pub(super) hash: Vec<u8>,
    pub(super) actor_display_name: Option<String>,
}

impl AuditRow {
    pub(super) fn into_record(self, organization_id: Uuid) -> Result<AuditRecord, Failure> {
        let address = self.address.as_deref().map(str::parse::<IpAddr>).transpose().map_err(|_| {
            Failure::unreadable(format!("audit record {} has no readable address", self.sequence))
        })?;
        Ok(AuditRecord {
            id: self.id,
            organization_id,
            sequence: counter(self.sequence)?,
            at: instant(self.at)?,
            action: self.action,
            actor: Actor {
                object_id: self.object_id,
                user_name: self.user_name,
                application_id: self.application_id,
                pat_id: self.pat_id,
                address,
                user_agent: self.user_agent,
                activity_id: self.activity_id,
            },
            data: self.data,
            previous_hash: hash(&self.previous_hash)?,
            hash: hash(&self.hash)?,
        })
    }
}

/// Records of an organization after `sequence`, in order, at most `limit`.
pub(crate) async fn audit_after(
    readers: &SqlitePool,
    organization_id: Uuid,
    sequence: u64,
    limit: u32,
) -> Result<Vec<AuditRecord>, Failure> {
    let after = number(sequence);
    let rows = sqlx::query_as!(
        AuditRow,
        r#"SELECT
            sequence,
            id AS "id!: Uuid",
            at,
            action,
            object_id AS "object_id?: Uuid",
            user_name,
            application_id AS "application_id?: Uuid",
            address,
            user_agent,
            activity_id AS "activity_id?: Uuid",
            pat_id AS "pat_id?: Uuid",
            data,
            previous_hash,
            hash,
            NULL AS "actor_display_name?: String"
        FROM audit
        WHERE organization = $1 AND sequence > $2
        ORDER BY sequence
        LIMIT $3"#,
        organization_id,
        after,
        limit
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter().map(|row| row.into_record(organization_id)).collect()
}

/// The end of an organization's chain.
pub(crate) async fn audit_head(readers: &SqlitePool, organization_id: Uuid) -> Result<AuditHead, Failure> {
    let row = sqlx::query!(
        "SELECT sequence, hash FROM audit WHERE organization = $1 ORDER BY sequence DESC LIMIT 1",
        organization_id
    )
    .fetch_optional(readers)
    .await?;
    let Some(row) = row else { return Ok(AuditHead::default()) };
    Ok(AuditHead { sequence: counter(row.sequence)?, hash: hash(&row.hash)? })
}

/// The newest records about a PAT, and those of what revokes many at once. Each of the three is a range of the
/// index by subject.
pub(crate) async fn audit_about(
    readers: &SqlitePool,
    organization_id: Uuid,
    authorization: Uuid,
    owner: Uuid,
    limit: u32,
) -> Result<Vec<AuditRecord>, Failure> {
    let (all, rule) = (AuditAction::PatRevokeAll.as_str(), AuditAction::RevocationRuleCreate.as_str());
    let rows = sqlx::query_as!(
        AuditRow,
        r#"SELECT
            sequence,
            id AS "id!: Uuid",
            at,
            action,
            object_id AS "object_id?: Uuid",
            user_name,
            application_id AS "application_id?: Uuid",
            address,
            user_agent,
            activity_id AS "activity_id?: Uuid",
            pat_id AS "pat_id?: Uuid",
            data,
            previous_hash,
            hash,
            NULL AS "actor_display_name?: String"
        FROM audit
        WHERE (organization = $1 AND subject = $2)
            OR (organization = $1 AND subject = $3 AND action = $4)
            OR (organization = $1 AND subject IS NULL AND action IN ($4, $5))
        ORDER BY sequence DESC
        LIMIT $6"#,
        organization_id,
        authorization,
        owner,
        all,
        rule,
        limit
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter().map(|row| row.into_record(organization_id)).collect()
}
