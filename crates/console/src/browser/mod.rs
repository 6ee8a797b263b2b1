//! What the console demands of a browser, and what it tells it: cookies, forms that cannot be forged, headers, and
//! the places that a person can be sent back to.

mod cookies;
mod destination;
pub(crate) mod forms;
pub(crate) mod headers;

pub(crate) use cookies::Cookies;
pub(crate) use destination::Destination;
