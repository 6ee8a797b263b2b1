//! A rotation that did not come to its end: why, and what exists now.

mod native;

use patcycle_primitives::RandomError;
use uuid::Uuid;

use super::compare::Difference;
use super::deliver::{DeliverError, Delivery, ObserverError};
use crate::error::{ClientError, ErrorKind};
use crate::explain::{Explanation, capital, sentence};
use crate::select::Candidate;
use crate::text::clean;

/// Why a rotation stopped.
#[derive(Debug, thiserror::Error)]
pub enum RotationFault {
    /// It could not be found out whether the service replaces secrets itself.
    #[error("what the service offers could not be found out: {0}")]
    Ask(#[source] ClientError),
    /// An overlap was asked for, and the service does not replace secrets itself.
    #[error("this service cannot let an old secret work on beside a new one")]
    NoOverlap,
    /// No randomness for the key of a rotation.
    #[error(transparent)]
    Random(RandomError),
    /// The service did not replace the secret, or it is not known whether it did.
    #[error("the secret was not replaced: {0}")]
    Rotate(#[source] ClientError),
    /// The new PAT was not made, or it is not known whether it was.
    #[error("the new PAT was not made: {0}")]
    Create(#[source] ClientError),
    /// The service made a PAT and sent no secret.
    #[error("the service sent no secret with the new PAT")]
    NoSecret,
    /// The service answered the create with the id of the old PAT.
    #[error("the service answered with the id of the old PAT")]
    SameAuthorization,
    /// The new PAT is not what was asked for.
    #[error("the new PAT is not what was asked for: {}", list(.0))]
    Differences(Vec<Difference>),
    /// The secret did not arrive.
    #[error("the new secret was not delivered: {0}")]
    Delivery(#[source] DeliverError),
    /// The old secret was not ended.
    #[error("the old secret was not ended: {0}")]
    Finish(#[source] ClientError),
    /// The old PAT was not revoked.
    #[error("the old PAT was not revoked: {0}")]
    Revoke(#[source] ClientError),
    /// The step could not be written down.
    #[error("`{step}` could not be written down: {error}")]
    Observer {
        /// The name of the step.
        step: &'static str,
        /// Why not.
        error: ObserverError,
    },
}

fn list(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What has become of the old PAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldPat {
    /// There was none: a first PAT was being made.
    None,
    /// It is as it was.
    Kept(Uuid),
    /// The revoke was asked for and not confirmed.
    MayBeRevoked(Uuid),
    /// It is revoked.
    Revoked(Uuid),
}

/// What has become of the new PAT.
#[derive(Debug)]
pub enum NewPat {
    /// It was never made.
    None,
    /// It may have been made. `None`: the list could not be read.
    Unknown(Option<Vec<Candidate>>),
    /// It is there.
    Live(Uuid),
    /// It was there, and was revoked again.
    Undone(Uuid),
    /// It is there: revoking it again failed.
    NotUndone(Uuid, ClientError),
}

/// What exists after a rotation stopped.
#[derive(Debug)]
pub struct Aftermath {
    /// The name of both.
    pub display_name: String,
    /// Whether the service has replaced the secret itself: then old and new are secrets of one PAT.
    pub native: bool,
    /// The old PAT.
    pub old: OldPat,
    /// The new PAT.
    pub new: NewPat,
    /// The new secret.
    pub delivered: Delivery,
}

/// Why a rotation stopped, and what exists now.
#[derive(Debug, thiserror::Error)]
#[error("{fault}. {}", aftermath.sentence())]
pub struct RotationError {
    /// Why.
    #[source]
    pub fault: RotationFault,
    /// What exists.
    pub aftermath: Box<Aftermath>,
}

impl RotationError {
    /// What the caller does about it. [`None`]: a matter of the delivery, of which the caller knows more.
    pub fn kind(&self) -> Option<ErrorKind> {
        match &self.fault {
            RotationFault::Ask(error)
            | RotationFault::Rotate(error)
            | RotationFault::Finish(error)
            | RotationFault::Create(error)
            | RotationFault::Revoke(error) => Some(error.kind()),
            RotationFault::NoOverlap => Some(ErrorKind::Usage),
            RotationFault::Delivery(_) => None,
            RotationFault::Random(_)
            | RotationFault::NoSecret
            | RotationFault::SameAuthorization
            | RotationFault::Differences(_)
            | RotationFault::Observer { .. } => Some(ErrorKind::Failed),
        }
    }

    /// The error in words: why, what exists now, and what to revoke.
    pub fn explain(&self) -> Explanation {
        let (why, cause_next) = match &self.fault {
            RotationFault::Create(ClientError::UnconfirmedCreate(unconfirmed)) => {
                // What the list shows is said by the aftermath.
                let explained = unconfirmed.cause.explain();
                (format!("It is not known whether a new PAT was made. {}", explained.message), None)
            }
            RotationFault::Rotate(error) if error.outcome_is_unknown() => {
                let explained = error.explain();
                (format!("It is not known whether the secret was replaced. {}", explained.message), None)
            }
            RotationFault::Rotate(error @ ClientError::Conflict(_)) => {
                (error.explain().message, native::settle(&self.aftermath))
            }
            RotationFault::Ask(error) | RotationFault::Rotate(error) | RotationFault::Create(error) => {
                let explained = error.explain();
                (explained.message, Some(explained.next))
            }
            RotationFault::Finish(error) => {
                let explained = error.explain();
                (format!("The old secret was not ended. {}", explained.message), Some(explained.next))
            }
            RotationFault::NoOverlap => (
                sentence(&capital(&self.fault.to_string())),
                Some(
                    "Rotate without an overlap: the old PAT works until the new one is delivered.".to_owned(),
                ),
            ),
            RotationFault::Revoke(error) => {
                let explained = error.explain();
                (format!("The old PAT was not revoked. {}", explained.message), Some(explained.next))
            }
            other => (sentence(&capital(&other.to_string())), None),
        };
        let next = self.aftermath.next().or(cause_next);
        let next = next.unwrap_or_else(|| "Mend the cause, then rotate again.".to_owned());
        Explanation::new(format!("{why} {}", self.aftermath.sentence()), next)
    }
}

impl Aftermath {
    /// What exists now, in words.
    pub fn sentence(&self) -> String {
        if self.native {
            return native::sentence(self);
        }
        let name = clean(&self.display_name);
        let old = match self.old {
            OldPat::None => None,
            OldPat::Kept(id) => Some(format!("The old PAT `{name}` ({id}) is still valid as before.")),
            OldPat::MayBeRevoked(id) => Some(format!("The old PAT `{name}` ({id}) may still be valid.")),
            OldPat::Revoked(id) => Some(format!("The old PAT `{name}` ({id}) is revoked.")),
        };
        let new = match &self.new {
            NewPat::None => "No new PAT exists.".to_owned(),
            NewPat::Unknown(None) => "Whether a new PAT exists is not known.".to_owned(),
            NewPat::Unknown(Some(found)) if found.is_empty() => "The list shows no new PAT.".to_owned(),
            NewPat::Unknown(Some(found)) => {
                let ids: Vec<_> =
                    found.iter().map(|candidate| candidate.authorization_id.to_string()).collect();
                format!(
                    "The list shows what may be a new PAT, whose secret nobody holds: {}.",
                    ids.join(", ")
                )
            }
            NewPat::Live(id) => match self.delivered {
                Delivery::Yes => format!("The new PAT ({id}) is valid and its secret was delivered."),
                Delivery::Maybe => format!("The new PAT ({id}) is valid and its secret may be in use."),
                Delivery::No => format!("The new PAT ({id}) is valid and its secret was not delivered."),
            },
            NewPat::Undone(id) => format!("The new PAT ({id}) was revoked again."),
            NewPat::NotUndone(id, error) => {
                format!(
                    "The new PAT ({id}) is valid, its secret was not delivered, and revoking it failed: {error}."
                )
            }
        };
        old.map_or_else(|| new.clone(), |old| format!("{old} {new}"))
    }

    /// What to revoke, if anything.
    fn next(&self) -> Option<String> {
        if self.native {
            return native::next(self);
        }
        let revoke = |ids: &[Uuid]| {
            let commands: Vec<_> = ids.iter().map(|id| format!("`patcycle revoke {id}`")).collect();
            commands.join(", ")
        };
        match (&self.new, self.old) {
            (NewPat::Live(_), OldPat::Kept(old) | OldPat::MayBeRevoked(old)) if self.delivered == Delivery::Yes => {
                Some(format!("Run {} to end the old one.", revoke(&[old])))
            }
            (NewPat::Live(new), OldPat::Kept(old)) if self.delivered == Delivery::Maybe => Some(format!(
                "Find out which of the two secrets is in use, then revoke the other: {} for the new one, {} for the old one.",
                revoke(&[*new]),
                revoke(&[old])
            )),
            (NewPat::Live(_), _) if self.delivered == Delivery::Yes => None,
            (NewPat::Live(new) | NewPat::NotUndone(new, _), _) => {
                Some(format!("Run {} to end the new one, then rotate again.", revoke(&[*new])))
            }
            (NewPat::Unknown(Some(found)), _) if !found.is_empty() => {
                let ids: Vec<_> = found.iter().map(|candidate| candidate.authorization_id).collect();
                Some(format!("If you did not make it before, run {}, then rotate again.", revoke(&ids)))
            }
            (NewPat::Unknown(None), _) => Some(
                "When the service is back, look at `patcycle list` and revoke a new PAT of this name, then rotate again."
                    .to_owned(),
            ),
            (NewPat::None | NewPat::Unknown(_) | NewPat::Undone(_), _) => None,
        }
    }
}
