//! `Policy.RetireGlobalPATs`: global PATs stop working. An organization where nobody has set it follows the
//! service at large, which retires them on 2026-12-01 (contract.md §12 #19).

use jiff::Timestamp;
use patcycle_contract::PolicyName;

use super::Policies;
use crate::model::{Authorization, Person};

/// 2026-12-01T00:00:00Z: from then on the policy is on where it was never set.
pub(super) const BEGIN: Timestamp = Timestamp::constant(1_796_083_200, 0);

pub(super) fn check_use(
    policies: &Policies,
    owner: &Person,
    pat: &Authorization,
    at: Timestamp,
) -> Option<PolicyName> {
    let refuses = pat.all_organizations && policies.binds(PolicyName::RetireGlobalPats, owner, at);
    refuses.then_some(PolicyName::RetireGlobalPats)
}
