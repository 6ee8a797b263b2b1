//! Validation of access tokens, for the resource server.
//!
//! A token is believed only when all of this holds: three non-empty parts; signed with RS256 by a key that a
//! configured issuer publishes; the issuer is one of the two forms for the token's tenant, and that tenant is
//! configured; the audience is one configured for that issuer; the present lies between `nbf` and `exp`.
//! The header chooses among known keys and nothing else: `jwk`, `jku`, `x5u` and `x5c` are ignored, `crit` is refused.
//!
//! Keys come from the issuer's discovery document, are kept for a day, fetched once for any number of
//! waiting callers, and fetched again for an unknown `kid` at most once a minute.

mod claims;
mod fault;
mod issuer;
mod jwt;
mod keys;
mod token;
mod validator;

pub use fault::{KeysFault, TokenFault};
pub use issuer::{IssuerError, TrustedIssuer};
pub use token::{AccessToken, CallerKind};
pub use validator::{MAXIMUM_TOKEN_BYTES, TokenValidator};
