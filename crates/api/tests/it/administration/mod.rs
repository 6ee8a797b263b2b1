//! What administrators have beyond Azure DevOps.

mod inventory;
mod revoke_owner;
