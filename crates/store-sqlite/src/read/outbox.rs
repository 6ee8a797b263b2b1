//! Looking whether a notice waits.

use jiff::Timestamp;
use sqlx::SqlitePool;

use crate::failure::Failure;

/// Whether a notice is due at `now`.
pub(crate) async fn is_due(readers: &SqlitePool, now: Timestamp) -> Result<bool, Failure> {
    let now = now.as_microsecond();
    let due = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM outbox WHERE due_at <= $1) AS "due!: bool""#,
        now
    );
    Ok(due.fetch_one(readers).await?)
}
