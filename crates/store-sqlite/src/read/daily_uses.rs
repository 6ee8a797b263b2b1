//! Reading how often PATs were used, by day and address.

use std::net::IpAddr;

use patcycle_lifecycle::usage::{DailyUse, DailyUsesRequest, Day};
use serde_json::json;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::failure::Failure;
use crate::rows::counter;

/// The counts of these PATs, over all their secrets.
pub(crate) async fn daily_uses(
    readers: &SqlitePool,
    request: &DailyUsesRequest,
) -> Result<Vec<DailyUse>, Failure> {
    let ids: Vec<String> = request.authorizations.iter().map(|id| id.simple().to_string()).collect();
    let ids = json!(ids).to_string();
    let rows = sqlx::query!(
        r#"SELECT
            u.authorization AS "authorization!: Uuid",
            u.day AS "day!: i64",
            u.address AS "address!",
            sum(u.uses) AS "uses!: i64"
        FROM json_each($1) AS wanted
        CROSS JOIN daily_use AS u
        WHERE u.authorization = unhex(wanted.value) AND u.organization = $2 AND u.day >= $3
        GROUP BY u.authorization, u.day, u.address
        ORDER BY u.authorization, u.day DESC, u.address"#,
        ids,
        request.organization_id,
        request.since.0
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter()
        .map(|row| {
            let address = Some(row.address).filter(|address| !address.is_empty());
            let address = address.map(|address| address.parse::<IpAddr>()).transpose();
            Ok(DailyUse {
                authorization: row.authorization,
                day: Day(row.day),
                address: address.map_err(|_| Failure::unreadable("a use has no readable address"))?,
                count: counter(row.uses)?,
            })
        })
        .collect()
}
