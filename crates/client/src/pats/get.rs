//! Get one PAT by its id.

use patcycle_contract::PatToken;
use reqwest::Method;
use uuid::Uuid;

use crate::answer::read_pat;
use crate::client::PatClient;
use crate::error::ClientError;

impl PatClient {
    /// The PAT with this id; its `token` is `None`. An id that is not the person's own is
    /// [`ClientError::Domain`] with `authorizationNotFound`.
    pub async fn get(&self, authorization_id: Uuid) -> Result<PatToken, ClientError> {
        let id = authorization_id.to_string();
        let request = self.request(Method::GET, &[("authorizationId", &id)], None);
        read_pat(&self.call(&request).await?)
    }
}
