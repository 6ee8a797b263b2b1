//! `GET …/_patcycle/audit?after=`: records with their hashes, in the order of the chain, so that the reader can check
//! the chain without trusting the service.

use http::StatusCode;
use patcycle_contract::audit::AuditRecords;
use patcycle_contract::query;

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>) -> Result<Answer, Answer> {
    let after = after(call.query)?;
    let records = call.state.lifecycle.audit_records(call.organization, after).await;
    let records = records.map_err(|error| failure::storage(&error, call.caller.activity_id))?;
    let witness = &call.state.audit_witness;
    let records = AuditRecords {
        records,
        public_key: witness.public_key().map(str::to_owned),
        checkpoint: witness.newest(call.organization.id),
    };
    Ok(Answer::json(StatusCode::OK, &records))
}

/// The number of the last record that the reader has; 0, or nothing, for none.
fn after(pairs: &[(String, String)]) -> Result<u64, Answer> {
    match query::first(pairs, "after").map_or("", str::trim) {
        "" => Ok(0),
        given => given.parse().map_err(|_| {
            Answer::bad_argument(
                "The query parameter after is not a number. Send the sequence of the last record that you have.",
            )
        }),
    }
}

/// What is said of it.
pub(crate) fn documentation() -> Documentation {
    Documentation::new("Audit", "Gives audit records with their hashes, in the order of the chain")
        .query("after", "The sequence of the last record that the reader has; 0 for none.")
        .answers::<AuditRecords>(200, "The records that follow; none: there are no more.")
}
