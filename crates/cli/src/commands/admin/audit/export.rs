//! `admin audit export`: all records with their hashes, as one JSON object.

use patcycle_contract::audit::{AuditCheckpoint, AuditRecord};
use serde::{Deserialize, Serialize};

use crate::arguments::OutputFormat;
use crate::context::Context;
use crate::error::CommandResult;
use crate::output::{Output, json};
use crate::sign_in::pat_client;

/// An export. `verify` reads it too.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Export {
    /// The organization's name.
    pub(super) organization: String,
    /// The public key of the service's checkpoints, in hexadecimal.
    pub(super) public_key: Option<String>,
    /// The newest checkpoint.
    pub(super) checkpoint: Option<AuditCheckpoint>,
    /// All records.
    pub(super) records: Vec<AuditRecord>,
}

pub(super) async fn run(context: &Context) -> CommandResult {
    let export = read(context).await?;
    if context.output.format == OutputFormat::None {
        return Ok(());
    }
    // It has only one form: a table would leave out what the hashes cover.
    Output::write_text(json(&export)?.as_bytes())
}

/// What the service has now.
pub(super) async fn read(context: &Context) -> CommandResult<Export> {
    let chain = pat_client(context)?.audit_records().await?;
    Ok(Export {
        organization: context.settings.organization()?.to_owned(),
        public_key: chain.public_key,
        checkpoint: chain.checkpoint,
        records: chain.records,
    })
}
