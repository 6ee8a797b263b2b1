//! `TenantPolicy.RestrictPersonalAccessTokenLifespan`: no PAT lives longer than a number of days from its making.
//! An end that is too late is not refused but cut (contract.md §1.8).

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::PolicyName;

use super::Policies;
use crate::model::Person;

/// What the policy grants when it is on and no number was set, in days.
pub(super) const DEFAULT_DAYS: u32 = 30;

/// The latest end of a PAT that was made at `valid_from`; `None`: this policy sets no limit.
pub fn latest_end(
    policies: &Policies,
    owner: &Person,
    valid_from: Timestamp,
    at: Timestamp,
) -> Option<Timestamp> {
    if !policies.binds(PolicyName::RestrictLifespan, owner, at) {
        return None;
    }
    let days = policies.setting(PolicyName::RestrictLifespan).properties.max_pat_lifespan_in_days;
    Some(valid_from + SignedDuration::from_hours(24 * i64::from(days.unwrap_or(DEFAULT_DAYS))))
}
