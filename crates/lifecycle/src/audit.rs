//! The audit record: one for each change, written by the same transaction, chained by hash per organization.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub use patcycle_contract::audit::{Actor, AuditAction, AuditHead, AuditRecord, ChainFault, verify};

use crate::model::Authorization;
use crate::{Caller, CallerCredential, Person};

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self {
            object_id: Some(caller.object_id),
            user_name: Some(caller.user_name.clone()),
            application_id: caller.application_id,
            pat_id: match caller.credential {
                CallerCredential::AccessToken => None,
                CallerCredential::PersonalAccessToken(id) => Some(id),
            },
            address: caller.address,
            user_agent: caller.user_agent.clone(),
            activity_id: Some(caller.activity_id),
        }
    }
}

/// The key of the words with which an administrator explained what they did.
pub const GIVEN_REASON: &str = "GivenReason";

/// What a rule records, before it is chained.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// The record's id.
    pub id: Uuid,
    /// Where it happened.
    pub organization_id: Uuid,
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: AuditAction,
    /// Who.
    pub actor: Actor,
    /// The details, under the keys of contract.md §12 #26.
    pub data: Map<String, Value>,
}

impl AuditEvent {
    /// Chains the event to the organization's last record.
    #[must_use]
    pub fn chain(self, head: AuditHead) -> AuditRecord {
        let mut record = AuditRecord {
            id: self.id,
            organization_id: self.organization_id,
            sequence: head.sequence + 1,
            at: self.at,
            action: self.action.as_str().to_owned(),
            actor: self.actor,
            data: Value::Object(self.data).to_string(),
            previous_hash: head.hash,
            hash: [0; 32],
        };
        record.hash = record.computed_hash();
        record
    }
}

/// The details of an event about one PAT.
pub fn describe(authorization: &Authorization, owner: &Person) -> Map<String, Value> {
    let targets = (!authorization.all_organizations).then(|| vec![authorization.organization_id]);
    let details = json!({
        "DisplayName": authorization.display_name,
        "OwnerName": owner.user_name,
        "AuthorizationId": authorization.id,
        "Scopes": authorization.scope,
        "ValidFrom": patcycle_contract::date::format(authorization.valid_from),
        "ValidTo": patcycle_contract::date::format(authorization.valid_to),
        "TargetAccounts": targets,
    });
    match details {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
