//! `Policy.BlockGlobalPATCreation`: on unless an organization still permits global PATs. The service at large
//! stopped to make them on 2026-03-15 (contract.md §12 #19).

use jiff::Timestamp;
use patcycle_contract::{PolicyName, SessionTokenError};

use super::Policies;
use crate::model::{Authorization, Person};
use crate::refusal::Refusal;

pub(super) fn check_issue(
    policies: &Policies,
    owner: &Person,
    pat: &Authorization,
    at: Timestamp,
) -> Result<(), Refusal> {
    if !pat.all_organizations || !policies.binds(PolicyName::BlockGlobalPatCreation, owner, at) {
        return Ok(());
    }
    Err(Refusal::new(
        SessionTokenError::GlobalPatCreationBlocked,
        "Personal access tokens for all organizations can no longer be made. \
         Leave allOrgs out or set it to false, and make one token per organization.",
    ))
}
