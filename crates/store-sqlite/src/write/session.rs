//! The writer's connection inside a group: transaction, savepoints, change numbers, and what is known.

use std::sync::Arc;

use patcycle_lifecycle::audit::{AuditHead, AuditRecord};
use patcycle_lifecycle::change::Change;
use patcycle_lifecycle::{Epochs, Person};
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::known::{Known, KnownOrganization, KnownOwner};
use crate::failure::Failure;
use crate::rows::{counter, groups, groups_text, hash, number, policies, rules};

/// One connection, one transaction at a time.
#[derive(Debug)]
pub(crate) struct Session {
    pub(super) connection: SqliteConnection,
    pub(super) known: Known,
    /// How many savepoints `command` are open, one inside the other.
    open_savepoints: u32,
    /// The number of the last change, with those of this group; `None` before the first group.
    sequence: Option<u64>,
    /// Whether this group changed anything.
    changed: bool,
    /// SQLite's count of other connections' commits.
    foreign_commits: Option<i64>,
}

impl Session {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            known: Known::default(),
            open_savepoints: 0,
            sequence: None,
            changed: false,
            foreign_commits: None,
        }
    }

    /// Takes the write lock. What was known stays known unless another connection has written since.
    pub(super) async fn begin(&mut self) -> Result<(), Failure> {
        let foreign_commits = sqlx::query_scalar!(
            r#"BEGIN IMMEDIATE; SELECT CAST(data_version AS INTEGER) AS "data_version!: i64" FROM pragma_data_version"#
        )
        .fetch_one(&mut self.connection)
        .await?;
        if self.foreign_commits != Some(foreign_commits) {
            self.foreign_commits = Some(foreign_commits);
            self.known.forget();
            let sequence = sqlx::query_scalar!("SELECT sequence FROM change_head")
                .fetch_one(&mut self.connection)
                .await?;
            self.sequence = Some(counter(sequence)?);
        }
        self.changed = false;
        Ok(())
    }

    /// Makes the group durable. `false`: there was nothing to write.
    pub(super) async fn commit(&mut self) -> Result<bool, Failure> {
        if !self.changed {
            sqlx::query!("ROLLBACK").execute(&mut self.connection).await?;
            return Ok(false);
        }
        let sequence = number(self.sequence.unwrap_or_default());
        sqlx::query!("UPDATE change_head SET sequence = $1; COMMIT", sequence)
            .execute(&mut self.connection)
            .await
            .map_err(|error| Failure::of_commit(&error))?;
        Ok(true)
    }

    /// Gives the command a savepoint of its own.
    pub(super) async fn open_savepoint(&mut self) -> Result<(), Failure> {
        self.open_savepoints += 1;
        sqlx::query!("SAVEPOINT command").execute(&mut self.connection).await?;
        Ok(())
    }

    /// Notes a savepoint that the text about to be sent opens: each text costs two changes of threads.
    pub(super) fn enter_savepoint(&mut self) {
        self.open_savepoints += 1;
    }

    /// Notes that the text which opened a savepoint has released it as well.
    pub(super) fn leave_savepoint(&mut self) {
        self.open_savepoints -= 1;
    }

    /// Keeps what the command wrote, under the next change number. Nothing may fail in it any more.
    pub(super) async fn keep(&mut self) -> Result<(), Failure> {
        self.keep_many(1).await
    }

    /// The same for a command with so many changes, each written by [`Session::record_at`]; with none for what nobody is
    /// told of.
    pub(super) async fn keep_many(&mut self, changes: u64) -> Result<(), Failure> {
        while self.open_savepoints > 0 {
            // One that stays open makes every later statement keep copies of the pages that it changes.
            sqlx::query!("RELEASE command").execute(&mut self.connection).await?;
            self.open_savepoints -= 1;
        }
        self.changed = true;
        self.sequence = Some(self.sequence.unwrap_or_default() + changes);
        Ok(())
    }

    /// The number that the change of the running command gets.
    pub(super) fn next_sequence(&self) -> u64 {
        self.sequence.unwrap_or_default() + 1
    }

    /// Undoes the running command after a refusal (`None`) or a failure. An error, which is that failure, means
    /// that SQLite has ended the group's transaction by itself.
    pub(super) async fn undo(&mut self, failure: Option<Failure>) -> Result<(), Failure> {
        let undone = if self.open_savepoints > 0 {
            self.roll_back().await
        } else if failure.is_some() {
            self.expect_transaction().await
        } else {
            return Ok(());
        };
        self.known.forget();
        // What went wrong first says more than that there is nothing left to undo.
        undone.map_err(|lost| failure.unwrap_or(lost))
    }

    /// Undoes all that was written since the command's first savepoint.
    async fn roll_back(&mut self) -> Result<(), Failure> {
        for _ in 0..std::mem::take(&mut self.open_savepoints) {
            sqlx::query!("ROLLBACK TO command; RELEASE command").execute(&mut self.connection).await?;
        }
        Ok(())
    }

    /// Fails unless the group's transaction is open: only then SQLite refuses to begin another one.
    async fn expect_transaction(&mut self) -> Result<(), Failure> {
        match sqlx::query!("BEGIN").execute(&mut self.connection).await {
            Err(_) => Ok(()),
            Ok(_) => Err(Failure::Unavailable("the database ended the transaction. Try again".to_owned())),
        }
    }

    /// The organization with its epoch and the end of its audit chain.
    pub(super) async fn organization(&mut self, id: Uuid) -> Result<KnownOrganization, Failure> {
        if let Some(known) = self.known.organizations.get(&id) {
            return Ok(known.clone());
        }
        let row = sqlx::query!(
            r#"SELECT
                o.name,
                o.tenant_id AS "tenant_id!: Uuid",
                o.membership,
                o.administrators,
                o.policies,
                (SELECT policies FROM tenant WHERE id = o.tenant_id) AS "tenant_policies?",
                (SELECT value FROM epoch WHERE organization = o.id AND owner = x'') AS "epoch?: i64",
                (
                    SELECT json_group_array(json_array(scope, created_before))
                    FROM revocation_rule
                    WHERE organization = o.id
                ) AS "rules!: String",
                a.sequence AS "sequence?: i64",
                a.hash AS "hash?"
            FROM organization AS o
            LEFT JOIN audit AS a
                ON a.organization = o.id
                AND a.sequence = (SELECT max(sequence) FROM audit WHERE organization = o.id)
            WHERE o.id = $1"#,
            id
        )
        .fetch_optional(&mut self.connection)
        .await?
        .ok_or_else(|| Failure::unreadable(format!("there is no organization {id}")))?;
        let audit_head = match (row.sequence, row.hash) {
            (Some(sequence), Some(bytes)) => AuditHead { sequence: counter(sequence)?, hash: hash(&bytes)? },
            _ => AuditHead::default(),
        };
        let organization = super::organization::OrganizationRow {
            id,
            name: row.name,
            tenant_id: row.tenant_id,
            membership: row.membership,
            administrators: row.administrators,
        }
        .into_organization()?;
        let known = KnownOrganization {
            organization,
            policies: Arc::new(policies(&row.policies, row.tenant_policies.as_deref())),
            epoch: counter(row.epoch.unwrap_or_default())?,
            rules: rules(&row.rules)?,
            audit_head,
        };
        self.known.organizations.insert(id, known.clone());
        Ok(known)
    }

    /// An owner in the organization, whether they were here before or not.
    pub(super) async fn owner(
        &mut self,
        organization: &KnownOrganization,
        owner: Uuid,
    ) -> Result<KnownOwner, Failure> {
        let organization_id = organization.organization.id;
        let tenant_id = organization.organization.tenant_id;
        if let Some(known) = self.known.owner(organization_id, owner) {
            return Ok(known.clone());
        }
        let organization_epoch = number(organization.epoch);
        let row = sqlx::query!(
            r#"SELECT
                e.value AS "epoch?: i64",
                (
                    SELECT number FROM cohort
                    WHERE organization = $1 AND owner = $2 AND revoked = 0
                        AND organization_epoch = $3 AND owner_epoch = coalesce(e.value, 0)
                ) AS "cohort?: i64",
                p.user_name AS "user_name?",
                p.display_name AS "display_name?",
                EXISTS (SELECT 1 FROM disabled_person WHERE organization = $1 AND person = $2) AS "disabled!: bool",
                p.member_of AS "member_of?"
            FROM (SELECT 1)
            LEFT JOIN epoch AS e ON e.organization = $1 AND e.owner = $2
            LEFT JOIN person AS p ON p.id = $2 AND p.tenant_id = $4"#,
            organization_id,
            owner,
            organization_epoch,
            tenant_id
        )
        .fetch_one(&mut self.connection)
        .await?;
        let person = match (row.user_name, row.display_name, row.member_of) {
            (Some(user_name), Some(display_name), Some(member_of)) => {
                let disabled = row.disabled;
                let groups = groups(&member_of)?;
                Some(Person { id: owner, tenant_id, user_name, display_name, disabled, groups })
            }
            _ => None,
        };
        let known = KnownOwner {
            person,
            epoch: counter(row.epoch.unwrap_or_default())?,
            cohort: row.cohort,
            active: None,
        };
        self.known.put_owner(organization_id, owner, known.clone());
        Ok(known)
    }

    /// Writes a person, new or changed. Whether they are disabled is written elsewhere.
    pub(super) async fn put_person(&mut self, person: &Person) -> Result<(), Failure> {
        let member_of = groups_text(&person.groups);
        sqlx::query!(
            "INSERT INTO person (id, tenant_id, user_name, display_name, member_of)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO UPDATE SET
                user_name = excluded.user_name,
                display_name = excluded.display_name,
                member_of = excluded.member_of",
            person.id,
            person.tenant_id,
            person.user_name,
            person.display_name,
            member_of
        )
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// The cohort's number; it is made if there is none.
    pub(super) async fn cohort(
        &mut self,
        organization_id: Uuid,
        owner: Uuid,
        revoked: bool,
        epochs: Epochs,
    ) -> Result<i64, Failure> {
        let (organization_epoch, owner_epoch) = (number(epochs.organization), number(epochs.owner));
        // The update changes nothing; without it a row that exists would not be returned.
        Ok(sqlx::query_scalar!(
            r#"INSERT INTO cohort (organization, owner, revoked, organization_epoch, owner_epoch)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO UPDATE SET revoked = excluded.revoked
            RETURNING number AS "number!: i64""#,
            organization_id,
            owner,
            revoked,
            organization_epoch,
            owner_epoch
        )
        .fetch_one(&mut self.connection)
        .await?)
    }

    /// Writes an audit record of the running command and its change record.
    pub(super) async fn record(&mut self, audit: &AuditRecord, change: Change) -> Result<(), Failure> {
        self.record_at(0, audit, change).await
    }

    /// The same for one of the command's many changes. `place` counts them from 0.
    pub(super) async fn record_at(
        &mut self,
        place: u64,
        audit: &AuditRecord,
        change: Change,
    ) -> Result<(), Failure> {
        let (audit_sequence, at) = (number(audit.sequence), audit.at.as_microsecond());
        let address = audit.actor.address.map(|address| address.to_string());
        let (previous_hash, audit_hash) = (audit.previous_hash.as_slice(), audit.hash.as_slice());
        let sequence = number(self.next_sequence() + place);
        let kind = change.kind.as_str();
        sqlx::query!(
            "INSERT INTO audit (
                organization, sequence, id, at, action, object_id, user_name, application_id, address,
                user_agent, activity_id, data, previous_hash, hash, pat_id, subject
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);
            INSERT INTO change_log (sequence, kind, organization, subject) VALUES ($17, $18, $19, $20)",
            audit.organization_id,
            audit_sequence,
            audit.id,
            at,
            audit.action,
            audit.actor.object_id,
            audit.actor.user_name,
            audit.actor.application_id,
            address,
            audit.actor.user_agent,
            audit.actor.activity_id,
            audit.data,
            previous_hash,
            audit_hash,
            audit.actor.pat_id,
            change.subject,
            sequence,
            kind,
            change.organization_id,
            change.subject
        )
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Remembers the end of the audit chain after `audit` was written and released.
    pub(super) fn remember_audit(&mut self, audit: &AuditRecord) {
        if let Some(known) = self.known.organizations.get_mut(&audit.organization_id) {
            known.audit_head = AuditHead { sequence: audit.sequence, hash: audit.hash };
        }
    }
}
