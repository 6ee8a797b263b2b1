//! Token Admin at `/{organization}/_apis/tokenadmin`: what administrators see and end of anybody's (contract.md §4.1).

pub(crate) mod create_rule;
pub(crate) mod list;
pub(crate) mod list_rules;
pub(crate) mod revoke;
