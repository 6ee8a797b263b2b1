//! The operations at `/{organization}/_apis/tokens/pats` and below.

pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod revoke;
pub(crate) mod rotate;
pub(crate) mod rotate_finish;
pub(crate) mod rotate_undo;
mod rotation;
pub(crate) mod update;
mod usage;

use http::StatusCode;
use patcycle_contract::{PatToken, PatTokenResult, SessionTokenError};

use crate::answer::Answer;

/// The answer that shows a PAT without its secret.
fn shown(pat: PatToken) -> Answer {
    let result = PatTokenResult {
        pat_token: Some(pat),
        pat_token_error: SessionTokenError::None,
        pat_token_error_message: None,
    };
    Answer::json(StatusCode::OK, &result)
}
