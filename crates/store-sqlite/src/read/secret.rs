//! Finding a secret by its digest: all that a verdict needs, in one statement.

use patcycle_lifecycle::Person;
use patcycle_lifecycle::model::StoredSecret;
use patcycle_lifecycle::verify::VerifyFacts;
use patcycle_token::Digest;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::{AuthorizationRow, cutoffs, groups, hash, instant, policies, rules};

/// The secret of one of these digests, with its PAT, owner and current epochs. A secret that a rotation has replaced
/// comes with its own beginning, not with that of the present one: revocation rules measure it by that.
pub(crate) async fn find_secret(
    readers: &SqlitePool,
    organization_id: Uuid,
    current: Digest,
    previous: Option<Digest>,
) -> Result<Option<VerifyFacts>, Failure> {
    let (current, previous) = (current.as_bytes().as_slice(), previous.as_ref().map(Digest::as_bytes));
    let previous = previous.map(<[u8; 32]>::as_slice);
    let row = sqlx::query!(
        r#"SELECT
            s.digest AS "digest!",
            s.pepper_number AS "pepper_number!: u16",
            s.generation AS "generation!: u32",
            s.dies_at AS "dies_at?",
            a.id AS "id!: Uuid",
            a.display_name AS "display_name!",
            a.scope AS "scope!",
            a.all_organizations AS "all_organizations!: bool",
            iif(
                s.dies_at IS NULL,
                a.valid_from,
                coalesce(
                    (SELECT old_valid_from FROM rotation WHERE authorization = a.id ORDER BY generation DESC LIMIT 1),
                    a.valid_from
                )
            ) AS "valid_from!: i64",
            a.valid_to AS "valid_to!",
            a.revoked_at AS "revoked_at?",
            a.revocation_reason AS "revocation_reason?",
            c.organization AS "organization!: Uuid",
            c.owner AS "owner!: Uuid",
            c.organization_epoch AS "organization_epoch!",
            c.owner_epoch AS "owner_epoch!",
            o.tenant_id AS "tenant_id!: Uuid",
            p.user_name AS "user_name?",
            p.display_name AS "owner_name?",
            EXISTS (SELECT 1 FROM disabled_person WHERE organization IN (o.id, asked.id) AND person = c.owner)
                AS "disabled!: bool",
            p.member_of AS "member_of?",
            asked.policies AS "policies!",
            (SELECT policies FROM tenant WHERE id = asked.tenant_id) AS "tenant_policies?",
            coalesce((SELECT value FROM epoch WHERE organization = c.organization AND owner = x''), 0)
                AS "current_organization_epoch!: i64",
            coalesce((SELECT value FROM epoch WHERE organization = c.organization AND owner = c.owner), 0)
                AS "current_owner_epoch!: i64",
            (SELECT json_group_array(json_array(scope, created_before)) FROM revocation_rule
                WHERE organization = o.id) AS "rules!: String",
            (SELECT json_group_array(json_array(scope, created_before)) FROM revocation_rule
                WHERE organization = asked.id) AS "asked_rules!: String"
        FROM secret AS s
        JOIN authorization AS a ON a.id = s.authorization
        JOIN cohort AS c ON c.number = a.cohort
        JOIN organization AS o ON o.id = c.organization
        LEFT JOIN person AS p ON p.id = c.owner AND p.tenant_id = o.tenant_id
        JOIN organization AS asked ON asked.id = $3
        WHERE s.digest IN ($1, $2)"#,
        current,
        previous,
        organization_id
    )
    .fetch_optional(readers)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let owner = match (row.user_name, row.owner_name, row.member_of) {
        (Some(user_name), Some(display_name), Some(member_of)) => Some(Person {
            id: row.owner,
            tenant_id: row.tenant_id,
            user_name,
            display_name,
            disabled: row.disabled,
            groups: groups(&member_of)?,
        }),
        _ => None,
    };
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
    Ok(Some(VerifyFacts {
        secret: StoredSecret {
            digest: Digest::from_bytes(hash(&row.digest)?),
            pepper_number: row.pepper_number,
            generation: row.generation,
            dies_at: row.dies_at.map(instant).transpose()?,
        },
        authorization: authorization.into_authorization(row.organization, row.owner)?,
        tenant_id: row.tenant_id,
        owner,
        cutoffs: cutoffs(row.current_organization_epoch, row.current_owner_epoch, &row.rules)?,
        rules: rules(&row.asked_rules)?,
        policies: policies(&row.policies, row.tenant_policies.as_deref()),
    }))
}
