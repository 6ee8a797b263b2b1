//! People who were here.

use patcycle_lifecycle::Person;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::groups;

struct PersonRow {
    id: Uuid,
    tenant_id: Uuid,
    user_name: String,
    display_name: String,
    disabled: bool,
    member_of: String,
}

impl PersonRow {
    fn into_person(self) -> Result<Person, Failure> {
        Ok(Person {
            id: self.id,
            tenant_id: self.tenant_id,
            user_name: self.user_name,
            display_name: self.display_name,
            disabled: self.disabled,
            groups: groups(&self.member_of)?,
        })
    }
}

/// One person of a tenant.
pub(crate) async fn person(
    readers: &SqlitePool,
    tenant_id: Uuid,
    id: Uuid,
) -> Result<Option<Person>, Failure> {
    sqlx::query_as!(
        PersonRow,
        r#"SELECT
            id AS "id!: Uuid",
            tenant_id AS "tenant_id!: Uuid",
            user_name,
            display_name,
            disabled AS "disabled!: bool",
            member_of
        FROM person
        WHERE id = $1 AND tenant_id = $2"#,
        id,
        tenant_id
    )
    .fetch_optional(readers)
    .await?
    .map(PersonRow::into_person)
    .transpose()
}
