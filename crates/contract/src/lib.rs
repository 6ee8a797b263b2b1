//! The wire contract of the PAT Lifecycle Management API: types, error names, scopes, versions, dates.
//!
//! Nothing here does I/O. Servers parse requests and write answers with it; clients do the reverse.
//! Where a real client or the real service deviates from its documentation, the deviation is written down
//! where it is handled.

pub mod api_version;
pub mod audit;
pub mod date;
pub mod display_name;
pub mod envelope;
mod excerpt;
pub mod graph;
mod idempotency_key;
pub mod inventory;
mod invisible;
mod json;
pub mod leaks;
pub mod limits;
pub mod list;
#[cfg(feature = "openapi")]
mod openapi;
pub mod owner_revocation;
pub mod pat;
pub mod policy;
pub mod profile;
pub mod query;
pub mod requests;
pub mod revocations;
pub mod rotation;
pub mod scope;
pub mod session_token;
pub mod session_token_error;
pub mod session_token_request;
pub mod subject_descriptor;
pub mod token_admin_query;
pub mod usage;

pub use api_version::{ApiVersion, ApiVersionError, ResourceVersions};
pub use display_name::{DisplayName, DisplayNameError};
pub use envelope::WrappedException;
pub use idempotency_key::{IdempotencyKey, IdempotencyKeyError};
pub use invisible::is_invisible;
pub use json::{BodyError, MAX_BATCH_BODY_BYTES, MAX_BODY_BYTES};
pub use list::{DisplayFilterOption, ListDefaults, ListQuery, ListQueryError, SortByOption};
pub use pat::{IssuedPatTokenResult, PagedPatTokens, PatToken, PatTokenResult};
pub use policy::{Policy, PolicyLevel, PolicyName, PolicyPatch, PolicySetting};
pub use requests::{PatTokenCreateRequest, PatTokenUpdateRequest};
pub use revocations::{RevocationRuleRequest, RevocationsRequest};
pub use rotation::PatTokenRotateRequest;
pub use scope::{ScopeError, ScopeSet};
pub use session_token::{PagedSessionTokens, SessionToken};
pub use session_token_error::SessionTokenError;
pub use subject_descriptor::{SubjectDescriptor, SubjectDescriptorError};
pub use token_admin_query::{TokenAdminQuery, TokenAdminQueryError};
pub use usage::{
    ExpandError, PagedPatTokensWithUsage, PatTokenWithUsage, PatTokenWithUsageResult, PatUsage,
    is_usage_expanded,
};
