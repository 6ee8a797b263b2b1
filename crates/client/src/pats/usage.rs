//! When a PAT was last used: only where the service tells that (feature `usage` of a patcycle server).

use patcycle_contract::PatUsage;
use reqwest::Method;
use serde::Deserialize;
use uuid::Uuid;

use crate::answer::read;
use crate::client::PatClient;
use crate::error::ClientError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageAnswer {
    pat_token: Option<Used>,
}

#[derive(Deserialize)]
struct Used {
    usage: Option<PatUsage>,
}

impl PatClient {
    /// The last use of the PAT with this id; `None` where the service says nothing of it.
    pub async fn usage(&self, authorization_id: Uuid) -> Result<Option<PatUsage>, ClientError> {
        let id = authorization_id.to_string();
        let parameters = [("authorizationId", id.as_str()), ("$expand", "usage")];
        let request = self.request(Method::GET, &parameters, None);
        let result: UsageAnswer = read(&self.call(&request).await?)?;
        Ok(result.pat_token.and_then(|used| used.usage))
    }
}
