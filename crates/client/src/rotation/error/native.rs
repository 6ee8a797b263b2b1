//! What exists after a rotation by the service stopped: one PAT, and which of its secrets work.

use uuid::Uuid;

use super::{Aftermath, NewPat, OldPat};
use crate::rotation::Delivery;
use crate::text::clean;

/// What exists now, in words.
pub(super) fn sentence(aftermath: &Aftermath) -> String {
    let pat = match id(aftermath) {
        Some(id) => format!("`{}` ({id})", clean(&aftermath.display_name)),
        None => format!("`{}`", clean(&aftermath.display_name)),
    };
    let old = match aftermath.old {
        OldPat::Revoked(_) => "the old one has ended",
        OldPat::MayBeRevoked(_) => "the old one may still work",
        OldPat::Kept(_) | OldPat::None => "the old one works until its overlap ends",
    };
    match &aftermath.new {
        NewPat::None => format!("{pat} has its old secret, which is valid as before."),
        NewPat::Unknown(_) => format!("{pat} may have a new secret, which nobody holds; {old}."),
        NewPat::Live(_) => match aftermath.delivered {
            Delivery::Yes => format!("{pat} has a new secret, which was delivered; {old}."),
            Delivery::Maybe => format!("{pat} has a new secret, which may be in use; {old}."),
            Delivery::No => format!("{pat} has a new secret, which was not delivered; {old}."),
        },
        NewPat::Undone(_) => {
            format!("{pat} has its old secret again, which is valid as before. The new one has ended.")
        }
        NewPat::NotUndone(_, error) => format!(
            "{pat} has a new secret, which was not delivered, and going back to the old one failed: {error}; {old}."
        ),
    }
}

/// How to settle it, if it must be.
pub(super) fn next(aftermath: &Aftermath) -> Option<String> {
    let id = id(aftermath)?;
    let (finish, undo) =
        (format!("`patcycle rotate {id} --finish`"), format!("`patcycle rotate {id} --undo`"));
    match (&aftermath.new, aftermath.old) {
        (NewPat::None | NewPat::Undone(_), _) | (NewPat::Live(_), OldPat::Revoked(_)) => None,
        (NewPat::Live(_), _) if aftermath.delivered == Delivery::Yes => {
            Some(format!("Run {finish} to end the old one."))
        }
        (NewPat::Live(_), _) if aftermath.delivered == Delivery::Maybe => Some(format!(
            "Find out which of the two secrets is in use, then run {finish} to keep the new one, or {undo} to keep the \
             old one."
        )),
        (NewPat::Live(_) | NewPat::Unknown(_) | NewPat::NotUndone(..), _) => {
            Some(format!("Run {undo} to keep the old one, then rotate again."))
        }
    }
}

/// The way on when another rotation is open.
pub(super) fn settle(aftermath: &Aftermath) -> Option<String> {
    let id = id(aftermath)?;
    Some(format!(
        "If nobody waits for that rotation, run `patcycle rotate {id} --finish` to end it, or `patcycle rotate {id} \
         --undo` to go back to the old secret while it works; then rotate again."
    ))
}

/// The PAT. A native rotation always has one.
fn id(aftermath: &Aftermath) -> Option<Uuid> {
    match aftermath.old {
        OldPat::None => None,
        OldPat::Kept(id) | OldPat::MayBeRevoked(id) | OldPat::Revoked(id) => Some(id),
    }
}
