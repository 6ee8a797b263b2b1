//! The five operations, one file each.

mod create;
mod get;
mod list;
mod revoke;
mod update;

pub use create::CreatePat;
pub use list::ListPats;
pub use update::UpdatePat;
