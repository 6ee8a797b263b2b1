//! Reading an organization's PATs, cohort by cohort: the order in which they lie in the file.

use patcycle_lifecycle::inventory::{InventoryRequest, InventoryRow};
use patcycle_lifecycle::{Epochs, Person};
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::{AuthorizationRow, counter, groups, number};

/// The PATs after a place: the number of the cohort, 8 bytes big-endian, and the date key.
pub(crate) async fn inventory(
    readers: &SqlitePool,
    request: &InventoryRequest,
) -> Result<Vec<InventoryRow>, Failure> {
    let (cohort, key) = match request.after.split_first_chunk::<8>() {
        Some((cohort, key)) => (number(u64::from_be_bytes(*cohort)), key),
        None => (0, [].as_slice()),
    };
    let rows = sqlx::query!(
        r#"SELECT
            c.number AS "cohort!",
            a.date_key AS "date_key!",
            a.id AS "id!: Uuid",
            a.display_name AS "display_name!",
            a.scope AS "scope!",
            a.all_organizations AS "all_organizations!: bool",
            a.valid_from AS "valid_from!",
            a.valid_to AS "valid_to!",
            a.revoked_at AS "revoked_at?",
            a.revocation_reason AS "revocation_reason?",
            c.owner AS "owner!: Uuid",
            c.organization_epoch AS "organization_epoch!",
            c.owner_epoch AS "owner_epoch!",
            coalesce((SELECT value FROM epoch WHERE organization = $1 AND owner = x''), 0)
                AS "current_organization_epoch!: i64",
            coalesce((SELECT value FROM epoch WHERE organization = $1 AND owner = c.owner), 0)
                AS "current_owner_epoch!: i64",
            p.user_name AS "user_name?",
            p.display_name AS "person_display_name?",
            EXISTS (SELECT 1 FROM disabled_person WHERE organization = $1 AND person = c.owner)
                AS "disabled!: bool",
            p.member_of AS "member_of?"
        FROM cohort AS c
        CROSS JOIN authorization AS a
        LEFT JOIN person AS p ON p.id = c.owner AND p.tenant_id = $2
        WHERE c.number >= $3
            AND c.organization = $1
            AND ($4 IS NULL OR c.owner = $4)
            AND a.cohort = c.number
            AND a.date_key > CASE c.number WHEN $3 THEN $5 ELSE x'' END
        ORDER BY c.number, a.date_key
        LIMIT $6"#,
        request.organization_id,
        request.tenant_id,
        cohort,
        request.owner,
        key,
        request.limit
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter()
        .map(|row| {
            let authorization = AuthorizationRow {
                id: row.id,
                display_name: row.display_name,
                scope: row.scope,
                all_organizations: row.all_organizations,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                revoked_at: row.revoked_at,
                revocation_reason: row.revocation_reason,
                organization_epoch: row.organization_epoch,
                owner_epoch: row.owner_epoch,
            };
            Ok(InventoryRow {
                place: [counter(row.cohort)?.to_be_bytes().as_slice(), &row.date_key].concat(),
                authorization: authorization.into_authorization(request.organization_id, row.owner)?,
                owner: Person {
                    id: row.owner,
                    tenant_id: request.tenant_id,
                    // Imported PATs may belong to somebody who was never here.
                    user_name: row.user_name.unwrap_or_else(|| row.owner.to_string()),
                    display_name: row.person_display_name.unwrap_or_default(),
                    disabled: row.disabled,
                    groups: groups(&row.member_of.unwrap_or_default())?,
                },
                epochs: Epochs {
                    organization: counter(row.current_organization_epoch)?,
                    owner: counter(row.current_owner_epoch)?,
                },
            })
        })
        .collect()
}
