//! Writing a changed policy.

use patcycle_contract::{PolicyLevel, PolicyName};
use patcycle_lifecycle::Policies;
use patcycle_lifecycle::policy::change::{ChangePolicyOutcome, decide};
use patcycle_lifecycle::policy::{ChangePolicy, ChangePolicyError, ChangePolicyFacts};
use serde_json::json;
use uuid::Uuid;

use super::Transaction;
use super::session::Session;
use crate::failure::Failure;
use crate::read::policies::check_readable;

impl Transaction for ChangePolicy {
    type Answer = ();
    type Error = ChangePolicyError;

    async fn run(self, session: &mut Session) -> Result<(), ChangePolicyError> {
        let organization = session.organization(self.organization_id).await?;
        check_readable(self.organization_id, &organization.policies)?;
        let facts =
            ChangePolicyFacts { policies: organization.policies, audit_head: organization.audit_head };
        let (policies, audit, change) = match decide(&self, &facts)? {
            ChangePolicyOutcome::Unchanged => return Ok(()),
            ChangePolicyOutcome::Changed { policies, audit, change } => (policies, audit, change),
        };
        session.open_savepoint().await?;
        write(session, self.organization_id, organization.organization.tenant_id, self.name, &policies)
            .await?;
        session.record(&audit, change).await?;
        session.keep().await?;
        // A tenant's policies hold in its other organizations too.
        session.known.forget();
        Ok(())
    }
}

async fn write(
    session: &mut Session,
    organization_id: Uuid,
    tenant_id: Uuid,
    name: PolicyName,
    policies: &Policies,
) -> Result<(), Failure> {
    let settings = json!(policies.level(name.level())).to_string();
    match name.level() {
        PolicyLevel::Tenant => {
            let query = sqlx::query!(
                "INSERT INTO tenant (id, policies) VALUES ($1, $2)
                ON CONFLICT DO UPDATE SET policies = excluded.policies",
                tenant_id,
                settings
            );
            query.execute(&mut session.connection).await?;
        }
        PolicyLevel::Organization => {
            let query = sqlx::query!(
                "UPDATE organization SET policies = $2 WHERE id = $1",
                organization_id,
                settings
            );
            query.execute(&mut session.connection).await?;
        }
    }
    Ok(())
}
