//! The steps of a rotation, in the one order in which they are safe.

use patcycle_contract::rotation::MAXIMUM_OVERLAP_SECONDS;
use patcycle_contract::{IdempotencyKey, PatToken, SessionTokenError};
use patcycle_primitives::Secret;
use uuid::Uuid;

use super::compare::{Difference, Targets, compare};
use super::deliver::{Deliver, Delivery, Observer, PatService, Step};
use super::error::{Aftermath, NewPat, OldPat, RotationError, RotationFault};
use super::plan::RotationPlan;
use crate::error::ClientError;
use crate::pats::{CreatePat, RotatePat};

/// A rotation that came to its end.
#[derive(Debug)]
pub struct Rotated {
    /// The PAT that was replaced, now revoked; or the one that got a new secret.
    pub old: Uuid,
    /// Whether the service no longer knew the old PAT when it was to be revoked.
    pub old_already_gone: bool,
    /// Whether the old secret works on until its overlap ends.
    pub overlaps: bool,
    /// The PAT with the new secret, which was delivered and is not kept. It has the id of the old one where the
    /// service has replaced the secret itself.
    pub new: PatToken,
    /// What is otherwise than asked for, and was accepted: tell the person.
    pub differences: Vec<Difference>,
}

/// A first PAT, made and delivered.
#[derive(Debug)]
pub struct Issued {
    /// The new PAT. Its secret was delivered and is not kept.
    pub pat: PatToken,
    /// What is otherwise than asked for: tell the person.
    pub differences: Vec<Difference>,
}

/// Replaces the secret of a PAT: by the service itself where it offers that, else by another PAT.
///
/// Before the delivery is done, every failure leaves the old secret valid, and the new one is ended again where it
/// certainly is not in use. After it, the new one stays, whatever happens. The error says what exists.
///
/// Dropping the future is safe: what was done stays done, nothing more is. A new PAT that was not delivered then
/// stays as well, and an old secret works on for a week or until its own end; the id was told to `observer`.
pub async fn rotate(
    service: &dyn PatService,
    plan: &RotationPlan,
    deliver: &mut dyn Deliver,
    observer: &mut dyn Observer,
) -> Result<Rotated, RotationError> {
    let mut making = Making {
        service,
        old: Some(plan.old),
        wanted: &plan.wanted,
        targets: plan.targets.clone(),
        is_failure: &|difference| difference.is_failure(plan.accept_shorter_life),
        native: None,
    };
    let nothing =
        |making: &Making<'_>, fault| making.stopped(fault, making.kept(), NewPat::None, Delivery::No);
    let offered = service.offers_rotation().await;
    if offered.map_err(|error| nothing(&making, RotationFault::Ask(error)))? {
        let key = service.idempotency_key();
        let key = key.map_err(|error| nothing(&making, RotationFault::Random(error)))?;
        making.native = Some(Native { key, overlap_seconds: plan.overlap_seconds });
    } else if plan.overlap_seconds > 0 {
        return Err(nothing(&making, RotationFault::NoOverlap));
    }
    let (new, differences) = making.make_and_deliver(deliver, observer).await?;
    let (old_already_gone, overlaps) = making.end_old(plan.old, new.authorization_id, observer).await?;
    Ok(Rotated { old: plan.old, old_already_gone, overlaps, new, differences })
}

/// Makes a first PAT and delivers its secret. When the delivery fails, the PAT is revoked again.
///
/// Differences are told, not refused: the person who asked sees them.
pub async fn issue(
    service: &dyn PatService,
    wanted: &CreatePat,
    deliver: &mut dyn Deliver,
    observer: &mut dyn Observer,
) -> Result<Issued, RotationError> {
    let targets = if wanted.all_orgs { Targets::All } else { Targets::ThisOrganization };
    let making = Making { service, old: None, wanted, targets, is_failure: &|_| false, native: None };
    let (pat, differences) = making.make_and_deliver(deliver, observer).await?;
    Ok(Issued { pat, differences })
}

