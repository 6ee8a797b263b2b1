//! The audit record: one for each change, written by the same transaction, chained by hash per organization.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::model::Authorization;
use crate::{Caller, Person};

/// What happened, under the names of Azure DevOps' audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAction {
    /// A PAT was made.
    PatCreate,
    /// A PAT was changed.
    PatUpdate,
    /// A PAT was revoked by its owner or an administrator.
    PatRevoke,
    /// All PATs of an owner or an organization were revoked at once.
    PatRevokeAll,
    /// A PAT got a new secret.
    PatRotate,
    /// The old secret of a rotated PAT was ended before its overlap was over.
    PatRotateFinish,
    /// A rotated PAT went back to its old secret.
    PatRotateUndo,
    /// PATs were imported.
    PatImport,
    /// A policy of the organization was changed.
    PolicyUpdate,
    /// A policy of the tenant was changed, through this organization.
    TenantPolicyUpdate,
}

impl AuditAction {
    /// The action's id on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PatCreate => "Token.PatCreateEvent",
            Self::PatUpdate => "Token.PatUpdateEvent",
            Self::PatRevoke => "Token.PatRevokeEvent",
            Self::PatRevokeAll => "Token.PatRevokeAllEvent",
            Self::PatRotate => "Token.PatRotateEvent",
            Self::PatRotateFinish => "Token.PatRotateFinishEvent",
            Self::PatRotateUndo => "Token.PatRotateUndoEvent",
            Self::PatImport => "Token.PatImportEvent",
            Self::PolicyUpdate => "OrganizationPolicy.PolicyValueUpdated",
            Self::TenantPolicyUpdate => "TenantPolicy.PolicyValueUpdated",
        }
    }
}

/// Who did it, from where. `None` fields: the service itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// The person's object id.
    pub object_id: Option<Uuid>,
    /// The person's sign-in name.
    pub user_name: Option<String>,
    /// The application that the person used.
    pub application_id: Option<Uuid>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// The request's `User-Agent`.
    pub user_agent: Option<String>,
    /// The request's activity id.
    pub activity_id: Option<Uuid>,
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self {
            object_id: Some(caller.object_id),
            user_name: Some(caller.user_name.clone()),
            application_id: caller.application_id,
            address: caller.address,
            user_agent: caller.user_agent.clone(),
            activity_id: Some(caller.activity_id),
        }
    }
}

/// The end of an organization's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditHead {
    /// The number of the last record; 0 for none.
    pub sequence: u64,
    /// Its hash; zero bytes for none.
    pub hash: [u8; 32],
}

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

/// One stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// The record's id.
    pub id: Uuid,
    /// Where it happened.
    pub organization_id: Uuid,
    /// Its place in the organization's chain, from 1, without gaps.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What: the action's id on the wire.
    pub action: String,
    /// Who.
    pub actor: Actor,
    /// The details, a JSON object. Kept as text: the hash covers these bytes.
    pub data: String,
    /// The hash of the record before it; zero bytes in the first.
    pub previous_hash: [u8; 32],
    /// SHA-256 over everything above.
    pub hash: [u8; 32],
}

impl AuditRecord {
    /// The hash that the record's content gives. Each field goes in with its length in front, so that no two
    /// contents share an encoding.
    pub fn computed_hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        field(b"patcycle audit 1");
        field(&self.previous_hash);
        field(self.organization_id.as_bytes());
        field(&self.sequence.to_be_bytes());
        field(self.id.as_bytes());
        field(&self.at.as_microsecond().to_be_bytes());
        field(self.action.as_bytes());
        field(text(self.actor.object_id).as_bytes());
        field(text(self.actor.user_name.as_ref()).as_bytes());
        field(text(self.actor.application_id).as_bytes());
        field(text(self.actor.address).as_bytes());
        field(text(self.actor.user_agent.as_ref()).as_bytes());
        field(text(self.actor.activity_id).as_bytes());
        field(self.data.as_bytes());
        hash.finalize().into()
    }
}

/// `=` and the value, or nothing: an absent value differs from an empty one.
fn text(value: Option<impl ToString>) -> String {
    value.map(|value| format!("={}", value.to_string())).unwrap_or_default()
}

/// What is wrong with a chain, at the first place where something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// A record is missing, doubled or out of order.
    #[error("expected record {expected}, found record {found}: one was deleted, repeated or moved")]
    Order {
        /// The number that should follow.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// A record does not continue the one before it, or its content was changed.
    #[error("record {sequence} was changed after it was written")]
    Content {
        /// The record's number.
        sequence: u64,
    },
}

/// Checks that `records` continue the chain after `head`, and gives the new head.
pub fn verify<'a>(
    head: AuditHead,
    records: impl IntoIterator<Item = &'a AuditRecord>,
) -> Result<AuditHead, ChainFault> {
    records.into_iter().try_fold(head, |head, record| {
        if record.sequence != head.sequence + 1 {
            return Err(ChainFault::Order { expected: head.sequence + 1, found: record.sequence });
        }
        if record.previous_hash != head.hash || record.computed_hash() != record.hash {
            return Err(ChainFault::Content { sequence: record.sequence });
        }
        Ok(AuditHead { sequence: record.sequence, hash: record.hash })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: u128) -> Vec<AuditRecord> {
        let mut head = AuditHead::default();
        (1..=length)
            .map(|number| {
                let event = AuditEvent {
                    id: Uuid::from_u128(number),
                    organization_id: Uuid::nil(),
                    at: Timestamp::UNIX_EPOCH,
                    action: AuditAction::PatCreate,
                    actor: Actor { user_name: Some("ana@fabrikam.example".to_owned()), ..Actor::default() },
                    data: Map::new(),
                };
                let record = event.chain(head);
                head = AuditHead { sequence: record.sequence, hash: record.hash };
                record
            })
            .collect()
    }

    #[test]
    fn an_untouched_chain_holds() {
        let records = chain(5);
        let head = verify(AuditHead::default(), &records).unwrap();
        assert_eq!(head, AuditHead { sequence: 5, hash: records[4].hash });
    }

    #[test]
    fn an_edit_is_found_even_with_its_hash_made_anew() {
        let mut records = chain(5);
        records[2].actor.user_name = Some("eve@fabrikam.example".to_owned());
        assert_eq!(verify(AuditHead::default(), &records), Err(ChainFault::Content { sequence: 3 }));
        records[2].hash = records[2].computed_hash();
        assert_eq!(verify(AuditHead::default(), &records), Err(ChainFault::Content { sequence: 4 }));
    }

    #[test]
    fn a_deletion_and_a_reordering_are_found() {
        let mut records = chain(5);
        records.swap(1, 2);
        assert_eq!(verify(AuditHead::default(), &records), Err(ChainFault::Order { expected: 2, found: 3 }));
        records.remove(1);
        assert_eq!(verify(AuditHead::default(), &records), Err(ChainFault::Order { expected: 3, found: 4 }));
    }

    #[test]
    fn absent_and_empty_fields_hash_differently() {
        let mut record = chain(1).remove(0);
        record.actor.user_agent = None;
        let absent = record.computed_hash();
        record.actor.user_agent = Some(String::new());
        assert_ne!(absent, record.computed_hash());
    }
}
