//! The part of Graph by which administrators find people, at `/{organization}/_apis/graph` (contract.md §4.3).

pub(crate) mod descriptor;
pub(crate) mod storage_key;
pub(crate) mod users;