/// The part that a rotation and a first issue share: everything up to the delivery.
struct Making<'a> {
    service: &'a dyn PatService,
    old: Option<Uuid>,
    wanted: &'a CreatePat,
    targets: Targets,
    is_failure: &'a (dyn Fn(&Difference) -> bool + Sync),
    /// Set where the service replaces the secret itself.
    native: Option<Native>,
}

/// What a rotation by the service needs besides.
struct Native {
    key: IdempotencyKey,
    overlap_seconds: u32,
}

impl Making<'_> {
    async fn make_and_deliver(
        &self,
        deliver: &mut dyn Deliver,
        observer: &mut dyn Observer,
    ) -> Result<(PatToken, Vec<Difference>), RotationError> {
        let planned =
            tell(observer, Step::Planned { old: self.old, wanted: self.wanted, key: self.key() }).await;
        planned.map_err(|fault| self.stopped(fault, self.kept(), NewPat::None, Delivery::No))?;

        let (pat, secret) = match (&self.native, self.old) {
            (Some(native), Some(id)) => self.replace(id, native).await?,
            _ => self.create().await?,
        };
        let new = pat.authorization_id;
        let differences = match self.hand_over(&pat, secret, deliver, observer).await {
            Ok(differences) => differences,
            Err(RotationFault::Delivery(error)) if error.may_be_delivered => {
                let fault = RotationFault::Delivery(error);
                return Err(self.stopped(fault, self.kept(), NewPat::Live(new), Delivery::Maybe));
            }
            Err(fault) => return Err(self.undo(new, fault, observer).await),
        };

        let delivered = tell(observer, Step::Delivered { new }).await;
        delivered.map_err(|fault| self.stopped(fault, self.kept(), NewPat::Live(new), Delivery::Yes))?;
        Ok((pat, differences))
    }

    async fn create(&self) -> Result<(PatToken, Option<Secret>), RotationError> {
        match self.service.create(self.wanted).await {
            // Whatever this service does: undoing the "new" one would end the old one.
            Ok(pat) if Some(pat.authorization_id) == self.old => {
                let old = OldPat::MayBeRevoked(pat.authorization_id);
                Err(self.stopped(RotationFault::SameAuthorization, old, NewPat::None, Delivery::No))
            }
            Ok(mut pat) => {
                let secret = pat.token.take().filter(|secret| !secret.expose().is_empty());
                Ok((pat, secret))
            }
            Err(mut error) => {
                let new = match &mut error {
                    ClientError::UnconfirmedCreate(unconfirmed) => {
                        // The old PAT has the same name and scope, and may be young.
                        if let Some(found) = &mut unconfirmed.found {
                            found.retain(|candidate| Some(candidate.authorization_id) != self.old);
                        }
                        NewPat::Unknown(unconfirmed.found.clone())
                    }
                    _ => NewPat::None,
                };
                Err(self.stopped(RotationFault::Create(error), self.kept(), new, Delivery::No))
            }
        }
    }

    /// Has the service give the PAT a new secret. Until the delivery is done, the old one shall work for as long as
    /// the service permits: whatever happens to this process, somebody can still go back.
    async fn replace(&self, id: Uuid, native: &Native) -> Result<(PatToken, Option<Secret>), RotationError> {
        let overlap_seconds =
            if native.overlap_seconds == 0 { MAXIMUM_OVERLAP_SECONDS } else { native.overlap_seconds };
        let valid_to = Some(self.wanted.valid_to);
        let wanted = RotatePat { authorization_id: id, valid_to, overlap_seconds };
        match self.service.rotate(&wanted, &native.key).await {
            Ok(mut pat) => {
                let secret = pat.token.take().filter(|secret| !secret.expose().is_empty());
                Ok((pat, secret))
            }
            Err(error) => {
                let new = if error.outcome_is_unknown() { NewPat::Unknown(None) } else { NewPat::None };
                Err(self.stopped(RotationFault::Rotate(error), self.kept(), new, Delivery::No))
            }
        }
    }

    async fn hand_over(
        &self,
        pat: &PatToken,
        secret: Option<Secret>,
        deliver: &mut dyn Deliver,
        observer: &mut dyn Observer,
    ) -> Result<Vec<Difference>, RotationFault> {
        tell(observer, Step::Created { pat, secret: secret.as_ref() }).await?;
        let secret = secret.ok_or(RotationFault::NoSecret)?;
        let differences = compare(self.wanted, &self.targets, pat);
        if differences.iter().any(self.is_failure) {
            return Err(RotationFault::Differences(differences));
        }
        tell(observer, Step::Compared { new: pat.authorization_id, differences: &differences }).await?;
        deliver.deliver(pat, &secret).await.map_err(RotationFault::Delivery)?;
        Ok(differences)
    }

    /// Ends the new secret, which nobody uses, and says whether that worked.
    async fn undo(&self, new: Uuid, fault: RotationFault, observer: &mut dyn Observer) -> RotationError {
        let undone = match &self.native {
            Some(native) => self.service.undo_rotation(new, &native.key).await,
            None => self.service.revoke(new).await,
        };
        let state = match undone {
            Ok(()) => NewPat::Undone(new),
            Err(error) if is_gone(&error) => NewPat::Undone(new),
            Err(error) => NewPat::NotUndone(new, error),
        };
        if matches!(state, NewPat::Undone(_))
            && let Err(fault) = tell(observer, Step::Undone { new }).await
        {
            // The first fault is the one to report; this one changes nothing of what exists.
            tracing::warn!(authorization.id = %new, error = %fault, "the undone rotation was not written down");
        }
        self.stopped(fault, self.kept(), state, Delivery::No)
    }

    /// Ends the old secret after the delivery. Gives whether it was gone already, and whether it works on.
    async fn end_old(
        &self,
        old: Uuid,
        new: Uuid,
        observer: &mut dyn Observer,
    ) -> Result<(bool, bool), RotationError> {
        let stopped = |fault, old| self.stopped(fault, old, NewPat::Live(new), Delivery::Yes);
        if self.native.as_ref().is_some_and(|native| native.overlap_seconds > 0) {
            let told = tell(observer, Step::Overlapping { pat: old }).await;
            return told.map(|()| (false, true)).map_err(|fault| stopped(fault, OldPat::Kept(old)));
        }
        let ended = match &self.native {
            Some(native) => self.service.finish_rotation(old, &native.key).await,
            None => self.service.revoke(old).await,
        };
        let already_gone = match ended {
            Ok(()) => false,
            Err(error) if is_gone(&error) => true,
            Err(error) => {
                let state =
                    if error.outcome_is_unknown() { OldPat::MayBeRevoked(old) } else { OldPat::Kept(old) };
                let fault = if self.native.is_some() {
                    RotationFault::Finish(error)
                } else {
                    RotationFault::Revoke(error)
                };
                return Err(stopped(fault, state));
            }
        };
        let told = tell(observer, Step::Revoked { old, already_gone }).await;
        told.map(|()| (already_gone, false)).map_err(|fault| stopped(fault, OldPat::Revoked(old)))
    }

    fn key(&self) -> Option<&IdempotencyKey> {
        self.native.as_ref().map(|native| &native.key)
    }

    fn kept(&self) -> OldPat {
        self.old.map_or(OldPat::None, OldPat::Kept)
    }

    fn stopped(&self, fault: RotationFault, old: OldPat, new: NewPat, delivered: Delivery) -> RotationError {
        let display_name = self.wanted.display_name.clone();
        let native = self.native.is_some();
        RotationError { fault, aftermath: Box::new(Aftermath { display_name, native, old, new, delivered }) }
    }
}

async fn tell(observer: &mut dyn Observer, step: Step<'_>) -> Result<(), RotationFault> {
    tracing::debug!(step = step.name(), "a rotation step is done");
    observer.reached(step).await.map_err(|error| RotationFault::Observer { step: step.name(), error })
}

/// Whether the service says that there is nothing left to revoke.
fn is_gone(error: &ClientError) -> bool {
    match error {
        ClientError::NotFound(_) => true,
        ClientError::Domain(domain) => {
            matches!(
                domain.error,
                SessionTokenError::AuthorizationNotFound | SessionTokenError::TokenNotFound
            )
        }
        _ => false,
    }
}
