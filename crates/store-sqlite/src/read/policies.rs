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
    let policies = rows::policies(&row.policies, row.tenant_policies.as_deref());
    check_readable(organization_id, &policies)?;
    Ok(policies)
}

/// Nobody is shown, or changes, what is only half there.
pub(crate) fn check_readable(organization_id: Uuid, policies: &Policies) -> Result<(), Failure> {
    match policies.unreadable {
        None => Ok(()),
        Some(_) => Err(Failure::unreadable(format!("the policies of the organization {organization_id}"))),
    }
}
