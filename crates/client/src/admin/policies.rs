//! Read and change policies, and try them first.

use patcycle_contract::policy::{PolicyList, PolicyRehearsal};
use patcycle_contract::{Policy, PolicyLevel, PolicyName, PolicyPatch};
use reqwest::Method;

use crate::answer::{read, read_nothing};
use crate::client::PatClient;
use crate::error::ClientError;

/// The most pages of a rehearsal that are read.
const MAXIMUM_PAGES: usize = 10_000;

impl PatClient {
    /// All policies that hold in the organization. Administrators only.
    pub async fn policies(&self) -> Result<Vec<Policy>, ClientError> {
        let request = self.request_at(Method::GET, &["_patcycle", "policies"], &[], None);
        let list: PolicyList = read(&self.call(&request).await?)?;
        Ok(list.value)
    }

    /// One policy. Administrators only.
    pub async fn policy(&self, name: PolicyName) -> Result<Policy, ClientError> {
        let request = self.request_at(Method::GET, &address(name), &[], None);
        read(&self.call(&request).await?)
    }

    /// Changes a policy. [`ClientError::Conflict`]: a test in the change failed, so somebody changed the policy in
    /// between; nothing was changed. Administrators only.
    pub async fn change_policy(&self, name: PolicyName, patch: &PolicyPatch) -> Result<(), ClientError> {
        let body = patch.to_body().to_string().into_bytes();
        let request = self.request_at(Method::PATCH, &address(name), &[], Some(body));
        read_nothing(&self.call(&request).await?)
    }

    /// Which PATs, and which of their uses in the last 30 days, a policy would have refused with this change made.
    /// Of the PATs at most `limit`, the counts are of all. Administrators only.
    pub async fn rehearse_policy(
        &self,
        name: PolicyName,
        patch: &PolicyPatch,
        limit: usize,
    ) -> Result<PolicyRehearsal, ClientError> {
        let body = patch.to_body().to_string().into_bytes();
        let segments = ["_patcycle", "policies", name.as_str(), "rehearse"];
        let mut rehearsal: Option<PolicyRehearsal> = None;
        let mut next = String::new();
        for _ in 0..MAXIMUM_PAGES {
            let parameters = [("continuationToken", next.as_str())];
            let request = self.request_at(Method::POST, &segments, &parameters, Some(body.clone()));
            let page: PolicyRehearsal = read(&self.call(&request).await?)?;
            next.clone_from(&page.continuation_token);
            let so_far = match &mut rehearsal {
                None => rehearsal.insert(page),
                Some(so_far) => {
                    so_far.pats.extend(page.pats);
                    so_far
                }
            };
            if next.is_empty() || so_far.pats.len() >= limit {
                so_far.pats.truncate(limit);
                break;
            }
        }
        let unending =
            || ClientError::Unexpected { status: 200, problem: "the list does not end".to_owned() };
        rehearsal.ok_or_else(unending)
    }
}

fn address(name: PolicyName) -> [&'static str; 3] {
    let area = match name.level() {
        PolicyLevel::Tenant => "TenantPolicy",
        PolicyLevel::Organization => "OrganizationPolicy",
    };
    [area, "Policies", name.as_str()]
}
