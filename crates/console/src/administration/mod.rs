//! The pages for administrators: everybody's PATs, policies, audit, leaks. The service decides who is one; the console
//! only hides what the service would refuse.

pub(crate) mod audit;
pub(crate) mod inventory;
pub(crate) mod leaks;
pub(crate) mod policies;
pub(crate) mod revoke;
