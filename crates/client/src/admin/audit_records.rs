//! Read the audit records with their hashes, in the order of the chain.

use patcycle_contract::audit::{AuditCheckpoint, AuditRecord, AuditRecords};
use reqwest::Method;

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;

/// An organization's whole chain, with what its service says about it.
#[derive(Debug, Clone, Default)]
pub struct AuditChain {
    /// All records, as the service gave them. Nothing about them was checked.
    pub records: Vec<AuditRecord>,
    /// The public key of the service's checkpoints: Ed25519, 32 bytes in hexadecimal.
    pub public_key: Option<String>,
    /// The newest checkpoint.
    pub checkpoint: Option<AuditCheckpoint>,
}

impl PatClient {
    /// The organization's audit records from the first to the last, unchecked. Administrators only.
    pub async fn audit_records(&self) -> Result<AuditChain, ClientError> {
        let mut chain = AuditChain::default();
        loop {
            let after = chain.records.last().map_or(0, |last| last.sequence);
            let page = self.audit_records_after(after).await?;
            chain.public_key = page.public_key;
            chain.checkpoint = page.checkpoint;
            // A service that repeats itself would be read for ever.
            let goes_on = page.records.last().is_some_and(|last| last.sequence > after);
            chain.records.extend(page.records);
            if !goes_on {
                return Ok(chain);
            }
        }
    }

    async fn audit_records_after(&self, sequence: u64) -> Result<AuditRecords, ClientError> {
        let after = sequence.to_string();
        let request = self.request_at(Method::GET, &["_patcycle", "audit"], &[("after", &after)], None);
        read(&self.call(&request).await?)
    }
}
