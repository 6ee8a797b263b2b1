//! Browser sessions: which accounts are signed in under which cookie. The cookie's digest is the key.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Store, instant, microseconds};
use crate::error::LocalTenantError;

/// An account that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionAccount {
    pub(crate) user_id: Uuid,
    /// The session's public id: `sid` and `session_state`.
    pub(crate) session_id: Uuid,
    pub(crate) signed_in_at: Timestamp,
    pub(crate) multi_factor: bool,
}

impl Store {
    pub(crate) async fn session_accounts(
        &self,
        session: [u8; 32],
    ) -> Result<Vec<SessionAccount>, LocalTenantError> {
        let session = session.as_slice();
        let rows = sqlx::query!(
            r#"SELECT person_id AS "person_id: Uuid", sid AS "sid: Uuid", signed_in_at,
                      multi_factor AS "multi_factor: bool"
               FROM session_account WHERE session = $1 ORDER BY signed_in_at DESC"#,
            session,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(SessionAccount {
                    user_id: row.person_id,
                    session_id: row.sid,
                    signed_in_at: instant(row.signed_in_at)?,
                    multi_factor: row.multi_factor,
                })
            })
            .collect()
    }

    /// Signs an account in under a new cookie: the accounts of the old one move along, so that a cookie known
    /// before the sign-in is worth nothing after it. Accounts signed in before `ended_before` are forgotten.
    pub(crate) async fn sign_in(
        &self,
        old: [u8; 32],
        new: [u8; 32],
        account: &SessionAccount,
        ended_before: Timestamp,
    ) -> Result<(), LocalTenantError> {
        let (old, new) = (old.as_slice(), new.as_slice());
        let ended_before = microseconds(ended_before);
        let signed_in_at = microseconds(account.signed_in_at);
        let mut transaction = self.pool.begin().await?;
        sqlx::query!("DELETE FROM session_account WHERE signed_in_at < $1", ended_before)
            .execute(&mut *transaction)
            .await?;
        sqlx::query!("UPDATE session_account SET session = $2 WHERE session = $1", old, new)
            .execute(&mut *transaction)
            .await?;
        sqlx::query!(
            "INSERT INTO session_account (session, person_id, sid, signed_in_at, multi_factor)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO UPDATE SET sid = excluded.sid, signed_in_at = excluded.signed_in_at,
                                       multi_factor = excluded.multi_factor",
            new,
            account.user_id,
            account.session_id,
            signed_in_at,
            account.multi_factor,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn end_session(&self, session: [u8; 32]) -> Result<(), LocalTenantError> {
        let session = session.as_slice();
        sqlx::query!("DELETE FROM session_account WHERE session = $1", session).execute(&self.pool).await?;
        Ok(())
    }
}
