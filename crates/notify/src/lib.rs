//! Telling people and programs what became of a PAT.
//!
//! The rules of `lifecycle` write what is to be told into the outbox, in the transaction of the change itself. A
//! [`Dispatcher`] drains it: by [`Mail`] to the PAT's owner, and by [`Webhook`] to whoever is configured. Delivery is at
//! least once; each notice carries an id that stays the same, so that a receiver can drop what it has seen. What is said
//! is true when it is sent, however late that is.
//!
//! An [`EndWatch`] looks for ends that come near or pass, and puts notices of them into the same outbox; a
//! [`RuleWatch`] does so for owners whose PATs a revocation rule ended.

mod compose;
mod dispatcher;
mod end_watch;
mod mail;
mod report_keys;
mod rule_watch;
mod sender;
mod webhook;

pub use compose::Message;
pub use dispatcher::{Dispatched, Dispatcher};
pub use end_watch::EndWatch;
pub use mail::{Mail, MailError, MailSettings, MailTls};
pub use report_keys::{ReportKeyList, ReportKeySettings};
pub use rule_watch::RuleWatch;
pub use sender::{SendError, Sender};
pub use webhook::address::{Forbidden, check_url, is_permitted};
pub use webhook::secret::{WebhookSecret, WebhookSecretError};
pub use webhook::{Webhook, WebhookError, WebhookSettings};
