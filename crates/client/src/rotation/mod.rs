//! The one rotation engine. The API has no call that replaces a secret, so a rotation is: create another PAT
//! with the same name, scope, targets and lifetime; compare what was granted with what was asked; hand the
//! secret to a [`Deliver`]; and only then revoke the old PAT.
//!
//! What holds at every moment, also when the process dies or the future is dropped:
//!
//! - the old PAT is valid, or the new secret has been delivered;
//! - the old PAT is never asked to be revoked before the delivery was reported as done.
//!
//! Each thing that is done is a [`Step`], told to an [`Observer`] before the next thing begins. A journal that
//! writes them down knows after a crash what exists.

mod compare;
mod deliver;
mod engine;
mod error;
mod plan;

pub use compare::{Difference, Targets};
pub use deliver::{Deliver, DeliverError, Delivery, Observer, ObserverError, PatService, Step};
pub use engine::{Issued, Rotated, issue, rotate};
pub use error::{Aftermath, NewPat, OldPat, RotationError, RotationFault};
pub use plan::{NewEnd, PlanError, RotationPlan};

pub(crate) use compare::same_scope;

#[cfg(test)]
mod tests;
