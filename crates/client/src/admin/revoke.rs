//! Revoke anybody's PATs: some by their ids, or everything of one owner.

use patcycle_contract::owner_revocation::{GivenReason, OwnerRevocation, OwnerRevocationRequest};
use patcycle_contract::{RevocationsRequest, SubjectDescriptor};
use reqwest::Method;
use uuid::Uuid;

use crate::answer::{read, read_nothing};
use crate::client::PatClient;
use crate::error::ClientError;
use crate::pats::json;

impl PatClient {
    /// Revokes these PATs, all or none: an id that is not there refuses all. Administrators only. `reason` goes to the
    /// audit of a patcycle server; Azure DevOps does not look at it.
    ///
    /// Keep it to a thousand ids at a time. Revoking again does no harm.
    pub async fn revoke_anybodys(&self, ids: &[Uuid], reason: &GivenReason) -> Result<(), ClientError> {
        let body: RevocationsRequest = ids.iter().copied().collect();
        let parameters = [("reason", reason.as_str())];
        let body = Some(json(&body)?);
        let request = self.request_at(Method::POST, &["tokenadmin", "revocations"], &parameters, body);
        read_nothing(&self.call(&request).await?)
    }

    /// Revokes everything that the owner was given in the organization so far. Administrators only, and only where the
    /// service is a patcycle server.
    pub async fn revoke_owner(
        &self,
        owner: SubjectDescriptor,
        reason: &GivenReason,
    ) -> Result<OwnerRevocation, ClientError> {
        let body = json(&OwnerRevocationRequest { reason: Some(reason.as_str().to_owned()) })?;
        let owner = owner.to_string();
        let segments = ["_patcycle", "owners", &owner, "revoke"];
        let request = self.request_at(Method::POST, &segments, &[], Some(body));
        read(&self.call(&request).await?)
    }
}
