//! Counting an owner's PATs that work, up to a limit.

use jiff::Timestamp;
use patcycle_lifecycle::Epochs;
use sqlx::{Executor, Sqlite};
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::number;

/// How many PATs of the owner work at `at` under these epochs; the count stops at `limit`.
pub(crate) async fn active_pats(
    executor: impl Executor<'_, Database = Sqlite>,
    organization_id: Uuid,
    owner: Uuid,
    current: Epochs,
    at: Timestamp,
    limit: u32,
) -> Result<u32, Failure> {
    let (organization_epoch, owner_epoch) = (number(current.organization), number(current.owner));
    let now = patcycle_lifecycle::date_prefix(at);
    // A prefix sorts before the keys that it begins: ends at this very microsecond are counted too. They are
    // told apart by the second condition.
    let (key, end) = (now.as_slice(), at.as_microsecond());
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!: u32" FROM (
            SELECT 1
            FROM cohort AS c
            CROSS JOIN authorization AS a
            WHERE c.organization = $1
                AND c.owner = $2
                AND c.revoked = 0
                AND c.organization_epoch >= $3
                AND c.owner_epoch >= $4
                AND a.cohort = c.number
                AND a.date_key > $5
                AND a.valid_to > $6
                AND NOT EXISTS (
                    SELECT 1 FROM revocation_rule AS r
                    WHERE r.organization = $1
                        AND r.created_before > a.valid_from
                        AND instr(' ' || a.scope || ' ', ' ' || r.scope || ' ') > 0
                )
            LIMIT $7
        )"#,
        organization_id,
        owner,
        organization_epoch,
        owner_epoch,
        key,
        end,
        limit
    )
    .fetch_one(executor)
    .await?)
}
