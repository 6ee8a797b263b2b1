//! PATs with their owners and what they are measured by: what administrators look at.

use std::collections::HashMap;

use patcycle_lifecycle::Person;
use patcycle_lifecycle::revoke_many::OwnedPat;
use patcycle_lifecycle::token_admin::{OwnerRow, OwnerRowsRequest};
use serde_json::json;
use sqlx::{Executor, Sqlite};
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::{AuthorizationRow, counter, cutoffs, groups, number};

/// A PAT, its owner, and what was current when it was read.
struct OwnedRow {
    number: i64,
    id: Uuid,
    display_name: String,
    scope: String,
    all_organizations: bool,
    valid_from: i64,
    valid_to: i64,
    revoked_at: Option<i64>,
    revocation_reason: Option<String>,
    organization_epoch: i64,
    owner_epoch: i64,
    owner: Uuid,
    tenant_id: Uuid,
    user_name: String,
    owner_name: String,
    disabled: bool,
    member_of: String,
    current_organization_epoch: i64,
    current_owner_epoch: i64,
    rules: String,
}

macro_rules! owned_rows {
    ($numbers:tt, $executor:ident, $($argument:expr),+) => {
        sqlx::query_as!(
            OwnedRow,
            r#"SELECT
                n.number AS "number!: i64",
                a.id AS "id!: Uuid",
                a.display_name AS "display_name!",
                a.scope AS "scope!",
                a.all_organizations AS "all_organizations!: bool",
                a.valid_from AS "valid_from!",
                a.valid_to AS "valid_to!",
                a.revoked_at AS "revoked_at?",
                a.revocation_reason AS "revocation_reason?",
                c.organization_epoch AS "organization_epoch!",
                c.owner_epoch AS "owner_epoch!",
                c.owner AS "owner!: Uuid",
                p.tenant_id AS "tenant_id!: Uuid",
                p.user_name AS "user_name!",
                p.display_name AS "owner_name!",
                EXISTS (SELECT 1 FROM disabled_person WHERE organization = $1 AND person = c.owner)
                    AS "disabled!: bool",
                p.member_of AS "member_of!",
                coalesce((SELECT value FROM epoch WHERE organization = $1 AND owner = x''), 0)
                    AS "current_organization_epoch!: i64",
                coalesce((SELECT value FROM epoch WHERE organization = $1 AND owner = c.owner), 0)
                    AS "current_owner_epoch!: i64",
                (
                    SELECT json_group_array(json_array(scope, created_before))
                    FROM revocation_rule
                    WHERE organization = $1
                ) AS "rules!: String"
            FROM "#
                + $numbers
                + r#" AS n
            CROSS JOIN authorization AS a
            CROSS JOIN cohort AS c
            CROSS JOIN organization AS o
            CROSS JOIN person AS p
            WHERE a.id = n.authorization
                AND c.number = a.cohort
                AND c.organization = $1
                AND o.id = $1
                AND p.id = c.owner
                AND p.tenant_id = o.tenant_id
            ORDER BY n.number"#,
            $($argument),+
        )
        .fetch_all($executor)
        .await
    };
}

/// PATs of one owner, in the order of their row numbers.
pub(crate) async fn of_owner(
    executor: impl Executor<'_, Database = Sqlite>,
    request: OwnerRowsRequest,
) -> Result<Vec<OwnerRow>, Failure> {
    let after = number(request.after);
    let rows = owned_rows!(
        r#"(
                SELECT number, authorization
                FROM pat_number
                WHERE organization = $1 AND owner = $2 AND number > $3
                ORDER BY number
                LIMIT $4
            )"#,
        executor,
        request.organization_id,
        request.owner,
        after,
        request.limit
    )?;
    let row = |row: OwnedRow| {
        let number = counter(row.number)?;
        let OwnedPat { authorization, owner, cutoffs } = row.into_pat(request.organization_id)?;
        Ok(OwnerRow { number, authorization, owner, cutoffs })
    };
    rows.into_iter().map(row).collect()
}

/// Those of the PATs that exist in the organization, whoever owns them, by id.
pub(crate) async fn of_ids(
    executor: impl Executor<'_, Database = Sqlite>,
    organization_id: Uuid,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, OwnedPat>, Failure> {
    let ids = json!(ids.iter().map(|id| id.simple().to_string()).collect::<Vec<_>>()).to_string();
    let rows = owned_rows!(
        r#"(SELECT 0 AS number, unhex(value) AS authorization FROM json_each($2))"#,
        executor,
        organization_id,
        ids
    )?;
    rows.into_iter().map(|row| Ok((row.id, row.into_pat(organization_id)?))).collect()
}

impl OwnedRow {
    fn into_pat(self, organization_id: Uuid) -> Result<OwnedPat, Failure> {
        let owner = Person {
            id: self.owner,
            tenant_id: self.tenant_id,
            user_name: self.user_name,
            display_name: self.owner_name,
            disabled: self.disabled,
            groups: groups(&self.member_of)?,
        };
        let cutoffs = cutoffs(self.current_organization_epoch, self.current_owner_epoch, &self.rules)?;
        let authorization = AuthorizationRow {
            id: self.id,
            display_name: self.display_name,
            scope: self.scope,
            all_organizations: self.all_organizations,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            revoked_at: self.revoked_at,
            revocation_reason: self.revocation_reason,
            organization_epoch: self.organization_epoch,
            owner_epoch: self.owner_epoch,
        }
        .into_authorization(organization_id, self.owner)?;
        Ok(OwnedPat { authorization, owner, cutoffs })
    }
}
