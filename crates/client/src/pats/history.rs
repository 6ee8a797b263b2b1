//! What happened to a PAT: only where the service tells that (a patcycle server).

use patcycle_contract::audit::{DecoratedAuditLogEntry, PatHistory};
use reqwest::Method;
use uuid::Uuid;

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;

impl PatClient {
    /// What happened to the PAT with this id, the newest first.
    pub async fn history(&self, authorization_id: Uuid) -> Result<Vec<DecoratedAuditLogEntry>, ClientError> {
        let id = authorization_id.to_string();
        let request = self.request_at(Method::GET, &["tokens", "pats", &id, "history"], &[], None);
        let history: PatHistory = read(&self.call(&request).await?)?;
        Ok(history.value)
    }
}
