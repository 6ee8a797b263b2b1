//! Reading one PAT.

use patcycle_contract::PatToken;
use uuid::Uuid;

use crate::{Caller, Lifecycle, OperationError, Organization, Refusal};

impl Lifecycle {
    /// One of the caller's PATs in this organization, in whatever state it is.
    pub async fn get(
        &self,
        caller: &Caller,
        organization: &Organization,
        id: Uuid,
    ) -> Result<PatToken, OperationError> {
        let found = self.storage.find(organization.id, caller.object_id, id).await?;
        Ok(found.ok_or_else(Refusal::not_found)?.to_pat_token())
    }
}
