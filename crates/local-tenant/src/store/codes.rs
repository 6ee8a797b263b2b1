//! Authorization codes, by digest.

use jiff::{SignedDuration, Timestamp};

use super::{Store, from_json, instant, microseconds, to_json};
use crate::error::LocalTenantError;
use crate::grant::CodeContent;

/// How long a row is kept after its end, so that a late redemption gets its own answer.
const KEEP: SignedDuration = SignedDuration::from_hours(24);

/// What there is of a code.
#[derive(Debug)]
pub(crate) enum Redemption {
    /// No such code.
    Unknown,
    /// Redeemed before.
    Again,
    /// Beyond its end.
    Expired,
    /// It may be redeemed.
    Ready(Box<CodeContent>),
}

impl Store {
    pub(crate) async fn insert_code(
        &self,
        digest: [u8; 32],
        content: &CodeContent,
        expires_at: Timestamp,
    ) -> Result<(), LocalTenantError> {
        let digest = digest.as_slice();
        let forgotten = microseconds(content.issued_at.checked_sub(KEEP).unwrap_or(Timestamp::MIN));
        sqlx::query!("DELETE FROM authorization_code WHERE expires_at < $1", forgotten)
            .execute(&self.pool)
            .await?;
        let content = to_json(content)?;
        let expires_at = microseconds(expires_at);
        sqlx::query!(
            "INSERT INTO authorization_code (digest, expires_at, content) VALUES ($1, $2, $3)",
            digest,
            expires_at,
            content,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(crate) async fn code(
        &self,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<Redemption, LocalTenantError> {
        let digest = digest.as_slice();
        let row = sqlx::query!(
            "SELECT expires_at, redeemed_at, content FROM authorization_code WHERE digest = $1",
            digest
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(Redemption::Unknown) };
        if row.redeemed_at.is_some() {
            return Ok(Redemption::Again);
        }
        if instant(row.expires_at)? <= now {
            return Ok(Redemption::Expired);
        }
        Ok(Redemption::Ready(Box::new(from_json(&row.content)?)))
    }

    /// Marks a code as redeemed. False when somebody else was quicker.
    pub(crate) async fn redeem_code(
        &self,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<bool, LocalTenantError> {
        let digest = digest.as_slice();
        let now = microseconds(now);
        let query = sqlx::query!(
            "UPDATE authorization_code SET redeemed_at = $2 WHERE digest = $1 AND redeemed_at IS NULL",
            digest,
            now,
        );
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }
}
