//! Finding the next PATs whose end came into reach: one short run through each owner's PATs in the order of their
//! ends, whatever the number of PATs.

use patcycle_lifecycle::date_prefix;
use patcycle_lifecycle::notice::ends::AnnounceEnds;
use sqlx::{Executor, Sqlite, SqlitePool};
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::instant;

/// A range without news is looked at again rather than remembered, until it is this long, in microseconds.
const LONGEST_UNREMEMBERED: i64 = 3600 * 1_000_000;

/// What a look found, and from where it began.
#[derive(Debug)]
pub(crate) struct Look {
    /// What was remembered; `None`: this is the first look.
    pub(crate) position: Option<Position>,
    /// The end of the range, in microseconds.
    pub(crate) target: i64,
    /// The PATs, in the order of cohort and end.
    pub(crate) found: Vec<Found>,
    limit: usize,
}

/// How far the looks got; see the table `job`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) seen: i64,
    pub(crate) unfinished: Option<Unfinished>,
}

/// A range that was looked at in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfinished {
    pub(crate) target: i64,
    pub(crate) cohort: i64,
    pub(crate) date_key: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) cohort: i64,
    pub(crate) date_key: Vec<u8>,
    pub(crate) organization: Uuid,
    pub(crate) id: Uuid,
}

impl Look {
    /// Whether everything up to the target was seen.
    pub(crate) fn finished(&self) -> bool {
        self.found.len() < self.limit
    }
}

/// The next look; `None`: there is no news, and nothing to remember.
pub(crate) async fn look(readers: &SqlitePool, command: &AnnounceEnds) -> Result<Option<Look>, Failure> {
    let job = command.occasion.job();
    let position = position(readers, &job).await?;
    let limit = command.audit_ids.len();
    let up_to = command.up_to.as_microsecond();
    let Some(known) = &position else {
        // `limit` is more than was found: the look is finished.
        return Ok(Some(Look { position, target: up_to, found: Vec::new(), limit: limit.max(1) }));
    };
    let target = known.unfinished.as_ref().map_or(up_to, |unfinished| unfinished.target);
    if target <= known.seen {
        return Ok(None);
    }
    let found = find(readers, known, target, limit).await?;
    let is_short = target - known.seen < LONGEST_UNREMEMBERED;
    if found.is_empty() && known.unfinished.is_none() && is_short {
        return Ok(None);
    }
    Ok(Some(Look { position, target, found, limit }))
}

/// How far the looks of a job got.
pub(crate) async fn position(
    executor: impl Executor<'_, Database = Sqlite>,
    job: &str,
) -> Result<Option<Position>, Failure> {
    let row = sqlx::query!("SELECT seen, target, cohort, date_key FROM job WHERE name = $1", job)
        .fetch_optional(executor)
        .await?;
    Ok(row.map(|row| Position {
        seen: row.seen,
        unfinished: match (row.target, row.cohort, row.date_key) {
            (Some(target), Some(cohort), Some(date_key)) => Some(Unfinished { target, cohort, date_key }),
            _ => None,
        },
    }))
}

async fn find(
    readers: &SqlitePool,
    position: &Position,
    target: i64,
    limit: usize,
) -> Result<Vec<Found>, Failure> {
    // Both are prefixes of keys. The one of an instant sorts before all keys of that instant, so the range is from the
    // instant after `seen` to the one after `target`.
    let after = |microseconds: i64| Ok::<_, Failure>(date_prefix(instant(microseconds + 1)?).to_vec());
    let (from, to) = (after(position.seen)?, after(target)?);
    let (cohort, date_key) = position
        .unfinished
        .as_ref()
        .map_or((0, Vec::new()), |unfinished| (unfinished.cohort, unfinished.date_key.clone()));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(sqlx::query_as!(
        Found,
        r#"SELECT
            c.number AS "cohort!",
            a.date_key AS "date_key!",
            c.organization AS "organization!: Uuid",
            a.id AS "id!: Uuid"
        FROM cohort AS c
        CROSS JOIN authorization AS a
        WHERE c.revoked = 0
            AND c.number >= $1
            AND a.cohort = c.number
            AND a.date_key >= $2
            AND a.date_key < $3
            AND (c.number > $1 OR a.date_key > $4)
        ORDER BY c.number, a.date_key
        LIMIT $5"#,
        cohort,
        from,
        to,
        date_key,
        limit
    )
    .fetch_all(readers)
    .await?)
}
