//! `[notify]` and `[leaks]`: who is told of what, and whose leak reports are believed.

use std::path::PathBuf;

use ipnet::IpNet;
use patcycle_lifecycle::notice::Stage;
use patcycle_notify::{MailTls, ReportKeySettings, check_url};
use url::{Host, Url};

use super::raw::{RawLeaks, RawNotify, RawSmtp, RawWebhook, Sources};
use super::{ConfigurationError, network, path};

/// The furthest ahead that an end can be told of, in days: no PAT is good for longer.
const FURTHEST: u16 = 365;

/// Who is told of what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotifyConfiguration {
    /// How many days before its end a PAT's owner is told.
    pub days_before_expiry: Vec<u16>,
    /// Networks that webhooks may be in besides the public internet.
    pub allowed_networks: Vec<IpNet>,
    /// The mail server; `None`: no mail.
    pub smtp: Option<SmtpConfiguration>,
    /// The webhooks.
    pub webhooks: Vec<WebhookConfiguration>,
}

/// See [`KEYS`](super::KEYS) for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfiguration {
    /// `notify.smtp.host`
    pub host: String,
    /// `notify.smtp.port`
    pub port: u16,
    /// `notify.smtp.tls`
    pub tls: MailTls,
    /// `notify.smtp.ca_file`
    pub ca_file: Option<PathBuf>,
    /// `notify.smtp.from`
    pub from: String,
    /// `notify.smtp.user`
    pub user: Option<String>,
    /// `notify.smtp.password_file`
    pub password_file: Option<PathBuf>,
}

/// See the reference page for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookConfiguration {
    /// `url`
    pub url: Url,
    /// `secret_file`
    pub secret_file: PathBuf,
    /// `events`
    pub events: Vec<Stage>,
    /// `organization`
    pub organization: Option<String>,
    /// `ca_file`
    pub ca_file: Option<PathBuf>,
}

pub(super) fn notify(raw: RawNotify, sources: &Sources) -> Result<NotifyConfiguration, ConfigurationError> {
    let allowed_networks = raw
        .allowed_networks
        .unwrap_or_default()
        .iter()
        .map(|text| network("notify.allowed_networks", text, sources))
        .collect::<Result<Vec<_>, _>>()?;
    let mut days_before_expiry = Vec::new();
    for days in raw.days_before_expiry.unwrap_or_else(|| vec![7]) {
        let in_range = u16::try_from(days).ok().filter(|days| (1..=FURTHEST).contains(days));
        let days = in_range.ok_or_else(|| {
            let remedy = "Write days from 1 to 365: `days_before_expiry = [30, 7]`.";
            sources.error("notify.days_before_expiry", format!("{days} is no number of days"), remedy)
        })?;
        if !days_before_expiry.contains(&days) {
            days_before_expiry.push(days);
        }
    }
    let webhooks = raw.webhook.into_iter().map(|one| webhook(one, &allowed_networks, sources));
    Ok(NotifyConfiguration {
        days_before_expiry,
        webhooks: webhooks.collect::<Result<_, _>>()?,
        smtp: raw.smtp.map(|smtp| self::smtp(smtp, sources)).transpose()?,
        allowed_networks,
    })
}

fn smtp(raw: RawSmtp, sources: &Sources) -> Result<SmtpConfiguration, ConfigurationError> {
    let required = |value: Option<String>, key: &str, example: &str| {
        value.filter(|text| !text.is_empty()).ok_or_else(|| {
            sources.error(key, "it is missing", &format!("Write `{example}`, or take `[notify.smtp]` out."))
        })
    };
    let host = required(raw.host, "notify.smtp.host", "host = \"mail.fabrikam.example\"")?;
    let from = required(raw.from, "notify.smtp.from", "from = \"Patcycle <patcycle@fabrikam.example>\"")?;
    let tls = match raw.tls.as_deref() {
        None | Some("implicit") => MailTls::Implicit,
        Some("starttls") => MailTls::StartTls,
        Some("none") if is_this_machine(&host) => MailTls::None,
        Some("none") => {
            let remedy = "Write `tls = \"starttls\"` or `tls = \"implicit\"`.";
            let problem = "without TLS, mail goes to a server on this machine only";
            return Err(sources.error("notify.smtp.tls", problem, remedy));
        }
        Some(other) => {
            let remedy = "Write `implicit`, `starttls` or `none`.";
            return Err(sources.error("notify.smtp.tls", format!("`{other}` is not a way"), remedy));
        }
    };
    let default_port = match tls {
        MailTls::Implicit => 465,
        MailTls::StartTls => 587,
        MailTls::None => 25,
    };
    let user = raw.user.filter(|text| !text.is_empty());
    let password_file = path(raw.password_file);
    if user.is_some() != password_file.is_some() {
        let remedy = "Write both `user` and `password_file`, or neither.";
        return Err(sources.error(
            "notify.smtp.user",
            "a user needs a password, and a password a user",
            remedy,
        ));
    }
    Ok(SmtpConfiguration {
        host,
        port: raw.port.unwrap_or(default_port),
        tls,
        ca_file: path(raw.ca_file),
        from,
        user,
        password_file,
    })
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn webhook(
    raw: RawWebhook,
    allowed_networks: &[IpNet],
    sources: &Sources,
) -> Result<WebhookConfiguration, ConfigurationError> {
    // The URL may be a secret of the receiver's, so it is not repeated.
    let bad_url = |problem: String| {
        let remedy = "Write `url = \"https://hooks.fabrikam.example/patcycle\"`.";
        sources.error("notify.webhook.url", problem, remedy)
    };
    let url = Url::parse(raw.url.as_deref().unwrap_or_default())
        .map_err(|error| bad_url(format!("it is missing or no address: {error}")))?;
    check_url(&url, allowed_networks).map_err(|error| bad_url(error.to_string()))?;
    let secret_file = path(raw.secret_file).ok_or_else(|| {
        let remedy =
            "Write `secret_file = \"/etc/patcycle/webhook-key\"`: every webhook has a key of its own.";
        sources.error("notify.webhook.secret_file", "it is missing", remedy)
    })?;
    let events = match raw.events {
        None => Stage::ALL.to_vec(),
        Some(names) => names
            .iter()
            .map(|name| {
                Stage::from_name(name).ok_or_else(|| {
                    let remedy = "Write `created`, `expiring`, `expired`, `leaked`, `revoked`.";
                    sources.error("notify.webhook.events", format!("`{name}` is not an event"), remedy)
                })
            })
            .collect::<Result<_, _>>()?,
    };
    let organization = raw.organization.filter(|name| !name.is_empty());
    Ok(WebhookConfiguration { url, secret_file, events, organization, ca_file: path(raw.ca_file) })
}

/// Where the keys of signed leak reports are published.
pub(super) fn report_keys(
    raw: RawLeaks,
    sources: &Sources,
) -> Result<Option<ReportKeySettings>, ConfigurationError> {
    let Some(text) = raw.report_keys_url.filter(|text| !text.is_empty()) else { return Ok(None) };
    let bad = |problem: &str| {
        let remedy = "Write `report_keys_url = \"https://api.github.com/meta/public_keys/secret_scanning\"`.";
        sources.error("leaks.report_keys_url", problem, remedy)
    };
    let url = Url::parse(&text).map_err(|_| bad("it is not an address"))?;
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback) {
        return Err(bad("it is not https"));
    }
    Ok(Some(ReportKeySettings { url, ca_file: path(raw.report_keys_ca_file) }))
}
