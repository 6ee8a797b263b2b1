//! One record, as it was written.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::AuditCheckpoint;

/// The most records of one answer.
pub const MAX_RECORDS: u32 = 1000;

/// Who did it, from where. `None` fields: the service itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Actor {
    /// The person's object id.
    pub object_id: Option<Uuid>,
    /// The person's sign-in name.
    pub user_name: Option<String>,
    /// The application that the person used.
    pub application_id: Option<Uuid>,
    /// The PAT that the person called with; `None`: an access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pat_id: Option<Uuid>,
    /// Where the request came from.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub address: Option<IpAddr>,
    /// The request's `User-Agent`.
    pub user_agent: Option<String>,
    /// The request's activity id.
    pub activity_id: Option<Uuid>,
}

/// One stored record. Its JSON holds everything that the hash covers, so that a reader can compute it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRecord {
    /// The record's id.
    pub id: Uuid,
    /// Where it happened.
    pub organization_id: Uuid,
    /// Its place in the organization's chain, from 1, without gaps.
    pub sequence: u64,
    /// When, in whole microseconds.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// What: the action's id on the wire.
    pub action: String,
    /// Who.
    pub actor: Actor,
    /// The details, a JSON object. Kept as text: the hash covers these bytes.
    pub data: String,
    /// The hash of the record before it; zero bytes in the first.
    #[serde(with = "hex::serde")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub previous_hash: [u8; 32],
    /// SHA-256 over everything above.
    #[serde(with = "hex::serde")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
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
        if let Some(pat_id) = self.actor.pat_id {
            // A field that is there only when it says something: the hashes of other records stay.
            field(pat_id.as_bytes());
        }
        hash.finalize().into()
    }
}

/// `=` and the value, or nothing: an absent value differs from an empty one.
fn text(value: Option<impl ToString>) -> String {
    value.map(|value| format!("={}", value.to_string())).unwrap_or_default()
}

/// The answer to `GET …/_patcycle/audit?after=`: records in the order of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRecords {
    /// At most [`MAX_RECORDS`]; fewer than that: the chain ends here.
    pub records: Vec<AuditRecord>,
    /// The public key of the service's checkpoints: Ed25519, 32 bytes in hexadecimal.
    #[serde(default)]
    pub public_key: Option<String>,
    /// The newest checkpoint, if there is one.
    #[serde(default)]
    pub checkpoint: Option<AuditCheckpoint>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> AuditRecord {
        let mut record = AuditRecord {
            id: Uuid::from_u128(1),
            organization_id: Uuid::from_u128(2),
            sequence: 7,
            at: "2026-11-23T12:00:00.123456Z".parse().unwrap(),
            action: "Token.PatCreateEvent".to_owned(),
            actor: Actor {
                user_name: Some("ana@fabrikam.example".to_owned()),
                address: Some("2001:db8::1".parse().unwrap()),
                ..Actor::default()
            },
            data: r#"{"DisplayName":"ż\n\u0041"}"#.to_owned(),
            previous_hash: [3; 32],
            hash: [0; 32],
        };
        record.hash = record.computed_hash();
        record
    }

    #[test]
    fn absent_and_empty_fields_hash_differently() {
        let absent = record();
        let mut empty = absent.clone();
        empty.actor.user_agent = Some(String::new());
        assert_ne!(absent.hash, empty.computed_hash());
    }

    /// Databases hold hashes that were made so: a change of the encoding would make every chain look broken.
    #[test]
    fn the_encoding_stays() {
        assert_eq!(
            hex::encode(record().hash),
            "c958bf2a37edc542dc29bfd0bcca0b6ef278c4da6f0d143f65f67ef0aa73d79e"
        );
    }

    #[test]
    fn json_keeps_what_the_hash_covers() {
        let mut by_pat = record();
        by_pat.actor.pat_id = Some(Uuid::from_u128(9));
        by_pat.hash = by_pat.computed_hash();
        assert_ne!(by_pat.hash, record().hash);
        for written in [record(), by_pat] {
            let read: AuditRecord = serde_json::from_str(&serde_json::to_string(&written).unwrap()).unwrap();
            assert_eq!(read, written);
            assert_eq!(read.computed_hash(), read.hash);
        }
    }
}
