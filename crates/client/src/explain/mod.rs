//! Every failure as a sentence and a next step.
//!
//! The sentences come from tables: one row per reason of the API, one per code of the service. What the service
//! itself said is added where it says more.

mod reason;
mod service_code;
mod unreachable;

pub use reason::{explain_reason, kind_of};

use crate::destination::DestinationError;
use crate::error::{ClientError, Domain, HtmlAnswer, ServiceFault, SignIn, SignInReason, UnconfirmedCreate};
use crate::settings::SettingsError;

/// What happened and what to do, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What happened: whole sentences.
    pub message: String,
    /// What to do next: whole sentences.
    pub next: String,
}

impl Explanation {
    pub(crate) fn new(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { message: message.into(), next: next.into() }
    }

    /// Adds what the service said, unless there is nothing or it is said already.
    fn with_words_of_service(mut self, words: &str) -> Self {
        let words = words.trim();
        if !words.is_empty() && !self.message.contains(words) {
            let end = if words.ends_with(['.', '!', '?', '…']) { "" } else { "." };
            self.message = format!("{} The service says: {words}{end}", self.message);
        }
        self
    }
}

const SIGN_IN: &str = "Run `patcycle login`.";

impl ClientError {
    /// The error in words, with what to do.
    pub fn explain(&self) -> Explanation {
        match self {
            Self::SignInNeeded(needed) => sign_in(needed),
            Self::Token(error) => Explanation::new(sentence(&error.message), sentence(&error.next)),
            Self::Destination(error) => destination(error),
            Self::Refused(fault) => from_fault(
                fault,
                "You may not do this in this organization.",
                "Ask an administrator of the organization for the permission.",
            ),
            Self::NotFound(fault) => from_fault(
                fault,
                "There is no such PAT or organization here.",
                "Check the id, the organization and the base URL. `patcycle list --state all` shows your PATs.",
            ),
            Self::Conflict(fault) => from_fault(
                fault,
                "It contradicts what is there, perhaps because somebody changed it in the meantime.",
                "Look at it again with `patcycle show`, then repeat.",
            ),
            Self::Rejected(fault) => from_fault(
                fault,
                "The service does not accept the request.",
                "Check what you asked for. `patcycle doctor` checks base URL, organization and api-version.",
            ),
            Self::Throttled { fault, retry_after } => {
                let next = match retry_after {
                    Some(wait) => format!("Try again in {} seconds.", wait.as_secs().max(1)),
                    None => "Try again in a few minutes, with fewer calls at a time.".to_owned(),
                };
                Explanation::new("The service is throttling you; waiting did not help.", next)
                    .with_words_of_service(&fault.message)
            }
            Self::Unavailable(fault) => from_fault(
                fault,
                "The service has a fault of its own.",
                "Try again in a few minutes. Look at `patcycle list` first if this was a change.",
            ),
            Self::Html(page) => html(page),
            Self::Unreachable(unreachable) => unreachable::explain(unreachable),
            Self::Domain(domain) => from_domain(domain),
            Self::Unexpected { .. } => Explanation::new(
                sentence(&capital(&self.to_string())),
                "Check that the base URL is that of Azure DevOps or of a patcycle server; `patcycle doctor` helps.",
            ),
            Self::Redirected { to, .. } => Explanation::new(
                format!(
                    "The service has moved to `{to}`. It was not followed, since a token never goes along a redirect."
                ),
                "If you trust that address, set it as the base URL.",
            ),
            Self::UnconfirmedCreate(unconfirmed) => from_unconfirmed(unconfirmed),
            Self::Settings(error) => settings(error),
        }
    }
}

impl DestinationError {
    /// The error in words, with what to do.
    pub fn explain(&self) -> Explanation {
        destination(self)
    }
}

impl SettingsError {
    /// The error in words, with what to do.
    pub fn explain(&self) -> Explanation {
        settings(self)
    }
}

/// A fault that one of the tables knows, or else what is said of its kind; always with the service's own words.
fn from_fault(fault: &ServiceFault, message: &str, next: &str) -> Explanation {
    let explained = service_code::explain(fault).unwrap_or_else(|| Explanation::new(message, next));
    let explained = explained.with_words_of_service(&fault.message);
    match fault.activity_id {
        Some(id) if fault.status >= 500 => {
            let next = format!("{} The activity id for a support request is {id}.", explained.next);
            Explanation { next, ..explained }
        }
        _ => explained,
    }
}

