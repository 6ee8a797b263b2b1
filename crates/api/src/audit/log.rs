//! `GET …/audit/auditlog`: the log as the audit service shows it (contract.md §6), the newest entries first.

use http::StatusCode;
use patcycle_contract::audit::{AuditLogQuery, AuditLogQueryResult};
use patcycle_lifecycle::audit_log::AuditLogError;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let query = AuditLogQuery::parse(call.query).map_err(|error| Answer::bad_argument(error.to_string()))?;
    match call.state.lifecycle.audit_log(call.caller, call.organization, &query).await {
        Ok(batch) => Ok(Answer::json(StatusCode::OK, &batch)),
        Err(AuditLogError::BadContinuationToken(error)) => Err(Answer::bad_argument(error.to_string())),
        Err(AuditLogError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Audit", "Shows the audit log, the newest entries first")
        .query("startTime", "Only entries from then on.")
        .query("endTime", "Only entries before.")
        .query("batchSize", "How many.")
        .query("continuationToken", "Where the batch starts: from the batch before.")
        .query("skipAggregation", "Ignored: entries are never put together.")
        .answers::<AuditLogQueryResult>(200, "One batch.")
}
