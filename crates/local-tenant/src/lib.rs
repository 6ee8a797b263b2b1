//! An Entra-compatible identity endpoint on loopback, for development and tests only.
//!
//! [`LocalTenant`] holds tenants, their people and their applications, and answers as the Microsoft identity
//! platform does: unmodified MSAL clients sign in against it by browser, device code, secret or certificate.
//! What it promises:
//!
//! - Tokens are real: RS256, with published keys that rotate, and claims in Entra's shapes. A resource server
//!   validates them as it would validate Entra's.
//! - Refusals are real: the envelope and the AADSTS numbers that clients know.
//! - Nothing secret is kept in plain text: passwords as argon2 hashes, client secrets, codes and refresh tokens
//!   as SHA-256 digests. The exceptions are the token-signing keys and the seeds of one-time codes, which
//!   cannot be digests; the database file is readable by its owner only.
//!
//! It is not hardened for a network: there is no throttling and no lockout. The caller mounts
//! [`LocalTenant::router`] on a loopback listener with TLS.

mod administration;
mod digest;
mod error;
mod grant;
mod http;
mod keys;
mod model;
mod password;
mod redirect;
mod scopes;
mod store;
mod tenant;
mod tokens;
mod totp;

pub use administration::{NewApplication, NewTenant, NewUser};
pub use error::LocalTenantError;
pub use model::{Application, ApplicationKind, Platform, RedirectUri, Tenant, User};
pub use scopes::Permission;
pub use tenant::{LocalTenant, LocalTenantSettings};
