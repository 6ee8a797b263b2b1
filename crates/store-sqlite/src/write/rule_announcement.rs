//! Telling owners of a revocation rule: noted by the rule's transaction, told a portion at a time.

use patcycle_lifecycle::StorageError;
use patcycle_lifecycle::notice::rules::{AnnounceRules, decide};
use patcycle_lifecycle::revocation_rule::CreateRevocationRule;
use patcycle_lifecycle::{RevocationRules, ScopeCutoff};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::read::rule_announcement::{Portion, first};

/// Notes that owners are to be told.
pub(super) async fn note(
    session: &mut Session,
    command: &CreateRevocationRule,
    raised: &[ScopeCutoff],
    before: &RevocationRules,
) -> Result<(), Failure> {
    let (at, nobody) = (command.at.as_microsecond(), Uuid::nil());
    let (raised, before) = (pairs(raised.iter()), pairs(before.iter()));
    sqlx::query!(
        "INSERT INTO rule_announcement (id, organization, at, raised, before, owner)
        VALUES ($1, $2, $3, $4, $5, $6)",
        command.audit_id,
        command.organization_id,
        at,
        raised,
        before,
        nobody
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}

fn pairs<'a>(cutoffs: impl Iterator<Item = &'a ScopeCutoff>) -> String {
    cutoffs
        .map(|cutoff| json!([cutoff.scope, cutoff.created_before.as_microsecond()]))
        .collect::<Value>()
        .to_string()
}

/// Tells a portion, unless somebody else has told it since.
pub(crate) struct Announce {
    pub(crate) command: AnnounceRules,
    pub(crate) portion: Portion,
}

impl Transaction for Announce {
    type Answer = ();
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<(), StorageError> {
        let Self { command, portion } = self;
        let rule = portion.announcement.rule;
        let expected = (rule.id, portion.announcement.owner);
        let found = first(&mut session.connection).await?;
        if found.map(|found| (found.rule.id, found.owner)) != Some(expected) {
            return Ok(());
        }
        session.open_savepoint().await?;
        for (owner, count) in &portion.owners {
            session.put_notices(&decide(&command, rule, *owner, *count)).await?;
        }
        match portion.owners.last() {
            Some((owner, _)) if !portion.is_last => go_on(session, rule.id, *owner).await?,
            _ => end(session, rule.id).await?,
        }
        session.keep_many(0).await?;
        Ok(())
    }
}

async fn go_on(session: &mut Session, id: Uuid, owner: Uuid) -> Result<(), Failure> {
    sqlx::query!("UPDATE rule_announcement SET owner = $2 WHERE id = $1", id, owner)
        .execute(&mut session.connection)
        .await?;
    Ok(())
}

async fn end(session: &mut Session, id: Uuid) -> Result<(), Failure> {
    sqlx::query!("DELETE FROM rule_announcement WHERE id = $1", id).execute(&mut session.connection).await?;
    Ok(())
}
