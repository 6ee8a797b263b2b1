//! Reading policies.

use patcycle_lifecycle::Policies;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows;

/// The policies that hold in an organization.
pub(crate) async fn policies(readers: &SqlitePool, organization_id: Uuid) -> Result<Policies, Failure> {
    let row = sqlx::query!(
        r#"SELECT
            policies,
            (SELECT policies FROM tenant WHERE id = o.tenant_id) AS "tenant_policies?"
        FROM organization AS o
        WHERE id = $1"#,
        organization_id
    )
    .fetch_optional(readers)
    .await?
    .ok_or_else(|| Failure::unreadable(format!("there is no organization {organization_id}")))?;
    rows::policies(&row.policies, row.tenant_policies.as_deref())
}
