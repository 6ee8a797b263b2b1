//! The Microsoft identity platform: sign-in flows, the token cache, and validation of access tokens.
//!
//! Two halves that share only the HTTP client. [`validation`] is for the resource server: it decides whether
//! an access token may be believed, and by whom it was issued for whom. The rest is for a public client:
//! [`flows`] signs a person in (browser, pasted redirect, device code), [`cache`] keeps the result and renews
//! it silently, [`error`] and [`aadsts`] turn a refusal into a sentence and a next step.
//!
//! Nothing here prints, reads the environment or opens a browser; a token appears in no error and no log.

pub mod aadsts;
pub mod authority;
pub mod cache;
pub mod error;
pub mod flows;
pub mod http;
pub mod resource;
pub mod validation;

pub use authority::Authority;
pub use error::SignInError;
