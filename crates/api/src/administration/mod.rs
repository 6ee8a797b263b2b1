//! What Patcycle offers administrators beyond Azure DevOps, at `/{organization}/_apis/_patcycle`.

pub(crate) mod inventory;
pub(crate) mod revoke_owner;