fn sign_in(needed: &SignIn) -> Explanation {
    let by_code = service_code::explain(&needed.fault);
    let explained = match needed.reason {
        SignInReason::Redirect | SignInReason::NonAuthoritative | SignInReason::Page => Explanation::new(
            "The service sent a sign-in page instead of data: your sign-in is missing, has expired, or is for another tenant.",
            SIGN_IN,
        ),
        SignInReason::ClaimsChallenge => Explanation::new(
            "Your organization's sign-in rules have changed since you signed in, and ask for a new sign-in.",
            SIGN_IN,
        ),
        SignInReason::FirstVisit | SignInReason::Unauthorized => by_code.unwrap_or_else(|| {
            Explanation::new(
                "The service does not accept your sign-in.",
                "Run `patcycle login`, and check with `patcycle whoami` that tenant and account are the right ones.",
            )
        }),
    };
    explained.with_words_of_service(&needed.fault.message)
}

fn html(page: &HtmlAnswer) -> Explanation {
    let HtmlAnswer { status, host } = page;
    match status {
        404 => Explanation::new(
            format!("`{host}` answered with a web page that says \"not found\"."),
            "Check the base URL and the organization's name.",
        ),
        500.. => Explanation::new(
            format!(
                "`{host}` answered with an error page (HTTP {status}): the service or a proxy before it has a fault."
            ),
            "Try again in a few minutes.",
        ),
        _ => Explanation::new(
            format!(
                "`{host}` answered with a web page (HTTP {status}) instead of data, as a proxy or a network's login page does."
            ),
            "Check the base URL and your proxy. If a sign-in page is behind it, run `patcycle login`.",
        ),
    }
}

fn from_domain(domain: &Domain) -> Explanation {
    let words = domain.message.as_deref().unwrap_or_default();
    explain_reason(&domain.error).with_words_of_service(words)
}

fn from_unconfirmed(unconfirmed: &UnconfirmedCreate) -> Explanation {
    let cause = unconfirmed.cause.explain();
    let name = crate::text::clean(&unconfirmed.display_name);
    let before = format!("It is not known whether the PAT `{name}` was made. {}", cause.message);
    match unconfirmed.found.as_deref() {
        None => Explanation::new(
            format!("{before} The list of PATs cannot be read either."),
            format!(
                "When the service is back, run `patcycle list`. A new PAT `{name}` has a secret that nobody holds: revoke it and create again."
            ),
        ),
        Some([]) => Explanation::new(format!("{before} The list shows no such PAT."), "Create it again."),
        Some(found) => {
            let ids: Vec<_> = found.iter().map(|candidate| candidate.authorization_id.to_string()).collect();
            let commands: Vec<_> = ids.iter().map(|id| format!("`patcycle revoke {id}`")).collect();
            Explanation::new(
                format!(
                    "{before} The list shows what may be it: {}. Nobody holds its secret.",
                    ids.join(", ")
                ),
                format!("If you did not make it before, run {}, then create again.", commands.join(", ")),
            )
        }
    }
}

fn destination(error: &DestinationError) -> Explanation {
    let next = match error {
        DestinationError::NotSecure { .. } | DestinationError::UserInformation { .. } => {
            "Set a base URL that begins with `https://` and has no user name in it."
        }
        DestinationError::NotAzureDevOps { .. } => {
            "It was not sent. For a server of your own, set a `scope` of that server in the profile and sign in again."
        }
        DestinationError::AnotherHost { .. } => "It was not sent. Check the base URL.",
    };
    Explanation::new(sentence(&capital(&error.to_string())), next)
}

fn settings(error: &SettingsError) -> Explanation {
    let next = match error {
        SettingsError::NotSecure { .. }
        | SettingsError::UserInformation { .. }
        | SettingsError::QueryInBaseUrl { .. } => {
            "Set a base URL such as `https://vssps.dev.azure.com` or `https://localhost:7243`."
        }
        SettingsError::Organization { .. } => {
            "Give the organization's name as in the address: `fabrikam` of `https://dev.azure.com/fabrikam`."
        }
        SettingsError::CaFile { .. } => "Name a readable file of PEM certificates, or leave the setting out.",
        SettingsError::Proxy { .. } => "Set a proxy such as `http://proxy.example:3128`, or none.",
        SettingsError::Tls(_) => {
            "Install the system's certificate authorities (package `ca-certificates`), or name a file of them."
        }
    };
    Explanation::new(sentence(&capital(&error.to_string())), next)
}

pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests;
