//! Writing last uses: one statement for the batch, no change number.

use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::usage::Use;
use serde_json::{Value, json};

use super::Transaction;
use super::session::Session;

/// The command of `record_uses`.
#[derive(Debug)]
pub(crate) struct RecordUses(pub(crate) Vec<Use>);

impl Transaction for RecordUses {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let rows = self.0.iter().map(|used| {
            json!([
                used.authorization.simple().to_string(),
                used.generation,
                used.organization.simple().to_string(),
                used.at.as_microsecond(),
                used.address.map(|address| address.to_string()),
            ])
        });
        let rows = rows.collect::<Value>().to_string();
        session.open_savepoint().await?;
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
        .await
        .map_err(crate::failure::Failure::from)?;
        session.keep_many(0).await?;
        Ok(())
    }
}
