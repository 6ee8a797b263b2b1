//! Native rotation: another secret in the place of the present one, while the PAT stays (design.md §6).
//!
//! An authorization has one secret, or two while a rotation overlaps. Each rotation makes the next generation. What
//! it made can be told again for [`ANSWER_KEPT`] although nothing but digests is stored: the secret is derived from
//! a key in a file and from the `Idempotency-Key` that the client repeats.
//!
//! A rotation is *open* while its overlap runs, or its answer can still be asked for and nobody has used the new
//! secret. As long as one is open, no other begins: of any number of callers, one makes the successor.

mod finish;
mod reuse;
mod rotate;
mod secrets;
mod undo;

use jiff::{SignedDuration, Timestamp};
use patcycle_contract::SessionTokenError;
use patcycle_primitives::RandomError;
use patcycle_token::Digest;
use patcycle_token::MintError;

use crate::cutoffs::Cutoffs;
use crate::model::{Authorization, Person, State, StoredSecret};
use crate::{Refusal, StorageError};

pub use finish::{FinishOutcome, FinishRotation, decide as decide_finish};
pub use reuse::{REUSE_WINDOW, RecordReuse, Reuse, ReuseFacts, ReuseRecorder, decide as decide_reuse};
pub use rotate::{Rotate, RotateFacts, RotateOutcome, decide as decide_rotate};
pub use secrets::{Derivation, SecretSource};
pub use undo::{UndoOutcome, UndoRotation, decide as decide_undo};

/// How long the answer to a rotation can be asked for again.
pub const ANSWER_KEPT: SignedDuration = SignedDuration::from_hours(1);

/// How a rotation stands. Its overlap ends by the clock, without a change of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationState {
    /// Neither of the others.
    Begun,
    /// Its overlap was ended, and it is settled.
    Finished,
    /// The old secret is the present one again, and the one that it made is dead.
    Undone,
}

impl RotationState {
    /// The name under which stores keep it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Finished => "finished",
            Self::Undone => "undone",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Begun, Self::Finished, Self::Undone].into_iter().find(|state| state.as_str() == name)
    }
}

/// A rotation that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The generation of the secret that it made; from 2.
    pub generation: u32,
    /// By which its `Idempotency-Key` is known again.
    pub key_digest: Digest,
    /// By which its body is known again.
    pub request_digest: Digest,
    /// When.
    pub at: Timestamp,
    /// When the PAT's present secret had been made before it.
    pub old_valid_from: Timestamp,
    /// The PAT's end before it.
    pub old_valid_to: Timestamp,
    /// The PAT's end after it.
    pub valid_to: Timestamp,
    /// The PAT that was answered, as JSON without its secret.
    pub answer: String,
    /// How it stands.
    pub state: RotationState,
}

/// The secrets of an authorization that may work.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The present one.
    pub current: StoredSecret,
    /// The one that it superseded, whether its overlap still runs or not.
    pub previous: Option<StoredSecret>,
}

impl Secrets {
    /// When the overlap that runs at `now` ends; `None`: none runs.
    pub fn overlap_end(&self, now: Timestamp) -> Option<Timestamp> {
        self.previous.as_ref()?.dies_at.filter(|end| now < *end)
    }
}

/// Why a rotation contradicts what is there. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The key came before, with another body.
    #[error(
        "This Idempotency-Key came with another body before. Repeat a rotation with the very same body, or begin \
         another one with a new key."
    )]
    OtherRequest,
    /// A rotation is open.
    #[error(
        "This personal access token is being rotated already, by another request. Repeat that one with its \
         Idempotency-Key to get its answer, or settle it first with rotate/finish or, while both secrets work, \
         rotate/undo."
    )]
    Open,
    /// The key's rotation is over: its answer cannot be told any more.
    #[error(
        "The rotation of this Idempotency-Key was made before, and its answer cannot be told any more: an hour has \
         passed, its secret is in use, or another rotation or an undo came after it. Begin another one with a new \
         key."
    )]
    Over,
    /// The key's rotation is there, but its secret cannot be derived: key file, pepper or signature have changed.
    #[error(
        "The rotation of this Idempotency-Key was made before, but its secret cannot be made a second time: the \
         service's keys have changed since. Settle it with rotate/finish or, while both secrets work, rotate/undo, \
         then rotate with a new key."
    )]
    NotDerivable,
    /// There is no rotation to finish or undo.
    #[error("This personal access token has no rotation that could be settled.")]
    NoRotation,
    /// The last rotation has another key than the one given.
    #[error(
        "The last rotation of this personal access token has another Idempotency-Key. Nothing was changed."
    )]
    OtherRotation,
    /// The last rotation was undone, so it cannot be finished.
    #[error("The last rotation of this personal access token was undone. The old secret is in use again.")]
    Undone,
    /// The old secret is dead, so it cannot come back.
    #[error(
        "The old secret has ended or was revoked, so this rotation can no longer be undone. Nothing was changed. If \
         the new secret is lost, settle it with rotate/finish and rotate again."
    )]
    OverlapOver,
}

/// Why a rotation, or its end, was not done.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The domain says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It contradicts another rotation.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The store could not do it. Whether it was done is told by the variant.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No randomness, no secret.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl From<MintError> for RotationError {
    fn from(error: MintError) -> Self {
        match error {
            MintError::Random(error) => Self::Random(error),
            MintError::Month(error) => Self::Refused(error.into()),
        }
    }
}

/// The rows that finishing and undoing need.
#[derive(Debug, Clone)]
pub struct SettleFacts {
    /// The PAT with its secrets, if there is one of that id, owner and organization.
    pub authorization: Option<(Authorization, Secrets)>,
    /// Its owner.
    pub person: Option<Person>,
    /// What it is measured by.
    pub cutoffs: Cutoffs,
    /// The last rotation.
    pub last: Option<Rotation>,
    /// The end of the organization's audit chain.
    pub audit_head: crate::audit::AuditHead,
}

/// The PAT and its owner, if it may be rotated at `at`.
fn usable<'a>(
    authorization: Option<&'a (Authorization, Secrets)>,
    person: Option<&'a Person>,
    cutoffs: &Cutoffs,
    at: Timestamp,
) -> Result<(&'a Authorization, &'a Secrets, &'a Person), Refusal> {
    let (Some((authorization, secrets)), Some(owner)) = (authorization, person) else {
        return Err(Refusal::not_found());
    };
    if owner.disabled {
        return Err(crate::create::disabled_owner());
    }
    match authorization.state(at, cutoffs) {
        State::Active => Ok((authorization, secrets, owner)),
        State::Revoked => Err(Refusal::not_found()),
        State::Expired => Err(Refusal::new(
            SessionTokenError::ExpiredPatCannotBeExtended,
            "This personal access token has expired and stays as it is. Create a new one.",
        )),
    }
}

/// The last rotation, if `key_digest` (where one was given) is its.
fn last_rotation(last: Option<&Rotation>, key_digest: Option<Digest>) -> Result<&Rotation, Conflict> {
    let last = last.ok_or(Conflict::NoRotation)?;
    if key_digest.is_some_and(|given| given != last.key_digest) {
        return Err(Conflict::OtherRotation);
    }
    Ok(last)
}

#[cfg(test)]
mod tests;
