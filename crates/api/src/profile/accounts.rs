//! `GET …/_apis/accounts?memberId=…`: the organizations that the caller belongs to.

use std::collections::BTreeMap;

use http::StatusCode;
use patcycle_contract::profile::{Account, Accounts};
use patcycle_contract::query;
use patcycle_lifecycle::Caller;
use uuid::Uuid;

use crate::answer::Answer;
use crate::directory::OrganizationDirectory;
use crate::openapi::Documentation;
use crate::origin::Origin;

/// Whoever asks about somebody else is told of no organization: the caller alone is known.
pub(crate) fn handle(
    organizations: &OrganizationDirectory,
    caller: &Caller,
    pairs: &[(String, String)],
    origin: &Origin,
) -> Result<Answer, Answer> {
    let member = query::first(pairs, "memberId").map(str::trim).filter(|value| !value.is_empty());
    let member = member.map(Uuid::try_parse).transpose().map_err(|_| {
        Answer::bad_argument(
            "memberId is not a UUID. Send the id that profile/profiles/me tells, or leave it out.",
        )
    })?;
    let asks_about_self = member.is_none_or(|member| member == caller.object_id);
    let mut value: Vec<Account> = organizations
        .of_member(caller.tenant_id, caller.object_id)
        .filter(|_| asks_about_self)
        .map(|organization| Account {
            account_id: organization.id,
            account_uri: origin.base_of(organization).to_string(),
            account_name: organization.name.clone(),
            properties: BTreeMap::new(),
        })
        .collect();
    value.sort_by(|one, other| one.account_name.cmp(&other.account_name));
    Ok(Answer::json(StatusCode::OK, &Accounts { count: value.len(), value }))
}

pub(crate) fn documentation() -> Documentation {
    Documentation::new("Profile", "Lists the caller's organizations")
        .query("memberId", "The caller's id; nobody else's organizations are told.")
        .answers::<Accounts>(200, "The organizations.")
}
