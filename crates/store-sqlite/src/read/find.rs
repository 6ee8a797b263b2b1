//! Finding one PAT.

use patcycle_lifecycle::Authorization;
use sqlx::{Executor, Sqlite};
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::AuthorizationRow;

/// The PAT of that organization, owner and id.
pub(crate) async fn find(
    executor: impl Executor<'_, Database = Sqlite>,
    organization_id: Uuid,
    owner: Uuid,
    id: Uuid,
) -> Result<Option<Authorization>, Failure> {
    sqlx::query_as!(
        AuthorizationRow,
        r#"SELECT
            a.id AS "id!: Uuid",
            a.display_name AS "display_name!",
            a.scope AS "scope!",
            a.all_organizations AS "all_organizations!: bool",
            a.valid_from AS "valid_from!",
            a.valid_to AS "valid_to!",
            a.revoked_at AS "revoked_at?",
            a.revocation_reason AS "revocation_reason?",
            c.organization_epoch AS "organization_epoch!",
            c.owner_epoch AS "owner_epoch!"
        FROM authorization AS a
        JOIN cohort AS c ON c.number = a.cohort
        WHERE a.id = $1 AND c.organization = $2 AND c.owner = $3"#,
        id,
        organization_id,
        owner
    )
    .fetch_optional(executor)
    .await?
    .map(|row| row.into_authorization(organization_id, owner))
    .transpose()
}
