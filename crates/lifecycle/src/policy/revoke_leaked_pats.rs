//! `TenantPolicy.EnableLeakedPersonalAccessTokenAutoRevocation`: on unless somebody switched it off.

use jiff::Timestamp;
use patcycle_contract::PolicyName;

use super::Policies;

/// Whether a PAT that was found in public is revoked at once; otherwise it is only told to its owner and recorded.
pub fn revokes_leaked_pats(policies: &Policies, at: Timestamp) -> bool {
    policies.is_on(PolicyName::RevokeLeakedPats, at)
}
