//! Refresh tokens, by digest.

use jiff::{SignedDuration, Timestamp};

use super::{Store, from_json, instant, microseconds, to_json};
use crate::error::LocalTenantError;
use crate::grant::RefreshContent;

/// How long a row is kept after its end: a client that comes back after months must hear "expired", which it
/// knows how to handle, not "unknown".
const KEEP: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A refresh token's row.
#[derive(Debug)]
pub(crate) struct StoredRefreshToken {
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) content: RefreshContent,
}

impl Store {
    pub(crate) async fn insert_refresh_token(
        &self,
        digest: [u8; 32],
        token: &StoredRefreshToken,
    ) -> Result<(), LocalTenantError> {
        let digest = digest.as_slice();
        let forgotten = microseconds(token.issued_at.checked_sub(KEEP).unwrap_or(Timestamp::MIN));
        sqlx::query!("DELETE FROM refresh_token WHERE expires_at < $1", forgotten)
            .execute(&self.pool)
            .await?;
        let (issued_at, expires_at) = (microseconds(token.issued_at), microseconds(token.expires_at));
        let content = to_json(&token.content)?;
        sqlx::query!(
            "INSERT INTO refresh_token (digest, issued_at, expires_at, content) VALUES ($1, $2, $3, $4)",
            digest,
            issued_at,
            expires_at,
            content,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(crate) async fn refresh_token(
        &self,
        digest: [u8; 32],
    ) -> Result<Option<StoredRefreshToken>, LocalTenantError> {
        let digest = digest.as_slice();
        let row = sqlx::query!(
            "SELECT issued_at, expires_at, content FROM refresh_token WHERE digest = $1",
            digest
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredRefreshToken {
            issued_at: instant(row.issued_at)?,
            expires_at: instant(row.expires_at)?,
            content: from_json(&row.content)?,
        }))
    }
}
