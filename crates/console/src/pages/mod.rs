//! The pages for one's own PATs, one file each.

pub(crate) mod bulk;
pub(crate) mod create;
pub(crate) mod detail;
pub(crate) mod download;
pub(crate) mod language;
pub(crate) mod list;
pub(crate) mod message;
pub(crate) mod moments;
pub(crate) mod renew;
pub(crate) mod revoke;
pub(crate) mod rotate;
pub(crate) mod row;
mod scopes;
mod secret;
mod timeline;
pub(crate) mod update;
pub(crate) mod welcome;
