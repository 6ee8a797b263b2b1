//! What `$expand=usage` adds to PATs.

use patcycle_contract::{PatToken, PatTokenWithUsage, is_usage_expanded};

use crate::answer::Answer;
use crate::call::Call;
use crate::failure;

/// Whether the query asks for it.
pub(super) fn is_asked(call: &Call<'_>) -> Result<bool, Answer> {
    is_usage_expanded(call.query).map_err(|error| Answer::bad_argument(error.to_string()))
}

/// These PATs with their last uses.
pub(super) async fn add(call: &Call<'_>, pats: Vec<PatToken>) -> Result<Vec<PatTokenWithUsage>, Answer> {
    let ids: Vec<_> = pats.iter().map(|pat| pat.authorization_id).collect();
    let usage = call.state.lifecycle.usage(&ids).await;
    let usage = usage.map_err(|error| failure::storage(&error, call.caller.activity_id))?;
    Ok(pats.into_iter().zip(usage).map(|(pat, usage)| PatTokenWithUsage { pat, usage }).collect())
}
