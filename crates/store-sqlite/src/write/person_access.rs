//! Writing that a person may or may not use an organization: one row, whatever they own.

use patcycle_lifecycle::Person;
use patcycle_lifecycle::person_access::{
    PersonAccess, PersonAccessError, PersonAccessFacts, SetPersonAccess, decide,
};
use uuid::Uuid;

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::read::standing::access;

impl Transaction for SetPersonAccess {
    type Answer = Person;
    type Error = PersonAccessError;

    async fn run(self, session: &mut Session) -> Result<Person, PersonAccessError> {
        let organization = session.organization(self.organization_id).await?;
        let owner = session.owner(&organization, self.person).await?;
        let actor = self.actor.object_id.unwrap_or_default();
        let facts = PersonAccessFacts {
            person: owner.person,
            access: access(&mut session.connection, self.organization_id, self.person).await?,
            actor_access: access(&mut session.connection, self.organization_id, actor).await?,
            organization: organization.organization,
            audit_head: organization.audit_head,
        };
        let outcome = decide(&self, &facts)?;
        let Some((audit, change)) = outcome.records else { return Ok(outcome.person) };
        session.open_savepoint().await?;
        write(session, self.organization_id, self.person, self.access).await?;
        session.record(&audit, change).await?;
        session.keep().await?;
        session.remember_audit(&audit);
        session.known.forget_owner(self.person);
        Ok(outcome.person)
    }
}

async fn write(
    session: &mut Session,
    organization_id: Uuid,
    person: Uuid,
    access: PersonAccess,
) -> Result<(), Failure> {
    match access {
        PersonAccess::Disabled => {
            let query = sqlx::query!(
                "INSERT INTO disabled_person (organization, person) VALUES ($1, $2)",
                organization_id,
                person
            );
            query.execute(&mut session.connection).await?;
        }
        PersonAccess::Enabled => {
            let query = sqlx::query!(
                "DELETE FROM disabled_person WHERE organization = $1 AND person = $2",
                organization_id,
                person
            );
            query.execute(&mut session.connection).await?;
        }
    }
    Ok(())
}
