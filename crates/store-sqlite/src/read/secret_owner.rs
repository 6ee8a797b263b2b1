//! Finding the PAT of a secret.

use jiff::Timestamp;
use patcycle_lifecycle::leak::SecretOwner;
use patcycle_token::Digest;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::instant;

/// Where the first of these digests that is stored leads. A secret that a rotation has replaced comes with its own
/// beginning, not with that of the present one.
pub(crate) async fn find_secret_owner(
    readers: &SqlitePool,
    digests: &[Digest],
) -> Result<Option<SecretOwner>, Failure> {
    for digest in digests {
        let digest = digest.as_bytes().as_slice();
        let row = sqlx::query!(
            r#"SELECT
                a.id AS "id!: Uuid",
                c.organization AS "organization!: Uuid",
                c.owner AS "owner!: Uuid",
                iif(
                    s.dies_at IS NULL,
                    a.valid_from,
                    coalesce(
                        (
                            SELECT old_valid_from FROM rotation WHERE authorization = a.id
                            ORDER BY generation DESC LIMIT 1
                        ),
                        a.valid_from
                    )
                ) AS "valid_from!: i64",
                s.dies_at AS "dies_at?: i64"
            FROM secret AS s
            JOIN authorization AS a ON a.id = s.authorization
            JOIN cohort AS c ON c.number = a.cohort
            WHERE s.digest = $1"#,
            digest
        )
        .fetch_optional(readers)
        .await?;
        if let Some(row) = row {
            let dies_at: Option<Timestamp> = row.dies_at.map(instant).transpose()?;
            return Ok(Some(SecretOwner {
                organization_id: row.organization,
                owner: row.owner,
                authorization_id: row.id,
                valid_from: instant(row.valid_from)?,
                dies_at,
            }));
        }
    }
    Ok(None)
}
