//! The operations, one file each.

mod create;
mod get;
mod history;
mod limits;
mod list;
mod revoke;
mod rotate;
mod update;
mod usage;

pub use create::CreatePat;
pub(crate) use create::json;
pub use list::ListPats;
pub use rotate::RotatePat;
pub use update::UpdatePat;
