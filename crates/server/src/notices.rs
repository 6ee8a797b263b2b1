//! Notices put together: which channels there are, what carries them, and the jobs that work for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use patcycle_lifecycle::Organization;
use patcycle_lifecycle::notice::{Channel, Channels, Stage};
use patcycle_notify::{
    Dispatcher, EndWatch, Mail, MailError, MailSettings, RuleWatch, Sender, Webhook, WebhookError,
    WebhookSecret, WebhookSecretError, WebhookSettings,
};
use patcycle_primitives::Secret;
use patcycle_store_sqlite::SqliteStore;
use sha2::{Digest as _, Sha256};

use crate::Context;
use crate::configuration::{NotifyConfiguration, SmtpConfiguration, WebhookConfiguration};
use crate::files::{self, FileError};
use crate::jobs::Jobs;

/// The name of the mail channel.
const MAIL: &str = "mail";

/// Notices cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// A file with a secret cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The mail server cannot be used.
    #[error("`[notify.smtp]`: {0}")]
    Mail(#[from] MailError),
    /// A webhook cannot be used.
    #[error("`[[notify.webhook]]` {host}: {source}")]
    Webhook {
        /// Its host: the rest of the URL may be a secret.
        host: String,
        /// What is wrong.
        source: WebhookError,
    },
    /// A webhook's file holds no key.
    #[error("`{file}`: {source}")]
    WebhookSecret {
        /// The file.
        file: String,
        /// What is wrong; never its content.
        source: WebhookSecretError,
    },
    /// A webhook is for an organization that is not there.
    #[error("`[[notify.webhook]]`: there is no organization `{0}`")]
    Organization(String),
}

/// The channels, with what carries them.
#[derive(Debug)]
pub(crate) struct Notices {
    pub(crate) channels: Channels,
    senders: HashMap<String, Arc<dyn Sender>>,
    days_before_expiry: Vec<u16>,
}

impl Notices {
    pub(crate) fn new(
        configuration: &NotifyConfiguration,
        organizations: &[Organization],
    ) -> Result<Self, NoticeError> {
        let mut channels = Vec::new();
        let mut senders: HashMap<String, Arc<dyn Sender>> = HashMap::new();
        if let Some(smtp) = &configuration.smtp {
            channels.push(Channel {
                name: MAIL.to_owned(),
                stages: Stage::ALL.to_vec(),
                organization_id: None,
            });
            senders.insert(MAIL.to_owned(), Arc::new(mail(smtp)?));
        }
        for webhook in &configuration.webhooks {
            let name = channel_name(webhook);
            channels.push(Channel {
                name: name.clone(),
                stages: webhook.events.clone(),
                organization_id: organization_id(webhook, organizations)?,
            });
            senders.insert(name, Arc::new(self::webhook(webhook, configuration)?));
        }
        let days_before_expiry = configuration.days_before_expiry.clone();
        Ok(Self { channels: Channels::new(channels), senders, days_before_expiry })
    }

    /// Starts the jobs: each looks once in `look` whether there is something to do.
    pub(crate) fn start(self, store: &SqliteStore, context: &Context, jobs: &Jobs, look: Duration) {
        let (clock, random) = (Arc::clone(&context.clock), Arc::clone(&context.random));
        let outbox = Arc::new(store.clone());
        let watch =
            EndWatch::new(outbox.clone(), self.channels.clone(), &self.days_before_expiry, clock, random);
        jobs.spawn(|stop| async move { watch.run(look, stop).await });
        if self.channels.is_empty() {
            return;
        }
        let rules = RuleWatch::new(outbox.clone(), self.channels.clone());
        jobs.spawn(|stop| async move { rules.run(look, stop).await });
        let (clock, random) = (Arc::clone(&context.clock), Arc::clone(&context.random));
        let dispatcher = Dispatcher::new(outbox, self.senders, clock, random);
        jobs.spawn(|stop| async move { dispatcher.run(look, stop).await });
    }
}

fn mail(smtp: &SmtpConfiguration) -> Result<Mail, NoticeError> {
    let password = smtp.password_file.as_deref().map(files::read).transpose()?;
    let password = password.map(|text| Secret::new(text.trim_end_matches(['\r', '\n'])));
    Ok(Mail::new(MailSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        tls: smtp.tls,
        ca_file: smtp.ca_file.clone(),
        from: smtp.from.clone(),
        credentials: smtp.user.clone().zip(password),
    })?)
}

fn webhook(
    webhook: &WebhookConfiguration,
    configuration: &NotifyConfiguration,
) -> Result<Webhook, NoticeError> {
    let text = files::read(&webhook.secret_file)?;
    let secret = WebhookSecret::parse(&text).map_err(|source| NoticeError::WebhookSecret {
        file: webhook.secret_file.display().to_string(),
        source,
    })?;
    let settings = WebhookSettings {
        url: webhook.url.clone(),
        secret,
        ca_file: webhook.ca_file.clone(),
        allowed_networks: configuration.allowed_networks.clone(),
    };
    let host = webhook.url.host_str().unwrap_or_default().to_owned();
    Webhook::new(settings).map_err(|source| NoticeError::Webhook { host, source })
}

/// A name that stays as long as the URL does, and does not show it: a URL may be a secret.
fn channel_name(webhook: &WebhookConfiguration) -> String {
    let identity = format!("{} {}", webhook.organization.as_deref().unwrap_or_default(), webhook.url);
    let hash = Sha256::digest(identity.as_bytes());
    format!("webhook-{}", hex::encode(&hash[..8]))
}

fn organization_id(
    webhook: &WebhookConfiguration,
    organizations: &[Organization],
) -> Result<Option<uuid::Uuid>, NoticeError> {
    let Some(name) = &webhook.organization else { return Ok(None) };
    let found = organizations.iter().find(|organization| organization.name.eq_ignore_ascii_case(name));
    found.map(|organization| Some(organization.id)).ok_or_else(|| NoticeError::Organization(name.clone()))
}
