//! How clients find who they are and which organizations they have, with and without an organization in the path
//! (contract.md §4.3).

pub(crate) mod accounts;
pub(crate) mod me;
