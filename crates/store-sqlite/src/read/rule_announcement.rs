//! Finding the owners whom a revocation rule concerns, a portion at a time and away from the writer.

use jiff::Timestamp;
use patcycle_lifecycle::notice::MAXIMUM_COUNTED;
use patcycle_lifecycle::notice::rules::AnnouncedRule;
use sqlx::{Executor, Sqlite, SqlitePool};
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::instant;

/// A portion of owners.
#[derive(Debug)]
pub(crate) struct Portion {
    pub(crate) announcement: Announcement,
    /// In the order of their ids, each with how many of their PATs the rule ended.
    pub(crate) owners: Vec<(Uuid, u32)>,
    /// Whether there are no more.
    pub(crate) is_last: bool,
}

/// A rule that is not told to all yet.
#[derive(Debug, Clone)]
pub(crate) struct Announcement {
    pub(crate) rule: AnnouncedRule,
    pub(crate) raised: String,
    pub(crate) before: String,
    /// The owner whom the portion before ended with.
    pub(crate) owner: Uuid,
}

/// The next portion; `None`: everybody was told.
pub(crate) async fn portion(readers: &SqlitePool, limit: u32) -> Result<Option<Portion>, Failure> {
    let Some(announcement) = first(readers).await? else { return Ok(None) };
    let owners = owners(readers, &announcement, limit).await?;
    let is_last = owners.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(Some(Portion { announcement, owners, is_last }))
}

/// The announcement that comes first.
pub(crate) async fn first(
    executor: impl Executor<'_, Database = Sqlite>,
) -> Result<Option<Announcement>, Failure> {
    let row = sqlx::query!(
        r#"SELECT
            id AS "id!: Uuid", organization AS "organization!: Uuid", at, raised, before, owner AS "owner!: Uuid"
        FROM rule_announcement
        ORDER BY id
        LIMIT 1"#
    )
    .fetch_optional(executor)
    .await?;
    row.map(|row| {
        let rule = AnnouncedRule { id: row.id, organization_id: row.organization, at: instant(row.at)? };
        Ok(Announcement { rule, raised: row.raised, before: row.before, owner: row.owner })
    })
    .transpose()
}

/// Counts what worked at the rule's instant, carries a scope that it raised from before, and was not ended by an
/// earlier one.
async fn owners(
    readers: &SqlitePool,
    announcement: &Announcement,
    limit: u32,
) -> Result<Vec<(Uuid, u32)>, Failure> {
    let Announcement { rule, raised, before, owner } = announcement;
    let at: Timestamp = rule.at;
    let key = patcycle_lifecycle::date_prefix(at);
    let (key, at) = (key.as_slice(), at.as_microsecond());
    let rows = sqlx::query!(
        r#"SELECT
            o.owner AS "owner!: Uuid",
            (
                SELECT count(*) FROM (
                    SELECT 1
                    FROM cohort AS c
                    CROSS JOIN authorization AS a
                    WHERE c.organization = $1
                        AND c.owner = o.owner
                        AND c.revoked = 0
                        AND c.organization_epoch >= coalesce(
                            (SELECT value FROM epoch WHERE organization = $1 AND owner = x''), 0
                        )
                        AND c.owner_epoch >= coalesce(
                            (SELECT value FROM epoch WHERE organization = $1 AND owner = o.owner), 0
                        )
                        AND a.cohort = c.number
                        AND a.date_key > $3
                        AND a.valid_to > $4
                        AND EXISTS (
                            SELECT 1 FROM json_each($5) AS r
                            WHERE r.value ->> 1 > a.valid_from
                                AND instr(' ' || a.scope || ' ', ' ' || (r.value ->> 0) || ' ') > 0
                        )
                        AND NOT EXISTS (
                            SELECT 1 FROM json_each($6) AS r
                            WHERE r.value ->> 1 > a.valid_from
                                AND instr(' ' || a.scope || ' ', ' ' || (r.value ->> 0) || ' ') > 0
                        )
                    LIMIT $7
                )
            ) AS "count!: u32"
        FROM (
            SELECT DISTINCT owner FROM cohort
            WHERE organization = $1 AND owner > $2
            ORDER BY owner
            LIMIT $8
        ) AS o
        ORDER BY o.owner"#,
        rule.organization_id,
        owner,
        key,
        at,
        raised,
        before,
        MAXIMUM_COUNTED,
        limit
    )
    .fetch_all(readers)
    .await?;
    Ok(rows.into_iter().map(|row| (row.owner, row.count)).collect())
}
