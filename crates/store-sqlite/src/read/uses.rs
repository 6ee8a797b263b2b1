//! Reading last uses.

use std::net::IpAddr;

use patcycle_lifecycle::usage::Use;
use serde_json::json;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::instant;

/// The last use of each of these PATs that was used.
pub(crate) async fn last_uses(readers: &SqlitePool, authorizations: &[Uuid]) -> Result<Vec<Use>, Failure> {
    let ids: Vec<String> = authorizations.iter().map(|id| id.simple().to_string()).collect();
    let ids = json!(ids).to_string();
    // With max(), SQLite takes the other columns from the row that has it.
    let rows = sqlx::query!(
        r#"SELECT
            u.authorization AS "authorization!: Uuid",
            u.generation AS "generation!: u32",
            u.organization AS "organization!: Uuid",
            max(u.minute) AS "minute!: i64",
            u.address AS "address?"
        FROM json_each($1) AS wanted
        CROSS JOIN secret_use AS u
        WHERE u.authorization = unhex(wanted.value)
        GROUP BY u.authorization"#,
        ids
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter()
        .map(|row| {
            let address = row.address.as_deref().map(str::parse::<IpAddr>).transpose();
            Ok(Use {
                authorization: row.authorization,
                generation: row.generation,
                organization: row.organization,
                at: instant(row.minute)?,
                address: address.map_err(|_| Failure::unreadable("a use has no readable address"))?,
                count: 1,
            })
        })
        .collect()
}
