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

macro_rules! people {
    ($condition:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            PersonRow,
            r#"SELECT
                p.id AS "id!: Uuid",
                p.tenant_id AS "tenant_id!: Uuid",
                p.user_name AS "user_name!",
                p.display_name AS "display_name!",
                EXISTS (SELECT 1 FROM disabled_person WHERE organization = o.id AND person = p.id)
                    AS "disabled!: bool",
                p.member_of AS "member_of!"
            FROM organization AS o
            CROSS JOIN person AS p
            WHERE o.id = $1 AND p.tenant_id = o.tenant_id AND "#
                + $condition,
            $($argument),+
        )
    };
}

/// One person of an organization's tenant.
pub(crate) async fn person(
    readers: &SqlitePool,
    organization_id: Uuid,
    id: Uuid,
) -> Result<Option<Person>, Failure> {
    let row = people!("p.id = $2", organization_id, id).fetch_optional(readers).await?;
    row.map(PersonRow::into_person).transpose()
}

/// Two of the people of an organization's tenant with this sign-in name: whether there are more makes no difference.
pub(crate) async fn people_named(
    readers: &SqlitePool,
    organization_id: Uuid,
    user_name: &str,
) -> Result<Vec<Person>, Failure> {
    let rows = people!("p.user_name = $2 COLLATE NOCASE LIMIT 2", organization_id, user_name);
    rows.fetch_all(readers).await?.into_iter().map(PersonRow::into_person).collect()
}

/// People in the order of their ids.
pub(crate) async fn people(readers: &SqlitePool, request: &PeopleRequest) -> Result<Vec<Person>, Failure> {
    let after = request.after.unwrap_or(Uuid::nil());
    let only = request.only.as_ref().map(|ids| {
        let digits: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
        json!(digits).to_string()
    });
    let rows = people!(
        "p.id > $2 AND ($3 IS NULL OR p.id IN (SELECT unhex(value) FROM json_each($3))) ORDER BY p.id LIMIT $4",
        request.organization_id,
        after,
        only,
        request.limit
    );
    rows.fetch_all(readers).await?.into_iter().map(PersonRow::into_person).collect()
}
