//! `admin audit verify`: whether somebody changed, deleted, moved or cut off records.

use std::path::Path;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use patcycle_contract::audit::{AuditCheckpoint, AuditHead, AuditRecord, ChainFault, verify};
use serde::Serialize;

use super::export::{self, Export};
use crate::arguments::admin::AuditVerifyArguments;
use crate::context::Context;
use crate::error::{CommandError, CommandResult};
use crate::output::table::Table;

/// What was checked, and found in order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    organization: String,
    records: usize,
    sequence: u64,
    hash: String,
    checkpoints: usize,
}

/// What is wrong with an audit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Fault {
    /// The records do not form a chain.
    #[error("{0}")]
    Chain(#[from] ChainFault),
    /// Records of several organizations.
    #[error("record {0} is of another organization")]
    Foreign(u64),
    /// There is no key to check a checkpoint with.
    #[error("there is no public key to check the checkpoints with")]
    NoKey,
    /// Somebody else made the checkpoint, or it was changed.
    #[error(
        "the checkpoint of record {0} is not signed with this public key: it was changed, or made by another service"
    )]
    Signature(u64),
    /// The chain ends before a checkpoint.
    #[error(
        "the chain ends with record {last}, but a checkpoint knows record {sequence}: the end was cut off"
    )]
    Cut {
        /// The last record.
        last: u64,
        /// The checkpoint's.
        sequence: u64,
    },
    /// The chain is another one than that of a checkpoint.
    #[error(
        "record {0} is not the one that its checkpoint knows: records were cut off and others put in their place"
    )]
    Replaced(u64),
}

pub(super) async fn run(arguments: &AuditVerifyArguments, context: &Context) -> CommandResult {
    let export = match &arguments.file {
        Some(file) => read_export(file)?,
        None => export::read(context).await?,
    };
    let mut checkpoints: Vec<AuditCheckpoint> = export.checkpoint.iter().cloned().collect();
    for file in &arguments.checkpoint {
        checkpoints.extend(read_checkpoints(file)?);
    }
    let key = arguments.public_key.as_ref().or(export.public_key.as_ref());
    let key = key.map(|key| parse_key(key)).transpose()?;
    // Other organizations of the same service are in its file too.
    if let Some(first) = export.records.first() {
        checkpoints.retain(|checkpoint| checkpoint.organization_id == first.organization_id);
    }
    let head = check(&export.records, &checkpoints, key.as_deref()).map_err(|fault| broken(&fault))?;
    if checkpoints.is_empty() {
        context.warn("there is no checkpoint to check against: a cut end would not show");
    }
    let verified = Verified {
        organization: export.organization,
        records: export.records.len(),
        sequence: head.sequence,
        hash: hex::encode(head.hash),
        checkpoints: checkpoints.len(),
    };
    context.output.write(&verified, || table(&verified))
}

/// The head of a chain that is whole and holds the record of every checkpoint.
fn check(
    records: &[AuditRecord],
    checkpoints: &[AuditCheckpoint],
    key: Option<&[u8]>,
) -> Result<AuditHead, Fault> {
    let head = verify(AuditHead::default(), records)?;
    let first = records.first().map(|record| record.organization_id);
    if let Some(foreign) = records.iter().find(|record| Some(record.organization_id) != first) {
        return Err(Fault::Foreign(foreign.sequence));
    }
    for checkpoint in checkpoints {
        let key = UnparsedPublicKey::new(&ED25519, key.ok_or(Fault::NoKey)?);
        let sequence = checkpoint.sequence;
        key.verify(&checkpoint.message(), &checkpoint.signature).map_err(|_| Fault::Signature(sequence))?;
        if sequence > head.sequence {
            return Err(Fault::Cut { last: head.sequence, sequence });
        }
        // A whole chain counts from 1, so a record stands at its number.
        let place = usize::try_from(sequence).ok().and_then(|number| number.checked_sub(1));
        let record = place.and_then(|place| records.get(place));
        if record.map(AuditHead::from) != Some(checkpoint.head()) {
            return Err(Fault::Replaced(sequence));
        }
    }
    Ok(head)
}

fn broken(fault: &Fault) -> CommandError {
    let failure = CommandError::failed("auditBroken", format!("the audit is not what was written: {fault}"));
    failure.with_next(
        "Keep a copy of the database and of all checkpoints as they are. Compare with the last good export.",
    )
}

fn read_file(file: &Path) -> CommandResult<String> {
    std::fs::read_to_string(file).map_err(|error| {
        CommandError::usage(format!("cannot read `{}`: {error}", file.display()))
            .with_next("Check the path, and that you may read the file.")
    })
}

