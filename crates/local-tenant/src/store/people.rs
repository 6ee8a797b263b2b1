//! People.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Store, instant, is_duplicate, microseconds};
use crate::error::LocalTenantError;
use crate::model::User;

/// A person as they are inserted.
pub(crate) struct PersonRow {
    pub(crate) user: User,
    pub(crate) password_hash: String,
    pub(crate) totp_secret: Option<Vec<u8>>,
}

struct Row {
    id: Uuid,
    tenant_id: Uuid,
    user_name: String,
    display_name: String,
    given_name: String,
    family_name: String,
    administrator: bool,
    disabled: bool,
    multi_factor: bool,
    member_of: String,
    grants_valid_from: i64,
}

impl TryFrom<Row> for User {
    type Error = LocalTenantError;

    fn try_from(row: Row) -> Result<Self, LocalTenantError> {
        let groups = row.member_of.split_ascii_whitespace().map(Uuid::try_parse);
        Ok(Self {
            id: row.id,
            tenant_id: row.tenant_id,
            user_name: row.user_name,
            display_name: row.display_name,
            given_name: row.given_name,
            family_name: row.family_name,
            administrator: row.administrator,
            disabled: row.disabled,
            multi_factor: row.multi_factor,
            groups: groups.collect::<Result<_, _>>().map_err(|_| LocalTenantError::Corrupt("a group id"))?,
            grants_valid_from: instant(row.grants_valid_from)?,
        })
    }
}

impl Store {
    pub(crate) async fn insert_person(&self, row: &PersonRow) -> Result<(), LocalTenantError> {
        let PersonRow { user, password_hash, totp_secret } = row;
        let groups = user.groups.iter().map(Uuid::to_string).collect::<Vec<_>>().join(" ");
        let valid_from = microseconds(user.grants_valid_from);
        let query = sqlx::query!(
            "INSERT INTO person (id, tenant_id, user_name, display_name, given_name, family_name, password_hash,
                                 administrator, disabled, totp_secret, member_of, grants_valid_from)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            user.id,
            user.tenant_id,
            user.user_name,
            user.display_name,
            user.given_name,
            user.family_name,
            password_hash,
            user.administrator,
            user.disabled,
            totp_secret,
            groups,
            valid_from,
        );
        match query.execute(&self.pool).await {
            Ok(_) => Ok(()),
            Err(error) if is_duplicate(&error) => {
                Err(LocalTenantError::Exists { what: "the user", name: user.user_name.clone() })
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn person(&self, id: Uuid) -> Result<Option<User>, LocalTenantError> {
        let row = sqlx::query_as!(
            Row,
            r#"SELECT id AS "id: Uuid", tenant_id AS "tenant_id: Uuid", user_name, display_name, given_name,
                      family_name, administrator AS "administrator: bool", disabled AS "disabled: bool",
                      totp_secret IS NOT NULL AS "multi_factor!: bool", member_of, grants_valid_from
               FROM person WHERE id = $1"#,
            id,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(User::try_from).transpose()
    }

    pub(crate) async fn person_named(&self, user_name: &str) -> Result<Option<User>, LocalTenantError> {
        let row = sqlx::query_as!(
            Row,
            r#"SELECT id AS "id: Uuid", tenant_id AS "tenant_id: Uuid", user_name, display_name, given_name,
                      family_name, administrator AS "administrator: bool", disabled AS "disabled: bool",
                      totp_secret IS NOT NULL AS "multi_factor!: bool", member_of, grants_valid_from
               FROM person WHERE user_name = $1"#,
            user_name,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(User::try_from).transpose()
    }

    pub(crate) async fn people_of(&self, tenant_id: Uuid) -> Result<Vec<User>, LocalTenantError> {
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT id AS "id: Uuid", tenant_id AS "tenant_id: Uuid", user_name, display_name, given_name,
                      family_name, administrator AS "administrator: bool", disabled AS "disabled: bool",
                      totp_secret IS NOT NULL AS "multi_factor!: bool", member_of, grants_valid_from
               FROM person WHERE tenant_id = $1 ORDER BY user_name"#,
            tenant_id,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(User::try_from).collect()
    }

    pub(crate) async fn password_hash(&self, id: Uuid) -> Result<Option<String>, LocalTenantError> {
        let query = sqlx::query_scalar!("SELECT password_hash FROM person WHERE id = $1", id);
        Ok(query.fetch_optional(&self.pool).await?)
    }

    pub(crate) async fn totp_secret(&self, id: Uuid) -> Result<Option<Vec<u8>>, LocalTenantError> {
        let query = sqlx::query_scalar!("SELECT totp_secret FROM person WHERE id = $1", id);
        Ok(query.fetch_optional(&self.pool).await?.flatten())
    }

    /// Whether there is such a person.
    pub(crate) async fn set_disabled(&self, id: Uuid, disabled: bool) -> Result<bool, LocalTenantError> {
        let query = sqlx::query!("UPDATE person SET disabled = $2 WHERE id = $1", id, disabled);
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Whether there is such a person.
    pub(crate) async fn set_totp_secret(
        &self,
        id: Uuid,
        secret: Option<&[u8]>,
    ) -> Result<bool, LocalTenantError> {
        let query = sqlx::query!("UPDATE person SET totp_secret = $2 WHERE id = $1", id, secret);
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Replaces the password and voids what was granted before. Whether there is such a person.
    pub(crate) async fn set_password_hash(
        &self,
        id: Uuid,
        hash: &str,
        now: Timestamp,
    ) -> Result<bool, LocalTenantError> {
        let now = microseconds(now);
        let query = sqlx::query!(
            "UPDATE person SET password_hash = $2, grants_valid_from = $3 WHERE id = $1",
            id,
            hash,
            now,
        );
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }
}
