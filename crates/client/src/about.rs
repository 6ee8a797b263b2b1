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
    /// Whether the service is Patcycle and offers this. Azure DevOps is not asked; another service has nothing at
    /// `/_patcycle`, or a page, or a sign-in.
    pub async fn offers(&self, feature: &str) -> Result<bool, ClientError> {
        let base_url = &self.settings().base_url;
        if is_azure_devops(base_url) {
            return Ok(false);
        }
        let mut url = base_url.clone();
        url.set_path("/_patcycle");
        let request = Request { method: Method::GET, url, body: None, idempotency_key: None };
        match self.call(&request).await {
            Ok(answer) => Ok(read::<About>(&answer).is_ok_and(|about| {
                about.product == "patcycle" && about.features.iter().any(|offered| offered == feature)
            })),
            Err(
                error @ (ClientError::Token(_)
                | ClientError::Destination(_)
                | ClientError::Throttled { .. }
                | ClientError::Unavailable(_)
                | ClientError::Unreachable(_)),
            ) => Err(error),
            Err(_) => Ok(false),
        }
    }
}
