//! Writing a raised epoch: one row, whatever it revokes.

use patcycle_lifecycle::epoch::{EpochFacts, RaiseEpoch, decide};
use patcycle_lifecycle::notice::{MAXIMUM_COUNTED, Stage};
use patcycle_lifecycle::{Epochs, StorageError};

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::read::active_pats::active_pats;
use crate::rows::number;

impl Transaction for RaiseEpoch {
    type Answer = Epochs;
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<Epochs, StorageError> {
        let organization = session.organization(self.organization_id).await?;
        let owner_epoch = match self.owner {
            Some(owner) => session.owner(&organization, owner).await?.epoch,
            None => 0,
        };
        let epochs = Epochs { organization: organization.epoch, owner: owner_epoch };
        let active_pats = match self.owner {
            Some(owner) if self.channels.want(Stage::Revoked, self.organization_id) => {
                let connection = &mut session.connection;
                active_pats(connection, self.organization_id, owner, epochs, self.at, MAXIMUM_COUNTED).await?
            }
            _ => 0,
        };
        let facts = EpochFacts { active_pats, epochs, audit_head: organization.audit_head };
        let outcome = decide(&self, &facts);
        session.open_savepoint().await?;
        write(session, &self, outcome.epochs).await?;
        session.record(&outcome.audit, outcome.change).await?;
        session.put_notices(&outcome.notices).await?;
        session.keep().await?;
        // Epochs and cohorts of many owners may have changed; reading them anew costs little.
        session.known.forget();
        Ok(outcome.epochs)
    }
}

async fn write(session: &mut Session, command: &RaiseEpoch, epochs: Epochs) -> Result<(), Failure> {
    let (owner, value) = match &command.owner {
        Some(owner) => (owner.as_bytes().as_slice(), number(epochs.owner)),
        None => ([].as_slice(), number(epochs.organization)),
    };
    sqlx::query!(
        "INSERT INTO epoch (organization, owner, value) VALUES ($1, $2, $3)
        ON CONFLICT DO UPDATE SET value = excluded.value",
        command.organization_id,
        owner,
        value
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
