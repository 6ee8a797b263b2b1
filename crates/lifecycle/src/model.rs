//! The rows that rules read and write.

use jiff::Timestamp;
use patcycle_contract::{PatToken, SessionToken};
use patcycle_token::Digest;
use uuid::Uuid;

use crate::cutoffs::Cutoffs;
use crate::key;

/// The generations that a PAT is measured by: one raise kills everything issued before, whatever the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Epochs {
    /// Of the organization.
    pub organization: u64,
    /// Of the owner in the organization.
    pub owner: u64,
}

/// A person as a tenant's access token describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The object id.
    pub id: Uuid,
    /// The tenant.
    pub tenant_id: Uuid,
    /// The sign-in name.
    pub user_name: String,
    /// The display name.
    pub display_name: String,
    /// Whether an administrator took their access to the organization away that they are looked at in. Disabled people
    /// keep nothing working.
    pub disabled: bool,
    /// The groups that their access token named when they last made or changed a PAT. None are named for people of
    /// so many groups that the tenant leaves the list out; then nobody is let off a policy for a group's sake.
    pub groups: Vec<Uuid>,
}

/// Whether a PAT works, and if not, why not. A PAT that was revoked and has ended counts as revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It works.
    Active,
    /// Its end has passed.
    Expired,
    /// It was revoked, alone, by a raised epoch or by a revocation rule.
    Revoked,
}

/// Why a PAT was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationReason {
    /// Its owner asked.
    Owner,
    /// An administrator asked.
    Administrator,
    /// It was found where secrets must not be.
    Leaked,
}

impl RevocationReason {
    /// The name under which stores keep it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Leaked => "leaked",
        }
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Owner, Self::Administrator, Self::Leaked].into_iter().find(|reason| reason.as_str() == name)
    }
}

/// When and why a PAT was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// A PAT as its owner sees it, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The public handle: 122 random bits, not derived from any secret.
    pub id: Uuid,
    /// Where it belongs.
    pub organization_id: Uuid,
    /// Whose it is: the object id of a person of the organization's tenant.
    pub owner: Uuid,
    /// Its name. Not unique.
    pub display_name: String,
    /// Canonical scopes, blank-separated.
    pub scope: String,
    /// Good in every organization that the owner can reach.
    pub all_organizations: bool,
    /// When its present secret was made: at its creation, or its last rotation.
    pub valid_from: Timestamp,
    /// Its end, exclusive.
    pub valid_to: Timestamp,
    /// Set when it was revoked on its own.
    pub revoked: Option<Revocation>,
    /// The epochs that were current when it was made.
    pub epochs: Epochs,
}

impl Authorization {
    /// Its state at `now`, given what it is measured by.
    pub fn state(&self, now: Timestamp, cutoffs: &Cutoffs) -> State {
        if self.revoked.is_some()
            || self.epochs.organization < cutoffs.epochs.organization
            || self.epochs.owner < cutoffs.epochs.owner
            || cutoffs.rules.revoke(self.scope.split(' '), self.valid_from)
        {
            State::Revoked
        } else if self.valid_to <= now {
            State::Expired
        } else {
            State::Active
        }
    }

    /// Orders by end, then id; unique. Stores index it and compare it as bytes.
    pub fn date_key(&self) -> Vec<u8> {
        key::date_key(self.valid_to, self.id)
    }

    /// Orders by name without regard to case or Unicode form, then id; unique.
    pub fn name_key(&self) -> Vec<u8> {
        key::name_key(&self.display_name, self.id)
    }

    /// The form of Token Admin. `is_valid`: see [`SessionToken::is_valid`].
    pub fn to_session_token(&self, is_valid: bool) -> SessionToken {
        SessionToken {
            authorization_id: self.id,
            user_id: self.owner,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            display_name: Some(self.display_name.clone()),
            scope: self.scope.clone(),
            target_accounts: (!self.all_organizations).then(|| vec![self.organization_id]),
            is_valid,
        }
    }

    /// The wire form, without a secret.
    pub fn to_pat_token(&self) -> PatToken {
        PatToken {
            display_name: self.display_name.clone(),
            valid_to: self.valid_to,
            scope: self.scope.clone(),
            target_accounts: (!self.all_organizations).then(|| vec![self.organization_id]),
            valid_from: self.valid_from,
            authorization_id: self.id,
            token: None,
        }
    }
}

/// What is stored of a secret: nothing that would let anybody present it.
#[derive(Debug, Clone)]
pub struct StoredSecret {
    /// HMAC-SHA-256 of the secret.
    pub digest: Digest,
    /// Which pepper made the digest.
    pub pepper_number: u16,
    /// 1 for the first secret of an authorization, one more for each rotation.
    pub generation: u32,
    /// When a superseded secret stops; `None`: with its authorization.
    pub dies_at: Option<Timestamp>,
}
