//! Reading the PATs that a policy may have something against.

use patcycle_lifecycle::Person;
use patcycle_lifecycle::policy::PolicySubject;
use patcycle_lifecycle::storage::PolicySubjectsRequest;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::{AuthorizationRow, cutoffs, groups, instant};

/// PATs of the organization, and global ones of other organizations of its tenant, in the order of their ids.
pub(crate) async fn policy_subjects(
    readers: &SqlitePool,
    request: &PolicySubjectsRequest,
) -> Result<Vec<PolicySubject>, Failure> {
    let now = patcycle_lifecycle::date_prefix(request.now);
    let now = now.as_slice();
    let rows = sqlx::query!(
        r#"SELECT
            a.id AS "id!: Uuid",
            a.display_name AS "display_name!",
            a.scope AS "scope!",
            a.all_organizations AS "all_organizations!: bool",
            a.valid_from AS "valid_from!",
            a.valid_to AS "valid_to!",
            c.organization AS "organization!: Uuid",
            c.owner AS "owner!: Uuid",
            c.organization_epoch AS "organization_epoch!",
            c.owner_epoch AS "owner_epoch!",
            coalesce((SELECT value FROM epoch WHERE organization = c.organization AND owner = x''), 0)
                AS "current_organization_epoch!: i64",
            coalesce((SELECT value FROM epoch WHERE organization = c.organization AND owner = c.owner), 0)
                AS "current_owner_epoch!: i64",
            (
                SELECT json_group_array(json_array(scope, created_before))
                FROM revocation_rule
                WHERE organization = c.organization
            ) AS "rules!: String",
            (SELECT max(minute) FROM secret_use WHERE authorization = a.id AND organization = $3)
                AS "last_minute?: i64",
            (
                SELECT address FROM secret_use
                WHERE authorization = a.id AND organization = $3
                ORDER BY minute DESC
                LIMIT 1
            ) AS "last_address?",
            p.user_name AS "user_name?",
            p.display_name AS "person_display_name?",
            EXISTS (SELECT 1 FROM disabled_person WHERE organization = c.organization AND person = c.owner)
                AS "disabled!: bool",
            p.member_of AS "member_of?"
        FROM authorization AS a
        JOIN cohort AS c ON c.number = a.cohort
        JOIN organization AS o ON o.id = c.organization
        LEFT JOIN person AS p ON p.id = c.owner AND p.tenant_id = o.tenant_id
        WHERE a.id > $1
            AND a.date_key > $2
            AND c.revoked = 0
            AND (o.id = $3 OR (a.all_organizations = 1 AND o.tenant_id = $4))
        ORDER BY a.id
        LIMIT $5"#,
        request.after,
        now,
        request.organization_id,
        request.tenant_id,
        request.limit
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter()
        .map(|row| {
            let owner = Person {
                id: row.owner,
                tenant_id: request.tenant_id,
                user_name: row.user_name.unwrap_or_default(),
                display_name: row.person_display_name.unwrap_or_default(),
                disabled: row.disabled,
                groups: groups(&row.member_of.unwrap_or_default())?,
            };
            let authorization = AuthorizationRow {
                id: row.id,
                display_name: row.display_name,
                scope: row.scope,
                all_organizations: row.all_organizations,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                revoked_at: None,
                revocation_reason: None,
                organization_epoch: row.organization_epoch,
                owner_epoch: row.owner_epoch,
            };
            Ok(PolicySubject {
                authorization: authorization.into_authorization(row.organization, row.owner)?,
                owner,
                cutoffs: cutoffs(row.current_organization_epoch, row.current_owner_epoch, &row.rules)?,
                last_use: row.last_minute.map(instant).transpose()?.map(|minute| (minute, row.last_address)),
            })
        })
        .collect()
}
