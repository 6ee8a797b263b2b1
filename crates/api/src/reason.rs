//! The reason that an administrator gives for a revocation.

use patcycle_contract::owner_revocation::GivenReason;

use crate::answer::Answer;

/// A reason that the audit may keep: it is stored in clear and for good, so a PAT must not stand in it.
pub(crate) fn parse(text: &str) -> Result<GivenReason, Answer> {
    let reason = GivenReason::parse(text).map_err(|error| Answer::bad_argument(error.to_string()))?;
    if patcycle_token::holds_pat(reason.as_str()) {
        return Err(Answer::bad_argument(
            "The reason holds a personal access token, and the audit keeps reasons in clear. Nothing was revoked. Send \
             the reason without it.",
        ));
    }
    Ok(reason)
}
