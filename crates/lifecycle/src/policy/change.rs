//! Changing a policy.

use std::sync::Arc;

use jiff::Timestamp;
use patcycle_contract::{PolicyLevel, PolicyName, PolicyPatch, PolicySetting};
use patcycle_primitives::RandomError;
use serde_json::{Map, json};
use uuid::Uuid;

use super::Policies;
use super::read::show;
use crate::audit::{Actor, AuditAction, AuditEvent, AuditHead, AuditRecord};
use crate::change::{Change, ChangeKind};
use crate::{Caller, Lifecycle, Organization, StorageError};

/// Changes one policy of an organization or of its tenant.
#[derive(Debug, Clone)]
pub struct ChangePolicy {
    /// The organization whose policy it is, or through which the tenant's is changed.
    pub organization_id: Uuid,
    /// Its tenant.
    pub tenant_id: Uuid,
    /// Which policy.
    pub name: PolicyName,
    /// What is to change.
    pub patch: PolicyPatch,
    /// Who asked.
    pub actor: Actor,
    /// The clock reading of the command.
    pub at: Timestamp,
    /// The id of the audit record.
    pub audit_id: Uuid,
}

/// The rows that [`decide`] needs.
#[derive(Debug, Clone)]
pub struct ChangePolicyFacts {
    /// The policies that hold in the organization.
    pub policies: Arc<Policies>,
    /// The end of the organization's audit chain.
    pub audit_head: AuditHead,
}

/// What the rule says.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made once for each command and taken apart at once")]
pub enum ChangePolicyOutcome {
    /// All is as asked already; nothing is written.
    Unchanged,
    /// Write this.
    Changed {
        /// All policies as they will be.
        policies: Policies,
        /// The audit record.
        audit: AuditRecord,
        /// The change record.
        change: Change,
    },
}

/// The policy is not as the change expects it: somebody else changed it in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "The policy has another value at {path} than this change expects: somebody changed it in between. \
     Nothing was changed. Look at the policy again."
)]
pub struct PolicyConflict {
    /// Where.
    pub path: &'static str,
}

/// Why a policy was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePolicyError {
    /// It is not as the change expects it.
    #[error(transparent)]
    Conflict(#[from] PolicyConflict),
    /// The store could not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No randomness for the record's id.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// The rule.
pub fn decide(
    command: &ChangePolicy,
    facts: &ChangePolicyFacts,
) -> Result<ChangePolicyOutcome, PolicyConflict> {
    let current = facts.policies.setting(command.name);
    let changed = command.patch.apply(current).map_err(|path| PolicyConflict { path })?;
    if &changed == current {
        return Ok(ChangePolicyOutcome::Unchanged);
    }
    let (action, kind, subject) = match command.name.level() {
        PolicyLevel::Tenant => {
            (AuditAction::TenantPolicyUpdate, ChangeKind::TenantPolicy, Some(command.tenant_id))
        }
        PolicyLevel::Organization => (AuditAction::PolicyUpdate, ChangeKind::Policy, None),
    };
    let event = AuditEvent {
        id: command.audit_id,
        organization_id: command.organization_id,
        at: command.at,
        action,
        actor: command.actor.clone(),
        data: describe(command, current, &changed),
    };
    Ok(ChangePolicyOutcome::Changed {
        audit: event.chain(facts.audit_head),
        change: Change { kind, organization_id: command.organization_id, subject },
        policies: (*facts.policies).clone().with(command.name, changed),
    })
}

/// `PolicyName` and `PolicyValue` as Azure DevOps records them, and what it leaves out: the rest, and how it was.
fn describe(
    command: &ChangePolicy,
    before: &PolicySetting,
    after: &PolicySetting,
) -> Map<String, serde_json::Value> {
    let shown = |setting| show(command.name, setting, None, command.at);
    let (before, after) = (shown(before), shown(after));
    [
        ("PolicyName", json!(command.name)),
        ("PolicyValue", json!(after.value.to_string())),
        ("PolicyProperties", json!(after.properties)),
        ("PreviousValue", json!(before.value.to_string())),
        ("PreviousProperties", json!(before.properties)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into_iter()
    .collect()
}

impl Lifecycle {
    /// Changes a policy. The caller is an administrator: whoever lets them in has made sure of it. When this
    /// answers `Ok`, the change holds for every request that begins afterwards.
    pub async fn change_policy(
        &self,
        caller: &Caller,
        organization: &Organization,
        name: PolicyName,
        patch: PolicyPatch,
    ) -> Result<(), ChangePolicyError> {
        let command = ChangePolicy {
            organization_id: organization.id,
            tenant_id: organization.tenant_id,
            name,
            patch,
            actor: caller.into(),
            at: self.clock.now(),
            audit_id: self.random.uuid()?,
        };
        self.storage.change_policy(command).await
    }
}
