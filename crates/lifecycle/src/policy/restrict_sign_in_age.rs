//! `Policy.MaximumSignInAge`: whoever makes, rotates or extends a PAT must have signed in lately. Azure DevOps has no such
//! policy. Off by default, so that unattended rotation works.

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::{PolicyName, SessionTokenError};

use super::Policies;
use crate::model::Person;
use crate::refusal::Refusal;

const NAME: PolicyName = PolicyName::RestrictSignInAge;
/// What the policy grants when it is on and no number was set, in hours.
pub(super) const DEFAULT_HOURS: u32 = 12;

/// Whether somebody who signed in then may do it at `at`. `None`: nobody can tell when, so it is refused.
pub fn check_sign_in(
    policies: &Policies,
    owner: &Person,
    signed_in_at: Option<Timestamp>,
    at: Timestamp,
) -> Result<(), Refusal> {
    if !policies.binds(NAME, owner, at) {
        return Ok(());
    }
    let hours = policies.setting(NAME).properties.max_sign_in_age_in_hours.unwrap_or(DEFAULT_HOURS);
    let longest = SignedDuration::from_hours(i64::from(hours));
    if signed_in_at.is_some_and(|signed_in| at.duration_since(signed_in) <= longest) {
        return Ok(());
    }
    Err(Refusal::new(
        SessionTokenError::AccessDenied,
        format!(
            "Your sign-in is too old: in this organization, whoever makes, rotates or extends a personal access token \
             must have signed in within the last {hours} hours. Sign in again with your password (prompt=login), then \
             repeat this."
        ),
    ))
}
