//! A session of the web console.

use sqlx::SqlitePool;

use crate::WebSession;
use crate::failure::Failure;
use crate::rows::instant;

/// The session of that key.
pub(crate) async fn web_session(readers: &SqlitePool, key: &[u8; 32]) -> Result<Option<WebSession>, Failure> {
    let key = key.as_slice();
    let row = sqlx::query!("SELECT sealed, idle_end, absolute_end FROM web_session WHERE key = $1", key)
        .fetch_optional(readers)
        .await?;
    row.map(|row| {
        Ok(WebSession {
            sealed: row.sealed,
            idle_end: instant(row.idle_end)?,
            absolute_end: instant(row.absolute_end)?,
        })
    })
    .transpose()
}
