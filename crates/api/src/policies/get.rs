//! `GET …/TenantPolicy/Policies/{name}` and `GET …/OrganizationPolicy/Policies/{name}`: one policy.

use http::StatusCode;
use patcycle_contract::{Policy, PolicyLevel, query};

use super::named_of;
use crate::answer::Answer;
use crate::call::Call;
use crate::failure;
use crate::openapi::Documentation;

pub(crate) async fn handle(call: &Call<'_>, level: PolicyLevel) -> Result<Answer, Answer> {
    let name = named_of(call, level)?;
    // Some clients send the bare key; it says nothing then.
    let default = match query::first(call.query, "defaultValue").map(str::trim) {
        None | Some("") => None,
        Some(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Some(_) => {
            return Err(Answer::bad_argument("The query parameter defaultValue is neither true nor false."));
        }
    };
    let policy = call.state.lifecycle.policy(call.organization, name, default).await;
    let policy = policy.map_err(|error| failure::storage(&error, call.caller.activity_id))?;
    Ok(Answer::json(StatusCode::OK, &policy))
}

/// What is said of it.
pub(crate) fn documentation(level: PolicyLevel) -> Documentation {
    let summary = match level {
        PolicyLevel::Tenant => "Shows a policy of the tenant",
        PolicyLevel::Organization => "Shows a policy of the organization",
    };
    Documentation::new("Policies", summary)
        .choice("defaultValue", &["true", "false"], "The value to show where none was ever set.")
        .answers::<Policy>(200, "The policy as it is set, and as it works.")
}
