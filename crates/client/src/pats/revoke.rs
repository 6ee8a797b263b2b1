//! Revoke one PAT. There is no way back.

use reqwest::Method;
use uuid::Uuid;

use crate::answer::read_nothing;
use crate::client::PatClient;
use crate::error::ClientError;

impl PatClient {
    /// Revokes the PAT with this id. `Ok` means that the service has acknowledged it.
    ///
    /// An error with [`crate::Unreachable::may_have_arrived`], or [`ClientError::Unavailable`], leaves it open;
    /// revoking again does no harm.
    pub async fn revoke(&self, authorization_id: Uuid) -> Result<(), ClientError> {
        let id = authorization_id.to_string();
        let request = self.request(Method::DELETE, &[("authorizationId", &id)], None);
        read_nothing(&self.call(&request).await?)
    }
}
