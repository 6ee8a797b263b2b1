//! Reading the audit chain.

use std::net::IpAddr;

use patcycle_lifecycle::audit::{Actor, AuditRecord};
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::{counter, hash, instant, number};

/// Records of an organization after `sequence`, in order, at most `limit`.
pub(crate) async fn audit_after(
    readers: &SqlitePool,
    organization_id: Uuid,
    sequence: u64,
    limit: u32,
) -> Result<Vec<AuditRecord>, Failure> {
    let after = number(sequence);
    let rows = sqlx::query!(
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
            data,
            previous_hash,
            hash
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
    rows.into_iter()
        .map(|row| {
            let address = row.address.as_deref().map(str::parse::<IpAddr>).transpose().map_err(|_| {
                Failure::unreadable(format!("audit record {} has no readable address", row.sequence))
            })?;
            Ok(AuditRecord {
                id: row.id,
                organization_id,
                sequence: counter(row.sequence)?,
                at: instant(row.at)?,
                action: row.action,
                actor: Actor {
                    object_id: row.object_id,
                    user_name: row.user_name,
                    application_id: row.application_id,
                    address,
                    user_agent: row.user_agent,
                    activity_id: row.activity_id,
                },
                data: row.data,
                previous_hash: hash(&row.previous_hash)?,
                hash: hash(&row.hash)?,
            })
        })
        .collect()
}
