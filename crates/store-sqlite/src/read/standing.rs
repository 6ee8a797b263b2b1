//! What is asked of a caller first: may they use the organization, and what ends access tokens there?

use patcycle_lifecycle::person_access::{CallerStanding, PersonAccess};
use sqlx::{Executor, Sqlite, SqlitePool};
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows;

/// Both, at one instant.
pub(crate) async fn standing(
    readers: &SqlitePool,
    organization_id: Uuid,
    person: Uuid,
) -> Result<CallerStanding, Failure> {
    let row = sqlx::query!(
        r#"SELECT
            (
                SELECT json_group_array(json_array(scope, created_before))
                FROM revocation_rule
                WHERE organization = $1
            ) AS "rules!: String",
            EXISTS (SELECT 1 FROM disabled_person WHERE organization = $1 AND person = $2) AS "disabled!: bool""#,
        organization_id,
        person
    )
    .fetch_one(readers)
    .await?;
    Ok(CallerStanding { rules: rows::rules(&row.rules)?, access: told(row.disabled) })
}

/// A person's access alone.
pub(crate) async fn access(
    executor: impl Executor<'_, Database = Sqlite>,
    organization_id: Uuid,
    person: Uuid,
) -> Result<PersonAccess, Failure> {
    let disabled = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM disabled_person WHERE organization = $1 AND person = $2) AS "disabled!: bool""#,
        organization_id,
        person
    )
    .fetch_one(executor)
    .await?;
    Ok(told(disabled))
}

fn told(disabled: bool) -> PersonAccess {
    if disabled { PersonAccess::Disabled } else { PersonAccess::Enabled }
}
