//! Notices: who is told what about a PAT, decided by the same rule that changes it.
//!
//! A rule gives one [`Notice`] for each channel that wants to hear of what it decided; the transaction writes them to
//! the outbox together with the change. What is sent is put together later, from what is stored then: so a notice
//! that leaves late says what is true when it leaves.

pub mod ends;
mod outbox;
pub mod rules;

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::Authorization;

pub use outbox::{Concern, DueNotice, Outbox};

/// PATs that ended together are counted up to here: so many are told as "so many or more".
pub const MAXIMUM_COUNTED: u32 = 1000;

/// What a notice tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// A PAT was made.
    Created,
    /// Its end is near.
    Expiring,
    /// Its end has passed.
    Expired,
    /// It was found where secrets must not be.
    Leaked,
    /// An administrator revoked it.
    Revoked,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 5] = [Self::Created, Self::Expiring, Self::Expired, Self::Leaked, Self::Revoked];

    /// The name under which stores, the configuration and webhooks know it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Leaked => "leaked",
            Self::Revoked => "revoked",
        }
    }

    /// The stage of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }
}

/// A way out: the owner's mail, or one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name. It stays over restarts, because notices wait under it.
    pub name: String,
    /// What it tells of.
    pub stages: Vec<Stage>,
    /// The one organization that it is for; `None`: all.
    pub organization_id: Option<Uuid>,
}

/// The channels that are configured. Without one, nothing is ever written to the outbox.
#[derive(Debug, Clone, Default)]
pub struct Channels(Arc<[Channel]>);

impl Channels {
    /// These channels.
    pub fn new(channels: Vec<Channel>) -> Self {
        Self(channels.into())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One notice for each channel that wants to hear of it. `at` is when it happened.
    pub fn notices(&self, stage: Stage, authorization: &Authorization, at: Timestamp) -> Vec<Notice> {
        self.keyed(stage, authorization, at, stage.as_str())
    }

    /// The same for an end that is `days` ahead. Its key holds the end: who renews is told again.
    fn expiring(&self, days: u16, authorization: &Authorization, at: Timestamp) -> Vec<Notice> {
        let occasion = format!("expiring/{days}/{}", authorization.valid_to.as_microsecond());
        self.keyed(Stage::Expiring, authorization, at, &occasion)
    }

    /// Whether somebody wants to hear of this in the organization.
    pub fn want(&self, stage: Stage, organization_id: Uuid) -> bool {
        self.wanting(stage, organization_id).next().is_some()
    }

    /// One notice for each channel that so many PATs of the owner ended together. None when there are none. `occasion`
    /// names the act: an owner is told of each once.
    pub(crate) fn mass_notices(
        &self,
        stage: Stage,
        organization_id: Uuid,
        owner: Uuid,
        count: u32,
        at: Timestamp,
        occasion: &str,
    ) -> Vec<Notice> {
        let notice = |channel: &Channel| Notice {
            key: format!("{}/{owner}/{occasion}", channel.name),
            channel: channel.name.clone(),
            stage,
            organization_id,
            owner,
            subject: NoticeSubject::Several(count),
            at,
        };
        if count == 0 { Vec::new() } else { self.wanting(stage, organization_id).map(notice).collect() }
    }

    fn keyed(
        &self,
        stage: Stage,
        authorization: &Authorization,
        at: Timestamp,
        occasion: &str,
    ) -> Vec<Notice> {
        let notice = |channel: &Channel| Notice {
            key: format!("{}/{}/{occasion}", channel.name, authorization.id),
            channel: channel.name.clone(),
            stage,
            organization_id: authorization.organization_id,
            owner: authorization.owner,
            subject: NoticeSubject::Pat(authorization.id),
            at,
        };
        self.wanting(stage, authorization.organization_id).map(notice).collect()
    }

    fn wanting(&self, stage: Stage, organization_id: Uuid) -> impl Iterator<Item = &Channel> {
        self.0.iter().filter(move |channel| {
            channel.stages.contains(&stage) && channel.organization_id.is_none_or(|id| id == organization_id)
        })
    }
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeSubject {
    /// This PAT.
    Pat(Uuid),
    /// So many PATs of one owner; [`MAXIMUM_COUNTED`] stands for as many or more.
    Several(u32),
}

/// One thing to tell through one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Unique per channel, PAT (or owner) and occasion: the outbox takes the same key once.
    pub key: String,
    /// The name of the channel.
    pub channel: String,
    /// What it tells of.
    pub stage: Stage,
    /// Where the PAT belongs.
    pub organization_id: Uuid,
    /// Whose it is.
    pub owner: Uuid,
    /// What it is about.
    pub subject: NoticeSubject,
    /// When it happened.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Epochs;

    fn pat() -> Authorization {
        Authorization {
            id: Uuid::from_u128(1),
            organization_id: Uuid::from_u128(2),
            owner: Uuid::from_u128(3),
            display_name: "ci".to_owned(),
            scope: "vso.code".to_owned(),
            all_organizations: false,
            valid_from: Timestamp::UNIX_EPOCH,
            valid_to: Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24),
            revoked: None,
            epochs: Epochs::default(),
        }
    }

    #[test]
    fn only_channels_that_want_it_are_told() {
        let channel = |name: &str, stages: &[Stage], organization: Option<u128>| Channel {
            name: name.to_owned(),
            stages: stages.to_vec(),
            organization_id: organization.map(Uuid::from_u128),
        };
        let channels = Channels::new(vec![
            channel("mail", &Stage::ALL, None),
            channel("leaks only", &[Stage::Leaked], None),
            channel("ours", &Stage::ALL, Some(2)),
            channel("theirs", &Stage::ALL, Some(9)),
        ]);
        let told = |stage| {
            let notices = channels.notices(stage, &pat(), Timestamp::UNIX_EPOCH);
            notices.into_iter().map(|notice| notice.channel).collect::<Vec<_>>()
        };
        assert_eq!(told(Stage::Created), ["mail", "ours"]);
        assert_eq!(told(Stage::Leaked), ["mail", "leaks only", "ours"]);
        assert!(Channels::default().notices(Stage::Leaked, &pat(), Timestamp::UNIX_EPOCH).is_empty());
    }

    #[test]
    fn a_renewed_pat_is_told_of_again_and_a_repeated_look_is_not() {
        let channel = Channel { name: "mail".to_owned(), stages: Stage::ALL.to_vec(), organization_id: None };
        let channels = Channels::new(vec![channel]);
        let key = |days, pat: &Authorization| channels.expiring(days, pat, pat.valid_from)[0].key.clone();
        let renewed =
            Authorization { valid_to: pat().valid_to + jiff::SignedDuration::from_secs(1), ..pat() };
        assert_eq!(key(7, &pat()), key(7, &pat()));
        assert_ne!(key(7, &pat()), key(1, &pat()));
        assert_ne!(key(7, &pat()), key(7, &renewed));
    }
}
