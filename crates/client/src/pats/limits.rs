//! What the policies leave to the person: only where the service offers `limits` (see [`PatClient::features`]).

use patcycle_contract::limits::PatLimits;
use reqwest::Method;

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;

impl PatClient {
    /// What the policies leave to the person.
    pub async fn limits(&self) -> Result<PatLimits, ClientError> {
        let request = self.request_at(Method::GET, &["_patcycle", "limits"], &[], None);
        read(&self.call(&request).await?)
    }
}
