//! Administration: what a portal would be for.

mod applications;
mod tenants;
mod users;

pub use applications::NewApplication;
pub use tenants::NewTenant;
pub use users::NewUser;

use crate::error::LocalTenantError;

/// The longest name that is kept, in characters.
const NAME_LIMIT: usize = 256;

/// Trims a name for people, and refuses one that no page could show.
fn name(what: &'static str, text: &str) -> Result<String, LocalTenantError> {
    let text = text.trim();
    let invalid = |why| Err(LocalTenantError::invalid(what, text, why));
    if text.is_empty() {
        return invalid("it is empty");
    }
    if text.chars().count() > NAME_LIMIT {
        return invalid("it is longer than 256 characters");
    }
    if text.chars().any(char::is_control) {
        return invalid("it has control characters");
    }
    Ok(text.to_owned())
}
