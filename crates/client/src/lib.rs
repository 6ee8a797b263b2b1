//! The client library for the PAT Lifecycle Management API: Azure DevOps and a patcycle server alike.
//!
//! What it promises:
//!
//! - [`PatClient`] has one typed call per operation. A list is read to its end, page by page.
//! - An access token leaves only for the host it is meant for ([`destination`]), never along a redirect, and
//!   appears in no error.
//! - Only a call that cannot do harm twice is repeated, within bounds, at the pace that the service asks for.
//!   A create is never repeated blindly: when its outcome is unknown, the list is looked up and the error says
//!   what exists.
//! - Every failure is a [`ClientError`], and every [`ClientError`] explains itself: a sentence and a next step.
//! - [`rotation`] holds the one engine that replaces a secret: make, compare, deliver, and only then end the old one.
//!
//! Nothing here reads the environment, the wall clock or the system's random generator: all three are
//! parameters.

mod about;
mod admin;
mod answer;
mod client;
pub mod destination;
mod error;
pub mod explain;
pub mod lifetime;
mod listed;
pub mod near;
mod pace;
mod pats;
mod retry;
pub mod rotation;
pub mod select;
mod service_clock;
mod settings;
mod text;
mod token_source;
mod transport;

pub use admin::{AuditChain, AuditLogFilter, GraphUser, Inventory};
pub use client::{PatClient, Sleeper, TokioSleeper};
pub use error::{
    ClientError, Domain, ErrorKind, HtmlAnswer, ServiceFault, SignIn, SignInReason, UnconfirmedCreate,
    Unreachable, UnreachableKind,
};
pub use explain::Explanation;
pub use listed::{ListedPat, PatState, remaining};
pub use pats::{CreatePat, ListPats, RotatePat, UpdatePat};
pub use retry::RetryPolicy;
pub use settings::{ClientSettings, ProxySettings, SettingsError};
pub use token_source::{AccessTokenSource, BearerToken, TokenIssuer, TokenSourceError, TokenSourceErrorKind};

/// The Azure DevOps service, as its organizations are reached by default.
pub const AZURE_DEVOPS_BASE_URL: &str = "https://vssps.dev.azure.com";

/// The version that is asked for by default: the one whose answers give the real reason of a refusal. Older ones
/// hide it behind a general error.
pub const DEFAULT_API_VERSION: &str = "7.2-preview.1";
