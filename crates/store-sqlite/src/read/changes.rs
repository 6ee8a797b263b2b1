//! Reading the change feed.

use patcycle_lifecycle::change::{Change, ChangeHead, ChangeKind, NumberedChange};
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::{counter, number};

/// The newest number.
pub(crate) async fn change_head(readers: &SqlitePool) -> Result<ChangeHead, Failure> {
    let row = sqlx::query!(r#"SELECT incarnation AS "incarnation!: Uuid", sequence FROM change_head"#)
        .fetch_optional(readers)
        .await?
        .ok_or_else(|| Failure::unreadable("the change feed has no head"))?;
    Ok(ChangeHead { incarnation: row.incarnation, sequence: counter(row.sequence)? })
}

/// Changes after `sequence`, in commit order, at most `limit`.
pub(crate) async fn changes_after(
    readers: &SqlitePool,
    sequence: u64,
    limit: u32,
) -> Result<Vec<NumberedChange>, Failure> {
    let after = number(sequence);
    let rows = sqlx::query!(
        r#"SELECT sequence, kind, organization AS "organization!: Uuid", subject AS "subject?: Uuid"
        FROM change_log
        WHERE sequence > $1
        ORDER BY sequence
        LIMIT $2"#,
        after,
        limit
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = ChangeKind::from_name(&row.kind)
                .ok_or_else(|| Failure::unreadable(format!("`{}` is no kind of change", row.kind)))?;
            let change = Change { kind, organization_id: row.organization, subject: row.subject };
            Ok(NumberedChange { sequence: counter(row.sequence)?, change })
        })
        .collect()
}
