//! Writing that a replaced secret was used.

use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::rotation::{RecordReuse, ReuseFacts, decide_reuse};

use crate::failure::Failure;
use crate::read::find::find;
use crate::rows::instant;
use crate::write::Transaction;
use crate::write::session::Session;

impl Transaction for RecordReuse {
    type Answer = bool;
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<bool, StorageError> {
        let reuse = self.reuse;
        let organization = session.organization(reuse.organization_id).await?;
        let owner = session.owner(&organization, reuse.owner).await?;
        let authorization =
            find(&mut session.connection, reuse.organization_id, reuse.owner, reuse.authorization).await?;
        let last_recorded = sqlx::query_scalar!(
            r#"SELECT max(at) AS "at?: i64" FROM audit
            WHERE organization = $1 AND subject = $2 AND action = 'Token.PatSupersededUseEvent'
                AND json_extract(data, '$.Generation') = $3"#,
            reuse.organization_id,
            reuse.authorization,
            reuse.generation
        )
        .fetch_one(&mut session.connection)
        .await
        .map_err(Failure::from)?;
        let facts = ReuseFacts {
            authorization,
            person: owner.person,
            last_recorded: last_recorded.map(instant).transpose()?,
            audit_head: organization.audit_head,
        };
        let Some((audit, change)) = decide_reuse(&self, &facts) else { return Ok(false) };
        session.open_savepoint().await?;
        session.record(&audit, change).await?;
        session.keep().await?;
        session.remember_audit(&audit);
        Ok(true)
    }
}
