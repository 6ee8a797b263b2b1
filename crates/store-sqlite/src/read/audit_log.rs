//! Reading the audit log: a range of the index by time, backwards.

use jiff::Timestamp;
use patcycle_lifecycle::audit_log::{AuditLogRequest, AuditLogRow};
use sqlx::SqlitePool;
use uuid::Uuid;

use super::audit::AuditRow;
use crate::failure::Failure;
use crate::rows::number;

/// The newest records of the window, before the position.
pub(crate) async fn audit_log(
    readers: &SqlitePool,
    request: &AuditLogRequest,
) -> Result<Vec<AuditLogRow>, Failure> {
    let from = request.from.map_or(i64::MIN, Timestamp::as_microsecond);
    let until = request.until.map_or(i64::MAX, Timestamp::as_microsecond);
    let (at, sequence) =
        request.after.map_or((i64::MAX, i64::MAX), |(at, sequence)| (at.as_microsecond(), number(sequence)));
    let rows = sqlx::query_as!(
        AuditRow,
        r#"SELECT
            a.sequence AS "sequence!",
            a.id AS "id!: Uuid",
            a.at AS "at!",
            a.action AS "action!",
            a.object_id AS "object_id?: Uuid",
            a.user_name AS "user_name?",
            a.application_id AS "application_id?: Uuid",
            a.pat_id AS "pat_id?: Uuid",
            a.address AS "address?",
            a.user_agent AS "user_agent?",
            a.activity_id AS "activity_id?: Uuid",
            a.data AS "data!",
            a.previous_hash AS "previous_hash!",
            a.hash AS "hash!",
            p.display_name AS "actor_display_name?"
        FROM audit AS a
        LEFT JOIN person AS p ON p.id = a.object_id AND p.tenant_id = $2
        WHERE a.organization = $1
            AND a.at >= $3
            AND a.at < $4
            AND (a.at, a.sequence) < ($5, $6)
        ORDER BY a.at DESC, a.sequence DESC
        LIMIT $7"#,
        request.organization_id,
        request.tenant_id,
        from,
        until,
        at,
        sequence,
        request.limit
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter()
        .map(|row| {
            let actor_display_name = row.actor_display_name.clone();
            Ok(AuditLogRow { record: row.into_record(request.organization_id)?, actor_display_name })
        })
        .collect()
}
