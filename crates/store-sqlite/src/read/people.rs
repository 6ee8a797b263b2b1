//! People who were here.

use patcycle_lifecycle::Person;
use patcycle_lifecycle::people::PeopleRequest;
use serde_json::json;
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

/// People in the order of their ids.
pub(crate) async fn people(readers: &SqlitePool, request: &PeopleRequest) -> Result<Vec<Person>, Failure> {
    let after = request.after.unwrap_or(Uuid::nil());
    let only = request.only.as_ref().map(|ids| {
        let digits: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
        json!(digits).to_string()
    });
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
        WHERE tenant_id = $1
            AND id > $2
            AND ($3 IS NULL OR id IN (SELECT unhex(value) FROM json_each($3)))
        ORDER BY id
        LIMIT $4"#,
        request.tenant_id,
        after,
        only,
        request.limit
    )
    .fetch_all(readers)
    .await?
    .into_iter()
    .map(PersonRow::into_person)
    .collect()
}
