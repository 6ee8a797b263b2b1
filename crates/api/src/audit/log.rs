//! `GET …/audit/auditlog`: the log as the audit service shows it (contract.md §6), the newest entries first.

use http::StatusCode;
use patcycle_contract::audit::AuditLogQuery;
use patcycle_lifecycle::audit_log::AuditLogError;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let query = AuditLogQuery::parse(call.query).map_err(|error| Answer::bad_argument(error.to_string()))?;
    match call.state.lifecycle.audit_log(call.caller, call.organization, &query).await {
        Ok(batch) => Ok(Answer::json(StatusCode::OK, &batch)),
        Err(AuditLogError::BadContinuationToken(error)) => Err(Answer::bad_argument(error.to_string())),
        Err(AuditLogError::Storage(error)) => Err(failure::storage(&error, call.caller.activity_id)),
    }
}
