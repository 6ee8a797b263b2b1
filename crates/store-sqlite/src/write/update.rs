//! Writing a changed PAT.

use patcycle_lifecycle::update::{Update, UpdateFacts, UpdateOutcome, decide};
use patcycle_lifecycle::{Authorization, TransactionError};

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::read::find::find;

impl Transaction for Update {
    type Answer = Authorization;
    type Error = TransactionError;

    async fn run(self, session: &mut Session) -> Result<Authorization, TransactionError> {
        let organization = session.organization(self.organization_id).await?;
        let owner = session.owner(&organization, self.owner).await?;
        let facts = UpdateFacts {
            authorization: find(&mut session.connection, self.organization_id, self.owner, self.id).await?,
            person: owner.person.clone(),
            cutoffs: organization.cutoffs(owner.epoch),
            policies: organization.policies,
            audit_head: organization.audit_head,
        };
        let (authorization, person, audit, change) = match decide(&self, &facts)? {
            UpdateOutcome::Unchanged(authorization) => return Ok(authorization),
            UpdateOutcome::Changed { authorization, person, audit, change } => {
                (authorization, person, audit, change)
            }
        };
        session.open_savepoint().await?;
        if let Some(person) = &person {
            session.put_person(person).await?;
        }
        write(session, &authorization).await?;
        session.record(&audit, change).await?;
        session.keep().await?;
        session.remember_audit(&audit);
        // A PAT that had ended by the remembered count's clock may have been extended by this command's.
        session.known.forget_active(self.organization_id, self.owner);
        if person.is_some() {
            session.known.forget_owner(self.owner);
        }
        Ok(authorization)
    }
}

async fn write(session: &mut Session, authorization: &Authorization) -> Result<(), Failure> {
    let valid_to = authorization.valid_to.as_microsecond();
    let (date_key, name_key) = (authorization.date_key(), authorization.name_key());
    sqlx::query!(
        "UPDATE authorization
        SET display_name = $1, scope = $2, all_organizations = $3, valid_to = $4, date_key = $5, name_key = $6
        WHERE id = $7",
        authorization.display_name,
        authorization.scope,
        authorization.all_organizations,
        valid_to,
        date_key,
        name_key,
        authorization.id
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
