//! Checkpoints: how far a chain had come, under a signature. Who keeps one elsewhere notices when the end of the chain
//! is cut, which the chain alone cannot show.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::AuditHead;

/// The end of an organization's chain at an instant, signed with Ed25519.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditCheckpoint {
    /// Whose chain.
    pub organization_id: Uuid,
    /// The number of the last record.
    pub sequence: u64,
    /// Its hash.
    #[serde(with = "hex::serde")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub hash: [u8; 32],
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// Over [`Self::message`].
    #[serde(with = "hex::serde")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub signature: [u8; 64],
}

impl AuditCheckpoint {
    /// The end of the chain that it tells of.
    pub fn head(&self) -> AuditHead {
        AuditHead { sequence: self.sequence, hash: self.hash }
    }

    /// What is signed.
    pub fn message(&self) -> Vec<u8> {
        let Self { organization_id, sequence, hash, at, signature: _ } = self;
        let hash = hex::encode(hash);
        let at = at.as_microsecond();
        format!("patcycle audit checkpoint 1\n{organization_id}\n{sequence}\n{hash}\n{at}\n").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_signature_is_signed() {
        let checkpoint = AuditCheckpoint {
            organization_id: Uuid::from_u128(1),
            sequence: 7,
            hash: [2; 32],
            at: "2026-11-23T12:00:00Z".parse().unwrap(),
            signature: [3; 64],
        };
        let text = serde_json::to_string(&checkpoint).unwrap();
        assert_eq!(serde_json::from_str::<AuditCheckpoint>(&text).unwrap(), checkpoint);
        for change in [
            |checkpoint: &mut AuditCheckpoint| checkpoint.organization_id = Uuid::from_u128(2),
            |checkpoint: &mut AuditCheckpoint| checkpoint.sequence = 8,
            |checkpoint: &mut AuditCheckpoint| checkpoint.hash = [1; 32],
            |checkpoint: &mut AuditCheckpoint| checkpoint.at = Timestamp::UNIX_EPOCH,
        ] {
            let mut changed = checkpoint.clone();
            change(&mut changed);
            assert_ne!(changed.message(), checkpoint.message());
        }
        let resigned = AuditCheckpoint { signature: [4; 64], ..checkpoint.clone() };
        assert_eq!(resigned.message(), checkpoint.message());
    }
}
