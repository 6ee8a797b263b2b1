//! Writing uses: the last ones, the day's counts, and the sweep of what is not remembered any more. No change number.

use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::usage::{Day, MAXIMUM_ADDRESSES, RecordUses};
use serde_json::{Value, json};

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;

/// Counts that are swept beyond as many as are written.
const SWEPT_BEYOND: usize = 100;

impl Transaction for RecordUses {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let rows = self.uses.iter().map(|used| {
            json!([
                used.authorization.simple().to_string(),
                used.generation,
                used.organization.simple().to_string(),
                used.at.as_microsecond(),
                used.address.map(|address| address.to_string()),
                Day::of(used.at).0,
                used.count,
            ])
        });
        let rows = rows.collect::<Value>().to_string();
        session.open_savepoint().await?;
        write_last(session, &rows).await?;
        count(session, &rows).await?;
        sweep(session, self.keep_from, self.uses.len() + SWEPT_BEYOND).await?;
        session.keep_many(0).await?;
        Ok(())
    }
}

async fn write_last(session: &mut Session, rows: &str) -> Result<(), Failure> {
    sqlx::query!(
        "INSERT INTO secret_use (authorization, generation, organization, minute, address)
        SELECT a.id, used.value ->> 1, unhex(used.value ->> 2), used.value ->> 3, used.value ->> 4
        FROM json_each($1) AS used
        CROSS JOIN authorization AS a
        WHERE a.id = unhex(used.value ->> 0)
        ON CONFLICT DO UPDATE SET minute = excluded.minute, address = excluded.address
        WHERE excluded.minute >= secret_use.minute",
        rows
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

/// Adds to the counts. An address that is not counted yet gets its own place while there are any.
async fn count(session: &mut Session, rows: &str) -> Result<(), Failure> {
    let maximum = i64::try_from(MAXIMUM_ADDRESSES).unwrap_or(i64::MAX);
    sqlx::query!(
        "WITH used AS (
            SELECT
                a.id AS authorization,
                unhex(u.value ->> 2) AS organization,
                u.value ->> 5 AS day,
                u.value ->> 1 AS generation,
                coalesce(u.value ->> 4, '') AS address,
                u.value ->> 6 AS uses
            FROM json_each($1) AS u
            CROSS JOIN authorization AS a
            WHERE a.id = unhex(u.value ->> 0)
        ),
        compared AS (
            SELECT
                used.*,
                used.address = '' OR EXISTS (
                    SELECT 1 FROM daily_use AS d
                    WHERE (d.authorization, d.organization, d.day, d.generation, d.address)
                        = (used.authorization, used.organization, used.day, used.generation, used.address)
                ) AS has_place,
                (
                    SELECT count(*) FROM daily_use AS d
                    WHERE (d.authorization, d.organization, d.day, d.generation)
                        = (used.authorization, used.organization, used.day, used.generation)
                        AND d.address <> ''
                ) AS places
            FROM used
        ),
        placed AS (
            SELECT
                compared.*,
                places + dense_rank() OVER (
                    PARTITION BY authorization, organization, day, generation, has_place ORDER BY address
                ) AS place
            FROM compared
        )
        INSERT INTO daily_use (authorization, organization, day, generation, address, uses)
        SELECT
            authorization,
            organization,
            day,
            generation,
            CASE WHEN has_place OR place <= $2 THEN address ELSE '' END,
            uses
        FROM placed
        WHERE true
        ON CONFLICT DO UPDATE SET uses = daily_use.uses + excluded.uses",
        rows,
        maximum
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

async fn sweep(session: &mut Session, keep_from: Day, limit: usize) -> Result<(), Failure> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    sqlx::query!(
        "DELETE FROM daily_use
        WHERE (authorization, organization, day, generation, address) IN (
            SELECT authorization, organization, day, generation, address FROM daily_use
            WHERE day < $1
            ORDER BY day
            LIMIT $2
        )",
        keep_from.0,
        limit
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
