//! Notices by webhook, signed as Standard Webhooks has it (standardwebhooks.com).

pub(crate) mod address;
pub(crate) mod secret;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ipnet::IpNet;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Certificate, Client, StatusCode, redirect};
use serde_json::json;
use url::Url;

use crate::compose::Message;
use crate::sender::{SendError, Sender};
use address::{Forbidden, GuardedResolver, check_url};
use secret::WebhookSecret;

/// How long a delivery may take, from the look-up of the name to the end of the answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// So much of an answer is read at most.
const MAXIMUM_ANSWER_BYTES: usize = 64 * 1024;

/// One receiver.
#[derive(Debug)]
pub struct WebhookSettings {
    /// Where it listens.
    pub url: Url,
    /// Its own key.
    pub secret: WebhookSecret,
    /// A PEM file of the only authorities to trust; `None`: the system's.
    pub ca_file: Option<PathBuf>,
    /// Networks that it may be in besides the public internet.
    pub allowed_networks: Vec<IpNet>,
}

/// A webhook cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It may not go there.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The authorities cannot be read.
    #[error("cannot read the certificate file `{path}`: {reason}")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What the system said, or what is wrong with its content.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("cannot set up TLS for webhooks: {0}")]
    Tls(#[from] reqwest::Error),
}

/// Sends notices to one receiver.
#[derive(Debug)]
pub struct Webhook {
    url: Url,
    secret: WebhookSecret,
    client: Client,
}

impl Webhook {
    /// Makes no connection yet.
    pub fn new(settings: WebhookSettings) -> Result<Self, WebhookError> {
        check_url(&settings.url, &settings.allowed_networks)?;
        let resolver = GuardedResolver { allowed: settings.allowed_networks.into() };
        let mut builder = Client::builder()
            .https_only(true)
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            // A proxy would look the name up a second time.
            .no_proxy()
            .dns_resolver(Arc::new(resolver))
            .user_agent(concat!("patcycle/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = settings.ca_file {
            builder = builder.tls_certs_only(authorities(&path)?);
        }
        Ok(Self { url: settings.url, secret: settings.secret, client: builder.build()? })
    }
}

fn authorities(path: &std::path::Path) -> Result<Vec<Certificate>, WebhookError> {
    let failed = |reason: String| WebhookError::CaFile { path: path.to_owned(), reason };
    let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    Certificate::from_pem_bundle(&pem).map_err(|_| failed("it is not valid PEM".to_owned()))
}

#[async_trait]
impl Sender for Webhook {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let body = json!({
            "type": format!("pat.{}", message.stage.as_str()),
            "timestamp": patcycle_contract::date::format(message.at),
            "data": message.data,
        })
        .to_string();
        let seconds = message.sent_at.as_second();
        let mut answer = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", self.secret.sign(&message.id, seconds, body.as_bytes()))
            .body(body)
            .send()
            .await
            .map_err(|error| SendError::Temporary(reason(&error)))?;
        let mut length = 0;
        while let Some(chunk) = answer.chunk().await.map_err(|error| SendError::Temporary(reason(&error)))? {
            length += chunk.len();
            if length > MAXIMUM_ANSWER_BYTES {
                break;
            }
        }
        match answer.status() {
            status if status.is_success() => Ok(()),
            // Standard Webhooks: the receiver wants nothing more.
            StatusCode::GONE => Err(SendError::Permanent("the receiver answered 410: it is gone".to_owned())),
            status => Err(SendError::Temporary(format!("the receiver answered {}", status.as_u16()))),
        }
    }
}

/// The last cause in the chain. The outer ones repeat the URL, which may hold a secret of the receiver's.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut innermost = error.source();
    while let Some(source) = innermost.and_then(Error::source) {
        innermost = Some(source);
    }
    innermost.map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}
