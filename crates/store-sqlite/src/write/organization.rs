//! Making an organization, or bringing it up to date.

use jiff::Timestamp;
use patcycle_lifecycle::change::{Change, ChangeKind};
use patcycle_lifecycle::{Organization, OrganizationSpecification, PolicySettings, StorageError};
use serde_json::{from_str, json};
use uuid::Uuid;

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::rows::number;

/// The command of `put_organization`.
#[derive(Debug)]
pub(crate) struct PutOrganization {
    pub(crate) specification: OrganizationSpecification,
    pub(crate) id: Uuid,
    pub(crate) at: Timestamp,
}

impl Transaction for PutOrganization {
    type Answer = Organization;
    type Error = StorageError;

    async fn run(self, session: &mut Session) -> Result<Organization, StorageError> {
        let stored = find_by_name(session, &self.specification.name).await?;
        let specification = self.specification;
        let wanted = Organization {
            id: stored.as_ref().map_or(self.id, |stored| stored.id),
            name: stored.as_ref().map_or(specification.name, |stored| stored.name.clone()),
            tenant_id: specification.tenant_id,
            membership: specification.membership,
            administrators: specification.administrators,
        };
        if stored.as_ref() == Some(&wanted) {
            return Ok(wanted);
        }
        session.open_savepoint().await?;
        write(session, &wanted, &specification.policies, self.at).await?;
        session.keep().await?;
        session.known.forget();
        Ok(wanted)
    }
}

/// A row of `organization`.
pub(super) struct OrganizationRow {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) tenant_id: Uuid,
    pub(super) membership: String,
    pub(super) administrators: String,
}

impl OrganizationRow {
    pub(super) fn into_organization(self) -> Result<Organization, Failure> {
        let unreadable = |error| Failure::unreadable(format!("the organization `{}`: {error}", self.name));
        Ok(Organization {
            id: self.id,
            tenant_id: self.tenant_id,
            membership: from_str(&self.membership).map_err(unreadable)?,
            administrators: from_str(&self.administrators).map_err(unreadable)?,
            name: self.name,
        })
    }
}

async fn find_by_name(session: &mut Session, name: &str) -> Result<Option<Organization>, Failure> {
    sqlx::query_as!(
        OrganizationRow,
        r#"SELECT
            id AS "id!: Uuid",
            name,
            tenant_id AS "tenant_id!: Uuid",
            membership,
            administrators
        FROM organization
        WHERE name = $1"#,
        name
    )
    .fetch_optional(&mut session.connection)
    .await?
    .map(OrganizationRow::into_organization)
    .transpose()
}

/// Writes all of a new organization, and of one that exists everything but its policies.
async fn write(
    session: &mut Session,
    organization: &Organization,
    policies: &PolicySettings,
    at: Timestamp,
) -> Result<(), Failure> {
    let membership = json!(organization.membership).to_string();
    let administrators = json!(organization.administrators).to_string();
    let policies = json!(policies).to_string();
    let created_at = at.as_microsecond();
    let change = Change { kind: ChangeKind::Organization, organization_id: organization.id, subject: None };
    let (sequence, kind) = (number(session.next_sequence()), change.kind.as_str());
    sqlx::query!(
        "INSERT INTO organization (id, name, tenant_id, membership, administrators, policies, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET
            tenant_id = excluded.tenant_id,
            membership = excluded.membership,
            administrators = excluded.administrators;
        INSERT INTO change_log (sequence, kind, organization, subject) VALUES ($8, $9, $10, $11)",
        organization.id,
        organization.name,
        organization.tenant_id,
        membership,
        administrators,
        policies,
        created_at,
        sequence,
        kind,
        change.organization_id,
        change.subject
    )
    .execute(&mut session.connection)
    .await?;
    Ok(())
}
