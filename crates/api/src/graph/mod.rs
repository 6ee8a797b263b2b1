//! The part of Graph by which administrators find people and decide who may use the organization, at `/{organization}/_apis/graph` (contract.md §4.3).

pub(crate) mod descriptor;
pub(crate) mod disable_user;
pub(crate) mod enable_user;
pub(crate) mod storage_key;
pub(crate) mod users;
