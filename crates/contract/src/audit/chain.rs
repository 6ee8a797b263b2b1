//! The chain: each record holds the hash of the one before it.

use super::AuditRecord;

/// A place in an organization's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditHead {
    /// The number of the last record; 0 for none.
    pub sequence: u64,
    /// Its hash; zero bytes for none.
    pub hash: [u8; 32],
}

impl From<&AuditRecord> for AuditHead {
    fn from(record: &AuditRecord) -> Self {
        Self { sequence: record.sequence, hash: record.hash }
    }
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
///
/// # Errors
/// The first [`ChainFault`].
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
        Ok(record.into())
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::super::Actor;
    use super::*;

    fn chain(length: u64) -> Vec<AuditRecord> {
        let mut previous_hash = [0; 32];
        (1..=length)
            .map(|sequence| {
                let mut record = AuditRecord {
                    id: Uuid::from_u128(sequence.into()),
                    organization_id: Uuid::nil(),
                    sequence,
                    at: Timestamp::UNIX_EPOCH,
                    action: "Token.PatCreateEvent".to_owned(),
                    actor: Actor { user_name: Some("ana@fabrikam.example".to_owned()), ..Actor::default() },
                    data: "{}".to_owned(),
                    previous_hash,
                    hash: [0; 32],
                };
                record.hash = record.computed_hash();
                previous_hash = record.hash;
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
}
