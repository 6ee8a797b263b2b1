//! The revocation rules of an organization.

use patcycle_lifecycle::RevocationRules;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows;

/// The rules.
pub(crate) async fn rules(readers: &SqlitePool, organization_id: Uuid) -> Result<RevocationRules, Failure> {
    let text = sqlx::query_scalar!(
        r#"SELECT json_group_array(json_array(scope, created_before)) AS "rules!: String"
        FROM revocation_rule
        WHERE organization = $1"#,
        organization_id
    )
    .fetch_one(readers)
    .await?;
    rows::rules(&text)
}
