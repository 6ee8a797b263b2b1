//! Token-signing keys.

use jiff::Timestamp;

use super::{Store, instant, microseconds};
use crate::error::LocalTenantError;

/// A key's row.
#[derive(Clone)]
pub(crate) struct KeyRow {
    pub(crate) id: String,
    pub(crate) pkcs8: Vec<u8>,
    pub(crate) published_at: Timestamp,
    pub(crate) signs_from: Timestamp,
}

impl Store {
    pub(crate) async fn signing_keys(&self) -> Result<Vec<KeyRow>, LocalTenantError> {
        let rows =
            sqlx::query!("SELECT id, pkcs8, published_at, signs_from FROM signing_key ORDER BY signs_from")
                .fetch_all(&self.pool)
                .await?;
        rows.into_iter()
            .map(|row| {
                Ok(KeyRow {
                    id: row.id,
                    pkcs8: row.pkcs8,
                    published_at: instant(row.published_at)?,
                    signs_from: instant(row.signs_from)?,
                })
            })
            .collect()
    }

    pub(crate) async fn insert_signing_key(&self, key: &KeyRow) -> Result<(), LocalTenantError> {
        let (published_at, signs_from) = (microseconds(key.published_at), microseconds(key.signs_from));
        sqlx::query!(
            "INSERT INTO signing_key (id, pkcs8, published_at, signs_from) VALUES ($1, $2, $3, $4)",
            key.id,
            key.pkcs8,
            published_at,
            signs_from,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub(crate) async fn set_signs_from(
        &self,
        id: &str,
        signs_from: Timestamp,
    ) -> Result<(), LocalTenantError> {
        let signs_from = microseconds(signs_from);
        sqlx::query!("UPDATE signing_key SET signs_from = $2 WHERE id = $1", id, signs_from)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub(crate) async fn remove_signing_key(&self, id: &str) -> Result<(), LocalTenantError> {
        sqlx::query!("DELETE FROM signing_key WHERE id = $1", id).execute(&self.pool).await?;
        Ok(())
    }
}
