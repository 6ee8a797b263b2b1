//! What the service offers beyond the API of Azure DevOps: `GET /_patcycle` tells it, where there is such a thing.

use reqwest::Method;
use serde::Deserialize;

use crate::answer::read;
use crate::client::PatClient;
use crate::destination::is_azure_devops;
use crate::error::ClientError;
use crate::transport::Request;

/// What a Patcycle server tells of itself.
#[derive(Deserialize)]
struct About {
    product: String,
    #[serde(default)]
    features: Vec<String>,
}

impl PatClient {
    /// Whether the service is Patcycle and offers this.
    pub async fn offers(&self, feature: &str) -> Result<bool, ClientError> {
        Ok(self.features().await?.iter().any(|offered| offered == feature))
    }

    /// What the service offers beyond the API. Azure DevOps is not asked; another service has nothing at `/_patcycle`,
    /// or a page, or a sign-in: nothing is offered then.
    pub async fn features(&self) -> Result<Vec<String>, ClientError> {
        let base_url = &self.settings().base_url;
        if is_azure_devops(base_url) {
            return Ok(Vec::new());
        }
        let mut url = base_url.clone();
        url.set_path("/_patcycle");
        let request = Request { method: Method::GET, url, body: None, idempotency_key: None };
        match self.call(&request).await {
            Ok(answer) => {
                let about = read::<About>(&answer).ok().filter(|about| about.product == "patcycle");
                Ok(about.map(|about| about.features).unwrap_or_default())
            }
            Err(
                error @ (ClientError::Token(_)
                | ClientError::Destination(_)
                | ClientError::Throttled { .. }
                | ClientError::Unavailable(_)
                | ClientError::Unreachable(_)),
            ) => Err(error),
            Err(_) => Ok(Vec::new()),
        }
    }
}