fn read_export(file: &Path) -> CommandResult<Export> {
    serde_json::from_str(&read_file(file)?).map_err(|error| {
        let message = format!("`{}` is not an export of the audit: {error}", file.display());
        CommandError::usage(message).with_next("`patcycle admin audit export > FILE` makes one.")
    })
}

fn read_checkpoints(file: &Path) -> CommandResult<Vec<AuditCheckpoint>> {
    let text = read_file(file)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                let place = format!("line {} of `{}`", number + 1, file.display());
                CommandError::usage(format!("{place} is not a checkpoint: {error}"))
                    .with_next("Take the file that the service appends to (`audit_checkpoint_file`).")
            })
        })
        .collect()
}

fn parse_key(text: &str) -> CommandResult<Vec<u8>> {
    hex::decode(text.trim()).ok().filter(|key| key.len() == 32).ok_or_else(|| {
        CommandError::usage("the public key is not 64 hexadecimal digits")
            .with_next("`patcycle admin audit export` prints it as `publicKey`.")
    })
}

fn table(verified: &Verified) -> Table {
    Table::properties(vec![
        ("organization", verified.organization.clone()),
        ("records", verified.records.to_string()),
        ("last record", verified.sequence.to_string()),
        ("its hash", verified.hash.clone()),
        ("checkpoints", verified.checkpoints.to_string()),
        ("the audit", "is whole".to_owned()),
    ])
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use jiff::Timestamp;
    use patcycle_contract::audit::Actor;
    use uuid::Uuid;

    use super::*;

    fn chain(length: u64, data: &str) -> Vec<AuditRecord> {
        let mut previous_hash = [0; 32];
        (1..=length)
            .map(|sequence| {
                let mut record = AuditRecord {
                    id: Uuid::from_u128(sequence.into()),
                    organization_id: Uuid::from_u128(9),
                    sequence,
                    at: Timestamp::UNIX_EPOCH,
                    action: "Token.PatCreateEvent".to_owned(),
                    actor: Actor::default(),
                    data: data.to_owned(),
                    previous_hash,
                    hash: [0; 32],
                };
                record.hash = record.computed_hash();
                previous_hash = record.hash;
                record
            })
            .collect()
    }

    fn key(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn checkpoint(record: &AuditRecord, key: &Ed25519KeyPair) -> AuditCheckpoint {
        let mut checkpoint = AuditCheckpoint {
            organization_id: record.organization_id,
            sequence: record.sequence,
            hash: record.hash,
            at: Timestamp::UNIX_EPOCH,
            signature: [0; 64],
        };
        let signature = key.sign(&checkpoint.message());
        checkpoint.signature.copy_from_slice(signature.as_ref());
        checkpoint
    }

    #[test]
    fn a_whole_chain_with_its_checkpoints_is_fine() {
        let (records, key) = (chain(5, "{}"), key(1));
        let checkpoints = [checkpoint(&records[2], &key), checkpoint(&records[4], &key)];
        let head = check(&records, &checkpoints, Some(key.public_key().as_ref())).unwrap();
        assert_eq!(head, AuditHead::from(&records[4]));
        assert_eq!(check(&[], &[], None), Ok(AuditHead::default()));
    }

    #[test]
    fn a_cut_end_and_one_that_was_replaced_show_against_a_checkpoint() {
        let (records, key) = (chain(5, "{}"), key(1));
        let checkpoints = [checkpoint(&records[4], &key)];
        let public = Some(key.public_key().as_ref());
        assert_eq!(check(&records[..3], &checkpoints, public), Err(Fault::Cut { last: 3, sequence: 5 }));
        assert_eq!(check(&[], &checkpoints, public), Err(Fault::Cut { last: 0, sequence: 5 }));
        assert_eq!(check(&chain(6, "[]"), &checkpoints, public), Err(Fault::Replaced(5)));
    }

    #[test]
    fn checkpoints_of_others_and_changed_ones_do_not_count() {
        let (records, ours) = (chain(5, "{}"), key(1));
        let public = Some(ours.public_key().as_ref());
        let theirs = [checkpoint(&records[4], &key(2))];
        assert_eq!(check(&records, &theirs, public), Err(Fault::Signature(5)));
        let lowered = AuditCheckpoint { sequence: 4, ..checkpoint(&records[4], &ours) };
        assert_eq!(check(&records, &[lowered], public), Err(Fault::Signature(4)));
        assert_eq!(check(&records, &theirs, None), Err(Fault::NoKey));
    }

    #[test]
    fn records_of_another_organization_are_no_part_of_it() {
        let mut records = chain(3, "{}");
        records[2].organization_id = Uuid::from_u128(10);
        records[2].hash = records[2].computed_hash();
        assert_eq!(check(&records, &[], None), Err(Fault::Foreign(3)));
    }
}
