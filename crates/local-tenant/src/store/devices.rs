//! Device codes, by digest.

use jiff::{SignedDuration, Timestamp};

use super::{Store, from_json, instant, is_duplicate, microseconds, to_json};
use crate::error::LocalTenantError;
use crate::grant::{DeviceOutcome, DeviceRequest};

/// How long a row is kept after its end, so that a late poll gets its own answer.
const KEEP: SignedDuration = SignedDuration::from_hours(24);

/// A device's request and how it stands.
#[derive(Debug)]
pub(crate) struct StoredDeviceGrant {
    pub(crate) request: DeviceRequest,
    pub(crate) expires_at: Timestamp,
    /// Absent while nobody answered.
    pub(crate) outcome: Option<DeviceOutcome>,
    pub(crate) redeemed: bool,
}

impl Store {
    /// False when the user code is taken.
    pub(crate) async fn insert_device_grant(
        &self,
        digest: [u8; 32],
        user_code: [u8; 32],
        request: &DeviceRequest,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, LocalTenantError> {
        let forgotten = microseconds(now.checked_sub(KEEP).unwrap_or(Timestamp::MIN));
        sqlx::query!("DELETE FROM device_grant WHERE expires_at < $1", forgotten).execute(&self.pool).await?;
        let (digest, user_code) = (digest.as_slice(), user_code.as_slice());
        let request = to_json(request)?;
        let expires_at = microseconds(expires_at);
        let query = sqlx::query!(
            "INSERT INTO device_grant (digest, user_code, expires_at, request) VALUES ($1, $2, $3, $4)",
            digest,
            user_code,
            expires_at,
            request,
        );
        match query.execute(&self.pool).await {
            Ok(_) => Ok(true),
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn device_grant(
        &self,
        digest: [u8; 32],
    ) -> Result<Option<StoredDeviceGrant>, LocalTenantError> {
        let digest = digest.as_slice();
        let row = sqlx::query!(
            "SELECT request, expires_at, outcome, redeemed_at FROM device_grant WHERE digest = $1",
            digest,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| read(&row.request, row.expires_at, row.outcome.as_deref(), row.redeemed_at)).transpose()
    }

    pub(crate) async fn device_grant_of_user_code(
        &self,
        user_code: [u8; 32],
    ) -> Result<Option<StoredDeviceGrant>, LocalTenantError> {
        let user_code = user_code.as_slice();
        let row = sqlx::query!(
            "SELECT request, expires_at, outcome, redeemed_at FROM device_grant WHERE user_code = $1",
            user_code,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| read(&row.request, row.expires_at, row.outcome.as_deref(), row.redeemed_at)).transpose()
    }

    /// Writes the person's answer. False when the request was answered already.
    pub(crate) async fn answer_device(
        &self,
        user_code: [u8; 32],
        outcome: &DeviceOutcome,
    ) -> Result<bool, LocalTenantError> {
        let user_code = user_code.as_slice();
        let outcome = to_json(outcome)?;
        let query = sqlx::query!(
            "UPDATE device_grant SET outcome = $2 WHERE user_code = $1 AND outcome IS NULL",
            user_code,
            outcome,
        );
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Marks a device code as redeemed. False when somebody else was quicker.
    pub(crate) async fn redeem_device(
        &self,
        digest: [u8; 32],
        now: Timestamp,
    ) -> Result<bool, LocalTenantError> {
        let digest = digest.as_slice();
        let now = microseconds(now);
        let query = sqlx::query!(
            "UPDATE device_grant SET redeemed_at = $2 WHERE digest = $1 AND redeemed_at IS NULL",
            digest,
            now,
        );
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }
}

fn read(
    request: &str,
    expires_at: i64,
    outcome: Option<&str>,
    redeemed_at: Option<i64>,
) -> Result<StoredDeviceGrant, LocalTenantError> {
    Ok(StoredDeviceGrant {
        request: from_json(request)?,
        expires_at: instant(expires_at)?,
        outcome: outcome.map(from_json).transpose()?,
        redeemed: redeemed_at.is_some(),
    })
}
